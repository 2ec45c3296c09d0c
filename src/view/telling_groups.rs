//! How it came about that a group rebalances all the time, waits, or falls behind in one partition, in words.

use crate::board::{Board, Setting};
use crate::check::{Story, Violation};

use super::naming::{in_words, message_kind, process_name};
use super::telling::{sentence_start, stop_words};
use super::words::why_words;

/// How it happened, in a sentence or three; nothing where it is another story.
pub(super) fn how(violation: &Violation, story: &Story, board: &Board) -> String {
    match story {
        Story::GoesAndComes { who, why, times, took, stop } => {
            let cause = match (took, stop) {
                (Some(took), _) => format!(
                    "{} handled {} for {}, and max.poll.interval.ms is {}: a member that does not poll in that time is no member any more.",
                    sentence_start(*who, board),
                    message_kind(violation.message, board),
                    in_words(*took),
                    setting(violation, Setting::MaxPollInterval, board)
                ),
                (None, Some(stop)) => stop_words(*stop, board),
                (None, None) => format!("{} was removed: {}.", sentence_start(*who, board), why_words(*why)),
            };
            format!(
                "{cause} It came back, and each time the whole group rebalanced, to let it go and to take it in. Members came back {times} times."
            )
        }
        Story::AllWait { why, since, late } => {
            let began = format!("The group rebalances since {since}: {}.", why_words(*why));
            let wait = match late {
                Some((who, began)) => format!(
                    " {} has been in the middle of a message since {began}, and joins with its next poll. With an eager assignor all the others have given up their partitions, and wait for it, up to {}.",
                    process_name(*who, board),
                    setting(violation, Setting::MaxPollInterval, board)
                ),
                None => {
                    " One of its members has not joined yet, and with an eager assignor all the others wait for it.".to_owned()
                }
            };
            began + &wait
        }
        Story::OneKey { key, .. } => format!(
            "{} is keyed by {key}: all records of one key go to one partition, and one member reads it. Some keys have far more than others.",
            message_kind(violation.message, board)
        ),
        _ => String::new(),
    }
}

/// The value of a setting of the violation's service.
fn setting(violation: &Violation, setting: Setting, board: &Board) -> String {
    let node = board.service(violation.service);
    node.map_or_else(String::new, |node| setting.text(node.settings.get(setting, board.timings)))
}
