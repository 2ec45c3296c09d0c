//! Why tracking did not keep a message from being done twice, or kept it from being done at all.

use crate::board::{IfAgain, Pattern, Setting};
use crate::sim::FactId;
use crate::store::StoreFact;
use crate::world::Fact;

use super::super::story::{Explanation, Hole, StepKind, Story};
use super::super::trace::{Run, SetOff};
use super::super::{Detail, Violation};
use super::{Teller, set, switch};

impl Teller<'_> {
    pub(super) fn dedup_hole(mut self) -> Explanation {
        match self.violation.detail {
            Detail::Hole { twice: true } => self.tracked_too_late(),
            _ => {
                let Violation { message, service, fact, first, .. } = *self.violation;
                if let Some(first) = first {
                    self.step(first, StepKind::Appended);
                }
                self.step(fact, StepKind::Confirmed);
                let turned_away = self.trace.between(FactId::FIRST, fact.next()).rev().find_map(|(id, entry)| match entry.fact {
                    Fact::Store(StoreFact::DuplicateFound { message: m, .. }) => {
                        (m == message && entry.who.node == service).then_some(id)
                    }
                    _ => None,
                });
                let Some(turned_away) = turned_away else { return self.untold() };
                self.step(turned_away, StepKind::Recognised);
                // The first run that tracked it: its own transaction was over before the effect's began.
                let run = self.trace.runs_of(message, service, turned_away).find(|run| self.tracked(run, turned_away).is_some());
                let Some(run) = run else { return self.untold() };
                if let Some(tracked) = self.tracked(&run, turned_away) {
                    self.step(tracked, StepKind::Committed);
                }
                let stop = self.trace.stop(&run, run.id, fact.next());
                let stop = self.stopped(stop);
                self.tell_hole(&run, Hole::TrackedBefore, stop)
            }
        }
    }

    fn tracked_too_late(mut self) -> Explanation {
        let second = self.violation.fact;
        let Some(first) = self.violation.first else { return self.untold() };
        self.step(first, StepKind::Effect);
        self.step(second, StepKind::Effect);
        let (Some(run), Some(again)) = (self.trace.run(first), self.trace.run(second)) else { return self.untold() };
        let stop = self.trace.stop(&run, first, second);
        let stop = self.stopped(stop);
        let Some(tracked) = self.tracked(&run, second) else { return self.tell_hole(&run, Hole::TrackedAfter, stop) };
        let forgotten = self.trace.between(tracked, second).find_map(|(id, entry)| match entry.fact {
            Fact::Store(StoreFact::Forgotten { handler, message }) => {
                ((handler, message) == (run.handler, run.message)).then_some((id, entry.at))
            }
            _ => None,
        });
        if let Some((id, at)) = forgotten {
            self.step(id, StepKind::HandedOver);
            let since = self.trace.get(tracked).map_or(at, |entry| entry.at);
            let story = Story::Untracked { by: run.who, hole: Hole::Forgotten(at.since(since)), stop };
            return self.tell(story, set(run.who.node, Setting::ProcessedKeep, 0));
        }
        let elsewhere = match (run.set_off, again.set_off) {
            (SetOff::Record { record: x, .. }, SetOff::Record { record: y, .. }) => x != y,
            _ => false,
        };
        self.tell_hole(&run, if elsewhere { Hole::ByOffset } else { Hole::Elsewhere }, stop)
    }

    /// The fact that a run tracked its message.
    fn tracked(&self, run: &Run, before: FactId) -> Option<FactId> {
        self.trace.between(run.id, before).find_map(|(id, entry)| match entry.fact {
            Fact::Store(StoreFact::TrackedMessage { message, .. }) => {
                (message == run.message && entry.who == run.who).then_some(id)
            }
            _ => None,
        })
    }

    fn tell_hole(self, run: &Run, hole: Hole, stop: Option<super::Stop>) -> Explanation {
        let pattern = Pattern::IfAgain(run.handler, IfAgain::TracksIds);
        let story = Story::Untracked { by: run.who, hole, stop };
        self.tell(story, switch(run, pattern))
    }
}
