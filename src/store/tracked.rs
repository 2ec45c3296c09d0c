//! `processed_messages`: what each handler has processed, by message or by record, and since when.

use crate::sim::{Cx, FactId, HandlerId, MessageId, RecordId, Span, Time};

use super::Store;
use super::blocks::BlockMap;
use super::facts::{StoreFact, StoreOut};
use super::locks::LockKey;

/// A row of `processed_messages`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tracking {
    /// The handler that processes it.
    pub handler: HandlerId,
    /// The message.
    pub message: MessageId,
    /// The record that brought it, where the row is keyed by that and not by the message.
    pub record: Option<RecordId>,
}

/// The committed rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Processed {
    by_message: BlockMap<(HandlerId, MessageId), FactId>,
    by_record: BlockMap<(HandlerId, RecordId), (MessageId, FactId)>,
    /// All rows in the order of their commits, with the times of these. Those below `swept` have been deleted.
    since: BlockMap<u32, (Time, Tracking)>,
    committed: u32,
    swept: u32,
    /// How often a message was found that had been processed.
    found: u32,
}

impl Tracking {
    /// The lock on its row.
    pub(super) fn lock(self) -> LockKey {
        match self.record {
            Some(record) => LockKey::TrackedRecord(self.handler, record),
            None => LockKey::Tracked(self.handler, self.message),
        }
    }
}

impl Processed {
    /// The commit of a row.
    pub(super) fn get(&self, key: LockKey) -> Option<FactId> {
        match key {
            LockKey::Tracked(handler, message) => self.by_message.get((handler, message)).copied(),
            LockKey::TrackedRecord(handler, record) => self.by_record.get((handler, record)).map(|(_, commit)| *commit),
            LockKey::Row(..) | LockKey::Fence(_) => None,
        }
    }

    /// Counts a message that had been processed.
    pub(super) fn count_found(&mut self) {
        self.found = self.found.saturating_add(1);
    }

    /// How often a message was found that had been processed.
    pub(super) fn found(&self) -> u32 {
        self.found
    }

    /// Makes a row visible.
    pub(super) fn commit(&mut self, row: Tracking, commit: FactId, now: Time) {
        match row.record {
            Some(record) => self.by_record.set((row.handler, record), (row.message, commit)),
            None => self.by_message.set((row.handler, row.message), commit),
        }
        self.since.set(self.committed, (now, row));
        self.committed = self.committed.saturating_add(1);
    }

    /// Deletes the oldest row if it was committed at or before a time, and gives it with its commit.
    fn forget(&mut self, until: Time) -> Option<(Tracking, FactId)> {
        let (at, row) = self.since.get(self.swept).copied()?;
        if at > until {
            return None;
        }
        self.since.remove(self.swept);
        self.swept = self.swept.saturating_add(1);
        let commit = match row.record {
            Some(record) => self.by_record.remove((row.handler, record)).map(|(_, commit)| commit),
            None => self.by_message.remove((row.handler, row.message)),
        };
        commit.map(|commit| (row, commit))
    }

    pub(super) fn count(&self) -> u32 {
        self.by_message.count().saturating_add(self.by_record.count())
    }

    /// The rows by handler and message, then those by handler and record.
    pub(super) fn rows(&self) -> impl DoubleEndedIterator<Item = (Tracking, FactId)> {
        let by_message = self.by_message.iter().map(|((handler, message), commit)| {
            let record = None;
            (Tracking { handler, message, record }, *commit)
        });
        let by_record = self.by_record.iter().map(|((handler, record), (message, commit))| {
            let (message, record) = (*message, Some(record));
            (Tracking { handler, message, record }, *commit)
        });
        by_message.chain(by_record)
    }
}

impl Store {
    /// Deletes the rows of `processed_messages` that were committed `keep` ago or earlier.
    pub fn sweep(&mut self, cx: &Cx, keep: Span, out: &mut impl StoreOut) {
        let Some(until) = cx.now.0.checked_sub(keep.0).map(Time) else { return };
        while let Some((Tracking { handler, message, .. }, commit)) = self.processed.forget(until) {
            out.fact(StoreFact::Forgotten { handler, message }, cx.cause.because(commit));
        }
    }
}
