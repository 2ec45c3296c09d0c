//! The outbox: messages that ride in a transaction and that a relay publishes later.

use std::collections::BTreeSet;

use crate::net::Message;
use crate::sim::{FactId, MessageId, TopicId};

use super::blocks::BlockMap;

/// A row of the outbox, numbered from 1 when it is inserted: a rolled-back insert leaves a gap, and a row may become
/// visible after one with a higher number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// Whether a relay has marked it.
    pub published: bool,
    /// The fact that it was inserted.
    pub inserted: FactId,
    /// The commit that made it visible; none while its transaction is open.
    pub committed: Option<FactId>,
}

/// Committed outbox rows, and the count of all that were ever inserted.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Outbox {
    rows: BlockMap<OutboxId, OutboxRow>,
    unpublished: BTreeSet<OutboxId>,
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

    /// Marks a row as published and says which message it holds. None if there is no such row to publish.
    pub fn mark(&mut self, id: OutboxId) -> Option<MessageId> {
        if !self.unpublished.remove(&id) {
            return None;
        }
        let row = self.rows.get(id)?.clone();
        let message = row.message.id;
        self.rows.set(id, OutboxRow { published: true, ..row });
        Some(message)
    }

    /// Rows to publish, by number.
    pub fn unpublished(&self) -> impl Iterator<Item = &OutboxRow> {
        self.unpublished.iter().filter_map(|id| self.rows.get(*id))
    }

    /// How many rows are to be published.
    pub fn unpublished_len(&self) -> u32 {
        self.unpublished.len() as u32
    }

    /// All visible rows, by number.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = &OutboxRow> {
        self.rows.iter().map(|(_, row)| row)
    }

    /// A visible row.
    pub fn row(&self, id: OutboxId) -> Option<&OutboxRow> {
        self.rows.get(id)
    }
}
