//! One message being handled, as a value.

use std::sync::Arc;

use crate::net::{ConnId, Message};
use crate::sim::{FactId, MessageId, RecordId, Time, WireId};
use crate::store::{Fence, TxId};

use super::program::Program;

/// Where a message came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A request; its answer goes back on that connection.
    Request(ConnId),
    /// A record, read by the consumer of that wire.
    Record(WireId, RecordId),
}

/// What an activation waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// That its line has taken its time.
    Time,
    /// The acknowledgement of a message that it publishes.
    Publish(MessageId),
    /// The answer to its offset commit.
    Offset(RecordId),
    /// A lock that another transaction holds.
    Lock,
    /// A connection to the store: all are in use.
    Connection,
    /// The store's answer.
    Statement,
    /// The pause after a failure.
    Again,
    /// A pin holds it up in a gap.
    Held,
}

/// What has been taken up to be handled, besides the message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taken {
    /// Where it came from.
    pub source: Source,
    /// The consumer that read its record is no longer there.
    pub orphan: bool,
    /// How often handling it has failed since then.
    pub failures: u32,
    /// Of a record: by what its partition is fenced.
    pub token: Option<Token>,
}

/// By what a partition is fenced for whoever reads a record of it: the generation in which it was assigned to that process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// The partition, as its group reads it.
    pub fence: Fence,
    /// The generation, of a member of the consumer protocol its epoch. Whoever is given the partition later has a greater one.
    pub generation: u32,
}

/// One message being handled.
#[derive(Clone, Debug)]
pub struct Activation {
    /// The program in the version with which it began.
    pub program: Arc<Program>,
    /// The place of the line that it is on.
    pub at: usize,
    /// The message.
    pub message: Message,
    /// Where it came from.
    pub source: Source,
    /// How often the service had begun to handle this message before: part of the names of its draws.
    pub nth: u16,
    /// Its open transaction.
    pub tx: Option<TxId>,
    /// The consumer that read its record is no longer there: nobody can commit the offset.
    pub orphan: bool,
    /// How often handling it has failed since this instance took it up.
    pub failures: u32,
    /// Of a record: by what its partition is fenced.
    pub token: Option<Token>,
    /// The answer to the next line that waits for one or gives one is lost: the pin that says so.
    pub loses: Option<FactId>,
    /// It has acknowledged or answered.
    pub ended: bool,
    /// It was given up: all that is left is to acknowledge or answer.
    pub given_up: bool,
    /// What it waits for.
    pub wait: Wait,
    /// The latest fact about it.
    pub last: FactId,
    /// When it came to its line.
    pub entered: Time,
    /// When its line will have taken its time.
    pub until: Time,
}
