//! What is selected: any number of nodes, topics and wires.

use std::collections::BTreeSet;

use crate::board::Board;
use crate::sim::NodeId;

use super::draft::Item;

/// The selected things.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection(BTreeSet<Item>);

impl Selection {
    /// Only these.
    pub fn of(items: impl IntoIterator<Item = Item>) -> Selection {
        Selection(items.into_iter().collect())
    }

    /// Everything on a board: its nodes and wires.
    pub fn all(board: &Board) -> Selection {
        let nodes = board.clients.iter().map(|node| node.id).chain(board.services.iter().map(|node| node.id));
        let nodes = nodes.chain(board.brokers.iter().map(|node| node.id)).map(Item::Node);
        Selection::of(nodes.chain(board.wires.iter().map(|wire| Item::Wire(wire.id))))
    }

    /// Adds a thing, or takes it out if it is selected.
    pub fn toggle(&mut self, item: Item) {
        if !self.0.remove(&item) {
            self.0.insert(item);
        }
    }

    /// Whether a thing is selected.
    pub fn contains(&self, item: &Item) -> bool {
        self.0.contains(item)
    }

    /// Whether a node is selected.
    pub fn has_node(&self, node: NodeId) -> bool {
        self.0.contains(&Item::Node(node))
    }

    /// Whether nothing is selected.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many things are selected.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The one thing that is selected, if it is only one.
    pub fn only(&self) -> Option<&Item> {
        self.0.first().filter(|_| self.0.len() == 1)
    }

    /// The selected things: nodes, then wires, then topics, each by id or name.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.0.iter()
    }

    /// The selected nodes by id.
    pub fn nodes(&self) -> Vec<NodeId> {
        self.0.iter().filter_map(|item| if let Item::Node(id) = item { Some(*id) } else { None }).collect()
    }

    /// Takes out what is no longer on the board.
    pub fn keep_to(&mut self, board: &Board) {
        let Selection(all) = Selection::all(board);
        self.0.retain(|item| match item {
            Item::Topic(name) => board.topic(name).is_some(),
            Item::Node(_) | Item::Wire(_) => all.contains(item),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Ids, Preset, Starter, add, delete, empty_board};
    use super::*;

    #[test]
    fn things_are_added_taken_out_and_forgotten_when_they_are_gone() {
        let mut board = empty_board();
        for starter in [Starter::Client, Starter::Service(Preset::Orders), Starter::Topic] {
            board = add(&board, &Ids::of(&board), starter, (0, 0)).expect("there is room").board;
        }
        let mut selection = Selection::all(&board);
        assert_eq!((selection.len(), selection.nodes().len()), (3, 3));
        selection.toggle(Item::Node(NodeId(1)));
        selection.toggle(Item::Topic("order-events".to_owned()));
        assert!(!selection.has_node(NodeId(1)) && selection.has_node(NodeId(2)));
        let board = delete(&board, &Ids::of(&board), &[Item::Node(NodeId(3))]).expect("it is there").board;
        selection.keep_to(&board);
        assert_eq!(selection.only(), Some(&Item::Node(NodeId(2))), "the broker took its topic with it");
    }
}
