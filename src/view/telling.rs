//! How a violation happened, in words. Every number in them was measured.

use crate::board::{Board, Names, RelayDoc};
use crate::broker::RebalanceWhy;
use crate::check::{CallEnd, Check, Explanation, Handover, Hole, Idle, Overtaking, Stop, StopHow, Story, Violation};
use crate::sim::{Actor, Role};
use crate::store::{RelayKind, Rollback};

use super::naming::{
    capital, gap_name, in_words, intent_name, line_text, line_word, message_kind, process_name, record_name, wire_name,
};
use super::telling_groups as groups;
use super::titles::told_of;
use super::words::why_words;

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
        Story::LostPower { record, broker, at, acked } => {
            let place = format!("{} {}", names.topic(record.topic), record.partition);
            let acked = if *acked { "Its producer had its acks and kept no copy." } else { "Nobody sends it again." };
            let broker = sentence_start(*broker, board);
            format!(
                "{broker} lost its power at {at}, and with it record {} of {place}, which was not on disk yet. {acked}",
                record.offset
            )
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
        Story::ToldFirst { by, stop, rolled_back, gave_up } => {
            let message = message_kind(violation.message, board);
            let by = sentence_start(*by, board);
            let then = match (stop, rolled_back) {
                (None, Some(why)) => format!(" Then the transaction was rolled back: {}.", rollback_words(*why)),
                (None, None) => " Then it never committed.".to_owned(),
                (Some(_), _) => String::new(),
            };
            let rest = if *gave_up { " The client gave up, so that nobody tries again." } else { "" };
            let stopped = stop.map_or_else(String::new, |stop| " ".to_owned() + &stop_words(stop, board));
            format!("{by} published {message} before its transaction had committed.{stopped}{then}{rest}")
        }
        Story::Overtaken { messages: (older, newer), records, how } => {
            let (older, newer) = (intent_name(older.intent, board), intent_name(newer.intent, board));
            let (x, y) = (record_name(records.0, names), record_name(records.1, names));
            match how {
                Overtaking::CameAgain => format!(
                    "{} had been handled before {newer}. It was delivered again after it, and its old value took the place of the new one.",
                    capital(&older)
                ),
                Overtaking::SideBySide => format!(
                    "Both lie in one partition in the order in which they were produced, {x} and {y}, and were handled side by side."
                ),
                Overtaking::OtherPartition => {
                    format!("They lie in different partitions, {x} and {y}, and between partitions there is no order.")
                }
                Overtaking::KeysMoved => format!(
                    "They have one key. The topic was given more partitions in between, which moved the key to another one: {x} lies where it was before, or {y} does, and between partitions there is no order."
                ),
                Overtaking::OtherClient(one, other) => format!(
                    "They have one key, and {} and {} put it into different partitions: {x} and {y}. Their clients hash keys differently (partitioner), and between partitions there is no order.",
                    board.title_of(*one),
                    board.title_of(*other)
                ),
                Overtaking::ByRowId(row) => format!(
                    "The transaction of {older} committed first, but its outbox row has a greater id, {}, than that of {newer}. The relay reads by id and published them the other way round: {y}, then {x}.",
                    row.0
                ),
                Overtaking::SentBySenders => format!(
                    "The transaction of {older} committed first, but {newer} was sent sooner: each was sent by the process that had committed it. They lie in the log as {y}, then {x}."
                ),
            }
        }
        Story::PassedOver { row, by, position, open, overtaken } => {
            let by = sentence_start(*by, board);
            let other = overtaken.map_or_else(String::new, |other| format!(" Row {} committed in the meantime.", other.0));
            format!(
                "Row {} got its id {} before its transaction committed.{other} {by} saved {} as its position: from then on it reads only greater ids, and passes this one over for ever.",
                row.0,
                in_words(*open),
                position.0
            )
        }
        Story::Dropped { row, at, down } => {
            format!("{}At {at} the log of commits no longer went back to row {}, which nobody had read.", stopped(down), row.0)
        }
        Story::RelayDown { stop } => format!("{} Rows are committed, and nobody publishes them.", stop_words(*stop, board)),
        Story::RelaySlow { batch } => {
            let rows = if *batch == 1 { "one row".to_owned() } else { format!("{batch} rows") };
            format!("The relay reads {rows} at a time and waits for their acks: that is slower than rows are committed.")
        }
        Story::NeverCleaned => "Rows are published and marked, and nobody deletes them.".to_owned(),
        Story::Untracked { by, hole, stop } => {
            let by = sentence_start(*by, board);
            match hole {
                Hole::TrackedBefore => format!(
                    "{by} committed the message's id in a transaction of its own, before the effect. {}When the message came again its id was known, and it was turned away.",
                    stopped(stop)
                ),
                Hole::TrackedAfter => format!(
                    "{by} committed the effect before the message's id, in a transaction of its own. {}When the message came again its id was not known, and it was done again.",
                    stopped(stop)
                ),
                Hole::ByOffset => format!(
                    "It tracks the places of records. {}The message came again in a new place, which was not known, and was done again.",
                    stopped(stop)
                ),
                Hole::Forgotten(kept) => format!(
                    "{}The message's id had been deleted from processed_messages after {}. When the message came again its id was not known, and it was done again.",
                    stopped(stop),
                    in_words(*kept)
                ),
                Hole::Elsewhere => {
                    format!("{}The message came again, and its id did not tell that it had been done.", stopped(stop))
                }
            }
        }
        Story::StandsStill { idle, stop, cut, .. } => {
            let wire = cut.map_or_else(String::new, |wire| format!("The wire {} is cut. ", wire_name(wire, board)));
            let rest = match idle {
                Idle::Partition(group, record) => format!(
                    "{} and what comes after it wait, and nobody in the group {} reads on.",
                    capital(&record_name(*record, names)),
                    names.group(*group)
                ),
                Idle::Process(_) => "What it has locked stays locked, and what it has read nobody else handles.".to_owned(),
                Idle::Outbox(_) => "Its rows wait.".to_owned(),
            };
            stopped(stop) + &wire + &rest
        }
        Story::PoolDry { connections, users, holder, on } => {
            let are = if *connections == 1 { "is 1 connection".to_owned() } else { format!("are {connections} connections") };
            let held = match on {
                Some(line) => format!(
                    "{} held one longest, in a transaction that has “{}” in it.",
                    sentence_start(*holder, board),
                    line_text(holder.node, *line, board)
                ),
                None => format!("{} held one longest.", sentence_start(*holder, board)),
            };
            format!("There {are}, and up to {users} workers and relays that need one at the same time. {held}")
        }
        Story::DoneByZombie { by, stop, handover, again, .. } => {
            let (late, other) = (process_name(*by, board), process_name(handover.to, board));
            let then = if *again {
                format!("{} did the work as well, and committed it after {other} had.", sentence_start(*by, board))
            } else {
                format!("{late} committed its work all the same, and {other} did it again.")
            };
            format!("{}{} {then}", stopped(stop), handover_words(*handover, *stop, board))
        }
        Story::BeganBehind { group, record, to, by, at, .. } => format!(
            "When {} was given partition {} of {} at {at}, the group {} had committed no offset there, so that auto.offset.reset decided: latest, which is offset {to}. Nobody in the group reads what lies before.",
            process_name(*by, board),
            record.partition,
            names.topic(record.topic),
            names.group(*group)
        ),
        Story::GoesAndComes { .. } | Story::AllWait { .. } | Story::OneKey { .. } => {
            groups::how(violation, &explanation.story, board)
        }
        Story::FailsAgain { service, line, times } => format!(
            "“{}” failed {times} times, and would fail again: the message stays as it is. What is behind it waits.",
            line_text(*service, *line, board)
        ),
        Story::GivenUp { service, line, times } => {
            let times = if *times == 1 { "once".to_owned() } else { format!("{times} times") };
            format!(
                "“{}” failed {times}, and the message was given up: its record was acknowledged, and nobody handles it again.",
                line_text(*service, *line, board)
            )
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

pub(super) fn stop_words(stop: Stop, board: &Board) -> String {
    let who = sentence_start(stop.who, board);
    let gap =
        stop.after.map_or_else(|| "before its first line was done".to_owned(), |after| gap_name(stop.who.node, after, board));
    match stop.how {
        StopHow::Crashed => format!("{who} crashed {gap}."),
        StopHow::Removed => format!("{who} was taken off the board {gap}."),
        StopHow::Paused => format!("{who} stood still {gap}."),
        StopHow::StoppedReading => format!("{who} failed {gap} and stopped reading."),
        StopHow::Unread => format!("{who} was told to stop reading, and goes on polling: its group keeps it and its partitions."),
        StopHow::AckFailed => format!("{who} could not commit its offset."),
        StopHow::LostPartition => format!("{who} lost its partition while it worked."),
        StopHow::LostCommits => format!("{who} lost its power, and with it the committed offset."),
        StopHow::GaveUp => format!("{who} gave up waiting for acks when delivery.timeout.ms was over."),
    }
}

fn rollback_words(why: Rollback) -> &'static str {
    match why {
        Rollback::Duplicate => "the message had been processed before",
        Rollback::Fenced => "its partition was somebody else's by then",
        Rollback::Guard => "a condition did not hold",
        Rollback::Failure => "a line failed",
        Rollback::Deadlock => "it would have waited in a circle",
        Rollback::LockTimeout => "it waited too long for a lock",
        Rollback::Crash => "its process crashed",
    }
}

/// A process at the beginning of a sentence. An instance keeps its lower case, as on its card: `payments-2`.
pub(super) fn sentence_start(who: Actor, board: &Board) -> String {
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
