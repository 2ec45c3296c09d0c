//! Our queue, with its payloads and handles, against a bare binary heap.

use crosstalk::sim::{Queue, Time};

use crate::heap::{Gaps, hold};
use crate::report::{Budget, Row};
use crate::rounds::{alternate, timed};

const EVENTS: usize = 1_000_000;

/// Hold model at 1,000 and at 10,000 pending.
pub fn rows() -> Vec<Row> {
    [1_000, 10_000].map(row).to_vec()
}

fn row(pending: usize) -> Row {
    let gaps = Gaps::new();
    let pair = alternate(7, || ours(&gaps, pending), || hold(&gaps, pending, EVENTS));
    let figures = format!("{:.0} ns an event, bare heap {:.0}", pair.ours, pair.base);
    Row::ratio(format!("hold model, {pending} pending, against a bare heap"), pair.ratio(), Budget::AtMost(0.8), figures)
}

fn ours(gaps: &Gaps, pending: usize) -> f64 {
    let mut queue = Queue::default();
    for n in 0..pending {
        queue.push(Time(gaps.at(n)), n as u64);
    }
    let (took, sum) = timed(|| {
        let mut sum = 0_u64;
        for n in 0..EVENTS {
            if let Some((at, who)) = queue.pop() {
                sum = sum.wrapping_add(at.0 ^ who);
                let due = queue.push(Time(at.0 + gaps.at(n)), n as u64);
                std::hint::black_box(due);
            }
        }
        sum
    });
    std::hint::black_box(sum);
    took / EVENTS as f64
}
