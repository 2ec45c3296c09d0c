//! A topic's lanes: the newest records of each partition, and where its groups are.

use crate::board::{BrokerNode, Do, MessageKind, TopicDoc, WireKind};
use crate::broker::Broker;
use crate::broker::log::{Entry as LogEntry, Log};
use crate::service::Service;
use crate::session::Session;
use crate::sim::InOrder;
use crate::sim::{GroupId, MessageId, RecordId, TopicId, TypeId, WireId};

use super::cards::{Caret, Lane, LaneGroup, Point, RecordView, Rect, Shape, TopicView};
use super::inspect::Selection;
use super::layout::{Lanes, Slots, caret_y};
use super::recent::Recent;

/// A lane with fewer records is never called hot.
const HOT: u32 = 8;

/// The shape of each message type, by its number.
pub(super) struct Shapes(Vec<Shape>);

impl Shapes {
    /// Those of a board.
    pub(super) fn of(session: &Session) -> Shapes {
        let shape = |name: &str| match session.board().message(name).map(|kind| kind.kind) {
            Some(MessageKind::Command) => Shape::Square,
            Some(MessageKind::Document) => Shape::Diamond,
            Some(MessageKind::Reply) => Shape::Triangle,
            Some(MessageKind::Event) | None => Shape::Circle,
        };
        Shapes(session.world().names().messages().map(|(_, name)| shape(name)).collect())
    }

    /// The shape of a type.
    pub(super) fn shape(&self, kind: TypeId) -> Shape {
        self.0.get(usize::from(kind.0)).copied().unwrap_or_default()
    }
}

/// A service that reads a topic, over one of its wires.
struct Reader<'a> {
    wire: WireId,
    group: GroupId,
    name: &'a str,
    service: &'a Service,
    accent: bool,
}

/// What all lanes of a frame are read from.
pub(super) struct Sight<'a> {
    session: &'a Session,
    selected: Selection,
    shapes: Shapes,
    recent: Recent,
    /// Messages that violations name; sorted.
    bad: Vec<MessageId>,
}

impl<'a> Sight<'a> {
    /// Of a session at its cursor.
    pub(super) fn of(session: &'a Session, selected: Selection) -> Sight<'a> {
        let mut bad: Vec<MessageId> = session.checks().violations().iter().map(|violation| violation.message).collect();
        bad.in_order();
        let recent = Recent::of(session.facts(), session.now());
        Sight { session, selected, shapes: Shapes::of(session), recent, bad }
    }

    /// The topics of a broker at their places.
    pub(super) fn topics(&self, node: &BrokerNode, plans: &[Lanes], places: &[Rect]) -> Vec<TopicView> {
        let topics = node.topics.iter().zip(plans).zip(places);
        topics.map(|((topic, lanes), rect)| self.topic(node, topic, *lanes, *rect)).collect()
    }

    fn topic(&self, node: &BrokerNode, topic: &TopicDoc, plan: Lanes, rect: Rect) -> TopicView {
        let world = self.session.world();
        let broker = world.broker(node.id).zip(world.names().topic_id(&topic.name));
        let readers = self.readers(&topic.name);
        let lane = |partition: u16| {
            let rail = plan.rail(rect, partition);
            match broker.and_then(|(broker, id)| Some((broker, id, broker.log(id, partition)?))) {
                Some((broker, id, log)) => self.lane((broker, log), (id, partition), &readers, (rail, plan.bars())),
                None => empty(partition, rail, plan.bars()),
            }
        };
        let mut lanes: Vec<Lane> = (0..partitions(topic)).map(lane).collect();
        let records: u64 = lanes.iter().map(|lane| u64::from(lane.end)).sum();
        compare(&mut lanes, records);
        // The lanes show how many partitions there are; the room is for what they do not show.
        let mut note = self.keyed_by(&topic.name).map_or_else(|| "no key".to_owned(), |keys| format!("by {keys}"));
        note += &if records == 1 { " · 1 record".to_owned() } else { format!(" · {records} records") };
        if let Some(rate) = broker.and_then(|(_, id)| self.recent.rate(id)) {
            note += &format!(" · {rate}");
        }
        TopicView { name: topic.name.clone(), note, lanes, rect }
    }

    /// The fields that messages to a topic are keyed by.
    fn keyed_by(&self, topic: &str) -> Option<String> {
        let lines = self.session.board().services.iter().flat_map(|service| service.programs()).flat_map(|(_, lines)| lines);
        let keys = lines.filter_map(|line| match &line.does {
            Do::Outbox { topic: to, key, .. } | Do::Publish { topic: to, key, .. } if to == topic => key.as_deref(),
            _ => None,
        });
        let mut keys: Vec<&str> = keys.collect();
        keys.in_order();
        keys.dedup();
        (!keys.is_empty()).then(|| keys.join(" or "))
    }

    fn readers(&self, topic: &str) -> Vec<Reader<'a>> {
        let world = self.session.world();
        let reader = |(wire, is): (WireId, &'a WireKind)| match is {
            WireKind::Consume { to, topic: read, group } if read == topic => Some(Reader {
                wire,
                group: world.names().group_id(group)?,
                name: group,
                service: world.service(*to)?,
                accent: self.selected == Selection::Node(*to) || self.selected == Selection::Wire(wire),
            }),
            _ => None,
        };
        let mut readers: Vec<Reader<'a>> =
            self.session.board().wires.iter().filter_map(|wire| reader((wire.id, &wire.is))).collect();
        if readers.windows(2).all(|two| two[0].group == two[1].group) {
            readers.iter_mut().for_each(|reader| reader.accent = true);
        }
        readers
    }

    fn lane(
        &self,
        (broker, log): (&Broker, &Log),
        (topic, partition): (TopicId, u16),
        readers: &[Reader<'_>],
        (rail, bar): (Rect, bool),
    ) -> Lane {
        let end = log.end();
        let groups = groups(broker, (topic, partition), readers, end);
        if bar {
            return Lane { end, groups, ..empty(partition, rail, bar) };
        }
        let slots = Slots::of(rail, log.end());
        let committed = readers.iter().map(|reader| broker.committed(reader.group, topic, partition));
        let done_before = committed.map(|offset| offset.unwrap_or(0)).min().unwrap_or(0);
        let record = |(offset, entry): (u32, &LogEntry)| {
            let id = RecordId { topic, partition, offset };
            RecordView {
                id,
                message: entry.message.id,
                key: entry.message.key,
                shape: self.shapes.shape(entry.message.kind),
                done: offset < done_before,
                again: self.came_again(id, entry, readers),
                bad: self.bad.binary_search(&entry.message.id).is_ok(),
                rect: slots.record(offset),
            }
        };
        let records = log.iter_from(slots.first).map(record).collect();
        let carets = carets(broker, (topic, partition), readers, slots, caret_y(rail));
        Lane { end, groups, hidden: slots.first, records, carets, ..empty(partition, rail, bar) }
    }

    /// By the facts; of older records, by how often a reader began to handle the message.
    fn came_again(&self, id: RecordId, entry: &LogEntry, readers: &[Reader<'_>]) -> bool {
        let handled =
            || readers.iter().any(|reader| handled(reader.service, Some(id.topic), entry.message.kind, entry.message.id) > 1);
        self.recent.came_again(id, entry.appended).unwrap_or_else(handled)
    }
}

/// A lane without records.
fn empty(partition: u16, rect: Rect, bar: bool) -> Lane {
    let (records, carets, groups) = (Vec::new(), Vec::new(), Vec::new());
    Lane { partition, end: 0, groups, bar, full: 0.0, hot: false, hidden: 0, records, carets, rect }
}

/// How full each lane is beside the others, which have so many records in all.
fn compare(lanes: &mut [Lane], records: u64) {
    let most = lanes.iter().map(|lane| lane.end).max().unwrap_or(0).max(1);
    let count = lanes.len() as u64;
    for lane in lanes {
        lane.full = lane.end as f32 / most as f32;
        lane.hot = lane.end >= HOT && u64::from(lane.end) * count > 2 * records;
    }
}

/// How far the groups have come in a lane, each group once.
fn groups(broker: &Broker, at: (TopicId, u16), readers: &[Reader<'_>], end: u32) -> Vec<LaneGroup> {
    let mut groups: Vec<LaneGroup> = Vec::new();
    for reader in readers {
        let position = positions(reader, at).next();
        match groups.iter_mut().find(|group| group.name == reader.name) {
            Some(group) => {
                group.accent |= reader.accent;
                group.position = group.position.or(position);
            }
            None => {
                let committed = broker.committed(reader.group, at.0, at.1);
                let lag = end.saturating_sub(committed.unwrap_or(0));
                groups.push(LaneGroup { name: reader.name.to_owned(), committed, position, lag, accent: reader.accent });
            }
        }
    }
    groups
}

/// The offsets that a service's instances read next in a partition.
fn positions<'a>(reader: &'a Reader<'_>, at: (TopicId, u16)) -> impl Iterator<Item = u32> + 'a {
    let consumers = reader.service.instances.values().filter_map(|instance| instance.consumers.get(&reader.wire));
    let positions = consumers.flat_map(|consumer| consumer.positions());
    positions.filter(move |(topic, partition, _)| (*topic, *partition) == at).map(|(_, _, offset)| offset)
}

/// How many lanes a topic has.
pub(super) fn partitions(topic: &TopicDoc) -> u16 {
    topic.partitions.clamp(1, crate::broker::topic::MOST_PARTITIONS)
}

/// How often a service began to handle a message from there.
pub(super) fn handled(service: &Service, from: Option<TopicId>, kind: TypeId, message: MessageId) -> u16 {
    let handlers = service.config.handlers.iter().filter(|handler| handler.on == kind && handler.from == from);
    handlers.map(|handler| service.handled(handler.id, message)).max().unwrap_or(0)
}

/// Committed offsets, and the positions that differ from them. Groups at the same place share a caret.
fn carets(broker: &Broker, (topic, partition): (TopicId, u16), readers: &[Reader<'_>], slots: Slots, y: f32) -> Vec<Caret> {
    let mut carets: Vec<Caret> = Vec::new();
    let mut put = |reader: &Reader<'_>, offset: u32, committed: bool| {
        let there = carets.iter_mut().find(|caret| (caret.offset, caret.committed) == (offset, committed));
        match there {
            Some(caret) => {
                caret.accent |= reader.accent;
                if caret.groups.iter().all(|group| group != reader.name) {
                    caret.groups.push(reader.name.to_owned());
                }
            }
            None => {
                let at = Point { x: slots.middle(offset), y };
                carets.push(Caret { groups: vec![reader.name.to_owned()], offset, committed, accent: reader.accent, at });
            }
        }
    };
    for reader in readers {
        let committed = broker.committed(reader.group, topic, partition);
        if let Some(offset) = committed {
            put(reader, offset, true);
        }
        for offset in positions(reader, (topic, partition)).filter(|offset| committed != Some(*offset)) {
            put(reader, offset, false);
        }
    }
    carets
}
