//! What becomes of a message that cannot be handled.

use serde::{Deserialize, Serialize};

/// What happens to a message whose handling fails. The transaction is rolled back in each case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnFailure {
    /// It is handled again after a pause, for ever; its partition waits behind it.
    #[default]
    Retry,
    /// It is handled again so many times (1 to 1,000), then given up: a record is acknowledged, a request gets an error.
    RetryThenSkip(u32),
    /// It is given up at once.
    Skip,
    /// It is handled again, and if it still fails its record is kept as a dead letter and acknowledged. Only for a record.
    RetryThenDeadLetter(DeadLetterDoc),
    /// The instance stops reading where it came from, until it is started again. Only for a record.
    Stop,
}

impl OnFailure {
    /// Whether it is the default.
    pub fn is_retry(&self) -> bool {
        *self == OnFailure::Retry
    }

    /// The topic that dead letters go to, if there are any.
    pub fn dead_letters(&self) -> Option<&str> {
        if let OnFailure::RetryThenDeadLetter(to) = self { Some(&to.topic) } else { None }
    }

    /// What it does, in the words of its switch.
    pub fn words(&self) -> String {
        match self {
            OnFailure::Retry => "tries again for ever".to_owned(),
            OnFailure::RetryThenSkip(1) => "tries again once, then skips".to_owned(),
            OnFailure::RetryThenSkip(times) => format!("tries again {times} times, then skips"),
            OnFailure::Skip => "skips".to_owned(),
            OnFailure::RetryThenDeadLetter(DeadLetterDoc { retries: 0, topic }) => format!("sends it to {topic}"),
            OnFailure::RetryThenDeadLetter(DeadLetterDoc { retries: 1, topic }) => {
                format!("tries again once, then sends it to {topic}")
            }
            OnFailure::RetryThenDeadLetter(DeadLetterDoc { retries, topic }) => {
                format!("tries again {retries} times, then sends it to {topic}")
            }
            OnFailure::Stop => "stops reading".to_owned(),
        }
    }
}

/// When a record becomes a dead letter, and where it goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeadLetterDoc {
    /// How many times it is handled again before that: 0 to 1,000.
    #[serde(default)]
    pub retries: u32,
    /// The topic: another one than it was read from. A wire leads there from the service.
    pub topic: String,
}
