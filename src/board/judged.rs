//! What a run is judged by: the names that boards, checks and the interface have for it.

use serde::{Deserialize, Serialize};

/// A check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// An accepted intent never had an effect that it should have had.
    Lost,
    /// An intent had the same effect twice.
    DoneTwice,
    /// A row was committed, and the message about it reached no log.
    RowWithoutMessage,
}

impl Check {
    /// All checks, in the order in which they are shown.
    pub const ALL: [Check; 3] = [Check::Lost, Check::DoneTwice, Check::RowWithoutMessage];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Check::Lost => "Lost",
            Check::DoneTwice => "Done twice",
            Check::RowWithoutMessage => "Row ≠ message",
        }
    }

    /// What it checks.
    pub const fn sentence(self) -> &'static str {
        match self {
            Check::Lost => "Every request that was answered has each of its effects.",
            Check::DoneTwice => "No effect of a request happens twice.",
            Check::RowWithoutMessage => "Every committed row that has a message to tell of it is told of.",
        }
    }
}

/// What a person can ask about a violation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Question {
    /// How did it happen?
    How,
    /// What would prevent it?
    Prevent,
}
