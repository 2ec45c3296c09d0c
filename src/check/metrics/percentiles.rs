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
