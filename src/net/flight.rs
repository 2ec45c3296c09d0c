//! What is on its way, for the screen.

use crate::sim::{Actor, Time, WireId};

use super::conn::{Cargo, ConnId, Side};
use super::facts::PacketId;
use super::network::Network;
use super::packet::{Packet, Payload};
use super::packets::PacketName;

/// A packet on its way, for the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InFlight<'a, P> {
    /// The packet.
    pub id: PacketId,
    /// By what it can be named in any branch; the end of a connection cannot be.
    pub name: Option<PacketName>,
    /// Its connection.
    pub conn: ConnId,
    /// The process at the accepting end.
    pub server: Actor,
    /// Its wire.
    pub wire: WireId,
    /// The end that it travels to.
    pub to: Side,
    /// What it carries; nothing for the end of a connection.
    pub cargo: Option<&'a P>,
    /// How far it has come, from 0 to 1.
    pub progress: f32,
    /// Held by a cut.
    pub held: bool,
}

impl<P: Cargo> Network<P> {
    /// What is on its way at a moment, for the screen, in the order in which it was sent.
    pub fn in_flight(&self, now: Time) -> impl Iterator<Item = InFlight<'_, P>> {
        let mut packets: Vec<&Packet<P>> = self.packets.iter().map(|(_, packet)| packet).collect();
        packets.sort_unstable_by_key(|packet| packet.id);
        packets.into_iter().map(move |packet| {
            let whole = packet.arrives.since(packet.sent).0.max(1) as f32;
            let rest = packet.held.unwrap_or(packet.arrives.since(now)).0 as f32;
            InFlight {
                id: packet.id,
                name: self.name(packet),
                conn: self.conn(packet).id,
                server: self.accepting_end(packet),
                wire: self.wire(packet),
                to: packet.to,
                cargo: match &packet.payload {
                    Payload::Cargo(cargo) => Some(cargo),
                    Payload::Fin(_) => None,
                },
                progress: (1.0 - rest / whole).clamp(0.0, 1.0),
                held: packet.held.is_some(),
            }
        })
    }
}
