//! What is done to one packet on its way: its connection breaks, it is held up, or the next one overtakes it.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::sim::{Cause, Cx, FactId, Span, Time};

use super::conn::{Cargo, ConnId, Side};
use super::facts::{NetFact, NetOut, PacketDue};
use super::network::{Network, index};
use super::packet::{Packet, Payload, Taken};

/// A packet by its connection and its place among those sent the same way on it: the same in two branches, as long as the
/// same was sent before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PacketName {
    /// The connection.
    pub conn: ConnId,
    /// The end that it travels to.
    pub to: Side,
    /// Which of those sent to that end, from 0.
    pub nth: u32,
}

/// What is done to a packet on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PacketDoes {
    /// It is lost, and its connection breaks: whoever waits for an answer tries again.
    Break,
    /// It comes so many milliseconds later, 1 to 600,000, and so does what was sent behind it on its connection.
    Delay(u32),
    /// The next packet on the wire that carries a message comes before it.
    Overtake,
}

/// Why nothing can be done to a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PacketError {
    /// It has arrived, or was never sent.
    #[error("that packet is not on its way: it has arrived, or is gone with its connection")]
    NotThere,
    /// A delay out of range.
    #[error("a packet is held up for 1 to 600000 ms, not {0}")]
    Delay(u32),
    /// It stands still itself.
    #[error("the wire is cut, and nothing overtakes there: heal it first")]
    Cut,
    /// The next one is on the same connection.
    #[error("the next packet travels on the same connection, and a connection keeps its order: break it or delay it instead")]
    SameConnection,
    /// There is no other.
    #[error("nothing that carries a message is behind it on this wire")]
    NothingBehind,
}

/// What will be done, once it is known that it can be.
#[derive(Clone, Copy, Debug)]
enum Means {
    Break,
    Delay(Span),
}

/// By how much a packet comes later than one that overtakes it.
const BEHIND: Span = Span::ms(1);

/// Milliseconds, rounded up; at most those that 32 bits hold.
pub(super) fn whole_ms(span: Span) -> u32 {
    u32::try_from(span.0.div_ceil(1_000)).unwrap_or(u32::MAX)
}

impl<P: Cargo> Packet<P> {
    fn is_on(&self, along: u32, to: Side) -> bool {
        (self.along, self.to) == (along, to)
    }

    fn carries_messages(&self) -> bool {
        matches!(&self.payload, Payload::Cargo(cargo) if cargo.messages().next().is_some())
    }
}

impl<P: Cargo> Network<P> {
    /// The wire that a packet travels on, if it is on its way.
    pub fn wire_of(&self, name: PacketName) -> Option<crate::sim::WireId> {
        self.named(name).map(|(_, packet)| self.wire(packet))
    }

    /// Whether something can be done to a packet now.
    ///
    /// # Errors
    /// Says why not, and what would be possible.
    pub fn can_disturb(&self, name: PacketName, does: PacketDoes, now: Time) -> Result<(), PacketError> {
        self.means(name, does, now).map(|_| ())
    }

    /// Does something to a packet.
    ///
    /// # Errors
    /// As [`Network::can_disturb`]; then nothing has changed.
    pub fn disturb(&mut self, cx: &Cx, name: PacketName, does: PacketDoes, out: &mut impl NetOut) -> Result<(), PacketError> {
        match self.means(name, does, cx.now)? {
            (place, Means::Delay(late)) => self.delay(cx, place, late, out),
            (place, Means::Break) => {
                if let Some(taken) = self.take(place) {
                    let cause = cx.cause.maybe(taken.packet.fact);
                    self.break_with(&Cx { cause, ..*cx }, &taken, out);
                }
            }
        }
        Ok(())
    }

    /// The name of a packet; the end of a connection has none.
    pub(super) fn name(&self, packet: &Packet<P>) -> Option<PacketName> {
        let name = PacketName { conn: self.conn(packet).id, to: packet.to, nth: packet.nth };
        matches!(packet.payload, Payload::Cargo(_)).then_some(name)
    }

    fn named(&self, name: PacketName) -> Option<(u32, &Packet<P>)> {
        let PacketName { conn, to, nth } = name;
        let along = *self.conn_places.get(&conn)?;
        let is = |packet: &Packet<P>| packet.is_on(along, to) && packet.nth == nth && matches!(packet.payload, Payload::Cargo(_));
        self.packets.iter().find(|(_, packet)| is(packet)).filter(|(_, packet)| self.conn(packet).ends.open_at(to))
    }

    fn means(&self, name: PacketName, does: PacketDoes, now: Time) -> Result<(u32, Means), PacketError> {
        let (place, packet) = self.named(name).ok_or(PacketError::NotThere)?;
        match does {
            PacketDoes::Break => Ok((place, Means::Break)),
            PacketDoes::Delay(ms) if !(1..=600_000).contains(&ms) => Err(PacketError::Delay(ms)),
            PacketDoes::Delay(ms) => Ok((place, Means::Delay(Span::ms(u64::from(ms))))),
            PacketDoes::Overtake if packet.held.is_some() => Err(PacketError::Cut),
            PacketDoes::Overtake => {
                let wire = self.wire(packet);
                let behind = |other: &Packet<P>| {
                    (self.wire(other), other.to) == (wire, packet.to)
                        && other.held.is_none()
                        && other.carries_messages()
                        && (other.arrives, other.id) > (packet.arrives, packet.id)
                };
                let all = || self.packets.iter().map(|(_, other)| other).filter(|other| behind(other));
                let another = all().filter(|other| other.along != packet.along).min_by_key(|other| (other.arrives, other.id));
                match another {
                    Some(other) => {
                        let late = Span(other.arrives.since(now).0.saturating_sub(packet.arrives.since(now).0)) + BEHIND;
                        Ok((place, Means::Delay(late)))
                    }
                    None if all().next().is_some() => Err(PacketError::SameConnection),
                    None => Err(PacketError::NothingBehind),
                }
            }
        }
    }

    /// Holds a packet up where it is, and what was sent behind it on its connection.
    fn delay(&mut self, cx: &Cx, place: u32, late: Span, out: &mut impl NetOut) {
        let Some(wire) = self.packets.get(place).map(|packet| self.wire(packet)) else { return };
        let Some(packet) = self.packets.get_mut(place) else { return };
        let (along, to) = (packet.along, packet.to);
        let fact = out.fact(
            NetFact::Delayed { packet: packet.id, wire, late_ms: whole_ms(late) },
            cx.cause.maybe(packet.fact.filter(|sent| *sent != cx.cause.trigger)),
        );
        // The dot stays where it is: what it has travelled and what is left grow alike.
        let rest = packet.held.unwrap_or(packet.arrives.since(cx.now));
        let whole = packet.arrives.since(packet.sent);
        let rest_now = rest + late;
        let whole_now = Span(whole.0.saturating_mul(rest_now.0) / rest.0.max(1)).max(rest_now);
        match packet.held {
            Some(_) => {
                packet.held = Some(rest_now);
                packet.arrives = packet.sent + whole_now;
            }
            None => {
                packet.arrives = cx.now + rest_now;
                packet.sent = Time(packet.arrives.0.saturating_sub(whole_now.0));
                let why = Cause::by(packet.fact.unwrap_or(fact)).maybe(Some(fact));
                out.timer(PacketDue { id: packet.id, place }, packet.arrives, why);
            }
        }
        let theirs = self.places(|packet| packet.is_on(along, to));
        self.keep_order_after(cx.now, &theirs, out);
    }

    /// A packet that was taken out is lost, and its connection breaks: what was sent behind it the same way is gone as well.
    pub(super) fn break_with(&mut self, cx: &Cx, taken: &Taken<P>, out: &mut impl NetOut) {
        let Taken { packet, conn, wire } = taken;
        let (conn, wire, along, to) = (*conn, *wire, packet.along, packet.to);
        let broke = out.fact(NetFact::ConnectionBroke { packet: packet.id, wire }, cx.cause);
        out.fact(NetFact::Discarded { packet: packet.id, wire }, Cause::by(broke));
        for place in self.places(|other| other.is_on(along, to) && other.id > packet.id) {
            if let Some(Taken { packet: other, .. }) = self.take(place) {
                out.fact(
                    NetFact::Discarded { packet: other.id, wire },
                    Cause::by(other.fact.unwrap_or(FactId::FIRST)).because(broke),
                );
            }
        }
        // The end that waits learns of it a hop from now, not when the lost packet would have come.
        let last = self.packets.iter().filter(|(_, other)| other.is_on(along, to) && other.held.is_none());
        let last = last.map(|(_, other)| other.arrives).max().unwrap_or(cx.now);
        if let Some(conn) = self.conns.get_mut(along) {
            conn.last_arrival[index(to)] = last;
        }
        self.sever(&Cx { cause: Cause::by(broke), ..*cx }, conn, out);
    }
}
