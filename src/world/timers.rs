//! The timers of one process, each with its place in the queue of what is due.

use crate::sim::{Due, Lookup};

use super::due::Timer;

/// How many lie in the process's record itself: what nearly all processes have set at once. A broker has a timer for each
/// member of a group.
const FEW: usize = 4;

/// The timers that a process has set.
#[derive(Clone, Debug, Default)]
pub(super) struct Timers {
    /// In no order: to look through a few for the same one is quicker than to compare by order.
    few: [Option<(Timer, Due)>; FEW],
    more: Option<Box<Lookup<Timer, Due>>>,
}

impl Timers {
    /// Takes down where a timer lies, and gives back where it lay before.
    pub fn insert(&mut self, timer: Timer, due: Due) -> Option<Due> {
        if let Some((_, known)) = self.few.iter_mut().flatten().find(|(known, _)| *known == timer) {
            return Some(std::mem::replace(known, due));
        }
        let before = self.more.as_mut().and_then(|more| more.remove(&timer));
        match self.few.iter_mut().find(|place| place.is_none()) {
            Some(free) => *free = Some((timer, due)),
            None => {
                self.more.get_or_insert_default().insert(timer, due);
            }
        }
        before
    }

    /// Where a timer lies, if it is set.
    pub fn get(&self, timer: Timer) -> Option<Due> {
        let of_few = self.few.iter().flatten().find(|(known, _)| *known == timer).map(|(_, due)| *due);
        of_few.or_else(|| self.more.as_ref()?.get(&timer).copied())
    }

    /// Forgets a timer, and says where it lay.
    pub fn remove(&mut self, timer: Timer) -> Option<Due> {
        let is = |place: &&mut Option<(Timer, Due)>| place.is_some_and(|(known, _)| known == timer);
        match self.few.iter_mut().find(is) {
            Some(place) => place.take().map(|(_, due)| due),
            None => self.more.as_mut()?.remove(&timer),
        }
    }

    /// Forgets all, and says where they lay.
    pub fn take(&mut self) -> Vec<Due> {
        let Timers { few, more } = std::mem::take(self);
        let more = more.iter().flat_map(|more| more.sorted()).map(|(_, due)| *due);
        few.into_iter().flatten().map(|(_, due)| due).chain(more).collect()
    }
}
