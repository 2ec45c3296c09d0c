//! Everything that can happen, and an entry of the record: when, who, why, what.

use std::convert::Infallible;

use crate::board::{Edit, Names, PartId, Place, Process, ProcessDoes};
use crate::broker::BrokerFact;
use crate::net::{Cut, Loss, NetFact, PacketDoes, Slow};
use crate::rpc::RpcFact;
use crate::service::ServiceFact;
use crate::sim::{Actor, Cause, FactId, LineId, NodeId, Time, TopicId, WireId};
use crate::store::StoreFact;

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fact {
    /// The run began, or a person, a plan or a lab did something.
    Acted(Acted),
    /// A process began or ended.
    Process(ProcessFact),
    /// On the network.
    Net(NetFact),
    /// In the broker or its clients.
    Broker(BrokerFact),
    /// In a call.
    Rpc(RpcFact),
    /// In a store.
    Store(StoreFact),
    /// In a service.
    Service(ServiceFact),
    /// A limit was reached.
    Limit(Limit),
}

/// What a person, a plan or a lab did. `who` of its entry is what it was done to, where that is a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Acted {
    /// The run began.
    Began,
    /// A client was told to send a request.
    Sent {
        /// The client.
        client: NodeId,
    },
    /// A process was made to fail, or brought back.
    Did {
        /// The process.
        who: Process,
        /// What was done to it.
        does: ProcessDoes,
    },
    /// A wire was cut or healed.
    Cut {
        /// The wire.
        wire: WireId,
        /// Which ways it is cut from now on.
        cut: Cut,
    },
    /// A pin was set.
    PinSet {
        /// The service.
        service: NodeId,
        /// The line that it is behind; 0 for the start of a program.
        after: LineId,
    },
    /// A pin was taken away.
    PinCleared {
        /// The service.
        service: NodeId,
        /// The line that it was behind; 0 for the start of a program.
        after: LineId,
    },
    /// The document was changed.
    Edited {
        /// What was changed, as far as one thing can be named.
        what: Edited,
    },
    /// A wire was slowed, or brought back to its usual pace.
    Slowed {
        /// The wire.
        wire: WireId,
        /// How much longer it takes from now on.
        slow: Slow,
    },
    /// A wire was made lossy, or no longer is.
    Lossy {
        /// The wire.
        wire: WireId,
        /// What it loses from now on.
        loss: Loss,
    },
    /// A wire was healed of everything.
    Healed {
        /// The wire.
        wire: WireId,
    },
    /// Something was done to a packet on its way.
    Disturbed {
        /// The wire that it travels on.
        wire: WireId,
        /// What.
        does: PacketDoes,
    },
    /// The store of a service was slowed, or brought back to its usual pace.
    StoreSlowed {
        /// The service.
        service: NodeId,
        /// So many times as long as its settings say.
        times: u16,
    },
    /// Who reads over a wire was told to stop reading, or to read on.
    Reading {
        /// The wire.
        wire: WireId,
        /// Whether to stop.
        stops: bool,
    },
}

/// What an edit changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Edited {
    /// A node, or nothing but one node with its wires and pins.
    Node(NodeId),
    /// A wire.
    Wire(WireId),
    /// The partitions of a topic.
    Topic(TopicId),
    /// Several things, or what belongs to all.
    Board,
}

impl Edited {
    /// What an edit changes, as far as one thing can be named.
    pub fn of(change: &Edit, names: &Names) -> Edited {
        match change {
            Edit::Set { place: Place::Node(node), .. }
            | Edit::Pattern { service: node, .. }
            | Edit::Mend { service: node, .. }
            | Edit::Relay { service: node, .. } => Edited::Node(*node),
            Edit::Set { place: Place::Wire(wire), .. } => Edited::Wire(*wire),
            Edit::Partitions { topic, .. } => names.topic_id(topic).map_or(Edited::Board, Edited::Topic),
            Edit::Change(patch) => match patch.main() {
                Some(PartId::Client(node) | PartId::Service(node) | PartId::Broker(node)) => Edited::Node(node),
                Some(PartId::Wire(wire)) => Edited::Wire(wire),
                _ => Edited::Board,
            },
        }
    }
}

/// A process began or ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProcessFact {
    /// It started, in its first life or after a crash.
    Started,
    /// It crashed: its memory is gone.
    Crashed,
    /// It stands still.
    Paused,
    /// It goes on.
    Resumed,
    /// It was stopped for good, in good order.
    Stopped,
}

/// A limit was reached, and something was left out because of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// An instance had too many requests waiting and closed a connection unread.
    RequestsWaiting,
    /// A client had too many calls open and did not send an order.
    CallsOpen,
}

/// An entry of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// When.
    pub at: Time,
    /// Which process, in which life.
    pub who: Actor,
    /// Why.
    pub cause: Cause,
    /// What.
    pub fact: Fact,
}

/// Whoever watches a world: a recorder, checks, a bench. Watching changes nothing.
pub trait Observer {
    /// Is told each fact once, in order.
    fn see(&mut self, id: FactId, entry: &Entry);

    /// Whether the world is to be stopped behind the due item that it serves.
    fn pauses(&self) -> bool {
        false
    }
}

/// Watches nothing.
impl Observer for () {
    fn see(&mut self, _id: FactId, _entry: &Entry) {}
}

impl Observer for Vec<Entry> {
    fn see(&mut self, _id: FactId, entry: &Entry) {
        self.push(*entry);
    }
}

macro_rules! joins {
    ($($variant:ident($inner:ty)),* $(,)?) => {
        $(impl From<$inner> for Fact {
            fn from(fact: $inner) -> Fact {
                Fact::$variant(fact)
            }
        })*
    };
}

joins! {
    Acted(Acted), Process(ProcessFact), Net(NetFact), Broker(BrokerFact), Rpc(RpcFact), Store(StoreFact), Service(ServiceFact), Limit(Limit),
}

impl From<Infallible> for Fact {
    fn from(never: Infallible) -> Fact {
        match never {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_takes_at_most_64_bytes() {
        assert!(size_of::<Entry>() <= 64, "{} bytes, of which the fact takes {}", size_of::<Entry>(), size_of::<Fact>());
    }
}
