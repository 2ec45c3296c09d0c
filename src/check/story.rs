//! How a violation came about, as fields: a template and what was measured from the facts.

use crate::board::Pattern;
use crate::broker::RebalanceWhy;
use crate::sim::{Actor, FactId, LineId, MessageId, NodeId, RecordId, Span, Time};
use crate::store::OutboxId;

/// How a violation came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The template, with its parameters.
    pub story: Story,
    /// The facts that the story is made of, in order.
    pub steps: Vec<(FactId, StepKind)>,
    /// What would prevent it, and in which service.
    pub prevent: Option<(NodeId, Pattern)>,
}

/// What brought a run of a handler to its end, or made what it did not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// The process.
    pub who: Actor,
    /// When.
    pub at: Time,
    /// The last line that was done, if any was.
    pub after: Option<LineId>,
    /// What happened.
    pub how: StopHow,
}

/// What happened to a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopHow {
    /// It crashed.
    Crashed,
    /// It was taken off the board.
    Removed,
    /// It stood still.
    Paused,
    /// It could not commit its offset: that was refused, or nobody answered.
    AckFailed,
    /// It learned that the partition was no longer its own.
    LostPartition,
    /// Its producer gave up waiting for acks.
    GaveUp,
}

/// A partition's way to another process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handover {
    /// How long after the stop the group removed the member, and why; none when a rebalance had another cause.
    pub noticed: Option<(Span, RebalanceWhy)>,
    /// The partition.
    pub partition: u16,
    /// To whom it went.
    pub to: Actor,
    /// When.
    pub at: Time,
    /// The committed offset from which it was read on.
    pub offset: u32,
}

/// How an attempt of a call ended without its response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallEnd {
    /// No answer came in time.
    TimedOut,
    /// The connection broke.
    Broken,
    /// The answer was an error.
    Error,
}

/// The templates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Story {
    /// The same record was handled twice: its offset was not committed after the first time.
    ReadAgain {
        /// The record.
        record: RecordId,
        /// What kept the offset from being committed.
        stop: Option<Stop>,
        /// How the record came to the second.
        handover: Option<Handover>,
    },
    /// A relay published the same row twice.
    PublishedAgain {
        /// What kept the relay from marking it.
        stop: Option<Stop>,
        /// Who published it again.
        by: Actor,
        /// Where the message lies, twice.
        records: (RecordId, RecordId),
    },
    /// Two relays published the same row.
    PublishedByTwo {
        /// The first.
        first: Actor,
        /// The second.
        by: Actor,
        /// Where the message lies, twice.
        records: (RecordId, RecordId),
    },
    /// A row of the outbox became visible behind the position of a relay that polls by cursor.
    PassedOver {
        /// The relay.
        by: Actor,
        /// The row.
        row: OutboxId,
        /// The position that the relay saved.
        position: OutboxId,
    },
    /// The log of commits dropped a row of the outbox before a relay read it.
    Dropped {
        /// The relay that found it gone.
        by: Actor,
    },
    /// A producer sent the same message twice, since no acknowledgement came.
    ProducedAgain {
        /// The producer.
        by: Actor,
        /// How many attempts it gave up.
        attempts: u32,
        /// Where the message lies, twice.
        records: (RecordId, RecordId),
    },
    /// The client sent its request again, and it was handled again.
    CalledAgain {
        /// The client.
        client: Actor,
        /// What kept the first answer from coming, if it was no more than slow.
        stop: Option<Stop>,
        /// The attempt that was handled as well.
        attempt: u32,
        /// How long the client had waited for the attempt that it gave up.
        waited: Span,
        /// How that attempt had ended.
        ended: CallEnd,
    },
    /// A line failed after the commit, and the program started again from its first line.
    StartedAgain {
        /// The instance.
        by: Actor,
        /// The line that failed.
        failed: LineId,
    },
    /// The message was given up after its handling had failed.
    GivenUp {
        /// The instance.
        by: Actor,
        /// The line that failed.
        failed: LineId,
        /// How often it had failed there since it was read or asked for.
        failures: u32,
    },
    /// The offset was committed before the work was done, and the work never was.
    AckedFirst {
        /// The record.
        record: RecordId,
        /// What ended the work.
        stop: Option<Stop>,
        /// The committed offset.
        offset: u32,
        /// When it was committed.
        at: Time,
    },
    /// The request was answered before the work was done, and the work never was.
    AnsweredFirst {
        /// What ended the work.
        stop: Option<Stop>,
    },
    /// The row was committed, and the process ended before it published.
    NotPublished {
        /// What ended it.
        stop: Option<Stop>,
        /// The client's later attempt that was recognised as a duplicate and answered.
        recognised: Option<u32>,
        /// The client gave up.
        gave_up: bool,
    },
    /// The message was sent without waiting for an acknowledgement, and did not arrive.
    SentIntoNothing {
        /// Who sent it.
        by: Actor,
    },
    /// The facts tell no more than that it is so.
    Untold {
        /// The message that was handled, or never was.
        message: MessageId,
    },
}

/// What a fact is in a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// The handling in which it all happened began; a switch thrown before this moment counts for it.
    Began,
    /// An effect, or a row that was committed.
    Effect,
    /// A process stopped, or its work did not count.
    Stopped,
    /// A group or a client noticed.
    Noticed,
    /// A partition, a request or a row went to another process.
    HandedOver,
    /// A record was appended to a log.
    Appended,
    /// An offset was committed.
    Committed,
    /// A message was recognised as a duplicate.
    Recognised,
    /// The end of the last live path.
    Confirmed,
}
