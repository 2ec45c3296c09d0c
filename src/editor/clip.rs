//! A part of a board that can be put on a board: what duplicating and the clipboard share.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::board::{Board, BrokerNode, ClientNode, FieldSource, KeySet, MessageType, ServiceNode, Wire, WireKind};
use crate::sim::NodeId;

use super::delete::drop_unwired_lines;
use super::draft::{Draft, Item, free_title, numbered};
use super::offers::made_by;
use super::programs::read_no_more;
use super::rename::makes;

/// The version of the text that this program writes and reads.
pub(super) const VERSION: u32 = 1;

/// Nodes with the wires between them and the types that they need.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Clip {
    #[serde(rename = "crosstalk-nodes")]
    pub version: u32,
    #[serde(default)]
    pub keys: Vec<KeySet>,
    #[serde(default)]
    pub messages: Vec<MessageType>,
    #[serde(default)]
    pub clients: Vec<ClientNode>,
    #[serde(default)]
    pub services: Vec<ServiceNode>,
    #[serde(default)]
    pub brokers: Vec<BrokerNode>,
    #[serde(default)]
    pub wires: Vec<Wire>,
}

impl Clip {
    /// Nodes of a board. Wires to a topic are taken along with its broker.
    pub fn of(board: &Board, nodes: &[NodeId]) -> Clip {
        let clients: Vec<ClientNode> = board.clients.iter().filter(|node| nodes.contains(&node.id)).cloned().collect();
        let services: Vec<ServiceNode> = board.services.iter().filter(|node| nodes.contains(&node.id)).cloned().collect();
        let brokers: Vec<BrokerNode> = board.brokers.iter().filter(|node| nodes.contains(&node.id)).cloned().collect();
        let inner = |wire: &&Wire| match &wire.is {
            WireKind::Call { from, to } => nodes.contains(from) && nodes.contains(to),
            WireKind::Publish { from: service, topic } | WireKind::Consume { to: service, topic, .. } => {
                nodes.contains(service) && board.topic(topic).is_some_and(|(broker, _)| nodes.contains(&broker.id))
            }
        };
        let handlers = || services.iter().flat_map(|service| &service.handlers);
        let made = handlers().flat_map(|handler| &handler.lines).filter_map(|line| made_by(&line.does));
        let types: BTreeSet<&str> = clients
            .iter()
            .map(|client| client.sends.as_str())
            .chain(handlers().map(|handler| handler.on.as_str()))
            .chain(made.map(|(_, message)| message))
            .collect();
        let messages: Vec<MessageType> =
            board.messages.iter().filter(|kind| types.contains(kind.name.as_str())).cloned().collect();
        let sets: BTreeSet<&str> = messages
            .iter()
            .flat_map(|kind| &kind.fields)
            .filter_map(|field| if let FieldSource::Key(set) = &field.from { Some(set.as_str()) } else { None })
            .collect();
        Clip {
            version: VERSION,
            keys: board.keys.iter().filter(|set| sets.contains(set.name.as_str())).cloned().collect(),
            wires: board.wires.iter().filter(inner).cloned().collect(),
            messages,
            clients,
            services,
            brokers,
        }
    }

    /// Whether there is no node in it.
    pub fn is_empty(&self) -> bool {
        self.clients.is_empty() && self.services.is_empty() && self.brokers.is_empty()
    }

    /// The upper left corner of its nodes.
    pub fn corner(&self) -> (i32, i32) {
        let places = self.clients.iter().map(|node| (node.x, node.y)).chain(self.services.iter().map(|node| (node.x, node.y)));
        let places = places.chain(self.brokers.iter().map(|node| (node.x, node.y)));
        places.reduce(|one, other| (one.0.min(other.0), one.1.min(other.1))).unwrap_or_default()
    }
}

/// Names and ids on the clip, and what they became on the board.
#[derive(Default)]
struct Renamed {
    messages: BTreeMap<String, String>,
    nodes: BTreeMap<NodeId, NodeId>,
    /// The groups that services joined by their own name.
    groups: BTreeMap<NodeId, (String, String)>,
}

impl Renamed {
    fn message(&self, name: &mut String) {
        if let Some(new) = self.messages.get(name) {
            name.clone_from(new);
        }
    }
}

impl Draft<'_> {
    /// Puts a clip on the board, moved by so much. Everything gets new ids and, where its own is taken, a new name.
    pub(super) fn put(&mut self, clip: &Clip, (dx, dy): (i32, i32)) {
        let mut renamed = Renamed::default();
        self.put_types(clip, &mut renamed);
        for client in &clip.clients {
            let (id, title) = (self.ids.node(), free_title(&self.board, &client.title));
            let (x, y) = (client.x.saturating_add(dx), client.y.saturating_add(dy));
            let mut node = ClientNode { id, title, x, y, ..client.clone() };
            renamed.message(&mut node.sends);
            renamed.nodes.insert(client.id, id);
            self.board.clients.push(node);
            self.made.push(Item::Node(id));
        }
        let first_new = self.board.services.len();
        for service in &clip.services {
            let (id, title) = (self.ids.node(), free_title(&self.board, &service.title));
            let (x, y) = (service.x.saturating_add(dx), service.y.saturating_add(dy));
            let mut node = ServiceNode { id, title, x, y, ..service.clone() };
            for handler in &mut node.handlers {
                renamed.message(&mut handler.on);
                handler.lines.iter_mut().filter_map(makes).for_each(|(message, _)| renamed.message(message));
            }
            renamed.nodes.insert(service.id, id);
            renamed.groups.insert(service.id, (service.process_name(), node.process_name()));
            self.board.services.push(node);
            self.made.push(Item::Node(id));
        }
        for broker in &clip.brokers {
            self.put_broker(broker, (dx, dy));
        }
        self.put_wires(clip, &renamed);
        self.loosen(first_new);
    }

    fn put_types(&mut self, clip: &Clip, renamed: &mut Renamed) {
        let sets: BTreeMap<String, String> =
            clip.keys.iter().map(|set| (set.name.clone(), self.bring_keys(set.clone()))).collect();
        for kind in &clip.messages {
            let mut wanted = kind.clone();
            for field in &mut wanted.fields {
                if let FieldSource::Key(set) = &mut field.from
                    && let Some(new) = sets.get(set)
                {
                    set.clone_from(new);
                }
            }
            renamed.messages.insert(kind.name.clone(), self.bring_type(wanted));
        }
    }

    /// A board has one broker for now: another one's topics go into it.
    fn put_broker(&mut self, broker: &BrokerNode, (dx, dy): (i32, i32)) {
        let Some(known) = self.board.brokers.first_mut() else {
            let (id, title) = (self.ids.node(), free_title(&self.board, &broker.title));
            let (x, y) = (broker.x.saturating_add(dx), broker.y.saturating_add(dy));
            self.board.brokers.push(BrokerNode { id, title, x, y, ..broker.clone() });
            self.made.push(Item::Node(id));
            return;
        };
        let new: Vec<_> =
            broker.topics.iter().filter(|topic| !known.topics.iter().any(|other| other.name == topic.name)).cloned().collect();
        self.made.extend(new.iter().map(|topic| Item::Topic(topic.name.clone())));
        self.notes.push(format!("A board has one broker for now: {} keeps the topics.", known.title));
        known.topics.extend(new);
    }

    fn put_wires(&mut self, clip: &Clip, renamed: &Renamed) {
        for wire in &clip.wires {
            let node = |id: &NodeId| renamed.nodes.get(id).copied();
            let there = |topic: &str| self.board.topic(topic).is_some();
            let is = match &wire.is {
                WireKind::Call { from, to } => node(from).zip(node(to)).map(|(from, to)| WireKind::Call { from, to }),
                WireKind::Publish { from, topic } => {
                    node(from).filter(|_| there(topic)).map(|from| WireKind::Publish { from, topic: topic.clone() })
                }
                WireKind::Consume { to, topic, group } => {
                    let own = renamed.groups.get(to).filter(|(old, _)| old == group).map(|(_, new)| new);
                    let taken = |name: &str| {
                        let groups = self.board.wires.iter().filter_map(|wire| match &wire.is {
                            WireKind::Consume { to: other, group, .. } if Some(*other) != node(to) => Some(group),
                            _ => None,
                        });
                        groups.into_iter().any(|group| group == name)
                    };
                    let group = own.map_or_else(|| group.clone(), |own| numbered(own, "-", taken));
                    let to = node(to).filter(|_| there(topic));
                    to.map(|to| WireKind::Consume { to, topic: topic.clone(), group })
                }
            };
            if let Some(is) = is {
                let id = self.ids.wire();
                self.board.wires.push(Wire { id, is, settings: wire.settings.clone() });
                self.made.push(Item::Wire(id));
            }
        }
    }

    /// New services are not wired to what was left behind: what needs that waits for a wire.
    fn loosen(&mut self, first_new: usize) {
        let topics: BTreeSet<String> =
            self.board.brokers.iter().flat_map(|broker| &broker.topics).map(|topic| topic.name.clone()).collect();
        for service in self.board.services.iter_mut().skip(first_new) {
            for handler in &mut service.handlers {
                if let Some(topic) = handler.from.clone().filter(|topic| !topics.contains(topic)) {
                    read_no_more(handler);
                    let note = format!("There is no topic {topic} here: {} answers requests until it is wired.", service.title);
                    self.notes.push(note);
                }
            }
        }
        let lines = |board: &Board| -> Vec<usize> {
            let count = |service: &ServiceNode| service.handlers.iter().map(|handler| handler.lines.len()).sum();
            board.services.iter().map(count).collect()
        };
        let before = lines(&self.board);
        drop_unwired_lines(&mut self.board);
        for (service, (before, after)) in self.board.services.iter().zip(before.iter().zip(lines(&self.board))) {
            if after < *before {
                let note = format!("{} is not wired to a topic: the lines that publish come with the wire.", service.title);
                self.notes.push(note);
            }
        }
    }
}
