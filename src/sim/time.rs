//! Virtual time in whole microseconds. There is no other clock.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

use serde::{Deserialize, Serialize};

/// A moment: microseconds since the run began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(pub u64);

/// A length of time in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(pub u64);

impl Time {
    /// When every run begins.
    pub const ZERO: Time = Time(0);
    /// Later than anything that is ever due.
    pub const MAX: Time = Time(u64::MAX);

    /// The time that passed since `earlier`, or none if `earlier` is later.
    pub fn since(self, earlier: Time) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }

    /// Seconds, for display only: nothing that is simulated computes with it.
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);

    /// Milliseconds.
    pub const fn ms(ms: u64) -> Span {
        Span(ms * 1_000)
    }

    /// Seconds.
    pub const fn secs(s: u64) -> Span {
        Span(s * 1_000_000)
    }

    /// Whole milliseconds, rounded down.
    pub const fn as_ms(self) -> u64 {
        self.0 / 1_000
    }

    /// Seconds, for display only.
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// What is left after taking `other` away, never less than nothing.
    pub fn minus(self, other: Span) -> Span {
        Span(self.0.saturating_sub(other.0))
    }
}

impl Add<Span> for Time {
    type Output = Time;
    fn add(self, span: Span) -> Time {
        Time(self.0.saturating_add(span.0))
    }
}

impl AddAssign<Span> for Time {
    fn add_assign(&mut self, span: Span) {
        *self = *self + span;
    }
}

impl Sub<Span> for Time {
    type Output = Time;
    fn sub(self, span: Span) -> Time {
        Time(self.0.saturating_sub(span.0))
    }
}

impl Add for Span {
    type Output = Span;
    fn add(self, other: Span) -> Span {
        Span(self.0.saturating_add(other.0))
    }
}

impl fmt::Display for Time {
    /// Minutes, seconds and milliseconds: `0:39.500`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.0 / 1_000;
        write!(f, "{}:{:02}.{:03}", ms / 60_000, ms / 1_000 % 60, ms % 1_000)
    }
}

impl fmt::Display for Span {
    /// In the largest unit that says it well: `650 ms`, `6 s`, `1.5 s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => write!(f, "0 ms"),
            us if us < 1_000 => write!(f, "{us} µs"),
            us if us < 1_000_000 => write!(f, "{} ms", us / 1_000),
            us if us % 1_000_000 == 0 => write!(f, "{} s", us / 1_000_000),
            us => write!(f, "{}.{} s", us / 1_000_000, us / 100_000 % 10),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_minutes_seconds_and_milliseconds() {
        assert_eq!(Time(39_500_000).to_string(), "0:39.500");
        assert_eq!(Time(61_002_999).to_string(), "1:01.002");
    }

    #[test]
    fn a_span_is_written_in_its_largest_telling_unit() {
        assert_eq!(Span::ZERO.to_string(), "0 ms");
        assert_eq!(Span(12).to_string(), "12 µs");
        assert_eq!(Span::ms(650).to_string(), "650 ms");
        assert_eq!(Span::secs(6).to_string(), "6 s");
        assert_eq!(Span::ms(1_540).to_string(), "1.5 s");
    }

    #[test]
    fn time_saturates_instead_of_wrapping() {
        assert_eq!(Time::MAX + Span::secs(1), Time::MAX);
        assert_eq!(Time(5) - Span(9), Time::ZERO);
        assert_eq!(Time(5).since(Time(9)), Span::ZERO);
    }
}
