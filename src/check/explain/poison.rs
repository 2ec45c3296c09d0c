//! Why a message cannot be handled.

use crate::board::{DeadLetterDoc, Do, Edit, LineDoc, Mend, OnFailure, dead_letter_topic};
use crate::service::ServiceFact;
use crate::sim::{FactId, HandlerId, LineId, NodeId};
use crate::world::Fact;

use super::super::story::{Explanation, StepKind, Story};
use super::super::{Detail, Violation};
use super::Teller;

/// How often a message that fails should be tried again before it is given up: fewer times than make it poison.
const TRIES: u32 = 3;

/// A failure of a handler.
type Failure = (FactId, HandlerId, LineId);

impl Teller<'_> {
    pub(super) fn poison(mut self) -> Explanation {
        let Violation { service, line, fact, detail, .. } = *self.violation;
        self.step(fact, StepKind::Confirmed);
        let failures = self.failures(fact.next());
        let (Some(first), Some((last, handler, failed))) = (failures.first(), failures.last().copied()) else {
            return self.untold();
        };
        self.step(first.0, StepKind::Stopped);
        self.step(last, StepKind::Stopped);
        if let Detail::Failed(times) = detail {
            let prevent = self.without_condition(line).or_else(|| self.dead_letters(service, handler));
            let prevent = prevent.or_else(|| self.on_failure(service, handler, OnFailure::RetryThenSkip(TRIES)));
            return self.tell(Story::FailsAgain { service, line, times }, prevent);
        }
        let times = u32::try_from(failures.len()).unwrap_or(u32::MAX);
        let prevent = self.dead_letters(service, handler).or_else(|| self.on_failure(service, handler, OnFailure::Retry));
        self.tell(Story::GivenUp { service, line: failed, times }, prevent)
    }

    /// All failures of the message before a fact.
    fn failures(&self, before: FactId) -> Vec<Failure> {
        let Violation { service, message, .. } = *self.violation;
        let all = self.trace.between(FactId::FIRST, before).filter_map(|(id, entry)| match entry.fact {
            Fact::Service(ServiceFact::Failed { handler, line, message: m }) if m == message => {
                (entry.who.node == service).then_some((id, handler, line))
            }
            _ => None,
        });
        all.collect()
    }

    /// The service's program without the condition that does not hold, where that is the line.
    fn without_condition(&self, line: LineId) -> Option<Edit> {
        let service = self.violation.service;
        let mut lines = self.board.service(service)?.handlers.iter().flat_map(|handler| &handler.lines);
        let is_it = |known: &LineDoc| known.id == line && matches!(known.does, Do::Require(_));
        lines.any(is_it).then_some(Edit::Mend { service, mend: Mend::Without(line) })
    }

    /// What a handler of records fails at, kept as a dead letter after a few tries.
    fn dead_letters(&self, service: NodeId, handler: HandlerId) -> Option<Edit> {
        let known = self.board.service(service)?.handlers.iter().find(|known| known.id == handler)?;
        let to = DeadLetterDoc { retries: TRIES, topic: dead_letter_topic(known.from.as_deref()?) };
        Some(Edit::Mend { service, mend: Mend::OnFailure(handler, OnFailure::RetryThenDeadLetter(to)) })
    }

    /// Another policy for what a handler fails at.
    pub(super) fn on_failure(&self, service: NodeId, handler: HandlerId, policy: OnFailure) -> Option<Edit> {
        let known = self.board.service(service)?.handlers.iter().any(|known| known.id == handler);
        known.then_some(Edit::Mend { service, mend: Mend::OnFailure(handler, policy) })
    }
}
