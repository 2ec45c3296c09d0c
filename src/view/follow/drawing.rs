//! Where everything of a diagram is, at a scale of time.

use crate::sim::Time;

use super::super::scale::Scale;
use super::diagram::{Arrow, Diagram, MarkKind, Moment};

/// The distance between two lines, in pixels.
pub const LANE: f64 = 44.0;
/// The room above the first line and below the last, in pixels.
pub const MARGIN: f64 = 26.0;
/// Moments of a line that are nearer than this are moved apart, in pixels.
const APART: f64 = 9.0;
/// How far a packet that does not arrive is drawn at least, in pixels.
const STUB: f64 = 14.0;

/// A diagram at a scale.
#[derive(Clone, Copy, Debug)]
pub struct Drawing<'a> {
    /// What is drawn.
    pub diagram: &'a Diagram,
    /// Time across.
    pub scale: Scale,
}

impl<'a> Drawing<'a> {
    /// How high it is, in pixels.
    pub fn height(&self) -> f64 {
        2.0 * MARGIN + LANE * self.diagram.lanes.len().saturating_sub(1) as f64
    }

    /// How far down a line is.
    pub fn y(&self, lane: usize) -> f64 {
        MARGIN + LANE * lane as f64
    }

    /// How far to the right a moment is.
    pub fn x(&self, at: Time) -> f64 {
        self.scale.x(at)
    }

    /// Where an arrow begins and ends. One that is under way ends where its way has come to.
    pub fn arrow(&self, arrow: &Arrow, now: Time) -> [(f64, f64); 2] {
        let (from, to) = (self.y(arrow.from), self.y(arrow.to));
        let start = self.x(arrow.sent);
        match (arrow.arrived, arrow.lost) {
            (Some(at), _) => [(start, from), (self.x(at), to)],
            // Where between the lines it was lost nobody knows: half-way.
            (None, Some(at)) => [(start, from), (self.x(at).max(start + STUB), from + (to - from) * 0.5)],
            (None, None) => [(start, from), (self.x(now).max(start + STUB), from + (to - from) * 0.7)],
        }
    }

    /// How far each moment is to the right: those of a lane that would cover each other are moved apart, but for the small
    /// marks of lines that were done, which come first so that others lie above them.
    pub fn moments(&self) -> Vec<(f64, &'a Moment)> {
        let mut last = vec![f64::NEG_INFINITY; self.diagram.lanes.len()];
        let place = |moment: &'a Moment| {
            let x = self.x(moment.at).max(last[moment.lane] + APART);
            last[moment.lane] = x;
            (x, moment)
        };
        let (small, large): (Vec<_>, Vec<_>) = self.diagram.moments.iter().partition(|moment| moment.kind == MarkKind::Line);
        small.into_iter().map(|moment| (self.x(moment.at), moment)).chain(large.into_iter().map(place)).collect()
    }
}
