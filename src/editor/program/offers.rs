//! What can be put into a program, with what is likeliest filled in.

use crate::board::{Board, Do, FieldSource, HandlerDoc, MessageType, RequireDoc, ServiceNode};
use crate::sim::{HandlerId, NodeId};

use super::super::ids::Ids;
use super::super::offers::types_in;
use super::super::programs::remembers;
use super::super::types::{can_be_made_from, event_after, key_field};
use super::{ProgramEdit, edit_program, topics_published, topics_read};

/// A line that could be put somewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct LineOffer {
    /// The line.
    pub does: Do,
    /// It in words.
    pub words: String,
    /// Why it cannot stand there, if it cannot.
    pub refused: Option<String>,
}

/// A message type that a service could handle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandlerOffer {
    /// The message type.
    pub on: String,
    /// The topic that it would be read from; none for requests.
    pub from: Option<String>,
    /// Why it cannot be handled, if it cannot.
    pub refused: Option<String>,
}

/// The lines that can be put into a handler before the line at that place, counted from 0. Those that cannot stand there
/// are listed as well, with the reason. Empty for a handler that is not there.
pub fn line_offers(board: &Board, service: NodeId, handler: HandlerId, at: usize) -> Vec<LineOffer> {
    let Some(node) = board.service(service) else { return Vec::new() };
    let Some(doc) = node.handlers.iter().find(|known| known.id == handler) else { return Vec::new() };
    let Some(message) = board.message(&doc.on) else { return Vec::new() };
    let ids = Ids::of(board);
    let offer = |does: Do| {
        let change = ProgramEdit::AddLine { handler, at, does: does.clone() };
        let refused = edit_program(board, &ids, service, change).err().map(|error| error.to_string());
        LineOffer { words: words(&does), does, refused }
    };
    let mut all: Vec<LineOffer> = lines_for(board, node, doc, message).into_iter().map(offer).collect();
    if topics_published(board, service).next().is_none() {
        let does = Do::Publish { message: doc.on.clone(), topic: String::new(), key: None };
        let refused = Some(format!("no wire leads from {} to a topic: draw one", node.title));
        all.push(LineOffer { words: does.word().to_owned(), does, refused });
    }
    all
}

/// A line in words.
pub(super) fn words(does: &Do) -> String {
    match (does, does.rest()) {
        (Do::Begin, _) => "begin and commit".to_owned(),
        (_, rest) if rest.is_empty() => does.word().to_owned(),
        (_, rest) => format!("{} {rest}", does.word()),
    }
}

fn lines_for(board: &Board, node: &ServiceNode, handler: &HandlerDoc, message: &MessageType) -> Vec<Do> {
    let table = table_of(node, Some(handler));
    let mut all = vec![Do::Work { ms: 300, spread: 100 }, Do::Begin];
    all.extend(remembers(message, &table));
    let field = |wanted: fn(&FieldSource) -> bool| message.fields.iter().find(|field| wanted(&field.from));
    let key = field(|from| matches!(from, FieldSource::Key(_))).or(message.fields.first());
    let least = field(|from| matches!(from, FieldSource::Cents(..))).or(message.fields.last());
    all.extend(key.zip(least).map(|(key, least)| {
        Do::Require(RequireDoc { table: table.clone(), key: key.name.clone(), at_least: least.name.clone() })
    }));
    all.push(Do::Track);
    if handler.from.is_some() {
        all.extend([Do::TrackOffset, Do::Fence]);
    }
    for topic in topics_published(board, node.id) {
        let Some(made) = made_from(board, message) else { continue };
        let (message, key, topic) = (made.name.clone(), key_field(made), topic.to_owned());
        all.push(Do::Outbox { message: message.clone(), topic: topic.clone(), key: key.clone() });
        all.push(Do::Publish { message, topic, key });
    }
    all.push(if handler.from.is_some() { Do::Ack } else { Do::Reply });
    all
}

/// The likeliest message type that can be made from another: what follows from it by name, or else any.
fn made_from<'a>(board: &'a Board, from: &MessageType) -> Option<&'a MessageType> {
    let next = event_after(&from.name);
    let fits = |kind: &&MessageType| can_be_made_from(kind, from);
    let named = board.message(&next).filter(fits);
    named.or(board.messages.iter().filter(fits).find(|kind| kind.name != from.name)).or(board.message(&from.name))
}

/// The table that a new line names: one of the handler's, or else of the service's, or else one of the service's name.
pub(super) fn table_of(node: &ServiceNode, handler: Option<&HandlerDoc>) -> String {
    let of = |handler: &HandlerDoc| handler.lines.iter().find_map(|line| line.does.table().map(str::to_owned));
    let known = handler.and_then(of).or_else(|| node.handlers.iter().find_map(of));
    known.unwrap_or_else(|| node.process_name())
}

/// The message types that a service could handle: requests of each type, then what lies in the topics that it reads.
pub fn handler_offers(board: &Board, service: NodeId) -> Vec<HandlerOffer> {
    let ids = Ids::of(board);
    let requests = board.messages.iter().map(|kind| (kind.name.clone(), None));
    let records = topics_read(board, service)
        .flat_map(|topic| types_in(board, topic).into_iter().map(|kind| (kind, Some(topic.to_owned()))));
    let offer = |(on, from): (String, Option<String>)| {
        let change = ProgramEdit::AddHandler { on: on.clone(), from: from.clone() };
        let refused = edit_program(board, &ids, service, change).err().map(|error| error.to_string());
        HandlerOffer { on, from, refused }
    };
    requests.chain(records).map(offer).collect()
}
