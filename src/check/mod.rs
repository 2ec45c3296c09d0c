//! Folds over facts: what was lost, done twice, told of without a row, out of order, stuck, each with its cause.
//!
//! A check reads facts and nothing else. What is missing is confirmed only when no live path is left, and then never taken
//! back; what may still turn out well is pending. Time alone confirms only that something has got nowhere, or has grown, up
//! to then.

mod case;
mod cases;
mod checks;
mod course;
mod dues;
mod expect;
mod explain;
mod goals;
mod groups;
mod growth;
mod hot;
mod judge;
mod kept;
mod ledger;
mod limits;
pub mod metrics;
mod mishaps;
mod order;
mod outboxes;
mod pools;
mod processes;
mod readers;
mod see;
mod see_groups;
mod see_service;
mod see_store;
mod stop;
mod story;
#[cfg(test)]
mod tests;
mod trace;
mod violation;
mod waits;
mod why;

pub use crate::board::Check;
pub use case::Aside;
pub use checks::Checks;
pub use expect::{Expectations, Expected};
pub use explain::explain;
pub use goals::Goals;
pub use kept::{Awaited, Kept};
pub use ledger::{EffectCount, Totals};
pub use stop::{Stop, StopHow};
pub use story::{CallEnd, Explanation, Handover, Hole, Overtaking, StepKind, Story};
pub use violation::{Detail, Idle, Violation};
pub use waits::{Waits, waits};
pub use why::{Reasons, is_worth_asking, why};
