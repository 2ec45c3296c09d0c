//! The outbox: messages that ride in a transaction and that a relay publishes later.

use std::collections::BTreeSet;

use crate::net::Message;
use crate::sim::{FactId, MessageId, Span, Time, TopicId};

use super::blocks::BlockMap;

/// A row of the outbox, numbered from 1 when it is inserted: a rolled-back insert leaves a gap, and a row may become
/// visible after one with a higher number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutboxId(pub u32);

/// A message to be published.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboxRow {
    /// Its number.
    pub id: OutboxId,
    /// The message.
    pub message: Message,
    /// Where it goes.
    pub topic: TopicId,
    /// Whether a relay has recorded it: marked it, or saved a position behind it after publishing it.
    pub published: bool,
    /// The fact that it was inserted.
    pub inserted: FactId,
    /// The commit that made it visible; none while its transaction is open.
    pub committed: Option<FactId>,
    /// When it became visible; while its transaction is open, when it was inserted.
    pub since: Time,
}

/// Committed outbox rows, and the count of all that were ever inserted.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Outbox {
    rows: BlockMap<OutboxId, OutboxRow>,
    /// Rows that the table has no more and the log still holds.
    deleted: BlockMap<OutboxId, OutboxRow>,
    unpublished: BTreeSet<OutboxId>,
    /// Published rows that are in the table, in the order in which they were recorded.
    kept: BlockMap<u32, (Time, OutboxId)>,
    recorded: u32,
    given: u32,
}

impl Outbox {
    /// The number for the next insert.
    pub fn give(&mut self) -> OutboxId {
        self.given += 1;
        OutboxId(self.given)
    }

    /// Makes a row visible.
    pub fn commit(&mut self, row: OutboxRow) {
        self.unpublished.insert(row.id);
        self.rows.set(row.id, row);
    }

    /// Records a row as published and says which message it holds. None if there is no such row to publish.
    pub fn record(&mut self, id: OutboxId, now: Time) -> Option<MessageId> {
        if !self.unpublished.remove(&id) {
            return None;
        }
        let row = self.rows.get(id)?.clone();
        let message = row.message.id;
        self.rows.set(id, OutboxRow { published: true, ..row });
        self.kept.set(self.recorded, (now, id));
        self.recorded += 1;
        Some(message)
    }

    /// How many of the first `most` published rows were recorded at least that long ago.
    pub fn due(&self, keep: Span, now: Time, most: u32) -> u32 {
        let due = self.kept.iter().take(most as usize).take_while(|(_, (recorded, _))| *recorded + keep <= now);
        due.count() as u32
    }

    /// Deletes the first `count` published rows from the table.
    pub fn delete(&mut self, count: u32) {
        let first: Vec<(u32, OutboxId)> = self.kept.iter().take(count as usize).map(|(place, (_, id))| (place, *id)).collect();
        for (place, id) in first {
            self.kept.remove(place);
            if let Some(row) = self.rows.remove(id) {
                self.deleted.set(id, row);
            }
        }
    }

    /// Rows to publish, by number.
    pub fn unpublished(&self) -> impl Iterator<Item = &OutboxRow> {
        self.unpublished.iter().filter_map(|id| self.rows.get(*id))
    }

    /// Whether a row is to be published.
    pub fn is_unpublished(&self, id: OutboxId) -> bool {
        self.unpublished.contains(&id)
    }

    /// How many rows are to be published.
    pub fn unpublished_len(&self) -> u32 {
        self.unpublished.len() as u32
    }

    /// How many published rows the table has.
    pub fn kept_len(&self) -> u32 {
        self.kept.count()
    }

    /// How many published rows were deleted.
    pub fn deleted_len(&self) -> u32 {
        self.deleted.count()
    }

    /// All visible rows, by number.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = &OutboxRow> {
        self.rows.iter().map(|(_, row)| row)
    }

    /// The visible rows with a greater number, by number.
    pub fn after(&self, id: OutboxId) -> impl Iterator<Item = &OutboxRow> {
        self.rows.between(OutboxId(id.0.saturating_add(1)), OutboxId(u32::MAX)).map(|(_, row)| row)
    }

    /// A visible row.
    pub fn row(&self, id: OutboxId) -> Option<&OutboxRow> {
        self.rows.get(id)
    }

    /// A row as the log has it, be it in the table or deleted.
    pub fn logged(&self, id: OutboxId) -> Option<&OutboxRow> {
        self.rows.get(id).or_else(|| self.deleted.get(id))
    }
}
