//! What the facts of groups mean for the checks: members that come and go, rebalances that last, partitions that get too much.

use crate::broker::BrokerFact;
use crate::sim::{Actor, FactId, GroupId, LineId, MessageId, NodeId, RecordId, Time};

use super::checks::Checks;
use super::expect::source;
use super::groups::Storm;
use super::{Check, Detail, Violation};

impl Checks {
    pub(super) fn see_group(&mut self, fact: BrokerFact, (id, at): (FactId, Time)) {
        match fact {
            BrokerFact::MemberRemoved { group, member, .. } => self.groups.removed(group, member),
            BrokerFact::MemberAdded { group, member } => {
                let window = self.limits.groups.get(&group).copied().unwrap_or_default().storm;
                if let Some(storm) = self.groups.added(group, member, window, at) {
                    self.storm(group, member, storm, (id, at));
                }
            }
            BrokerFact::GroupBecame { group, state, .. } if self.groups.becomes(group, state, at) => {
                let waits = self.readers.unread(group).map(|_| at);
                self.groups.waits(group, waits);
                self.dues.groups = self.dues.groups.min(at);
            }
            _ => {}
        }
    }

    /// A group is in a storm. It is told of what the member handles that came back last, or else of what waits for it.
    fn storm(&mut self, group: GroupId, member: Actor, storm: Storm, (fact, at): (FactId, Time)) {
        let unread = || self.readers.unread(group).map(|(_, message)| message);
        let Some(message) = self.processes.message_of(member, member.node).or_else(unread) else { return };
        let Storm { returns, rebalances, over } = storm;
        let detail = Detail::Storm { group, returns, rebalances, over };
        self.report(of_group(Check::RebalanceStorm, message, member.node, (fact, at), detail));
    }

    /// A group has been handed nothing for too long, since it rebalances.
    pub(super) fn halted(&self, group: GroupId, fact: FactId, at: Time) -> Option<Violation> {
        let (record, message) = self.readers.unread(group)?;
        let service = self.reader_of(group, record, message)?;
        let over = self.limits.groups.get(&group)?.halt;
        Some(of_group(Check::StuckGroup, message, service, (fact, at), Detail::Halted { group, over }))
    }

    /// Somebody was handed a record.
    pub(super) fn handed_out(&mut self, group: GroupId, record: RecordId, at: Time) {
        self.hot.fetched(group, record);
        if self.groups.is_rebalancing(group) {
            let waits = self.readers.unread(group).map(|_| at);
            self.groups.waits(group, waits);
        }
    }

    /// A record came into a topic, and its groups know of it.
    pub(super) fn spreads(&mut self, record: RecordId, (fact, at): (FactId, Time)) {
        let Some(partitions) = self.limits.keyed.get(&record.topic).copied().filter(|count| *count > 1) else { return };
        let readers = &self.readers;
        let lag = |group: GroupId, partition: u16| readers.lag((group, record.topic, partition));
        for hot in self.hot.appended(record, partitions, lag) {
            let place = (hot.group, record.topic, hot.partition);
            let Some((oldest, message)) = self.readers.oldest(place) else { continue };
            let Some(service) = self.reader_of(hot.group, oldest, message) else { continue };
            let detail = Detail::Hot { group: hot.group, record: oldest, records: hot.records, partitions, lag: hot.lag };
            self.report(of_group(Check::HotPartition, message, service, (fact, at), detail));
        }
    }

    /// The service of a group that would handle a record.
    fn reader_of(&self, group: GroupId, record: RecordId, message: MessageId) -> Option<NodeId> {
        self.plan.readers(record.topic, source(message)).find(|(known, _)| *known == group).map(|(_, service)| service)
    }
}

fn of_group(check: Check, message: MessageId, service: NodeId, (fact, at): (FactId, Time), detail: Detail) -> Violation {
    let line = LineId(0);
    Violation { check, at, fact, intent: message.intent, service, line, message, first: None, detail }
}
