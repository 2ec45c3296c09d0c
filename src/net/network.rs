//! Connections and the packets on them.

use std::collections::BTreeMap;

use crate::sim::{Actor, Cause, Cx, FactId, Span, Time, What, WireId};

use super::conn::{Cargo, Closed, ConnId, Delivery, Post, Side, Subject};
use super::facts::{NetFact, NetOut, PacketDue, PacketId};
use super::wire::{Cut, Latency};

/// Everything on the network. It draws latencies, keeps the order within a connection and holds what a cut holds.
#[derive(Clone, Debug)]
pub struct Network<P> {
    pub(super) wires: BTreeMap<WireId, WireState>,
    pub(super) conns: BTreeMap<ConnId, Conn>,
    pub(super) packets: BTreeMap<PacketId, Packet<P>>,
    next_packet: u32,
}

#[derive(Clone, Debug)]
pub(super) struct WireState {
    pub(super) latency: Latency,
    pub(super) cut: Cut,
    /// It is no longer there: whoever tries it is refused.
    pub(super) gone: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Conn {
    pub(super) wire: WireId,
    /// The process to reach; with its life once it has accepted.
    pub(super) server: Actor,
    pub(super) accepted: bool,
    pub(super) client_open: bool,
    pub(super) server_open: bool,
    /// The way between the ends is gone: both are told, and nothing more is sent.
    pub(super) severed: bool,
    /// When the latest packet towards the client and towards the server arrives: no later one may overtake it.
    pub(super) last_arrival: [Time; 2],
}

impl Conn {
    pub(super) fn open_at(&self, side: Side) -> bool {
        match side {
            Side::Client => self.client_open,
            Side::Server => self.server_open,
        }
    }

    pub(super) fn shut(&mut self, side: Side) {
        match side {
            Side::Client => self.client_open = false,
            Side::Server => self.server_open = false,
        }
    }
}

#[derive(Clone, Debug)]
pub(super) enum Payload<P> {
    Cargo(P),
    /// The sender's end is closed.
    Fin(Closed),
}

#[derive(Clone, Debug)]
pub(super) struct Packet<P> {
    pub(super) conn: ConnId,
    pub(super) wire: WireId,
    pub(super) to: Side,
    pub(super) payload: Payload<P>,
    pub(super) sent: Time,
    pub(super) arrives: Time,
    /// What is left of its way while a cut holds it.
    pub(super) held: Option<Span>,
    pub(super) fact: Option<FactId>,
}

/// A packet on its way, for the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InFlight<'a, P> {
    /// The packet.
    pub id: PacketId,
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

pub(super) fn index(side: Side) -> usize {
    match side {
        Side::Client => 0,
        Side::Server => 1,
    }
}

impl<P> Default for Network<P> {
    fn default() -> Self {
        Network { wires: BTreeMap::new(), conns: BTreeMap::new(), packets: BTreeMap::new(), next_packet: 0 }
    }
}

impl<P: Cargo> Network<P> {
    /// Does what a process asked for. Asks about connections or wires that do not exist are ignored.
    pub fn post(&mut self, cx: &Cx, post: Post<P>, out: &mut impl NetOut) {
        match post {
            Post::Open { conn, to, over } => {
                let fresh = Conn {
                    wire: over,
                    server: to,
                    accepted: false,
                    client_open: true,
                    server_open: true,
                    severed: false,
                    last_arrival: [Time::ZERO; 2],
                };
                self.conns.entry(conn).or_insert(fresh);
            }
            Post::Send { conn, by, cargo, attempt } => self.send(cx, conn, by, cargo, attempt, out),
            Post::Close { conn, by } => self.close(cx, conn, by, Closed::ByPeer, out),
        }
    }

    fn send(&mut self, cx: &Cx, conn_id: ConnId, by: Side, cargo: P, attempt: u32, out: &mut impl NetOut) {
        let Some(conn) = self.conns.get(&conn_id) else { return };
        if !conn.open_at(by) || conn.severed {
            return;
        }
        let (wire, to) = (conn.wire, by.other());
        let packet = PacketId(self.next_packet);
        let fact = out.fact(NetFact::Sent { packet, wire, to, api: cargo.api() }, cx.cause);
        for message in cargo.messages() {
            out.fact(NetFact::Carries { packet, message }, Cause::by(fact));
        }
        let latency = self.latency(cx, wire, to, cargo.api(), cargo.subject(), attempt);
        self.launch(cx.now, conn_id, to, Payload::Cargo(cargo), latency, Some(fact), out);
    }

    pub(super) fn latency(&self, cx: &Cx, wire: WireId, to: Side, api: u8, subject: Subject, attempt: u32) -> Span {
        let Some(state) = self.wires.get(&wire) else { return Span::ZERO };
        let [a, b, c] = subject_name(subject);
        let way = u64::from(wire.0) << 16 | (index(to) as u64) << 8 | u64::from(api);
        state.latency.sample(&mut cx.draw.at(What::Latency, &[way, a, b, c, u64::from(attempt)]))
    }

    #[expect(clippy::too_many_arguments, reason = "all of a packet; a struct would only repeat the one it becomes")]
    pub(super) fn launch(
        &mut self,
        now: Time,
        conn_id: ConnId,
        to: Side,
        payload: Payload<P>,
        latency: Span,
        fact: Option<FactId>,
        out: &mut impl NetOut,
    ) {
        let Some(conn) = self.conns.get_mut(&conn_id) else { return };
        let id = PacketId(self.next_packet);
        self.next_packet += 1;
        let held = self.wires.get(&conn.wire).is_some_and(|state| state.cut.holds(to)).then_some(latency);
        let arrives = (now + latency).max(conn.last_arrival[index(to)]);
        if held.is_none() {
            conn.last_arrival[index(to)] = arrives;
            out.timer(PacketDue(id), arrives, Cause::by(fact.unwrap_or(FactId::FIRST)));
        }
        let packet = Packet { conn: conn_id, wire: conn.wire, to, payload, sent: now, arrives, held, fact };
        self.packets.insert(id, packet);
    }

    /// A packet is due. `accepting` says in which life a process accepts connections now, if it does. What comes
    /// back is for the process at that end, with the cause to pass on.
    pub fn arrive(
        &mut self,
        cx: &Cx,
        due: PacketDue,
        accepting: impl Fn(Actor) -> Option<Actor>,
        out: &mut impl NetOut,
    ) -> Option<(Actor, Delivery<P>, Cause)> {
        let PacketDue(id) = due;
        let on_time = self.packets.get(&id).is_some_and(|packet| packet.held.is_none() && packet.arrives == cx.now);
        let packet = if on_time { self.packets.remove(&id)? } else { return None };
        let cause = packet.fact.map_or(cx.cause, Cause::by);
        let wire = packet.wire;
        let Some(conn) = self.conns.get_mut(&packet.conn).filter(|conn| conn.open_at(packet.to)) else {
            out.fact(NetFact::Discarded { packet: id, wire }, cause);
            return None;
        };
        if packet.to == Side::Server && !conn.accepted {
            let there = self.wires.get(&wire).is_some_and(|state| !state.gone);
            match accepting(conn.server).filter(|_| there) {
                Some(life) => (conn.server, conn.accepted) = (life, true),
                None => {
                    if matches!(packet.payload, Payload::Cargo(_)) {
                        out.fact(NetFact::Discarded { packet: id, wire }, cause);
                    }
                    self.close(cx, packet.conn, Side::Server, Closed::Refused, out);
                    return None;
                }
            }
        }
        let conn = self.conns.get_mut(&packet.conn)?;
        let (me, peer) = match packet.to {
            Side::Client => (packet.conn.client, conn.server),
            Side::Server => (conn.server, packet.conn.client),
        };
        match packet.payload {
            Payload::Cargo(cargo) => {
                let arrived = out.fact(NetFact::Arrived { packet: id, wire, at: packet.to }, cause);
                let delivery = Delivery::Arrived { conn: packet.conn, at: packet.to, cargo };
                Some((me, delivery, Cause::by(arrived)))
            }
            Payload::Fin(why) => {
                conn.shut(packet.to);
                self.forget_if_closed(packet.conn);
                let lost = out.fact(NetFact::ConnectionLost { peer, wire, why }, cause);
                Some((me, Delivery::Closed { conn: packet.conn, at: packet.to, why }, Cause::by(lost)))
            }
        }
    }

    /// The process that a packet is for; at the accepting end, in the life that accepted, if one did.
    pub fn destination(&self, due: PacketDue) -> Option<Actor> {
        let packet = self.packets.get(&due.0)?;
        match packet.to {
            Side::Client => Some(packet.conn.client),
            Side::Server => Some(self.conns.get(&packet.conn).map_or(packet.conn.client, |conn| conn.server)),
        }
    }

    /// A process died: its ends of connections close. What it had sent still arrives.
    pub fn crash(&mut self, cx: &Cx, actor: Actor, out: &mut impl NetOut) {
        let ends: Vec<(ConnId, Side)> = self
            .conns
            .iter()
            .filter_map(|(id, conn)| {
                if id.client == actor {
                    Some((*id, Side::Client))
                } else {
                    (conn.accepted && conn.server == actor).then_some((*id, Side::Server))
                }
            })
            .collect();
        for (conn, side) in ends {
            self.close(cx, conn, side, Closed::ByPeer, out);
        }
    }

    fn close(&mut self, cx: &Cx, conn_id: ConnId, by: Side, why: Closed, out: &mut impl NetOut) {
        let Some(conn) = self.conns.get_mut(&conn_id).filter(|conn| conn.open_at(by)) else { return };
        conn.shut(by);
        let (wire, other_open) = (conn.wire, conn.open_at(by.other()) && !conn.severed);
        let gone: Vec<PacketId> = self
            .packets
            .iter()
            .filter(|(_, packet)| packet.conn == conn_id && packet.held.is_some() && matches!(packet.payload, Payload::Cargo(_)))
            .map(|(id, _)| *id)
            .collect();
        for id in gone {
            self.packets.remove(&id);
            out.fact(NetFact::Discarded { packet: id, wire }, cx.cause);
        }
        if other_open {
            let subject =
                if why == Closed::Refused { Subject::None } else { Subject::Generation(crate::sim::GroupId(0), conn_id.nth) };
            let latency = self.latency(cx, wire, by.other(), 0, subject, conn_id.port);
            self.launch(cx.now, conn_id, by.other(), Payload::Fin(why), latency, Some(cx.cause.trigger), out);
        }
        self.forget_if_closed(conn_id);
    }

    pub(super) fn forget_if_closed(&mut self, conn_id: ConnId) {
        if self.conns.get(&conn_id).is_some_and(|conn| !conn.client_open && !conn.server_open) {
            self.conns.remove(&conn_id);
        }
    }

    /// What is on its way at a moment, for the screen.
    pub fn in_flight(&self, now: Time) -> impl Iterator<Item = InFlight<'_, P>> {
        self.packets.iter().map(move |(id, packet)| {
            let whole = packet.arrives.since(packet.sent).0.max(1) as f32;
            let rest = packet.held.unwrap_or(packet.arrives.since(now)).0 as f32;
            InFlight {
                id: *id,
                conn: packet.conn,
                server: self.conns.get(&packet.conn).map_or(packet.conn.client, |conn| conn.server),
                wire: packet.wire,
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

fn subject_name(subject: Subject) -> [u64; 3] {
    match subject {
        Subject::None => [0; 3],
        Subject::Message(id) => id.name(),
        Subject::Position(topic, partition, offset) => {
            [1 << 63 | u64::from(topic.0) << 48 | u64::from(partition) << 32 | u64::from(offset), 0, 0]
        }
        Subject::Generation(group, generation) => [1 << 62 | u64::from(group.0) << 32 | u64::from(generation), 0, 0],
    }
}
