//! Wires: added, changed, cut, healed and taken away, with what becomes of the connections and packets on them.

use std::collections::BTreeMap;

use crate::sim::{Cause, Cx, FactId, Time, WireId};

use super::conn::{Cargo, Closed, ConnId, Side, Subject};
use super::facts::{NetFact, NetOut, PacketDue};
use super::network::{Network, Payload, WireState, index};
use super::wire::{Cut, Latency};

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
                self.wires.push(WireState { latency, cut: Cut::None, gone: false });
            }
        }
    }

    /// The wires that are there.
    pub fn wires(&self) -> impl Iterator<Item = WireId> + '_ {
        self.wire_places.iter().filter(|(_, place)| !self.wires[**place as usize].gone).map(|(wire, _)| *wire)
    }

    /// The connections over a wire that are open at either end.
    pub fn connections(&self, wire: WireId) -> Vec<ConnId> {
        let over = |place: u32| self.conns.get(place).is_some_and(|conn| conn.wire == wire && !conn.severed);
        self.conn_places.iter().filter(|(_, place)| over(*place)).map(|(id, _)| id).collect()
    }

    /// Takes a wire away. What was sent over it still arrives, also what a cut had held; whoever tries it from now on is
    /// refused, as if nobody listened there. See [`Network::sever`] for its connections.
    pub fn remove_wire(&mut self, cx: &Cx, wire: WireId, out: &mut impl NetOut) {
        self.cut(cx, wire, Cut::None, out);
        if let Some(place) = self.wire_places.get(&wire) {
            self.wires[*place as usize].gone = true;
        }
    }

    /// Ends a connection whose way is gone: each end that is open learns of it one hop later, behind what is on its way
    /// to it. Until then it believes that it can still send.
    pub fn sever(&mut self, cx: &Cx, conn_id: ConnId, out: &mut impl NetOut) {
        let Some(along) = self.conn_places.get(conn_id) else { return };
        let Some(conn) = self.conns.get_mut(along).filter(|conn| !conn.severed) else { return };
        conn.severed = true;
        if !conn.accepted {
            conn.shut(Side::Server);
        }
        let (wire, over) = (conn.wire, conn.over);
        let open: Vec<Side> = [Side::Client, Side::Server].into_iter().filter(|side| conn.open_at(*side)).collect();
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

    /// Cuts a wire or heals it. A cut stops packets where they are; healed, they go the rest of their way, in order.
    pub fn cut(&mut self, cx: &Cx, wire: WireId, cut: Cut, out: &mut impl NetOut) {
        let Some(over) = self.wire_places.get(&wire).copied().filter(|over| self.wires[*over as usize].cut != cut) else {
            return;
        };
        let fact = out.fact(NetFact::WireCut { wire, cut }, cx.cause);
        self.wires[over as usize].cut = cut;
        let places = self.places(|packet| packet.wire == wire);
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
    fn keep_order_after(&mut self, now: Time, places: &[u32], out: &mut impl NetOut) {
        let mut latest: BTreeMap<(ConnId, Side), (u32, Time)> = BTreeMap::new();
        for place in places {
            let Some(packet) = self.packets.get_mut(*place).filter(|packet| packet.held.is_none()) else { continue };
            let (_, last) = latest.entry((packet.conn, packet.to)).or_insert((packet.along, now));
            if packet.arrives < *last {
                packet.arrives = *last;
                let why = Cause::by(packet.fact.unwrap_or(FactId::FIRST));
                out.timer(PacketDue { id: packet.id, place: *place }, packet.arrives, why);
            }
            *last = packet.arrives;
        }
        for ((id, to), (along, last)) in latest {
            if let Some(conn) = self.conns.get_mut(along).filter(|conn| conn.id == id) {
                conn.last_arrival[index(to)] = last;
            }
        }
    }
}
