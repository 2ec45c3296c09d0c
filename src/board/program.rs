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
    /// The same with the record's place instead of the message's id: what a relay publishes again has a new place.
    TrackOffset,
    /// Inserts the generation in which the record's partition was assigned into `fences`; where a newer one is, another process
    /// has the partition: the transaction is rolled back, and the handler is done.
    Fence,
    /// Goes on only if a row's value is great enough; otherwise the transaction is rolled back and the handler has failed.
    Require(RequireDoc),
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

/// A condition on one row of the service's own store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RequireDoc {
    /// The table.
    pub table: String,
    /// The field whose value names the row; a row that is not there has the value 0.
    pub key: String,
    /// The field that the row's value has to reach.
    pub at_least: String,
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
    /// Replaces it if the message is newer than the one that replaced it last; otherwise the row stays as it is.
    SetIfNewer {
        /// The field that the number comes from.
        value: String,
        /// The field that says how new the message is; a row that was never written so has version 0.
        by: String,
    },
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
            ValueDoc::Set(field)
            | ValueDoc::Add(field)
            | ValueDoc::Subtract(field)
            | ValueDoc::Insert(field)
            | ValueDoc::SetIfNewer { value: field, .. } => field,
        }
    }

    /// The field that says how new the message is, where that counts.
    pub fn version(&self) -> Option<&str> {
        if let ValueDoc::SetIfNewer { by, .. } = self { Some(by) } else { None }
    }

    /// Whether doing it again with the same message changes nothing more.
    pub fn is_idempotent(&self) -> bool {
        !matches!(self, ValueDoc::Add(_) | ValueDoc::Subtract(_))
    }
}

impl Do {
    /// The table that it reads or writes by name.
    pub fn table(&self) -> Option<&str> {
        match self {
            Do::Write(write) => Some(&write.table),
            Do::Require(require) => Some(&require.table),
            _ => None,
        }
    }

    /// Whether it remembers what was handled, by message or by place.
    pub fn tracks(&self) -> bool {
        matches!(self, Do::Track | Do::TrackOffset)
    }

    /// Whether it is a statement on the service's own store.
    pub fn is_statement(&self) -> bool {
        matches!(self, Do::Write(_) | Do::Require(_) | Do::Outbox { .. } | Do::Fence) || self.tracks()
    }

    /// The line's first word.
    pub fn word(&self) -> &'static str {
        match self {
            Do::Work { .. } => "work",
            Do::Begin => "begin",
            Do::Commit => "commit",
            Do::Write(_) => "write",
            Do::Track | Do::TrackOffset => "track",
            Do::Fence => "fence",
            Do::Require(_) => "require",
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
                ValueDoc::SetIfNewer { value, by } => format!("{table}[{key}] = {value} if newer by {by}"),
            },
            Do::Require(RequireDoc { table, key, at_least }) => format!("{table}[{key}] ≥ {at_least}"),
            Do::TrackOffset => "by offset".to_owned(),
            Do::Outbox { message, topic, .. } | Do::Publish { message, topic, .. } => format!("{message} to {topic}"),
            Do::PublishRows => "the rows".to_owned(),
            Do::Mark => "them published".to_owned(),
            Do::Poll => "the outbox".to_owned(),
            Do::PollAfter => "after the last id".to_owned(),
            Do::Tail => "the log of commits".to_owned(),
            Do::Save => "the position".to_owned(),
            Do::Track | Do::Fence | Do::Begin | Do::Commit | Do::Reply | Do::Ack => String::new(),
        }
    }

    /// What the line means, where its words alone do not say it.
    pub fn note(&self) -> &'static str {
        match self {
            Do::Ack => "commits the offset",
            Do::Track => "message id, once",
            Do::TrackOffset => "record, once",
            Do::Fence => "newest owner only",
            Do::Require(_) => "or fail",
            Do::Reply => "to the client",
            _ => "",
        }
    }
}
