//! How much of the time a node's workers had something in hand.

use std::collections::BTreeMap;

use crate::sim::{Actor, Role, Span, Time};
use crate::world::ProcessFact;

/// A sum over time that grows by a rate: how many processes are so at the moment.
#[derive(Clone, Debug, Default)]
struct Area {
    /// When the rate changed, what the sum was then (µs), and the rate since.
    corners: Vec<(Time, u64, u32)>,
}

impl Area {
    fn rate(&self) -> u32 {
        self.corners.last().map_or(0, |corner| corner.2)
    }

    fn set(&mut self, at: Time, rate: u32) {
        let sum = self.sum(at);
        self.corners.push((at, sum, rate));
    }

    fn sum(&self, at: Time) -> u64 {
        let place = self.corners.partition_point(|corner| corner.0 <= at);
        let corner = place.checked_sub(1).and_then(|place| self.corners.get(place));
        corner.map_or(0, |(since, sum, rate)| sum + at.since(*since).0 * u64::from(*rate))
    }

    fn between(&self, from: Time, to: Time) -> Span {
        Span(self.sum(to).saturating_sub(self.sum(from)))
    }
}

/// How much of the time a node's instances ran, and had something in hand.
#[derive(Clone, Debug, Default)]
pub(super) struct Busy {
    up: Area,
    busy: Area,
    /// How many handlings go on in each instance that runs.
    running: BTreeMap<Actor, u32>,
}

impl Busy {
    /// A process begins or ends.
    pub fn process(&mut self, at: Time, who: Actor, fact: ProcessFact) {
        if who.role != Role::Instance {
            return;
        }
        match fact {
            ProcessFact::Started => {
                self.running.insert(who, 0);
                self.up.set(at, self.up.rate() + 1);
            }
            ProcessFact::Crashed | ProcessFact::Stopped => {
                let Some(open) = self.running.remove(&who) else { return };
                self.up.set(at, self.up.rate().saturating_sub(1));
                if open > 0 {
                    self.busy.set(at, self.busy.rate().saturating_sub(1));
                }
            }
            ProcessFact::Paused | ProcessFact::Resumed => {}
        }
    }

    /// An instance begins to handle something.
    pub fn begin(&mut self, at: Time, who: Actor) {
        let Some(open) = self.running.get_mut(&who) else { return };
        *open += 1;
        if *open == 1 {
            self.busy.set(at, self.busy.rate() + 1);
        }
    }

    /// An instance is done with something.
    pub fn end(&mut self, at: Time, who: Actor) {
        let Some(open) = self.running.get_mut(&who).filter(|open| **open > 0) else { return };
        *open -= 1;
        if *open == 0 {
            self.busy.set(at, self.busy.rate().saturating_sub(1));
        }
    }

    /// The share of the time in which those that ran had something in hand.
    pub fn share(&self, from: Time, to: Time) -> Option<f64> {
        let up = self.up.between(from, to);
        (up.0 > 0).then(|| self.busy.between(from, to).0 as f64 / up.0 as f64)
    }
}
