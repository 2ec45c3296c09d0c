//! What messages wait for, and what keeps them.

use crate::sim::{Actor, GroupId, NodeId, WireId};
use crate::store::OutboxId;
use crate::world::Condition;

/// What a message waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// A request: its answer.
    Answer,
    /// A row of a service's outbox: that a relay publishes it.
    Relay(NodeId),
    /// What a service publishes: that it lies in a log.
    Log(NodeId),
    /// A record: that a service of this group handles it.
    Group(GroupId, NodeId),
}

/// What keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// A process that has crashed, or stands still.
    Down(Actor, Condition),
    /// A wire that is cut.
    Cut(WireId),
    /// The process that has it in hand waits for a lock that another one holds.
    Lock(Actor, Actor),
    /// That process waits for a connection to the store.
    Connection(Actor),
    /// That process rests after it has failed for so many times.
    Again(Actor, u32),
    /// The client rests after it has sent it for so many times in vain.
    Resends(Actor, u32),
    /// That process is held up by a pin.
    Pinned(Actor),
    /// That process waits for the broker.
    Ack(Actor),
    /// That process is at work on it.
    Work(Actor),
    /// An instance stopped reading, since it had failed.
    Stopped(Actor),
    /// The instance that has its partition was told to fetch nothing of it.
    Unread(Actor),
    /// Nobody is there who could.
    Nobody,
    /// The group gives out its partitions anew.
    Rebalance,
    /// So many records of its partition are before it.
    Behind(u32),
    /// The group reads its partition from this offset on, which is beyond it.
    PassedOver(u32),
    /// Its row, the first, became visible after the relay had saved the other, greater id: it asks for greater ones only.
    Skipped(OutboxId, OutboxId),
    /// The log of commits dropped its row before it was read.
    Dropped,
    /// Nothing: it takes its time.
    Nothing,
}

impl Kept {
    /// Whether nothing is wrong and it will go on by itself.
    pub const fn by_itself(self) -> bool {
        matches!(self, Kept::Ack(_) | Kept::Work(_) | Kept::Nothing)
    }
}
