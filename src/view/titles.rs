//! A violation's title: what happened, in a sentence.

use crate::board::{Board, Do, ValueDoc};
use crate::check::{Check, Detail, Idle, Violation};

use super::naming::{capital, in_words, intent_name, is_money, line_of, message_kind, message_name, process_name};

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
        (Check::Zombie, true) => format!("{intent} was charged by two members of one group."),
        (Check::Zombie, false) => format!("{intent} was written in {place} by two members of one group."),
        (Check::Lost | Check::CommittedEarly, true) => format!("{intent} was never charged."),
        (Check::Lost | Check::CommittedEarly, false) => format!("{intent} was never written in {place}."),
        (Check::DedupHole, charged) => {
            let twice = violation.detail == Detail::Hole { twice: true };
            let what = match (twice, charged) {
                (true, true) => "charged twice".to_owned(),
                (true, false) => format!("written twice in {place}"),
                (false, true) => "never charged".to_owned(),
                (false, false) => format!("never written in {place}"),
            };
            format!("{intent} was {what}, although {place} tracks messages.")
        }
        (Check::MessageWithoutRow, _) => {
            let message = message_kind(violation.message, board);
            format!("{message} of {} was published, but {place} never committed it.", intent_name(violation.intent, board))
        }
        (Check::OutOfOrder, _) => format!("{intent} changed its row in {place} after a later one."),
        (Check::SkippedRow, _) => {
            let message = message_kind(violation.message, board);
            format!("{intent} is in the outbox of {place}, but its {message} was passed over and never published.")
        }
        (Check::OutboxGrowing, _) => match violation.detail {
            Detail::Grew { kept: true, to, .. } => {
                format!("The outbox of {place} grows: {to} published rows, and none is deleted.")
            }
            Detail::Grew { from, to, over, .. } => {
                format!("The outbox of {place} grows: from {from} to {to} rows to publish in {}.", in_words(over))
            }
            _ => format!("The outbox of {place} grows."),
        },
        (Check::Stuck, _) => stuck_title(violation, board),
        (Check::PoolDry, _) => match violation.detail {
            Detail::Dry { waiting, over } => {
                let over = in_words(over);
                format!(
                    "Somebody has waited for a connection to the store of {place} nearly all the time for {over}; {waiting} now."
                )
            }
            _ => format!("The store of {place} has no free connection."),
        },
        (Check::RebalanceStorm, _) => match violation.detail {
            Detail::Storm { rebalances, over, .. } => {
                format!("The group of {place} has rebalanced {rebalances} times in {}.", in_words(over))
            }
            _ => format!("The group of {place} rebalances all the time."),
        },
        (Check::StuckGroup, _) => match violation.detail {
            Detail::Halted { over, .. } => {
                format!("Nobody in the group of {place} was handed anything for {}, while it rebalances.", in_words(over))
            }
            _ => format!("The group of {place} gets nowhere while it rebalances."),
        },
        (Check::HotPartition, _) => match violation.detail {
            Detail::Hot { record, records: (most, all), partitions, lag, .. } => format!(
                "Of {all} records, {most} came into partition {} of {partitions}; {lag} wait there for {place}.",
                record.partition
            ),
            _ => format!("One partition gets more than {place} reads of it."),
        },
        (Check::PassedOver, _) => match violation.detail {
            Detail::Jumped { record, records: 1, .. } => {
                format!("{place} began to read partition {} behind a record that was there for it.", record.partition)
            }
            Detail::Jumped { record, records, .. } => {
                format!("{place} began to read partition {} behind {records} records that were there for it.", record.partition)
            }
            _ => format!("{place} began to read behind records that were there for it."),
        },
        (Check::Poison, _) => {
            let message = capital(&message_name(violation.message, board));
            match violation.detail {
                Detail::Failed(times) => format!("{message} has failed {times} times in a row in {place}."),
                _ => format!("{message} was given up in {place}, and nobody was told."),
            }
        }
        (Check::RowWithoutMessage, _) => match told_of(violation, board) {
            Some(message) => format!("{intent} was committed in {place}, but its {message} was never published."),
            None => format!("{intent} was committed in {place}, but nobody was told."),
        },
    }
}

fn stuck_title(violation: &Violation, board: &Board) -> String {
    let place = board.title_of(violation.service);
    match violation.detail {
        Detail::Still(Idle::Partition(_, record), waited) => {
            let waited = in_words(waited);
            format!("{place} has got nowhere with partition {} for {waited}.", record.partition)
        }
        Detail::Still(Idle::Process(who), waited) => {
            let (who, waited) = (process_name(who, board), in_words(waited));
            format!("{who} has been in the middle of {} for {waited}.", message_name(violation.message, board))
        }
        Detail::Still(Idle::Outbox(_), waited) => {
            format!("Nothing was published from the outbox of {place} for {}.", in_words(waited))
        }
        _ => format!("{place} gets nowhere."),
    }
}

/// The message that the violation's handler sends on.
pub(super) fn told_of<'a>(violation: &Violation, board: &'a Board) -> Option<&'a str> {
    let handlers = &board.service(violation.service)?.handlers;
    let handler = handlers.iter().find(|handler| handler.lines.iter().any(|line| line.id == violation.line))?;
    handler.lines.iter().find_map(|line| match &line.does {
        Do::Publish { message, .. } | Do::Outbox { message, .. } => Some(message.as_str()),
        _ => None,
    })
}
