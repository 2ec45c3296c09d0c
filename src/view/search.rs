//! Looking for a setting over the whole board.

use crate::board::{Board, Place};
use crate::session::Session;
use crate::sim::InOrder;

use super::inspect::SettingRow;
use super::inspector::{of_node, of_wire};
use super::naming::{capital, wire_name};

/// A setting that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct SettingHit {
    /// Where it is.
    pub place: Place,
    /// What the place is called: `Payments`, `The wire from Orders to order-events`.
    pub title: String,
    /// The setting as it stands.
    pub row: SettingRow,
}

/// The settings that matter of every node and wire, in the order of the document.
pub(super) fn all(board: &Board) -> impl Iterator<Item = (Place, String, Vec<SettingRow>)> {
    let clients = board.clients.iter().map(|node| (node.id, &node.title));
    let services = board.services.iter().map(|node| (node.id, &node.title));
    let brokers = board.brokers.iter().map(|node| (node.id, &node.title));
    let nodes = clients.chain(services).chain(brokers);
    let nodes = nodes.map(|(id, title)| (Place::Node(id), title.clone(), of_node(board, id)));
    let wires = board.wires.iter().map(|wire| {
        let title = capital(&format!("the wire {}", wire_name(wire.id, board)));
        (Place::Wire(wire.id), title, of_wire(board, wire.id))
    });
    nodes.chain(wires)
}

/// How well a word of a query fits: less is better, nothing if it does not.
fn fit(word: &str, row: &SettingRow, title: &str) -> Option<u32> {
    let info = row.setting.info();
    let name = info.name.to_lowercase();
    if name.starts_with(word) {
        Some(0)
    } else if name.contains(word) {
        Some(1)
    } else if info.sentence.to_lowercase().contains(word) {
        Some(2)
    } else {
        let beside = format!("{title} {} {}", row.text, row.source).to_lowercase();
        beside.contains(word).then_some(3)
    }
}

impl Session {
    /// The settings of the board at the cursor that fit all words of a query, best first: the beginning of a name, a
    /// name, a sentence, then the place and the value. All of them for an empty query.
    pub fn settings_search(&self, query: &str) -> Vec<SettingHit> {
        let query = query.to_lowercase();
        let words: Vec<&str> = query.split_whitespace().collect();
        let mut found = Vec::new();
        for (place, title, rows) in all(self.board()) {
            for row in rows {
                let fits: Option<Vec<u32>> = words.iter().map(|word| fit(word, &row, &title)).collect();
                if let Some(fits) = fits {
                    found.push((fits.iter().sum::<u32>(), SettingHit { place, title: title.clone(), row }));
                }
            }
        }
        // The sort keeps the order of the document among those that fit alike.
        found.in_order_by_key(|(rank, _)| *rank);
        found.into_iter().map(|(_, hit)| hit).collect()
    }
}
