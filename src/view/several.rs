//! Several selected things, by name.

use crate::editor::{Item, Selection};
use crate::session::Session;

use super::naming::{capital, wire_name};

/// A selected thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemRow {
    /// The thing.
    pub item: Item,
    /// What it is: `service`, `wire`.
    pub kind: &'static str,
    /// What it is called.
    pub name: String,
}

impl Session {
    /// What is selected, a row each: nodes, then wires, then topics. What is not there at the cursor has none.
    pub fn selected(&self, selection: &Selection) -> Vec<ItemRow> {
        let board = self.board();
        let kind = |item: &Item| match item {
            Item::Node(id) if board.service(*id).is_some() => Some("service"),
            Item::Node(id) if board.clients.iter().any(|client| client.id == *id) => Some("client"),
            Item::Node(id) => board.has_node(*id).then_some("broker"),
            Item::Wire(id) => board.wire(*id).map(|_| "wire"),
            Item::Topic(name) => board.topic(name).map(|_| "topic"),
        };
        let name = |item: &Item| match item {
            Item::Node(id) => board.title_of(*id).to_owned(),
            Item::Wire(id) => capital(&wire_name(*id, board)),
            Item::Topic(name) => name.clone(),
        };
        let row = |item: &Item| kind(item).map(|kind| ItemRow { item: item.clone(), kind, name: name(item) });
        selection.items().filter_map(row).collect()
    }
}

/// How many there are of each kind: `2 services, 1 wire`.
pub fn counted(rows: &[ItemRow]) -> String {
    let kinds = ["client", "service", "broker", "topic", "wire"];
    let count = |kind: &str| rows.iter().filter(|row| row.kind == kind).count();
    let said = kinds.into_iter().filter(|kind| count(kind) > 0).map(|kind| match count(kind) {
        1 => format!("1 {kind}"),
        many => format!("{many} {kind}s"),
    });
    said.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::from_json;
    use crate::sim::{NodeId, WireId};

    #[test]
    fn each_thing_is_called_by_its_kind_and_name_and_what_is_gone_is_left_out() {
        let board = from_json(include_str!("../../public/boards/orders.json")).expect("a board");
        let session = Session::new(board).expect("it runs");
        let gone = Item::Node(NodeId(99));
        let items = [Item::Node(NodeId(2)), Item::Node(NodeId(1)), Item::Wire(WireId(1)), Item::Node(NodeId(4)), gone];
        let rows = session.selected(&Selection::of(items));
        let names: Vec<_> = rows.iter().map(|row| (row.kind, row.name.as_str())).collect();
        assert_eq!(
            names,
            [("client", "Web shop"), ("service", "Orders"), ("service", "Payments"), ("wire", "From Web shop to Orders")]
        );
        assert_eq!(counted(&rows), "1 client, 2 services, 1 wire");
        assert_eq!(counted(&[]), "");
    }
}
