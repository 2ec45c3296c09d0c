//! How a violation came about, as fields: a template and what was measured from the facts.

use crate::board::Edit;
use crate::broker::RebalanceWhy;
use crate::sim::{Actor, FactId, GroupId, LineId, MessageId, NodeId, RecordId, Span, Time, WireId};
use crate::store::{OutboxId, Rollback};

use super::Idle;
use super::stop::Stop;

/// How a violation came about.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The template, with its parameters.
    pub story: Story,
    /// The facts that the story is made of, in order.
    pub steps: Vec<(FactId, StepKind)>,
    /// The edit of the board that would have prevented it.
    pub prevent: Option<Edit>,
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
    /// A power loss took the record from the log before anybody had handled it.
    LostPower {
        /// The record.
        record: RecordId,
        /// The broker.
        broker: Actor,
        /// When.
        at: Time,
        /// Its producer had got the acknowledgement, and no longer has the message.
        acked: bool,
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
    /// A message was sent before its transaction had committed, and it never did.
    ToldFirst {
        /// Who sent it.
        by: Actor,
        /// What ended its sender.
        stop: Option<Stop>,
        /// Why the transaction was rolled back.
        rolled_back: Option<Rollback>,
        /// The client gave up.
        gave_up: bool,
    },
    /// A newer message came to a row before an older one.
    Overtaken {
        /// The older and the newer message.
        messages: (MessageId, MessageId),
        /// Where the two lie.
        records: (RecordId, RecordId),
        /// Where they changed places.
        how: Overtaking,
    },
    /// A relay that polls by cursor saved an id while the transaction of a lower one was open.
    PassedOver {
        /// The row.
        row: OutboxId,
        /// The relay.
        by: Actor,
        /// The id that it saved.
        position: OutboxId,
        /// How long the row's transaction was open after the id was given.
        open: Span,
        /// The row with a greater id that was committed in the meantime.
        overtaken: Option<OutboxId>,
    },
    /// The log of commits dropped a row before a relay had read it.
    Dropped {
        /// The row.
        row: OutboxId,
        /// When the relay found out.
        at: Time,
        /// What the relay did instead.
        down: Option<Stop>,
    },
    /// A relay was down, or stood still, while its outbox grew.
    RelayDown {
        /// Since when.
        stop: Stop,
    },
    /// A relay published fewer rows than were committed.
    RelaySlow {
        /// How many rows it reads at once.
        batch: u64,
    },
    /// Nobody deletes published rows.
    NeverCleaned,
    /// Tracking let a message through twice, or turned it away when it had never been done.
    Untracked {
        /// Who handled it first.
        by: Actor,
        /// Where the hole is.
        hole: Hole,
        /// What ended the first handling.
        stop: Option<Stop>,
    },
    /// All connections to a store were in use nearly all the time.
    PoolDry {
        /// How many connections there were.
        connections: u64,
        /// How many workers and relays may need one at a time.
        users: u64,
        /// Whose work held one longest when the first began to wait.
        holder: Actor,
        /// The line of its program that it was on, inside its transaction, when that had become certain.
        on: Option<LineId>,
    },
    /// Something has work and gets nowhere.
    StandsStill {
        /// What.
        idle: Idle,
        /// How long.
        waited: Span,
        /// Who would have to do it, and does not.
        stop: Option<Stop>,
        /// The wire that is cut.
        cut: Option<WireId>,
    },
    /// A line failed, and failed again whenever the message was handled again.
    FailsAgain {
        /// The service.
        service: NodeId,
        /// The line.
        line: LineId,
        /// How many times in a row.
        times: u32,
    },
    /// A message was given up after its handling had failed.
    GivenUp {
        /// The service.
        service: NodeId,
        /// The line that failed last.
        line: LineId,
        /// How many times it had failed in all.
        times: u32,
    },
    /// A member did what another one did as well, after the partition had gone to that one.
    DoneByZombie {
        /// The record.
        record: RecordId,
        /// Who no longer had the partition.
        by: Actor,
        /// What kept it from noticing in time.
        stop: Option<Stop>,
        /// How the record came to the other.
        handover: Handover,
        /// It was the second to do it; otherwise the first.
        again: bool,
        /// A fence would have turned it away: it comes to where that stands after the new owner has worked.
        fence: bool,
    },
    /// A group that had committed nothing began to read behind records.
    BeganBehind {
        /// The group.
        group: GroupId,
        /// The first of them.
        record: RecordId,
        /// How many.
        records: u32,
        /// Where it began.
        to: u32,
        /// The member.
        by: Actor,
        /// When.
        at: Time,
    },
    /// A member of a group was removed and came back, again and again.
    GoesAndComes {
        /// The member that came back last.
        who: Actor,
        /// Why it was removed before.
        why: RebalanceWhy,
        /// How often one came back.
        times: u32,
        /// How long the handling took in whose middle it was, if that is why it was late with its poll.
        took: Option<Span>,
        /// What kept it silent.
        stop: Option<Stop>,
    },
    /// A group waits for one of its members before anybody reads on.
    AllWait {
        /// What set off the rebalance.
        why: RebalanceWhy,
        /// Since when.
        since: Time,
        /// The member, and since when it handles what it is in the middle of.
        late: Option<(Actor, Time)>,
    },
    /// The records of one key, or of few, lie in one partition.
    OneKey {
        /// The field by which they are keyed.
        key: String,
        /// The first record that waits.
        record: RecordId,
    },
    /// The facts tell no more than that it is so.
    Untold {
        /// The message that was handled, or never was.
        message: MessageId,
    },
}

/// Where an older message and a newer one changed places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overtaking {
    /// The older one had been there before; it was delivered again after the newer one.
    CameAgain,
    /// They lie in one partition in their order, and were handled side by side.
    SideBySide,
    /// They lie in different partitions, between which there is no order.
    OtherPartition,
    /// The topic was given more partitions between the two, so that their key lies elsewhere since.
    KeysMoved,
    /// Two clients made them, which put the same key into different partitions: the first one's service, then the other's.
    OtherClient(NodeId, NodeId),
    /// A relay published rows by their ids: the older one's commit was the earlier one, its id was greater.
    ByRowId(OutboxId),
    /// Each was sent by the process that had committed it, whichever was quicker.
    SentBySenders,
}

/// Where tracking has a hole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hole {
    /// The message's id was committed in a transaction of its own before the effect.
    TrackedBefore,
    /// The message's id would have been committed in a transaction of its own after the effect.
    TrackedAfter,
    /// The record's place was tracked, and the message came in another one.
    ByOffset,
    /// The message's id had been deleted, so long after it was tracked.
    Forgotten(Span),
    /// The facts do not tell where.
    Elsewhere,
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
