//! An edit in the making: a copy of the document, which is checked before anybody sees it.

use crate::board::{Board, Do, HandlerDoc, LineDoc, MessageType, OnFailure, ServiceNode, settle_pins, validate};
use crate::sim::{NodeId, WireId};

use super::error::EditError;
use super::ids::Ids;

/// A thing on the board that can be selected, made and deleted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// A node.
    Node(NodeId),
    /// A wire.
    Wire(WireId),
    /// A topic, by its name.
    Topic(String),
}

/// A document that has been edited, and what there is to say about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Edited {
    /// The document afterwards; it has been validated.
    pub board: Board,
    /// What was done, in a few words: `add Payments`.
    pub label: String,
    /// What is new, in the order in which it came.
    pub made: Vec<Item>,
    /// What a person might not expect, a sentence each.
    pub notes: Vec<String>,
}

impl Edited {
    /// Goes on with another operation: both are one edit, under the name of the first.
    ///
    /// # Errors
    /// Those of the operation.
    pub fn then(self, ids: &Ids, operation: impl FnOnce(&Board, &Ids) -> Result<Edited, EditError>) -> Result<Edited, EditError> {
        let mut ids = ids.clone();
        ids.see(&self.board);
        let next = operation(&self.board, &ids)?;
        let (mut made, mut notes) = (self.made, self.notes);
        made.extend(next.made);
        notes.extend(next.notes);
        Ok(Edited { board: next.board, label: self.label, made, notes })
    }
}

/// An edit in the making.
pub(super) struct Draft<'a> {
    before: &'a Board,
    pub(super) board: Board,
    pub(super) ids: Ids,
    pub(super) made: Vec<Item>,
    pub(super) notes: Vec<String>,
}

impl<'a> Draft<'a> {
    /// A copy of a document. Neither the document nor the ids change.
    pub(super) fn of(board: &'a Board, ids: &Ids) -> Draft<'a> {
        let mut ids = ids.clone();
        ids.see(board);
        Draft { before: board, board: board.clone(), ids, made: Vec::new(), notes: Vec::new() }
    }

    /// The edited document.
    pub(super) fn finish(mut self, label: impl Into<String>) -> Result<Edited, EditError> {
        settle_pins(&mut self.board, self.before);
        validate(&self.board)?;
        Ok(Edited { board: self.board, label: label.into(), made: self.made, notes: self.notes })
    }

    /// The service of that id, to change.
    pub(super) fn service(&mut self, id: NodeId) -> Result<&mut ServiceNode, EditError> {
        self.board.service_mut(id).ok_or_else(|| EditError::Missing(format!("service with id {}", id.0)))
    }

    /// Lines of a service with ids of their own, in order.
    pub(super) fn lines(&mut self, service: NodeId, does: Vec<Do>) -> Vec<LineDoc> {
        does.into_iter().map(|does| LineDoc { id: self.ids.line(service), does }).collect()
    }

    /// A handler of a service with an id of its own.
    pub(super) fn handler(&mut self, service: NodeId, on: &str, from: Option<&str>, does: Vec<Do>) -> HandlerDoc {
        let (id, lines) = (self.ids.program(service), self.lines(service, does));
        HandlerDoc { id, on: on.to_owned(), from: from.map(str::to_owned), on_failure: OnFailure::default(), lines }
    }

    /// A message type that is known to be there.
    pub(super) fn message(&self, name: &str) -> Result<&MessageType, EditError> {
        self.board.message(name).ok_or_else(|| EditError::Missing(format!("message type \"{name}\"")))
    }
}

/// A name that is not taken: the name itself, or the first free one with a number from 2 behind the separator.
pub(super) fn numbered(name: &str, separator: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(name) {
        return name.to_owned();
    }
    // "Payments 2" becomes "Payments 3", not "Payments 2 2".
    let stem = name.rsplit_once(separator).filter(|(_, number)| number.parse::<u32>().is_ok()).map_or(name, |(stem, _)| stem);
    let mut names = (2_u32..).map(|n| format!("{stem}{separator}{n}"));
    names.find(|name| !taken(name)).unwrap_or_else(|| name.to_owned())
}

/// A title that no node has.
pub(super) fn free_title(board: &Board, title: &str) -> String {
    let titles = || {
        let services = board.services.iter().map(|node| &node.title);
        board.clients.iter().map(|node| &node.title).chain(services).chain(board.brokers.iter().map(|node| &node.title))
    };
    numbered(title, " ", |title| titles().any(|known| known == title))
}

/// What several nodes are called together: `Payments`, or `Payments and 2 others`.
pub(super) fn called(board: &Board, nodes: &[NodeId]) -> String {
    match nodes {
        [] => "nothing".to_owned(),
        [one] => board.title_of(*one).to_owned(),
        [one, _] => format!("{} and 1 other", board.title_of(*one)),
        [one, others @ ..] => format!("{} and {} others", board.title_of(*one), others.len()),
    }
}

/// Where a node is on a board, to change.
pub(super) fn place_of(board: &mut Board, id: NodeId) -> Option<(&mut i32, &mut i32)> {
    let clients = board.clients.iter_mut().map(|node| (node.id, &mut node.x, &mut node.y));
    let services = board.services.iter_mut().map(|node| (node.id, &mut node.x, &mut node.y));
    let brokers = board.brokers.iter_mut().map(|node| (node.id, &mut node.x, &mut node.y));
    clients.chain(services).chain(brokers).find(|(node, ..)| *node == id).map(|(_, x, y)| (x, y))
}
