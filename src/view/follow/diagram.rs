//! A space-time diagram: a line for each process, time from left to right, arrows for packets, crosses for crashes.

use crate::board::Process;
use crate::service::ServiceFact;
use crate::session::Session;
use crate::sim::{FactId, Time};
use crate::store::StoreFact;
use crate::world::{Entry, Fact};

use super::sketch::Sketch;

/// A process's line.
#[derive(Clone, Debug, PartialEq)]
pub struct DiagramLane {
    /// Its name: `payments-2`.
    pub name: String,
    /// The process, whatever its life.
    pub process: Process,
}

/// How a handling ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunEnd {
    /// It goes on.
    Open,
    /// It came to its end.
    Finished,
    /// A line failed.
    Failed,
    /// Its process ended.
    Aborted,
}

/// One handling of a message on a process's line.
#[derive(Clone, Debug, PartialEq)]
pub struct RunBar {
    /// The number of the line.
    pub lane: usize,
    /// When it began.
    pub from: Time,
    /// When it ended; how far the run has got, while it goes on.
    pub to: Time,
    /// How it ended.
    pub end: RunEnd,
    /// What is handled: `OrderPlaced of order 27`.
    pub name: String,
}

/// Why a process does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gone {
    /// It has crashed.
    Crashed,
    /// It stands still.
    Paused,
}

/// A stretch in which a process does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Still {
    /// The number of the line.
    pub lane: usize,
    /// From.
    pub from: Time,
    /// To; how far the run has got, while it goes on.
    pub to: Time,
    /// Why.
    pub why: Gone,
}

/// What kind of moment a mark stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// Something that went as meant: appended, committed, published, answered.
    Done,
    /// A committed effect.
    Effect,
    /// It was recognised as a duplicate.
    Duplicate,
    /// Something failed, was given up or rolled back.
    Failed,
    /// A process crashed.
    Crash,
    /// A line of a program was done.
    Line,
}

/// A moment on a process's line.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// The number of the line.
    pub lane: usize,
    /// When.
    pub at: Time,
    /// Its fact.
    pub fact: FactId,
    /// What kind.
    pub kind: MarkKind,
    /// What happened, as a clause.
    pub text: String,
}

/// A packet's way.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrow {
    /// The number of the sender's line.
    pub from: usize,
    /// The number of the receiver's line, or of one where it was going.
    pub to: usize,
    /// When it left.
    pub sent: Time,
    /// When it arrived; not at all, so far.
    pub arrived: Option<Time>,
    /// When it was lost with its connection.
    pub lost: Option<Time>,
    /// It carries the message; otherwise it answers, or commits an offset.
    pub carries: bool,
    /// What it is: `Produce`.
    pub name: String,
    /// The fact that it left.
    pub fact: FactId,
}

/// The diagram.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diagram {
    /// The lines, in the order in which their processes come into it; those of one node beside each other.
    pub lanes: Vec<DiagramLane>,
    /// The handlings.
    pub runs: Vec<RunBar>,
    /// Where processes do nothing.
    pub stills: Vec<Still>,
    /// The moments.
    pub moments: Vec<Moment>,
    /// The packets.
    pub arrows: Vec<Arrow>,
    /// When it begins.
    pub from: Time,
    /// When it ends.
    pub to: Time,
}

/// Whether a person would tell of a fact: not of packets, and not of lines that were merely done.
pub fn is_telling(entry: &Entry) -> bool {
    !matches!(
        entry.fact,
        Fact::Net(_)
            | Fact::Service(ServiceFact::LineDone { .. })
            | Fact::Store(StoreFact::Began { .. } | StoreFact::Committed { .. } | StoreFact::Wrote { .. })
    )
}

/// The diagram of these facts.
pub fn of(session: &Session, entries: &[(FactId, &Entry)]) -> Diagram {
    let mut sketch = Sketch::new(session, entries);
    for (id, entry) in entries {
        sketch.draw(*id, entry);
    }
    sketch.over(entries)
}
