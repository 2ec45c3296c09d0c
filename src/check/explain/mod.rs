//! From a violation to its story. Nothing is guessed: each field comes from a fact that the chain of reasons leads to,
//! or that names the same process, message or record.

mod groups;
mod holes;
mod missing;
mod order;
mod outboxes;
mod poison;
mod pools;
mod rebalances;
mod stuck;
mod twice;

pub(super) use pools::users_of;

use crate::board::{Board, Edit, Pattern, Place, Setting};
use crate::sim::{FactId, InOrder, NodeId};
use crate::world::Facts;

use super::stop::Stop;
use super::story::{Explanation, StepKind, Story};
use super::trace::{Run, Trace};
use super::{Check, Violation};

/// Explains a violation from the facts of its run, from the first one on, and the board as it is.
pub fn explain(violation: &Violation, facts: Facts<'_>, board: &Board) -> Explanation {
    let teller = Teller { trace: Trace(facts), violation, board, steps: Vec::new() };
    match violation.check {
        Check::DoneTwice => teller.done_twice(),
        Check::Lost | Check::CommittedEarly => teller.lost(),
        Check::RowWithoutMessage => teller.row_without_message(),
        Check::MessageWithoutRow => teller.message_without_row(),
        Check::OutOfOrder => teller.out_of_order(),
        Check::SkippedRow => teller.skipped_row(),
        Check::OutboxGrowing => teller.outbox_growing(),
        Check::DedupHole => teller.dedup_hole(),
        Check::Stuck => teller.stuck(),
        Check::Poison => teller.poison(),
        Check::PoolDry => teller.pool_dry(),
        Check::Zombie => teller.zombie(),
        Check::PassedOver => teller.passed_over(),
        Check::RebalanceStorm => teller.rebalance_storm(),
        Check::HotPartition => teller.hot_partition(),
        Check::StuckGroup => teller.stuck_group(),
    }
}

struct Teller<'a> {
    trace: Trace<'a>,
    violation: &'a Violation,
    board: &'a Board,
    steps: Vec<(FactId, StepKind)>,
}

impl Teller<'_> {
    fn step(&mut self, id: FactId, kind: StepKind) {
        self.steps.push((id, kind));
    }

    fn stopped(&mut self, stop: Option<(FactId, Stop)>) -> Option<Stop> {
        let (id, stop) = stop?;
        self.step(id, StepKind::Stopped);
        Some(stop)
    }

    fn tell(mut self, story: Story, prevent: Option<Edit>) -> Explanation {
        let earliest = self.steps.iter().map(|(id, _)| *id).min();
        if let Some(run) = earliest.and_then(|earliest| self.trace.run(earliest)) {
            self.step(run.id, StepKind::Began);
        }
        self.steps.in_order_by_key(|(id, _)| *id);
        self.steps.dedup_by_key(|(id, _)| *id);
        Explanation { story, steps: self.steps, prevent }
    }

    fn untold(self) -> Explanation {
        let message = self.violation.message;
        self.tell(Story::Untold { message }, None)
    }

    /// A setting of a service with the value that it has on the board.
    fn setting(&self, service: NodeId, setting: Setting) -> Option<u64> {
        self.board.service(service).map(|node| node.settings.get(setting, self.board.timings))
    }
}

/// The pattern of a run's service that would have prevented it.
fn switch(run: &Run, pattern: Pattern) -> Option<Edit> {
    Some(Edit::Pattern { service: run.who.node, pattern })
}

/// The setting of a service that would have prevented it.
pub(super) fn set(service: NodeId, setting: Setting, value: u64) -> Option<Edit> {
    Some(Edit::Set { place: Place::Node(service), setting, value: Some(value) })
}
