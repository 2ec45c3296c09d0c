//! The board at one moment: every card with what is on it, read from the running world.

use crate::board::{BrokerNode, ClientNode, Do, FieldSource, ServiceNode, WireKind};
use crate::broker::GroupState;
use crate::broker::client::{ConsumerConfig, Reset};
use crate::net::Key;
use crate::service::Service;
use crate::session::Session;
use crate::sim::{NodeId, Role, Span};

use super::cards::{BrokerCard, ClientCard, Frame, Point, ProcessState, Rect, ServiceCard, TopicView};
use super::crowd::summarised;
use super::inspect::Selection;
use super::inspector::unusual;
use super::lanes::{Sight, partitions};
use super::layout::{self, Lanes, Side};

/// How many characters the foot of a service's card has room for, and what the space between two figures takes of them.
const FOOT: usize = 32;
const GAP: usize = 2;

impl Session {
    /// What is on the board at the cursor. What is selected is marked in it.
    pub fn frame(&self, selected: Selection) -> Frame {
        let board = self.board();
        let sight = Sight::of(self, selected);
        let mut frame = Frame::default();
        frame.clients.extend(board.clients.iter().map(|node| self.client_card(node)));
        frame.brokers.extend(board.brokers.iter().map(|node| self.broker_card(node, &sight)));
        for node in &board.services {
            let card = self.service_card(node, &frame, selected);
            frame.services.push(card);
        }
        frame.wires = self.wires(&frame);
        frame.bounds = frame.around();
        frame
    }

    /// Brings what lies in the lanes of a frame up to the cursor, and leaves all else as it was: the page reads this more often.
    /// True if any lane has changed.
    pub fn read_lanes(&self, frame: &mut Frame, selected: Selection) -> bool {
        let sight = Sight::of(self, selected);
        let mut changed = false;
        for card in &mut frame.brokers {
            let Some(node) = self.board().brokers.iter().find(|node| node.id == card.id) else { continue };
            let topics = broker_topics(node, &sight).1;
            changed |= topics != card.topics;
            card.topics = topics;
        }
        changed
    }

    fn client_card(&self, node: &ClientNode) -> ClientCard {
        let lines = self.client_lines(node);
        let rect = layout::client(place(node.x, node.y), &lines);
        ClientCard { id: node.id, title: node.title.clone(), rect, lines, state: self.state_of(node.id, Role::Client) }
    }

    /// Lines that come and go would move the card's wire: only those that stay once they are there are left out at first.
    fn client_lines(&self, node: &ClientNode) -> Vec<String> {
        let board = self.board();
        let Some(client) = self.world().client(node.id) else { return Vec::new() };
        let fields = board.message(&node.sends).map_or(&[][..], |kind| &kind.fields);
        let numbered = fields.iter().find(|field| field.from == FieldSource::Number);
        let noun = numbered.map_or("request", |field| &field.name);
        let mut lines = vec![how_often(noun, client.config.interval)];
        let key = fields.iter().find_map(|field| match &field.from {
            FieldSource::Key(set) => board.keys.iter().find(|known| known.name == *set),
            _ => None,
        });
        if let Some(set) = key {
            lines.push(match set.size {
                0 | 1 => format!("1 {}, A", set.name.strip_suffix('s').unwrap_or(&set.name)),
                size => format!("{size} {}, A–{}", set.name, Key::Letter(size - 1)),
            });
        }
        lines.push(format!("{} {}", client.sent, if noun == "order" { "placed" } else { "sent" }));
        lines.push(format!("{} waiting", client.caller.waiting()));
        let later = [(client.by_hand, "by hand"), (client.given_up, "given up"), (client.left_out, "left out")];
        lines.extend(later.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")));
        lines
    }

    fn broker_card(&self, node: &BrokerNode, sight: &Sight<'_>) -> BrokerCard {
        let (rect, topics) = broker_topics(node, sight);
        let state = self.state_of(node.id, Role::Broker);
        let note = match state {
            ProcessState::Up => "1 of 1 up",
            down => down.name(),
        };
        BrokerCard {
            id: node.id,
            process: crate::board::Process { node: node.id, role: Role::Broker, ordinal: 0 },
            title: node.title.clone(),
            note: note.to_owned(),
            state,
            rect,
            topics,
        }
    }

    fn service_card(&self, node: &ServiceNode, frame: &Frame, selected: Selection) -> ServiceCard {
        let rows = self.rows(node);
        let count = rows.len();
        let (mut instances, mut rest) = summarised(rows, self.world().service(node.id), selected);
        let listed = instances.len();
        let rect = layout::service(place(node.x, node.y), listed + usize::from(rest.is_some()));
        for (nth, row) in instances.iter_mut().enumerate() {
            row.rect = layout::row(rect, nth);
        }
        if let Some(rest) = &mut rest {
            rest.rect = layout::row(rect, listed);
        }
        let tray = self.tray(node, rect, self.publishing_side(node.id, rect, frame));
        let group = self.group_state(node.id);
        let rebalances = group.is_some_and(|(state, _)| state.is_rebalancing());
        let note = match (group, count) {
            (Some(_), _) if rebalances => "rebalancing".to_owned(),
            (Some((_, generation)), _) => format!("generation {generation}"),
            (None, 1) => "1 instance".to_owned(),
            (None, count) => format!("{count} instances"),
        };
        ServiceCard { id: node.id, title: node.title.clone(), note, rect, instances, rest, foot: self.foot(node), tray }
    }

    /// The side of a service's card that faces the topic that it publishes to.
    pub(super) fn publishing_side(&self, service: NodeId, rect: Rect, frame: &Frame) -> Side {
        let topic = self.board().wires.iter().find_map(|wire| match &wire.is {
            WireKind::Publish { from, topic } if *from == service => Some(topic),
            _ => None,
        });
        let broker = topic.and_then(|topic| self.board().topic(topic)).and_then(|(broker, _)| frame.rect_of(broker.id));
        broker.map_or(Side::Right, |broker| layout::facing(rect, broker).0)
    }

    /// What the first group that a service reads in is doing, and its generation or epoch; Empty and 0 before its first
    /// request.
    fn group_state(&self, service: NodeId) -> Option<(GroupState, u32)> {
        self.board().wires.iter().find_map(|wire| match &wire.is {
            WireKind::Consume { to, topic, group } if *to == service => {
                let (broker, _) = self.board().topic(topic)?;
                let group = self.world().names().group_id(group)?;
                let state = self.world().broker(broker.id)?.coordinator().state_of(group);
                Some(state.unwrap_or((GroupState::Empty, 0)))
            }
            _ => None,
        })
    }

    fn foot(&self, node: &ServiceNode) -> Vec<String> {
        let Some(service) = self.world().service(node.id) else { return Vec::new() };
        let writes = |name: &str| {
            let lines = node.programs().flat_map(|(_, lines)| lines);
            lines.into_iter().any(|line| matches!(&line.does, Do::Write(write) if write.table == name))
        };
        let mut foot = Vec::new();
        for (id, name) in self.world().names().tables() {
            let rows = service.store.rows(id).count();
            if rows > 0 || writes(name) {
                foot.push(format!("{name} {rows}"));
            }
        }
        if let Some(behind) = self.behind(service) {
            foot.push(format!("{behind} behind"));
        }
        let tracked = service.store.tracked_count();
        if tracked > 0 || node.tracks() {
            foot.push(format!("processed {tracked}"));
        }
        // What is out of the ordinary comes before the count of what was processed.
        let usual = foot.len() - usize::from(foot.last().is_some_and(|last| last.starts_with("processed ")));
        let slowed = (service.store_times > 1).then(|| format!("database {} × as long", service.store_times));
        foot.splice(usual..usual, slowed.into_iter().chain(unusual(&service.store, self.now())));
        // What does not fit is in the inspector, whole.
        while foot.len() > 1 && foot.iter().map(|figure| figure.chars().count() + GAP).sum::<usize>() > FOOT {
            foot.pop();
        }
        foot
    }

    /// How many records a service's groups have still to commit.
    fn behind(&self, service: &Service) -> Option<u64> {
        let lag = |config: &ConsumerConfig| -> u64 {
            let Some(broker) = self.world().broker(config.broker.node) else { return 0 };
            (0..config.partitions)
                .filter_map(|partition| {
                    let end = broker.log(config.topic, partition)?.end();
                    let start = if config.auto_offset_reset == Reset::Earliest { 0 } else { end };
                    let committed = broker.committed(config.group, config.topic, partition).unwrap_or(start);
                    Some(u64::from(end.saturating_sub(committed)))
                })
                .sum()
        };
        (!service.config.consumes.is_empty()).then(|| service.config.consumes.values().map(lag).sum())
    }
}

/// Where a broker's card is, and its topics on it.
fn broker_topics(node: &BrokerNode, sight: &Sight<'_>) -> (Rect, Vec<TopicView>) {
    let plans: Vec<Lanes> = node.topics.iter().map(|topic| Lanes::of(usize::from(partitions(topic)))).collect();
    let (rect, places) = layout::broker(place(node.x, node.y), &plans);
    (rect, sight.topics(node, &plans, &places))
}

fn place(x: i32, y: i32) -> Point {
    Point { x: x as f32, y: y as f32 }
}

impl ServiceCard {
    /// The row of an instance, be it its own or the one of many.
    pub fn row_of(&self, ordinal: u16) -> Option<Rect> {
        let own = self.instances.iter().find(|row| row.process.ordinal == ordinal).map(|row| row.rect);
        own.or_else(|| self.rest.as_ref().filter(|rest| rest.ordinals.binary_search(&ordinal).is_ok()).map(|rest| rest.rect))
    }
}

/// How often a client sends: many in a second as how many, few as every how long.
fn how_often(noun: &str, interval: Span) -> String {
    match interval.0 {
        us @ 1..1_000_000 => {
            let tenths = (10_000_000 + us / 2) / us;
            let point = if tenths % 10 == 0 { String::new() } else { format!(".{}", tenths % 10) };
            format!("{}{point} {noun}s / s", tenths / 10)
        }
        _ => format!("1 {noun} every {interval}"),
    }
}

impl Frame {
    /// Where a card is.
    pub fn rect_of(&self, node: NodeId) -> Option<Rect> {
        let clients = self.clients.iter().map(|card| (card.id, card.rect));
        let services = self.services.iter().map(|card| (card.id, card.rect));
        let brokers = self.brokers.iter().map(|card| (card.id, card.rect));
        clients.chain(services).chain(brokers).find(|(id, _)| *id == node).map(|(_, rect)| rect)
    }

    /// A service's card.
    pub fn service(&self, node: NodeId) -> Option<&ServiceCard> {
        self.services.iter().find(|card| card.id == node)
    }

    /// The smallest rectangle around all cards.
    pub(super) fn around(&self) -> Rect {
        self.all_rects().reduce(Rect::with).unwrap_or_default()
    }

    fn all_rects(&self) -> impl Iterator<Item = Rect> + '_ {
        let services = self.services.iter().flat_map(|card| [Some(card.rect), card.tray.as_ref().map(|tray| tray.rect)]);
        let clients = self.clients.iter().map(|card| card.rect);
        services.flatten().chain(clients).chain(self.brokers.iter().map(|card| card.rect))
    }
}
