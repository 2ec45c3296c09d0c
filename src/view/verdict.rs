//! The verdict at the cursor: a chip for each check, with its violations explained.

use crate::board::{Board, Edit, IfAgain, Names, Pattern};
use crate::check::{Check, Explanation, Idle, Story, Violation};
use crate::session::Session;
use crate::world::{Entry, Facts};

use super::curing::prevent;
use super::inspect::Selection;
use super::inspector::refused;
use super::strip::{CheckChip, ViolationView};
use super::telling::how;
use super::titles::title;
use super::words::describe;

impl Session {
    /// What every check says at the cursor, in the order in which they are shown.
    pub fn verdict(&self) -> Vec<CheckChip> {
        let chip = |check: Check| {
            let violations = self.checks().violations().iter().filter(|violation| violation.check == check);
            CheckChip {
                name: check.name(),
                sentence: check.sentence(),
                question: check.question(),
                violations: violations.map(|violation| self.violation(violation)).collect(),
                pending: self.checks().pending(check),
                waits: check.pending(),
                usual: check.is_usual(),
            }
        };
        Check::ALL.map(chip).into()
    }

    fn violation(&self, violation: &Violation) -> ViolationView {
        let (explanation, steps) = self.explained(violation);
        let board = self.board();
        let fix = explanation.prevent.as_ref().and_then(|edit| self.fix(edit));
        let told = tell_with(violation, (&explanation, &steps), self.world().names(), board);
        ViolationView {
            prevent: fix.as_ref().map_or_else(String::new, |edit| prevent(edit, board)) + also(&explanation.story),
            fix,
            about: about(violation, &explanation),
            ..told
        }
    }

    /// The edit that would prevent it, if the program can have it: the next best where tracking is not to be had.
    fn fix(&self, edit: &Edit) -> Option<Edit> {
        let Edit::Pattern { service, pattern } = *edit else { return Some(edit.clone()) };
        let possible = |pattern: &Pattern| refused(self.board(), service, *pattern).is_none();
        let instead = match pattern {
            Pattern::IfAgain(handler, IfAgain::TracksIds) => Some(Pattern::IfAgain(handler, IfAgain::IsIdempotent)),
            _ => None,
        };
        Some(pattern).into_iter().chain(instead).find(possible).map(|pattern| Edit::Pattern { service, pattern })
    }
}

/// A violation as it is shown, from its explanation and the facts of the run.
pub fn tell(violation: &Violation, explanation: &Explanation, facts: Facts<'_>, names: &Names, board: &Board) -> ViolationView {
    let steps: Vec<Entry> = explanation.steps.iter().filter_map(|(id, _)| facts.get(id.index()).copied()).collect();
    tell_with(violation, (explanation, &steps), names, board)
}

/// A violation as it is shown, from its explanation and the facts of its steps.
fn tell_with(
    violation: &Violation,
    (explanation, steps): (&Explanation, &[Entry]),
    names: &Names,
    board: &Board,
) -> ViolationView {
    ViolationView {
        fact: violation.fact,
        at: violation.at,
        sentence: title(violation, board),
        how: how(violation, explanation, names, board),
        steps: steps.iter().map(|entry| (entry.at, describe(entry, names, board))).collect(),
        asks: ViolationView::PREVENTS,
        prevent: explanation.prevent.as_ref().map_or_else(String::new, |edit| prevent(edit, board)),
        fix: explanation.prevent.clone(),
        about: Selection::Message(violation.message),
    }
}

/// What else would have prevented it, as a further sentence.
const fn also(story: &Story) -> &'static str {
    match story {
        Story::DoneByZombie { fence: true, .. } => {
            " “is fenced” would do here, too: the new owner had worked on the partition when it woke, in a newer generation."
        }
        _ => "",
    }
}

/// What to look at: the record that came twice or too early, or else the message.
fn about(violation: &Violation, explanation: &Explanation) -> Selection {
    match explanation.story {
        Story::ReadAgain { record, .. }
        | Story::AckedFirst { record, .. }
        | Story::DoneByZombie { record, .. }
        | Story::BeganBehind { record, .. }
        | Story::OneKey { record, .. } => Selection::Record(record),
        Story::PublishedAgain { records: (_, again), .. }
        | Story::PublishedByTwo { records: (_, again), .. }
        | Story::ProducedAgain { records: (_, again), .. } => Selection::Record(again),
        Story::Overtaken { records: (older, _), .. } => Selection::Record(older),
        Story::CalledAgain { .. }
        | Story::ToldFirst { .. }
        | Story::PassedOver { .. }
        | Story::Dropped { .. }
        | Story::Untracked { .. }
        | Story::FailsAgain { .. }
        | Story::GivenUp { .. }
        | Story::StartedAgain { .. }
        | Story::AnsweredFirst { .. }
        | Story::LostPower { .. }
        | Story::NotPublished { .. }
        | Story::SentIntoNothing { .. } => Selection::Message(violation.message),
        Story::StandsStill { idle: Idle::Partition(_, record), .. } => Selection::Record(record),
        Story::RelayDown { .. }
        | Story::RelaySlow { .. }
        | Story::NeverCleaned
        | Story::PoolDry { .. }
        | Story::GoesAndComes { .. }
        | Story::AllWait { .. }
        | Story::StandsStill { .. }
        | Story::Untold { .. } => Selection::Node(violation.service),
    }
}
