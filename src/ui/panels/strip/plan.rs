//! Planning on the strip: two presses, or a long one of a finger, on the lane of failures ahead of the cursor. A single press
//! there moves the cursor too, as everywhere, once it is sure that no second one follows.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::drag::Drag;
use crate::sim::Time;

/// For how long a second press is waited for.
const SECOND: Duration = Duration::from_millis(300);
/// How long a finger rests until it plans.
const LONG: Duration = Duration::from_millis(500);
/// How far apart two presses may be, in pixels.
const NEAR: i32 = 14;

/// A press that may become two.
#[derive(Clone, Copy)]
struct Press {
    at: Time,
    x: i32,
}

/// The press that is waited with.
#[derive(Clone, Copy)]
pub struct PlanAt {
    first: StoredValue<Option<Press>>,
    timer: StoredValue<Option<TimeoutHandle>, LocalStorage>,
    drag: Drag,
    open: Callback<Time>,
}

impl PlanAt {
    /// None yet. What still waits is dropped with the strip.
    pub fn new(drag: Drag, open: Callback<Time>) -> PlanAt {
        let new = PlanAt { first: StoredValue::new(None), timer: StoredValue::new_local(None), drag, open };
        on_cleanup(move || new.stop());
        new
    }

    /// The lane was pressed at a moment that is to come.
    pub fn press(self, at: Time, x: i32, touch: bool) {
        let first = self.first.try_get_value().flatten();
        if let Some(first) = first.filter(|first| (first.x - x).abs() <= NEAR) {
            return self.plan(first.at);
        }
        self.forget();
        self.first.set_value(Some(Press { at, x }));
        if touch {
            self.after(LONG, move || {
                self.drag.end();
                self.plan(at);
            });
        }
    }

    /// The pointer went up: if no second press follows, the cursor goes there.
    pub fn let_go(self) {
        self.stop();
        if let Some(Press { at, .. }) = self.first.try_get_value().flatten() {
            self.after(SECOND, move || {
                self.forget();
                self.drag.ask(at);
            });
        }
    }

    /// It was no press: it is dragged, or was given up.
    pub fn forget(self) {
        self.stop();
        self.first.try_set_value(None);
    }

    fn plan(self, at: Time) {
        self.forget();
        self.open.run(at);
    }

    fn after(self, delay: Duration, does: impl FnOnce() + 'static) {
        self.stop();
        self.timer.set_value(set_timeout_with_handle(does, delay).ok());
    }

    fn stop(self) {
        if let Some(Some(timer)) = self.timer.try_update_value(Option::take) {
            timer.clear();
        }
    }
}
