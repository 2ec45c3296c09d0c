//! What relays read of the outbox and its log, and what they record.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::sim::{Cx, Span, Time};

use super::Store;
use super::facts::{StoreFact, StoreOut};
use super::log::Logged;
use super::outbox::{OutboxId, OutboxRow};

/// How a relay reads the outbox and records what it has published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RelayKind {
    /// It polls rows whose flag says that they are not published, and marks them.
    Flag,
    /// It polls rows with a greater id than the last one, and saves that id. A row that becomes visible after a greater
    /// id was saved is passed over for ever.
    Cursor,
    /// It tails the log of commits, and saves its position in it now and then.
    Tail,
}

/// How far relays have got that keep a position.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Positions {
    /// How the last relay recorded.
    kind: Option<RelayKind>,
    /// The greatest id that was saved.
    cursor: OutboxId,
    /// The place in the log from which nothing has been recorded.
    place: u32,
    /// Rows that the log had dropped before they were read.
    dropped: BTreeSet<OutboxId>,
}

/// What was read of the log.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogRead {
    /// The outbox rows, in the order of their commits.
    pub rows: Vec<OutboxRow>,
    /// The place to read on from.
    pub next: u32,
}

impl Store {
    /// A relay begins a round. Where the last one recorded in another way, the position is set behind what that one had
    /// recorded, as a person would do it who changes over.
    pub fn relay_begins(&mut self, cx: &Cx, kind: RelayKind, out: &mut impl StoreOut) {
        let before = self.positions.kind.replace(kind);
        if before.is_none_or(|before| before == kind) {
            return;
        }
        match kind {
            RelayKind::Flag => {}
            RelayKind::Cursor => {
                let first = self.outbox.unpublished().next().map(|row| row.id.0.saturating_sub(1));
                let all = self.outbox.rows().next_back().map_or(0, |row| row.id.0);
                let row = OutboxId(first.unwrap_or(all));
                self.positions.cursor = row;
                out.fact(StoreFact::CursorSaved { row }, cx.cause);
            }
            RelayKind::Tail => {
                let mut row = OutboxId::default();
                let mut place = self.log.count();
                for (at, entry) in self.log.iter() {
                    let Logged::Outbox(id) = entry.what else { continue };
                    if self.outbox.is_unpublished(id) {
                        place = at;
                        break;
                    }
                    row = id;
                }
                self.positions.place = place;
                out.fact(StoreFact::LogPositionSaved { place, row }, cx.cause);
            }
        }
    }

    /// What a relay that polls by cursor reads: the first `limit` rows with a greater id than the saved one, by number.
    pub fn after_cursor(&self, limit: u32) -> impl Iterator<Item = &OutboxRow> {
        self.outbox.after(self.positions.cursor).take(limit as usize)
    }

    /// What a relay that tails reads: at most `limit` outbox rows from a place of the log on, in the order of commits.
    pub fn outbox_log(&self, from: u32, limit: u32) -> LogRead {
        let mut read = LogRead { rows: Vec::new(), next: from.max(self.log.count()) };
        for (place, entry) in self.log.between(from, u32::MAX) {
            let Logged::Outbox(id) = entry.what else { continue };
            if read.rows.len() as u32 == limit {
                read.next = place;
                break;
            }
            read.rows.extend(self.outbox.logged(id).cloned());
        }
        read
    }

    /// Passes over the outbox rows from a place of the log on that the log keeps no longer, and says from where to read.
    pub fn drop_expired(&mut self, cx: &Cx, from: u32, keep: Span, out: &mut impl StoreOut) -> u32 {
        let mut gone = Vec::new();
        let mut next = from;
        for (place, entry) in self.log.between(from, u32::MAX) {
            let Logged::Outbox(id) = entry.what else { continue };
            match self.outbox.logged(id) {
                Some(row) if row.since + keep <= cx.now => {
                    gone.extend(self.outbox.is_unpublished(id).then_some(id));
                    next = place.saturating_add(1);
                }
                _ => break,
            }
        }
        if let Some(row) = gone.last().copied() {
            let rows = u32::try_from(gone.len()).unwrap_or(u32::MAX);
            out.fact(StoreFact::LogDropped { rows, row }, cx.cause);
            self.positions.dropped.extend(gone);
        }
        next
    }

    /// Marks outbox rows as published, in a transaction of its own. Those that are marked or not there are passed over.
    pub fn mark(&mut self, cx: &Cx, ids: &[OutboxId], out: &mut impl StoreOut) {
        for id in ids {
            if let Some(message) = self.outbox.record(*id, cx.now) {
                out.fact(StoreFact::Marked { row: *id, message }, cx.cause);
            }
        }
    }

    /// Saves the id of the last of some rows that were published, in a transaction of its own. It never goes back.
    pub fn save_cursor(&mut self, cx: &Cx, published: &[OutboxId], out: &mut impl StoreOut) {
        for id in published {
            self.outbox.record(*id, cx.now);
        }
        let Some(row) = published.iter().max().copied().filter(|row| *row > self.positions.cursor) else { return };
        self.positions.cursor = row;
        out.fact(StoreFact::CursorSaved { row }, cx.cause);
    }

    /// Saves a position in the log: all before it was published, the last of it being `row`. It never goes back.
    pub fn save_log_position(&mut self, cx: &Cx, place: u32, row: OutboxId, out: &mut impl StoreOut) {
        if place <= self.positions.place {
            return;
        }
        for (_, entry) in self.log.between(self.positions.place, place.saturating_sub(1)) {
            if let Logged::Outbox(id) = entry.what
                && !self.positions.dropped.contains(&id)
            {
                self.outbox.record(id, cx.now);
            }
        }
        self.positions.place = place;
        out.fact(StoreFact::LogPositionSaved { place, row }, cx.cause);
    }

    /// How many outbox rows that are not published lie in the log from a place on.
    pub fn unpublished_from(&self, place: u32) -> u32 {
        let rows = self.log.between(place, u32::MAX);
        let open = rows.filter(|(_, entry)| matches!(entry.what, Logged::Outbox(id) if self.outbox.is_unpublished(id)));
        u32::try_from(open.count()).unwrap_or(u32::MAX)
    }

    /// How many published rows a clean-up would delete: at most `most`, recorded at least `keep` ago.
    pub fn cleanable(&self, keep: Span, now: Time, most: u32) -> u32 {
        self.outbox.due(keep, now, most)
    }

    /// Deletes published rows that were recorded at least `keep` ago, at most `most`, in a transaction of its own.
    pub fn clean(&mut self, cx: &Cx, keep: Span, most: u32, out: &mut impl StoreOut) {
        let rows = self.outbox.due(keep, cx.now, most);
        if rows > 0 {
            self.outbox.delete(rows);
            out.fact(StoreFact::Cleaned { rows }, cx.cause);
        }
    }

    /// The id that a relay that polls by cursor has saved; 0 before the first time.
    pub fn cursor(&self) -> OutboxId {
        self.positions.cursor
    }

    /// The place in the log that a relay that tails has saved.
    pub fn log_position(&self) -> u32 {
        self.positions.place
    }

    /// Committed rows that no relay will find by itself: passed over by the cursor, or dropped by the log. By number.
    pub fn passed_over(&self) -> impl Iterator<Item = &OutboxRow> {
        let Positions { kind, cursor, dropped, .. } = &self.positions;
        self.outbox.unpublished().filter(move |row| match kind {
            Some(RelayKind::Cursor) => row.id <= *cursor,
            Some(RelayKind::Tail) => dropped.contains(&row.id),
            Some(RelayKind::Flag) | None => false,
        })
    }
}
