//! Why a group rebalances again and again or does not come to an end with it, and why one partition gets so much.

use crate::board::{Do, Edit, FieldSource, Setting};
use crate::broker::{BrokerFact, GroupState, RebalanceWhy};
use crate::service::ServiceFact;
use crate::sim::{Actor, FactId, GroupId, NodeId, Span, Time};
use crate::world::{Fact, ProcessFact};

use super::super::stop::{Stop, StopHow};
use super::super::story::{Explanation, StepKind, Story};
use super::super::{Detail, Violation};
use super::{Teller, set};

/// Twice what was measured is enough room for what was not.
const ROOM: u64 = 2;
/// The position of `partition.assignment.strategy` at which members go on reading what they keep.
const COOPERATIVE: u64 = 4;

/// A handling, and whose.
#[derive(Clone, Copy)]
struct Handling {
    who: Actor,
    began: FactId,
    since: Time,
}

impl Teller<'_> {
    pub(super) fn rebalance_storm(mut self) -> Explanation {
        let Violation { fact, detail, service, .. } = *self.violation;
        let Detail::Storm { group, returns, .. } = detail else { return self.untold() };
        self.step(fact, StepKind::Confirmed);
        let Some(Fact::Broker(BrokerFact::MemberAdded { member, .. })) = self.trace.get(fact).map(|entry| entry.fact) else {
            return self.untold();
        };
        let removed = self.trace.between(FactId::FIRST, fact).rev().find_map(|(id, entry)| match entry.fact {
            Fact::Broker(BrokerFact::MemberRemoved { group: g, member: of, why }) => {
                (g == group && of.same_process(member)).then_some((id, of, why))
            }
            _ => None,
        });
        let Some((id, who, why)) = removed else { return self.untold() };
        self.step(id, StepKind::Noticed);
        let stop = self.silent(who, id);
        let handling = self.handling(who, id).filter(|_| stop.is_none());
        let took = handling.map(|handling| {
            self.step(handling.began, StepKind::HandedOver);
            let ends = self.trace.between(handling.began, fact).find(|(_, entry)| is_end(&entry.fact) && entry.who == who);
            let over = ends.map_or_else(|| self.trace.get(fact).map(|entry| entry.at), |(_, entry)| Some(entry.at));
            over.unwrap_or(handling.since).since(handling.since)
        });
        let stop = self.stopped(stop);
        let prevent = match (took, stop) {
            (Some(took), _) => self.polls_in_time(service, took),
            (None, Some(Stop { how: StopHow::Paused, at, .. })) => {
                let back = self.trace.get(fact).map_or(at, |entry| entry.at);
                let is_modern = self.setting(service, Setting::GroupProtocol) == Some(1);
                let coordinator = self.trace.get(id).map(|entry| entry.who.node).filter(|_| is_modern);
                let (node, setting) =
                    coordinator.map_or((service, Setting::SessionTimeout), |node| (node, Setting::ConsumerSession));
                set(node, setting, in_seconds(back.since(at)).min(setting.info().max))
            }
            _ => None,
        };
        self.tell(Story::GoesAndComes { who, why, times: returns, took, stop }, prevent)
    }

    /// Less to handle between two polls, where one record takes less than the time for it; otherwise more time.
    fn polls_in_time(&self, service: NodeId, took: Span) -> Option<Edit> {
        let records = self.setting(service, Setting::MaxPollRecords)?;
        let interval = self.setting(service, Setting::MaxPollInterval)?;
        let one = (took.0 / 1_000).max(1) * ROOM;
        if records > 1 && one <= interval {
            return set(service, Setting::MaxPollRecords, (interval / one).clamp(1, records - 1));
        }
        let wanted = in_seconds(took).saturating_mul(records);
        set(service, Setting::MaxPollInterval, wanted.min(Setting::MaxPollInterval.info().max))
    }

    /// A crash, or a pause that was not over, of a process before a fact.
    fn silent(&self, who: Actor, before: FactId) -> Option<(FactId, Stop)> {
        let (id, entry, how) = self.trace.between(FactId::FIRST, before).rev().filter(|(_, entry)| entry.who == who).find_map(
            |(id, entry)| match entry.fact {
                Fact::Process(ProcessFact::Crashed) => Some(Some((id, entry, StopHow::Crashed))),
                Fact::Process(ProcessFact::Paused) => Some(Some((id, entry, StopHow::Paused))),
                Fact::Process(ProcessFact::Resumed | ProcessFact::Started) => Some(None),
                _ => None,
            },
        )??;
        Some((id, Stop { who, at: entry.at, after: self.trace.line_before(who, id), how }))
    }

    /// The handling that a process is in the middle of at a fact.
    fn handling(&self, who: Actor, before: FactId) -> Option<Handling> {
        let mut own = self.trace.between(FactId::FIRST, before).rev().filter(|(_, entry)| entry.who == who);
        own.find_map(|(began, entry)| match entry.fact {
            Fact::Service(ServiceFact::Started { .. }) => Some(Some(Handling { who, began, since: entry.at })),
            ref fact if is_end(fact) => Some(None),
            _ => None,
        })?
    }

    pub(super) fn stuck_group(mut self) -> Explanation {
        let Violation { fact, detail, .. } = *self.violation;
        let Detail::Halted { group, .. } = detail else { return self.untold() };
        self.step(fact, StepKind::Confirmed);
        let Some((id, since, why)) = self.rebalance(group, fact.next()) else { return self.untold() };
        self.step(id, StepKind::Noticed);
        let handling = self.members(group, fact.next()).into_iter().filter_map(|who| self.handling(who, fact.next()));
        let late = handling.filter(|handling| handling.began < id).min_by_key(|handling| handling.began);
        if let Some(handling) = late {
            self.step(handling.began, StepKind::HandedOver);
        }
        let service = late.map_or(self.violation.service, |handling| handling.who.node);
        let is_eager = self.setting(service, Setting::AssignmentStrategy) != Some(COOPERATIVE);
        let prevent = set(service, Setting::AssignmentStrategy, COOPERATIVE).filter(|_| is_eager);
        let late = late.map(|handling| (handling.who, handling.since));
        self.tell(Story::AllWait { why, since, late }, prevent)
    }

    /// The beginning of the rebalance in which a group is.
    fn rebalance(&self, group: GroupId, before: FactId) -> Option<(FactId, Time, RebalanceWhy)> {
        let mut began = None;
        for (id, entry) in self.trace.between(FactId::FIRST, before).rev() {
            let Fact::Broker(BrokerFact::GroupBecame { group: g, state, why, .. }) = entry.fact else { continue };
            match state {
                _ if g != group => {}
                GroupState::Stable | GroupState::Empty | GroupState::Dead => return began,
                _ => began = Some((id, entry.at, why)),
            }
        }
        began
    }

    /// The members of a group.
    fn members(&self, group: GroupId, before: FactId) -> Vec<Actor> {
        let mut members = Vec::new();
        for (_, entry) in self.trace.between(FactId::FIRST, before) {
            match entry.fact {
                Fact::Broker(BrokerFact::MemberAdded { group: g, member }) if g == group => members.push(member),
                Fact::Broker(BrokerFact::MemberRemoved { group: g, member, .. }) if g == group => {
                    members.retain(|known| *known != member);
                }
                _ => {}
            }
        }
        members
    }

    pub(super) fn hot_partition(mut self) -> Explanation {
        let Violation { fact, detail, message, service, .. } = *self.violation;
        let Detail::Hot { record, .. } = detail else { return self.untold() };
        self.step(fact, StepKind::Confirmed);
        if let Some(appended) = self.trace.appended(record, fact) {
            self.step(appended, StepKind::Appended);
        }
        let handlers = |id| self.board.service(id).into_iter().flat_map(|node| &node.handlers);
        let made = handlers(message.by).flat_map(|handler| &handler.lines).find_map(|line| match &line.does {
            Do::Publish { key: Some(key), message: kind, .. } | Do::Outbox { key: Some(key), message: kind, .. } => {
                (line.id == message.line).then_some((key.clone(), kind))
            }
            _ => None,
        });
        let Some((key, kind)) = made else { return self.untold() };
        // Rows that are named by the key change in the order of its records, which another key would give up.
        let mut lines = handlers(service).filter(|handler| handler.on == *kind).flat_map(|handler| &handler.lines);
        let needs_order = lines.any(|line| matches!(&line.does, Do::Write(write) if write.key == key));
        let kind = self.board.messages.iter().find(|known| known.name == *kind);
        let number = kind.and_then(|kind| kind.fields.iter().find(|field| field.from == FieldSource::Number));
        let prevent = number.filter(|_| !needs_order).and_then(|field| self.keyed_by(message, field.name.clone()));
        self.tell(Story::OneKey { key, record }, prevent)
    }
}

/// Whether a handling ends with a fact, for now at least.
fn is_end(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Service(
            ServiceFact::Finished { .. }
                | ServiceFact::Failed { .. }
                | ServiceFact::Aborted { .. }
                | ServiceFact::StoppedReading { .. }
        )
    )
}

/// A span with room, in whole seconds, as milliseconds.
fn in_seconds(span: Span) -> u64 {
    (span.0 * ROOM).div_ceil(1_000_000) * 1_000
}
