//! Whether a board can be put to work: names that resolve, ids that are unique, numbers within their limits.

use std::collections::BTreeSet;

use super::action::{Often, Pin, PinDoes};
use super::document::{Board, FieldSource, WireKind};
use super::error::BoardError;
use super::planned::check_planned;
use super::program::{Do, Gap, LineDoc};
use super::program_rules::service_programs;
use super::settings::{Setting, Settings};
use crate::sim::HandlerId;

pub(super) type Checked = Result<(), BoardError>;

const KINDS: usize = 300;
const NODES: usize = 1_000;
const WIRES: usize = 2_000;
const TOPICS: usize = 128;
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
    consumer_sessions(board)?;
    pins(board)?;
    let mut ids = BTreeSet::new();
    for (at, planned) in board.planned.iter().enumerate() {
        if planned.id.0 == 0 {
            return Err(BoardError::at(format!("planned[{at}].id"), "is 0: count from 1, or leave it out"));
        }
        unique(&mut ids, planned.id, format!("planned[{at}].id"), "another entry of the plan has this id")?;
        check_planned(planned.at, &planned.action).map_err(|problem| BoardError::at(format!("planned[{at}]"), problem))?;
    }
    Ok(())
}

pub(super) fn limit(place: &str, count: usize, most: usize) -> Checked {
    if count <= most { Ok(()) } else { Err(BoardError::at(place, format!("there are {count}, and at most {most} are taken"))) }
}

pub(super) fn unique<T: Ord>(seen: &mut BTreeSet<T>, what: T, place: String, problem: &str) -> Checked {
    if seen.insert(what) { Ok(()) } else { Err(BoardError::at(place, problem)) }
}

pub(super) fn name(place: String, name: &str) -> Checked {
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

pub(super) fn known_message(board: &Board, kind: &str, place: String) -> Checked {
    match board.message(kind) {
        Some(_) => Ok(()),
        None => Err(BoardError::at(place, format!("there is no message type \"{kind}\": add it to messages"))),
    }
}

pub(super) fn known_topic(board: &Board, topic: &str, place: String) -> Checked {
    match board.topic(topic) {
        Some(_) => Ok(()),
        None => Err(BoardError::at(place, format!("there is no topic \"{topic}\": add it to a broker's topics"))),
    }
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

/// A member of the consumer protocol whose heartbeats come no sooner than its session ends is removed again and again.
fn consumer_sessions(board: &Board) -> Checked {
    for (at, broker) in board.brokers.iter().enumerate() {
        let get = |setting| broker.settings.get(setting, board.timings);
        let (session, heartbeat) = (get(Setting::ConsumerSession), get(Setting::ConsumerHeartbeat));
        if session <= heartbeat {
            let problem = format!(
                "{} wants heartbeats of members every {}, and their sessions end after {}: change one of the two",
                broker.title,
                Setting::ConsumerHeartbeat.text(heartbeat),
                Setting::ConsumerSession.text(session),
            );
            let place = format!("brokers[{at}].settings.{}", Setting::ConsumerSession.info().name);
            return Err(BoardError::at(place, problem));
        }
    }
    Ok(())
}

/// A session timeout that the broker refuses would end the consumer for good. It has none under the consumer protocol.
fn session_timeouts(board: &Board) -> Checked {
    for wire in &board.wires {
        let WireKind::Consume { to, topic, .. } = &wire.is else { continue };
        let (Some(at), Some((broker, _))) = (board.services.iter().position(|node| node.id == *to), board.topic(topic)) else {
            continue;
        };
        let broker_takes = |setting| broker.settings.get(setting, board.timings);
        let (low, high) = (broker_takes(Setting::GroupMinSession), broker_takes(Setting::GroupMaxSession));
        let service = &board.services[at];
        if service.settings.get(Setting::GroupProtocol, board.timings) == 1 {
            continue;
        }
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

/// Whether a pin's place exists, and whether what it does can happen there.
///
/// # Errors
/// A sentence that says what does not, and what would.
pub fn check_pin(board: &Board, pin: &Pin) -> Result<(), String> {
    let service = board.service(pin.service).ok_or_else(|| format!("there is no service with id {}", pin.service.0))?;
    let is_there = |(id, lines): &(HandlerId, &[LineDoc])| match pin.gap {
        Gap::Start(handler) => *id == handler,
        Gap::After(line) => lines.iter().any(|known| known.id == line),
    };
    if let Often::Nth(nth) = pin.often
        && !(1..=100_000).contains(&nth)
    {
        return Err(format!("a pin acts the 1st to the 100000th time, not the {nth}th"));
    }
    if let PinDoes::Delay(ms) = pin.does
        && !(1..=600_000).contains(&ms)
    {
        return Err(format!("a pin holds the handling up for 1 to 600000 ms, not {ms}"));
    }
    let program = service.programs().find(is_there);
    let (program, _) = program.ok_or_else(|| format!("{} has no such line", service.title))?;
    let Some(handler) = service.handlers.iter().find(|handler| handler.id == program) else {
        return match (pin.does, pin.key) {
            (PinDoes::Fail, _) => Err("a relay has no handling that could fail: let it crash or pause".to_owned()),
            (_, Some(_)) => Err("a relay takes many rows at once: take the key away".to_owned()),
            (PinDoes::Crash | PinDoes::Pause | PinDoes::DropReply | PinDoes::Delay(_), None) => Ok(()),
        };
    };
    let fields = board.message(&handler.on).map_or(&[][..], |kind| &kind.fields);
    let has_key = fields.iter().any(|field| !matches!(field.from, FieldSource::Cents(..)));
    if pin.key.is_some() && !has_key {
        return Err(format!("{} has no key that a pin could wait for: take the key away", handler.on));
    }
    Ok(())
}

/// Whether a pin can do anything where it is, on a board where [`check_pin`] finds nothing wrong: the reply that it drops has
/// to be waited for, or given, by a line behind it. Programs may change around a pin; then it waits for one that does.
///
/// # Errors
/// A sentence that says what is missing.
pub fn check_pin_acts(board: &Board, pin: &Pin) -> Result<(), String> {
    if pin.does != PinDoes::DropReply {
        return Ok(());
    }
    let Some(service) = board.service(pin.service) else { return Ok(()) };
    let has_reply = |line: &LineDoc| matches!(line.does, Do::Publish { .. } | Do::Reply | Do::Ack | Do::PublishRows);
    let behind = service.programs().find_map(|(id, lines)| match pin.gap {
        Gap::Start(handler) => (id == handler).then_some(lines),
        Gap::After(line) => lines.iter().position(|known| known.id == line).map(|place| &lines[place + 1..]),
    });
    if behind.is_some_and(|lines| lines.iter().any(has_reply)) {
        return Ok(());
    }
    Err("no line behind it publishes, replies or acknowledges: put the pin before one that does".to_owned())
}
