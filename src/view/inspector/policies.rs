//! What can become of a message whose handling fails, and the keys that messages can have.

use crate::board::{Board, FieldSource, HandlerDoc, OnFailure};
use crate::net::Key;

/// So many keys are offered one by one.
const FEW: u32 = 26;

/// The policies that are offered; Spring Kafka's default error handler tries again nine times, then skips.
const OFFERED: [OnFailure; 6] = [
    OnFailure::Retry,
    OnFailure::RetryThenSkip(1),
    OnFailure::RetryThenSkip(3),
    OnFailure::RetryThenSkip(9),
    OnFailure::Skip,
    OnFailure::Stop,
];

/// Each policy in words, with the reason why a handler cannot have it.
pub(super) fn policies(handler: &HandlerDoc) -> Vec<(String, OnFailure, String)> {
    let refused = |policy: OnFailure| match policy {
        OnFailure::Stop if handler.from.is_none() => "requests are not read from anywhere".to_owned(),
        _ => String::new(),
    };
    OFFERED.into_iter().map(|policy| (policy.words(), policy, refused(policy))).collect()
}

/// The keys of a handler's messages, where they come from a small set.
pub(super) fn keys(board: &Board, handler: &HandlerDoc) -> Vec<(u32, String)> {
    let fields = board.message(&handler.on).map_or(&[][..], |kind| &kind.fields);
    let set = fields.iter().find_map(|field| match &field.from {
        FieldSource::Key(set) => board.keys.iter().find(|known| known.name == *set),
        FieldSource::Number | FieldSource::Cents(..) => None,
    });
    let size = set.map_or(0, |set| set.size);
    if size > FEW { Vec::new() } else { (0..size).map(|key| (key, Key::Letter(key).to_string())).collect() }
}
