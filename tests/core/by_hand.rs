//! The default board built by hand, as a person does it on the page.

use crosstalk::board::{Board, MessageKind, from_json, to_json};
use crosstalk::editor::{Edited, End, Ids, Offer, Preset, Starter, Way, add, empty_board, offers, wire};
use crosstalk::session::Session;
use crosstalk::sim::NodeId;

use crate::support::{board, seconds};

/// A person with a board.
pub struct Hand {
    pub board: Board,
    pub ids: Ids,
}

impl Hand {
    pub fn on_an_empty_board() -> Hand {
        let board = empty_board();
        Hand { ids: Ids::of(&board), board }
    }

    pub fn takes(&mut self, edited: Edited) {
        self.ids.see(&edited.board);
        self.board = edited.board;
    }

    pub fn adds(&mut self, starter: Starter) {
        let edited = add(&self.board, &self.ids, starter, (0, 0)).expect("there is room");
        self.takes(edited);
    }

    pub fn node(&self, title: &str) -> NodeId {
        let services = self.board.services.iter().map(|node| (node.id, &node.title));
        let clients = self.board.clients.iter().map(|node| (node.id, &node.title));
        let brokers = self.board.brokers.iter().map(|node| (node.id, &node.title));
        let mut nodes = services.chain(clients).chain(brokers);
        nodes.find(|(_, known)| *known == title).map(|(id, _)| id).expect("it has been added")
    }

    pub fn wires(&mut self, from: End, to: End, chosen: fn(&Way) -> bool) -> Offer {
        let offers = offers(&self.board, &from, &to).expect("they can be wired");
        let offer = offers.into_iter().find(|offer| chosen(&offer.way)).expect("it is offered");
        let edited = wire(&self.board, &self.ids, &offer).expect("what is offered can be done");
        self.takes(edited);
        offer
    }

    /// Builds the default board.
    pub fn builds_the_shop(&mut self) {
        self.adds(Starter::Client);
        self.adds(Starter::Service(Preset::Orders));
        self.adds(Starter::Topic);
        self.adds(Starter::Service(Preset::Payments));
        self.adds(Starter::Service(Preset::Emails));
        let end = |hand: &Hand, title| End::Node(hand.node(title));
        let topic = || End::Topic("order-events".to_owned());
        let (shop, orders) = (end(self, "Web shop"), end(self, "Orders"));
        let (payments, emails) = (end(self, "Payments"), end(self, "Emails"));
        self.wires(shop, orders.clone(), |way| matches!(way, Way::Call { .. }));
        self.wires(orders, topic(), |way| matches!(way, Way::Outbox { .. }));
        self.wires(topic(), payments, |way| matches!(way, Way::Read { handler: Some(_), .. }));
        self.wires(topic(), emails, |way| matches!(way, Way::Read { handler: Some(_), .. }));
    }
}

#[test]
fn the_default_board_built_by_hand_is_the_shipped_one_fact_for_fact() {
    let mut hand = Hand::on_an_empty_board();
    hand.builds_the_shop();
    let run = |board: Board| {
        let mut session = Session::new(board).expect("it fits together");
        session.play_until(seconds(120), u32::MAX);
        (session.facts().len(), session.world().hash())
    };
    assert_eq!(run(hand.board), run(board("orders")));
}

#[test]
fn the_default_board_built_by_hand_is_the_shipped_one_but_for_places_and_texts() {
    let mut hand = Hand::on_an_empty_board();
    hand.builds_the_shop();
    let plain = |mut board: Board| {
        for (x, y) in board.clients.iter_mut().map(|node| (&mut node.x, &mut node.y)) {
            (*x, *y) = (0, 0);
        }
        for (x, y) in board.services.iter_mut().map(|node| (&mut node.x, &mut node.y)) {
            (*x, *y) = (0, 0);
        }
        for (x, y) in board.brokers.iter_mut().map(|node| (&mut node.x, &mut node.y)) {
            (*x, *y) = (0, 0);
        }
        Board { title: String::new(), about: String::new(), tries: Vec::new(), ..board }
    };
    assert_eq!(plain(hand.board.clone()), plain(board("orders")));
    assert_eq!(from_json(&to_json(&hand.board)), Ok(hand.board.clone()), "it is saved and opened like any other");
    assert_eq!(hand.board.messages.iter().map(|kind| kind.kind).collect::<Vec<_>>(), [MessageKind::Command, MessageKind::Event]);
}
