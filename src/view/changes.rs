//! What is different between two frames, so that only that is drawn again.

use crate::sim::{NodeId, WireId};

use super::cards::Frame;

/// What has changed on the board.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Nodes whose cards are new or look different.
    pub cards: Vec<NodeId>,
    /// Wires that are new or look different.
    pub wires: Vec<WireId>,
    /// Cards or wires have gone, or stand in another order.
    pub gone: bool,
    /// What lies in lanes, or what covers it, has changed.
    pub lanes: bool,
}

impl Changes {
    /// Whether anything has changed.
    pub fn any(&self) -> bool {
        self.gone || self.lanes || !self.cards.is_empty() || !self.wires.is_empty()
    }
}

/// The ids of items that differ from those at the same places before; true if the ids are not the same ones in the same order.
fn differing<T: PartialEq, I: Copy + PartialEq>(before: &[T], now: &[T], id: fn(&T) -> I, changed: &mut Vec<I>) -> bool {
    for (nth, item) in now.iter().enumerate() {
        if before.get(nth) != Some(item) {
            changed.push(id(item));
        }
    }
    before.len() != now.len() || before.iter().zip(now).any(|(one, other)| id(one) != id(other))
}

impl Frame {
    /// What is different in a later frame.
    pub fn changes(&self, now: &Frame) -> Changes {
        let mut changes = Changes::default();
        let cards = &mut changes.cards;
        let mut gone = differing(&self.brokers, &now.brokers, |card| card.id, cards);
        changes.lanes = gone || !cards.is_empty();
        gone |= differing(&self.clients, &now.clients, |card| card.id, cards);
        gone |= differing(&self.services, &now.services, |card| card.id, cards);
        gone |= differing(&self.wires, &now.wires, |wire| wire.id, &mut changes.wires);
        // Cards that lie above a broker's take away what is drawn under them.
        let clients = self.clients.iter().zip(&now.clients).any(|(one, other)| one.rect != other.rect);
        let tray = |card: &super::ServiceCard| card.tray.as_ref().map(|tray| tray.rect);
        let services = self.services.iter().zip(&now.services);
        let services = services.into_iter().any(|(one, other)| one.rect != other.rect || tray(one) != tray(other));
        changes.lanes |= gone || clients || services;
        changes.gone = gone;
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::from_json;
    use crate::session::Session;
    use crate::sim::Time;
    use crate::view::Selection;

    fn at(seconds: u64) -> Frame {
        let board = from_json(include_str!("../../public/boards/orders.json")).expect("the board can be read");
        let mut session = Session::new(board).expect("the board fits together");
        session.seek(Time(seconds * 1_000_000));
        session.frame(Selection::Nothing)
    }

    #[test]
    fn a_frame_differs_in_nothing_from_itself() {
        let frame = at(20);
        assert!(!frame.changes(&frame.clone()).any());
    }

    #[test]
    fn only_what_looks_different_is_named() {
        let before = at(20);
        let mut now = before.clone();
        now.clients[0].lines.push("more".to_owned());
        let changes = before.changes(&now);
        assert_eq!((changes.cards.as_slice(), changes.wires.len()), (&[now.clients[0].id][..], 0));
        assert!(!changes.gone && !changes.lanes, "lanes are not drawn again for a client's figures");
        now.wires[0].idle = !now.wires[0].idle;
        assert_eq!(before.changes(&now).wires, [now.wires[0].id]);
    }

    #[test]
    fn a_card_that_moves_or_goes_uncovers_lanes() {
        let before = at(20);
        let mut now = before.clone();
        now.services[0].rect.x += 1.0;
        let changes = before.changes(&now);
        assert!(changes.lanes && !changes.gone && changes.cards == [now.services[0].id]);
        now.services.remove(0);
        assert!(before.changes(&now).gone && before.changes(&now).lanes);
    }

    #[test]
    fn records_that_come_change_the_lanes_and_the_brokers_card() {
        let changes = at(20).changes(&at(24));
        assert!(changes.lanes && !changes.gone);
        assert!(changes.cards.contains(&at(20).brokers[0].id));
    }
}
