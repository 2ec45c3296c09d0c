//! Two things measured in turn, so that what disturbs the machine disturbs both.

use std::time::Instant;

/// The least that each of two measured, over all rounds, and in which unit does not matter: both have the same.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// What is judged.
    pub ours: f64,
    /// What it is compared with.
    pub base: f64,
}

impl Pair {
    /// How many times the baseline.
    pub fn ratio(self) -> f64 {
        self.ours / self.base
    }
}

/// Measures both once as a warm-up, then alternately for so many rounds, and keeps the least of each.
pub fn alternate(rounds: u32, mut ours: impl FnMut() -> f64, mut base: impl FnMut() -> f64) -> Pair {
    ours();
    base();
    let mut least = Pair { ours: f64::INFINITY, base: f64::INFINITY };
    for _ in 0..rounds {
        least.base = least.base.min(base());
        least.ours = least.ours.min(ours());
    }
    least
}

/// How many nanoseconds something took, and what it gave.
pub fn timed<R>(work: impl FnOnce() -> R) -> (f64, R) {
    let began = Instant::now();
    let result = work();
    (began.elapsed().as_nanos() as f64, result)
}

/// What a share of all values do not exceed: 0.99 for the 99th percentile.
pub fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = ((values.len() as f64 * share).ceil() as usize).clamp(1, values.len());
    values[at - 1]
}
