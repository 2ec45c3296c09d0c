//! Names for connections and what is posted on them.

use serde::{Deserialize, Serialize};

use crate::sim::{Actor, GroupId, MessageId, TopicId, WireId};

/// One connection: which of its client's ports, opened for the nth time. Structural, so that it means the same in
/// two branches; a port is a number that the client gives to a purpose of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnId {
    /// The process that opened it, in the life in which it did.
    pub client: Actor,
    /// The client's port.
    pub port: u32,
    /// How often the client had opened that port before.
    pub nth: u32,
}

/// An end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The end that opened it.
    Client,
    /// The end that accepted it.
    Server,
}

impl Side {
    /// The other end.
    pub const fn other(self) -> Side {
        match self {
            Side::Client => Side::Server,
            Side::Server => Side::Client,
        }
    }
}

/// What a packet is about: part of the name under which its latency is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// Nothing in particular.
    None,
    /// A message.
    Message(MessageId),
    /// A place in a partition.
    Position(TopicId, u16, u32),
    /// A generation of a group.
    Generation(GroupId, u32),
}

/// What a packet can carry.
pub trait Cargo: Clone {
    /// Which request or response it is, as a small number that is part of the name of its latency's draw.
    fn api(&self) -> u8;
    /// What it is about.
    fn subject(&self) -> Subject;
    /// The messages that ride in it, in order, for the screen and for facts.
    fn messages(&self) -> impl Iterator<Item = MessageId> + '_;
}

/// What a process asks of the network.
#[derive(Clone, Debug, PartialEq)]
pub enum Post<P> {
    /// Opens a connection. It costs no packet of its own: whether the other end is there shows when the first
    /// packet arrives. `to.life` is ignored: it is the process that is meant.
    Open {
        /// The connection's name.
        conn: ConnId,
        /// The process to reach.
        to: Actor,
        /// The wire that it runs over.
        over: WireId,
    },
    /// Sends on an open connection; on one that is closed, nothing happens.
    Send {
        /// The connection.
        conn: ConnId,
        /// Which end sends.
        by: Side,
        /// What is sent.
        cargo: P,
        /// Counts repeats of the same cargo: part of the name of its latency's draw.
        attempt: u32,
    },
    /// Closes a connection. The other end learns of it one hop later.
    Close {
        /// The connection.
        conn: ConnId,
        /// Which end closes.
        by: Side,
    },
    /// The next packet of that kind to that end will be lost, and the connection with it: a pin asks for this.
    Lose {
        /// The connection.
        conn: ConnId,
        /// The end that waits for it.
        to: Side,
        /// Which request or response it is.
        api: u8,
        /// What it is about.
        subject: Subject,
    },
}

impl<P> Post<P> {
    /// The same with another kind of cargo: how the world joins the cargoes of its parts.
    pub fn map<Q>(self, to: impl FnOnce(P) -> Q) -> Post<Q> {
        match self {
            Post::Open { conn, to, over } => Post::Open { conn, to, over },
            Post::Send { conn, by, cargo, attempt } => Post::Send { conn, by, cargo: to(cargo), attempt },
            Post::Close { conn, by } => Post::Close { conn, by },
            Post::Lose { conn, to, api, subject } => Post::Lose { conn, to, api, subject },
        }
    }
}

/// Why an end is told that its connection is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Closed {
    /// Nobody listens there.
    Refused,
    /// The other end closed it or died.
    ByPeer,
}

/// What the network hands to a process.
#[derive(Clone, Debug, PartialEq)]
pub enum Delivery<P> {
    /// A packet arrived at this end of the connection.
    Arrived {
        /// The connection.
        conn: ConnId,
        /// Which end this is.
        at: Side,
        /// What the packet carried.
        cargo: P,
    },
    /// The connection is gone.
    Closed {
        /// The connection.
        conn: ConnId,
        /// Which end this is.
        at: Side,
        /// Why.
        why: Closed,
    },
}
