//! The strip's window: how much of the run it shows. Buttons, keys, the wheel and two fingers zoom and move it, and it follows
//! the cursor.

use leptos::ev::{PointerEvent, WheelEvent};
use leptos::html;
use leptos::prelude::*;

use super::LEFT;
use super::drag::place_in;
use crate::sim::Time;
use crate::view::Scale;

/// What a press of a button or a key does to the length of the window.
const STEP: f64 = 0.5;
/// A pixel of the wheel.
const WHEEL: f64 = 0.004;

/// The window, and the fingers that are on it.
#[derive(Clone, Copy)]
pub struct Window {
    chosen: RwSignal<Option<Scale>>,
    whole: Memo<Scale>,
    /// What is shown.
    pub scale: Memo<Scale>,
    fingers: StoredValue<Vec<(i32, f64)>>,
}

impl Window {
    /// All of a run, which is so long, on so many pixels.
    pub fn new(whole: Memo<Scale>) -> Window {
        let chosen = RwSignal::new(None::<Scale>);
        let scale = Memo::new(move |_| {
            let whole = whole.get();
            chosen.get().map_or(whole, |window| Scale { width: whole.width, ..window })
        });
        Window { chosen, whole, scale, fingers: StoredValue::new(Vec::new()) }
    }

    /// Whether it shows all.
    pub fn is_whole(self) -> bool {
        self.chosen.with(Option::is_none)
    }

    /// Shows all.
    pub fn show_all(self) {
        self.chosen.set(None);
    }

    /// Shows less or more, with the cursor staying where it is if it is in sight.
    pub fn step(self, closer: bool, cursor: Time) {
        let scale = self.scale.get_untracked();
        let x = scale.x(cursor);
        let still = if (0.0..=scale.width).contains(&x) { x } else { scale.width / 2.0 };
        self.take(scale.zoomed(if closer { STEP } else { 1.0 / STEP }, still, self.whole.get_untracked()));
    }

    fn take(self, scale: Scale) {
        let whole = self.whole.get_untracked();
        self.chosen.set((scale.span() < whole.span()).then_some(scale));
    }

    /// The cursor is somewhere else.
    pub fn follow(self, cursor: Time) {
        if let Some(window) = self.chosen.get_untracked() {
            let followed = window.following(cursor, self.whole.get_untracked());
            if followed != window {
                self.chosen.set(Some(followed));
            }
        }
    }

    /// With Ctrl or Cmd, as a pinch on a pad says too, the wheel zooms; else it moves the window, if there is more to see.
    pub fn wheel(self, plot: NodeRef<html::Div>, event: &WheelEvent) {
        let (scale, whole) = (self.scale.get_untracked(), self.whole.get_untracked());
        let turned = if event.delta_y() == 0.0 { event.delta_x() } else { event.delta_y() };
        if event.ctrl_key() || event.meta_key() {
            event.prevent_default();
            let x = place_in(plot, event) - LEFT;
            self.take(scale.zoomed(1.0 + (turned * WHEEL).clamp(-0.5, 1.0), x, whole));
        } else if self.chosen.with_untracked(Option::is_some) {
            event.prevent_default();
            self.take(scale.moved(if event.delta_x() == 0.0 { turned } else { event.delta_x() }, whole));
        }
    }

    /// A finger or the pointer went down. True if it is the second: then no drag begins, and one that did ends.
    pub fn finger_down(self, plot: NodeRef<html::Div>, event: &PointerEvent) -> bool {
        let x = place_in(plot, event) - LEFT;
        self.fingers.update_value(|fingers| {
            fingers.retain(|(id, _)| *id != event.pointer_id());
            fingers.push((event.pointer_id(), x));
        });
        self.fingers.with_value(|fingers| fingers.len() > 1)
    }

    /// A finger or the pointer moved. True if there are two: the window then goes with them.
    pub fn finger_moved(self, plot: NodeRef<html::Div>, event: &PointerEvent) -> bool {
        let x = place_in(plot, event) - LEFT;
        let moved = self.fingers.try_update_value(|fingers| {
            let before = fingers.clone();
            fingers.iter_mut().filter(|(id, _)| *id == event.pointer_id()).for_each(|finger| finger.1 = x);
            (before, fingers.clone())
        });
        let Some((before, now)) = moved else { return false };
        let ([(_, a), (_, b)], [(_, c), (_, d)]) = (before.as_slice(), now.as_slice()) else { return now.len() > 1 };
        let (old, new) = ((a - b).abs().max(1.0), (c - d).abs().max(1.0));
        let (whole, scale) = (self.whole.get_untracked(), self.scale.get_untracked());
        let middle = (a + b) / 2.0;
        self.take(scale.zoomed(old / new, middle, whole).moved(middle - (c + d) / 2.0, whole));
        true
    }

    /// A finger or the pointer went up, or away.
    pub fn finger_up(self, event: &PointerEvent) {
        self.fingers.try_update_value(|fingers| fingers.retain(|(id, _)| *id != event.pointer_id()));
    }
}
