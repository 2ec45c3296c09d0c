//! Editing programs: lines that come, go, move and change; handlers; tables. Each is one step, and one that would leave
//! a program that cannot run is refused with the line and the reason.

mod fields;
mod offers;

pub use fields::{FieldChoice, FieldOffers, LineField, field_offers, with_text};
pub use offers::{HandlerOffer, LineOffer, handler_offers, line_offers};

use crate::board::{
    ActionError, Board, BoardError, Do, HandlerDoc, LineDoc, OnFailure, RelayDoc, ServiceNode, WireKind, send_dead_letters,
};
use crate::sim::{HandlerId, LineId, NodeId};

use super::draft::{Draft, Edited, Item};
use super::error::{EditError, Refusal};
use super::ids::Ids;
use super::programs::{answers, handles};

/// Something that can be done to a service's programs.
#[derive(Clone, Debug, PartialEq)]
pub enum ProgramEdit {
    /// Puts a line into a handler, before the line at that place, counted from 0; a `begin` comes with its `commit`, a
    /// first row for the outbox with a relay.
    AddLine {
        /// The handler.
        handler: HandlerId,
        /// The place.
        at: usize,
        /// The line.
        does: Do,
    },
    /// Takes a line away; a `begin` goes with its `commit`, and the other way round.
    RemoveLine(LineId),
    /// Moves a line by one place, up or down.
    MoveLine {
        /// The line.
        line: LineId,
        /// Towards the start.
        up: bool,
    },
    /// Makes a line do something else.
    ChangeLine {
        /// The line.
        line: LineId,
        /// What it does from now on.
        does: Do,
    },
    /// Adds a handler for a message type, with a program that does something sensible.
    AddHandler {
        /// The message type.
        on: String,
        /// The topic that it is read from; none for requests.
        from: Option<String>,
    },
    /// Takes a handler away.
    RemoveHandler(HandlerId),
    /// Says what becomes of a message whose handling fails. A topic for dead letters comes along where it is not there, and
    /// a wire to it.
    OnFailure(HandlerId, OnFailure),
    /// Gives a table another name wherever the service's lines name it: the old one, the new one.
    RenameTable(String, String),
}

/// Makes an edit of a service's programs.
///
/// # Errors
/// What is not there, and why a program would not run: with the line's number and first word, and the mend.
pub fn edit_program(board: &Board, ids: &Ids, service: NodeId, change: ProgramEdit) -> Result<Edited, EditError> {
    let mut draft = Draft::of(board, ids);
    let title = draft.service(service)?.title.clone();
    let label = match change {
        ProgramEdit::AddLine { handler, at, does } => {
            let label = format!("add {} to {title}", does.word());
            draft.add_line(service, handler, at, does)?;
            label
        }
        ProgramEdit::RemoveLine(line) => draft.remove_line(service, line)?,
        ProgramEdit::MoveLine { line, up } => draft.move_line(service, line, up)?,
        ProgramEdit::ChangeLine { line, does } => {
            let (handler, at) = draft.line_at(service, line)?;
            let old = std::mem::replace(&mut handler.lines[at].does, does);
            format!("change {} of {title}", old.word())
        }
        ProgramEdit::AddHandler { on, from } => draft.add_handler(service, &on, from.as_deref())?,
        ProgramEdit::RemoveHandler(id) => {
            let on = draft.handler_at(service, id)?.on.clone();
            draft.service(service)?.handlers.retain(|handler| handler.id != id);
            format!("remove {on} from {title}")
        }
        ProgramEdit::OnFailure(id, policy) => {
            let label = format!("when {} fails: {}", draft.handler_at(service, id)?.on, policy.words());
            draft.on_failure(service, id, policy)?;
            label
        }
        ProgramEdit::RenameTable(old, new) => draft.rename_table(service, &old, new.trim())?,
    };
    let after = draft.service(service)?.clone();
    draft.finish(label).map_err(|error| by_line(error, &after, board))
}

/// Gives a part of a line what was typed: a table's name, or milliseconds.
///
/// # Errors
/// What is not there, what is no number, and why a program would not run.
pub fn write_part(
    board: &Board,
    ids: &Ids,
    (service, line): (NodeId, LineId),
    field: LineField,
    text: &str,
) -> Result<Edited, EditError> {
    let (handler, at) = Draft::of(board, ids).line_at(service, line).map(|(handler, at)| (handler.clone(), at))?;
    let does = with_text(&handler.lines[at].does, field, text)?;
    edit_program(board, ids, service, ProgramEdit::ChangeLine { line, does })
}

/// An error in a service's program, with the line's number and first word in place of its path in the document.
fn by_line(error: EditError, node: &ServiceNode, board: &Board) -> EditError {
    let EditError::Board(BoardError::Malformed { place, problem }) = &error else { return error };
    let nth = |name: &str| -> Option<usize> {
        let (_, rest) = place.split_once(&format!("{name}["))?;
        rest.split_once(']')?.0.parse().ok()
    };
    let mine = nth("services").and_then(|at| board.services.get(at)).is_some_and(|known| known.id == node.id);
    let Some(handler) = nth("handlers").and_then(|at| node.handlers.get(at)).filter(|_| mine) else { return error };
    let line = nth("lines").and_then(|at| Some((at, handler.lines.get(at)?)));
    let refused = match line {
        // The heading is line 1 on the screen.
        Some((at, line)) => format!("line {}, {}: {problem}", at + 2, line.does.word()),
        None => format!("on {}: {problem}", handler.on),
    };
    EditError::Run(ActionError::Refused(refused))
}

impl Draft<'_> {
    fn handler_at(&mut self, service: NodeId, id: HandlerId) -> Result<&mut HandlerDoc, EditError> {
        let node = self.service(service)?;
        let missing = EditError::Missing(format!("program {} of {}", id.0, node.title));
        node.handlers.iter_mut().find(|handler| handler.id == id).ok_or(missing)
    }

    /// The handler that a line is in, and its place there.
    fn line_at(&mut self, service: NodeId, line: LineId) -> Result<(&mut HandlerDoc, usize), EditError> {
        let node = self.service(service)?;
        if node.relay.iter().flat_map(|relay| &relay.lines).any(|known| known.id == line) {
            let reason = "A relay's program is poll, publish, mark";
            return Err(Refusal::new(reason, "change how it works by its settings").into());
        }
        let missing = EditError::Missing(format!("line {} of {}", line.0, node.title));
        let place = |handler: &HandlerDoc| handler.lines.iter().position(|known| known.id == line);
        let mut found = node.handlers.iter_mut().filter_map(|handler| place(handler).map(|at| (handler, at)));
        found.next().ok_or(missing)
    }

    fn add_line(&mut self, service: NodeId, handler: HandlerId, at: usize, does: Do) -> Result<(), EditError> {
        let new = self.ids.line(service);
        let partner = (does == Do::Begin).then(|| LineDoc { id: self.ids.line(service), does: Do::Commit });
        let relay = matches!(does, Do::Outbox { .. }) && self.service(service)?.relay.is_none();
        let lines = &mut self.handler_at(service, handler)?.lines;
        let at = at.min(lines.len());
        if let Some(commit) = partner {
            let inside = |line: &&LineDoc| line.does.is_statement() || matches!(line.does, Do::Work { .. });
            let end = at + lines[at..].iter().take_while(inside).count();
            lines.insert(end, commit);
        }
        lines.insert(at, LineDoc { id: new, does });
        if relay {
            let id = self.ids.program(service);
            let lines = self.lines(service, vec![Do::Poll, Do::PublishRows, Do::Mark]);
            self.service(service)?.relay = Some(RelayDoc { id, lines });
        }
        Ok(())
    }

    fn remove_line(&mut self, service: NodeId, line: LineId) -> Result<String, EditError> {
        let (handler, at) = self.line_at(service, line)?;
        let does = handler.lines[at].does.clone();
        let partner = match does {
            Do::Begin => handler.lines.iter().skip(at).find(|line| line.does == Do::Commit),
            Do::Commit => handler.lines.iter().take(at).rfind(|line| line.does == Do::Begin),
            _ => None,
        };
        let partner = partner.map(|line| line.id);
        handler.lines.retain(|known| known.id != line && Some(known.id) != partner);
        let what = if partner.is_some() { "begin and commit" } else { does.word() };
        Ok(format!("remove {what} from {}", self.service(service)?.title))
    }

    fn move_line(&mut self, service: NodeId, line: LineId, up: bool) -> Result<String, EditError> {
        let (handler, at) = self.line_at(service, line)?;
        let end = if up { 0 } else { handler.lines.len() - 1 };
        if at == end {
            let (reason, mend) =
                if up { ("It is the first line", "move it down") } else { ("It is the last line", "move it up") };
            return Err(Refusal::new(reason, mend).into());
        }
        handler.lines.swap(at, if up { at - 1 } else { at + 1 });
        let word = handler.lines[if up { at - 1 } else { at + 1 }].does.word();
        Ok(format!("move {word} {}", if up { "up" } else { "down" }))
    }

    /// Says what becomes of what a handler fails at. Dead letters come with their topic and a wire to it.
    fn on_failure(&mut self, service: NodeId, id: HandlerId, policy: OnFailure) -> Result<(), EditError> {
        if let OnFailure::RetryThenDeadLetter(to) = &policy
            && self.handler_at(service, id)?.from.is_some()
        {
            let topic_is_new = self.board.topic(&to.topic).is_none();
            let (wires, wire) = (self.board.wires.len(), self.ids.wire());
            send_dead_letters(&mut self.board, (service, id), to.clone(), wire);
            self.made.extend(topic_is_new.then(|| Item::Topic(to.topic.clone())));
            self.made.extend((self.board.wires.len() > wires).then_some(Item::Wire(wire)));
            return Ok(());
        }
        self.handler_at(service, id)?.on_failure = policy;
        Ok(())
    }

    fn add_handler(&mut self, service: NodeId, on: &str, from: Option<&str>) -> Result<String, EditError> {
        let node = self.service(service)?.clone();
        if let Some(topic) = from
            && !topics_read(&self.board, service).any(|known| known == topic)
        {
            let reason = format!("{} does not read from {topic}", node.title);
            return Err(Refusal::new(reason, "draw a wire from the topic to it").into());
        }
        let message = self.message(on)?.clone();
        let table = offers::table_of(&node, None);
        let does = if from.is_some() { handles(&message, &table) } else { answers(&message, &table) };
        let handler = self.handler(service, on, from, does);
        self.service(service)?.handlers.push(handler);
        Ok(format!("let {} handle {on}", node.title))
    }

    fn rename_table(&mut self, service: NodeId, old: &str, new: &str) -> Result<String, EditError> {
        let node = self.service(service)?;
        let title = node.title.clone();
        let mut found = false;
        for line in node.handlers.iter_mut().flat_map(|handler| &mut handler.lines) {
            for name in tables_of(&mut line.does).into_iter().filter(|name| *name == old) {
                new.clone_into(name);
                found = true;
            }
        }
        if !found {
            return Err(EditError::Missing(format!("table \"{old}\" in the programs of {title}")));
        }
        self.notes.push(format!("What has been written to {old} stays there."));
        Ok(format!("rename table {old} to {new}"))
    }
}

/// The tables that a line names, also in the form that it has taken the place of.
fn tables_of(does: &mut Do) -> Vec<&mut String> {
    match does {
        Do::Write(write) => {
            let before = write.instead_of.iter_mut().map(|before| &mut before.table);
            before.chain([&mut write.table]).collect()
        }
        Do::Require(require) => vec![&mut require.table],
        _ => Vec::new(),
    }
}

/// The topics that a service reads.
fn topics_read(board: &Board, service: NodeId) -> impl Iterator<Item = &str> {
    board.wires.iter().filter_map(move |wire| match &wire.is {
        WireKind::Consume { to, topic, .. } if *to == service => Some(topic.as_str()),
        _ => None,
    })
}

/// The topics that a service publishes to.
fn topics_published(board: &Board, service: NodeId) -> impl Iterator<Item = &str> {
    board.wires.iter().filter_map(move |wire| match &wire.is {
        WireKind::Publish { from, topic } if *from == service => Some(topic.as_str()),
        _ => None,
    })
}
