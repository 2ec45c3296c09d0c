//! What happens in a service's processes, and their timers.

use crate::net::Post;
use crate::rpc::CallCargo;
use crate::sim::{Actor, Emit, HandlerId, LineId, MessageId, TopicId};

/// What happened in a process of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ServiceFact {
    /// A message began to be handled: an activation.
    Started {
        /// The handler.
        handler: HandlerId,
        /// The message.
        message: MessageId,
        /// How often the service had begun to handle this message with this handler before.
        nth: u16,
    },
    /// A line was done.
    LineDone {
        /// The program.
        handler: HandlerId,
        /// The line.
        line: LineId,
        /// The message that is handled; of a relay, the first of its batch.
        message: MessageId,
    },
    /// The program came to its end.
    Finished {
        /// The handler.
        handler: HandlerId,
        /// The message.
        message: MessageId,
    },
    /// A line failed. The transaction was rolled back; the handler's policy says what then.
    Failed {
        /// The handler.
        handler: HandlerId,
        /// The line.
        line: LineId,
        /// The message.
        message: MessageId,
    },
    /// A crash took an activation.
    Aborted {
        /// The handler.
        handler: HandlerId,
        /// The last line that was done; 0 for none.
        after: LineId,
        /// The message.
        message: MessageId,
    },
    /// A process reached a pin.
    PinHit {
        /// The program.
        handler: HandlerId,
        /// The line that the pin is behind; 0 for the start of the program.
        after: LineId,
    },
    /// An acknowledgement was refused or got no answer in time: the record may come again.
    AckFailed {
        /// The handler.
        handler: HandlerId,
        /// The message.
        message: MessageId,
    },
    /// The relay read rows of the outbox.
    RowsRead {
        /// How many.
        rows: u32,
    },
    /// The relay found that another one holds the lease: it waits until that runs out.
    Follows {
        /// Who holds it.
        leader: Actor,
    },
    /// A message was given up after its handling had failed: its record is acknowledged, its request gets an error.
    Skipped {
        /// The handler.
        handler: HandlerId,
        /// The message.
        message: MessageId,
    },
    /// An instance stopped reading where a message came from, since its handling had failed.
    StoppedReading {
        /// The handler.
        handler: HandlerId,
        /// The message.
        message: MessageId,
    },
    /// A message was given up after its handling had failed: its record is to be kept as a dead letter in another topic,
    /// and then acknowledged. It stays the same message.
    DeadLettered {
        /// The message.
        message: MessageId,
        /// The topic that it was read from.
        topic: TopicId,
        /// Its partition there.
        partition: u16,
    },
}

/// Timers of a service's process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServiceTimer {
    /// A line of the activation of that number takes its time.
    Line(u32),
    /// The activation of that number starts again after a failure.
    Again(u32),
    /// The relay sleeps.
    RelayPoll,
    /// The relay renews its lease.
    RelayLease,
    /// The activation of that number, or the relay, has waited too long for a connection or a lock.
    Timeout(u32),
    /// A client's next request is due.
    Arrival,
    /// `processed_messages` is swept.
    Sweep,
}

/// What a service's process emits into, besides what its clients of the broker and its store do.
pub trait ServiceOut:
    Emit<ServiceFact, Post<CallCargo>, ServiceTimer> + crate::broker::BrokerOut + crate::store::StoreOut
{
}
impl<T> ServiceOut for T where
    T: Emit<ServiceFact, Post<CallCargo>, ServiceTimer> + crate::broker::BrokerOut + crate::store::StoreOut
{
}
