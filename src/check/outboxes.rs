//! Rows of outboxes that a relay will still find.

use std::collections::{BTreeMap, VecDeque};

use crate::board::{Board, RelayDoc};
use crate::sim::{MessageId, NodeId};
use crate::store::{OutboxId, RelayKind};

/// A row with the message that it holds.
pub(super) type Row = (OutboxId, MessageId);

/// The outboxes of all services.
#[derive(Clone, Debug, Default)]
pub(super) struct Outboxes(BTreeMap<NodeId, Outbox>);

#[derive(Clone, Debug, Default)]
struct Outbox {
    /// How the board's relay reads it.
    kind: Option<RelayKind>,
    /// The id behind which a relay reads that polls by cursor.
    cursor: OutboxId,
    /// Rows that no relay has recorded, in the order of their commits.
    open: VecDeque<Row>,
}

impl Outboxes {
    /// The board says how each outbox is read from now on.
    pub(super) fn board_is(&mut self, board: &Board) {
        for node in &board.services {
            let kind = node.relay.as_ref().and_then(RelayDoc::kind);
            let outbox = self.0.entry(node.id).or_default();
            if kind != Some(RelayKind::Cursor) {
                outbox.cursor = OutboxId::default();
            }
            outbox.kind = kind;
        }
    }

    /// A row has become visible. False if the relay has passed its id already, and will never read it.
    pub(super) fn visible(&mut self, service: NodeId, row: Row) -> bool {
        let outbox = self.0.entry(service).or_default();
        if row.0 <= outbox.cursor {
            return false;
        }
        outbox.open.push_back(row);
        true
    }

    /// A row was marked.
    pub(super) fn marked(&mut self, service: NodeId, row: OutboxId) {
        let open = &mut self.0.entry(service).or_default().open;
        if let Some(place) = open.iter().position(|(id, _)| *id == row) {
            open.remove(place);
        }
    }

    /// A relay reads greater ids only. Gives back the rows that it will not read again, published or not.
    pub(super) fn cursor_saved(&mut self, service: NodeId, row: OutboxId) -> Vec<Row> {
        let outbox = self.0.entry(service).or_default();
        if outbox.kind == Some(RelayKind::Cursor) {
            outbox.cursor = row;
        }
        let behind = outbox.open.iter().filter(|(id, _)| *id <= row).copied().collect();
        outbox.open.retain(|(id, _)| *id > row);
        behind
    }

    /// A relay has passed all commits up to that of a row, or the log has dropped them. Gives back the rows behind it.
    pub(super) fn log_passed(&mut self, service: NodeId, row: OutboxId) -> Vec<Row> {
        let open = &mut self.0.entry(service).or_default().open;
        let behind = open.iter().position(|(id, _)| *id == row).map_or(0, |place| place + 1);
        open.drain(..behind).collect()
    }
}
