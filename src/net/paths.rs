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
        let state = self.wires.entry(wire).or_insert(WireState { latency, cut: Cut::None, gone: false });
        (state.latency, state.gone) = (latency, false);
    }

    /// The wires that are there.
    pub fn wires(&self) -> impl Iterator<Item = WireId> + '_ {
        self.wires.iter().filter(|(_, state)| !state.gone).map(|(wire, _)| *wire)
    }

    /// The connections over a wire that are open at either end.
    pub fn connections(&self, wire: WireId) -> Vec<ConnId> {
        self.conns.iter().filter(|(_, conn)| conn.wire == wire && !conn.severed).map(|(id, _)| *id).collect()
    }

    /// Takes a wire away. What was sent over it still arrives, also what a cut had held; whoever tries it from now on is
    /// refused, as if nobody listened there. See [`Network::sever`] for its connections.
    pub fn remove_wire(&mut self, cx: &Cx, wire: WireId, out: &mut impl NetOut) {
        self.cut(cx, wire, Cut::None, out);
        if let Some(state) = self.wires.get_mut(&wire) {
            state.gone = true;
        }
    }

    /// Ends a connection whose way is gone: each end that is open learns of it one hop later, behind what is on its way
    /// to it. Until then it believes that it can still send.
    pub fn sever(&mut self, cx: &Cx, conn_id: ConnId, out: &mut impl NetOut) {
        let Some(conn) = self.conns.get_mut(&conn_id).filter(|conn| !conn.severed) else { return };
        conn.severed = true;
        if !conn.accepted {
            conn.shut(Side::Server);
        }
        let wire = conn.wire;
        let open: Vec<Side> = [Side::Client, Side::Server].into_iter().filter(|side| conn.open_at(*side)).collect();
        for to in open {
            let latency = self.latency(cx, wire, to, 0, Subject::None, conn_id.port);
            self.launch(cx.now, conn_id, to, Payload::Fin(Closed::ByPeer), latency, Some(cx.cause.trigger), out);
        }
        self.forget_if_closed(conn_id);
    }

    /// Which ways a wire is cut.
    pub fn cut_of(&self, wire: WireId) -> Cut {
        self.wires.get(&wire).map_or(Cut::None, |state| state.cut)
    }

    /// Cuts a wire or heals it. A cut stops packets where they are; healed, they go the rest of their way, in order.
    pub fn cut(&mut self, cx: &Cx, wire: WireId, cut: Cut, out: &mut impl NetOut) {
        let Some(state) = self.wires.get_mut(&wire).filter(|state| state.cut != cut) else { return };
        let fact = out.fact(NetFact::WireCut { wire, cut }, cx.cause);
        state.cut = cut;
        for (id, packet) in self.packets.iter_mut().filter(|(_, packet)| packet.wire == wire) {
            match (cut.holds(packet.to), packet.held) {
                (true, None) => packet.held = Some(packet.arrives.since(cx.now)),
                (false, Some(rest)) => {
                    packet.sent = cx.now - packet.arrives.since(packet.sent).minus(rest);
                    packet.arrives = cx.now + rest;
                    packet.held = None;
                    out.timer(PacketDue(*id), packet.arrives, Cause::by(packet.fact.unwrap_or(fact)).because(fact));
                }
                _ => {}
            }
        }
        self.keep_order_after(cx.now, wire, out);
    }

    /// After a heal, no packet may arrive before one that was sent before it on the same connection and way.
    fn keep_order_after(&mut self, now: Time, wire: WireId, out: &mut impl NetOut) {
        let mut latest: BTreeMap<(ConnId, Side), Time> = BTreeMap::new();
        for (id, packet) in self.packets.iter_mut().filter(|(_, packet)| packet.wire == wire && packet.held.is_none()) {
            let last = latest.entry((packet.conn, packet.to)).or_insert(now);
            if packet.arrives < *last {
                packet.arrives = *last;
                out.timer(PacketDue(*id), packet.arrives, Cause::by(packet.fact.unwrap_or(FactId::FIRST)));
            }
            *last = packet.arrives;
        }
        for ((conn, to), last) in latest {
            if let Some(conn) = self.conns.get_mut(&conn) {
                conn.last_arrival[index(to)] = last;
            }
        }
    }
}
