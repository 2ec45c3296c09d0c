//! Whether programs can run: what their lines name is there, and they stand in an order that means something.

use std::collections::BTreeSet;

use super::document::{Board, HandlerDoc, ServiceNode, WireKind};
use super::error::BoardError;
use super::on_failure::{DeadLetterDoc, OnFailure};
use super::program::{Do, LineDoc};
use super::validate::{Checked, known_message, known_topic, limit, name, unique};

const PROGRAMS: usize = 100;
const LINES: usize = 40;
/// The most times that a failed message is tried again before it is skipped or becomes a dead letter.
const RETRIES: u32 = 1_000;

/// Checks all programs of a service.
///
/// # Errors
/// The first line that is wrong, with the mend.
pub(super) fn service_programs(board: &Board, service: &ServiceNode, place: &str) -> Checked {
    let (mut programs, mut lines, mut takes) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    limit(&format!("{place}.handlers"), service.handlers.len(), PROGRAMS)?;
    for (at, handler) in service.handlers.iter().enumerate() {
        let place = format!("{place}.handlers[{at}]");
        unique(&mut programs, handler.id, format!("{place}.id"), "another program of this service has this id")?;
        known_message(board, &handler.on, format!("{place}.on"))?;
        if let Some(topic) = &handler.from {
            known_topic(board, topic, format!("{place}.from"))?;
        }
        let problem = "another handler of this service takes these messages: take one of the two away";
        unique(&mut takes, (&handler.on, &handler.from), format!("{place}.on"), problem)?;
        failure(board, service, handler, &format!("{place}.on_failure"))?;
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

fn failure(board: &Board, service: &ServiceNode, handler: &HandlerDoc, place: &str) -> Checked {
    match &handler.on_failure {
        OnFailure::RetryThenSkip(times) if !(1..=RETRIES).contains(times) => {
            Err(BoardError::at(place, format!("retry-then-skip takes 1 to {RETRIES} times, not {times}")))
        }
        OnFailure::RetryThenDeadLetter(to) => {
            dead_letter(board, service, handler, to, &format!("{place}.retry-then-dead-letter"))
        }
        OnFailure::Stop if handler.from.is_none() => {
            Err(BoardError::at(place, "a request is not read from anywhere that could be stopped: let it retry or skip"))
        }
        _ => Ok(()),
    }
}

fn dead_letter(board: &Board, service: &ServiceNode, handler: &HandlerDoc, to: &DeadLetterDoc, place: &str) -> Checked {
    let Some(from) = &handler.from else {
        return Err(BoardError::at(place, "a request is no record that could be kept in a topic: let it retry or skip"));
    };
    if to.retries > RETRIES {
        return Err(BoardError::at(format!("{place}.retries"), format!("takes 0 to {RETRIES}, not {}", to.retries)));
    }
    known_topic(board, &to.topic, format!("{place}.topic"))?;
    if to.topic == *from {
        let problem = format!("{from} is where it was read: what fails would come again for ever; take another topic");
        return Err(BoardError::at(format!("{place}.topic"), problem));
    }
    wired(board, service, &to.topic, format!("{place}.topic"))
}

/// Whether a wire leads from a service to a topic.
fn wired(board: &Board, service: &ServiceNode, topic: &str, place: String) -> Checked {
    let leads = |is: &WireKind| matches!(is, WireKind::Publish { from, topic: to } if *from == service.id && to == topic);
    if board.wires.iter().any(|wire| leads(&wire.is)) {
        return Ok(());
    }
    Err(BoardError::at(place, format!("no wire leads from {} to {topic}: add one to wires", service.title)))
}

fn has_field(board: &Board, kind: &str, field: &str) -> bool {
    board.message(kind).is_some_and(|kind| kind.fields.iter().any(|known| known.name == field))
}

/// Whether a message type has a field, or else which it has.
fn field(board: &Board, kind: &str, field: &str, place: String) -> Checked {
    if has_field(board, kind, field) {
        return Ok(());
    }
    let fields = board.message(kind).map_or(&[][..], |kind| &kind.fields);
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    let mend = if names.is_empty() { "it has none".to_owned() } else { format!("take {}", names.join(" or ")) };
    Err(BoardError::at(place, format!("{kind} has no field \"{field}\": {mend}")))
}

fn handler_line(board: &Board, service: &ServiceNode, handler: &HandlerDoc, line: &LineDoc, place: &str) -> Checked {
    let of_message = |name: &str, place: String| field(board, &handler.on, name, place);
    match &line.does {
        Do::Work { ms, spread } if *ms > 3_600_000 || spread > ms => {
            Err(BoardError::at(format!("{place}.do.work"), "takes 0 to 3600000 ms and a spread of at most that"))
        }
        Do::Write(write) => {
            name(format!("{place}.do.write.table"), &write.table)?;
            of_message(&write.key, format!("{place}.do.write.key"))?;
            of_message(write.op.field(), format!("{place}.do.write.op"))?;
            write.op.version().map_or(Ok(()), |by| of_message(by, format!("{place}.do.write.op.by")))
        }
        Do::Require(require) => {
            name(format!("{place}.do.require.table"), &require.table)?;
            of_message(&require.key, format!("{place}.do.require.key"))?;
            of_message(&require.at_least, format!("{place}.do.require.at-least"))
        }
        Do::TrackOffset if handler.from.is_none() => {
            Err(BoardError::at(format!("{place}.do"), "a request has no offset: track its message id"))
        }
        Do::Fence if handler.from.is_none() => Err(BoardError::at(
            format!("{place}.do"),
            "a request has no partition that could be somebody else's: take this line away",
        )),
        Do::Outbox { message, topic, key } | Do::Publish { message, topic, key } => {
            let place = format!("{place}.do.{}", line.does.word());
            known_message(board, message, format!("{place}.message"))?;
            known_topic(board, topic, format!("{place}.topic"))?;
            if let Some(key) = key {
                field(board, message, key, format!("{place}.key"))?;
            }
            let made = board.message(message).map_or(&[][..], |kind| &kind.fields);
            if let Some(lacking) = made.iter().find(|made| !has_field(board, &handler.on, &made.name)) {
                let problem = format!("{message} needs the field \"{}\", which {} does not have", lacking.name, handler.on);
                return Err(BoardError::at(format!("{place}.message"), problem));
            }
            wired(board, service, topic, place)
        }
        Do::Poll | Do::PollAfter | Do::Tail | Do::PublishRows | Do::Mark | Do::Save => {
            Err(BoardError::at(format!("{place}.do"), "belongs to a relay's program, not to a handler's"))
        }
        _ => Ok(()),
    }
}

/// A transaction is begun before it is committed, and committed before the program ends; a record is acknowledged,
/// a request answered, a message tracked, each at most once.
fn shape(handler: &HandlerDoc, place: &str) -> Checked {
    let mut open = None;
    let mut seen = Vec::new();
    for (l, line) in handler.lines.iter().enumerate() {
        let wrong = |problem: &str| Err(BoardError::at(format!("{place}.lines[{l}]"), problem));
        match line.does {
            Do::Begin if open.is_some() => return wrong("the transaction before it is not committed: add a commit"),
            Do::Begin => open = Some(l),
            Do::Commit if open.is_none() => return wrong("there is no transaction to commit: add a begin before it"),
            Do::Commit => open = None,
            Do::Ack if handler.from.is_none() => return wrong("a request has no offset: answer it with reply"),
            Do::Reply if handler.from.is_some() => return wrong("nobody waits for a reply to a record"),
            _ => {}
        }
        if matches!(line.does, Do::Ack | Do::Reply | Do::Track | Do::TrackOffset | Do::Fence) {
            if seen.contains(&&line.does) {
                return wrong("is there already: take one of the two away");
            }
            seen.push(&line.does);
        }
    }
    let never = |begin| BoardError::at(format!("{place}.lines[{begin}]"), "the transaction is never committed: add a commit");
    open.map_or(Ok(()), |begin| Err(never(begin)))
}
