//! Why something never came: an effect, a message, or the row that a message tells of.

use crate::board::{Acknowledges, Do, Edit, LineDoc, Pattern, Place, Publishes, Setting};
use crate::broker::BrokerFact;
use crate::net::NetFact;
use crate::rpc::RpcFact;
use crate::sim::{FactId, MessageId};
use crate::store::StoreFact;
use crate::world::{Entry, Fact};

use super::super::story::{Explanation, StepKind, Story};
use super::super::trace::{Run, SetOff};
use super::super::{Check, Violation};
use super::{Teller, set, switch};

impl Teller<'_> {
    pub(super) fn lost(mut self) -> Explanation {
        let Violation { check, message, service, fact, first, .. } = *self.violation;
        if let Some(first) = first {
            self.step(first, StepKind::Appended);
        }
        self.step(fact, StepKind::Confirmed);
        let Some(run) = self.trace.runs_of(message, service, fact.next()).last() else { return self.lost_power() };
        self.step(run.id, StepKind::HandedOver);
        let stop = self.trace.stop(&run, run.id, fact.next());
        match run.set_off {
            SetOff::Record { .. } if check == Check::Lost => self.lost_power(),
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
                let prevent = self.acknowledges_later(&run);
                self.tell(Story::AckedFirst { record, stop, offset, at }, prevent)
            }
            SetOff::Call { .. } => {
                let stop = self.stopped(stop);
                self.tell(Story::AnsweredFirst { stop }, None)
            }
            SetOff::Unknown => self.untold(),
        }
    }

    /// What has a handler commit no record before it is done: its acknowledgement behind the work, or one that passes
    /// nothing that is unfinished.
    fn acknowledges_later(&self, run: &Run) -> Option<Edit> {
        let service = run.who.node;
        let handler = self.board.service(service)?.handlers.iter().find(|handler| handler.id == run.handler)?;
        let place = |fits: &dyn Fn(&LineDoc) -> bool| handler.lines.iter().position(fits);
        let ack = place(&|line| line.does == Do::Ack);
        if self.setting(service, Setting::AutoCommit) == Some(1) {
            let acks_last = ack.is_some() && ack > place(&|line| line.id == self.violation.line);
            let one_worker = || set(service, Setting::Workers, 1).filter(|_| self.setting(service, Setting::Workers) != Some(1));
            return if acks_last { set(service, Setting::AutoCommit, 0) } else { one_worker() };
        }
        if ack.is_some() && ack > place(&|line| line.id == self.violation.line) {
            return set(service, Setting::AckOf, 0).filter(|_| self.setting(service, Setting::AckOf) != Some(0));
        }
        switch(run, Pattern::Acknowledges(run.handler, Acknowledges::AfterHandling))
    }

    /// The record was gone before anybody had handled it: a power loss took it from the log.
    fn lost_power(mut self) -> Explanation {
        let Violation { message, fact, .. } = *self.violation;
        let appended = self.trace.between(FactId::FIRST, fact.next()).rev().find_map(|(id, entry)| match entry.fact {
            Fact::Broker(BrokerFact::Appended { record, message: m }) if m == message => Some((id, record)),
            _ => None,
        });
        let Some((appended, record)) = appended else { return self.untold() };
        let cut = self.trace.between(appended, fact.next()).find_map(|(id, entry)| match entry.fact {
            Fact::Broker(BrokerFact::LogCut { topic, partition, from, .. })
                if (topic, partition) == (record.topic, record.partition) && from <= record.offset =>
            {
                Some((id, entry))
            }
            _ => None,
        });
        let Some((id, entry)) = cut else { return self.untold() };
        self.step(id, StepKind::Stopped);
        let acked = self
            .trace
            .between(appended, id)
            .any(|(_, entry)| matches!(entry.fact, Fact::Broker(BrokerFact::Acked { record: r, .. }) if r == record));
        let prevent = Edit::Set { place: Place::Node(entry.who.node), setting: Setting::LogFlush, value: Some(0) };
        self.tell(Story::LostPower { record, broker: entry.who, at: entry.at, acked }, Some(prevent))
    }

    pub(super) fn row_without_message(mut self) -> Explanation {
        let Violation { message, fact, first, .. } = *self.violation;
        self.step(fact, StepKind::Confirmed);
        let Some(row) = first else { return self.untold() };
        self.step(row, StepKind::Effect);
        let Some(run) = self.trace.run(row) else { return self.untold() };
        let stop = self.trace.stop(&run, row, fact.next());
        let pattern = Pattern::Publishes(run.handler, Publishes::ThroughOutbox);
        if stop.is_none()
            && let Some(id) = self.discarded(&run, row)
        {
            self.step(id, StepKind::Stopped);
            return self.tell(Story::SentIntoNothing { by: run.who }, switch(&run, pattern));
        }
        let stop = self.stopped(stop);
        let (recognised, gave_up) = self.retried(message, row);
        self.tell(Story::NotPublished { stop, recognised, gave_up }, switch(&run, pattern))
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

    pub(super) fn message_without_row(mut self) -> Explanation {
        let Violation { message, fact, first, .. } = *self.violation;
        self.step(fact, StepKind::Confirmed);
        let Some(appended) = first else { return self.untold() };
        self.step(appended, StepKind::Appended);
        let Some(run) = self.trace.made(message, appended) else { return self.untold() };
        let rolled_back = self.trace.between(run.id, fact.next()).find_map(|(id, entry)| match entry.fact {
            Fact::Store(StoreFact::RolledBack { why, .. }) if entry.who == run.who => Some((id, why)),
            _ => None,
        });
        if let Some((id, _)) = rolled_back {
            self.step(id, StepKind::Stopped);
        }
        let stop = self.trace.stop(&run, run.id, fact.next());
        let stop = self.stopped(stop);
        let (_, gave_up) = self.retried(run.message, appended);
        let pattern = Pattern::Publishes(run.handler, Publishes::ThroughOutbox);
        let rolled_back = rolled_back.map(|(_, why)| why);
        self.tell(Story::ToldFirst { by: run.who, stop, rolled_back, gave_up }, switch(&run, pattern))
    }
}
