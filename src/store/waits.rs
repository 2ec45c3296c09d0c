//! Figures about waits: how many there were, how many there are, and the longest.

use crate::sim::{Few, Span, Time};

/// Waits of one kind, by who waits.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Waits<K> {
    since: Few<K, Time>,
    count: u32,
    longest: Span,
}

/// What is known about waits of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WaitFigures {
    /// How many there were, those that last included.
    pub count: u32,
    /// How many last.
    pub now: u32,
    /// The longest, be it over or not.
    pub longest: Span,
}

impl<K> Default for Waits<K> {
    fn default() -> Self {
        Waits { since: Few::default(), count: 0, longest: Span::ZERO }
    }
}

impl<K: Ord + Copy> Waits<K> {
    /// One begins to wait.
    pub fn begin(&mut self, who: K, now: Time) {
        self.count = self.count.saturating_add(1);
        self.since.insert(who, now);
    }

    /// One waits no longer. Nothing happens if it did not wait.
    pub fn end(&mut self, who: K, now: Time) {
        if let Some(since) = self.since.remove(&who) {
            self.longest = self.longest.max(now.since(since));
        }
    }

    /// The figures at a time.
    pub fn figures(&self, now: Time) -> WaitFigures {
        let lasting = self.since.values().map(|since| now.since(*since)).max().unwrap_or(Span::ZERO);
        WaitFigures { count: self.count, now: self.since.len() as u32, longest: self.longest.max(lasting) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_that_lasts_counts_among_the_longest() {
        let mut waits = Waits::default();
        waits.begin('a', Time(10));
        waits.begin('b', Time(20));
        waits.end('b', Time(25));
        waits.end('c', Time(25));
        assert_eq!(waits.figures(Time(40)), WaitFigures { count: 2, now: 1, longest: Span(30) });
        waits.end('a', Time(50));
        assert_eq!(waits.figures(Time(90)), WaitFigures { count: 2, now: 0, longest: Span(40) });
    }
}
