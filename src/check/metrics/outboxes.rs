//! How many rows of each outbox are not published.

use std::collections::{BTreeMap, BTreeSet};

use crate::sim::NodeId;
use crate::store::{OutboxId, StoreFact};

/// The rows of each outbox that are not published.
#[derive(Clone, Debug, Default)]
pub(super) struct Outboxes(BTreeMap<NodeId, BTreeSet<OutboxId>>);

impl Outboxes {
    /// What a fact changes about a node's outbox: how many rows more.
    pub fn see(&mut self, node: NodeId, fact: StoreFact) -> Option<i64> {
        let rows = self.0.entry(node).or_default();
        let before = rows.len();
        match fact {
            StoreFact::OutboxVisible { row, .. } => {
                rows.insert(row);
            }
            StoreFact::Marked { row, .. } => {
                rows.remove(&row);
            }
            StoreFact::CursorSaved { row } | StoreFact::LogPositionSaved { row, .. } | StoreFact::LogDropped { row, .. } => {
                *rows = rows.split_off(&OutboxId(row.0.saturating_add(1)));
            }
            _ => return None,
        }
        Some(rows.len() as i64 - before as i64)
    }
}
