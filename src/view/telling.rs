//! A violation in words: what happened, how, and what would prevent it. Every number in it was measured.

use crate::board::{Acknowledges, Board, Do, IfAgain, Names, Pattern, Publishes, RelayDoc, ValueDoc};
use crate::broker::RebalanceWhy;
use crate::check::{CallEnd, Check, Explanation, Handover, Stop, StopHow, Story, Violation};
use crate::sim::{Actor, NodeId, Role};
use crate::store::RelayKind;
use crate::world::Entry;

use super::inspect::Selection;
use super::naming::{
    capital, gap_name, in_words, intent_name, is_money, line_of, line_text, line_word, message_kind, process_name, record_name,
};
use super::strip::ViolationView;
use super::words::{describe, why_words};

/// A violation as it is shown, from its explanation and the facts of the run.
pub fn tell(violation: &Violation, explanation: &Explanation, facts: &[Entry], names: &Names, board: &Board) -> ViolationView {
    let steps = explanation.steps.iter().filter_map(|(id, _)| facts.get(id.index()));
    ViolationView {
        fact: violation.fact,
        at: violation.at,
        sentence: title(violation, board),
        how: how(violation, explanation, names, board),
        steps: steps.map(|entry| (entry.at, describe(entry, names, board))).collect(),
        prevent: explanation.prevent.map_or_else(String::new, |(service, pattern)| prevent(service, pattern, board)),
        fix: explanation.prevent,
        about: Selection::Message(violation.message),
    }
}

/// What happened: `Order 27 was charged twice.`
pub fn title(violation: &Violation, board: &Board) -> String {
    let Violation { check, service, line, .. } = *violation;
    let intent = capital(&intent_name(violation.intent, board));
    let place = board.title_of(service);
    let charged = is_money(service, line, board)
        && matches!(line_of(service, line, board).map(|line| &line.does), Some(Do::Write(write)) if matches!(write.op, ValueDoc::Subtract(_)));
    match (check, charged) {
        (Check::DoneTwice, true) => format!("{intent} was charged twice."),
        (Check::DoneTwice, false) => format!("{intent} was written twice in {place}."),
        (Check::Lost, true) => format!("{intent} was never charged."),
        (Check::Lost, false) => format!("{intent} was never written in {place}."),
        (Check::RowWithoutMessage, _) => match told_of(violation, board) {
            Some(message) => format!("{intent} was committed in {place}, but its {message} was never published."),
            None => format!("{intent} was committed in {place}, but nobody was told."),
        },
    }
}

/// The message that the violation's handler sends on.
fn told_of<'a>(violation: &Violation, board: &'a Board) -> Option<&'a str> {
    let handlers = &board.service(violation.service)?.handlers;
    let handler = handlers.iter().find(|handler| handler.lines.iter().any(|line| line.id == violation.line))?;
    handler.lines.iter().find_map(|line| match &line.does {
        Do::Publish { message, .. } | Do::Outbox { message, .. } => Some(message.as_str()),
        _ => None,
    })
}

/// How it happened, in a sentence or three.
pub fn how(violation: &Violation, explanation: &Explanation, names: &Names, board: &Board) -> String {
    let stopped = |stop: &Option<Stop>| stop.map_or_else(String::new, |stop| stop_words(stop, board) + " ");
    match &explanation.story {
        Story::ReadAgain { record, stop, handover } => {
            let again = handover.map_or_else(
                || format!("{} was read again, since its offset was not committed.", capital(&record_name(*record, names))),
                |handover| handover_words(handover, *stop, board),
            );
            stopped(stop) + &again
        }
        Story::PublishedAgain { stop, by, records } => {
            let (first, second) = (record_name(records.0, names), record_name(records.1, names));
            let found = match board.service(by.node).and_then(|node| node.relay.as_ref()).and_then(RelayDoc::kind) {
                Some(RelayKind::Cursor) => "read on from the position that was saved",
                Some(RelayKind::Tail) => "read the log again from the position that was saved",
                Some(RelayKind::Flag) | None => "found the row not marked",
            };
            let by = if stop.is_some() { "Then it".to_owned() } else { sentence_start(*by, board) };
            format!("{}{by} {found} and published it again: first {first}, then {second}.", stopped(stop))
        }
        Story::PublishedByTwo { first, by, records } => {
            let places = (record_name(records.0, names), record_name(records.1, names));
            let (first, by) = (sentence_start(*first, board), process_name(*by, board));
            format!("{first} and {by} both read the row and published it: first {}, then {}.", places.0, places.1)
        }
        Story::PassedOver { by, row, position } => {
            let by = process_name(*by, board);
            format!(
                "Row {} of the outbox became visible when {by} had already read row {}, which has a greater id. It reads only what comes after the position that it saved, and passes the row over for ever. A relay that polls by flag, or tails the log, would find it.",
                row.0, position.0
            )
        }
        Story::Dropped { by } => {
            let by = process_name(*by, board);
            format!(
                "The log of commits keeps what happened no longer than log.keep.ms says. It had dropped the row of the outbox before {by} came to read it."
            )
        }
        Story::ProducedAgain { by, attempts, records } => {
            let (first, second) = (record_name(records.0, names), record_name(records.1, names));
            let times = if *attempts == 1 { "once".to_owned() } else { format!("{attempts} times") };
            let by = sentence_start(*by, board);
            format!(
                "{by} got no acks {times} and sent the message again, so that it lies in the log twice: {first} and {second}."
            )
        }
        Story::CalledAgain { client, stop, attempt, waited, ended } => {
            let (client, waited) = (sentence_start(*client, board), in_words(*waited));
            let (why, then) = match ended {
                CallEnd::TimedOut => ("waited", " without an answer"),
                CallEnd::Broken => ("lost the connection after", ""),
                CallEnd::Error => ("got an error after", ""),
            };
            format!(
                "{}{client} {why} {waited}{then} and sent its request again; attempt {attempt} was handled as well.",
                stopped(stop)
            )
        }
        Story::StartedAgain { by, failed } => {
            let (by, line) = (sentence_start(*by, board), line_word(by.node, *failed, board));
            format!(
                "{by} failed at {line} when the transaction was committed already, and its program started again from the first line."
            )
        }
        Story::GivenUp { by, failed, failures } => {
            let (by, line) = (sentence_start(*by, board), line_word(by.node, *failed, board));
            let times = if *failures == 1 { "once".to_owned() } else { format!("{failures} times") };
            format!(
                "{by} failed {times}, last at {line}, and gave the message up, as its failure policy says. The work was never done, and nobody tries it again."
            )
        }
        Story::AckedFirst { stop, offset, at, record } => {
            let place = format!("{} {}", names.topic(record.topic), record.partition);
            let end = "The work was never done, and nobody reads the record again.";
            if stop.is_some_and(|stop| stop.at < *at) {
                return format!(
                    "{}Its offset commit was on its way and was written at {at}: {offset} on {place}. {end}",
                    stopped(stop)
                );
            }
            format!("The offset was committed first: {offset} on {place}, at {at}. {}{end}", stopped(stop))
        }
        Story::AnsweredFirst { stop } => {
            format!("The request was answered before the work was done. {}The work was never done.", stopped(stop))
        }
        Story::NotPublished { stop, recognised, gave_up } => {
            let message = told_of(violation, board).unwrap_or("the message");
            let rest = match (recognised, gave_up) {
                (Some(attempt), _) => format!(
                    "The row was there, the message was not. Attempt {attempt} of the request was recognised as a duplicate and only answered, so that {message} will never be published."
                ),
                (None, true) => {
                    format!("The row was there, the message was not, and the client gave up: {message} will never be published.")
                }
                (None, false) => format!("The row was there, and nothing is left that could publish {message}."),
            };
            stopped(stop) + &rest
        }
        Story::SentIntoNothing { by } => {
            let by = sentence_start(*by, board);
            format!("{by} published without waiting for acks, and the packet did not arrive.")
        }
        Story::Untold { message } => {
            let what = line_text(violation.service, violation.line, board);
            let place = board.title_of(violation.service);
            match violation.check {
                Check::DoneTwice => format!("“{what}” in {place} changed its row twice for {}.", message_kind(*message, board)),
                _ => format!("Nothing is under way that could still do “{what}” in {place} or tell of it."),
            }
        }
    }
}

fn stop_words(stop: Stop, board: &Board) -> String {
    let who = sentence_start(stop.who, board);
    let gap =
        stop.after.map_or_else(|| "before its first line was done".to_owned(), |after| gap_name(stop.who.node, after, board));
    match stop.how {
        StopHow::Crashed => format!("{who} crashed {gap}."),
        StopHow::Removed => format!("{who} was taken off the board {gap}."),
        StopHow::Paused => format!("{who} stood still {gap}."),
        StopHow::AckFailed => format!("{who} could not commit its offset."),
        StopHow::LostPartition => format!("{who} lost its partition while it worked."),
        StopHow::GaveUp => format!("{who} gave up waiting for acks when delivery.timeout.ms was over."),
    }
}

/// A process at the beginning of a sentence. An instance keeps its lower case, as on its card: `payments-2`.
fn sentence_start(who: Actor, board: &Board) -> String {
    let name = process_name(who, board);
    if who.role == Role::Instance { name } else { capital(&name) }
}

fn handover_words(handover: Handover, stop: Option<Stop>, board: &Board) -> String {
    let Handover { noticed, partition, to, offset, .. } = handover;
    let same = stop.is_some_and(|stop| stop.who.same_process(to));
    let to = process_name(to, board);
    let to = if same { format!("back to {to}") } else { format!("to {to}") };
    let then = format!("it started again from the last committed offset, {offset}.");
    let stood = stop.is_some_and(|stop| matches!(stop.how, StopHow::Crashed | StopHow::Removed | StopHow::Paused));
    match noticed {
        Some((later, RebalanceWhy::SessionExpired)) if stood => {
            format!("{} later the group noticed, gave partition {partition} {to}, and {then}", capital(&in_words(later)))
        }
        Some((later, why)) => {
            let (later, why) = (capital(&in_words(later)), why_words(why));
            format!("{later} later the group removed it ({why}) and gave partition {partition} {to}; {then}")
        }
        None => format!("The group rebalanced and gave partition {partition} {to}; {then}"),
    }
}

/// What would prevent it: the switch, its position, and why.
pub fn prevent(service: NodeId, pattern: Pattern, board: &Board) -> String {
    let place = board.title_of(service);
    match pattern {
        Pattern::IfAgain(_, IfAgain::TracksIds) => format!(
            "Switch “If a message comes again” of {place} to “tracks ids”: the second time finds the message's id in processed_messages, and is rolled back."
        ),
        Pattern::IfAgain(_, IfAgain::IsIdempotent) => format!(
            "Switch “If a message comes again” of {place} to “is idempotent”: the second write finds its row and changes nothing."
        ),
        Pattern::IfAgain(..) => format!("Switch “If a message comes again” of {place} to “{}”.", pattern.words()),
        Pattern::Acknowledges(_, Acknowledges::AfterHandling) => format!(
            "Switch “When it acknowledges” of {place} to “after handling”: the offset is committed when the work is done, so that a crash before brings the record again."
        ),
        Pattern::Acknowledges(_, Acknowledges::BeforeHandling) => {
            format!("Switch “When it acknowledges” of {place} to “before handling”.")
        }
        Pattern::Publishes(_, Publishes::ThroughOutbox) => format!(
            "Switch “How it publishes” of {place} to “through an outbox”: the message is a row of the same transaction, and a relay publishes it."
        ),
        Pattern::Publishes(_, Publishes::AfterCommit) => format!("Switch “How it publishes” of {place} to “after the commit”."),
        Pattern::Publishes(_, Publishes::BeforeCommit) => format!("Switch “How it publishes” of {place} to “before the commit”."),
    }
}
