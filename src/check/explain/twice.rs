//! Why something happened twice: the two runs are followed up, from service to service, to where one became two.

use crate::board::{IfAgain, Pattern};
use crate::broker::BrokerFact;
use crate::net::NetFact;
use crate::rpc::RpcFact;
use crate::service::ServiceFact;
use crate::sim::{Actor, FactId, RecordId, Role};
use crate::world::{Entry, Fact};

use super::super::stop::Stop;
use super::super::story::{CallEnd, Explanation, Handover, StepKind, Story};
use super::super::trace::{Run, SetOff};
use super::{Teller, switch};

/// How far up a duplicate is followed, from service to service.
const DEEP: usize = 16;

impl Teller<'_> {
    pub(super) fn done_twice(mut self) -> Explanation {
        let second = self.violation.fact;
        let Some(first) = self.violation.first else { return self.untold() };
        self.step(first, StepKind::Effect);
        self.step(second, StepKind::Effect);
        let (Some(mut a), Some(mut b)) = (self.trace.run(first), self.trace.run(second)) else { return self.untold() };
        for _ in 0..DEEP {
            match (a.set_off, b.set_off) {
                (SetOff::Record { fetched: x, .. }, SetOff::Record { fetched: y, .. }) if x == y => {
                    return self.started_again(&a, second);
                }
                (SetOff::Call { called: x, .. }, SetOff::Call { called: y, .. }) if x == y => {
                    return self.started_again(&a, second);
                }
                (SetOff::Record { record: x, .. }, SetOff::Record { record: y, .. }) if x == y => {
                    return self.read_again(&a, &b, x);
                }
                (SetOff::Record { record: x, .. }, SetOff::Record { record: y, .. }) => {
                    let (Some(in_x), Some(in_y)) = (self.trace.appended(x, a.id), self.trace.appended(y, b.id)) else {
                        return self.untold();
                    };
                    // Partitions are read side by side: what was read first need not have been appended first.
                    let in_order = in_x <= in_y;
                    let (first, second) = if in_order { ((x, in_x), (y, in_y)) } else { ((y, in_y), (x, in_x)) };
                    self.step(first.1, StepKind::Appended);
                    self.step(second.1, StepKind::Appended);
                    if a.message == b.message {
                        return self.appended_again(&b, first, second);
                    }
                    let messages = if in_order { (a.message, b.message) } else { (b.message, a.message) };
                    let above = (self.trace.made(messages.0, first.1), self.trace.made(messages.1, second.1));
                    let (Some(above_a), Some(above_b)) = above else { return self.untold() };
                    (a, b) = (above_a, above_b);
                }
                (SetOff::Call { called: x, .. }, SetOff::Call { called: y, attempt }) => {
                    return self.called_again(&a, &b, (x, y), attempt);
                }
                _ => return self.untold(),
            }
        }
        self.untold()
    }

    fn started_again(mut self, run: &Run, before: FactId) -> Explanation {
        let failed = self.trace.between(run.id, before).find_map(|(id, entry)| match entry.fact {
            Fact::Service(ServiceFact::Failed { handler, line, message })
                if (entry.who, handler, message) == (run.who, run.handler, run.message) =>
            {
                Some((id, line))
            }
            _ => None,
        });
        let Some((id, failed)) = failed else { return self.untold() };
        self.step(id, StepKind::Stopped);
        let pattern = Pattern::IfAgain(run.handler, IfAgain::TracksIds);
        self.tell(Story::StartedAgain { by: run.who, failed }, switch(run, pattern))
    }

    pub(super) fn read_again(mut self, a: &Run, b: &Run, record: RecordId) -> Explanation {
        let stop = self.trace.stop(a, a.id, b.id).or_else(|| self.trace.commits_lost(a, b.id));
        let since = stop.map_or(a.id, |(id, _)| id);
        let handover = self.handover(a, b, since, stop);
        let stop = self.stopped(stop);
        let pattern = Pattern::IfAgain(b.handler, IfAgain::TracksIds);
        self.tell(Story::ReadAgain { record, stop, handover }, switch(b, pattern))
    }

    /// How a partition came from one run's process to the other's: the assignment that the fetch names as its reason,
    /// and the removal of the first member that led to it.
    fn handover(&mut self, a: &Run, b: &Run, since: FactId, stop: Option<(FactId, Stop)>) -> Option<Handover> {
        let SetOff::Record { fetched, .. } = b.set_off else { return None };
        let is_assignment = |entry: &Entry| entry.who == b.who && matches!(entry.fact, Fact::Broker(BrokerFact::Assigned { .. }));
        let assigned = self.trace.reason(fetched, FactId::FIRST, is_assignment)?;
        let entry = self.trace.get(assigned)?;
        let Fact::Broker(BrokerFact::Assigned { partition, offset, .. }) = entry.fact else { return None };
        let removal =
            |entry: &Entry| matches!(entry.fact, Fact::Broker(BrokerFact::MemberRemoved { member, .. }) if member == a.who);
        let removed = self.trace.reason(assigned, since, removal);
        let removed = removed.or_else(|| self.trace.between(since, assigned).find(|(_, e)| removal(e)).map(|(id, _)| id));
        let mut noticed = None;
        if let Some((id, entry)) = removed.and_then(|id| Some((id, self.trace.get(id)?)))
            && let Fact::Broker(BrokerFact::MemberRemoved { why, .. }) = entry.fact
        {
            self.step(id, StepKind::Noticed);
            noticed = stop.map(|(_, stop)| (entry.at.since(stop.at), why));
        }
        self.step(assigned, StepKind::HandedOver);
        self.step(fetched, StepKind::HandedOver);
        Some(Handover { noticed, partition, to: b.who, at: entry.at, offset })
    }

    /// The process that sent what was appended: the nearest sender back along the chain.
    fn sender(&self, appended: FactId) -> Option<(FactId, Actor)> {
        let sent = |entry: &Entry| matches!(entry.fact, Fact::Net(NetFact::Sent { .. })) && entry.who.role != Role::Broker;
        self.trace.back(appended).find(|(_, entry)| sent(entry)).map(|(id, entry)| (id, entry.who))
    }

    fn appended_again(mut self, b: &Run, x: (RecordId, FactId), y: (RecordId, FactId)) -> Explanation {
        let message = b.message;
        let records = (x.0, y.0);
        let (Some((sent, first)), Some((_, by))) = (self.sender(x.1), self.sender(y.1)) else { return self.untold() };
        let pattern = Pattern::IfAgain(b.handler, IfAgain::TracksIds);
        let mut retried = self.trace.between(sent, y.1).rev().filter_map(|(id, entry)| match entry.fact {
            Fact::Broker(BrokerFact::ProduceRetried { message: m, attempt }) if m == message && entry.who == by => {
                Some((id, attempt))
            }
            _ => None,
        });
        if let Some((id, attempts)) = retried.next()
            && first == by
        {
            self.step(id, StepKind::Noticed);
            return self.tell(Story::ProducedAgain { by, attempts, records }, switch(b, pattern));
        }
        if !first.same_process(by) {
            self.step(sent, StepKind::HandedOver);
            return self.tell(Story::PublishedByTwo { first, by, records }, switch(b, pattern));
        }
        let stop = self.trace.forgot(first, sent, y.1);
        let stop = self.stopped(stop);
        self.tell(Story::PublishedAgain { stop, by, records }, switch(b, pattern))
    }

    fn called_again(mut self, a: &Run, b: &Run, (x, y): (FactId, FactId), attempt: u32) -> Explanation {
        let message = b.message;
        let (first, second) = if x <= y { (a, x) } else { (b, y) };
        let later = x.max(y);
        let stop = self.trace.stop(first, first.id, later.max(first.id));
        let mut failed = self.trace.between(second, later).rev().filter_map(|(id, entry)| match entry.fact {
            Fact::Rpc(RpcFact::AttemptFailed { message: m, timed_out, .. }) if m == message => {
                Some((id, entry.at, if timed_out { CallEnd::TimedOut } else { CallEnd::Broken }))
            }
            Fact::Rpc(RpcFact::ErrorAnswered { message: m, .. }) if m == message => Some((id, entry.at, CallEnd::Error)),
            _ => None,
        });
        let Some((id, at, ended)) = failed.next() else { return self.untold() };
        let called = self.trace.between(FactId::FIRST, id).rev().find_map(|(called, entry)| match entry.fact {
            Fact::Rpc(RpcFact::Called { message: m, .. }) if m == message => Some((called, entry.at, entry.who)),
            _ => None,
        });
        let Some((called, since, client)) = called else { return self.untold() };
        self.step(called, StepKind::HandedOver);
        self.step(id, StepKind::Noticed);
        self.step(later, StepKind::HandedOver);
        let stop = self.stopped(stop);
        let waited = at.since(since);
        let pattern = Pattern::IfAgain(b.handler, IfAgain::TracksIds);
        self.tell(Story::CalledAgain { client, stop, attempt, waited, ended }, switch(b, pattern))
    }
}
