//! What is planned, carried along the strip by the pointer or by keys: it lands after the cursor, as one step.

use gloo_timers::callback::Timeout;
use leptos::ev::PointerEvent;
use leptos::prelude::*;

use super::drag::TREMBLE;
use super::marks::{Name, name_of};
use crate::board::PlanId;
use crate::editor::Operation;
use crate::sim::{Span, Time};
use crate::ui::panels::hands::Hands;
use crate::view::{MarkState, Scale, Strip, StripMark};

/// For how many milliseconds it is news what was done.
const NEWS_MS: u32 = 6_000;

/// How far an arrow key moves something, and with Shift.
const STEPS: [Span; 2] = [Span::ms(100), Span::secs(1)];

/// A mark of the plan that the pointer has.
#[derive(Clone, Debug, PartialEq)]
struct Held {
    name: Name,
    plan: Vec<PlanId>,
    from: Time,
    to: Time,
    /// From the pointer to the mark, in pixels.
    off: f64,
    /// Where the press began.
    pressed: i32,
    moved: bool,
}

/// What is carried, and what has become of what was.
#[derive(Clone, Copy)]
pub struct Carry {
    hands: Hands,
    strip: Signal<Strip>,
    scale: Memo<Scale>,
    held: RwSignal<Option<Held>>,
    /// It has just been put down: the click that follows opens nothing.
    dropped: StoredValue<bool>,
    /// What was done last, or why it was not.
    pub said: RwSignal<String>,
}

/// Whether a mark is of the plan and to come: it can be carried, and taken away.
pub fn is_movable(mark: &StripMark) -> bool {
    mark.state == MarkState::Planned && !mark.plan.is_empty()
}

impl Carry {
    /// Nothing is carried yet.
    pub fn new(hands: Hands, strip: Signal<Strip>, scale: Memo<Scale>) -> Carry {
        let (held, said) = (RwSignal::new(None), RwSignal::new(String::new()));
        Carry { hands, strip, scale, held, dropped: StoredValue::new(false), said }
    }

    /// The pointer took hold of a mark; `x` is where it is on the scale.
    pub fn begin(self, mark: &StripMark, event: &PointerEvent, x: f64) {
        let off = self.scale.get_untracked().x(mark.from) - x;
        let (name, plan, from) = (name_of(mark), mark.plan.clone(), mark.from);
        self.said.set(String::new());
        self.dropped.set_value(false);
        self.held.set(Some(Held { name, plan, from, to: from, off, pressed: event.client_x(), moved: false }));
    }

    /// The pointer moved. Gives where what it carries would land; nothing if it carries nothing.
    pub fn goes_on(self, event: &PointerEvent, x: f64) -> Option<Time> {
        let held = self.held.get_untracked()?;
        let moved = held.moved || (event.client_x() - held.pressed).abs() > TREMBLE;
        let wanted = self.scale.get_untracked().round_time(x + held.off);
        let to = if moved { self.strip.with_untracked(|strip| strip.landing(wanted)) } else { held.from };
        if (to, moved) != (held.to, held.moved) {
            self.held.set(Some(Held { to, moved, ..held }));
        }
        Some(to)
    }

    /// The pointer let go: what it carried is put there. A press that carried nothing away opens the plan at it. Gives an
    /// entry of what was moved.
    pub fn put_down(self) -> Option<PlanId> {
        let held = self.held.try_update(Option::take).flatten()?;
        let first = held.plan.first().copied()?;
        if held.moved {
            self.dropped.set_value(true);
            self.hands.settle.run(());
            self.put(&held.plan, held.from, held.to);
            self.hands.settle.run(());
            Some(first)
        } else {
            self.hands.open_plan.run(first);
            None
        }
    }

    /// What is carried stays where it was. Whether anything was.
    pub fn give_up(self) -> bool {
        self.held.try_update(Option::take).flatten().is_some()
    }

    /// Whether a click only ends what was carried.
    pub fn swallows(self) -> bool {
        self.dropped.try_update_value(std::mem::take).unwrap_or_default()
    }

    /// An arrow key moves a mark. What one key after the other moves is one step.
    pub fn step(self, mark: &StripMark, later: bool, far: bool) {
        let by = STEPS[usize::from(far)];
        self.put(&mark.plan, mark.from, if later { mark.from + by } else { mark.from - by });
    }

    /// Takes what a mark stands for out of the plan. Whether it was taken.
    pub fn remove(self, mark: &StripMark) -> bool {
        let refused = self.hands.make.run(Operation::Unplan(mark.plan.clone()));
        let is_out = refused.is_none();
        self.tell(refused.unwrap_or_else(|| "Taken out of the plan.".to_owned()));
        is_out
    }

    fn put(self, plan: &[PlanId], from: Time, to: Time) {
        let (to, moved) = self.strip.with_untracked(|strip| (strip.landing(to), strip.moved(plan, from, to)));
        let refused = self.hands.replan.run(moved);
        self.tell(refused.unwrap_or_else(|| format!("Moved to {to}.")));
    }

    /// Says something for as long as it is news.
    fn tell(self, words: String) {
        self.said.set(words.clone());
        let forget = move || {
            if self.said.try_with_untracked(|said| *said == words).unwrap_or(false) {
                self.said.set(String::new());
            }
        };
        Timeout::new(NEWS_MS, forget).forget();
    }

    /// The mark that is carried, and where it would land: followed by whoever draws it.
    pub fn carried(self) -> Option<(Name, Time)> {
        self.held.with(|held| held.as_ref().filter(|held| held.moved).map(|held| (held.name, held.to)))
    }
}
