//! The queue of what is due, by time: ties are served in the order in which they were made.

use super::time::Time;

/// A handle on something due, for taking it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    slot: u32,
    generation: u32,
}

/// A wheel of wheels. What is due lies in a bucket named by the highest digit (of 6 bits) in which its time differs from
/// that of what was served last, and by its value there. So the lowest bucket that is not empty holds what is due next;
/// when it comes up, its things move to lower buckets. Those of one time are always in one bucket, in the order in
/// which they were made.
///
/// Inserting and cancelling cost O(1), serving a few moves of each thing. Buckets are linked lists in one vector, so that
/// a clone copies two vectors and allocates nothing else.
#[derive(Clone, Debug)]
pub struct Queue<T> {
    slots: Vec<Slot<T>>,
    /// The first of the free slots, which are linked by `next`.
    free: u32,
    /// The first thing of each bucket; the lists are circles.
    heads: Vec<u32>,
    /// Which buckets of each level are not empty, and which levels.
    filled: [u64; LEVELS],
    levels: u16,
    /// The time of what was served last.
    last: u64,
    /// When the next thing is due, where that is known.
    next: Option<u64>,
    live: usize,
}

/// A thing and its place in a bucket, in one line of the processor's cache: whoever goes through a bucket serves what is in
/// it soon.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
struct Slot<T> {
    at: u64,
    next: u32,
    before: u32,
    /// One more each time that the slot is emptied.
    generation: u32,
    payload: Option<T>,
}

const BITS: u32 = 6;
const BUCKETS: usize = 1 << BITS;
const LEVELS: usize = 64_usize.div_ceil(BITS as usize);
const NONE: u32 = u32::MAX;

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Queue {
            slots: Vec::new(),
            free: NONE,
            heads: vec![NONE; LEVELS * BUCKETS],
            filled: [0; LEVELS],
            levels: 0,
            last: 0,
            next: None,
            live: 0,
        }
    }
}

impl<T> Queue<T> {
    /// Adds something due at a time, behind all that is already due then. Time does not go back: what is due before
    /// the thing that was served last counts as due with it.
    pub fn push(&mut self, at: Time, payload: T) -> Due {
        let at = at.0.max(self.last);
        let slot = self.free;
        let slot = if slot == NONE {
            self.slots.push(Slot { at, next: NONE, before: NONE, generation: 0, payload: Some(payload) });
            u32::try_from(self.slots.len() - 1).expect("fewer than 2^32 things are due at once")
        } else {
            let place = &mut self.slots[slot as usize];
            self.free = place.next;
            place.at = at;
            place.payload = Some(payload);
            slot
        };
        self.link(slot, at);
        self.live += 1;
        if self.live == 1 || self.next.is_some_and(|next| at < next) {
            self.next = Some(at);
        }
        Due { slot, generation: self.slots[slot as usize].generation }
    }

    /// Takes something back before it is due. `None` if it was served or taken back already.
    pub fn cancel(&mut self, due: Due) -> Option<T> {
        let slot = self.slots.get(due.slot as usize).filter(|slot| slot.generation == due.generation)?;
        let (at, next, before) = (slot.at, slot.next, slot.before);
        let (level, bucket) = place(at, self.last);
        if next == due.slot {
            self.empty(level, bucket);
        } else {
            self.slots[before as usize].next = next;
            self.slots[next as usize].before = before;
            if self.heads[bucket] == due.slot {
                self.heads[bucket] = next;
            }
        }
        if self.next == Some(at) {
            self.next = None;
        }
        self.release(due.slot)
    }

    /// When something is due. `None` if it was served or taken back already.
    pub fn time_of(&self, due: Due) -> Option<Time> {
        let slot = self.slots.get(due.slot as usize).filter(|slot| slot.generation == due.generation)?;
        Some(Time(slot.at))
    }

    /// When the next thing is due.
    pub fn next_time(&mut self) -> Option<Time> {
        if self.next.is_none() && self.live > 0 {
            self.next = Some(self.earliest(self.heads[self.lowest().1]));
        }
        self.next.map(Time)
    }

    /// The next thing due, with its time.
    pub fn pop(&mut self) -> Option<(Time, T)> {
        if self.live == 0 {
            return None;
        }
        let (mut level, mut bucket) = self.lowest();
        let head = self.heads[bucket];
        let alone = self.slots[head as usize].next == head;
        if level > 0 && !alone {
            // Nothing is due before the earliest of these: seen from there, all of them lie lower.
            self.last = self.next.unwrap_or_else(|| self.earliest(head));
            self.empty(level, bucket);
            self.spread(head);
            (level, bucket) = self.lowest();
        }
        let head = self.heads[bucket];
        let slot = &self.slots[head as usize];
        let (at, next, before) = (slot.at, slot.next, slot.before);
        self.last = at;
        if next == head {
            self.empty(level, bucket);
            self.next = None;
        } else {
            // Only things of the same time lie in a bucket of the lowest level.
            self.heads[bucket] = next;
            self.slots[before as usize].next = next;
            self.slots[next as usize].before = before;
            self.next = Some(at);
        }
        Some((Time(at), self.release(head)?))
    }

    /// How many things are due.
    pub fn len(&self) -> usize {
        self.live
    }

    /// Whether nothing is due.
    pub fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// Puts a slot at the end of its bucket.
    fn link(&mut self, slot: u32, at: u64) {
        let (level, bucket) = place(at, self.last);
        let head = self.heads[bucket];
        let (before, next) = if head == NONE {
            self.heads[bucket] = slot;
            self.filled[level] |= 1 << (bucket % BUCKETS);
            self.levels |= 1 << level;
            (slot, slot)
        } else {
            let tail = self.slots[head as usize].before;
            self.slots[tail as usize].next = slot;
            self.slots[head as usize].before = slot;
            (tail, head)
        };
        let place = &mut self.slots[slot as usize];
        (place.before, place.next) = (before, next);
    }

    /// Puts all things of a list into their buckets anew, in their order.
    fn spread(&mut self, head: u32) {
        let mut slot = head;
        loop {
            let Slot { at, next, .. } = self.slots[slot as usize];
            self.link(slot, at);
            if next == head {
                return;
            }
            slot = next;
        }
    }

    /// The earliest time in a list.
    fn earliest(&self, head: u32) -> u64 {
        let Slot { mut at, mut next, .. } = self.slots[head as usize];
        while next != head {
            let slot = &self.slots[next as usize];
            at = at.min(slot.at);
            next = slot.next;
        }
        at
    }

    /// The level and bucket of what is due next; something must be.
    fn lowest(&self) -> (usize, usize) {
        let level = self.levels.trailing_zeros() as usize;
        (level, level * BUCKETS + self.filled[level].trailing_zeros() as usize)
    }

    fn empty(&mut self, level: usize, bucket: usize) {
        self.heads[bucket] = NONE;
        self.filled[level] &= !(1 << (bucket % BUCKETS));
        if self.filled[level] == 0 {
            self.levels &= !(1 << level);
        }
    }

    fn release(&mut self, slot: u32) -> Option<T> {
        let place = &mut self.slots[slot as usize];
        place.generation = place.generation.wrapping_add(1);
        place.next = self.free;
        self.free = slot;
        self.live -= 1;
        place.payload.take()
    }
}

/// The level and bucket of a time, seen from that of what was served last.
fn place(at: u64, last: u64) -> (usize, usize) {
    let level = (63 - ((at ^ last) | 1).leading_zeros()) / BITS;
    let digit = (at >> (level * BITS)) as usize % BUCKETS;
    (level as usize, level as usize * BUCKETS + digit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{Draw, Span, What, below};

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
    fn looking_at_what_is_next_does_not_keep_something_earlier_from_being_served_first() {
        let mut queue = Queue::default();
        queue.push(Time(1_000_000), "late");
        queue.push(Time(1_000_001), "later");
        assert_eq!(queue.next_time(), Some(Time(1_000_000)));
        queue.push(Time(7), "early");
        assert_eq!(queue.next_time(), Some(Time(7)));
        let served: Vec<&str> = std::iter::from_fn(|| queue.pop()).map(|(_, name)| name).collect();
        assert_eq!(served, ["early", "late", "later"]);
    }

    #[test]
    fn what_is_due_before_the_last_thing_served_is_due_at_once() {
        let mut queue = Queue::default();
        queue.push(Time(100), 1);
        assert_eq!(queue.pop(), Some((Time(100), 1)));
        queue.push(Time(5), 2);
        assert_eq!(queue.pop(), Some((Time(100), 2)));
    }

    #[test]
    fn ten_thousand_random_pushes_cancels_and_pops_agree_with_a_sorted_list() {
        let mut rng = Draw::new(11).at(What::Field, &[]);
        let mut queue = Queue::default();
        let mut plain: Vec<(Time, u32, Due)> = Vec::new();
        let mut now = Time::ZERO;
        for n in 0..10_000u32 {
            match below(&mut rng, 5) {
                0..=2 => {
                    // Some far ahead, so that all levels are used.
                    let at = now + Span(below(&mut rng, 50) << (6 * below(&mut rng, 8)));
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
                    if below(&mut rng, 2) == 0 {
                        assert_eq!(queue.next_time(), expected.map(|(at, _)| at));
                    }
                    assert_eq!(queue.pop(), expected);
                    now = expected.map_or(now, |(at, _)| at);
                }
            }
            assert_eq!(queue.len(), plain.len());
        }
    }
}
