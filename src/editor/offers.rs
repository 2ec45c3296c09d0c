//! The offers of a wire: which programs it could change, and how.

use crate::board::{Board, Do, HandlerDoc, MessageKind, MessageType, ServiceNode, WireKind};
use crate::sim::InOrder;
use crate::sim::{HandlerId, NodeId};

use super::draft::numbered;
use super::error::Refusal;
use super::types::{can_be_made_from, event_after, event_of};
use super::wiring::{Making, Offer, Way};

pub(super) fn call(board: &Board, client: NodeId, title: &str, service: &ServiceNode) -> Result<Offer, Refusal> {
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

pub(super) fn handler_of_requests<'a>(service: &'a ServiceNode, message: &str) -> Option<&'a HandlerDoc> {
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

pub(super) fn publishing(board: &Board, service: &ServiceNode, topic: &str, many: bool) -> Result<Vec<Offer>, Refusal> {
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
pub(super) fn types_in(board: &Board, topic: &str) -> Vec<String> {
    let lines = board.services.iter().flat_map(|service| &service.handlers).flat_map(|handler| &handler.lines);
    let made = lines.filter_map(|line| made_by(&line.does)).filter(|(to, _)| *to == topic);
    let mut names: Vec<String> = made.map(|(_, message)| message.to_owned()).collect();
    let handlers = board.services.iter().flat_map(|service| &service.handlers);
    let dead = handlers.filter(|handler| handler.on_failure.dead_letters() == Some(topic));
    names.extend(dead.map(|handler| handler.on.clone()));
    if names.is_empty() {
        names.extend(board.messages.iter().filter(|kind| kind.kind == MessageKind::Event).map(|kind| kind.name.clone()));
    }
    names.in_order();
    names.dedup();
    names
}

pub(super) fn reading(board: &Board, service: &ServiceNode, topic: &str, many: bool) -> Result<Vec<Offer>, Refusal> {
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
