//! Folds over facts: what was lost, done twice, or written without its message, each with its cause.
//!
//! A check reads facts and nothing else. "Lost" and "row ≠ message" are confirmed only when no live path is left, and
//! then never taken back; what may still turn out well is pending.

mod case;
mod checks;
mod expect;
mod explain;
mod goals;
mod ledger;
mod outboxes;
mod readers;
mod see;
mod story;
#[cfg(test)]
mod tests;
mod trace;

pub use crate::board::Check;
pub use checks::Checks;
pub use expect::{Expectations, Expected};
pub use explain::explain;
pub use goals::Goals;
pub use ledger::{EffectCount, Totals};
pub use story::{CallEnd, Explanation, Handover, StepKind, Stop, StopHow, Story};

use crate::sim::{FactId, IntentId, LineId, MessageId, NodeId, Time};

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
