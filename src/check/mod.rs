//! Folds over facts: what was lost, done twice, or written without its message, each with its cause.
//!
//! A check reads facts and nothing else. "Lost" and "row ≠ message" are confirmed only when no live path is left, and
//! then never taken back; what may still turn out well is pending.

mod case;
mod checks;
mod expect;
mod explain;
mod ledger;
mod readers;
mod see;
mod story;
#[cfg(test)]
mod tests;
mod trace;

pub use checks::Checks;
pub use expect::{Expectations, Expected};
pub use explain::explain;
pub use ledger::{EffectCount, Totals};
pub use story::{Explanation, Handover, StepKind, Stop, StopHow, Story};

use crate::sim::{FactId, IntentId, LineId, MessageId, NodeId, Time};

/// A check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// A check that does not hold, and never will again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The check.
    pub check: Check,
    /// When it was certain.
    pub at: Time,
    /// The fact that made it certain: the second effect, or the end of the last live path.
    pub fact: FactId,
    /// What the business meant.
    pub intent: IntentId,
    /// The service whose store has too much or too little.
    pub service: NodeId,
    /// The line that writes there.
    pub line: LineId,
    /// The message that the line's handler handles.
    pub message: MessageId,
    /// Done twice: the first effect. Lost: the message's way into a log, or the start of its handling. Row without
    /// message: the row.
    pub first: Option<FactId>,
}
