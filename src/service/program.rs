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
    /// Its lines.
    pub lines: Vec<Line>,
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
    /// Tracks the message's id.
    Track,
    /// Puts a message into the outbox.
    Outbox(Making),
    /// Publishes a message and waits for its acknowledgement.
    Publish(Making),
    /// Answers the request.
    Reply,
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

impl Change {
    /// The store's operation for a value.
    pub fn of(self, value: Value) -> WriteOp {
        let number = match value {
            Value::Key(n) | Value::Number(n) => i32::try_from(n).unwrap_or(i32::MAX),
            Value::Cents(cents) => cents,
        };
        match self {
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
        rest.iter().position(|line| matches!(line.does, Instruction::Ack | Instruction::Reply)).map(|at| place + at)
    }
}

/// A field of a message by its place.
pub fn field(message: &Message, place: u8) -> Option<Value> {
    message.body.get(usize::from(place)).copied()
}

/// The number that a field's value gives a row.
pub fn row_key(value: Value) -> u32 {
    match value {
        Value::Key(n) | Value::Number(n) => n,
        Value::Cents(cents) => cents.unsigned_abs(),
    }
}
