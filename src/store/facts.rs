//! What happens in a store.

use std::convert::Infallible;

use crate::sim::{Actor, Emit, GroupId, HandlerId, IntentId, LineId, MessageId, TableId, TopicId};

use super::outbox::OutboxId;
use super::tx::TxId;
use super::write::WriteOp;

/// Why a transaction was rolled back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rollback {
    /// Its message had been processed before.
    Duplicate,
    /// A newer generation of its group had worked on its partition.
    Fenced,
    /// A condition of its program did not hold.
    Guard,
    /// A line of its program failed.
    Failure,
    /// It would have waited in a circle.
    Deadlock,
    /// It waited too long for a lock.
    LockTimeout,
    /// Its process crashed.
    Crash,
}

/// What happened in a store. `tx` is the number of the acting process's transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StoreFact {
    /// A transaction began.
    Began {
        /// The transaction.
        tx: u32,
    },
    /// A business row was written, not yet visibly.
    Wrote {
        /// The transaction.
        tx: u32,
        /// The table.
        table: TableId,
        /// The row.
        row: u32,
        /// What was done to it.
        op: WriteOp,
        /// The line that did it.
        line: LineId,
    },
    /// A message was put into `processed_messages`, not yet visibly.
    TrackedMessage {
        /// The transaction.
        tx: u32,
        /// The handler that processes it.
        handler: HandlerId,
        /// The message.
        message: MessageId,
    },
    /// A message was in `processed_messages` already, because of the commit that tracked it first.
    DuplicateFound {
        /// The transaction.
        tx: u32,
        /// The handler that processed it before.
        handler: HandlerId,
        /// The message.
        message: MessageId,
    },
    /// The generation in which a record's partition was assigned was put into `fences`, not yet visibly.
    Fenced {
        /// The transaction.
        tx: u32,
        /// The group.
        group: GroupId,
        /// The topic.
        topic: TopicId,
        /// The partition.
        partition: u16,
        /// The generation.
        generation: u32,
    },
    /// A newer generation was in `fences` already, because of the commit that put it there.
    FencedOff {
        /// The transaction.
        tx: u32,
        /// The group.
        group: GroupId,
        /// The topic.
        topic: TopicId,
        /// The partition.
        partition: u16,
        /// The transaction's own generation.
        generation: u32,
        /// The newer one.
        newest: u32,
    },
    /// A message was put into the outbox, not yet visibly.
    OutboxInserted {
        /// The row.
        row: OutboxId,
        /// The message.
        message: MessageId,
    },
    /// A statement began to wait for a lock, because of the statement that took it.
    Waited {
        /// The transaction.
        tx: u32,
        /// Who holds the lock.
        holder: TxId,
    },
    /// A transaction committed. One fact for each of its writes and outbox rows follows.
    Committed {
        /// The transaction.
        tx: u32,
    },
    /// A committed write became visible.
    Changed {
        /// The table.
        table: TableId,
        /// The row.
        row: u32,
        /// The line that wrote it.
        line: LineId,
        /// The intent that it served.
        intent: IntentId,
        /// The new value less the old one; a row that did not exist counts as 0.
        delta: i32,
        /// Whether the row is new or has a new value or stamp. If not, the commit that made it what it is is a reason.
        changed: bool,
    },
    /// A committed outbox row became visible to the relay.
    OutboxVisible {
        /// The row.
        row: OutboxId,
        /// The message.
        message: MessageId,
    },
    /// A transaction was rolled back: it left nothing but a gap in the outbox's ids.
    RolledBack {
        /// The transaction.
        tx: u32,
        /// Why.
        why: Rollback,
    },
    /// An outbox row was marked as published.
    Marked {
        /// The row.
        row: OutboxId,
        /// The message.
        message: MessageId,
    },
    /// There was no free connection: one that was needed is waited for. The reason is the work that has held its one
    /// longest.
    ConnectionAwaited {
        /// Who does that work.
        holder: Actor,
    },
    /// One who had waited for a connection has one.
    ConnectionGiven,
    /// A connection was waited for too long.
    ConnectionTimedOut,
    /// A relay saved the id up to which it has published. It will read greater ones only.
    CursorSaved {
        /// The id.
        row: OutboxId,
    },
    /// A relay saved its position in the log of commits. It will read on from there.
    LogPositionSaved {
        /// The place in the log to read on from.
        place: u32,
        /// The last outbox row before it; 0 for none.
        row: OutboxId,
    },
    /// A relay found that the log has dropped outbox rows which nobody had published.
    LogDropped {
        /// How many.
        rows: u32,
        /// The last of them.
        row: OutboxId,
    },
    /// Published outbox rows were deleted.
    Cleaned {
        /// How many.
        rows: u32,
    },
    /// A relay took the lease: it is the one that works.
    LeaseTaken {
        /// Who held it before, be it given back or run out.
        before: Option<Actor>,
    },
    /// A condition on a row was looked at.
    Checked {
        /// The transaction.
        tx: u32,
        /// The table.
        table: TableId,
        /// The row.
        row: u32,
        /// The least value that it asks for.
        least: i32,
        /// Whether the row has it. If not, its transaction is rolled back.
        holds: bool,
    },
    /// A sweep deleted a message from `processed_messages`: it would be handled once more.
    Forgotten {
        /// The handler that had processed it.
        handler: HandlerId,
        /// The message.
        message: MessageId,
    },
    /// The store ended a transaction of that process, which had been open and done nothing for too long: somebody needed
    /// the store.
    EndedIdle {
        /// Whose it was.
        holder: Actor,
    },
}

/// What a store emits into. It sends nothing and sets no timer.
pub trait StoreOut: Emit<StoreFact, Infallible, Infallible> {}
impl<T: Emit<StoreFact, Infallible, Infallible>> StoreOut for T {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_fact_leaves_room_for_the_tag_that_joins_it_to_other_facts() {
        assert!(size_of::<StoreFact>() <= 28, "{}", size_of::<StoreFact>());
    }
}
