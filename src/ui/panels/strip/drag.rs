//! Dragging along the strip: at most one seek for each frame of the screen, and none for a hand that only trembles.

use leptos::ev::{MouseEvent, PointerEvent};
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::Element;

use crate::sim::Time;

/// How far the pointer goes, in pixels, before a press becomes a drag.
pub const TREMBLE: i32 = 3;

/// How far to the right of the strip's left edge the pointer is.
pub fn place_in(plot: NodeRef<html::Div>, event: &MouseEvent) -> f64 {
    let left = plot.get_untracked().map_or(0.0, |plot| plot.get_bounding_client_rect().left());
    f64::from(event.client_x()) - left
}

/// The time of the mark under the pointer.
pub fn mark_under(event: &PointerEvent) -> Option<Time> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let mark = target.closest("[data-at]").ok().flatten()?;
    mark.get_attribute("data-at")?.parse().ok().map(Time)
}

/// Where a press began, and whether it has become a drag.
#[derive(Clone, Copy)]
struct Press {
    x: i32,
    dragged: bool,
}

/// A drag, and the seek that waits for the next frame.
#[derive(Clone, Copy)]
pub struct Drag {
    press: StoredValue<Option<Press>>,
    wanted: StoredValue<Option<Time>>,
    frame: StoredValue<Option<AnimationFrameRequestHandle>, LocalStorage>,
    seek: Callback<Time>,
}

impl Drag {
    /// None yet. What still waits is dropped with the strip.
    pub fn new(seek: Callback<Time>) -> Drag {
        let (press, wanted, frame) = (StoredValue::new(None), StoredValue::new(None), StoredValue::new_local(None));
        on_cleanup(move || {
            let waiting: Option<AnimationFrameRequestHandle> = frame.try_update_value(Option::take).flatten();
            if let Some(waiting) = waiting {
                waiting.cancel();
            }
        });
        Drag { press, wanted, frame, seek }
    }

    /// A pointer was pressed on the strip.
    pub fn begin(self, event: &PointerEvent) {
        self.press.set_value(Some(Press { x: event.client_x(), dragged: false }));
    }

    /// Whether a press has become a drag.
    pub fn goes_on(self, event: &PointerEvent) -> bool {
        let moved = self.press.try_update_value(|press| {
            press.as_mut().is_some_and(|press| {
                press.dragged |= (event.client_x() - press.x).abs() > TREMBLE;
                press.dragged
            })
        });
        moved.unwrap_or_default()
    }

    /// Whether the pointer is down.
    pub fn is_down(self) -> bool {
        self.press.try_with_value(Option::is_some).unwrap_or_default()
    }

    /// The pointer was let go.
    pub fn end(self) {
        self.press.try_set_value(None);
    }

    /// Seeks with the next frame; what was asked for before and not yet done is forgotten.
    pub fn ask(self, to: Time) {
        self.wanted.set_value(Some(to));
        if self.frame.with_value(Option::is_some) {
            return;
        }
        let handle = request_animation_frame_with_handle(move || {
            self.frame.try_update_value(Option::take);
            if let Some(to) = self.wanted.try_update_value(Option::take).flatten() {
                self.seek.run(to);
            }
        });
        self.frame.set_value(handle.ok());
    }
}
