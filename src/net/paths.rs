//! Wires: added, changed, cut, slowed, healed and taken away, with what becomes of the connections and packets on them.

use std::collections::BTreeMap;

use crate::sim::{Actor, Cause, Cx, FactId, Time, WireId};

use super::conn::{Cargo, Closed, ConnId, Side, Subject};
use super::facts::{NetFact, NetOut, PacketDue};
use super::network::{Network, WireState, index};
use super::packet::Payload;
use super::wire::{Cut, Latency, Loss, Slow};

impl<P: Cargo> Network<P> {
    /// Adds a wire, or gives one a new latency; what is on its way keeps its old one.
    pub fn set_wire(&mut self, wire: WireId, latency: Latency) {
        match self.wire_places.get(&wire) {
            Some(place) => {
                let state = &mut self.wires[*place as usize];
                (state.latency, state.gone) = (latency, false);
            }
            None => {
                self.wire_places.insert(wire, self.wires.len() as u32);
                let (cut, slow, loss) = (Cut::None, Slow::NOT, Loss::NONE);
                self.wires.push(WireState { id: wire, latency, cut, slow, loss, lossy: None, gone: false });
            }
        }
    }

    /// The wires that are there.
    pub fn wires(&self) -> impl Iterator<Item = WireId> + '_ {
        self.wire_places.iter().filter(|(_, place)| !self.wires[**place as usize].gone).map(|(wire, _)| *wire)
    }

    /// The connections over a wire that are open at either end.
    pub fn connections(&self, wire: WireId) -> Vec<ConnId> {
        let Some(over) = self.wire_places.get(&wire) else { return Vec::new() };
        let over = |place: u32| self.conns.get(place).is_some_and(|conn| conn.over == *over && !conn.ends.is_severed());
        self.conn_places.sorted().into_iter().filter(|(_, place)| over(**place)).map(|(id, _)| id).collect()
    }

    /// The process that a connection leads to, in the life that accepted it if one did; none once the connection is gone.
    pub fn server(&self, conn: ConnId) -> Option<Actor> {
        let place = self.conn_places.get(&conn)?;
        self.conns.get(*place).map(|conn| conn.server)
    }

    /// Takes a wire away. What was sent over it still arrives, also what a cut had held; whoever tries it from now on is
    /// refused, as if nobody listened there. See [`Network::sever`] for its connections.
    pub fn remove_wire(&mut self, cx: &Cx, wire: WireId, out: &mut impl NetOut) {
        self.heal(cx, wire, out);
        if let Some(place) = self.wire_places.get(&wire) {
            self.wires[*place as usize].gone = true;
        }
    }

    /// Ends a connection whose way is gone: each end that is open learns of it one hop later, behind what is on its way
    /// to it. Until then it believes that it can still send.
    pub fn sever(&mut self, cx: &Cx, conn_id: ConnId, out: &mut impl NetOut) {
        let Some(along) = self.conn_places.get(&conn_id).copied() else { return };
        let Some(conn) = self.conns.get_mut(along).filter(|conn| !conn.ends.is_severed()) else { return };
        conn.ends.sever();
        if !conn.ends.is_accepted() {
            conn.ends.shut(Side::Server);
        }
        let over = conn.over;
        let wire = self.wires[over as usize].id;
        let open: Vec<Side> = [Side::Client, Side::Server].into_iter().filter(|side| conn.ends.open_at(*side)).collect();
        for to in open {
            let way = u64::from(wire.0) << 16 | (index(to) as u64) << 8;
            let latency = self.latency(cx, over, way, Subject::None, conn_id.port);
            self.launch(cx.now, along, to, Payload::Fin(Closed::ByPeer), latency, Some(cx.cause.trigger), out);
        }
        self.forget_if_closed(along);
    }

    /// Which ways a wire is cut.
    pub fn cut_of(&self, wire: WireId) -> Cut {
        self.wire_places.get(&wire).map_or(Cut::None, |place| self.wires[*place as usize].cut)
    }

    /// How much slower a wire is than its settings say.
    pub fn slow_of(&self, wire: WireId) -> Slow {
        self.wire_places.get(&wire).map_or(Slow::NOT, |place| self.wires[*place as usize].slow)
    }

    /// What a wire loses.
    pub fn loss_of(&self, wire: WireId) -> Loss {
        self.wire_places.get(&wire).map_or(Loss::NONE, |place| self.wires[*place as usize].loss)
    }

    /// Slows a wire for what is sent from now on; what is on its way keeps its pace.
    pub fn slow(&mut self, cx: &Cx, wire: WireId, slow: Slow, out: &mut impl NetOut) {
        let Some(over) = self.wire_places.get(&wire).copied().filter(|over| self.wires[*over as usize].slow != slow) else {
            return;
        };
        out.fact(NetFact::WireSlowed { wire, slow }, cx.cause);
        self.wires[over as usize].slow = slow;
    }

    /// Makes a wire lossy for what is sent from now on.
    pub fn lose(&mut self, cx: &Cx, wire: WireId, loss: Loss, out: &mut impl NetOut) {
        let Some(over) = self.wire_places.get(&wire).copied().filter(|over| self.wires[*over as usize].loss != loss) else {
            return;
        };
        let fact = out.fact(NetFact::WireLossy { wire, loss }, cx.cause);
        let state = &mut self.wires[over as usize];
        (state.loss, state.lossy) = (loss, (loss != Loss::NONE).then_some(fact));
    }

    /// Makes a wire whole, as fast as its settings say, and loses nothing on it any more.
    pub fn heal(&mut self, cx: &Cx, wire: WireId, out: &mut impl NetOut) {
        self.slow(cx, wire, Slow::NOT, out);
        self.lose(cx, wire, Loss::NONE, out);
        self.cut(cx, wire, Cut::None, out);
    }

    /// Cuts a wire or heals it. A cut stops packets where they are; healed, they go the rest of their way, in order.
    pub fn cut(&mut self, cx: &Cx, wire: WireId, cut: Cut, out: &mut impl NetOut) {
        let Some(over) = self.wire_places.get(&wire).copied().filter(|over| self.wires[*over as usize].cut != cut) else {
            return;
        };
        let fact = out.fact(NetFact::WireCut { wire, cut }, cx.cause);
        self.wires[over as usize].cut = cut;
        let places = self.places(|packet| self.wire(packet) == wire);
        for place in &places {
            let Some(packet) = self.packets.get_mut(*place) else { continue };
            match (cut.holds(packet.to), packet.held) {
                (true, None) => packet.held = Some(packet.arrives.since(cx.now)),
                (false, Some(rest)) => {
                    packet.sent = cx.now - packet.arrives.since(packet.sent).minus(rest);
                    packet.arrives = cx.now + rest;
                    packet.held = None;
                    let why = Cause::by(packet.fact.unwrap_or(fact)).because(fact);
                    out.timer(PacketDue { id: packet.id, place: *place }, packet.arrives, why);
                }
                _ => {}
            }
        }
        self.keep_order_after(cx.now, &places, out);
    }

    /// After a heal, no packet may arrive before one that was sent before it on the same connection and way.
    pub(super) fn keep_order_after(&mut self, now: Time, places: &[u32], out: &mut impl NetOut) {
        let mut latest: BTreeMap<(u32, Side), Time> = BTreeMap::new();
        for place in places {
            let Some(packet) = self.packets.get_mut(*place).filter(|packet| packet.held.is_none()) else { continue };
            let last = latest.entry((packet.along, packet.to)).or_insert(now);
            if packet.arrives < *last {
                packet.arrives = *last;
                let why = Cause::by(packet.fact.unwrap_or(FactId::FIRST));
                out.timer(PacketDue { id: packet.id, place: *place }, packet.arrives, why);
            }
            *last = packet.arrives;
        }
        for ((along, to), last) in latest {
            if let Some(conn) = self.conns.get_mut(along) {
                conn.last_arrival[index(to)] = last;
            }
        }
    }
}
