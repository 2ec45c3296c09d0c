//! What happens on the network.

use std::convert::Infallible;

use crate::sim::{Actor, Emit, MessageId, WireId};

use super::conn::{Closed, Side};
use super::wire::{Cut, Loss, Slow};

/// Numbers packets within one branch; never part of a draw's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PacketId(pub u32);

/// A packet is due at its destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PacketDue {
    /// The packet.
    pub id: PacketId,
    /// Where the network keeps it.
    pub(super) place: u32,
}

/// What happened on the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NetFact {
    /// A packet left.
    Sent {
        /// The packet.
        packet: PacketId,
        /// The wire that it travels on.
        wire: WireId,
        /// The end that it travels to.
        to: Side,
        /// Which request or response it is.
        api: u8,
    },
    /// A message rides in a packet that just left.
    Carries {
        /// The packet.
        packet: PacketId,
        /// The message.
        message: MessageId,
    },
    /// A packet arrived.
    Arrived {
        /// The packet.
        packet: PacketId,
        /// The wire that it travelled on.
        wire: WireId,
        /// The end that it arrived at.
        at: Side,
    },
    /// A packet that had arrived or was held is gone, since its connection is.
    Discarded {
        /// The packet.
        packet: PacketId,
        /// The wire that it travelled on.
        wire: WireId,
    },
    /// One end of a connection learned that it is gone.
    ConnectionLost {
        /// The other end's process.
        peer: Actor,
        /// The wire.
        wire: WireId,
        /// Why.
        why: Closed,
    },
    /// A wire was cut, or healed (`Cut::None`).
    WireCut {
        /// The wire.
        wire: WireId,
        /// Which ways it is cut now.
        cut: Cut,
    },
    /// A wire became slower, or as fast as its settings say (`Slow::NOT`).
    WireSlowed {
        /// The wire.
        wire: WireId,
        /// How much slower it is now.
        slow: Slow,
    },
    /// A wire became lossy, or loses nothing any more (`Loss::NONE`).
    WireLossy {
        /// The wire.
        wire: WireId,
        /// What it loses now.
        loss: Loss,
    },
    /// A packet that just left will be lost on its way and sent again by its connection: it comes that much later.
    Retransmitted {
        /// The packet.
        packet: PacketId,
        /// The wire that it travels on.
        wire: WireId,
        /// How often it is lost.
        times: u32,
        /// How much later it comes, in milliseconds, rounded up.
        late_ms: u32,
    },
    /// A packet on its way was held up: it comes that much later, and so does what was sent behind it.
    Delayed {
        /// The packet.
        packet: PacketId,
        /// The wire that it travels on.
        wire: WireId,
        /// How much later it comes, in milliseconds, rounded up.
        late_ms: u32,
    },
    /// A packet was lost for good, and its connection broke: what was sent behind it is gone as well, and both ends learn of
    /// it one hop later.
    ConnectionBroke {
        /// The packet.
        packet: PacketId,
        /// The wire that it travelled on.
        wire: WireId,
    },
}

/// What the network emits into.
pub trait NetOut: Emit<NetFact, Infallible, PacketDue> {}
impl<T: Emit<NetFact, Infallible, PacketDue>> NetOut for T {}
