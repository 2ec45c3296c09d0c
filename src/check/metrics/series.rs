//! What changes over time, kept so that it can be asked for at any moment.

use crate::sim::Time;

/// Moments at which something happened once.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts(Vec<Time>);

impl Counts {
    /// It happened, no earlier than the last time.
    pub fn one(&mut self, at: Time) {
        self.0.push(at);
    }

    /// How often it happened after one time, up to another.
    pub fn between(&self, from: Time, to: Time) -> u32 {
        let up_to = |time: Time| self.0.partition_point(|at| *at <= time);
        u32::try_from(up_to(to).saturating_sub(up_to(from))).unwrap_or(u32::MAX)
    }
}

/// A number that goes up and down.
#[derive(Clone, Debug, Default)]
pub(super) struct Gauge(Vec<(Time, u32)>);

impl Gauge {
    /// It changes by so much, no earlier than the last time; never below nothing.
    pub fn change(&mut self, at: Time, by: i64) {
        let before = self.0.last().map_or(0, |(_, value)| i64::from(*value));
        let value = u32::try_from((before + by).max(0)).unwrap_or(u32::MAX);
        match self.0.last_mut() {
            Some(last) if last.0 == at => last.1 = value,
            _ => self.0.push((at, value)),
        }
    }

    /// What it was at a time; none before it was first known.
    pub fn at(&self, time: Time) -> Option<u32> {
        let place = self.0.partition_point(|(at, _)| *at <= time);
        self.0.get(place.checked_sub(1)?).map(|(_, value)| *value)
    }
}
