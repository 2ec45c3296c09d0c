//! Connections and the packets on them.

use crate::sim::InOrder;
use std::collections::BTreeMap;

use crate::sim::{Actor, Cause, Cx, FactId, Lookup, Slab, Span, Time, What, WireId};

use super::conn::{Cargo, Closed, ConnId, Delivery, Post, Side, Subject};
use super::ends::Ends;
use super::facts::{NetFact, NetOut, PacketDue, PacketId};
use super::packet::{Packet, Payload, Taken};
use super::packets::whole_ms;
use super::wire::{Cut, Fate, Latency, Loss, Slow};

// A connection lies in one line of the processor's cache.
const _: () = assert!(size_of::<Option<Conn>>() <= 64);

/// Everything on the network. It draws latencies, keeps the order within a connection and holds what a cut holds.
#[derive(Clone, Debug)]
pub struct Network<P> {
    pub(super) wires: Vec<WireState>,
    pub(super) wire_places: BTreeMap<WireId, u32>,
    pub(super) conns: Slab<Conn>,
    pub(super) conn_places: Lookup<ConnId, u32>,
    pub(super) packets: Slab<Packet<P>>,
    doomed: Vec<Doomed>,
    next_packet: u32,
}

/// The next packet of a kind on a connection will be lost.
#[derive(Clone, Debug)]
struct Doomed {
    conn: ConnId,
    kind: (Side, u8, Subject),
    /// The fact that has asked for it.
    why: FactId,
}

#[derive(Clone, Debug)]
pub(super) struct WireState {
    pub id: WireId,
    pub latency: Latency,
    pub cut: Cut,
    pub slow: Slow,
    pub loss: Loss,
    /// The fact that made it lossy.
    pub lossy: Option<FactId>,
    /// It is no longer there: whoever tries it is refused.
    pub gone: bool,
}

/// A connection. There are thousands on a large board: each lies in one line of the processor's cache. It stays until the last
/// packet on it is off its way.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(super) struct Conn {
    pub id: ConnId,
    /// The place of its wire.
    pub over: u32,
    /// The process to reach; with its life once it has accepted.
    pub server: Actor,
    pub ends: Ends,
    /// When the latest packet towards the client and towards the server arrives: no later one may overtake it.
    pub last_arrival: [Time; 2],
    /// How many packets were sent towards the client and towards the server.
    pub sent: [u32; 2],
}

pub(super) fn index(side: Side) -> usize {
    match side {
        Side::Client => 0,
        Side::Server => 1,
    }
}

impl<P> Default for Network<P> {
    fn default() -> Self {
        Network {
            wires: Vec::new(),
            wire_places: BTreeMap::new(),
            conns: Slab::default(),
            conn_places: Lookup::default(),
            packets: Slab::default(),
            doomed: Vec::new(),
            next_packet: 0,
        }
    }
}

impl<P: Cargo> Network<P> {
    /// Does what a process asked for. Asks about connections or wires that do not exist are ignored.
    pub fn post(&mut self, cx: &Cx, post: Post<P>, out: &mut impl NetOut) {
        match post {
            Post::Open { conn, to, over: wire } => {
                let Some(over) = self.wire_places.get(&wire).copied() else { return };
                if self.conn_places.get(&conn).is_some() {
                    return;
                }
                let fresh = Conn { id: conn, over, server: to, ends: Ends::OPENED, last_arrival: [Time::ZERO; 2], sent: [0; 2] };
                self.conn_places.insert(conn, self.conns.put(fresh));
            }
            Post::Send { conn, by, cargo, attempt } => self.send(cx, conn, by, cargo, attempt, out),
            Post::Close { conn, by } => {
                if let Some(along) = self.conn_places.get(&conn).copied() {
                    self.close(cx, along, by, Closed::ByPeer, out);
                }
            }
            Post::Lose { conn, to, api, subject } => {
                if self.conn_places.get(&conn).is_some() {
                    self.doomed.push(Doomed { conn, kind: (to, api, subject), why: cx.cause.trigger });
                }
            }
        }
    }

    fn send(&mut self, cx: &Cx, conn_id: ConnId, by: Side, cargo: P, attempt: u32, out: &mut impl NetOut) {
        let Some(along) = self.conn_places.get(&conn_id).copied() else { return };
        let Some(conn) = self.conns.get(along).filter(|conn| conn.ends.open_at(by) && !conn.ends.is_severed()) else { return };
        let (over, to) = (conn.over, by.other());
        let wire = self.wires[over as usize].id;
        let packet = PacketId(self.next_packet);
        let fact = out.fact(NetFact::Sent { packet, wire, to, api: cargo.api() }, cx.cause);
        for message in cargo.messages() {
            out.fact(NetFact::Carries { packet, message }, Cause::by(fact));
        }
        let way = u64::from(wire.0) << 16 | (index(to) as u64) << 8 | u64::from(cargo.api());
        let latency = self.latency(cx, over, way, cargo.subject(), attempt);
        let Fate { lost, late, breaks } = self.fate(cx, over, way, cargo.subject(), attempt);
        let mut breaks = breaks.then(|| self.wires[over as usize].lossy);
        if late > Span::ZERO && breaks.is_none() {
            let because = Cause::by(fact).maybe(self.wires[over as usize].lossy);
            out.fact(NetFact::Retransmitted { packet, wire, times: lost, late_ms: whole_ms(late) }, because);
        }
        if !self.doomed.is_empty() {
            let kind = (to, cargo.api(), cargo.subject());
            if let Some(place) = self.doomed.iter().position(|doomed| (doomed.conn, doomed.kind) == (conn_id, kind)) {
                breaks = Some(Some(self.doomed.remove(place).why));
            }
        }
        let launched = self.launch(cx.now, along, to, Payload::Cargo(cargo), latency + late, Some(fact), out);
        if let Some(packet) = launched.and_then(|place| self.packets.get_mut(place)) {
            (packet.breaks, packet.breaks_by) = (breaks.is_some(), breaks.flatten());
        }
    }

    pub(super) fn latency(&self, cx: &Cx, over: u32, way: u64, subject: Subject, attempt: u32) -> Span {
        let [a, b, c] = subject_name(subject);
        let wire = &self.wires[over as usize];
        wire.slow.of(wire.latency.sample(&mut cx.draw.at(What::Latency, &[way, a, b, c, u64::from(attempt)])))
    }

    /// What a lossy wire does to a packet.
    fn fate(&self, cx: &Cx, over: u32, way: u64, subject: Subject, attempt: u32) -> Fate {
        let wire = &self.wires[over as usize];
        if wire.loss == Loss::NONE {
            return Fate::default();
        }
        let [a, b, c] = subject_name(subject);
        let mut rng = cx.draw.at(What::Loss, &[way, a, b, c, u64::from(attempt)]);
        wire.loss.sample(&mut rng, wire.slow.of(wire.latency.mean))
    }

    /// Puts a packet on its way, and says where it is kept.
    #[expect(clippy::too_many_arguments, reason = "all of a packet; a struct would only repeat the one it becomes")]
    pub(super) fn launch(
        &mut self,
        now: Time,
        along: u32,
        to: Side,
        payload: Payload<P>,
        latency: Span,
        fact: Option<FactId>,
        out: &mut impl NetOut,
    ) -> Option<u32> {
        let conn = self.conns.get_mut(along)?;
        let id = PacketId(self.next_packet);
        self.next_packet += 1;
        let over = &self.wires[conn.over as usize];
        let held = over.cut.holds(to).then_some(latency);
        let arrives = (now + latency).max(conn.last_arrival[index(to)]);
        if held.is_none() {
            conn.last_arrival[index(to)] = arrives;
        }
        let nth = conn.sent[index(to)];
        if matches!(payload, Payload::Cargo(_)) {
            conn.sent[index(to)] = nth.wrapping_add(1);
        }
        conn.ends.sets_out();
        let packet = Packet { id, nth, along, to, breaks: false, breaks_by: None, payload, sent: now, arrives, held, fact };
        let place = self.packets.put(packet);
        if held.is_none() {
            out.timer(PacketDue { id, place }, arrives, Cause::by(fact.unwrap_or(FactId::FIRST)));
        }
        Some(place)
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
        let id = due.id;
        self.packet(due).filter(|packet| packet.held.is_none() && packet.arrives == cx.now)?;
        let taken = self.take(due.place)?;
        let (packet, conn_id, wire) = (&taken.packet, taken.conn, taken.wire);
        let cause = packet.fact.map_or(cx.cause, Cause::by);
        let Some(conn) = self.conns.get_mut(packet.along).filter(|conn| conn.ends.open_at(packet.to)) else {
            out.fact(NetFact::Discarded { packet: id, wire }, cause);
            return None;
        };
        if packet.breaks {
            self.break_with(&Cx { cause: cause.maybe(packet.breaks_by), ..*cx }, &taken, out);
            return None;
        }
        if packet.to == Side::Server && !conn.ends.is_accepted() {
            let there = !self.wires[conn.over as usize].gone;
            match accepting(conn.server).filter(|_| there) {
                Some(life) => {
                    conn.server = life;
                    conn.ends.accept();
                }
                None => {
                    if matches!(packet.payload, Payload::Cargo(_)) {
                        out.fact(NetFact::Discarded { packet: id, wire }, cause);
                    }
                    self.close(cx, packet.along, Side::Server, Closed::Refused, out);
                    return None;
                }
            }
        }
        let (me, peer) = match packet.to {
            Side::Client => (conn_id.client, conn.server),
            Side::Server => (conn.server, conn_id.client),
        };
        let (to, along) = (packet.to, packet.along);
        match taken.packet.payload {
            Payload::Cargo(cargo) => {
                let arrived = out.fact(NetFact::Arrived { packet: id, wire, at: to }, cause);
                let delivery = Delivery::Arrived { conn: conn_id, at: to, cargo };
                Some((me, delivery, Cause::by(arrived)))
            }
            Payload::Fin(why) => {
                conn.ends.shut(to);
                self.forget_if_closed(along);
                let lost = out.fact(NetFact::ConnectionLost { peer, wire, why }, cause);
                Some((me, Delivery::Closed { conn: conn_id, at: to, why }, Cause::by(lost)))
            }
        }
    }

    /// The process that a packet is for; at the accepting end, in the life that accepted, if one did.
    pub fn destination(&self, due: PacketDue) -> Option<Actor> {
        let packet = self.packet(due)?;
        match packet.to {
            Side::Client => Some(self.conn(packet).id.client),
            Side::Server => Some(self.accepting_end(packet)),
        }
    }

    fn packet(&self, due: PacketDue) -> Option<&Packet<P>> {
        self.packets.get(due.place).filter(|packet| packet.id == due.id)
    }

    /// The connection of a packet on its way.
    pub(super) fn conn(&self, packet: &Packet<P>) -> &Conn {
        self.conns.get(packet.along).expect("a connection stays as long as packets are on it")
    }

    /// The wire of a packet on its way.
    pub(super) fn wire(&self, packet: &Packet<P>) -> WireId {
        self.wires[self.conn(packet).over as usize].id
    }

    /// Takes a packet off its way.
    pub(super) fn take(&mut self, place: u32) -> Option<Taken<P>> {
        let packet = self.packets.take(place)?;
        let conn = self.conns.get_mut(packet.along)?;
        conn.ends.is_taken_out();
        let (id, over, is_done) = (conn.id, conn.over, conn.ends.is_done());
        if is_done {
            self.conns.take(packet.along);
        }
        Some(Taken { packet, conn: id, wire: self.wires[over as usize].id })
    }

    /// The process at the accepting end of a packet's connection; the client, once the connection is gone.
    pub(super) fn accepting_end(&self, packet: &Packet<P>) -> Actor {
        let conn = self.conn(packet);
        if conn.ends.is_forgotten() { conn.id.client } else { conn.server }
    }

    /// The places of some packets, in the order in which they were sent.
    pub(super) fn places(&self, which: impl Fn(&Packet<P>) -> bool) -> Vec<u32> {
        let mut found: Vec<(PacketId, u32)> =
            self.packets.iter().filter(|(_, packet)| which(packet)).map(|(place, packet)| (packet.id, place)).collect();
        found.in_order();
        found.into_iter().map(|(_, place)| place).collect()
    }

    /// A process died: its ends of connections close. What it had sent still arrives.
    pub fn crash(&mut self, cx: &Cx, actor: Actor, out: &mut impl NetOut) {
        let end = |(id, &place): (ConnId, &u32)| {
            if id.client == actor {
                return Some((place, Side::Client));
            }
            let accepted = self.conns.get(place).is_some_and(|conn| conn.ends.is_accepted() && conn.server == actor);
            accepted.then_some((place, Side::Server))
        };
        let ends: Vec<(u32, Side)> = self.conn_places.sorted().into_iter().filter_map(end).collect();
        for (along, side) in ends {
            self.close(cx, along, side, Closed::ByPeer, out);
        }
    }

    fn close(&mut self, cx: &Cx, along: u32, by: Side, why: Closed, out: &mut impl NetOut) {
        let Some(conn) = self.conns.get_mut(along).filter(|conn| conn.ends.open_at(by)) else { return };
        conn.ends.shut(by);
        let (id, over, other_open) = (conn.id, conn.over, conn.ends.open_at(by.other()) && !conn.ends.is_severed());
        let wire = self.wires[over as usize].id;
        // Only a cut holds packets.
        if self.wires[over as usize].cut != Cut::None {
            let held = |packet: &Packet<P>| {
                packet.along == along && packet.held.is_some() && matches!(packet.payload, Payload::Cargo(_))
            };
            for place in self.places(held) {
                if let Some(taken) = self.take(place) {
                    out.fact(NetFact::Discarded { packet: taken.packet.id, wire }, cx.cause);
                }
            }
        }
        if other_open {
            let subject =
                if why == Closed::Refused { Subject::None } else { Subject::Generation(crate::sim::GroupId(0), id.nth) };
            let way = u64::from(wire.0) << 16 | (index(by.other()) as u64) << 8;
            let latency = self.latency(cx, over, way, subject, id.port);
            self.launch(cx.now, along, by.other(), Payload::Fin(why), latency, Some(cx.cause.trigger), out);
        }
        self.forget_if_closed(along);
    }

    pub(super) fn forget_if_closed(&mut self, along: u32) {
        let Some(closed) = self.conns.get_mut(along).filter(|conn| conn.ends.is_shut()) else { return };
        closed.ends.forget();
        let (id, is_done) = (closed.id, closed.ends.is_done());
        self.conn_places.remove(&id);
        self.doomed.retain(|doomed| doomed.conn != id);
        if is_done {
            self.conns.take(along);
        }
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
