//! One line at a time for those who hear the page: at most one a second, and none while the time is dragged.

use std::time::Duration;

use leptos::prelude::*;

use super::play::now_ms;
use super::state::Ui;
use crate::view::Announcer;

/// From one line to the next.
const REST: Duration = Duration::from_secs(1);
/// A cursor that has moved so lately, while time stands still, is being dragged.
const DRAGGED_MS: f64 = 500.0;

/// What is heard.
#[derive(Clone, Copy)]
struct Region {
    ui: Ui,
    line: RwSignal<String>,
    announcer: StoredValue<Announcer>,
    waits: StoredValue<bool>,
    moved: StoredValue<f64>,
}

impl Region {
    /// Looks for something to say in a second, unless it will do so already.
    fn wake(self) {
        if self.waits.get_value() {
            return;
        }
        self.waits.set_value(true);
        set_timeout(move || self.look(), REST);
    }

    fn look(self) {
        if self.waits.try_set_value(false).is_some() {
            return;
        }
        let dragged = self.ui.playing.try_get_untracked() == Some(false) && now_ms() - self.moved.get_value() < DRAGGED_MS;
        if dragged {
            self.wake();
            return;
        }
        let ui = self.ui;
        let line = self.announcer.try_update_value(|announcer| ui.read(|session| announcer.next(session)).flatten());
        if let Some(Some(line)) = line {
            self.line.set(line);
        }
    }
}

/// The region that is read out.
pub fn live_region(ui: Ui) -> AnyView {
    let region = Region {
        ui,
        line: RwSignal::new(String::new()),
        announcer: StoredValue::new(Announcer::default()),
        waits: StoredValue::new(false),
        moved: StoredValue::new(0.0),
    };
    Effect::new(move |_| {
        ui.now.track();
        ui.strip.track();
        region.moved.set_value(now_ms());
        region.wake();
    });
    Effect::new(move |_| {
        ui.opened.track();
        region.announcer.set_value(Announcer::default());
    });
    view! { <p class="unseen" role="status" aria-live="polite" data-announcer="">{region.line}</p> }.into_any()
}
