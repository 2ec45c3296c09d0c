//! A packet.

use crate::sim::{FactId, Span, Time, WireId};

use super::conn::{Closed, ConnId, Side};
use super::facts::PacketId;

// With a cargo of 72 bytes, not all values of which have a meaning, a packet lies in two lines of the processor's cache.
const _: () = assert!(size_of::<Option<Packet<(bool, [u64; 8])>>>() <= 128);

#[derive(Clone, Debug)]
pub(super) enum Payload<P> {
    Cargo(P),
    /// The sender's end is closed.
    Fin(Closed),
}

/// A packet on its way. It lies in as few lines of the processor's cache as it can.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(super) struct Packet<P> {
    pub id: PacketId,
    /// Which packet of its connection and way it is, from 0; the end of a connection is none of them.
    pub nth: u32,
    /// The place of its connection.
    pub along: u32,
    pub to: Side,
    /// It will not arrive: its connection breaks with it.
    pub breaks: bool,
    /// Why it breaks, where that is known.
    pub breaks_by: Option<FactId>,
    pub payload: Payload<P>,
    pub sent: Time,
    pub arrives: Time,
    /// What is left of its way while a cut holds it.
    pub held: Option<Span>,
    pub fact: Option<FactId>,
}

/// A packet that was taken off its way, with where it was.
pub(super) struct Taken<P> {
    pub packet: Packet<P>,
    pub conn: ConnId,
    pub wire: WireId,
}
