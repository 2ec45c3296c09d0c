//! What a board is made of.

use serde::{Deserialize, Serialize};

use crate::sim::{HandlerId, NodeId, WireId};

use super::action::Pin;
use super::goal::Step;
use super::on_failure::OnFailure;
use super::planned::{Planned, with_ids};
use super::program::LineDoc;
use super::relay::RelayDoc;
use super::settings::{Place, Settings, Timings};

/// The version of the document that this program writes and reads.
pub const SCHEMA: u32 = 1;

/// A board: everything that is saved, shared and undone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Board {
    /// The document's version: [`SCHEMA`].
    pub schema: u32,
    /// The name that is shown.
    pub title: String,
    /// What the board shows, in a sentence or two.
    #[serde(default)]
    pub about: String,
    /// What to try, a step each.
    #[serde(default)]
    pub tries: Vec<Step>,
    /// The seed of its runs.
    pub seed: u64,
    /// Which defaults its settings have.
    #[serde(default)]
    pub timings: Timings,
    /// Key sets by name.
    #[serde(default)]
    pub keys: Vec<KeySet>,
    /// Message types.
    pub messages: Vec<MessageType>,
    /// Where requests come from.
    #[serde(default)]
    pub clients: Vec<ClientNode>,
    /// The services.
    #[serde(default)]
    pub services: Vec<ServiceNode>,
    /// The broker; at most one for now.
    #[serde(default)]
    pub brokers: Vec<BrokerNode>,
    /// What connects them.
    #[serde(default)]
    pub wires: Vec<Wire>,
    /// Failures between two lines.
    #[serde(default)]
    pub pins: Vec<Pin>,
    /// Failures and other actions at their times.
    #[serde(default, deserialize_with = "with_ids")]
    pub planned: Vec<Planned>,
}

/// A set of keys, written `A`, `B`, `C` and so on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeySet {
    /// Its name.
    pub name: String,
    /// How many there are: 1 to 100,000.
    pub size: u32,
    /// How often each is drawn.
    #[serde(default)]
    pub distribution: KeyDistribution,
}

/// How often each key of a set is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyDistribution {
    /// All alike.
    #[default]
    Uniform,
    /// The first twice as often as the second, three times as often as the third.
    Zipf,
    /// Four of five are the first; the others share the rest alike.
    OneBig,
}

/// A message type: its name and fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageType {
    /// Its name, as in `OrderPlaced`.
    pub name: String,
    /// Whether it asks for something, tells of something, or carries data.
    #[serde(default)]
    pub kind: MessageKind,
    /// Its fields in order; at most 8. A message made from another copies fields by name.
    pub fields: Vec<Field>,
}

/// What a message is for; its shape on the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MessageKind {
    /// Asks for something to be done: a square.
    Command,
    /// Tells that something has happened: a circle.
    #[default]
    Event,
    /// Carries data: a diamond.
    Document,
    /// Answers: a triangle.
    Reply,
}

/// A field of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its name, as in `amount`.
    pub name: String,
    /// Where a client takes its value from.
    pub from: FieldSource,
}

/// Where a client takes a field's value from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum FieldSource {
    /// The intent's number.
    Number,
    /// A key of the set of that name.
    Key(String),
    /// Money: from the first to the second, in cents.
    Cents(i32, i32),
}

/// A client: it sends requests on its own schedule, whatever becomes of them (an open loop).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientNode {
    /// Its id.
    pub id: NodeId,
    /// Its name on the screen.
    pub title: String,
    /// Left edge on the board.
    #[serde(default)]
    pub x: i32,
    /// Top edge on the board.
    #[serde(default)]
    pub y: i32,
    /// The message type that it sends.
    pub sends: String,
    /// How arrivals are spread.
    #[serde(default)]
    pub arrivals: Arrivals,
    /// Settings that differ from their defaults.
    #[serde(default, skip_serializing_if = "Settings::is_empty")]
    pub settings: Settings,
}

/// How a client's arrivals are spread over time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arrivals {
    /// One every interval.
    #[default]
    Fixed,
    /// At random, one every interval on average (exponential gaps).
    Poisson,
}

/// A service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceNode {
    /// Its id.
    pub id: NodeId,
    /// Its name on the screen.
    pub title: String,
    /// Left edge on the board.
    #[serde(default)]
    pub x: i32,
    /// Top edge on the board.
    #[serde(default)]
    pub y: i32,
    /// What it does with each message.
    pub handlers: Vec<HandlerDoc>,
    /// The process that publishes its outbox, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relay: Option<RelayDoc>,
    /// Settings that differ from their defaults.
    #[serde(default, skip_serializing_if = "Settings::is_empty")]
    pub settings: Settings,
}

/// A handler: what the service does with one type of message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandlerDoc {
    /// Its id, unique in the service.
    pub id: HandlerId,
    /// The message type.
    pub on: String,
    /// The topic that it is read from; none for a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What happens to a message whose handling fails.
    #[serde(default, skip_serializing_if = "OnFailure::is_retry")]
    pub on_failure: OnFailure,
    /// Its lines.
    pub lines: Vec<LineDoc>,
}

/// A broker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrokerNode {
    /// Its id.
    pub id: NodeId,
    /// Its name on the screen.
    pub title: String,
    /// Left edge on the board.
    #[serde(default)]
    pub x: i32,
    /// Top edge on the board.
    #[serde(default)]
    pub y: i32,
    /// Its topics.
    pub topics: Vec<TopicDoc>,
    /// Settings that differ from their defaults.
    #[serde(default, skip_serializing_if = "Settings::is_empty")]
    pub settings: Settings,
}

/// A topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicDoc {
    /// Its name.
    pub name: String,
    /// 1 to 64; it only grows while a board runs.
    pub partitions: u16,
}

/// A wire: a network path between two nodes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wire {
    /// Its id.
    pub id: WireId,
    /// What it connects.
    pub is: WireKind,
    /// Settings that differ from their defaults.
    #[serde(default, skip_serializing_if = "Settings::is_empty")]
    pub settings: Settings,
}

/// What a wire connects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum WireKind {
    /// A client's requests to a service, and the replies.
    Call {
        /// The client.
        from: NodeId,
        /// The service.
        to: NodeId,
    },
    /// What a service publishes to a topic.
    Publish {
        /// The service.
        from: NodeId,
        /// The topic.
        topic: String,
    },
    /// What a service reads from a topic.
    Consume {
        /// The service.
        to: NodeId,
        /// The topic.
        topic: String,
        /// The consumer group that its instances join.
        group: String,
    },
}

impl Board {
    /// The service of that id.
    pub fn service(&self, id: NodeId) -> Option<&ServiceNode> {
        self.services.iter().find(|service| service.id == id)
    }

    /// The service of that id, to change.
    pub fn service_mut(&mut self, id: NodeId) -> Option<&mut ServiceNode> {
        self.services.iter_mut().find(|service| service.id == id)
    }

    /// The wire of that id.
    pub fn wire(&self, id: WireId) -> Option<&Wire> {
        self.wires.iter().find(|wire| wire.id == id)
    }

    /// The settings of a node or wire.
    pub fn settings_of(&self, place: Place) -> Option<&Settings> {
        let node = match place {
            Place::Wire(id) => return self.wire(id).map(|wire| &wire.settings),
            Place::Node(id) => id,
        };
        let clients = self.clients.iter().map(|client| (client.id, &client.settings));
        let services = self.services.iter().map(|service| (service.id, &service.settings));
        let brokers = self.brokers.iter().map(|broker| (broker.id, &broker.settings));
        clients.chain(services).chain(brokers).find(|(id, _)| *id == node).map(|(_, settings)| settings)
    }

    /// Whether there is a node of that id.
    pub fn has_node(&self, id: NodeId) -> bool {
        let services = self.services.iter().map(|node| node.id);
        let ids = self.clients.iter().map(|node| node.id).chain(services).chain(self.brokers.iter().map(|node| node.id));
        ids.into_iter().any(|node| node == id)
    }

    /// The title of a node; `?` for one that is not there.
    pub fn title_of(&self, id: NodeId) -> &str {
        self.clients
            .iter()
            .map(|node| (node.id, &node.title))
            .chain(self.services.iter().map(|node| (node.id, &node.title)))
            .chain(self.brokers.iter().map(|node| (node.id, &node.title)))
            .find(|(node, _)| *node == id)
            .map_or("?", |(_, title)| title)
    }

    /// The partitions of a topic.
    pub fn topic(&self, name: &str) -> Option<(&BrokerNode, &TopicDoc)> {
        self.brokers.iter().find_map(|broker| broker.topics.iter().find(|topic| topic.name == name).map(|topic| (broker, topic)))
    }

    /// A message type by name.
    pub fn message(&self, name: &str) -> Option<&MessageType> {
        self.messages.iter().find(|kind| kind.name == name)
    }
}

impl ServiceNode {
    /// The lower-case name that processes carry: `payments-2` is the second instance of "Payments".
    pub fn process_name(&self) -> String {
        self.title.to_lowercase().split_whitespace().collect::<Vec<_>>().join("-")
    }

    /// Whether a program of it tracks what it has handled.
    pub fn tracks(&self) -> bool {
        self.handlers.iter().flat_map(|handler| &handler.lines).any(|line| line.does.tracks())
    }

    /// All programs of the service: its handlers, then the relay.
    pub fn programs(&self) -> impl Iterator<Item = (HandlerId, &[LineDoc])> {
        let handlers = self.handlers.iter().map(|handler| (handler.id, handler.lines.as_slice()));
        handlers.chain(self.relay.iter().map(|relay| (relay.id, relay.lines.as_slice())))
    }
}
