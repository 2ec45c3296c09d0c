//! The timers of one process, each with its place in the queue of what is due.

use std::collections::BTreeMap;

use crate::sim::{Due, Few, Gather};

use super::due::Timer;

/// How many are kept side by side: a broker has a timer for each member of a group, all others have few.
const MANY: usize = 32;

/// The timers that a process has set.
#[derive(Clone, Debug)]
pub(super) enum Timers {
    Few(Few<Timer, Due>),
    Many(BTreeMap<Timer, Due>),
}

impl Default for Timers {
    fn default() -> Self {
        Timers::Few(Few::new())
    }
}

impl Timers {
    /// Takes down where a timer lies, and gives back where it lay before.
    pub fn insert(&mut self, timer: Timer, due: Due) -> Option<Due> {
        match self {
            Timers::Many(all) => all.insert(timer, due),
            Timers::Few(few) if few.len() < MANY => few.insert(timer, due),
            Timers::Few(few) => {
                let mut all = std::mem::take(few).into_iter().into_map();
                let before = all.insert(timer, due);
                *self = Timers::Many(all);
                before
            }
        }
    }

    /// Forgets a timer, and says where it lay.
    pub fn remove(&mut self, timer: Timer) -> Option<Due> {
        match self {
            Timers::Few(few) => few.remove(&timer),
            Timers::Many(all) => all.remove(&timer),
        }
    }

    /// Forgets all, and says where they lay, by timer.
    pub fn take(&mut self) -> Vec<Due> {
        match std::mem::take(self) {
            Timers::Few(few) => few.values().copied().collect(),
            Timers::Many(all) => all.into_values().collect(),
        }
    }
}
