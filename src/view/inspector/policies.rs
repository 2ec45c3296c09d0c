//! What can become of a message whose handling fails, and the keys that messages can have.

use crate::board::{Board, DeadLetterDoc, FieldSource, HandlerDoc, OnFailure, dead_letter_topic};
use crate::net::Key;

/// So many keys are offered one by one.
const FEW: u32 = 26;

/// How often a message is tried again; Spring Kafka's default error handler does so nine times, then skips.
const TRIES: [u32; 3] = [1, 3, 9];
/// How often a record is tried again before it goes to a topic that was there already.
const FEW_TRIES: u32 = 3;

/// Each policy in words, with the reason why a handler cannot have it. A dead letter goes to the topic that is named after
/// the handler's, which comes along where it is not there, or to any other topic.
pub(in crate::view) fn policies(board: &Board, handler: &HandlerDoc) -> Vec<(String, OnFailure, String)> {
    let dead = |retries: u32, topic: String| OnFailure::RetryThenDeadLetter(DeadLetterDoc { retries, topic });
    let mut all = vec![OnFailure::Retry];
    all.extend(TRIES.map(OnFailure::RetryThenSkip));
    all.extend([OnFailure::Skip, OnFailure::Stop]);
    if let Some(from) = &handler.from {
        let own = dead_letter_topic(from);
        all.extend([FEW_TRIES, 9].map(|retries| dead(retries, own.clone())));
        let topics = board.brokers.iter().flat_map(|broker| &broker.topics).map(|topic| &topic.name);
        all.extend(topics.filter(|name| *name != from && **name != own).map(|name| dead(FEW_TRIES, name.clone())));
    }
    let refused = |policy: &OnFailure| match policy {
        OnFailure::Stop if handler.from.is_none() => "requests are not read from anywhere".to_owned(),
        _ => String::new(),
    };
    all.into_iter()
        .map(|policy| (policy.words(), refused(&policy), policy))
        .map(|(words, why, policy)| (words, policy, why))
        .collect()
}

/// The keys of a handler's messages, where they come from a small set.
pub(in crate::view) fn keys(board: &Board, handler: &HandlerDoc) -> Vec<(u32, String)> {
    let fields = board.message(&handler.on).map_or(&[][..], |kind| &kind.fields);
    let set = fields.iter().find_map(|field| match &field.from {
        FieldSource::Key(set) => board.keys.iter().find(|known| known.name == *set),
        FieldSource::Number | FieldSource::Cents(..) => None,
    });
    let size = set.map_or(0, |set| set.size);
    if size > FEW { Vec::new() } else { (0..size).map(|key| (key, Key::Letter(key).to_string())).collect() }
}
