//! The baseline of all engines: the hold model on a bare binary heap of (time, sequence). Each event is served and sets
//! one more, so that as many stay pending.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::rounds::timed;

/// How many gaps are drawn beforehand, so that drawing is not what is measured.
const GAPS: usize = 1 << 14;

/// Gaps between an event and the one that it sets: exponential, 1,000 µs on average.
pub struct Gaps(Vec<u64>);

impl Gaps {
    /// The same gaps each time.
    pub fn new() -> Gaps {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut draw = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let uniform = (state >> 11) as f64 / (1_u64 << 53) as f64;
            (-(1.0 - uniform).ln() * 1_000.0) as u64
        };
        Gaps((0..GAPS).map(|_| draw()).collect())
    }

    /// The gap of the nth event.
    pub fn at(&self, n: usize) -> u64 {
        self.0[n % GAPS]
    }
}

/// Nanoseconds an event of a bare heap with so many pending.
pub fn hold(gaps: &Gaps, pending: usize, events: usize) -> f64 {
    let mut heap = BinaryHeap::with_capacity(pending + 1);
    for n in 0..pending {
        heap.push(Reverse((gaps.at(n), n as u64)));
    }
    let mut sequence = pending as u64;
    let (took, sum) = timed(|| {
        let mut sum = 0_u64;
        for n in 0..events {
            if let Some(Reverse((at, who))) = heap.pop() {
                sum = sum.wrapping_add(at ^ who);
                heap.push(Reverse((at + gaps.at(n), sequence)));
                sequence += 1;
            }
        }
        sum
    });
    std::hint::black_box(sum);
    took / events as f64
}
