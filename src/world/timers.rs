//! The timers of one process, each with its place in the queue of what is due.

use crate::sim::{Due, Lookup};

use super::due::Timer;

/// How many are kept side by side: a broker has a timer for each member of a group, all others have few.
const MANY: usize = 32;

/// The timers that a process has set.
#[derive(Clone, Debug)]
pub(super) enum Timers {
    /// In no order: to look through a few for the same one is quicker than to compare by order.
    Few(Vec<(Timer, Due)>),
    Many(Lookup<Timer, Due>),
}

impl Default for Timers {
    fn default() -> Self {
        Timers::Few(Vec::new())
    }
}

impl Timers {
    /// Takes down where a timer lies, and gives back where it lay before.
    pub fn insert(&mut self, timer: Timer, due: Due) -> Option<Due> {
        match self {
            Timers::Many(all) => all.insert(timer, due),
            Timers::Few(few) => {
                if let Some((_, before)) = few.iter_mut().find(|(known, _)| *known == timer) {
                    return Some(std::mem::replace(before, due));
                }
                few.push((timer, due));
                if few.len() > MANY {
                    let mut many = Lookup::default();
                    for (timer, due) in std::mem::take(few) {
                        many.insert(timer, due);
                    }
                    *self = Timers::Many(many);
                }
                None
            }
        }
    }

    /// Where a timer lies, if it is set.
    pub fn get(&self, timer: Timer) -> Option<Due> {
        match self {
            Timers::Few(few) => few.iter().find(|(known, _)| *known == timer).map(|(_, due)| *due),
            Timers::Many(all) => all.get(&timer).copied(),
        }
    }

    /// Forgets a timer, and says where it lay.
    pub fn remove(&mut self, timer: Timer) -> Option<Due> {
        match self {
            Timers::Few(few) => {
                let place = few.iter().position(|(known, _)| *known == timer)?;
                Some(few.swap_remove(place).1)
            }
            Timers::Many(all) => all.remove(&timer),
        }
    }

    /// Forgets all, and says where they lay.
    pub fn take(&mut self) -> Vec<Due> {
        match std::mem::take(self) {
            Timers::Few(few) => few.into_iter().map(|(_, due)| due).collect(),
            Timers::Many(all) => all.sorted().into_iter().map(|(_, due)| *due).collect(),
        }
    }
}
