//! The log of committed changes, in the order of commits: what a tailing relay reads.

use crate::sim::{FactId, HandlerId, MessageId, TableId};

use super::outbox::OutboxId;

/// One committed change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// The commit that it belongs to.
    pub commit: FactId,
    /// What changed.
    pub what: Logged,
}

/// What a committed change changed. Writes that changed nothing are not logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Logged {
    /// A business row got a value.
    Row {
        /// The table.
        table: TableId,
        /// The row.
        row: u32,
        /// The new value.
        value: i32,
    },
    /// A message was put into `processed_messages`.
    Tracked {
        /// The handler that processed it.
        handler: HandlerId,
        /// The message.
        message: MessageId,
    },
    /// A row was put into the outbox.
    Outbox(OutboxId),
}
