//! The verdict at the cursor: a chip for each check, with its violations explained.

use crate::board::{IfAgain, Pattern};
use crate::check::{Check, Explanation, Story, Violation};
use crate::session::Session;
use crate::sim::NodeId;

use super::inspect::Selection;
use super::inspector::refused;
use super::strip::{CheckChip, ViolationView};
use super::telling::{prevent, tell};

impl Session {
    /// What every check says at the cursor, in the order in which they are shown.
    pub fn verdict(&self) -> Vec<CheckChip> {
        let chip = |check: Check| {
            let violations = self.checks().violations().iter().filter(|violation| violation.check == check);
            CheckChip {
                name: check.name(),
                sentence: check.sentence(),
                violations: violations.map(|violation| self.violation(violation)).collect(),
                pending: self.checks().pending(check),
                usual: true,
            }
        };
        Check::ALL.map(chip).into()
    }

    fn violation(&self, violation: &Violation) -> ViolationView {
        let explanation = self.explain(violation);
        let board = self.board();
        let fix = explanation.prevent.and_then(|(service, pattern)| self.fix(service, pattern));
        let told = tell(violation, &explanation, self.all_facts(), self.world().names(), board);
        ViolationView {
            prevent: fix.map_or_else(String::new, |(service, pattern)| prevent(service, pattern, board)),
            fix,
            about: about(violation, &explanation),
            ..told
        }
    }

    /// The switch that would prevent it, if the program can have it: the next best where tracking is not to be had.
    fn fix(&self, service: NodeId, pattern: Pattern) -> Option<(NodeId, Pattern)> {
        let possible = |pattern: &Pattern| refused(self.board(), service, *pattern).is_none();
        let instead = match pattern {
            Pattern::IfAgain(handler, IfAgain::TracksIds) => Some(Pattern::IfAgain(handler, IfAgain::IsIdempotent)),
            _ => None,
        };
        Some(pattern).into_iter().chain(instead).find(possible).map(|pattern| (service, pattern))
    }
}

/// What to look at: the record that came twice or too early, or else the message.
fn about(violation: &Violation, explanation: &Explanation) -> Selection {
    match explanation.story {
        Story::ReadAgain { record, .. } | Story::AckedFirst { record, .. } => Selection::Record(record),
        Story::PublishedAgain { records: (_, again), .. }
        | Story::PublishedByTwo { records: (_, again), .. }
        | Story::ProducedAgain { records: (_, again), .. } => Selection::Record(again),
        Story::CalledAgain { .. }
        | Story::StartedAgain { .. }
        | Story::GivenUp { .. }
        | Story::AnsweredFirst { .. }
        | Story::NotPublished { .. }
        | Story::PassedOver { .. }
        | Story::Dropped { .. }
        | Story::SentIntoNothing { .. } => Selection::Message(violation.message),
        Story::Untold { .. } => Selection::Node(violation.service),
    }
}
