//! Lines that make messages, put where they belong in a program.

use crate::board::{Do, HandlerDoc, LineDoc, MessageKind, MessageType, RelayDoc};
use crate::sim::NodeId;

use super::draft::Draft;
use super::error::EditError;
use super::types::key_field;
use super::wiring::Making;

impl Draft<'_> {
    /// Adds a line that publishes, or one for the outbox with a relay, to a handler of a service. The message type comes
    /// along if it is not there.
    pub(super) fn make(&mut self, id: NodeId, topic: &str, making: &Making, outbox: bool) -> Result<(), EditError> {
        let node = self.service(id)?.clone();
        let handler = node.handlers.iter().position(|handler| handler.id == making.handler);
        let at = handler.ok_or_else(|| EditError::Missing(format!("program {} of {}", making.handler.0, node.title)))?;
        let mut handler = node.handlers[at].clone();
        if self.board.message(&making.message).is_none() {
            let fields = self.message(&handler.on)?.fields.clone();
            self.board.messages.push(MessageType { name: making.message.clone(), kind: MessageKind::Event, fields });
        }
        let (message, topic) = (making.message.clone(), topic.to_owned());
        let key = key_field(self.message(&message)?);
        if outbox {
            self.put_outbox(id, &mut handler, Do::Outbox { message, topic, key });
        } else {
            let line = LineDoc { id: self.ids.line(id), does: Do::Publish { message, topic, key } };
            handler.lines.insert(after_commit(&handler), line);
        }
        let relay = (outbox && node.relay.is_none())
            .then(|| RelayDoc { id: self.ids.program(id), lines: self.lines(id, vec![Do::Poll, Do::PublishRows, Do::Mark]) });
        let service = self.service(id)?;
        service.relay = relay.or(service.relay.take());
        service.handlers[at] = handler;
        Ok(())
    }

    /// Puts the line before the commit of the last transaction. Where there is none, one is put around what is written.
    fn put_outbox(&mut self, id: NodeId, handler: &mut HandlerDoc, outbox: Do) {
        let line = LineDoc { id: self.ids.line(id), does: outbox };
        if let Some(commit) = handler.lines.iter().rposition(|line| line.does == Do::Commit) {
            handler.lines.insert(commit, line);
            return;
        }
        let begin = LineDoc { id: self.ids.line(id), does: Do::Begin };
        let commit = LineDoc { id: self.ids.line(id), does: Do::Commit };
        let rows = |line: &LineDoc| matches!(line.does, Do::Write(_)) || line.does.tracks();
        let first = handler.lines.iter().position(rows).unwrap_or_else(|| before_answer(handler));
        let after = handler.lines.iter().rposition(rows).map_or(first, |last| last + 1);
        handler.lines.splice(after..after, [line, commit]);
        handler.lines.insert(first, begin);
    }
}

/// Where a line after the last commit is put; before the answer where there is no transaction.
fn after_commit(handler: &HandlerDoc) -> usize {
    handler.lines.iter().rposition(|line| line.does == Do::Commit).map_or_else(|| before_answer(handler), |commit| commit + 1)
}

/// Before the reply or the acknowledgement that a program ends with, or at its end.
fn before_answer(handler: &HandlerDoc) -> usize {
    let ends = handler.lines.last().is_some_and(|line| matches!(line.does, Do::Reply | Do::Ack));
    handler.lines.len() - usize::from(ends)
}
