//! Clients, brokers and wires.

use crate::board::{Board, Process, WireKind};
use crate::session::Session;
use crate::sim::{NodeId, Role, WireId};

use super::super::failures::{ends, wire_state};
use super::super::inspect::{BrokerInspection, ClientInspection, WireInspection};
use super::{facts, groups, settings, state_of};

/// A client as it is at the cursor.
pub(super) fn client(session: &Session, id: NodeId) -> Option<ClientInspection> {
    let board = session.board();
    let node = board.clients.iter().find(|client| client.id == id)?;
    let client = session.world().client(id)?;
    // Without a wire nothing leaves.
    let sent = if client.config.target.is_some() { client.sent.saturating_sub(client.left_out) } else { 0 };
    let mut figures = vec![("sent", sent as usize + client.by_hand as usize)];
    figures.push(("of them by hand", client.by_hand as usize));
    figures.push(("answered", client.answered as usize));
    figures.push(("waiting", client.caller.waiting()));
    figures.push(("given up", client.given_up as usize));
    figures.push(("left out", client.left_out as usize));
    figures.retain(|(words, count)| *count > 0 || !matches!(*words, "of them by hand" | "left out"));
    Some(ClientInspection {
        id,
        title: node.title.clone(),
        sends: node.sends.clone(),
        kinds: kinds(board, id, &node.sends),
        figures: figures.into_iter().map(|(words, count)| (words.to_owned(), count.to_string())).collect(),
        settings: settings::of_node(board, id),
    })
}

/// The message types that the services which a client calls answer, in the order of the document, with the one that it sends.
fn kinds(board: &Board, client: NodeId, sends: &str) -> Vec<String> {
    let called = board.wires.iter().filter_map(|wire| match wire.is {
        WireKind::Call { from, to } if from == client => board.service(to),
        _ => None,
    });
    let services: Vec<_> = called.collect();
    let handled = |name: &str| {
        let mut handlers = services.iter().flat_map(|service| &service.handlers);
        handlers.any(|handler| handler.from.is_none() && handler.on == name)
    };
    let names = board.messages.iter().map(|kind| kind.name.clone());
    names.filter(|name| name == sends || services.is_empty() || handled(name)).collect()
}

/// A broker as it is at the cursor.
pub(super) fn broker(session: &Session, id: NodeId) -> Option<BrokerInspection> {
    let (board, names) = (session.board(), session.world().names());
    let node = board.brokers.iter().find(|broker| broker.id == id)?;
    let broker = session.world().broker(id)?;
    let process = Process { node: id, role: Role::Broker, ordinal: 0 };
    let topics = node.topics.iter().filter_map(|topic| {
        let known = broker.topics().find(|known| Some(known.id) == names.topic_id(&topic.name))?;
        let records = known.partitions.iter().map(|log| log.end()).fold(0, u32::saturating_add);
        Some((topic.name.clone(), known.count(), records))
    });
    Some(BrokerInspection {
        id,
        title: node.title.clone(),
        process,
        state: state_of(session, process).unwrap_or_default(),
        topics: topics.collect(),
        groups: groups::all(session),
        settings: settings::of_node(board, id),
        facts: facts::about(session, id, &[]),
    })
}

/// A wire as it is at the cursor.
pub(super) fn wire(session: &Session, id: WireId) -> Option<WireInspection> {
    let board = session.board();
    let wire = board.wire(id)?;
    let title = |node: NodeId| board.title_of(node).to_owned();
    let (from, to) = match &wire.is {
        WireKind::Call { from, to } => (title(*from), title(*to)),
        WireKind::Publish { from, topic } => (title(*from), topic.clone()),
        WireKind::Consume { to, topic, .. } => (topic.clone(), title(*to)),
    };
    let world = session.world();
    Some(WireInspection {
        id,
        title: format!("{from} to {to}"),
        cut: world.net().cut_of(id),
        state: wire_state((world.net().cut_of(id), world.net().slow_of(id), world.net().loss_of(id)), session.read_over(id).1),
        ends: ends(board, id)?,
        failures: session.wire_failures(id, false),
        group: match &wire.is {
            WireKind::Consume { group, .. } => group.clone(),
            WireKind::Call { .. } | WireKind::Publish { .. } => String::new(),
        },
        packets: world.net().in_flight(world.now()).filter(|packet| packet.wire == id).count(),
        settings: settings::of_wire(board, id),
    })
}
