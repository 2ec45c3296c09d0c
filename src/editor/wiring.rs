//! Wires: what can be connected with what, which lines that can add, and why not.

use crate::board::{Board, Do, HandlerDoc, MessageKind, MessageType, ServiceNode, WireKind};
use crate::sim::{HandlerId, NodeId};

use super::draft::{Draft, Edited, Item, numbered};
use super::error::{EditError, Refusal};
use super::ids::Ids;
use super::programs::{answers, handles, read_from};
use super::types::{can_be_made_from, event_after, event_of};

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
    /// The same about another of its message types, as another group. A name that is not offered changes nothing.
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

fn call(board: &Board, client: NodeId, title: &str, service: &ServiceNode) -> Result<Offer, Refusal> {
    let known = board.wires.iter().find_map(|wire| match wire.is {
        WireKind::Call { from, to } if from == client => Some(board.title_of(to)),
        _ => None,
    });
    if let Some(known) = known {
        let mend = if known == service.title { "draw from another client".into() } else { format!("delete its wire to {known}") };
        return Err(Refusal::new(format!("{title} calls {known} already"), mend));
    }
    let sends = board.clients.iter().find(|node| node.id == client).map_or("", |node| node.sends.as_str());
    let sentence = match handler_of_requests(service, sends) {
        Some(_) => format!("{title} sends {sends} to {}, which answers.", service.title),
        None => format!("{title} sends {sends} to {}, which gets a handler for it.", service.title),
    };
    let way = Way::Call { client, service: service.id };
    Ok(Offer { way, words: format!("call {}", service.title), sentence, messages: Vec::new() })
}

fn handler_of_requests<'a>(service: &'a ServiceNode, message: &str) -> Option<&'a HandlerDoc> {
    service.handlers.iter().find(|handler| handler.from.is_none() && handler.on == message)
}

/// The topic that a line makes a message for, and the message.
pub(super) fn made_by(does: &Do) -> Option<(&str, &str)> {
    match does {
        Do::Outbox { message, topic, .. } | Do::Publish { message, topic, .. } => Some((topic, message)),
        _ => None,
    }
}

fn makes_for(handler: &HandlerDoc, topic: &str) -> bool {
    handler.lines.iter().filter_map(|line| made_by(&line.does)).any(|(to, _)| to == topic)
}

fn publishing(board: &Board, service: &ServiceNode, topic: &str, many: bool) -> Result<Vec<Offer>, Refusal> {
    let wired = publish_wire(board, service.id, topic);
    let handlers: Vec<&HandlerDoc> = service.handlers.iter().filter(|handler| !makes_for(handler, topic)).collect();
    if wired && handlers.is_empty() {
        let mend = "change its lines in the inspector, or choose another topic";
        return Err(Refusal::new(format!("{} publishes to {topic} already", service.title), mend));
    }
    let to = if many { format!(" to {topic}") } else { String::new() };
    let mut all = Vec::new();
    for handler in &handlers {
        let Some(from) = board.message(&handler.on) else { continue };
        let messages = makeable(board, service, from);
        let Some(message) = messages.first().cloned() else { continue };
        let on = if handlers.len() > 1 { format!(" on {}", handler.on) } else { String::new() };
        let making = Making { handler: handler.id, message: message.clone() };
        let (service, topic) = (service.id, topic.to_owned());
        all.push(Offer {
            words: format!("publish {message}{to}{on}"),
            sentence: format!("A line after the commit of “on {}” hands {message} to the broker.", handler.on),
            way: Way::Publish { service, topic: topic.clone(), making: making.clone() },
            messages: messages.clone(),
        });
        all.push(Offer {
            words: format!("outbox {message}{to}{on}"),
            sentence: format!("“on {}” writes {message} to the outbox in its transaction, and a relay publishes it.", handler.on),
            way: Way::Outbox { service, topic, making },
            messages,
        });
    }
    if !wired {
        all.push(Offer {
            words: format!("only the wire{to}"),
            sentence: "No line is added: nothing is published yet.".to_owned(),
            way: Way::WireOnly { service: service.id, topic: topic.to_owned() },
            messages: Vec::new(),
        });
    }
    Ok(all)
}

fn publish_wire(board: &Board, service: NodeId, topic: &str) -> bool {
    let to = topic;
    board.wires.iter().any(|wire| matches!(&wire.is, WireKind::Publish { from, topic } if *from == service && topic == to))
}

/// The events that a service can make from a message, the likeliest first. What follows from a command is the board's
/// event of that name, or another one of the board; what follows from an event is one of the service's own. It comes
/// along where it is not there.
fn makeable(board: &Board, service: &ServiceNode, from: &MessageType) -> Vec<String> {
    let fits = |kind: &MessageType| kind.kind == MessageKind::Event && kind.name != from.name && can_be_made_from(kind, from);
    let mut names: Vec<String> = board.messages.iter().filter(|kind| fits(kind)).map(|kind| kind.name.clone()).collect();
    let command = from.kind == MessageKind::Command;
    let next = if command { event_after(&from.name) } else { event_of(&service.title) };
    let next = numbered(&next, "-", |name| board.message(name).is_some_and(|known| !fits(known)));
    if let Some(at) = names.iter().position(|name| *name == next) {
        names[..=at].rotate_right(1);
    } else if names.is_empty() || !command {
        names.insert(0, next);
    }
    names
}

/// The message types that some service publishes to a topic; where none does, the board's events.
fn types_in(board: &Board, topic: &str) -> Vec<String> {
    let lines = board.services.iter().flat_map(|service| &service.handlers).flat_map(|handler| &handler.lines);
    let made = lines.filter_map(|line| made_by(&line.does)).filter(|(to, _)| *to == topic);
    let mut names: Vec<String> = made.map(|(_, message)| message.to_owned()).collect();
    if names.is_empty() {
        names.extend(board.messages.iter().filter(|kind| kind.kind == MessageKind::Event).map(|kind| kind.name.clone()));
    }
    names.sort_unstable();
    names.dedup();
    names
}

fn reading(board: &Board, service: &ServiceNode, topic: &str, many: bool) -> Result<Vec<Offer>, Refusal> {
    let group_there = board.wires.iter().find_map(|wire| match &wire.is {
        WireKind::Consume { to, topic: from, group } if *to == service.id && from == topic => Some(group),
        _ => None,
    });
    if let Some(group) = group_there {
        let reason = format!("{} reads from {topic} already, as {group}", service.title);
        return Err(Refusal::new(reason, "add another service to read it a second time"));
    }
    let types = types_in(board, topic);
    if types.is_empty() {
        let reason = format!("Nothing is published to {topic}, and the board has no event");
        return Err(Refusal::new(reason, "let a service publish to it first"));
    }
    let group = free_group(board, service);
    let called = |message: &str| {
        board.wires.iter().any(|wire| match wire.is {
            WireKind::Call { from, to } => {
                to == service.id && board.clients.iter().any(|client| client.id == from && client.sends == message)
            }
            _ => false,
        })
    };
    let fits = |handler: &&HandlerDoc| match &handler.from {
        None => types.contains(&handler.on) && !called(&handler.on),
        // Its wire was deleted: it is taken up again.
        Some(from) => from == topic,
    };
    let taken: Vec<&HandlerDoc> = service.handlers.iter().filter(fits).collect();
    let of = if many { format!(" from {topic}") } else { String::new() };
    let offer = |message: &str, handler: Option<HandlerId>, sentence: String| Offer {
        words: format!("read {message}{of} as {group}"),
        sentence,
        way: Way::Read {
            service: service.id,
            topic: topic.to_owned(),
            group: group.clone(),
            message: message.to_owned(),
            handler,
        },
        messages: Vec::new(),
    };
    let mut all: Vec<Offer> = taken
        .iter()
        .map(|handler| {
            let sentence = format!("“on {}” reads from {topic} from now on, and acknowledges instead of answering.", handler.on);
            offer(&handler.on, Some(handler.id), sentence)
        })
        .collect();
    for message in types.iter().filter(|message| !taken.iter().any(|handler| handler.on == **message)) {
        all.push(offer(message, None, format!("{} gets a handler “on {message} from {topic}”.", service.title)));
    }
    Ok(all)
}

/// The group that a service's instances join unless it is named otherwise: its own.
fn free_group(board: &Board, service: &ServiceNode) -> String {
    numbered(&service.process_name(), "-", |name| {
        board
            .wires
            .iter()
            .any(|wire| matches!(&wire.is, WireKind::Consume { to, group, .. } if *to != service.id && group == name))
    })
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
        draft.board.wires.push(crate::board::Wire { id, is: kind, settings: crate::board::Settings::default() });
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
