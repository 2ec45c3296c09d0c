//! Skipping quiet time while time runs: whether it is done, and what was skipped.

use std::time::Duration;

use leptos::prelude::*;

use super::theme::{store, stored};
use crate::sim::{Span, Time};

/// How long it is news what was skipped.
const NEWS: Duration = Duration::from_millis(2_500);
/// So many stretches are marked at most: the latest.
const MOST: usize = 500;

/// The switch and what came of it: a handle that is copied freely.
#[derive(Clone, Copy)]
pub struct Skipping {
    /// Whether quiet time is skipped.
    pub on: RwSignal<bool>,
    /// What was skipped, in order of time.
    pub skipped: RwSignal<Vec<(Time, Time)>>,
    /// How much was skipped just now.
    pub news: RwSignal<Option<Span>>,
    /// What is not shown yet: while time runs, signals change only now and then.
    latest: StoredValue<Vec<(Time, Time)>>,
}

impl Skipping {
    /// As it was chosen last; nothing is skipped yet.
    pub(super) fn new() -> Skipping {
        Skipping {
            on: RwSignal::new(stored("quiet").as_deref() == Some("skip")),
            skipped: RwSignal::new(Vec::new()),
            news: RwSignal::new(None),
            latest: StoredValue::new(Vec::new()),
        }
    }

    /// Switches it on or off, and remembers it.
    pub fn toggle(self) {
        let on = !self.on.get_untracked();
        self.on.set(on);
        store("quiet", if on { "skip" } else { "play" });
    }

    /// A stretch was skipped.
    pub(super) fn note(self, from: Time, to: Time) {
        self.latest.try_update_value(|latest| latest.push((from, to)));
    }

    /// Shows what was skipped since it was shown last.
    pub(super) fn publish(self) {
        let latest = self.latest.try_update_value(std::mem::take).unwrap_or_default();
        let Some((first, _)) = latest.first().copied() else { return };
        let news = Span(latest.iter().map(|(from, to)| to.since(*from).0).sum());
        self.skipped.update(|all| {
            // What lies beyond belongs to a future that is played anew.
            all.retain(|(_, to)| *to <= first);
            all.extend(latest);
            all.drain(..all.len().saturating_sub(MOST));
        });
        self.news.set(Some(news));
        let over = move || {
            if self.news.try_get_untracked() == Some(Some(news)) {
                self.news.set(None);
            }
        };
        set_timeout(over, NEWS);
    }

    /// Another run begins.
    pub(super) fn forget(self) {
        self.latest.set_value(Vec::new());
        self.skipped.set(Vec::new());
        self.news.set(None);
    }
}
