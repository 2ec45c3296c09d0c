//! Wires: what can be connected with what, which lines that can add, and why not.

use crate::board::{Board, ServiceNode, Settings, Wire, WireKind};
use crate::sim::{HandlerId, NodeId};

use super::draft::{Draft, Edited, Item};
use super::error::{EditError, Refusal};
use super::ids::Ids;
use super::offers::{call, handler_of_requests, publishing, reading};
use super::programs::{answers, handles, read_from};

/// An end of a wire.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// A client, a service, or a broker: then the offers are those for each of its topics.
    Node(NodeId),
    /// A topic.
    Topic(String),
}

/// A line that makes a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Making {
    /// The handler that gets it.
    pub handler: HandlerId,
    /// The message type; it comes along if it is not there, with the fields of what the handler handles.
    pub message: String,
}

/// What a wire does to the programs at its ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// A client's requests to a service, which gets a handler for them if it has none.
    Call {
        /// The client.
        client: NodeId,
        /// The service.
        service: NodeId,
    },
    /// A line that publishes after the commit.
    Publish {
        /// The service.
        service: NodeId,
        /// The topic.
        topic: String,
        /// The line.
        making: Making,
    },
    /// A line that writes to the outbox before the commit, and a relay that publishes.
    Outbox {
        /// The service.
        service: NodeId,
        /// The topic.
        topic: String,
        /// The line.
        making: Making,
    },
    /// Only the wire, for a service that publishes later.
    WireOnly {
        /// The service.
        service: NodeId,
        /// The topic.
        topic: String,
    },
    /// A service reads from a topic.
    Read {
        /// The service.
        service: NodeId,
        /// The topic.
        topic: String,
        /// The consumer group.
        group: String,
        /// The message type that is handled.
        message: String,
        /// The handler that reads from now on; none for a new one.
        handler: Option<HandlerId>,
    },
}

/// One way to connect two ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What it does.
    pub way: Way,
    /// In a few words, for its button.
    pub words: String,
    /// What it changes, in a sentence.
    pub sentence: String,
    /// The message types that the way can be about; the first is what it is about. Empty where there is no choice.
    pub messages: Vec<String>,
}

impl Offer {
    /// The same about another of its message types. A name that is not offered changes nothing.
    pub fn about(mut self, chosen: &str) -> Offer {
        let known = self.messages.iter().any(|name| name == chosen);
        if let (true, Way::Publish { making, .. } | Way::Outbox { making, .. }) = (known, &mut self.way) {
            chosen.clone_into(&mut making.message);
        }
        self
    }

    /// The same, reading as another consumer group.
    pub fn as_group(mut self, chosen: &str) -> Offer {
        if let Way::Read { group, .. } = &mut self.way {
            chosen.clone_into(group);
        }
        self
    }
}

/// Whether two ends can be connected, in this direction.
///
/// # Errors
/// Why not, and what to do instead.
pub fn judge(board: &Board, from: &End, to: &End) -> Result<(), Refusal> {
    offers(board, from, to).map(drop)
}

/// An end, found on the board.
enum Found<'a> {
    Client(NodeId, &'a str),
    Service(&'a ServiceNode),
    /// A topic or, for a broker, all of its topics.
    Topics(Vec<&'a str>),
}

fn find<'a>(board: &'a Board, end: &End) -> Result<Found<'a>, Refusal> {
    let gone = || Refusal::new("It is no longer on the board", "choose another end");
    match end {
        End::Topic(name) => match board.topic(name) {
            Some((_, topic)) => Ok(Found::Topics(vec![&topic.name])),
            None => Err(gone()),
        },
        End::Node(id) => {
            let client = board.clients.iter().find(|client| client.id == *id);
            let client = client.map(|client| Found::Client(client.id, &client.title));
            let broker = || board.brokers.iter().find(|broker| broker.id == *id);
            let topics = || broker().map(|broker| broker.topics.iter().map(|topic| topic.name.as_str()).collect());
            client.or_else(|| board.service(*id).map(Found::Service)).or_else(|| topics().map(Found::Topics)).ok_or_else(gone)
        }
    }
}

/// The ways to connect two ends, in this direction; at least one.
///
/// # Errors
/// Why there is none, and what to do instead.
pub fn offers(board: &Board, from: &End, to: &End) -> Result<Vec<Offer>, Refusal> {
    if from == to {
        return Err(Refusal::new("A wire leads from one thing to another", "choose another end"));
    }
    let refused = |reason: &str, mend: String| Err(Refusal::new(reason, mend));
    match (find(board, from)?, find(board, to)?) {
        (Found::Client(client, title), Found::Service(service)) => Ok(vec![call(board, client, title, service)?]),
        (Found::Service(service), Found::Topics(topics)) => each(&topics, |topic, many| publishing(board, service, topic, many)),
        (Found::Topics(topics), Found::Service(service)) => each(&topics, |topic, many| reading(board, service, topic, many)),
        (Found::Client(..), Found::Topics(_)) => {
            refused("A client talks to services, not to topics", "add a service between them".to_owned())
        }
        (Found::Topics(_), Found::Client(..)) => refused("A client reads from no topic", "let a service read from it".to_owned()),
        (Found::Service(service), Found::Client(_, client)) => refused(
            "A service answers its clients over the wire that they call it by",
            format!("draw the wire from {client} to {}", service.title),
        ),
        (Found::Client(_, one), Found::Client(..)) => {
            refused("Clients send requests to services, not to each other", format!("draw the wire from {one} to a service"))
        }
        (Found::Service(one), Found::Service(other)) => refused(
            "Services talk to each other through topics for now",
            format!("let {} publish to a topic, and {} read from it", one.title, other.title),
        ),
        (Found::Topics(_), Found::Topics(_)) => refused(
            "Records do not go from topic to topic by themselves",
            "let a service read from one and publish to the other".to_owned(),
        ),
    }
}

/// The offers of all topics; the first refusal where no topic has any.
fn each<'a>(topics: &[&'a str], of: impl Fn(&'a str, bool) -> Result<Vec<Offer>, Refusal>) -> Result<Vec<Offer>, Refusal> {
    let mut all = Vec::new();
    let mut refusal = None;
    for topic in topics {
        match of(topic, topics.len() > 1) {
            Ok(offers) => all.extend(offers),
            Err(refused) => refusal = refusal.or(Some(refused)),
        }
    }
    if all.is_empty() {
        Err(refusal.unwrap_or_else(|| Refusal::new("The broker has no topic", "add a topic to it first")))
    } else {
        Ok(all)
    }
}

/// Connects two ends in one of the ways that were offered.
///
/// # Errors
/// If the board is no longer the one that it was offered for.
pub fn wire(board: &Board, ids: &Ids, offer: &Offer) -> Result<Edited, EditError> {
    let mut draft = Draft::of(board, ids);
    let (kind, label) = match &offer.way {
        Way::Call { client, service } => {
            let sends = board.clients.iter().find(|node| node.id == *client);
            let sends = sends.ok_or_else(|| EditError::Missing(format!("client with id {}", client.0)))?.sends.clone();
            let node = draft.service(*service)?.clone();
            if handler_of_requests(&node, &sends).is_none() {
                let lines = answers(draft.message(&sends)?, &node.process_name());
                let handler = draft.handler(*service, &sends, None, lines);
                draft.service(*service)?.handlers.push(handler);
            }
            let label = format!("wire {} to {}", board.title_of(*client), node.title);
            (WireKind::Call { from: *client, to: *service }, label)
        }
        Way::Publish { service, topic, making } | Way::Outbox { service, topic, making } => {
            let outbox = matches!(offer.way, Way::Outbox { .. });
            draft.make(*service, topic, making, outbox)?;
            publish(board, *service, topic)
        }
        Way::WireOnly { service, topic } => publish(board, *service, topic),
        Way::Read { service, topic, group, message, handler } => {
            draft.read(*service, topic, message, *handler)?;
            let label = format!("wire {topic} to {}", board.title_of(*service));
            (WireKind::Consume { to: *service, topic: topic.clone(), group: group.clone() }, label)
        }
    };
    if !draft.board.wires.iter().any(|wire| wire.is == kind) {
        let id = draft.ids.wire();
        draft.board.wires.push(Wire { id, is: kind, settings: Settings::default() });
        draft.made.push(Item::Wire(id));
    }
    draft.finish(label)
}

fn publish(board: &Board, service: NodeId, topic: &str) -> (WireKind, String) {
    let label = format!("wire {} to {topic}", board.title_of(service));
    (WireKind::Publish { from: service, topic: topic.to_owned() }, label)
}

impl Draft<'_> {
    /// Lets a service read from a topic.
    fn read(&mut self, id: NodeId, topic: &str, message: &str, taken: Option<HandlerId>) -> Result<(), EditError> {
        let node = self.service(id)?.clone();
        let Some(taken) = taken else {
            let lines = handles(self.message(message)?, &node.process_name());
            let handler = self.handler(id, message, Some(topic), lines);
            self.service(id)?.handlers.push(handler);
            return Ok(());
        };
        let mut ids = self.ids.clone();
        let handler = self.service(id)?.handlers.iter_mut().find(|handler| handler.id == taken);
        let handler = handler.ok_or_else(|| EditError::Missing(format!("program {} of {}", taken.0, node.title)))?;
        read_from(handler, topic, || ids.line(id));
        self.ids = ids;
        Ok(())
    }
}
