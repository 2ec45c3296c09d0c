//! Whether a count grows all the time: its least value in each window has to rise, again and again.

use crate::sim::{Span, Time};

/// How many times in a row the least value has to rise from one window to the next.
const RISES: usize = 4;

/// A count that goes up and down.
#[derive(Clone, Debug, Default)]
pub(super) struct Growth {
    count: u32,
    /// The least in this window.
    low: u32,
    /// When this window is over; none before the first time was known.
    ends: Option<Time>,
    /// The least in the windows before, oldest first.
    lows: Vec<u32>,
    /// It was reported, and has not been down to nothing since.
    reported: bool,
}

/// It has grown for long enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Grown {
    /// When that was certain.
    pub(super) at: Time,
    /// The least in the first window.
    pub(super) from: u32,
    /// The least in the last.
    pub(super) to: u32,
    /// From the first window to the last.
    pub(super) over: Span,
}

impl Growth {
    /// The count changes.
    pub(super) fn set(&mut self, count: u32) {
        self.count = count;
        self.low = self.low.min(count);
    }

    /// What it counts now.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// Closes the windows that are over by now, and says when the next one is. What has risen is found if it also `matters`:
    /// chance alone has a count rise four times in a row now and then.
    pub(super) fn look(&mut self, now: Time, window: Span, matters: impl Fn(&Grown) -> bool, found: &mut Option<Grown>) -> Time {
        let mut ends = *self.ends.get_or_insert(Time::ZERO + window);
        while ends <= now {
            if self.lows.len() > RISES {
                self.lows.remove(0);
            }
            self.lows.push(self.low);
            self.reported &= self.low > 0;
            let rises = self.lows.len() > RISES && self.lows.is_sorted_by(|before, after| before < after);
            if rises && !self.reported {
                let (from, over) = (self.lows[0], Span(window.0.saturating_mul(RISES as u64)));
                let grown = Grown { at: ends, from, to: self.low, over };
                if matters(&grown) {
                    self.reported = true;
                    *found = Some(grown);
                }
            }
            self.low = self.count;
            // In the windows after one without a change nothing rises: of a long time only the last few matter.
            let left = now.since(ends).0 / window.0.max(1);
            let skipped = left.saturating_sub(RISES as u64 + 1);
            ends += Span(window.0.max(1).saturating_mul(1 + skipped));
        }
        self.ends = Some(ends);
        ends
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Span = Span::secs(10);

    fn at(s: u64) -> Time {
        Time::ZERO + Span::secs(s)
    }

    /// What is found in a count that is set once a second.
    fn grown(seconds: u64, count: impl Fn(u64) -> u32) -> Vec<Grown> {
        let mut growth = Growth::default();
        let mut all = Vec::new();
        for s in 0..seconds {
            let mut found = None;
            growth.look(at(s), WINDOW, |_| true, &mut found);
            growth.set(count(s));
            all.extend(found);
        }
        all
    }

    #[test]
    fn a_count_that_rises_all_the_time_is_found_once() {
        let found = grown(200, |s| s as u32);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].from < found[0].to, found[0].over), (true, Span::secs(40)));
        assert!(found[0].at <= at(60), "{}", found[0].at);
    }

    #[test]
    fn a_count_that_comes_down_again_and_again_does_not_grow() {
        assert_eq!(grown(300, |s| (s % 9) as u32), []);
        assert_eq!(grown(300, |s| 40 + (s % 9) as u32), []);
    }

    #[test]
    fn a_count_that_has_been_down_to_nothing_is_found_anew() {
        let twice = |s: u64| if (100..130).contains(&s) { 0 } else { (s % 130) as u32 };
        assert_eq!(grown(230, twice).len(), 2);
    }

    #[test]
    fn a_long_time_without_a_change_takes_no_longer_than_a_short_one() {
        let mut growth = Growth::default();
        let mut found = None;
        growth.set(7);
        let next = growth.look(at(1), WINDOW, |_| true, &mut found);
        assert_eq!(next, at(10));
        let next = growth.look(at(4_000_000), WINDOW, |_| true, &mut found);
        assert_eq!((next, found), (at(4_000_010), None));
    }
}
