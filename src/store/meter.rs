//! How busy a store's connections were in the last ten seconds, in whole microseconds.

use crate::sim::{Span, Time};

/// How many seconds are kept.
const SECONDS: u64 = 10;
const SECOND: u64 = 1_000_000;

/// What happened in one second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Bucket {
    /// Which second of the run.
    second: u64,
    /// Time that connections were in use, in microseconds, all of them together.
    busy: u64,
    /// Statements of handlers, and of relays.
    statements: [u32; 2],
}

/// The last ten seconds, each in the place of its number modulo ten.
///
/// In this order in memory: the time lies beside what the pool reads with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub(super) struct Meter {
    /// Up to when busy time has been counted.
    until: Time,
    buckets: [Bucket; SECONDS as usize],
}

/// How busy a store is: the last ten seconds, the present one included, or fewer at the start of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoreLoad {
    /// The time that connections were in use, in thousandths of what all of them have.
    pub permille: u32,
    /// Statements of handlers.
    pub of_handlers: u32,
    /// Statements of relays.
    pub of_relays: u32,
    /// The time that these figures are about.
    pub window: Span,
}

impl Meter {
    /// Up to now, so many connections have been in use.
    pub fn busy(&mut self, connections: u32, now: Time) {
        let first = (now.0 / SECOND).saturating_sub(SECONDS - 1) * SECOND;
        let mut at = self.until.0.max(first);
        while at < now.0 {
            let second = at / SECOND;
            let end = ((second + 1) * SECOND).min(now.0);
            self.bucket(second).busy += (end - at) * u64::from(connections);
            at = end;
        }
        self.until = now;
    }

    /// A statement of a relay, or of a handler.
    pub fn statement(&mut self, of_relay: bool, now: Time) {
        let count = &mut self.bucket(now.0 / SECOND).statements[usize::from(of_relay)];
        *count = count.saturating_add(1);
    }

    /// The figures at a time, up to which so many connections of `size` have been in use.
    pub fn load(mut self, connections: u32, size: u32, now: Time) -> StoreLoad {
        self.busy(connections, now);
        let first = (now.0 / SECOND).saturating_sub(SECONDS - 1);
        let window = now.0 - first * SECOND;
        let kept = self.buckets.iter().filter(|bucket| bucket.second >= first);
        let mut load = StoreLoad { window: Span(window), ..StoreLoad::default() };
        let mut busy = 0;
        for bucket in kept {
            busy += bucket.busy;
            load.of_handlers += bucket.statements[0];
            load.of_relays += bucket.statements[1];
        }
        let whole = window * u64::from(size);
        load.permille = busy.saturating_mul(1_000).checked_div(whole).map_or(0, |share| share as u32);
        load
    }

    fn bucket(&mut self, second: u64) -> &mut Bucket {
        let bucket = &mut self.buckets[(second % SECONDS) as usize];
        if bucket.second != second {
            *bucket = Bucket { second, ..Bucket::default() };
        }
        bucket
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_of_two_that_is_in_use_half_the_time_makes_a_quarter() {
        let mut meter = Meter::default();
        meter.busy(0, Time(1_000_000));
        meter.busy(1, Time(2_000_000));
        let load = meter.load(0, 2, Time(2_000_000));
        assert_eq!((load.permille, load.window), (250, Span(2_000_000)));
    }

    #[test]
    fn what_is_more_than_ten_seconds_ago_counts_no_more() {
        let mut meter = Meter::default();
        meter.statement(true, Time(500_000));
        meter.statement(false, Time(1_500_000));
        meter.busy(1, Time(1_000_000));
        let load = meter.load(0, 1, Time(10_500_000));
        assert_eq!((load.permille, load.of_handlers, load.of_relays), (0, 1, 0));
        assert_eq!(load.window, Span(9_500_000));
        assert_eq!(Meter::default().load(3, 1, Time::ZERO).permille, 0);
    }

    #[test]
    fn connections_in_use_for_long_fill_the_whole_window() {
        let load = Meter::default().load(4, 4, Time(60_000_000));
        assert_eq!(load.permille, 1_000);
    }
}
