//! Walking back from a fact to what set it off.

use std::collections::BTreeSet;

use crate::broker::BrokerFact;
use crate::rpc::RpcFact;
use crate::service::ServiceFact;
use crate::sim::{Actor, FactId, GroupId, HandlerId, LineId, MessageId, NodeId, RecordId, TopicId};
use crate::store::StoreFact;
use crate::world::{Entry, Fact, Facts, ProcessFact};

use super::stop::{Stop, StopHow};

/// How many facts a walk over all reasons looks at.
const WALK: usize = 5_000;

/// The facts of a run from its first.
#[derive(Clone, Copy)]
pub(super) struct Trace<'a>(pub(super) Facts<'a>);

/// One run of a handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// The fact that it started.
    pub(super) id: FactId,
    pub(super) who: Actor,
    pub(super) handler: HandlerId,
    pub(super) message: MessageId,
    pub(super) set_off: SetOff,
}

/// What set off a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SetOff {
    /// A record.
    Record { fetched: FactId, group: GroupId, record: RecordId },
    /// A client's attempt.
    Call { called: FactId, attempt: u32 },
    /// Something that the facts do not tell.
    Unknown,
}

impl Run {
    fn reads(&self, topic: TopicId, partition: u16) -> bool {
        matches!(self.set_off, SetOff::Record { record, .. } if (record.topic, record.partition) == (topic, partition))
    }
}

impl<'a> Trace<'a> {
    pub(super) fn get(self, id: FactId) -> Option<&'a Entry> {
        self.0.get(id.index())
    }

    /// The fact itself, what set it off, what set that off, and so on.
    pub(super) fn back(self, from: FactId) -> impl Iterator<Item = (FactId, &'a Entry)> {
        let mut next = Some(from);
        std::iter::from_fn(move || {
            let id = next?;
            let entry = self.get(id)?;
            next = Some(entry.cause.trigger).filter(|trigger| *trigger < id);
            Some((id, entry))
        })
    }

    /// The facts between two, both left out, in order.
    pub(super) fn between(self, after: FactId, before: FactId) -> impl DoubleEndedIterator<Item = (FactId, &'a Entry)> {
        let end = before.index().min(self.0.len());
        let start = (after.index() + 1).min(end);
        let numbers = (start..end).map(FactId::at);
        numbers.zip(self.0.between(start, end))
    }

    /// Facts before one, with all among them that name a message's intent, but for the first of the run.
    fn around(self, message: MessageId, before: FactId) -> impl DoubleEndedIterator<Item = (FactId, &'a Entry)> {
        let facts = self.0.between(1, before.index());
        facts.around(message.intent).map(|(index, entry)| (FactId::at(index + 1), entry))
    }

    /// The latest fact that fits among all reasons of a fact, no older than `since`.
    pub(super) fn reason(self, of: FactId, since: FactId, fits: impl Fn(&Entry) -> bool) -> Option<FactId> {
        let mut open = BTreeSet::from([of]);
        for _ in 0..WALK {
            let id = open.pop_last()?;
            let entry = self.get(id)?;
            if id != of && fits(entry) {
                return Some(id);
            }
            let reasons = [Some(entry.cause.trigger), entry.cause.because[0], entry.cause.because[1]];
            open.extend(reasons.into_iter().flatten().filter(|reason| *reason < id && *reason >= since));
        }
        None
    }

    /// The run of a handler that a fact belongs to.
    pub(super) fn run(self, of: FactId) -> Option<Run> {
        self.back(of).find_map(|(id, entry)| self.run_at(id, entry).or_else(|| self.run_of_line(id, entry)))
    }

    /// The run that a line was done in. What set the line off need not lead to the run's start: an acknowledgement that is
    /// sent again is set off by a timer that is older.
    fn run_of_line(self, id: FactId, entry: &Entry) -> Option<Run> {
        let Fact::Service(ServiceFact::LineDone { handler, message, .. }) = entry.fact else { return None };
        let is_start = |before: &Entry| {
            before.who == entry.who
                && matches!(before.fact, Fact::Service(ServiceFact::Started { handler: h, message: m, .. }) if (h, m) == (handler, message))
        };
        let (started, before) = self.around(message, id).rev().find(|(_, before)| is_start(before))?;
        self.run_at(started, before)
    }

    /// The run that a fact starts, if it does.
    pub(super) fn run_at(self, id: FactId, entry: &Entry) -> Option<Run> {
        let Fact::Service(ServiceFact::Started { handler, message, .. }) = entry.fact else { return None };
        let set_off = self.back(entry.cause.trigger).find_map(|(fetched, before)| match before.fact {
            Fact::Broker(BrokerFact::Fetched { group, record, .. }) => Some(SetOff::Record { fetched, group, record }),
            Fact::Rpc(RpcFact::Called { attempt, .. }) => Some(SetOff::Call { called: fetched, attempt }),
            _ => None,
        });
        Some(Run { id, who: entry.who, handler, message, set_off: set_off.unwrap_or(SetOff::Unknown) })
    }

    /// The run in which a message was made: by its line, or into the outbox.
    pub(super) fn made(self, message: MessageId, before: FactId) -> Option<Run> {
        let inserted = self
            .around(message, before)
            .rev()
            .find(|(_, entry)| matches!(entry.fact, Fact::Store(StoreFact::OutboxInserted { message: m, .. }) if m == message));
        let from = inserted.map_or(before, |(id, _)| id);
        self.run(from).filter(|run| run.who.node == message.by)
    }

    /// The fact that a record was appended.
    pub(super) fn appended(self, record: RecordId, before: FactId) -> Option<FactId> {
        let fits = |entry: &Entry| matches!(entry.fact, Fact::Broker(BrokerFact::Appended { record: r, .. }) if r == record);
        self.between(FactId::FIRST, before).rev().find(|(_, entry)| fits(entry)).map(|(id, _)| id)
    }

    /// All runs of a service that handled a message, in order.
    pub(super) fn runs_of(self, message: MessageId, service: NodeId, before: FactId) -> impl Iterator<Item = Run> {
        let all = self.around(message, before).filter_map(move |(id, entry)| self.run_at(id, entry));
        all.filter(move |run| run.message == message && run.who.node == service)
    }

    /// What stopped a run, or made it not count, with the fact of it: its end in a crash, or else the first of a pause
    /// that somebody noticed, an offset that could not be committed, and a partition that was lost.
    pub(super) fn stop(self, run: &Run, after: FactId, before: FactId) -> Option<(FactId, Stop)> {
        let (mut pause, mut found) = (None, None);
        for (id, entry) in self.between(after, before) {
            let (mine, at) = (entry.who == run.who, entry.at);
            let stopped = |how| (id, Stop { who: run.who, at, after: self.last_line(run, id), how });
            match entry.fact {
                Fact::Service(ServiceFact::Aborted { handler, after, message })
                    if mine && (handler, message) == (run.handler, run.message) =>
                {
                    let because = |what| self.reason(id, run.id, |entry| entry.fact == Fact::Process(what));
                    let removed = because(ProcessFact::Stopped);
                    let how = if removed.is_some() { StopHow::Removed } else { StopHow::Crashed };
                    let after = Some(after).filter(|line| line.0 > 0);
                    let ended = removed.or_else(|| because(ProcessFact::Crashed)).unwrap_or(id);
                    return Some((ended, Stop { who: run.who, at, after, how }));
                }
                Fact::Service(ServiceFact::Finished { handler, message })
                    if mine && (handler, message) == (run.handler, run.message) =>
                {
                    break;
                }
                Fact::Process(ProcessFact::Paused) if mine => pause = Some(stopped(StopHow::Paused)),
                Fact::Process(ProcessFact::Resumed) if mine => pause = None,
                Fact::Broker(BrokerFact::MemberRemoved { member, .. }) if member == run.who => found = found.or(pause),
                Fact::Rpc(RpcFact::AttemptFailed { message, .. } | RpcFact::ErrorAnswered { message, .. })
                    if message == run.message =>
                {
                    found = found.or(pause);
                }
                Fact::Service(ServiceFact::AckFailed { message, .. }) if mine && message == run.message => {
                    found = found.or_else(|| Some(stopped(StopHow::AckFailed)));
                }
                Fact::Broker(BrokerFact::Revoked { topic, partition, lost: true, .. }) if mine && run.reads(topic, partition) => {
                    found = found.or_else(|| Some(stopped(StopHow::LostPartition)));
                }
                _ => {}
            }
        }
        found
    }

    /// The power loss that took back the commit by which a run's record had been done.
    pub(super) fn commits_lost(self, run: &Run, before: FactId) -> Option<(FactId, Stop)> {
        self.between(run.id, before).find_map(|(id, entry)| match entry.fact {
            Fact::Broker(BrokerFact::CommitsLost { topic, partition, .. }) if run.reads(topic, partition) => {
                Some((id, Stop { who: entry.who, at: entry.at, after: None, how: StopHow::LostCommits }))
            }
            _ => None,
        })
    }

    /// The last line that a run had done before a fact.
    fn last_line(self, run: &Run, before: FactId) -> Option<LineId> {
        self.between(run.id, before).rev().find_map(|(_, entry)| match entry.fact {
            Fact::Service(ServiceFact::LineDone { handler, line, message }) => {
                ((entry.who, handler, message) == (run.who, run.handler, run.message)).then_some(line)
            }
            _ => None,
        })
    }

    /// What kept a producer from learning that its message lies in a log: a crash, or that it gave up too early.
    pub(super) fn forgot(self, who: Actor, after: FactId, before: FactId) -> Option<(FactId, Stop)> {
        let (id, entry, how) = self.between(after, before).filter(|(_, entry)| entry.who == who).find_map(|(id, entry)| {
            let how = match entry.fact {
                Fact::Process(ProcessFact::Crashed) => StopHow::Crashed,
                Fact::Broker(BrokerFact::ProduceFailed { .. }) => StopHow::GaveUp,
                _ => return None,
            };
            Some((id, entry, how))
        })?;
        Some((id, Stop { who, at: entry.at, after: self.line_before(who, id), how }))
    }

    /// The line that a process had done last before a fact.
    pub(super) fn line_before(self, who: Actor, before: FactId) -> Option<LineId> {
        let own = self.between(FactId::FIRST, before).rev().filter(|(_, entry)| entry.who == who);
        own.into_iter().find_map(|(_, entry)| match entry.fact {
            Fact::Service(ServiceFact::LineDone { line, .. }) => Some(line),
            _ => None,
        })
    }
}
