//! What members of groups did to each other, and what groups began behind.

use crate::board::{Do, IfAgain, LineDoc, Pattern, Setting};
use crate::broker::{BrokerFact, RebalanceWhy};
use crate::sim::{Actor, FactId, Time};
use crate::world::{Entry, Fact};

use super::super::stop::Stop;
use super::super::story::{Explanation, Handover, StepKind, Story};
use super::super::trace::{Run, SetOff};
use super::super::{Detail, Violation};
use super::{Teller, set, switch};

impl Teller<'_> {
    pub(super) fn zombie(mut self) -> Explanation {
        let second = self.violation.fact;
        let Some(first) = self.violation.first else { return self.untold() };
        self.step(first, StepKind::Effect);
        self.step(second, StepKind::Effect);
        let (Some(before), Some(after)) = (self.trace.run(first), self.trace.run(second)) else { return self.untold() };
        let late = [(after, second), (before, first)];
        let found = late.into_iter().find_map(|(run, effect)| Some((run, effect, self.taken_from(&run, effect)?)));
        let Some((run, effect, assigned)) = found else { return self.untold() };
        let SetOff::Record { record, .. } = run.set_off else { return self.untold() };
        let stop = self.trace.stop(&run, run.id, effect);
        let Some(handover) = self.handed_over(&run, assigned, stop.map(|(_, stop)| stop.at)) else { return self.untold() };
        let stop = self.stopped(stop);
        let again = effect == second;
        let fence = again && stop.is_some_and(|stop| self.comes_to_a_fence(&run, stop));
        let prevent = switch(&run, Pattern::IfAgain(run.handler, IfAgain::TracksIds));
        self.tell(Story::DoneByZombie { record, by: run.who, stop, handover, again, fence }, prevent)
    }

    /// Whether a run was stopped before the line at which a fence would stand, the first of its transaction: then it comes there
    /// only when another process has worked on the partition.
    fn comes_to_a_fence(&self, run: &Run, stop: Stop) -> bool {
        let handlers = self.board.service(run.who.node).into_iter().flat_map(|node| &node.handlers);
        let Some(handler) = handlers.into_iter().find(|handler| handler.id == run.handler) else { return false };
        let place = |fits: &dyn Fn(&LineDoc) -> bool| handler.lines.iter().position(fits);
        let begin = place(&|line| line.does == Do::Begin);
        begin.is_some() && stop.after.is_none_or(|after| place(&|line| line.id == after) <= begin)
    }

    /// The assignment by which another process was given the partition of a run's record before the run had its effect.
    fn taken_from(&self, run: &Run, effect: FactId) -> Option<FactId> {
        let SetOff::Record { fetched, group, record } = run.set_off else { return None };
        let given = |entry: &Entry| matches!(entry.fact, Fact::Broker(BrokerFact::Assigned { group: g, topic, partition, .. }) if (g, topic, partition) == (group, record.topic, record.partition));
        let own = |entry: &Entry| given(entry) && entry.who == run.who;
        let since = self.trace.between(FactId::FIRST, fetched).rev().find(|(_, entry)| own(entry)).map(|(id, _)| id)?;
        let mut taken = self.trace.between(since, effect).filter(|(_, entry)| given(entry) && entry.who != run.who);
        taken.next().map(|(id, _)| id)
    }

    /// How a partition came from a run's process to the one that an assignment is of.
    fn handed_over(&mut self, run: &Run, assigned: FactId, stood: Option<Time>) -> Option<Handover> {
        let entry = self.trace.get(assigned)?;
        let Fact::Broker(BrokerFact::Assigned { partition, offset, .. }) = entry.fact else { return None };
        let (to, at) = (entry.who, entry.at);
        let removed = self.removed(run.who, (run.id, assigned));
        let noticed = removed.and_then(|(id, at, why)| {
            self.step(id, StepKind::Noticed);
            Some((at.since(stood?), why))
        });
        self.step(assigned, StepKind::HandedOver);
        Some(Handover { noticed, partition, to, at, offset })
    }

    /// The latest removal of a member between two facts.
    fn removed(&self, who: Actor, (from, to): (FactId, FactId)) -> Option<(FactId, Time, RebalanceWhy)> {
        self.trace.between(from, to).rev().find_map(|(id, entry)| match entry.fact {
            Fact::Broker(BrokerFact::MemberRemoved { member, why, .. }) if member == who => Some((id, entry.at, why)),
            _ => None,
        })
    }

    pub(super) fn passed_over(mut self) -> Explanation {
        let Violation { service, fact, detail, .. } = *self.violation;
        let Detail::Jumped { group, record, records } = detail else { return self.untold() };
        let Some(appended) = self.trace.appended(record, fact) else { return self.untold() };
        self.step(appended, StepKind::Appended);
        let began = self.trace.between(appended, fact.next()).find_map(|(id, entry)| match entry.fact {
            Fact::Broker(BrokerFact::Assigned { group: g, topic, partition, offset, .. }) => {
                let here = (g, topic, partition) == (group, record.topic, record.partition) && offset > record.offset;
                here.then_some((id, entry, offset))
            }
            _ => None,
        });
        let Some((id, entry, to)) = began else { return self.untold() };
        self.step(id, StepKind::HandedOver);
        self.step(fact, StepKind::Confirmed);
        let (by, at) = (entry.who, entry.at);
        self.tell(Story::BeganBehind { group, record, records, to, by, at }, set(service, Setting::OffsetReset, 0))
    }
}
