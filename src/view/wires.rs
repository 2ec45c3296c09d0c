//! Wires as curves between cards: from a client to its service, from a service to its topic, from each lane to the
//! instance that it is assigned to.

use crate::board::{Wire, WireKind};
use crate::session::Session;
use crate::sim::InOrder;
use crate::sim::{NodeId, WireId};

use super::cards::{BrokerCard, Frame, Path, Point, Rect, ServiceCard, TopicView, WireView};
use super::layout::{Side, curve, facing, sides};

impl Session {
    /// The wires between the cards of a frame.
    pub(super) fn wires(&self, frame: &Frame) -> Vec<WireView> {
        self.board().wires.iter().filter_map(|wire| self.wire(wire, frame)).collect()
    }

    pub(super) fn wire(&self, wire: &Wire, frame: &Frame) -> Option<WireView> {
        let title = |node: NodeId| self.board().title_of(node);
        let (mut idle, mut leaving) = (false, 0);
        let (label, paths) = match &wire.is {
            WireKind::Call { from, to } => {
                let path = between(frame.rect_of(*from)?, frame.rect_of(*to)?);
                (format!("{} to {}", title(*from), title(*to)), vec![path])
            }
            WireKind::Publish { from, topic } => (format!("{} to {topic}", title(*from)), vec![publishing(frame, *from, topic)?]),
            WireKind::Consume { to, topic, .. } => {
                let mut paths;
                (paths, leaving) = self.assigned(wire.id, *to, topic, frame);
                idle = paths.is_empty();
                if idle {
                    paths.push(unassigned(frame, *to, topic)?);
                }
                (format!("{topic} to {}", title(*to)), paths)
            }
        };
        let net = self.world().net();
        let (cut, slow, loss) = (net.cut_of(wire.id), net.slow_of(wire.id), net.loss_of(wire.id));
        let (_, unread) = self.read_over(wire.id);
        Some(WireView { id: wire.id, label, paths, leaving, idle, cut, slow, loss, unread })
    }

    /// A curve for each partition that an instance now fetches over a wire; so many of the last are to be given up.
    fn assigned(&self, wire: WireId, to: NodeId, topic: &str, frame: &Frame) -> (Vec<Path>, usize) {
        let id = self.world().names().topic_id(topic);
        let Some(service) = self.world().service(to) else { return Default::default() };
        let consumers = service
            .instances
            .iter()
            .filter_map(|(ordinal, instance)| instance.consumers.get(&wire).map(|consumer| (*ordinal, consumer)));
        let fetched = consumers.flat_map(|(ordinal, consumer)| {
            let leaves = |topic, partition| consumer.gives_up().contains(&(topic, partition));
            consumer.positions().map(move |(topic, partition, _)| (topic, leaves(topic, partition), partition, ordinal))
        });
        let mut fetched: Vec<(bool, u16, u16)> = fetched
            .filter(|(topic, ..)| Some(*topic) == id)
            .map(|(_, leaves, partition, ordinal)| (leaves, partition, ordinal))
            .collect();
        fetched.in_order();
        let curve = |(leaves, partition, ordinal)| Some((leaves, consuming(frame, topic, partition, to, ordinal)?));
        let curves: Vec<(bool, Path)> = fetched.into_iter().filter_map(curve).collect();
        let leaving = curves.iter().filter(|(leaves, _)| *leaves).count();
        (curves.into_iter().map(|(_, path)| path).collect(), leaving)
    }
}

/// From one card to another.
fn between(from: Rect, to: Rect) -> Path {
    let (leaves, arrives) = facing(from, to);
    curve(from.edge(leaves), leaves, to.edge(arrives), arrives)
}

/// A topic and the card that it is on.
fn topic_of<'a>(frame: &'a Frame, name: &str) -> Option<(&'a BrokerCard, &'a TopicView)> {
    frame.brokers.iter().find_map(|card| card.topics.iter().find(|topic| topic.name == name).map(|topic| (card, topic)))
}

/// From a service, or its outbox, to a topic.
fn publishing(frame: &Frame, from: NodeId, topic: &str) -> Option<Path> {
    let service = frame.service(from)?;
    let (broker, topic) = topic_of(frame, topic)?;
    let (leaves, arrives) = facing(service.rect, broker.rect);
    let start = service.tray.as_ref().map_or(service.rect, |tray| tray.rect);
    // From above or below, a topic's edge lies inside its card.
    let end = if matches!(arrives, Side::Left | Side::Right) { topic.rect } else { broker.rect };
    Some(curve(start.edge(leaves), leaves, end.edge(arrives), arrives))
}

/// From a topic to a service none of whose instances has a partition.
fn unassigned(frame: &Frame, to: NodeId, topic: &str) -> Option<Path> {
    let service = frame.service(to)?;
    let (broker, topic) = topic_of(frame, topic)?;
    let (leaves, arrives) = sides(broker.rect, service.rect);
    Some(curve(topic.rect.edge(leaves), leaves, service.rect.edge(arrives), arrives))
}

/// From a lane's end, where its card ends, to an instance's row.
pub(super) fn consuming(frame: &Frame, topic: &str, partition: u16, to: NodeId, ordinal: u16) -> Option<Path> {
    lane_to_row(topic_of(frame, topic)?, partition, frame.service(to)?, ordinal)
}

/// The same, between cards that are known.
pub(super) fn lane_to_row(
    (broker, topic): (&BrokerCard, &TopicView),
    partition: u16,
    service: &ServiceCard,
    ordinal: u16,
) -> Option<Path> {
    let row = service.row_of(ordinal)?;
    let lane = topic.lanes.get(usize::from(partition))?;
    let (leaves, arrives) = sides(broker.rect, service.rect);
    let from = Point { x: broker.rect.edge(leaves).x, y: lane.rect.middle().y };
    Some(curve(from, leaves, row.edge(arrives), arrives))
}
