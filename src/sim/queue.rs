//! The queue of what is due, by (time, sequence): ties are served in the order in which they were made.

use super::time::Time;

/// A handle on something due, for taking it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    slot: u32,
    sequence: u64,
}

/// A 4-ary heap of (time, sequence) packed into one word, with payloads beside it so that sifting moves little.
///
/// Inserting and popping cost O(log n); cancelling costs O(1), since a cancelled entry is dropped when it surfaces.
#[derive(Clone, Debug)]
pub struct Queue<T> {
    heap: Vec<(u128, u32)>,
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
    sequence: u64,
    live: usize,
}

#[derive(Clone, Debug)]
struct Slot<T> {
    sequence: u64,
    payload: Option<T>,
}

const ARITY: usize = 4;

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Queue { heap: Vec::new(), slots: Vec::new(), free: Vec::new(), sequence: 0, live: 0 }
    }
}

impl<T> Queue<T> {
    /// Adds something due at a time, behind all that is already due then.
    pub fn push(&mut self, at: Time, payload: T) -> Due {
        let sequence = self.sequence;
        self.sequence += 1;
        let filled = Slot { sequence, payload: Some(payload) };
        let slot = match self.free.pop() {
            Some(slot) => {
                self.slots[slot as usize] = filled;
                slot
            }
            None => {
                self.slots.push(filled);
                u32::try_from(self.slots.len() - 1).expect("fewer than 2^32 things are due at once")
            }
        };
        self.heap.push((u128::from(at.0) << 64 | u128::from(sequence), slot));
        self.sift_up(self.heap.len() - 1);
        self.live += 1;
        Due { slot, sequence }
    }

    /// Takes something back before it is due. `None` if it was served or taken back already.
    pub fn cancel(&mut self, due: Due) -> Option<T> {
        let slot = self.slots.get_mut(due.slot as usize)?;
        if slot.sequence != due.sequence {
            return None;
        }
        let payload = slot.payload.take()?;
        self.live -= 1;
        Some(payload)
    }

    /// When the next thing is due.
    pub fn next_time(&mut self) -> Option<Time> {
        self.drop_cancelled();
        self.heap.first().map(|(key, _)| Time((key >> 64) as u64))
    }

    /// The next thing due, with its time.
    pub fn pop(&mut self) -> Option<(Time, T)> {
        self.drop_cancelled();
        let (key, slot) = self.remove_top()?;
        let payload = self.slots[slot as usize].payload.take()?;
        self.free.push(slot);
        self.live -= 1;
        Some((Time((key >> 64) as u64), payload))
    }

    /// How many things are due.
    pub fn len(&self) -> usize {
        self.live
    }

    /// Whether nothing is due.
    pub fn is_empty(&self) -> bool {
        self.live == 0
    }

    fn drop_cancelled(&mut self) {
        while let Some((_, slot)) = self.heap.first().copied() {
            if self.slots[slot as usize].payload.is_some() {
                return;
            }
            self.remove_top();
            self.free.push(slot);
        }
    }

    fn remove_top(&mut self) -> Option<(u128, u32)> {
        let last = self.heap.len().checked_sub(1)?;
        self.heap.swap(0, last);
        let top = self.heap.pop();
        self.sift_down(0);
        top
    }

    fn sift_up(&mut self, mut at: usize) {
        let entry = self.heap[at];
        while at > 0 {
            let parent = (at - 1) / ARITY;
            if self.heap[parent].0 <= entry.0 {
                break;
            }
            self.heap[at] = self.heap[parent];
            at = parent;
        }
        self.heap[at] = entry;
    }

    fn sift_down(&mut self, mut at: usize) {
        let Some(entry) = self.heap.get(at).copied() else { return };
        loop {
            let first = at * ARITY + 1;
            let children = first..(first + ARITY).min(self.heap.len());
            let Some(least) = children.min_by_key(|child| self.heap[*child].0) else { break };
            if self.heap[least].0 >= entry.0 {
                break;
            }
            self.heap[at] = self.heap[least];
            at = least;
        }
        self.heap[at] = entry;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{Draw, What, below};

    #[test]
    fn what_is_due_at_the_same_time_is_served_in_the_order_it_was_made() {
        let mut queue = Queue::default();
        for name in ["a", "b", "c", "d", "e", "f"] {
            queue.push(Time(5), name);
        }
        queue.push(Time(1), "first");
        let served: Vec<&str> = std::iter::from_fn(|| queue.pop()).map(|(_, name)| name).collect();
        assert_eq!(served, ["first", "a", "b", "c", "d", "e", "f"]);
    }

    #[test]
    fn a_cancelled_thing_is_never_served_and_cannot_be_cancelled_twice() {
        let mut queue = Queue::default();
        let due = queue.push(Time(5), "gone");
        queue.push(Time(6), "kept");
        assert_eq!(queue.cancel(due), Some("gone"));
        assert_eq!(queue.cancel(due), None);
        assert_eq!(queue.len(), 1);
        assert_eq!(queue.next_time(), Some(Time(6)));
        assert_eq!(queue.pop(), Some((Time(6), "kept")));
        assert_eq!(queue.pop(), None);
    }

    #[test]
    fn a_handle_on_a_served_thing_does_not_cancel_what_took_its_place() {
        let mut queue = Queue::default();
        let old = queue.push(Time(1), 1);
        assert_eq!(queue.pop(), Some((Time(1), 1)));
        queue.push(Time(2), 2);
        assert_eq!(queue.cancel(old), None);
        assert_eq!(queue.pop(), Some((Time(2), 2)));
    }

    #[test]
    fn ten_thousand_random_pushes_cancels_and_pops_agree_with_a_sorted_list() {
        let mut rng = Draw::new(11).at(What::Field, &[]);
        let mut queue = Queue::default();
        let mut plain: Vec<(Time, u32, Due)> = Vec::new();
        for n in 0..10_000u32 {
            match below(&mut rng, 5) {
                0..=2 => {
                    let at = Time(below(&mut rng, 50));
                    let due = queue.push(at, n);
                    plain.push((at, n, due));
                }
                3 if !plain.is_empty() => {
                    let at = below(&mut rng, plain.len() as u64) as usize;
                    let (_, expected, due) = plain.remove(at);
                    assert_eq!(queue.cancel(due), Some(expected));
                }
                _ => {
                    let least = plain.iter().enumerate().min_by_key(|(_, (at, n, _))| (*at, *n)).map(|(place, _)| place);
                    let expected = least.map(|place| plain.remove(place)).map(|(at, n, _)| (at, n));
                    assert_eq!(queue.pop(), expected);
                }
            }
            assert_eq!(queue.len(), plain.len());
        }
    }
}
