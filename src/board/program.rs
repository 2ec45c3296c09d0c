//! A handler's lines as the document has them: by name.

use serde::{Deserialize, Serialize};

use crate::sim::{HandlerId, LineId};

/// A line of a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineDoc {
    /// Unique in the service; stays when lines around it change.
    pub id: LineId,
    /// What it does.
    #[serde(rename = "do")]
    pub does: Do,
}

/// What a line does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Do {
    /// Holds a worker for `ms ± spread` milliseconds.
    Work {
        /// The middle, in milliseconds: 0 to 3,600,000.
        ms: u32,
        /// Up to so much more or less, in milliseconds; at most `ms`.
        #[serde(default)]
        spread: u32,
    },
    /// Begins a local transaction.
    Begin,
    /// Commits it.
    Commit,
    /// Writes a row of the service's own store.
    Write(WriteDoc),
    /// Inserts the message's id into `processed_messages`; a duplicate is rolled back, acknowledged and done.
    Track,
    /// Inserts a message into the outbox, in the same transaction.
    Outbox {
        /// The message type.
        message: String,
        /// The topic.
        topic: String,
        /// The field that it is keyed by; none for a null key.
        #[serde(default)]
        key: Option<String>,
    },
    /// Hands a message to the broker and waits as `acks` says.
    Publish {
        /// The message type.
        message: String,
        /// The topic.
        topic: String,
        /// The field that it is keyed by; none for a null key.
        #[serde(default)]
        key: Option<String>,
    },
    /// Answers the request.
    Reply,
    /// Commits the record's offset.
    Ack,
    /// Of a relay: reads rows of the outbox that are not marked.
    Poll,
    /// Of a relay: publishes the rows read and waits for every acknowledgement.
    PublishRows,
    /// Of a relay: marks those rows as published.
    Mark,
    /// Of a relay: reads rows of the outbox with a greater id than the saved one.
    PollAfter,
    /// Of a relay: reads rows of the outbox from the log of commits, behind its position.
    Tail,
    /// Of a relay: saves how far it has got.
    Save,
}

/// A write to one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WriteDoc {
    /// The table.
    pub table: String,
    /// The field whose value names the row.
    pub key: String,
    /// What happens to the row's value.
    pub op: ValueDoc,
    /// The form that an idempotent one has taken the place of, for switching back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<Box<WriteDoc>>,
}

/// What a write does to its row's value; each names the field that it takes the number from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ValueDoc {
    /// Replaces it.
    Set(String),
    /// Adds to it.
    Add(String),
    /// Takes from it.
    Subtract(String),
    /// Makes the row; an existing one stays as it is.
    Insert(String),
}

/// A place between lines, where a pin can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gap {
    /// Before a program's first line.
    Start(HandlerId),
    /// After a line, before the next.
    After(LineId),
}

impl ValueDoc {
    /// The field that the number comes from.
    pub fn field(&self) -> &str {
        match self {
            ValueDoc::Set(field) | ValueDoc::Add(field) | ValueDoc::Subtract(field) | ValueDoc::Insert(field) => field,
        }
    }
}

impl Do {
    /// The line's first word.
    pub fn word(&self) -> &'static str {
        match self {
            Do::Work { .. } => "work",
            Do::Begin => "begin",
            Do::Commit => "commit",
            Do::Write(_) => "write",
            Do::Track => "track",
            Do::Outbox { .. } => "outbox",
            Do::Publish { .. } | Do::PublishRows => "publish",
            Do::Reply => "reply",
            Do::Ack => "ack",
            Do::Poll | Do::PollAfter => "poll",
            Do::Tail => "tail",
            Do::Save => "save",
            Do::Mark => "mark",
        }
    }

    /// What follows the first word, as it is shown.
    pub fn rest(&self) -> String {
        match self {
            Do::Work { ms, spread: 0 } => format!("{ms} ms"),
            Do::Work { ms, spread } => format!("{ms} ms ± {spread}"),
            Do::Write(WriteDoc { table, key, op, .. }) => match op {
                ValueDoc::Set(field) => format!("{table}[{key}] = {field}"),
                ValueDoc::Add(field) => format!("{table}[{key}] += {field}"),
                ValueDoc::Subtract(field) => format!("{table}[{key}] −= {field}"),
                ValueDoc::Insert(field) => format!("{table}[{key}] insert {field}"),
            },
            Do::Outbox { message, topic, .. } | Do::Publish { message, topic, .. } => format!("{message} to {topic}"),
            Do::PublishRows => "the rows".to_owned(),
            Do::Mark => "them published".to_owned(),
            Do::Poll => "the outbox".to_owned(),
            Do::PollAfter => "after the last id".to_owned(),
            Do::Tail => "the log of commits".to_owned(),
            Do::Save => "the position".to_owned(),
            Do::Track | Do::Begin | Do::Commit | Do::Reply | Do::Ack => String::new(),
        }
    }

    /// What the line means, where its words alone do not say it.
    pub fn note(&self) -> &'static str {
        match self {
            Do::Ack => "commits the offset",
            Do::Track => "message id, once",
            Do::Reply => "to the client",
            _ => "",
        }
    }
}
