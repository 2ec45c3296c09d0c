//! Messages on their way: what rides in each packet, at its place on its wire. Cheap enough for each animation frame.

use crate::broker::log::Log;
use crate::broker::protocol::{BrokerCargo, Record, Request, Response};
use crate::net::{Cargo, InFlight, Key, Message, Side, Value};
use crate::rpc::CallCargo;
use crate::service::request;
use crate::session::Session;
use crate::sim::{MessageId, RecordId};
use crate::world::Payload;

use super::cards::{Dot, Frame, Path, Shape, WireView};
use super::lanes::{Shapes, handled};
use super::recent::saying;
use super::wires::consuming;

/// At most so many messages of one packet are drawn.
const OF_A_PACKET: usize = 32;
/// How far apart messages of one packet are, as a share of the way; all of them together take at most the other.
const APART: f32 = 0.04;
const SPREAD: f32 = 0.2;
/// How many records of a log are compared, at most, for each message; and for all of a frame.
const COMPARED: u32 = 512;
const COMPARED_IN_ALL: u32 = 100_000;

type Packet<'a> = InFlight<'a, Payload>;

/// What the dots of one frame are read from.
struct Roads<'a> {
    session: &'a Session,
    frame: &'a Frame,
    shapes: Shapes,
    /// How many records may still be compared.
    budget: u32,
}

impl Session {
    /// The messages that are on their way at the cursor, on the wires of a frame.
    pub fn dots(&self, frame: &Frame, out: &mut Vec<Dot>) {
        out.clear();
        let mut roads = Roads { session: self, frame, shapes: Shapes::of(self), budget: COMPARED_IN_ALL };
        for packet in self.world().net().in_flight(self.now()) {
            let Some(cargo) = packet.cargo.filter(|cargo| cargo.messages().next().is_some()) else { continue };
            let Some(wire) = frame.wires.iter().find(|wire| wire.id == packet.wire) else { continue };
            match cargo {
                Payload::Call(CallCargo::Request(message)) => out.extend(roads.request(&packet, wire, message)),
                Payload::Call(CallCargo::Response(id)) => out.extend(roads.answer(&packet, wire, *id)),
                Payload::Broker(BrokerCargo::Request(_, Request::Produce { topic, partition, message, attempt, .. })) => {
                    let broker = self.world().broker(packet.server.node);
                    let log = broker.and_then(|broker| broker.log(*topic, *partition));
                    let again = *attempt > 0 || log.is_some_and(|log| roads.said_before(log, log.end(), message.id));
                    out.extend(roads.dot(&packet, wire.paths.first(), packet.progress, message, again));
                }
                Payload::Broker(BrokerCargo::Response(_, Response::Fetch { records, .. })) => {
                    roads.fetched(&packet, wire, records, out);
                }
                Payload::Broker(_) => {}
            }
        }
    }
}

impl Roads<'_> {
    fn dot(&self, packet: &Packet<'_>, path: Option<&Path>, t: f32, message: &Message, again: bool) -> Option<Dot> {
        Some(Dot {
            at: path?.at(t),
            shape: self.shapes.shape(message.kind),
            key: key_of(message),
            again,
            held: packet.held,
            message: message.id,
            wire: packet.wire,
        })
    }

    /// Every attempt of a call opens a connection of its own.
    fn request(&self, packet: &Packet<'_>, wire: &WireView, message: &Message) -> Option<Dot> {
        let service = self.session.world().service(packet.server.node);
        let before = service.map_or(0, |service| handled(service, None, message.kind, message.id));
        self.dot(packet, wire.paths.first(), packet.progress, message, packet.conn.nth > 0 || before > 0)
    }

    /// A response carries the request's id alone; the request is a function of that.
    fn answer(&self, packet: &Packet<'_>, wire: &WireView, id: MessageId) -> Option<Dot> {
        let world = self.session.world();
        let client = world.client(id.intent.client)?;
        let asked = request(world.draw(), id.intent.client, id.intent.n, id.intent.manual, &client.config);
        let service = world.service(packet.server.node);
        let handled = service.map_or(0, |service| handled(service, None, asked.kind, id));
        let dot = self.dot(packet, wire.paths.first(), 1.0 - packet.progress, &asked, handled > 1)?;
        Some(Dot { shape: Shape::Triangle, ..dot })
    }

    /// All records of a response are of one partition.
    fn fetched(&mut self, packet: &Packet<'_>, wire: &WireView, records: &[Record], out: &mut Vec<Dot>) {
        let Some(first) = records.first().filter(|_| packet.to == Side::Client) else { return };
        let world = self.session.world();
        let (to, RecordId { topic, partition, .. }) = (packet.conn.client, first.id);
        let assigned = consuming(self.frame, world.names().topic(topic), partition, to.node, to.ordinal);
        let path = assigned.as_ref().or(wire.paths.first());
        let shown = records.len().min(OF_A_PACKET);
        let apart = APART.min(SPREAD / shown as f32);
        let log = world.broker(packet.server.node).and_then(|broker| broker.log(topic, partition));
        let service = world.service(to.node);
        for (nth, record) in records.iter().take(shown).enumerate() {
            let message = &record.message;
            let again = service.is_some_and(|service| handled(service, Some(topic), message.kind, message.id) > 0)
                || (message.id.nth > 0 && log.is_some_and(|log| self.said_before(log, record.id.offset, message.id)));
            let t = (packet.progress - apart * nth as f32).max(0.0);
            out.extend(self.dot(packet, path, t, message, again));
        }
    }

    /// Whether one of the last records before an offset says the same.
    fn said_before(&mut self, log: &Log, before: u32, message: MessageId) -> bool {
        let most = COMPARED.min(self.budget).min(before);
        self.budget -= most;
        let earlier = (before - most..before).rev().filter_map(|offset| log.get(offset));
        earlier.into_iter().any(|entry| saying(entry.message.id) == saying(message))
    }
}

/// What a message is keyed by; a request, by its first key.
fn key_of(message: &Message) -> Option<Key> {
    let first = || message.body.iter().find(|value| matches!(value, Value::Key(_)));
    message.key.or_else(|| first().and_then(|value| value.key()))
}
