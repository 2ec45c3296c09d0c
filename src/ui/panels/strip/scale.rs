//! The strip's scale: from times to pixels and back, and where its ticks are.

use crate::sim::Time;

const SECOND: u64 = 1_000_000;
/// What the whole strip can stand for, in seconds; twice the last, and so on, for longer runs.
const SPANS: [u64; 10] = [60, 120, 180, 300, 600, 900, 1_800, 3_600, 7_200, 14_400];
/// What lies between two ticks, in seconds.
const STEPS: [u64; 10] = [10, 20, 30, 60, 120, 300, 600, 900, 1_800, 3_600];
/// The most ticks after the first.
const TICKS: u64 = 6;

/// How long the strip is, in time and in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// The time at its right end.
    pub end: Time,
    /// Its width in pixels.
    pub width: f64,
}

/// A line across the lanes.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// How far to the right.
    pub x: f64,
    /// What is written under it.
    pub label: String,
}

impl Scale {
    /// A scale on which a run fits that has got so far.
    pub fn new(frontier: Time, width: f64) -> Scale {
        let mut span = SPANS.iter().copied().find(|span| frontier.0 <= span * SECOND).unwrap_or(14_400);
        while frontier.0 > span.saturating_mul(SECOND) && span < u64::MAX / 2 {
            span *= 2;
        }
        Scale { end: Time(span.saturating_mul(SECOND)), width: width.max(1.0) }
    }

    /// How far to the right a time is.
    pub fn x(self, at: Time) -> f64 {
        at.0.min(self.end.0) as f64 / self.end.0 as f64 * self.width
    }

    /// The time at a place; the ends for places beyond them.
    pub fn time(self, x: f64) -> Time {
        Time(((x / self.width).clamp(0.0, 1.0) * self.end.0 as f64).round() as u64)
    }

    /// The ticks: in seconds, or in minutes on a long strip.
    pub fn ticks(self) -> Vec<Tick> {
        let seconds = self.end.0 / SECOND;
        let step = STEPS.iter().copied().find(|step| seconds / step <= TICKS).unwrap_or(seconds.div_ceil(TICKS));
        let (unit, name) = if step < 60 { (1, "s") } else { (60, "min") };
        let tick = |nth: u64| {
            let number = nth * step / unit;
            let label = if nth == 0 { format!("{number} {name}") } else { number.to_string() };
            Tick { x: self.x(Time(nth * step * SECOND)), label }
        };
        (0..=seconds / step).map(tick).collect()
    }
}
