//! Messages on their way: what rides in each packet, at its place on its wire. Cheap enough for each animation frame.

use crate::broker::protocol::{BrokerCargo, Record, Request, Response};
use crate::net::{Cargo, InFlight, Key, Message, Side, Value};
use crate::rpc::CallCargo;
use crate::service::request;
use crate::session::Session;
use crate::sim::InOrder;
use crate::sim::{MessageId, NodeId, RecordId, TopicId, WireId};
use crate::world::Payload;

use super::cards::{BrokerCard, Dot, Frame, Path, ServiceCard, Shape, TopicView, WireView};
use super::lanes::{Shapes, handled};
use super::said::{Question, answer};
use super::wires::lane_to_row;

/// At most so many messages of one packet are drawn.
const OF_A_PACKET: usize = 32;
/// How far apart messages of one packet are, as a share of the way; all of them together take at most the other.
const APART: f32 = 0.04;
const SPREAD: f32 = 0.2;

type Packet<'a> = InFlight<'a, Payload>;

/// What the dots of one frame are read from; each thing on the board is found by its number.
struct Roads<'a> {
    session: &'a Session,
    shapes: Shapes,
    /// By their ids.
    wires: Vec<(WireId, &'a WireView)>,
    services: Vec<(NodeId, &'a ServiceCard)>,
    topics: Vec<(TopicId, (&'a BrokerCard, &'a TopicView))>,
    /// What the logs have to be asked about the dots.
    questions: Vec<Question>,
}

impl Session {
    /// The messages that are on their way at the cursor, on the wires of a frame.
    pub fn dots(&self, frame: &Frame, out: &mut Vec<Dot>) {
        out.clear();
        let mut roads = Roads::of(self, frame);
        for packet in self.world().net().in_flight(self.now()) {
            let Some(cargo) = packet.cargo.filter(|cargo| cargo.messages().next().is_some()) else { continue };
            let Some(wire) = by_id(&roads.wires, packet.wire) else { continue };
            match cargo {
                Payload::Call(CallCargo::Request(message)) => out.extend(roads.request(&packet, wire, message)),
                Payload::Call(CallCargo::Response(id) | CallCargo::Error(id)) => out.extend(roads.answer(&packet, wire, *id)),
                Payload::Broker(BrokerCargo::Request(_, Request::Produce { topic, partition, message, attempt, .. })) => {
                    let dot = roads.dot(&packet, wire.paths.first(), packet.progress, message, *attempt > 0);
                    let log = self.world().broker(packet.server.node).and_then(|broker| broker.log(*topic, *partition));
                    if let (Some(Dot { again: false, .. }), Some(log)) = (dot, log) {
                        let log_of = (packet.server.node, *topic, *partition);
                        roads.questions.push(Question::new(log_of, log.end(), message.id, out.len()));
                    }
                    out.extend(dot);
                }
                Payload::Broker(BrokerCargo::Response(_, Response::Fetch { records, .. })) => {
                    roads.fetched(&packet, wire, records, out);
                }
                Payload::Broker(_) => {}
            }
        }
        answer(self, roads.questions, out);
    }
}

/// What has an id, in a list that is sorted by ids.
fn by_id<I: Ord, T: Copy>(sorted: &[(I, T)], id: I) -> Option<T> {
    let place = sorted.binary_search_by(|(known, _)| known.cmp(&id)).ok()?;
    sorted.get(place).map(|(_, found)| *found)
}

impl<'a> Roads<'a> {
    fn of(session: &'a Session, frame: &'a Frame) -> Roads<'a> {
        let names = session.world().names();
        let mut wires: Vec<_> = frame.wires.iter().map(|wire| (wire.id, wire)).collect();
        let mut services: Vec<_> = frame.services.iter().map(|card| (card.id, card)).collect();
        let topics = frame.brokers.iter().flat_map(|card| card.topics.iter().map(move |topic| (card, topic)));
        let mut topics: Vec<_> = topics.filter_map(|found| Some((names.topic_id(&found.1.name)?, found))).collect();
        wires.in_order_by_key(|(id, _)| *id);
        services.in_order_by_key(|(id, _)| *id);
        topics.in_order_by_key(|(id, _)| *id);
        Roads { session, shapes: Shapes::of(session), wires, services, topics, questions: Vec::new() }
    }

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
        let (to, RecordId { topic, partition, .. }) = (packet.conn.client, first.id);
        let ends = by_id(&self.topics, topic).zip(by_id(&self.services, to.node));
        let assigned = ends.and_then(|(topic, service)| lane_to_row(topic, partition, service, to.ordinal));
        let path = assigned.as_ref().or(wire.paths.first());
        let shown = records.len().min(OF_A_PACKET);
        let apart = APART.min(SPREAD / shown as f32);
        let service = self.session.world().service(to.node);
        for (nth, record) in records.iter().take(shown).enumerate() {
            let message = &record.message;
            let again = service.is_some_and(|service| handled(service, Some(topic), message.kind, message.id) > 0);
            let t = (packet.progress - apart * nth as f32).max(0.0);
            let dot = self.dot(packet, path, t, message, again);
            if dot.is_some() && !again && message.id.nth > 0 {
                let log_of = (packet.server.node, topic, partition);
                self.questions.push(Question::new(log_of, record.id.offset, message.id, out.len()));
            }
            out.extend(dot);
        }
    }
}

/// What a message is keyed by; a request, by its first key.
fn key_of(message: &Message) -> Option<Key> {
    let first = || message.body.iter().find(|value| matches!(value, Value::Key(_)));
    message.key.or_else(|| first().and_then(|value| value.key()))
}
