//! What can be due, and what packets and timers are of in this world.

use std::convert::Infallible;

use crate::board::Process;
use crate::broker::protocol::BrokerCargo;
use crate::broker::{BrokerTimer, ClientTimer};
use crate::net::{Cargo, Delivery, PacketDue, Post, Subject};
use crate::rpc::{CallCargo, CallTimer};
use crate::service::{ServiceInput, ServiceTimer};
use crate::sim::{Actor, Cause, FactId, MessageId, WireId};

/// What a packet can carry.
#[derive(Clone, Debug, PartialEq)]
pub enum Payload {
    /// Between the broker and its clients.
    Broker(BrokerCargo),
    /// Between a caller and a service.
    Call(CallCargo),
}

// What a packet has room for in two lines of the processor's cache; see `net`.
const _: () = assert!(size_of::<Payload>() <= 72);

impl Cargo for Payload {
    fn api(&self) -> u8 {
        match self {
            Payload::Broker(cargo) => cargo.api(),
            Payload::Call(cargo) => cargo.api(),
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Payload::Broker(cargo) => cargo.subject(),
            Payload::Call(cargo) => cargo.subject(),
        }
    }

    fn messages(&self) -> impl Iterator<Item = MessageId> + '_ {
        let (broker, call) = match self {
            Payload::Broker(cargo) => (Some(cargo.messages()), None),
            Payload::Call(cargo) => (None, Some(cargo.messages())),
        };
        broker.into_iter().flatten().chain(call.into_iter().flatten())
    }
}

impl From<Post<BrokerCargo>> for Post<Payload> {
    fn from(post: Post<BrokerCargo>) -> Self {
        post.map(Payload::Broker)
    }
}

impl From<Post<CallCargo>> for Post<Payload> {
    fn from(post: Post<CallCargo>) -> Self {
        post.map(Payload::Call)
    }
}

impl From<Infallible> for Post<Payload> {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// A timer of any process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// Of a broker or one of its clients.
    Broker(BrokerTimer),
    /// Of a caller.
    Call(CallTimer),
    /// Of a service's process or a client.
    Service(ServiceTimer),
    /// A packet's arrival: of the network, not of a process.
    Packet(PacketDue),
}

impl From<BrokerTimer> for Timer {
    fn from(timer: BrokerTimer) -> Timer {
        Timer::Broker(timer)
    }
}

impl From<CallTimer> for Timer {
    fn from(timer: CallTimer) -> Timer {
        Timer::Call(timer)
    }
}

impl From<ServiceTimer> for Timer {
    fn from(timer: ServiceTimer) -> Timer {
        Timer::Service(timer)
    }
}

impl From<PacketDue> for Timer {
    fn from(due: PacketDue) -> Timer {
        Timer::Packet(due)
    }
}

impl From<Infallible> for Timer {
    fn from(never: Infallible) -> Timer {
        match never {}
    }
}

/// The timer of a client of the broker, if it is one.
pub(super) fn client_timer(timer: BrokerTimer) -> Option<ClientTimer> {
    match timer {
        BrokerTimer::Client(timer) => Some(timer),
        BrokerTimer::Group(_) | BrokerTimer::Fetch(_) => None,
    }
}

/// Something due.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Due {
    /// A timer of a process in one of its lives.
    Timer(Actor, Timer, Cause),
    /// A packet's arrival.
    Packet(PacketDue),
    /// A crashed or paused process comes back, unless something else happened to it since.
    Back(Process, FactId),
}

/// What waits for a paused process.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Held {
    /// A timer.
    Timer(Timer, Cause),
    /// A delivery.
    Delivery(Delivery<Payload>, Cause),
    /// A transaction of that number that can go on.
    Wake(u32, Cause),
    /// The activation of that number, or a relay, has got its connection to the store.
    Connected(u32, Cause),
    /// The service has changed with the board.
    TakeUp(Cause),
    /// Reading over a wire is to stop, or to go on.
    Reading {
        /// The wire.
        wire: WireId,
        /// Whether it stops.
        stops: bool,
        /// The action.
        why: Cause,
    },
}

/// A delivery of the broker's cargo, if it is one; the end of a connection is nobody's cargo.
pub(super) fn broker_delivery(delivery: Delivery<Payload>) -> Option<Delivery<BrokerCargo>> {
    match delivery {
        Delivery::Arrived { conn, at, cargo: Payload::Broker(cargo) } => Some(Delivery::Arrived { conn, at, cargo }),
        Delivery::Arrived { .. } => None,
        Delivery::Closed { conn, at, why } => Some(Delivery::Closed { conn, at, why }),
    }
}

/// The same for a call's cargo.
pub(super) fn call_delivery(delivery: Delivery<Payload>) -> Option<Delivery<CallCargo>> {
    match delivery {
        Delivery::Arrived { conn, at, cargo: Payload::Call(cargo) } => Some(Delivery::Arrived { conn, at, cargo }),
        Delivery::Arrived { .. } => None,
        Delivery::Closed { conn, at, why } => Some(Delivery::Closed { conn, at, why }),
    }
}

/// What reaches a service's process: connections that it opened lead to the broker, all others come from callers.
pub(super) fn service_input(who: Actor, what: Held) -> Option<ServiceInput> {
    match what {
        Held::Timer(Timer::Service(timer), _) => Some(ServiceInput::Timer(timer)),
        Held::Timer(Timer::Broker(timer), _) => client_timer(timer).map(ServiceInput::Client),
        Held::Timer(..) => None,
        Held::Wake(tx, _) => Some(ServiceInput::Wake(tx)),
        Held::Connected(number, _) => Some(ServiceInput::Connected(number)),
        Held::TakeUp(_) => Some(ServiceInput::TakeUp),
        Held::Reading { wire, stops, .. } => Some(ServiceInput::Reading { wire, stops }),
        Held::Delivery(delivery, _) => {
            let (Delivery::Arrived { conn, .. } | Delivery::Closed { conn, .. }) = &delivery;
            if conn.client == who {
                broker_delivery(delivery).map(ServiceInput::Broker)
            } else {
                call_delivery(delivery).map(ServiceInput::Call)
            }
        }
    }
}
