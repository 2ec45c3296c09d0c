//! Names: of nodes, which are shown, and of topics, groups and message types, which belong to the run and are changed
//! wherever they stand.

use crate::board::{Board, Do, LineDoc, OnFailure, WireKind};
use crate::sim::{NodeId, WireId};

use super::draft::{Draft, Edited};
use super::error::{EditError, Refusal};
use super::ids::Ids;

/// Gives the board another title.
///
/// # Errors
/// A title that is empty or longer than 80 characters.
pub fn rename_board(board: &Board, ids: &Ids, title: &str) -> Result<Edited, EditError> {
    if title.trim().is_empty() {
        return Err(Refusal::new("A board needs a title", "write one").into());
    }
    if title.trim().chars().count() > 80 {
        return Err(Refusal::new("A title has at most 80 characters", "write a shorter one").into());
    }
    let mut draft = Draft::of(board, ids);
    title.trim().clone_into(&mut draft.board.title);
    draft.finish(format!("rename the board to {}", title.trim()))
}

/// Gives a node another title. Groups keep their names.
///
/// # Errors
/// A title that is empty or too long, and a node that is not there.
pub fn rename_node(board: &Board, ids: &Ids, node: NodeId, title: &str) -> Result<Edited, EditError> {
    let mut draft = Draft::of(board, ids);
    let copy = &mut draft.board;
    let clients = copy.clients.iter_mut().map(|node| (node.id, &mut node.title));
    let services = copy.services.iter_mut().map(|node| (node.id, &mut node.title));
    let brokers = copy.brokers.iter_mut().map(|node| (node.id, &mut node.title));
    let known = clients.chain(services).chain(brokers).find(|(id, _)| *id == node);
    let (_, known) = known.ok_or_else(|| EditError::Missing(format!("node with id {}", node.0)))?;
    title.trim().clone_into(known);
    draft.finish(format!("rename {} to {}", board.title_of(node), title.trim()))
}

/// Gives a topic another name, also in the wires and lines that name it.
///
/// # Errors
/// A name that is empty, too long or taken, and a topic that is not there.
pub fn rename_topic(board: &Board, ids: &Ids, old: &str, new: &str) -> Result<Edited, EditError> {
    let mut draft = Draft::of(board, ids);
    let new = new.trim();
    let copy = &mut draft.board;
    let topic = copy.brokers.iter_mut().flat_map(|broker| &mut broker.topics).find(|topic| topic.name == old);
    let topic = topic.ok_or_else(|| EditError::Missing(format!("topic \"{old}\"")))?;
    let change = |name: &mut String| {
        if name == old {
            new.clone_into(name);
        }
    };
    change(&mut topic.name);
    for wire in &mut copy.wires {
        match &mut wire.is {
            WireKind::Publish { topic, .. } | WireKind::Consume { topic, .. } => change(topic),
            WireKind::Call { .. } => {}
        }
    }
    for handler in copy.services.iter_mut().flat_map(|service| &mut service.handlers) {
        handler.from.as_mut().map(change);
        handler.lines.iter_mut().filter_map(makes).for_each(|(_, topic)| change(topic));
        if let OnFailure::RetryThenDeadLetter(to) = &mut handler.on_failure {
            change(&mut to.topic);
        }
    }
    draft.finish(format!("rename {old} to {new}"))
}

/// Gives the consumer group of a wire another name.
///
/// # Errors
/// A name that is empty or too long, and a wire that is not there or reads nothing.
pub fn rename_group(board: &Board, ids: &Ids, wire: WireId, new: &str) -> Result<Edited, EditError> {
    let mut draft = Draft::of(board, ids);
    let known = draft.board.wires.iter_mut().find(|known| known.id == wire).map(|wire| &mut wire.is);
    let Some(WireKind::Consume { group, .. }) = known else {
        return Err(EditError::Missing(format!("reading wire with id {}", wire.0)));
    };
    let old = std::mem::replace(group, new.trim().to_owned());
    draft.finish(format!("rename group {old} to {}", new.trim()))
}

/// Gives a message type another name, also in the clients, handlers and lines that name it.
///
/// # Errors
/// A name that is empty, too long or taken, and a message type that is not there.
pub fn rename_message(board: &Board, ids: &Ids, old: &str, new: &str) -> Result<Edited, EditError> {
    let mut draft = Draft::of(board, ids);
    draft.message(old)?;
    let new = new.trim();
    let copy = &mut draft.board;
    let change = |name: &mut String| {
        if name == old {
            new.clone_into(name);
        }
    };
    copy.messages.iter_mut().for_each(|kind| change(&mut kind.name));
    copy.clients.iter_mut().for_each(|client| change(&mut client.sends));
    for handler in copy.services.iter_mut().flat_map(|service| &mut service.handlers) {
        change(&mut handler.on);
        handler.lines.iter_mut().filter_map(makes).for_each(|(message, _)| change(message));
    }
    draft.finish(format!("rename {old} to {new}"))
}

/// The message and the topic of a line that makes one, to change.
pub(super) fn makes(line: &mut LineDoc) -> Option<(&mut String, &mut String)> {
    match &mut line.does {
        Do::Outbox { message, topic, .. } | Do::Publish { message, topic, .. } => Some((message, topic)),
        _ => None,
    }
}
