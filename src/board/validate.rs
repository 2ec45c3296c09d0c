//! Whether a board can be put to work: names that resolve, ids that are unique, numbers within their limits.

use std::collections::BTreeSet;

use super::document::{Board, FieldSource, HandlerDoc, ServiceNode, WireKind};
use super::error::BoardError;
use super::program::{Do, Gap, LineDoc};
use super::settings::{Setting, Settings};

type Checked = Result<(), BoardError>;

const KINDS: usize = 300;
const NODES: usize = 1_000;
const WIRES: usize = 2_000;
const TOPICS: usize = 128;
const PROGRAMS: usize = 100;
const LINES: usize = 40;
const FIELDS: usize = 8;
const TITLE: usize = 80;
const PLANNED: usize = 1_000;

/// Checks a board.
///
/// # Errors
/// The first thing that is wrong, with its place and the mend.
pub fn validate(board: &Board) -> Checked {
    limit("keys", board.keys.len(), KINDS)?;
    limit("messages", board.messages.len(), KINDS)?;
    limit("nodes", board.clients.len() + board.services.len() + board.brokers.len(), NODES)?;
    limit("wires", board.wires.len(), WIRES)?;
    limit("pins", board.pins.len(), PLANNED)?;
    limit("planned", board.planned.len(), PLANNED)?;
    limit("brokers", board.brokers.len(), 1)?;
    messages(board)?;
    nodes(board)?;
    for (at, service) in board.services.iter().enumerate() {
        service_programs(board, service, &format!("services[{at}]"))?;
    }
    wires(board)?;
    session_timeouts(board)?;
    pins(board)?;
    for (at, planned) in board.planned.iter().enumerate() {
        if let super::Action::Edit(_) = planned.action {
            return Err(BoardError::at(
                format!("planned[{at}]"),
                "a plan holds failures and sends; change the board itself instead of planning an edit",
            ));
        }
    }
    Ok(())
}

fn limit(place: &str, count: usize, most: usize) -> Checked {
    if count <= most { Ok(()) } else { Err(BoardError::at(place, format!("there are {count}, and at most {most} are taken"))) }
}

fn unique<T: Ord>(seen: &mut BTreeSet<T>, what: T, place: String, problem: &str) -> Checked {
    if seen.insert(what) { Ok(()) } else { Err(BoardError::at(place, problem)) }
}

fn name(place: String, name: &str) -> Checked {
    if name.trim().is_empty() {
        return Err(BoardError::at(place, "is empty: give it a name"));
    }
    if name.chars().count() > TITLE {
        return Err(BoardError::at(place, format!("is longer than {TITLE} characters")));
    }
    Ok(())
}

fn messages(board: &Board) -> Checked {
    let mut sets = BTreeSet::new();
    for (at, set) in board.keys.iter().enumerate() {
        let place = format!("keys[{at}]");
        name(format!("{place}.name"), &set.name)?;
        unique(&mut sets, set.name.as_str(), format!("{place}.name"), "another key set has this name")?;
        if !(1..=100_000).contains(&set.size) {
            return Err(BoardError::at(format!("{place}.size"), format!("takes 1 to 100000, not {}", set.size)));
        }
    }
    let mut kinds = BTreeSet::new();
    for (at, kind) in board.messages.iter().enumerate() {
        let place = format!("messages[{at}]");
        name(format!("{place}.name"), &kind.name)?;
        unique(&mut kinds, kind.name.as_str(), format!("{place}.name"), "another message type has this name")?;
        limit(&format!("{place}.fields"), kind.fields.len(), FIELDS)?;
        let mut fields = BTreeSet::new();
        for (f, field) in kind.fields.iter().enumerate() {
            let place = format!("{place}.fields[{f}]");
            name(format!("{place}.name"), &field.name)?;
            unique(&mut fields, field.name.as_str(), format!("{place}.name"), "another field of this type has this name")?;
            match &field.from {
                FieldSource::Key(set) if !sets.contains(set.as_str()) => {
                    return Err(BoardError::at(
                        format!("{place}.from.key"),
                        format!("there is no key set \"{set}\": add it to keys"),
                    ));
                }
                FieldSource::Cents(low, high) if low > high || *low < 0 || *high > 100_000_000 => {
                    let problem =
                        format!("takes two amounts from 0 to 100000000 cents, the smaller one first, not {low} and {high}");
                    return Err(BoardError::at(format!("{place}.from.cents"), problem));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

fn settings(place: &str, settings: &Settings, allowed: &[Setting]) -> Checked {
    for (setting, value) in &settings.0 {
        let place = format!("{place}.settings.{}", setting.info().name);
        if !allowed.contains(setting) {
            return Err(BoardError::at(place, "does not belong to this kind of place"));
        }
        setting.check(*value).map_err(|problem| BoardError::at(place, problem))?;
    }
    Ok(())
}

fn nodes(board: &Board) -> Checked {
    let mut ids = BTreeSet::new();
    for (at, client) in board.clients.iter().enumerate() {
        let place = format!("clients[{at}]");
        name(format!("{place}.title"), &client.title)?;
        unique(&mut ids, client.id, format!("{place}.id"), "another node has this id")?;
        known_message(board, &client.sends, format!("{place}.sends"))?;
        settings(&place, &client.settings, Setting::CLIENT)?;
    }
    for (at, service) in board.services.iter().enumerate() {
        let place = format!("services[{at}]");
        name(format!("{place}.title"), &service.title)?;
        unique(&mut ids, service.id, format!("{place}.id"), "another node has this id")?;
        settings(&place, &service.settings, Setting::SERVICE)?;
    }
    let mut topics = BTreeSet::new();
    for (at, broker) in board.brokers.iter().enumerate() {
        let place = format!("brokers[{at}]");
        name(format!("{place}.title"), &broker.title)?;
        unique(&mut ids, broker.id, format!("{place}.id"), "another node has this id")?;
        settings(&place, &broker.settings, Setting::BROKER)?;
        limit(&format!("{place}.topics"), broker.topics.len(), TOPICS)?;
        for (t, topic) in broker.topics.iter().enumerate() {
            let place = format!("{place}.topics[{t}]");
            name(format!("{place}.name"), &topic.name)?;
            unique(&mut topics, topic.name.as_str(), format!("{place}.name"), "another topic has this name")?;
            partitions(&topic.name, topic.partitions)
                .map_err(|problem| BoardError::at(format!("{place}.partitions"), problem))?;
        }
    }
    Ok(())
}

/// Whether a topic can have so many partitions.
///
/// # Errors
/// A sentence with the limits.
pub fn partitions(topic: &str, count: u16) -> Result<(), String> {
    if (1..=64).contains(&count) { Ok(()) } else { Err(format!("{topic} takes 1 to 64 partitions, not {count}")) }
}

fn known_message(board: &Board, kind: &str, place: String) -> Checked {
    match board.message(kind) {
        Some(_) => Ok(()),
        None => Err(BoardError::at(place, format!("there is no message type \"{kind}\": add it to messages"))),
    }
}

fn service_programs(board: &Board, service: &ServiceNode, place: &str) -> Checked {
    let (mut programs, mut lines) = (BTreeSet::new(), BTreeSet::new());
    limit(&format!("{place}.handlers"), service.handlers.len(), PROGRAMS)?;
    for (at, handler) in service.handlers.iter().enumerate() {
        let place = format!("{place}.handlers[{at}]");
        unique(&mut programs, handler.id, format!("{place}.id"), "another program of this service has this id")?;
        known_message(board, &handler.on, format!("{place}.on"))?;
        if let Some(topic) = &handler.from {
            known_topic(board, topic, format!("{place}.from"))?;
        }
        limit(&format!("{place}.lines"), handler.lines.len(), LINES)?;
        for (l, line) in handler.lines.iter().enumerate() {
            unique(&mut lines, line.id, format!("{place}.lines[{l}].id"), "another line of this service has this id")?;
            handler_line(board, service, handler, line, &format!("{place}.lines[{l}]"))?;
        }
        shape(handler, &place)?;
    }
    if let Some(relay) = &service.relay {
        let place = format!("{place}.relay");
        unique(&mut programs, relay.id, format!("{place}.id"), "another program of this service has this id")?;
        for (l, line) in relay.lines.iter().enumerate() {
            unique(&mut lines, line.id, format!("{place}.lines[{l}].id"), "another line of this service has this id")?;
        }
        if relay.kind().is_none() {
            let problem = "a relay's program is poll, publish-rows, mark; or poll-after, publish-rows, save; or tail, publish-rows, save; in this order";
            return Err(BoardError::at(format!("{place}.lines"), problem));
        }
    }
    Ok(())
}

fn known_topic(board: &Board, topic: &str, place: String) -> Checked {
    match board.topic(topic) {
        Some(_) => Ok(()),
        None => Err(BoardError::at(place, format!("there is no topic \"{topic}\": add it to a broker's topics"))),
    }
}

fn handler_line(board: &Board, service: &ServiceNode, handler: &HandlerDoc, line: &LineDoc, place: &str) -> Checked {
    let field = |kind: &str, field: &str, place: String| match board.message(kind) {
        Some(kind) if kind.fields.iter().any(|known| known.name == field) => Ok(()),
        _ => Err(BoardError::at(place, format!("{kind} has no field \"{field}\""))),
    };
    match &line.does {
        Do::Work { ms, spread } if *ms > 3_600_000 || spread > ms => {
            Err(BoardError::at(format!("{place}.do.work"), "takes 0 to 3600000 ms and a spread of at most that"))
        }
        Do::Write(write) => {
            name(format!("{place}.do.write.table"), &write.table)?;
            field(&handler.on, &write.key, format!("{place}.do.write.key"))?;
            field(&handler.on, write.op.field(), format!("{place}.do.write.op"))
        }
        Do::Outbox { message, topic, key } | Do::Publish { message, topic, key } => {
            let place = format!("{place}.do.{}", line.does.word());
            known_message(board, message, format!("{place}.message"))?;
            known_topic(board, topic, format!("{place}.topic"))?;
            if let Some(key) = key {
                field(message, key, format!("{place}.key"))?;
            }
            let made = board.message(message).map_or(&[][..], |kind| &kind.fields);
            if let Some(lacking) = made.iter().find(|made| field(&handler.on, &made.name, String::new()).is_err()) {
                let problem = format!("{message} needs the field \"{}\", which {} does not have", lacking.name, handler.on);
                return Err(BoardError::at(format!("{place}.message"), problem));
            }
            let wired = board
                .wires
                .iter()
                .any(|wire| matches!(&wire.is, WireKind::Publish { from, topic: to } if *from == service.id && to == topic));
            if wired {
                Ok(())
            } else {
                Err(BoardError::at(place, format!("no wire leads from {} to {topic}: add one to wires", service.title)))
            }
        }
        Do::Poll | Do::PollAfter | Do::Tail | Do::PublishRows | Do::Mark | Do::Save => {
            Err(BoardError::at(format!("{place}.do"), "belongs to a relay's program, not to a handler's"))
        }
        _ => Ok(()),
    }
}

/// A transaction is begun before it is committed, and committed before the program ends; a record is acknowledged,
/// a request answered, each at most once.
fn shape(handler: &HandlerDoc, place: &str) -> Checked {
    let mut open = false;
    let (mut acks, mut replies) = (0, 0);
    for (l, line) in handler.lines.iter().enumerate() {
        let wrong = |problem: &str| Err(BoardError::at(format!("{place}.lines[{l}]"), problem));
        match line.does {
            Do::Begin if open => return wrong("the transaction before it is not committed: add a commit"),
            Do::Begin => open = true,
            Do::Commit if !open => return wrong("there is no transaction to commit: add a begin before it"),
            Do::Commit => open = false,
            Do::Ack if handler.from.is_none() => return wrong("a request has no offset: answer it with reply"),
            Do::Ack => acks += 1,
            Do::Reply if handler.from.is_some() => return wrong("nobody waits for a reply to a record"),
            Do::Reply => replies += 1,
            _ => {}
        }
        if acks > 1 || replies > 1 {
            return wrong("is there already: take one of the two away");
        }
    }
    if open { Err(BoardError::at(format!("{place}.lines"), "the transaction is never committed: add a commit")) } else { Ok(()) }
}

fn wires(board: &Board) -> Checked {
    let (mut ids, mut kinds) = (BTreeSet::new(), BTreeSet::new());
    for (at, wire) in board.wires.iter().enumerate() {
        let place = format!("wires[{at}]");
        unique(&mut ids, wire.id, format!("{place}.id"), "another wire has this id")?;
        unique(&mut kinds, format!("{:?}", wire.is), format!("{place}.is"), "another wire connects the same")?;
        settings(&place, &wire.settings, Setting::WIRE)?;
        let service = |id, place: String| match board.service(id) {
            Some(_) => Ok(()),
            None => Err(BoardError::at(place, format!("there is no service with id {}", id.0))),
        };
        match &wire.is {
            WireKind::Call { from, to } => {
                if !board.clients.iter().any(|client| client.id == *from) {
                    return Err(BoardError::at(
                        format!("{place}.is.call.from"),
                        format!("there is no client with id {}", from.0),
                    ));
                }
                service(*to, format!("{place}.is.call.to"))?;
            }
            WireKind::Publish { from, topic } => {
                service(*from, format!("{place}.is.publish.from"))?;
                known_topic(board, topic, format!("{place}.is.publish.topic"))?;
            }
            WireKind::Consume { to, topic, group } => {
                service(*to, format!("{place}.is.consume.to"))?;
                known_topic(board, topic, format!("{place}.is.consume.topic"))?;
                name(format!("{place}.is.consume.group"), group)?;
            }
        }
    }
    Ok(())
}

/// A session timeout that the broker refuses would end the consumer for good.
fn session_timeouts(board: &Board) -> Checked {
    for wire in &board.wires {
        let WireKind::Consume { to, topic, .. } = &wire.is else { continue };
        let (Some(at), Some((broker, _))) = (board.services.iter().position(|node| node.id == *to), board.topic(topic)) else {
            continue;
        };
        let broker_takes = |setting| broker.settings.get(setting, board.timings);
        let (low, high) = (broker_takes(Setting::GroupMinSession), broker_takes(Setting::GroupMaxSession));
        let service = &board.services[at];
        let wanted = service.settings.get(Setting::SessionTimeout, board.timings);
        if !(low..=high).contains(&wanted) {
            let text = |value| Setting::SessionTimeout.text(value);
            let problem = format!(
                "{} takes session timeouts from {} to {}, not {}: change {} of {0}, or the timeout",
                broker.title,
                text(low),
                text(high),
                text(wanted),
                if wanted < low { Setting::GroupMinSession.info().name } else { Setting::GroupMaxSession.info().name },
            );
            return Err(BoardError::at(format!("services[{at}].settings.session.timeout.ms"), problem));
        }
    }
    Ok(())
}

fn pins(board: &Board) -> Checked {
    for (at, pin) in board.pins.iter().enumerate() {
        check_pin(board, pin).map_err(|problem| BoardError::at(format!("pins[{at}]"), problem))?;
    }
    Ok(())
}

/// Whether a pin's place exists.
///
/// # Errors
/// A sentence that says what does not.
pub fn check_pin(board: &Board, pin: &super::Pin) -> Result<(), String> {
    let service = board.service(pin.service).ok_or_else(|| format!("there is no service with id {}", pin.service.0))?;
    let there = match pin.gap {
        Gap::Start(handler) => service.programs().any(|(id, _)| id == handler),
        Gap::After(line) => service.programs().any(|(_, lines)| lines.iter().any(|known| known.id == line)),
    };
    if there { Ok(()) } else { Err(format!("{} has no such line", service.title)) }
}
