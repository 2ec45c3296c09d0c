//! What happens in stores, as sentences.

use crate::store::{Rollback, StoreFact, WriteOp};

use super::naming::{amount, message_name, row_name};
use super::words::Words;

impl Words<'_> {
    pub(super) fn store(&self, fact: StoreFact) -> String {
        let (me, names, board) = (self.me(), self.names, self.board);
        match fact {
            StoreFact::Began { tx } => format!("{me} began transaction {tx}"),
            StoreFact::Wrote { table, row, op, line, .. } => {
                let row = row_name(table, row, names, board);
                let amount = |value: i32| amount(value, self.node(), line, board);
                let wrote = match op {
                    WriteOp::Set(value) => format!("{row} = {}", amount(value)),
                    WriteOp::Add(value) if value < 0 => format!("{row} −= {}", amount(value.saturating_neg())),
                    WriteOp::Add(value) => format!("{row} += {}", amount(value)),
                    WriteOp::Insert(value) => format!("{row} insert {}", amount(value)),
                    WriteOp::SetIfNewer { value, stamp } => format!("{row} = {} if {stamp} is newer", amount(value)),
                };
                format!("{me} wrote {wrote}, not committed yet")
            }
            StoreFact::TrackedMessage { message, .. } => {
                format!("{me} put {} into processed_messages, not committed yet", message_name(message, board))
            }
            StoreFact::DuplicateFound { message, .. } => {
                format!("{me} found {} in processed_messages: it was handled before", message_name(message, board))
            }
            StoreFact::Fenced { topic, partition, generation, .. } => {
                format!("{me} put generation {generation} of {} {partition} into fences, not committed yet", names.topic(topic))
            }
            StoreFact::FencedOff { topic, partition, generation, newest, .. } => {
                let topic = names.topic(topic);
                format!("{me} found generation {newest} of {topic} {partition} in fences: its own {generation} is older")
            }
            StoreFact::OutboxInserted { row, message } => {
                format!("{me} put {} into the outbox, row {}, not committed yet", message_name(message, board), row.0)
            }
            StoreFact::Waited { holder, .. } => format!("{me} waits for a lock that {} holds", self.name(holder.owner)),
            StoreFact::Committed { tx } => format!("{me} committed transaction {tx}"),
            StoreFact::Changed { table, row, line, intent, delta, changed } => {
                let (row, intent) = (row_name(table, row, names, board), super::naming::intent_name(intent, board));
                if changed {
                    let sign = if delta > 0 { "+" } else { "" };
                    format!("{row} changed by {sign}{} for {intent}", amount(delta, self.node(), line, board))
                } else {
                    format!("{row} stayed as it was: {intent} had written it before, or it had this value")
                }
            }
            StoreFact::OutboxVisible { row, message } => {
                format!("{} is in the outbox, row {}", message_name(message, board), row.0)
            }
            StoreFact::RolledBack { tx, why } => {
                let why = match why {
                    Rollback::Duplicate => "its message was handled before",
                    Rollback::Fenced => "its partition is somebody else's by now",
                    Rollback::Guard => "a condition did not hold",
                    Rollback::Failure => "a line failed",
                    Rollback::Deadlock => "it would have waited in a circle",
                    Rollback::LockTimeout => "it waited too long for a lock",
                    Rollback::Crash => "its process crashed",
                };
                format!("{me} rolled transaction {tx} back: {why}")
            }
            StoreFact::EndedIdle { holder } => {
                format!("the store ended a transaction of {}, which had done nothing for too long", self.name(holder))
            }
            StoreFact::Checked { table, row, holds, .. } => {
                let row = row_name(table, row, names, board);
                let found = if holds { "what is required" } else { "less than is required" };
                format!("{me} found {row} to have {found}")
            }
            StoreFact::Forgotten { message, .. } => {
                format!("{me} deleted {} from processed_messages: processed.keep.ms is over", message_name(message, board))
            }
            StoreFact::Marked { row, message } => {
                format!("{me} marked {} as published, row {}", message_name(message, board), row.0)
            }
            StoreFact::ConnectionAwaited { holder } if holder.same_process(self.me) => {
                format!("{me} waits for a connection to the store: all are in use, one by {me} itself for longest")
            }
            StoreFact::ConnectionAwaited { holder } => {
                format!("{me} waits for a connection to the store: all are in use, by {} for longest", self.name(holder))
            }
            StoreFact::ConnectionGiven => format!("{me} has a connection to the store"),
            StoreFact::ConnectionTimedOut => format!("{me} got no connection to the store in time"),
            StoreFact::CursorSaved { row } => format!("{me} saved its position: it will read rows after {}", row.0),
            StoreFact::LogPositionSaved { place, row } => {
                format!("{me} saved its position in the log of commits, {place}: row {} is the last before it", row.0)
            }
            StoreFact::LogDropped { rows: 1, row } => {
                format!("{me} found that the log had dropped row {}, which nobody had published", row.0)
            }
            StoreFact::LogDropped { rows, row } => {
                format!("{me} found that the log had dropped {rows} rows up to {}, which nobody had published", row.0)
            }
            StoreFact::Cleaned { rows } => {
                format!("{me} deleted {rows} published row{} from the outbox", if rows == 1 { "" } else { "s" })
            }
            StoreFact::LeaseTaken { before: None } => format!("{me} took the lease: it is the relay that works"),
            StoreFact::LeaseTaken { before: Some(before) } if before.same_process(self.me) => {
                format!("{me} took the lease, which its last life had left behind")
            }
            StoreFact::LeaseTaken { before: Some(before) } => {
                format!("{me} took the lease: that of {} had run out", self.name(before))
            }
        }
    }
}
