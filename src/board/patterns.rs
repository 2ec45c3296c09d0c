//! Patterns: named forms of a handler's program, and the edits that switch between them.

use serde::{Deserialize, Serialize};

use crate::sim::{HandlerId, LineId};
use crate::store::RelayKind;

use super::document::{Board, FieldSource, HandlerDoc, MessageType, ServiceNode};
use super::error::ActionError;
use super::program::{Do, LineDoc, ValueDoc, WriteDoc};
use super::relay::RelayDoc;

/// If a message comes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IfAgain {
    /// Its writes happen again.
    DoesItAgain,
    /// Its writes are keyed by the order's number, so that a second one changes nothing.
    IsIdempotent,
    /// Its id is in `processed_messages`, in the same transaction, so that a second one is rolled back.
    TracksIds,
    /// Its id is put there before the work, in a transaction of its own: a crash in between loses the work.
    TracksIdsFirst,
    /// Its id is put there after the work, in a transaction of its own: a crash in between does the work again.
    TracksIdsLast,
    /// Its record's place is there, in the same transaction: what was published again has a new place.
    TracksOffsets,
    /// Only whoever was given its partition last does it again: the transaction of a process that has lost it is rolled back.
    IsFenced,
}

/// When a handler acknowledges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Acknowledges {
    /// First of all: at most once.
    BeforeHandling,
    /// Last of all: at least once.
    AfterHandling,
}

/// How a handler publishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Publishes {
    /// To the broker, once the transaction has committed: a dual write.
    AfterCommit,
    /// To the broker, before the transaction commits: a dual write the other way round.
    BeforeCommit,
    /// Into the outbox, in the transaction; a relay publishes.
    ThroughOutbox,
}

/// A pattern of one handler, in one form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pattern {
    /// If a message comes again.
    IfAgain(HandlerId, IfAgain),
    /// When it acknowledges.
    Acknowledges(HandlerId, Acknowledges),
    /// How it publishes.
    Publishes(HandlerId, Publishes),
}

impl Pattern {
    /// The handler that it is of.
    pub const fn handler(self) -> HandlerId {
        let (Pattern::IfAgain(id, _) | Pattern::Acknowledges(id, _) | Pattern::Publishes(id, _)) = self;
        id
    }

    /// The form in the words of its switch.
    pub const fn words(self) -> &'static str {
        match self {
            Pattern::IfAgain(_, IfAgain::DoesItAgain) => "does it again",
            Pattern::IfAgain(_, IfAgain::IsIdempotent) => "is idempotent",
            Pattern::IfAgain(_, IfAgain::TracksIds) => "tracks ids",
            Pattern::IfAgain(_, IfAgain::TracksIdsFirst) => "tracks ids first",
            Pattern::IfAgain(_, IfAgain::TracksIdsLast) => "tracks ids last",
            Pattern::IfAgain(_, IfAgain::TracksOffsets) => "tracks offsets",
            Pattern::IfAgain(_, IfAgain::IsFenced) => "is fenced",
            Pattern::Acknowledges(_, Acknowledges::BeforeHandling) => "before handling",
            Pattern::Acknowledges(_, Acknowledges::AfterHandling) => "after handling",
            Pattern::Publishes(_, Publishes::AfterCommit) => "after the commit",
            Pattern::Publishes(_, Publishes::BeforeCommit) => "before the commit",
            Pattern::Publishes(_, Publishes::ThroughOutbox) => "through an outbox",
        }
    }

    /// What the form makes of a service, behind its name: `acknowledges after handling`.
    pub fn clause(self) -> String {
        let verb = match self {
            Pattern::IfAgain(..) => "",
            Pattern::Acknowledges(..) => "acknowledges ",
            Pattern::Publishes(..) => "publishes ",
        };
        format!("{verb}{}", self.words())
    }
}

/// The forms that a handler has now. `None`: the program fits no known form, or the pattern does not concern it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forms {
    /// If a message comes again.
    pub if_again: Option<IfAgain>,
    /// When it acknowledges; `None` also for a request's handler.
    pub acknowledges: Option<Acknowledges>,
    /// How it publishes; `None` also where it does not.
    pub publishes: Option<Publishes>,
}

/// Reads the forms off a program.
pub fn pattern_of(handler: &HandlerDoc) -> Forms {
    let lines = &handler.lines;
    let at = |wanted: fn(&Do) -> bool| lines.iter().position(|line| wanted(&line.does));
    let (begin, commit) = (at(|does| *does == Do::Begin), at(|does| *does == Do::Commit));
    let inside = |place: usize| begin.is_some_and(|begin| begin < place) && commit.is_some_and(|commit| place < commit);
    let writes: Vec<&WriteDoc> =
        lines.iter().filter_map(|line| if let Do::Write(write) = &line.does { Some(write) } else { None }).collect();
    let is_write = |line: &LineDoc| matches!(line.does, Do::Write(_));
    let together = |track| inside(track) && lines.iter().enumerate().all(|(at, line)| !is_write(line) || inside(at));
    let if_again = match (at(|does| *does == Do::Track), at(|does| *does == Do::TrackOffset)) {
        (Some(track), None) if together(track) => Some(IfAgain::TracksIds),
        (Some(track), None) if outside_all(lines, track) => tracks_outside(lines, track),
        (None, Some(track)) => together(track).then_some(IfAgain::TracksOffsets),
        (None, None) if writes.is_empty() => None,
        (None, None) if at(|does| *does == Do::Fence).is_some_and(together) => Some(IfAgain::IsFenced),
        (None, None) if writes.iter().all(|write| write.op.is_idempotent()) => Some(IfAgain::IsIdempotent),
        (None, None) => Some(IfAgain::DoesItAgain),
        _ => None,
    };
    let acknowledges = at(|does| *does == Do::Ack).and_then(|ack| match ack {
        0 => Some(Acknowledges::BeforeHandling),
        _ if ack + 1 == lines.len() => Some(Acknowledges::AfterHandling),
        _ => None,
    });
    let outbox = at(|does| matches!(does, Do::Outbox { .. }));
    let publish = at(|does| matches!(does, Do::Publish { .. }));
    let publishes = match (outbox, publish) {
        (Some(outbox), None) => inside(outbox).then_some(Publishes::ThroughOutbox),
        (None, Some(publish)) if commit.is_some_and(|commit| commit < publish) => Some(Publishes::AfterCommit),
        (None, Some(publish)) => inside(publish).then_some(Publishes::BeforeCommit),
        _ => None,
    };
    Forms { if_again, acknowledges, publishes }
}

/// Whether a line stands in no transaction.
fn outside_all(lines: &[LineDoc], place: usize) -> bool {
    let before = lines.iter().take(place).rev().map(|line| &line.does);
    before.into_iter().find(|does| matches!(does, Do::Begin | Do::Commit)).is_none_or(|does| *does == Do::Commit)
}

/// A `track` in a transaction of its own, before everything that is written or after it.
fn tracks_outside(lines: &[LineDoc], track: usize) -> Option<IfAgain> {
    let write = |line: &LineDoc| matches!(line.does, Do::Write(_));
    match (lines.iter().position(write), lines.iter().rposition(write)) {
        (Some(first), _) if track < first => Some(IfAgain::TracksIdsFirst),
        (_, Some(last)) if last < track => Some(IfAgain::TracksIdsLast),
        _ => None,
    }
}

/// Switches a pattern of a service's handler. Lines keep their ids where they stay.
///
/// # Errors
/// Says why the program has no such form; the board is then as it was.
pub fn apply_pattern(board: &mut Board, service: crate::sim::NodeId, pattern: Pattern) -> Result<(), ActionError> {
    let id = pattern.handler();
    let node = board.service(service).ok_or_else(|| ActionError::Missing(format!("service {}", service.0)))?;
    let handler = node.handlers.iter().find(|handler| handler.id == id);
    let handler = handler.ok_or_else(|| ActionError::Missing(format!("handler {} of {}", id.0, node.title)))?;
    let mut ids = FreshIds::of(node);
    let lines = match pattern {
        Pattern::IfAgain(_, form) => if_again(handler, form, board.message(&handler.on), &mut ids)?,
        Pattern::Acknowledges(_, form) => acknowledges(handler, form)?,
        Pattern::Publishes(_, form) => publishes(handler, form)?,
    };
    let relay = match pattern {
        Pattern::Publishes(_, Publishes::ThroughOutbox) if node.relay.is_none() => Some(RelayDoc {
            id: ids.handler(),
            lines: RelayKind::Flag.program().map(|does| LineDoc { id: ids.line(), does }).to_vec(),
        }),
        _ => None,
    };
    if let Some(node) = board.service_mut(service) {
        node.relay = relay.or(node.relay.take());
        if let Some(handler) = node.handlers.iter_mut().find(|handler| handler.id == id) {
            handler.lines = lines;
        }
    }
    Ok(())
}

/// The form that an idempotent switch gives to a write, or why there is none.
///
/// # Errors
/// Says what is missing.
pub fn idempotent_form(write: &WriteDoc, message: Option<&MessageType>) -> Result<WriteDoc, String> {
    let number = message.and_then(|kind| kind.fields.iter().find(|field| field.from == FieldSource::Number));
    let field = match &write.op {
        ValueDoc::Add(field) | ValueDoc::Subtract(field) => field,
        // A value that comes again must not take the place of a newer one.
        ValueDoc::Set(value) if number.is_some_and(|number| number.name != write.key) => {
            let by = number.map_or_else(String::new, |number| number.name.clone());
            let op = ValueDoc::SetIfNewer { value: value.clone(), by };
            return Ok(WriteDoc { op, instead_of: Some(Box::new(write.clone())), ..write.clone() });
        }
        _ => return Ok(write.clone()),
    };
    let number = number.ok_or_else(|| "the message has no number of its own that a row could be keyed by".to_owned())?;
    Ok(WriteDoc {
        table: write.table.clone(),
        key: number.name.clone(),
        op: ValueDoc::Insert(field.clone()),
        instead_of: Some(Box::new(write.clone())),
    })
}

fn if_again(
    handler: &HandlerDoc,
    form: IfAgain,
    message: Option<&MessageType>,
    ids: &mut FreshIds,
) -> Result<Vec<LineDoc>, ActionError> {
    let recognises = |line: &&LineDoc| line.does.tracks() || line.does == Do::Fence;
    let mut lines: Vec<LineDoc> = handler.lines.iter().filter(|line| !recognises(line)).cloned().collect();
    for line in &mut lines {
        let Do::Write(write) = &mut line.does else { continue };
        if form == IfAgain::IsIdempotent {
            *write = idempotent_form(write, message).map_err(ActionError::Refused)?;
        } else if let Some(before) = write.instead_of.take() {
            *write = *before;
        }
    }
    if matches!(form, IfAgain::DoesItAgain | IfAgain::IsIdempotent) {
        return Ok(lines);
    }
    let statement = |line: &LineDoc| line.does.is_statement();
    let (begin, commit) = (place(&lines, &Do::Begin), place(&lines, &Do::Commit));
    let at = match form {
        IfAgain::TracksIdsFirst => begin.or(lines.iter().position(statement)),
        IfAgain::TracksIdsLast => commit.or(lines.iter().rposition(statement)).map(|last| last + 1),
        _ => {
            let why = match form {
                IfAgain::IsFenced => "a fence needs a transaction: this program has no begin",
                _ => "tracking needs a transaction: this program has no begin",
            };
            Some(begin.ok_or_else(|| ActionError::Refused(why.to_owned()))? + 1)
        }
    };
    let at = at.ok_or_else(|| ActionError::Refused("this program writes nothing that could be done again".to_owned()))?;
    let old = handler.lines.iter().find(recognises);
    let does = match form {
        IfAgain::TracksOffsets => Do::TrackOffset,
        IfAgain::IsFenced => Do::Fence,
        _ => Do::Track,
    };
    lines.insert(at, LineDoc { id: old.map_or_else(|| ids.line(), |old| old.id), does });
    Ok(lines)
}

fn place(lines: &[LineDoc], wanted: &Do) -> Option<usize> {
    lines.iter().position(|line| line.does == *wanted)
}

fn acknowledges(handler: &HandlerDoc, form: Acknowledges) -> Result<Vec<LineDoc>, ActionError> {
    let mut lines = handler.lines.clone();
    let at = lines.iter().position(|line| line.does == Do::Ack);
    let ack = lines.remove(at.ok_or_else(|| ActionError::Refused("a request has no offset to acknowledge".to_owned()))?);
    match form {
        Acknowledges::BeforeHandling => lines.insert(0, ack),
        Acknowledges::AfterHandling => lines.push(ack),
    }
    Ok(lines)
}

fn publishes(handler: &HandlerDoc, form: Publishes) -> Result<Vec<LineDoc>, ActionError> {
    let mut lines = handler.lines.clone();
    let at = lines.iter().position(|line| matches!(line.does, Do::Outbox { .. } | Do::Publish { .. }));
    let mut line = lines.remove(at.ok_or_else(|| ActionError::Refused("this program publishes nothing".to_owned()))?);
    let commit = lines.iter().position(|line| line.does == Do::Commit);
    let commit = commit.ok_or_else(|| ActionError::Refused("this program has no transaction to publish from".to_owned()))?;
    line.does = match line.does {
        Do::Outbox { message, topic, key } | Do::Publish { message, topic, key } => match form {
            Publishes::ThroughOutbox => Do::Outbox { message, topic, key },
            Publishes::AfterCommit | Publishes::BeforeCommit => Do::Publish { message, topic, key },
        },
        other => other,
    };
    lines.insert(if form == Publishes::AfterCommit { commit + 1 } else { commit }, line);
    Ok(lines)
}

/// Ids that no line and no program of the service has had: greater than all there are.
struct FreshIds {
    line: u16,
    handler: u16,
}

impl FreshIds {
    fn of(node: &ServiceNode) -> FreshIds {
        let lines = node.programs().flat_map(|(_, lines)| lines.iter().map(|line| line.id.0));
        FreshIds { line: lines.max().unwrap_or(0), handler: node.programs().map(|(id, _)| id.0).max().unwrap_or(0) }
    }

    fn line(&mut self) -> LineId {
        self.line = self.line.saturating_add(1);
        LineId(self.line)
    }

    fn handler(&mut self) -> HandlerId {
        self.handler = self.handler.saturating_add(1);
        HandlerId(self.handler)
    }
}
