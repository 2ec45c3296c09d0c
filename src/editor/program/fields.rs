//! What a line's parts can be changed to.

use crate::board::{Board, Do, RequireDoc, ValueDoc, WriteDoc};
use crate::sim::{LineId, NodeId};

use super::super::error::Refusal;
use super::super::ids::Ids;
use super::{ProgramEdit, edit_program, topics_published};

/// A part of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineField {
    /// The table.
    Table,
    /// The field that names the row.
    Key,
    /// What is done to the row's value.
    Op,
    /// The field that the number comes from.
    Value,
    /// The field that says how new the message is.
    Version,
    /// The field that a row's value has to reach.
    AtLeast,
    /// By what the message is remembered.
    TrackBy,
    /// To the broker or into the outbox.
    Way,
    /// The message type that is made.
    Message,
    /// The topic.
    Topic,
    /// The field that the message is keyed by.
    RecordKey,
    /// How long work takes, in milliseconds.
    Ms,
    /// By how much that varies, in milliseconds.
    Spread,
}

/// What a part could be changed to.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChoice {
    /// The part in words.
    pub words: String,
    /// The whole line with it.
    pub does: Do,
    /// Why it cannot be, if it cannot.
    pub refused: Option<String>,
}

/// A part of a line and what it could be.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldOffers {
    /// Which part.
    pub field: LineField,
    /// It now, in words.
    pub now: String,
    /// What can be chosen.
    pub choices: Vec<FieldChoice>,
    /// Whether something else can be typed: a new table, a number of milliseconds.
    pub typed: bool,
}

impl LineField {
    /// The part's name.
    pub const fn name(self) -> &'static str {
        match self {
            LineField::Table => "table",
            LineField::Key => "row",
            LineField::Op => "does",
            LineField::Value => "value",
            LineField::Version => "newer by",
            LineField::AtLeast => "at least",
            LineField::TrackBy => "by",
            LineField::Way => "way",
            LineField::Message => "message",
            LineField::Topic => "topic",
            LineField::RecordKey => "key",
            LineField::Ms => "takes, in ms",
            LineField::Spread => "varies by, in ms",
        }
    }
}

/// What the parts of a handler's line can be changed to. Empty for a line without parts, or one that is not there.
pub fn field_offers(board: &Board, service: NodeId, line: LineId) -> Vec<FieldOffers> {
    let Some(node) = board.service(service) else { return Vec::new() };
    let found = node.handlers.iter().find_map(|handler| Some((handler, handler.lines.iter().find(|known| known.id == line)?)));
    let Some((handler, line)) = found else { return Vec::new() };
    let fields: Vec<&str> =
        board.message(&handler.on).map_or_else(Vec::new, |kind| kind.fields.iter().map(|field| field.name.as_str()).collect());
    let ids = Ids::of(board);
    let choice = |(words, does): (String, Do)| {
        let change = ProgramEdit::ChangeLine { line: line.id, does: does.clone() };
        let refused = edit_program(board, &ids, service, change).err().map(|error| error.to_string());
        FieldChoice { words, does, refused }
    };
    let part = |field, now: &str, choices: Vec<(String, Do)>, typed| {
        let choices = choices.into_iter().map(choice).collect();
        FieldOffers { field, now: now.to_owned(), choices, typed }
    };
    let each = |names: &[&str], make: &dyn Fn(String) -> Do| -> Vec<(String, Do)> {
        names.iter().map(|name| ((*name).to_owned(), make((*name).to_owned()))).collect()
    };
    let mut tables: Vec<&str> =
        node.handlers.iter().flat_map(|handler| &handler.lines).filter_map(|line| line.does.table()).collect();
    tables.sort_unstable();
    tables.dedup();
    match &line.does {
        Do::Work { ms, spread } => vec![
            part(LineField::Ms, &ms.to_string(), Vec::new(), true),
            part(LineField::Spread, &spread.to_string(), Vec::new(), true),
        ],
        Do::Write(write) => {
            let with = |change: &dyn Fn(&mut WriteDoc)| {
                let mut write = WriteDoc { instead_of: None, ..write.clone() };
                change(&mut write);
                Do::Write(write)
            };
            let op = |op: &ValueDoc| with(&|write| write.op = op.clone());
            let now = write.op.field().to_owned();
            let newest = write.op.version().or(fields.first().copied()).unwrap_or_default().to_owned();
            let ops = ops(&now, &newest).map(|(words, it)| (words.to_owned(), op(&it))).to_vec();
            let mut parts = vec![
                part(LineField::Table, &write.table, each(&tables, &|table| with(&|write| write.table.clone_from(&table))), true),
                part(LineField::Key, &write.key, each(&fields, &|key| with(&|write| write.key.clone_from(&key))), false),
                part(LineField::Op, op_words(&write.op), ops, false),
                part(LineField::Value, &now, each(&fields, &|value| op(&valued(&write.op, value))), false),
            ];
            if let Some(by) = write.op.version() {
                let value = now.clone();
                let newer = move |by| op(&ValueDoc::SetIfNewer { value: value.clone(), by });
                parts.push(part(LineField::Version, by, each(&fields, &newer), false));
            }
            parts
        }
        Do::Require(require) => vec![
            part(
                LineField::Table,
                &require.table,
                each(&tables, &|table| Do::Require(RequireDoc { table, ..require.clone() })),
                true,
            ),
            part(LineField::Key, &require.key, each(&fields, &|key| Do::Require(RequireDoc { key, ..require.clone() })), false),
            part(
                LineField::AtLeast,
                &require.at_least,
                each(&fields, &|at_least| Do::Require(RequireDoc { at_least, ..require.clone() })),
                false,
            ),
        ],
        Do::Track | Do::TrackOffset => {
            let ways = [("message id", Do::Track), ("offset", Do::TrackOffset)];
            let now = if line.does == Do::Track { ways[0].0 } else { ways[1].0 };
            vec![part(LineField::TrackBy, now, ways.map(|(words, does)| (words.to_owned(), does)).to_vec(), false)]
        }
        Do::Outbox { message, topic, key } | Do::Publish { message, topic, key } => {
            let outbox = matches!(line.does, Do::Outbox { .. });
            let made = |message: &str, topic: &str, key: Option<String>| {
                let (message, topic) = (message.to_owned(), topic.to_owned());
                if outbox { Do::Outbox { message, topic, key } } else { Do::Publish { message, topic, key } }
            };
            let (m, t, k) = (message.clone(), topic.clone(), key.clone());
            let ways = vec![
                ("to the broker".to_owned(), Do::Publish { message: m.clone(), topic: t.clone(), key: k.clone() }),
                ("into the outbox".to_owned(), Do::Outbox { message: m, topic: t, key: k }),
            ];
            let types: Vec<&str> = board.messages.iter().map(|kind| kind.name.as_str()).collect();
            let topics: Vec<&str> = topics_published(board, service).collect();
            let of_type: Vec<&str> = board
                .message(message)
                .map_or_else(Vec::new, |kind| kind.fields.iter().map(|field| field.name.as_str()).collect());
            // A type that has no such field is published without a key.
            let keyed = |kind: &str| {
                let has =
                    |key: &&String| board.message(kind).is_some_and(|kind| kind.fields.iter().any(|field| field.name == **key));
                key.as_ref().filter(has).cloned()
            };
            let mut keys = each(&of_type, &|key| made(message, topic, Some(key)));
            keys.push(("none".to_owned(), made(message, topic, None)));
            vec![
                part(LineField::Way, if outbox { "into the outbox" } else { "to the broker" }, ways, false),
                part(LineField::Message, message, each(&types, &|kind| made(&kind, topic, keyed(&kind))), false),
                part(LineField::Topic, topic, each(&topics, &|topic| made(message, &topic, key.clone())), false),
                part(LineField::RecordKey, key.as_deref().unwrap_or("none"), keys, false),
            ]
        }
        _ => Vec::new(),
    }
}

/// The operations, in words, on a value that comes from a field.
fn ops(value: &str, by: &str) -> [(&'static str, ValueDoc); 5] {
    let value = || value.to_owned();
    let all = [
        ValueDoc::Set(value()),
        ValueDoc::Add(value()),
        ValueDoc::Subtract(value()),
        ValueDoc::Insert(value()),
        ValueDoc::SetIfNewer { value: value(), by: by.to_owned() },
    ];
    all.map(|op| (op_words(&op), op))
}

fn op_words(op: &ValueDoc) -> &'static str {
    match op {
        ValueDoc::Set(_) => "= sets it",
        ValueDoc::Add(_) => "+= adds",
        ValueDoc::Subtract(_) => "−= takes away",
        ValueDoc::Insert(_) => "insert, once",
        ValueDoc::SetIfNewer { .. } => "= sets it if newer",
    }
}

/// The same operation on a value that comes from another field.
fn valued(op: &ValueDoc, value: String) -> ValueDoc {
    match op {
        ValueDoc::Set(_) => ValueDoc::Set(value),
        ValueDoc::Add(_) => ValueDoc::Add(value),
        ValueDoc::Subtract(_) => ValueDoc::Subtract(value),
        ValueDoc::Insert(_) => ValueDoc::Insert(value),
        ValueDoc::SetIfNewer { by, .. } => ValueDoc::SetIfNewer { value, by: by.clone() },
    }
}

/// A line with a part as it was typed: a table's name, or milliseconds.
///
/// # Errors
/// What is no number, and a part that cannot be typed.
pub fn with_text(does: &Do, field: LineField, text: &str) -> Result<Do, Refusal> {
    let text = text.trim();
    let number = || text.parse::<u32>().map_err(|_| Refusal::new(format!("“{text}” is no number"), "write whole milliseconds"));
    match (does, field) {
        (Do::Work { spread, .. }, LineField::Ms) => {
            let ms = number()?;
            Ok(Do::Work { ms, spread: (*spread).min(ms) })
        }
        (Do::Work { ms, .. }, LineField::Spread) => Ok(Do::Work { ms: *ms, spread: number()? }),
        (Do::Write(write), LineField::Table) => {
            Ok(Do::Write(WriteDoc { table: text.to_owned(), instead_of: None, ..write.clone() }))
        }
        (Do::Require(require), LineField::Table) => Ok(Do::Require(RequireDoc { table: text.to_owned(), ..require.clone() })),
        _ => Err(Refusal::new(format!("The {} of this line cannot be typed", field.name()), "choose one")),
    }
}
