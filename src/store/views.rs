//! Reading a store: for programs, for the relay, for the screen. Nothing here locks.

use crate::sim::{FactId, HandlerId, MessageId, Span, TableId, Time};

use super::Store;
use super::locks::{Lock, LockKey};
use super::log::LogEntry;
use super::outbox::{OutboxId, OutboxRow};
use super::tracked::Tracking;
use super::tx::{Transaction, TxId};
use super::write::Row;

impl Store {
    /// A committed row.
    pub fn row(&self, table: TableId, row: u32) -> Option<&Row> {
        self.rows.get((table, row))
    }

    /// The committed rows of a table, by key.
    pub fn rows(&self, table: TableId) -> impl Iterator<Item = (u32, &Row)> {
        self.rows.between((table, 0), (table, u32::MAX)).map(|((_, row), value)| (row, value))
    }

    /// A row's value as a transaction sees it: what has committed, and its own writes.
    ///
    /// A read locks nothing. A guard is sure only of a row that its transaction has written.
    pub fn value_in(&self, tx: TxId, table: TableId, row: u32) -> Option<i32> {
        let committed = self.row(table, row).map(|row| (row.value, row.stamp));
        let writes = self.open.get(&tx).map_or(&[][..], |open| &open.writes);
        let own = writes.iter().filter(|(write, _)| (write.table, write.row) == (table, row));
        own.fold(committed, |value, (write, _)| Some(write.op.apply(value))).map(|(value, _)| value)
    }

    /// The commit that put a message into `processed_messages`.
    pub fn tracked(&self, handler: HandlerId, message: MessageId) -> Option<FactId> {
        self.processed.get(LockKey::Tracked(handler, message))
    }

    /// How many rows `processed_messages` has.
    pub fn tracked_count(&self) -> u32 {
        self.processed.count()
    }

    /// `processed_messages`, with the commits that tracked them: by handler and message, then those that are keyed by
    /// their records.
    pub fn tracked_rows(&self) -> impl DoubleEndedIterator<Item = (Tracking, FactId)> {
        self.processed.rows()
    }

    /// How often a message was found in `processed_messages`.
    pub fn duplicates_found(&self) -> u32 {
        self.processed.found()
    }

    /// What a polling relay reads: the first `limit` rows that are not published, by number.
    pub fn unpublished(&self, limit: u32) -> impl Iterator<Item = &OutboxRow> {
        self.outbox.unpublished().take(limit as usize)
    }

    /// How many committed outbox rows are not published.
    pub fn unpublished_count(&self) -> u32 {
        self.outbox.unpublished_len()
    }

    /// How many published outbox rows the table still has.
    pub fn kept_count(&self) -> u32 {
        self.outbox.kept_len()
    }

    /// How many published outbox rows were deleted.
    pub fn deleted_count(&self) -> u32 {
        self.outbox.deleted_len()
    }

    /// How long the oldest committed row has waited to be published.
    pub fn oldest_unpublished(&self, now: Time) -> Option<Span> {
        self.outbox.unpublished().map(|row| now.since(row.since)).max()
    }

    /// A committed outbox row.
    pub fn outbox_row(&self, id: OutboxId) -> Option<&OutboxRow> {
        self.outbox.row(id)
    }

    /// The committed outbox rows, by number.
    pub fn outbox_rows(&self) -> impl DoubleEndedIterator<Item = &OutboxRow> {
        self.outbox.rows()
    }

    /// Committed changes from a place on, in the order of commits, each with its place, counted from 0.
    pub fn log_from(&self, place: u32) -> impl Iterator<Item = (u32, &LogEntry)> {
        self.log.between(place, u32::MAX)
    }

    /// An open transaction.
    pub fn transaction(&self, tx: TxId) -> Option<&Transaction> {
        self.open.get(&tx)
    }

    /// The open transactions, by owner and number.
    pub fn transactions(&self) -> impl Iterator<Item = (TxId, &Transaction)> {
        self.open.iter().map(|(tx, open)| (*tx, open))
    }

    /// The transaction that this one waits for.
    pub fn waits_for(&self, tx: TxId) -> Option<TxId> {
        self.locks.awaited(tx).map(|lock| lock.holder)
    }

    /// The locks that are held, with their waiters.
    pub fn locks(&self) -> impl Iterator<Item = (&LockKey, &Lock)> {
        self.locks.iter()
    }
}
