//! The timers of one process, each with its place in the queue of what is due.

use crate::sim::{Due, Lookup};

use super::due::Timer;

/// How many lie in the process's record itself: what nearly all processes have set at once. A broker has a timer for each
/// member of a group.
const FEW: usize = 4;

/// The timers that a process has set.
///
/// In this order in memory: see [`super::process::ProcessRecord`].
#[derive(Clone, Debug, Default)]
#[repr(C)]
pub(super) struct Timers {
    more: Option<Box<Lookup<Timer, Due>>>,
    /// In no order, and without gaps: to look through a few for the same one is quicker than to compare by order.
    few: [Option<(Timer, Due)>; FEW],
}

impl Timers {
    /// How many bytes the first two take, with what lies before them.
    pub const WITH_TWO: usize = std::mem::offset_of!(Timers, few) + 2 * size_of::<Option<(Timer, Due)>>();

    /// Takes down where a timer lies, and gives back where it lay before.
    pub fn insert(&mut self, timer: Timer, due: Due) -> Option<Due> {
        let is_or_free = |place: &&mut Option<(Timer, Due)>| place.is_none_or(|(known, _)| known == timer);
        match self.few.iter_mut().find(is_or_free) {
            Some(Some((_, known))) => Some(std::mem::replace(known, due)),
            Some(free) => {
                *free = Some((timer, due));
                self.more.as_mut()?.remove(&timer)
            }
            None => self.more.get_or_insert_default().insert(timer, due),
        }
    }

    /// Where a timer lies, if it is set.
    pub fn get(&self, timer: Timer) -> Option<Due> {
        let of_few = self.few.iter().map_while(|place| *place).find(|(known, _)| *known == timer).map(|(_, due)| due);
        of_few.or_else(|| self.more.as_ref()?.get(&timer).copied())
    }

    /// Forgets a timer, and says where it lay.
    pub fn remove(&mut self, timer: Timer) -> Option<Due> {
        let set = self.few.iter().take_while(|place| place.is_some()).count();
        let is = |place: &Option<(Timer, Due)>| place.is_some_and(|(known, _)| known == timer);
        match self.few[..set].iter().position(is) {
            Some(place) => {
                self.few.swap(place, set - 1);
                self.few[set - 1].take().map(|(_, due)| due)
            }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::broker::{BrokerTimer, ClientTimer};
    use crate::sim::{Queue, Time};

    fn timer(n: u32) -> Timer {
        Timer::Broker(BrokerTimer::Client(ClientTimer::Request(0, n)))
    }

    #[test]
    fn a_timer_is_found_where_it_was_set_last_however_many_there_are() {
        let mut queue = Queue::default();
        let mut due = |n| queue.push(Time(n), ());
        let mut timers = Timers::default();
        let first: Vec<Due> = (0..10).map(&mut due).collect();
        for n in 0..10 {
            assert_eq!(timers.insert(timer(n), first[n as usize]), None);
        }
        assert_eq!(timers.remove(timer(1)), Some(first[1]), "one of those in the record");
        assert_eq!(timers.remove(timer(1)), None);
        // One that lay elsewhere takes the free place, and is not in two places.
        let again = due(20);
        assert_eq!(timers.insert(timer(9), again), Some(first[9]));
        assert_eq!((timers.get(timer(9)), timers.get(timer(8))), (Some(again), Some(first[8])));
        assert_eq!(timers.remove(timer(9)), Some(again));
        assert_eq!(timers.get(timer(9)), None);
        // One from the middle of those in the record: those behind it are found still.
        assert_eq!(
            (timers.remove(timer(0)), timers.get(timer(2)), timers.get(timer(3))),
            (Some(first[0]), Some(first[2]), Some(first[3]))
        );
        assert_eq!((timers.insert(timer(0), first[0]), timers.get(timer(0))), (None, Some(first[0])));
        assert_eq!(timers.take().len(), 8);
        assert_eq!(timers.take().len(), 0);
    }
}
