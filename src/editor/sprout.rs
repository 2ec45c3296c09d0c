//! A wire that ends on the empty board: the thing that is made there for it, and the wire to it, as one edit.

use crate::board::Board;

use super::draft::{Edited, Item};
use super::error::EditError;
use super::ids::Ids;
use super::starters::{Starter, add};
use super::wiring::{End, Offer, offers, wire};

/// A thing that can be made at the end of a wire, and a way to connect it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sprout {
    /// The thing.
    pub starter: Starter,
    /// How it is connected, on a board that has it.
    pub offer: Offer,
}

/// All that can be made there and connected, in the palette's order; empty where nothing can.
pub fn sprouts(board: &Board, ids: &Ids, from: &End, at: (i32, i32)) -> Vec<Sprout> {
    let of = |starter: Starter| {
        let added = add(board, ids, starter, at).ok()?;
        let ways = offers(&added.board, from, &end_of(&added)?).ok()?;
        Some(ways.into_iter().map(move |offer| Sprout { starter, offer }))
    };
    Starter::ALL.into_iter().filter_map(of).flatten().collect()
}

/// Makes a thing and connects it.
///
/// # Errors
/// If it cannot be added, and if the board is no longer the one that it was offered for.
pub fn sprout(board: &Board, ids: &Ids, chosen: &Sprout, at: (i32, i32)) -> Result<Edited, EditError> {
    add(board, ids, chosen.starter, at)?.then(ids, |board, ids| wire(board, ids, &chosen.offer))
}

/// What a wire to a new thing leads to: the last that was made, a topic rather than the broker that came with it.
fn end_of(added: &Edited) -> Option<End> {
    added.made.iter().rev().find_map(|item| match item {
        Item::Node(node) => Some(End::Node(*node)),
        Item::Topic(name) => Some(End::Topic(name.clone())),
        Item::Wire(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Preset, empty_board};
    use super::*;
    use crate::sim::NodeId;

    #[test]
    fn a_client_sprouts_services_and_a_service_a_topic_each_wired_in_one_edit() {
        let board = empty_board();
        let board = add(&board, &Ids::default(), Starter::Client, (0, 0)).expect("there is room").board;
        let ids = Ids::of(&board);
        let found = sprouts(&board, &ids, &End::Node(NodeId(1)), (320, 0));
        assert!(found.iter().all(|sprout| matches!(sprout.starter, Starter::Service(_))));
        let orders = found.iter().find(|sprout| sprout.starter == Starter::Service(Preset::Orders)).expect("it is offered");
        let grown = sprout(&board, &ids, orders, (320, 0)).expect("it can be done");
        assert_eq!((grown.board.services.len(), grown.board.wires.len()), (1, 1));
        let ids = Ids::of(&grown.board);
        let found = sprouts(&grown.board, &ids, &End::Node(NodeId(2)), (640, 0));
        assert!(!found.is_empty() && found.iter().all(|sprout| sprout.starter == Starter::Topic));
        let grown = sprout(&grown.board, &ids, &found[0], (640, 0)).expect("it can be done");
        assert_eq!((grown.board.brokers.len(), grown.board.wires.len()), (1, 2), "a broker came with the topic");
    }
}
