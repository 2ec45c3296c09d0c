//! What crosses the network in a call, and what happens at the caller's end.

use crate::net::{Cargo, Message, Post, Subject};
use crate::sim::{Emit, MessageId};

/// What a packet of a call carries.
#[derive(Clone, Debug, PartialEq)]
pub enum CallCargo {
    /// The request: a message.
    Request(Message),
    /// The response to the request of that id.
    Response(MessageId),
    /// That the request of that id could not be done.
    Error(MessageId),
}

impl Cargo for CallCargo {
    fn api(&self) -> u8 {
        match self {
            CallCargo::Request(_) => 33,
            CallCargo::Response(_) => 34,
            CallCargo::Error(_) => 35,
        }
    }

    fn subject(&self) -> Subject {
        Subject::Message(match self {
            CallCargo::Request(message) => message.id,
            CallCargo::Response(id) | CallCargo::Error(id) => *id,
        })
    }

    fn messages(&self) -> impl Iterator<Item = MessageId> + '_ {
        let (CallCargo::Request(Message { id, .. }) | CallCargo::Response(id) | CallCargo::Error(id)) = self;
        std::iter::once(*id)
    }
}

/// What happened at the caller's end of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RpcFact {
    /// A request was sent.
    Called {
        /// The request.
        message: MessageId,
        /// Which attempt, from 1.
        attempt: u32,
    },
    /// Nobody listened at one instance; within the same attempt the next one is tried.
    Refused {
        /// The request.
        message: MessageId,
        /// Which attempt, from 1.
        attempt: u32,
    },
    /// An attempt failed: no response within the timeout, or the connection broke.
    AttemptFailed {
        /// The request.
        message: MessageId,
        /// Which attempt, from 1.
        attempt: u32,
        /// No response came in time; otherwise the connection broke.
        timed_out: bool,
    },
    /// The response came.
    Answered {
        /// The request.
        message: MessageId,
        /// Which attempt, from 1.
        attempt: u32,
    },
    /// All attempts failed.
    GaveUp {
        /// The request.
        message: MessageId,
        /// How many there were.
        attempts: u32,
    },
    /// An error came instead of a response: the attempt failed.
    ErrorAnswered {
        /// The request.
        message: MessageId,
        /// Which attempt, from 1.
        attempt: u32,
    },
}

/// Timers of calls, by the number of the call at its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallTimer {
    /// No response yet.
    Timeout(u32),
    /// The next attempt is due.
    Retry(u32),
}

/// What a caller emits into.
pub trait RpcOut: Emit<RpcFact, Post<CallCargo>, CallTimer> {}
impl<T: Emit<RpcFact, Post<CallCargo>, CallTimer>> RpcOut for T {}
