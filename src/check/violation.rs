//! What a check found.

use crate::sim::{Actor, FactId, GroupId, IntentId, LineId, MessageId, NodeId, RecordId, Span, Time};

use super::Check;

/// A check that does not hold, and never will again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The check.
    pub check: Check,
    /// When it was certain.
    pub at: Time,
    /// The fact that made it certain: the second effect, the end of the last live path, or, where time alone did, the
    /// last fact until then.
    pub fact: FactId,
    /// What the business meant; of several, the oldest.
    pub intent: IntentId,
    /// The service whose store has too much or too little, or whose process or records stand still.
    pub service: NodeId,
    /// The line that writes there. Message without row, skipped row, outbox grows: the line that makes the message.
    /// Poison: the line that failed, or that never wrote. Stuck, pool dry, and what is of a group: 0.
    pub line: LineId,
    /// The message that the line's handler handles. Message without row, skipped row, outbox grows: the one that the line
    /// makes. Stuck, stuck group, hot partition: the oldest that waits. Pool dry: the oldest that the one who has waited longest handles.
    pub message: MessageId,
    /// Done twice, zombie, and a hole by which it was done twice: the first effect. Lost, committed early, passed over, and
    /// a hole by which it was lost: the message's way into a log, or the start of its handling. Row without message: the row. Message without row: its way
    /// into a log. Out of order: the effect of the later message. Skipped row, outbox grows: the commit of the row. Poison:
    /// the first failure. Pool dry: the wait with which it began.
    pub first: Option<FactId>,
    /// What else is known of it.
    pub detail: Detail,
}

/// What a check knows of a violation beside its places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// No more.
    #[default]
    None,
    /// A hole in tracking: whether the message was done twice through it; otherwise it never was.
    Hole {
        /// Done twice.
        twice: bool,
    },
    /// An outbox grew: the least number of rows in the first and in the last of the windows that were compared.
    Grew {
        /// Rows that are published and not deleted; otherwise rows that are not published.
        kept: bool,
        /// At first.
        from: u32,
        /// At last.
        to: u32,
        /// How long all of that took.
        over: Span,
        /// How long the oldest row has waited, or since when no published row was deleted.
        oldest: Span,
    },
    /// Something stood still, and for how long.
    Still(Idle, Span),
    /// The handling of a message failed so many times in a row, and those behind it wait.
    Failed(u32),
    /// Somebody has waited for a connection nearly all the time.
    Dry {
        /// How many wait when that is certain.
        waiting: u32,
        /// How long all of that took.
        over: Span,
    },
    /// The handling of a message was given up: it has no effect.
    GivenUp,
    /// Members of a group were removed and came back, again and again.
    Storm {
        /// The group.
        group: GroupId,
        /// How often one came back.
        returns: u32,
        /// How often the group began to rebalance.
        rebalances: u32,
        /// In what time.
        over: Span,
    },
    /// Nobody in a group was handed anything while it rebalanced.
    Halted {
        /// The group.
        group: GroupId,
        /// For so long.
        over: Span,
    },
    /// A partition gets more than the others, and more than is read of it.
    Hot {
        /// The group that falls behind.
        group: GroupId,
        /// The oldest record that waits in it.
        record: RecordId,
        /// How many records of so many lie in it.
        records: (u32, u32),
        /// How many partitions the topic has.
        partitions: u16,
        /// How many records wait in it.
        lag: u32,
    },
    /// A group began to read behind records.
    Jumped {
        /// The group.
        group: GroupId,
        /// The record of the message.
        record: RecordId,
        /// How many it had not handled.
        records: u32,
    },
}

/// What stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Idle {
    /// A partition as a group reads it: its oldest record that is not done.
    Partition(GroupId, RecordId),
    /// A process in the middle of a handler.
    Process(Actor),
    /// The outbox of a service.
    Outbox(NodeId),
}
