//! Deleting: what goes with a thing when it goes.

use std::collections::BTreeSet;

use crate::board::{Board, Do, OnFailure, WireKind};
use crate::sim::{NodeId, WireId};

use super::draft::{Draft, Edited, Item};
use super::error::EditError;
use super::ids::Ids;
use super::offers::made_by;

/// Deletes several things at once.
///
/// A node takes its wires and pins with it, a broker also its topics. A topic takes its wires, the lines that make
/// messages for it, and the handlers that read from it. A publishing wire takes the lines that need it, and the relay
/// when no outbox is left; a reading wire leaves its handler, which waits to be wired again.
///
/// # Errors
/// If there is nothing of what should go.
pub fn delete(board: &Board, ids: &Ids, items: &[Item]) -> Result<Edited, EditError> {
    let mut draft = Draft::of(board, ids);
    let there: Vec<&Item> = items.iter().filter(|item| is_there(board, item)).collect();
    let first = there.first().ok_or_else(|| EditError::Missing("such thing".to_owned()))?;
    let label = match there.len() {
        1 => format!("delete {}", item_called(board, first)),
        2 => format!("delete {} and 1 other", item_called(board, first)),
        many => format!("delete {} and {} others", item_called(board, first), many - 1),
    };
    let nodes: BTreeSet<NodeId> =
        there.iter().filter_map(|item| if let Item::Node(id) = item { Some(*id) } else { None }).collect();
    let wires: BTreeSet<WireId> =
        there.iter().filter_map(|item| if let Item::Wire(id) = item { Some(*id) } else { None }).collect();
    let named = there.iter().filter_map(|item| if let Item::Topic(name) = item { Some(name.as_str()) } else { None });
    let brokers = board.brokers.iter().filter(|broker| nodes.contains(&broker.id));
    let topics: BTreeSet<&str> =
        brokers.flat_map(|broker| &broker.topics).map(|topic| topic.name.as_str()).chain(named).collect();

    let copy = &mut draft.board;
    copy.clients.retain(|node| !nodes.contains(&node.id));
    copy.services.retain(|node| !nodes.contains(&node.id));
    copy.brokers.retain(|node| !nodes.contains(&node.id));
    for broker in &mut copy.brokers {
        broker.topics.retain(|topic| !topics.contains(topic.name.as_str()));
    }
    copy.wires.retain(|wire| {
        !wires.contains(&wire.id)
            && match &wire.is {
                WireKind::Call { from, to } => !nodes.contains(from) && !nodes.contains(to),
                WireKind::Publish { from: service, topic } | WireKind::Consume { to: service, topic, .. } => {
                    !nodes.contains(service) && !topics.contains(topic.as_str())
                }
            }
    });
    for service in &mut copy.services {
        service.handlers.retain(|handler| handler.from.as_deref().is_none_or(|topic| !topics.contains(topic)));
    }
    drop_unwired_lines(copy);
    draft.finish(label)
}

/// Takes away the lines that make messages for a topic to which no wire leads, and relays that have no outbox left. What a
/// handler kept as a dead letter where no wire leads is tried for ever.
pub(super) fn drop_unwired_lines(board: &mut Board) {
    let wires = &board.wires;
    for service in &mut board.services {
        let id = service.id;
        let wired = |to: &str| {
            wires.iter().any(|wire| matches!(&wire.is, WireKind::Publish { from, topic } if *from == id && topic == to))
        };
        let is_outbox = |does: &Do| matches!(does, Do::Outbox { .. });
        let before = service.handlers.iter().flat_map(|handler| &handler.lines).any(|line| is_outbox(&line.does));
        for handler in &mut service.handlers {
            handler.lines.retain(|line| made_by(&line.does).is_none_or(|(topic, _)| wired(topic)));
            if handler.on_failure.dead_letters().is_some_and(|topic| !wired(topic)) {
                handler.on_failure = OnFailure::default();
            }
        }
        let after = service.handlers.iter().flat_map(|handler| &handler.lines).any(|line| is_outbox(&line.does));
        if before && !after {
            service.relay = None;
        }
    }
}

fn is_there(board: &Board, item: &Item) -> bool {
    match item {
        Item::Node(id) => {
            let clients = board.clients.iter().map(|node| node.id).chain(board.brokers.iter().map(|node| node.id));
            clients.chain(board.services.iter().map(|node| node.id)).any(|known| known == *id)
        }
        Item::Wire(id) => board.wire(*id).is_some(),
        Item::Topic(name) => board.topic(name).is_some(),
    }
}

fn item_called(board: &Board, item: &Item) -> String {
    match item {
        Item::Node(id) => board.title_of(*id).to_owned(),
        Item::Topic(name) => name.clone(),
        Item::Wire(id) => match board.wire(*id).map(|wire| &wire.is) {
            Some(WireKind::Call { from, to }) => {
                format!("the wire from {} to {}", board.title_of(*from), board.title_of(*to))
            }
            Some(WireKind::Publish { from, topic }) => format!("the wire from {} to {topic}", board.title_of(*from)),
            Some(WireKind::Consume { to, topic, .. }) => format!("the wire from {topic} to {}", board.title_of(*to)),
            None => "a wire".to_owned(),
        },
    }
}
