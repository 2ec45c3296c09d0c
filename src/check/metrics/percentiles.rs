//! Lengths of time, and their percentiles by a high dynamic range histogram.

use hdrhistogram::Histogram;

use crate::sim::{Span, Time};

/// The longest that is told apart, in microseconds: a day.
const LONGEST: u64 = 86_400_000_000;

/// How long things took, at their percentiles; each is off by no more than one part in a thousand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Percentiles {
    /// Half of them took no longer.
    pub p50: Span,
    /// 95 in 100 took no longer.
    pub p95: Span,
    /// 99 in 100 took no longer.
    pub p99: Span,
    /// The longest.
    pub most: Span,
    /// How many there were.
    pub count: usize,
}

/// How long each thing took, by when it was over.
#[derive(Clone, Debug, Default)]
pub(super) struct Samples(Vec<(Time, Span)>);

impl Samples {
    /// Another one was over, no earlier than the last.
    pub fn add(&mut self, at: Time, took: Span) {
        self.0.push((at, took));
    }

    /// The percentiles of those that were over after one time, up to another.
    pub fn between(&self, from: Time, to: Time) -> Option<Percentiles> {
        let up_to = |time: Time| self.0.partition_point(|(at, _)| *at <= time);
        let taken = self.0.get(up_to(from)..up_to(to)).filter(|taken| !taken.is_empty())?;
        let mut histogram = Histogram::<u32>::new_with_bounds(1, LONGEST, 3).ok()?;
        taken.iter().for_each(|(_, took)| histogram.saturating_record(took.0));
        let quantile = |share: f64| Span(histogram.value_at_quantile(share));
        let most = taken.iter().map(|(_, took)| *took).max().unwrap_or(Span::ZERO);
        let least = |span: Span| Span(span.0.min(most.0));
        let (p50, p95, p99) = (least(quantile(0.5)), least(quantile(0.95)), least(quantile(0.99)));
        Some(Percentiles { p50, p95, p99, most, count: taken.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_within_a_thousandth_of_the_sorted_samples() {
        let mut samples = Samples::default();
        let mut all: Vec<u64> = (1..=2_000_u64).map(|n| n * n * 37 % 9_000_017 + 1).collect();
        for (n, took) in all.iter().enumerate() {
            samples.add(Time(n as u64), Span(*took));
        }
        all.sort_unstable();
        let found = samples.between(Time(0), Time(5_000)).expect("there are samples");
        let first = samples.between(Time(5_000), Time(6_000));
        assert!(first.is_none());
        all.retain(|took| *took != 38);
        for (share, found) in [(0.5, found.p50), (0.95, found.p95), (0.99, found.p99)] {
            let wanted = all[((all.len() as f64 * share).ceil() as usize).clamp(1, all.len()) - 1];
            assert!((found.0 as f64 / wanted as f64 - 1.0).abs() < 0.002, "{share}: {} against {wanted}", found.0);
        }
        assert_eq!(found.most.0, *all.last().expect("some"));
    }
}
