//! From a violation to its story. Nothing is guessed: each field comes from a fact that the chain of reasons leads to,
//! or that names the same process, message or record.

use crate::board::{Acknowledges, IfAgain, Pattern, Publishes};
use crate::broker::BrokerFact;
use crate::net::NetFact;
use crate::rpc::RpcFact;
use crate::service::ServiceFact;
use crate::sim::{Actor, FactId, InOrder, LineId, MessageId, RecordId, Role};
use crate::store::StoreFact;
use crate::world::{Entry, Fact};

use super::story::{CallEnd, Explanation, Handover, StepKind, Stop, Story};
use super::trace::{Run, SetOff, Trace};
use super::{Check, Violation};

/// How far up a duplicate is followed, from service to service.
const DEEP: usize = 16;

/// Explains a violation from the facts of its run, from the first one on.
pub fn explain(violation: &Violation, facts: &[Entry]) -> Explanation {
    let teller = Teller { trace: Trace(facts), violation, steps: Vec::new() };
    match violation.check {
        Check::DoneTwice => teller.done_twice(),
        Check::Lost => teller.lost(),
        Check::RowWithoutMessage => teller.row_without_message(),
    }
}

struct Teller<'a> {
    trace: Trace<'a>,
    violation: &'a Violation,
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

    fn tell(mut self, story: Story, prevent: Option<(&Run, Pattern)>) -> Explanation {
        let earliest = self.steps.iter().map(|(id, _)| *id).min();
        if let Some(run) = earliest.and_then(|earliest| self.trace.run(earliest)) {
            self.step(run.id, StepKind::Began);
        }
        self.steps.in_order_by_key(|(id, _)| *id);
        self.steps.dedup_by_key(|(id, _)| *id);
        Explanation { story, steps: self.steps, prevent: prevent.map(|(run, pattern)| (run.who.node, pattern)) }
    }

    fn untold(self) -> Explanation {
        let message = self.violation.message;
        self.tell(Story::Untold { message }, None)
    }

    fn done_twice(mut self) -> Explanation {
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
        self.tell(Story::StartedAgain { by: run.who, failed }, Some((run, pattern)))
    }

    fn read_again(mut self, a: &Run, b: &Run, record: RecordId) -> Explanation {
        let stop = self.trace.stop(a, a.id, b.id);
        let since = stop.map_or(a.id, |(id, _)| id);
        let handover = self.handover(a, b, since, stop);
        let stop = self.stopped(stop);
        let pattern = Pattern::IfAgain(b.handler, IfAgain::TracksIds);
        self.tell(Story::ReadAgain { record, stop, handover }, Some((b, pattern)))
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
            return self.tell(Story::ProducedAgain { by, attempts, records }, Some((b, pattern)));
        }
        if !first.same_process(by) {
            self.step(sent, StepKind::HandedOver);
            return self.tell(Story::PublishedByTwo { first, by, records }, Some((b, pattern)));
        }
        let stop = self.trace.forgot(first, sent, y.1);
        let stop = self.stopped(stop);
        self.tell(Story::PublishedAgain { stop, by, records }, Some((b, pattern)))
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
        self.tell(Story::CalledAgain { client, stop, attempt, waited, ended }, Some((b, pattern)))
    }

    fn lost(mut self) -> Explanation {
        let Violation { message, service, fact, first, .. } = *self.violation;
        if let Some(first) = first {
            self.step(first, StepKind::Appended);
        }
        self.step(fact, StepKind::Confirmed);
        let Some(run) = self.trace.runs_of(message, service, fact.next()).last() else { return self.untold() };
        self.step(run.id, StepKind::HandedOver);
        if let Some((id, failed, failures)) = self.given_up(&run, fact.next()) {
            self.step(id, StepKind::Stopped);
            return self.tell(Story::GivenUp { by: run.who, failed, failures }, None);
        }
        let stop = self.trace.stop(&run, run.id, fact.next());
        match run.set_off {
            SetOff::Record { group, record, .. } => {
                let committed = self.trace.between(FactId::FIRST, fact.next()).find_map(|(id, entry)| match entry.fact {
                    Fact::Broker(BrokerFact::OffsetCommitted { group: g, topic, partition, offset }) => {
                        let here = (g, topic, partition) == (group, record.topic, record.partition);
                        (here && offset > record.offset).then_some((id, offset, entry.at))
                    }
                    _ => None,
                });
                let Some((id, offset, at)) = committed else { return self.untold() };
                self.step(id, StepKind::Committed);
                let stop = self.stopped(stop);
                let pattern = Pattern::Acknowledges(run.handler, Acknowledges::AfterHandling);
                self.tell(Story::AckedFirst { record, stop, offset, at }, Some((&run, pattern)))
            }
            SetOff::Call { .. } => {
                let stop = self.stopped(stop);
                self.tell(Story::AnsweredFirst { stop }, None)
            }
            SetOff::Unknown => self.untold(),
        }
    }

    /// Whether a run ended with its message given up: where it had failed last, and how often.
    fn given_up(&self, run: &Run, before: FactId) -> Option<(FactId, LineId, u32)> {
        let of_run = |entry: &Entry, handler, message| (entry.who, handler, message) == (run.who, run.handler, run.message);
        let (mut last, mut failures) = (LineId(0), 0);
        self.trace.between(FactId::FIRST, before).find_map(|(id, entry)| match entry.fact {
            Fact::Service(ServiceFact::Failed { handler, line, message }) if of_run(entry, handler, message) => {
                (last, failures) = (line, failures + 1);
                None
            }
            Fact::Service(ServiceFact::Skipped { handler, message }) if of_run(entry, handler, message) => {
                Some((id, last, failures))
            }
            _ => None,
        })
    }

    fn row_without_message(mut self) -> Explanation {
        let Violation { message, fact, first, .. } = *self.violation;
        self.step(fact, StepKind::Confirmed);
        let Some(row) = first else { return self.untold() };
        self.step(row, StepKind::Effect);
        let Some(run) = self.trace.run(row) else { return self.untold() };
        if let Some((id, story)) = self.passed_by_relay() {
            self.step(id, StepKind::Committed);
            return self.tell(story, None);
        }
        let stop = self.trace.stop(&run, row, fact.next());
        let pattern = Pattern::Publishes(run.handler, Publishes::ThroughOutbox);
        if stop.is_none()
            && let Some(id) = self.discarded(&run, row)
        {
            self.step(id, StepKind::Stopped);
            return self.tell(Story::SentIntoNothing { by: run.who }, Some((&run, pattern)));
        }
        let stop = self.stopped(stop);
        let (recognised, gave_up) = self.retried(message, row);
        self.tell(Story::NotPublished { stop, recognised, gave_up }, Some((&run, pattern)))
    }

    /// The fact that a relay had passed the row of the outbox, or found it gone, and what it tells.
    fn passed_by_relay(&mut self) -> Option<(FactId, Story)> {
        let Violation { service, intent, fact, first, .. } = *self.violation;
        let here = |entry: &Entry| entry.who.node == service;
        let (visible, row) = self.trace.between(first?, fact.next()).find_map(|(id, entry)| match entry.fact {
            Fact::Store(StoreFact::OutboxVisible { row, message }) if here(entry) && message.intent == intent => Some((id, row)),
            _ => None,
        })?;
        self.step(visible, StepKind::Effect);
        self.trace.between(FactId::FIRST, fact.next()).find_map(|(id, entry)| match entry.fact {
            Fact::Store(StoreFact::CursorSaved { row: position }) if here(entry) && position >= row => {
                Some((id, Story::PassedOver { by: entry.who, row, position }))
            }
            Fact::Store(StoreFact::LogDropped { .. }) if here(entry) && id >= visible => {
                Some((id, Story::Dropped { by: entry.who }))
            }
            _ => None,
        })
    }

    /// The end of a packet that carried a message which the run had made.
    fn discarded(&self, run: &Run, after: FactId) -> Option<FactId> {
        let made = |message: MessageId| message.by == run.who.node && message.intent == run.message.intent;
        let facts = || self.trace.between(after, self.violation.fact.next());
        let packet = facts().find_map(|(_, entry)| match entry.fact {
            Fact::Net(NetFact::Carries { packet, message }) if made(message) => Some(packet),
            _ => None,
        })?;
        let gone = |entry: &Entry| matches!(entry.fact, Fact::Net(NetFact::Discarded { packet: p, .. }) if p == packet);
        facts().find(|(_, entry)| gone(entry)).map(|(id, _)| id)
    }

    /// The client's later attempt that was recognised as a duplicate, and whether it gave up.
    fn retried(&mut self, message: MessageId, after: FactId) -> (Option<u32>, bool) {
        let (mut attempt, mut recognised, mut gave_up) = (1, None, false);
        let mut steps = Vec::new();
        for (id, entry) in self.trace.between(after, self.violation.fact.next()) {
            match entry.fact {
                Fact::Rpc(RpcFact::AttemptFailed { message: m, .. } | RpcFact::ErrorAnswered { message: m, .. })
                    if m == message =>
                {
                    steps.push((id, StepKind::Noticed));
                }
                Fact::Rpc(RpcFact::Called { message: m, attempt: n }) if m == message => {
                    attempt = n;
                    steps.push((id, StepKind::HandedOver));
                }
                Fact::Store(StoreFact::DuplicateFound { message: m, .. }) if m == message => {
                    recognised = Some(attempt);
                    steps.push((id, StepKind::Recognised));
                }
                Fact::Rpc(RpcFact::GaveUp { message: m, .. }) if m == message => gave_up = true,
                _ => {}
            }
        }
        self.steps.extend(steps);
        (recognised, gave_up)
    }
}
