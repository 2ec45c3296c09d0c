//! Queues that are mostly empty, in little memory.

use std::collections::VecDeque;

/// Lets an empty queue begin at its first place again. One that holds a thing or two at a time would otherwise go round
/// through all of its memory, of which then nothing is in the nearest cache.
pub fn rewind_if_empty<T>(queue: &mut VecDeque<T>) {
    if queue.is_empty() {
        queue.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_of_one_thing_at_a_time_stays_in_one_place() {
        let mut queue = VecDeque::with_capacity(4);
        let mut places = Vec::new();
        for n in 0..6 {
            queue.push_back(n);
            places.push(&raw const queue[0]);
            assert_eq!(queue.pop_front(), Some(n));
            rewind_if_empty(&mut queue);
        }
        places.dedup();
        assert_eq!(places.len(), 1);
    }

    #[test]
    fn a_queue_that_holds_something_is_left_as_it_is() {
        let mut queue = VecDeque::from([1, 2, 3]);
        queue.pop_front();
        rewind_if_empty(&mut queue);
        assert_eq!(queue, [2, 3]);
    }
}
