//! Outboxes: rows that a relay will still find, how many there are, and since when none was published.

use std::collections::{BTreeMap, VecDeque};

use crate::board::{Board, RelayDoc};
use crate::sim::{Dense, FactId, MessageId, NodeId, Span, Time};
use crate::store::{OutboxId, RelayKind};

use super::growth::{Grown, Growth};
use super::limits::OutboxLimits;

/// How many published rows have to be in an outbox before it matters that they only grow in number: fewer than this and
/// the table is read as fast as ever.
const KEPT: u32 = 1_000;

/// A row with the message that it holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) id: OutboxId,
    pub(super) message: MessageId,
    /// The fact by which it became visible.
    pub(super) visible: FactId,
    /// When that was.
    pub(super) since: Time,
}

/// The outboxes of all services.
#[derive(Clone, Debug, Default)]
pub(super) struct Outboxes(Dense<NodeId, Outbox>);

#[derive(Clone, Debug, Default)]
struct Outbox {
    /// How the board's relay reads it.
    kind: Option<RelayKind>,
    /// The id behind which a relay reads that polls by cursor.
    cursor: OutboxId,
    /// Rows that no relay has recorded, in the order of their commits.
    open: VecDeque<Row>,
    /// When a row was last published or recorded, or began to wait where none did.
    moved: Time,
    /// It was reported as stuck since.
    reported: bool,
    waiting: Growth,
    kept: Growth,
    /// The row that was recorded last, and since when none has been deleted.
    recorded: Option<(Row, Time)>,
}

/// What is wrong with an outbox.
pub(super) enum Trouble {
    /// Nothing was published for too long: the oldest row, and when it was too long.
    Still(Row, Time),
    /// Rows that are not published have grown in number: the oldest.
    Waiting(Row, Grown),
    /// Published rows have grown in number: the latest, and since when none was deleted.
    Kept(Row, Time, Grown),
}

impl Outboxes {
    /// The board says how each outbox is read from now on.
    pub(super) fn board_is(&mut self, board: &Board) {
        for node in &board.services {
            let kind = node.relay.as_ref().and_then(RelayDoc::kind);
            // Most services have none: a look at all outboxes is not to go through theirs.
            if kind.is_none() && !self.0.contains_key(&node.id) {
                continue;
            }
            let outbox = self.0.or_default(node.id);
            if kind != Some(RelayKind::Cursor) {
                outbox.cursor = OutboxId::default();
            }
            outbox.kind = kind;
        }
    }

    /// A row has become visible. False if the relay has passed its id already, and will never read it.
    pub(super) fn visible(&mut self, service: NodeId, row: Row) -> bool {
        let outbox = self.0.or_default(service);
        if row.id <= outbox.cursor {
            return false;
        }
        if outbox.open.is_empty() {
            outbox.moves(row.since);
        }
        outbox.open.push_back(row);
        outbox.count();
        true
    }

    /// A relay got an acknowledgement.
    pub(super) fn acked(&mut self, service: NodeId, now: Time) {
        if let Some(outbox) = self.0.get_mut(&service) {
            outbox.moves(now);
        }
    }

    /// A row was marked.
    pub(super) fn marked(&mut self, service: NodeId, row: OutboxId, now: Time) -> Option<Row> {
        let outbox = self.0.or_default(service);
        let place = outbox.open.iter().position(|known| known.id == row)?;
        let row = outbox.open.remove(place)?;
        outbox.moves(now);
        outbox.count();
        Some(row)
    }

    /// A relay reads greater ids only. Gives back the rows that it will not read again, published or not.
    pub(super) fn cursor_saved(&mut self, service: NodeId, row: OutboxId, now: Time) -> Vec<Row> {
        let outbox = self.0.or_default(service);
        if outbox.kind == Some(RelayKind::Cursor) {
            outbox.cursor = row;
        }
        let behind = outbox.open.iter().filter(|known| known.id <= row).copied().collect();
        outbox.open.retain(|known| known.id > row);
        outbox.moves(now);
        outbox.count();
        behind
    }

    /// A relay has passed all commits up to that of a row, or the log has dropped them. Gives back the rows behind it.
    pub(super) fn log_passed(&mut self, service: NodeId, row: OutboxId, now: Time) -> Vec<Row> {
        let outbox = self.0.or_default(service);
        let behind = outbox.open.iter().position(|known| known.id == row).map_or(0, |place| place + 1);
        let behind = outbox.open.drain(..behind).collect();
        outbox.moves(now);
        outbox.count();
        behind
    }

    /// A row was recorded as published; it stays in the table.
    pub(super) fn recorded(&mut self, service: NodeId, row: Row, now: Time) {
        let outbox = self.0.or_default(service);
        let since = outbox.recorded.map_or(now, |(_, since)| since);
        outbox.recorded = Some((row, since));
        outbox.kept.set(outbox.kept.count().saturating_add(1));
    }

    /// Published rows were deleted.
    pub(super) fn cleaned(&mut self, service: NodeId, rows: u32, now: Time) {
        let outbox = self.0.or_default(service);
        outbox.kept.set(outbox.kept.count().saturating_sub(rows));
        if let Some((_, since)) = &mut outbox.recorded {
            *since = now;
        }
    }

    /// Reports what is wrong by now, and says when to look again.
    pub(super) fn look(
        &mut self,
        now: Time,
        limits: &BTreeMap<NodeId, OutboxLimits>,
        found: &mut Vec<(NodeId, Trouble)>,
    ) -> Time {
        let mut next = Time::MAX;
        for (service, outbox) in self.0.iter_mut() {
            let Some(limits) = limits.get(service) else { continue };
            next = next.min(outbox.look(now, *limits, |trouble| found.push((*service, trouble))));
        }
        next
    }
}

impl Outbox {
    fn moves(&mut self, now: Time) {
        (self.moved, self.reported) = (now, false);
    }

    fn count(&mut self) {
        self.waiting.set(u32::try_from(self.open.len()).unwrap_or(u32::MAX));
    }

    fn look(&mut self, now: Time, limits: OutboxLimits, mut found: impl FnMut(Trouble)) -> Time {
        let mut next = Time::MAX;
        let oldest = self.open.front().copied();
        if let Some(oldest) = oldest
            && !self.reported
        {
            let at: Time = self.moved + limits.still;
            if at <= now {
                self.reported = true;
                found(Trouble::Still(oldest, at));
            } else {
                next = next.min(at);
            }
        }
        let (mut waiting, mut kept) = (None, None);
        // A relay that keeps up has nothing that is older than a window.
        let late = |grown: &Grown| oldest.is_some_and(|oldest| grown.at.since(oldest.since) >= limits.window);
        next = next.min(self.waiting.look(now, limits.window, late, &mut waiting));
        let deleted = self.recorded.map(|(_, since)| since);
        let many = |grown: &Grown| {
            let none_deleted = deleted.is_some_and(|since| grown.at.since(since) >= grown.over);
            grown.to >= KEPT && (none_deleted || grown.to / 2 >= grown.from)
        };
        next = next.min(self.kept.look(now, limits.keep_window, many, &mut kept));
        if let (Some(oldest), Some(grown)) = (oldest, waiting) {
            found(Trouble::Waiting(oldest, grown));
        }
        if let (Some((latest, since)), Some(grown)) = (self.recorded, kept) {
            found(Trouble::Kept(latest, since, grown));
        }
        next
    }
}

impl Trouble {
    /// When it was certain.
    pub(super) fn at(&self) -> Time {
        match self {
            Trouble::Still(_, at) => *at,
            Trouble::Waiting(_, grown) | Trouble::Kept(_, _, grown) => grown.at,
        }
    }

    /// How long the row has waited, or none has been deleted.
    pub(super) fn oldest(&self) -> Span {
        match self {
            Trouble::Still(row, at) => at.since(row.since),
            Trouble::Waiting(row, grown) => grown.at.since(row.since),
            Trouble::Kept(_, since, grown) => grown.at.since(*since),
        }
    }
}
