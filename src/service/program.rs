//! Programs as they run: lines by id, fields by place.

use std::sync::Arc;

use crate::net::{Key, Message, Value};
use crate::sim::{HandlerId, LineId, MessageId, Span, TableId, TopicId, TypeId};
use crate::store::{RelayKind, WriteOp};

/// A program: what is done with one type of message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Its id, unique in its service.
    pub id: HandlerId,
    /// The message type that it handles.
    pub on: TypeId,
    /// The topic that it reads; none for a request.
    pub from: Option<TopicId>,
    /// What becomes of a message whose handling fails.
    pub on_failure: FailurePolicy,
    /// Its lines.
    pub lines: Vec<Line>,
    /// How its lines read, each by its first word and what follows: a running handling may be on a program that the
    /// document no longer has. Empty for a relay.
    pub says: Arc<[(&'static str, String)]>,
}

/// What becomes of a message whose handling fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailurePolicy {
    /// It is handled again after a pause, for ever.
    #[default]
    Retry,
    /// It is handled again at most so many times, then given up; at 0 at once.
    Skip(u32),
    /// It is handled again at most so many times, then kept in another topic.
    DeadLetter {
        /// How many times.
        retries: u32,
        /// The topic.
        topic: TopicId,
    },
    /// The instance stops reading where it came from.
    Stop,
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its id, unique in its service.
    pub id: LineId,
    /// What it does.
    pub does: Instruction,
}

/// What a line does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instruction {
    /// Holds a worker for `mean ± spread`.
    Work {
        /// The middle.
        mean: Span,
        /// At most the mean.
        spread: Span,
    },
    /// Begins a transaction.
    Begin,
    /// Commits it.
    Commit,
    /// Writes a row.
    Write {
        /// The table.
        table: TableId,
        /// The field that names the row.
        key: u8,
        /// The field that the number comes from.
        from: u8,
        /// What is done with it.
        op: Change,
    },
    /// Goes on only if a row's value is great enough.
    Require {
        /// The table.
        table: TableId,
        /// The field that names the row.
        key: u8,
        /// The field that the value has to reach.
        least: u8,
    },
    /// Tracks the message's id.
    Track,
    /// Tracks the record's place.
    TrackOffset,
    /// Aborts if another process has had the record's partition since, and worked on it.
    Fence,
    /// Puts a message into the outbox.
    Outbox(Making),
    /// Publishes a message and waits for its acknowledgement.
    Publish(Making),
    /// Publishes the message itself to that topic, and waits for its acknowledgement.
    DeadLetter(TopicId),
    /// Answers the request.
    Reply,
    /// Answers the request with an error.
    ReplyError,
    /// Commits the record's offset.
    Ack,
    /// Of a relay: reads unpublished rows.
    Poll,
    /// Of a relay: publishes them.
    PublishRows,
    /// Of a relay: marks them.
    Mark,
    /// Of a relay: reads rows behind the saved id.
    PollAfter,
    /// Of a relay: reads the log of commits behind its position.
    Tail,
    /// Of a relay: saves its position.
    Save,
}

/// What a write does with its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Sets the value to it.
    Set,
    /// Adds it.
    Add,
    /// Subtracts it.
    Subtract,
    /// Makes the row with it, or leaves an existing one alone.
    Insert,
    /// Sets the value to it if the field of that place is greater than when the row was last written so.
    SetIfNewer(u8),
}

/// How a message is made from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Making {
    /// Its type.
    pub kind: TypeId,
    /// Where it goes.
    pub topic: TopicId,
    /// Which of the source's fields each of its fields copies.
    pub copies: Arc<[u8]>,
    /// Which of its own fields it is keyed by.
    pub key: Option<u8>,
}

impl Instruction {
    /// The topic that it publishes to at once.
    pub fn publishes_to(&self) -> Option<TopicId> {
        match self {
            Instruction::Publish(making) => Some(making.topic),
            Instruction::DeadLetter(topic) => Some(*topic),
            _ => None,
        }
    }
}

impl Change {
    /// The store's operation for a value of a message.
    pub fn of(self, value: Value, message: &Message) -> WriteOp {
        let number = amount(value);
        match self {
            Change::SetIfNewer(by) => WriteOp::SetIfNewer { value: number, stamp: field(message, by).map_or(0, row_key) },
            Change::Set => WriteOp::Set(number),
            Change::Add => WriteOp::Add(number),
            Change::Subtract => WriteOp::Add(number.saturating_neg()),
            Change::Insert => WriteOp::Insert(number),
        }
    }
}

impl Making {
    /// Makes the message.
    pub fn make(&self, id: MessageId, source: &Message) -> Message {
        let body: Arc<[Value]> = self.copies.iter().filter_map(|place| field(source, *place)).collect();
        let key: Option<Key> = self.key.and_then(|place| body.get(usize::from(place)).copied()).and_then(Value::key);
        Message { id, kind: self.kind, key, body }
    }
}

impl Program {
    /// The line of that id, by its place.
    pub fn place_of(&self, line: LineId) -> Option<usize> {
        self.lines.iter().position(|known| known.id == line)
    }

    /// How a relay's program reads and records: its first line says it.
    pub fn relay_kind(&self) -> RelayKind {
        match self.lines.first().map(|line| &line.does) {
            Some(Instruction::PollAfter) => RelayKind::Cursor,
            Some(Instruction::Tail) => RelayKind::Tail,
            _ => RelayKind::Flag,
        }
    }

    /// The next line at or after a place that ends the handling: it acknowledges or answers.
    pub fn ending_from(&self, place: usize) -> Option<usize> {
        let rest = self.lines.get(place..)?;
        rest.iter()
            .position(|line| matches!(line.does, Instruction::Ack | Instruction::Reply | Instruction::ReplyError))
            .map(|at| place + at)
    }
}

/// A field of a message by its place.
pub fn field(message: &Message, place: u8) -> Option<Value> {
    message.body.get(usize::from(place)).copied()
}

/// The number of a message's key: what it is partitioned by, or else the first of its fields that is a key, or a number.
pub fn key_of(message: &Message) -> Option<u32> {
    let number = |key| match key {
        Key::Letter(n) | Key::Number(n) => n,
    };
    let letter = message.body.iter().find_map(|value| if let Value::Key(n) = value { Some(*n) } else { None });
    let first = || message.body.iter().find_map(|value| value.key()).map(number);
    message.key.map(number).or(letter).or_else(first)
}

/// A field's value as a row's value.
pub fn amount(value: Value) -> i32 {
    match value {
        Value::Key(n) | Value::Number(n) => i32::try_from(n).unwrap_or(i32::MAX),
        Value::Cents(cents) => cents,
    }
}

/// The number that a field's value gives a row.
pub fn row_key(value: Value) -> u32 {
    match value {
        Value::Key(n) | Value::Number(n) => n,
        Value::Cents(cents) => cents.unsigned_abs(),
    }
}
