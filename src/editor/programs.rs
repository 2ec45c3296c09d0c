//! Useful programs: what a service does from the start, and what a new handler does.

use crate::board::{Do, FieldSource, HandlerDoc, LineDoc, MessageType, OnFailure, ValueDoc, WriteDoc};
use crate::sim::LineId;

/// A line that writes.
pub(super) fn write(table: &str, key: &str, op: ValueDoc) -> Do {
    Do::Write(WriteDoc { table: table.to_owned(), key: key.to_owned(), op, instead_of: None })
}

/// The write that remembers a message: keyed by its number, or else by its key. None for a message without fields.
pub(super) fn remembers(message: &MessageType, table: &str) -> Option<Do> {
    let field = |wanted: fn(&FieldSource) -> bool| message.fields.iter().find(|field| wanted(&field.from));
    let number = field(|from| matches!(from, FieldSource::Number));
    let key = number.or(field(|from| matches!(from, FieldSource::Key(_)))).or(message.fields.first())?;
    let value = field(|from| matches!(from, FieldSource::Cents(..))).unwrap_or(key);
    Some(write(table, &key.name, ValueDoc::Insert(value.name.clone())))
}

/// Answers a request: once, with a row for each.
pub(super) fn answers(message: &MessageType, table: &str) -> Vec<Do> {
    let mut lines = vec![Do::Begin, Do::Track];
    lines.extend(remembers(message, table));
    lines.extend([Do::Commit, Do::Reply]);
    lines
}

/// Handles a record: works, writes a row, acknowledges.
pub(super) fn handles(message: &MessageType, table: &str) -> Vec<Do> {
    let mut lines = vec![Do::Work { ms: 300, spread: 100 }];
    if let Some(write) = remembers(message, table) {
        lines.extend([Do::Begin, write, Do::Commit]);
    }
    lines.push(Do::Ack);
    lines
}

/// Makes a handler of requests one that reads from a topic: the reply becomes the acknowledgement and keeps its id.
pub(super) fn read_from(handler: &mut HandlerDoc, topic: &str, fresh: impl FnOnce() -> LineId) {
    handler.from = Some(topic.to_owned());
    if let Some(reply) = handler.lines.iter_mut().find(|line| line.does == Do::Reply) {
        reply.does = Do::Ack;
    } else if !handler.lines.iter().any(|line| line.does == Do::Ack) {
        handler.lines.push(LineDoc { id: fresh(), does: Do::Ack });
    }
}

/// Makes a handler that reads from a topic one of requests: the way back.
pub(super) fn read_no_more(handler: &mut HandlerDoc) {
    handler.from = None;
    // What becomes of a record can become of no request.
    if matches!(handler.on_failure, OnFailure::Stop | OnFailure::RetryThenDeadLetter(_)) {
        handler.on_failure = OnFailure::default();
    }
    for line in &mut handler.lines {
        if line.does == Do::Ack {
            line.does = Do::Reply;
        }
    }
}
