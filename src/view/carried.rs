//! Cards that are carried over the board: a frame follows them without being read anew.

use crate::board::{Board, WireKind};
use crate::session::Session;
use crate::sim::NodeId;

use super::cards::{BrokerCard, Frame, Rect, ServiceCard};
use super::changes::Changes;
use super::layout;

impl Session {
    /// Brings a frame up to date after these nodes were moved on the board and nothing else has changed: their cards, and the
    /// wires that lead to them. Nodes that have no card are passed over.
    pub fn carry_in(&self, frame: &mut Frame, nodes: &[NodeId]) -> Changes {
        let board = self.board();
        let mut changes = Changes::default();
        for node in nodes {
            let Some((to, rect)) = place_of(board, *node).zip(frame.rect_of(*node)) else { continue };
            let by = (to.0 as f32 - rect.x, to.1 as f32 - rect.y);
            if by == (0.0, 0.0) {
                continue;
            }
            changes.lanes |= covers(frame, rect) || covers(frame, rect.moved(by.0, by.1));
            frame.move_card(*node, by);
            changes.cards.push(*node);
        }
        // A tray is on the side that faces the broker.
        for at in 0..frame.services.len() {
            let Some(card) = frame.services.get(at) else { break };
            let Some(tray) = &card.tray else { continue };
            let rect =
                layout::tray(card.rect, tray.rows.len(), tray.relays.len(), self.publishing_side(card.id, card.rect, frame));
            if let Some(card) = frame.services.get_mut(at)
                && let Some(tray) = card.tray.as_mut().filter(|tray| tray.rect != rect)
            {
                tray.rect = rect;
                if !changes.cards.contains(&card.id) {
                    changes.cards.push(card.id);
                }
            }
        }
        for at in 0..frame.wires.len() {
            let Some(wire) = frame.wires.get(at).and_then(|view| board.wire(view.id)) else { continue };
            let (from, to) = match &wire.is {
                WireKind::Call { from, to } => (Some(*from), Some(*to)),
                WireKind::Publish { from, topic } => (Some(*from), board.topic(topic).map(|(broker, _)| broker.id)),
                WireKind::Consume { to, topic, .. } => (board.topic(topic).map(|(broker, _)| broker.id), Some(*to)),
            };
            let moved = |node: Option<NodeId>| node.is_some_and(|node| changes.cards.contains(&node));
            if !moved(from) && !moved(to) {
                continue;
            }
            if let Some(view) = self.wire(wire, frame)
                && let Some(known) = frame.wires.get_mut(at)
            {
                changes.wires.push(view.id);
                *known = view;
            }
        }
        frame.bounds = frame.around();
        changes
    }
}

fn place_of(board: &Board, node: NodeId) -> Option<(i32, i32)> {
    let clients = board.clients.iter().map(|node| (node.id, node.x, node.y));
    let services = board.services.iter().map(|node| (node.id, node.x, node.y));
    let brokers = board.brokers.iter().map(|node| (node.id, node.x, node.y));
    clients.chain(services).chain(brokers).find(|(id, ..)| *id == node).map(|(_, x, y)| (x, y))
}

/// Whether a card, or the tray beside it, lies on a broker's or is one.
fn covers(frame: &Frame, rect: Rect) -> bool {
    let around = Rect { x: rect.x - rect.w, y: rect.y - rect.h, w: 3.0 * rect.w, h: 3.0 * rect.h };
    frame.brokers.iter().any(|card| card.rect.touches(around))
}

impl Frame {
    fn move_card(&mut self, node: NodeId, by: (f32, f32)) {
        if let Some(card) = self.clients.iter_mut().find(|card| card.id == node) {
            card.rect = card.rect.moved(by.0, by.1);
        } else if let Some(card) = self.services.iter_mut().find(|card| card.id == node) {
            card.move_by(by);
        } else if let Some(card) = self.brokers.iter_mut().find(|card| card.id == node) {
            card.move_by(by);
        }
    }
}

impl ServiceCard {
    fn move_by(&mut self, (x, y): (f32, f32)) {
        let rows = self.instances.iter_mut().map(|row| &mut row.rect);
        let others = self.rest.iter_mut().map(|rest| &mut rest.rect).chain(self.tray.iter_mut().map(|tray| &mut tray.rect));
        for rect in rows.chain(others).chain([&mut self.rect]) {
            *rect = rect.moved(x, y);
        }
    }
}

impl BrokerCard {
    fn move_by(&mut self, (x, y): (f32, f32)) {
        self.rect = self.rect.moved(x, y);
        for topic in &mut self.topics {
            topic.rect = topic.rect.moved(x, y);
            for lane in &mut topic.lanes {
                lane.rect = lane.rect.moved(x, y);
                lane.records.iter_mut().for_each(|record| record.rect = record.rect.moved(x, y));
                for caret in &mut lane.carets {
                    (caret.at.x, caret.at.y) = (caret.at.x + x, caret.at.y + y);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::WireId;
    use crate::view::Selection;
    use crate::view::played::orders_after;

    const BROKER: NodeId = NodeId(3);
    const ORDERS: NodeId = NodeId(2);

    #[test]
    fn a_frame_that_follows_is_as_one_that_is_read_anew() {
        let mut session = orders_after(20);
        let nodes: Vec<NodeId> = (1..=5).map(NodeId).filter(|node| session.board().has_node(*node)).collect();
        let mut frame = session.frame(Selection::Nothing);
        for (nth, node) in nodes.iter().cycle().take(25).enumerate() {
            let (x, y) = place_of(session.board(), *node).expect("the node is there");
            let step = 37 * (nth as i32 + 1);
            session.move_node(*node, x + step * 3 - 900, y - step + 400);
            let changes = session.carry_in(&mut frame, &[*node]);
            assert!(changes.cards.contains(node));
            assert_eq!(frame, session.frame(Selection::Nothing), "move {nth}, {node:?}");
        }
    }

    #[test]
    fn only_the_wires_of_a_card_that_moves_change() {
        let mut session = orders_after(20);
        let mut frame = session.frame(Selection::Nothing);
        let shop = session.board().clients[0].id;
        let (x, y) = place_of(session.board(), shop).expect("the client is there");
        session.move_node(shop, x - 8, y);
        let changes = session.carry_in(&mut frame, &[shop]);
        assert_eq!((changes.cards.as_slice(), changes.wires.as_slice()), (&[shop][..], &[WireId(1)][..]));
        assert!(!changes.gone);
    }

    #[test]
    fn a_tray_turns_to_the_broker_that_is_carried_past_it() {
        let mut session = orders_after(20);
        let mut frame = session.frame(Selection::Nothing);
        let before = frame.service(ORDERS).and_then(|card| card.tray.clone()).expect("orders have an outbox");
        session.move_node(BROKER, -2_000, 0);
        let changes = session.carry_in(&mut frame, &[BROKER]);
        let after = frame.service(ORDERS).and_then(|card| card.tray.clone()).expect("orders have an outbox");
        assert!(after.rect.x < before.rect.x && changes.cards.contains(&ORDERS) && changes.lanes);
    }

    #[test]
    fn what_has_not_moved_changes_nothing() {
        let session = orders_after(20);
        let mut frame = session.frame(Selection::Nothing);
        let before = frame.clone();
        assert!(!session.carry_in(&mut frame, &[BROKER, ORDERS, NodeId(999)]).any());
        assert_eq!(frame, before);
    }
}
