//! What each fact means for the checks.

use std::sync::Arc;

use crate::broker::BrokerFact;
use crate::net::NetFact;
use crate::rpc::RpcFact;
use crate::sim::{Actor, FactId, GroupId, InOrder, IntentId, LineId, MessageId, NodeId, RecordId, Role, Time};
use crate::world::{Entry, Fact, Observer, ProcessFact};

use super::case::{Aside, Call, Case, MessageDue, Part};
use super::checks::Checks;
use super::expect::source;
use super::mishaps::Jump;
use super::readers::{Again, Behind};

/// Which packets carry what can lead to effects: produce requests and calls' requests.
const PRODUCE: u8 = 1;
const CALL: u8 = 33;

impl Observer for Checks {
    fn see(&mut self, id: FactId, entry: &Entry) {
        if entry.at > self.now {
            self.comes_to(entry.at);
        }
        self.latest = id;
        let (who, when) = (entry.who, (id, entry.at));
        match entry.fact {
            Fact::Process(fact) => self.see_process(who, fact, when),
            Fact::Net(fact) => self.see_net(who, fact, when),
            Fact::Broker(fact) => self.see_broker(who, fact, when),
            Fact::Rpc(fact) => self.see_rpc(fact, when),
            Fact::Store(fact) => self.see_store(who, fact, when),
            Fact::Service(fact) => self.see_service(who, entry.cause.trigger, fact, when),
            Fact::Limit(_) => {
                let arrived = entry.cause.trigger;
                self.drop_parts(when, |part| matches!(*part, Part::Waiting { at, arrived: a } if (at, a) == (who, arrived)));
            }
            Fact::Acted(_) => {}
        }
    }
}

impl Checks {
    /// The case of an intent, which changes with this fact.
    pub(super) fn case(&mut self, intent: IntentId, fact: FactId, at: Time) -> &mut Case {
        changes(&mut self.changed, intent);
        let (plan, ledger) = (&self.plan, &mut self.ledger);
        let case = self.cases.or_insert_with(intent, || Case::new(plan.clone(), ledger.reopen(intent), fact, at));
        case.last = (fact, at);
        case
    }

    /// The same for an intent that is not settled.
    pub(super) fn open_case(&mut self, intent: IntentId, fact: FactId, at: Time) -> Option<&mut Case> {
        let case = self.cases.get_mut(intent)?;
        changes(&mut self.changed, intent);
        case.last = (fact, at);
        Some(case)
    }

    pub(super) fn add(&mut self, message: MessageId, part: Part, (id, at): (FactId, Time)) {
        self.case(message.intent, id, at).parts.push((message, part));
    }

    pub(super) fn remove(&mut self, message: MessageId, (id, at): (FactId, Time), fits: impl Fn(&Part) -> bool) {
        if let Some(case) = self.open_case(message.intent, id, at) {
            case.remove(|of, part| of == message && fits(part));
        }
    }

    fn see_process(&mut self, who: Actor, what: ProcessFact, when: (FactId, Time)) {
        if matches!(what, ProcessFact::Crashed | ProcessFact::Stopped | ProcessFact::Paused) {
            self.pools.gone(who, when.1);
        }
        if !matches!(what, ProcessFact::Crashed | ProcessFact::Stopped) {
            return;
        }
        self.processes.gone(who);
        self.drop_parts(when, |part| part.holder() == Some(who));
        let behind = self.readers.ends(who);
        self.passed(behind, when);
    }

    /// Drops what is gone, of whatever intent.
    pub(super) fn drop_parts(&mut self, (id, at): (FactId, Time), gone: impl Fn(&Part) -> bool) {
        for (intent, case) in self.cases.iter_mut().filter(|(_, case)| case.parts.iter().any(|(_, part)| gone(part))) {
            let case = Arc::make_mut(case);
            case.drop_parts(&gone);
            case.last = (id, at);
            changes(&mut self.changed, intent);
        }
    }

    fn see_net(&mut self, who: Actor, fact: NetFact, when: (FactId, Time)) {
        match fact {
            NetFact::Sent { packet, api, .. } => self.sent = Some((packet, api)),
            NetFact::Carries { packet, message } => {
                if matches!(self.sent, Some((sent, PRODUCE | CALL)) if sent == packet) {
                    self.packets.insert(packet, message);
                    self.add(message, Part::Packet(packet), when);
                    self.is_sent(message, when);
                }
            }
            NetFact::Arrived { packet, .. } | NetFact::Discarded { packet, .. } => {
                let Some(message) = self.packets.remove(&packet) else { return };
                self.remove(message, when, |part| matches!(part, Part::Packet(known) if *known == packet));
                let handled = self.plan.handles(source(message), who.node);
                if matches!(fact, NetFact::Arrived { .. }) && who.role == Role::Instance && handled {
                    self.add(message, Part::Waiting { at: who, arrived: when.0 }, when);
                }
            }
            NetFact::ConnectionLost { .. }
            | NetFact::WireCut { .. }
            | NetFact::WireSlowed { .. }
            | NetFact::WireLossy { .. }
            | NetFact::Retransmitted { .. }
            | NetFact::Delayed { .. }
            | NetFact::ConnectionBroke { .. } => {}
        }
    }

    /// A message is on its way; that of an outbox has been seen by its relay.
    fn is_sent(&mut self, message: MessageId, (id, at): (FactId, Time)) {
        if message.line != LineId(0) {
            self.case(message.intent, id, at).course.sends(message, id);
        }
    }

    fn see_rpc(&mut self, fact: RpcFact, when: (FactId, Time)) {
        match fact {
            RpcFact::Called { message, .. } => self.case(message.intent, when.0, when.1).becomes(Call::Open),
            RpcFact::GaveUp { message, .. } => self.case(message.intent, when.0, when.1).becomes(Call::Over),
            RpcFact::Answered { message, .. } => {
                let intent = message.intent;
                let mut expects = Vec::new();
                let case = self.case(intent, when.0, when.1);
                case.becomes(Call::Answered);
                for expected in case.plan.of_client(intent.client) {
                    if case.effects.expect(expected.service, expected.line) {
                        expects.push((expected.service, expected.line));
                    }
                }
                expects.into_iter().for_each(|place| self.ledger.is_expected(place));
            }
            RpcFact::Refused { .. } | RpcFact::AttemptFailed { .. } | RpcFact::ErrorAnswered { .. } => {}
        }
    }

    fn see_broker(&mut self, who: Actor, fact: BrokerFact, when: (FactId, Time)) {
        match fact {
            BrokerFact::Appended { record, message } => self.appended(record, message, when),
            BrokerFact::ProduceRetried { message, .. } => {
                self.remove(message, when, |part| matches!(part, Part::Producing(by) if *by == who));
                self.add(message, Part::Producing(who), when);
            }
            BrokerFact::Acked { message, .. } | BrokerFact::ProduceFailed { message } => {
                if who.role == Role::Relay && matches!(fact, BrokerFact::Acked { .. }) {
                    self.outboxes.acked(who.node, when.1);
                }
                self.remove(message, when, |part| matches!(part, Part::Producing(by) if *by == who));
            }
            BrokerFact::Fetched { group, record, message } => {
                let place = (group, record.topic, record.partition);
                if self.plan.handles(source(message), who.node) {
                    let turn = self.readers.turn(place, who);
                    self.add(message, Part::Held { by: who, turn, fetched: when.0 }, when);
                }
                self.readers.moves(place, when.1);
                let behind = self.readers.at(place, who, record.offset.saturating_add(1));
                self.passed(behind, when);
                self.handed_out(group, record, when.1);
            }
            BrokerFact::OffsetCommitted { group, topic, partition, offset } => {
                // A consumer that commits by itself says again and again where it stands.
                if self.readers.committed((group, topic, partition)) != offset {
                    self.readers.moves((group, topic, partition), when.1);
                }
                let behind = self.readers.commit((group, topic, partition), offset);
                self.passed(behind, when);
            }
            BrokerFact::Assigned { group, topic, partition, offset, .. } => {
                let behind = self.readers.begins((group, topic, partition), who, offset);
                self.passed(behind, when);
            }
            BrokerFact::Revoked { group, topic, partition, .. } => {
                let behind = self.readers.gives_up((group, topic, partition), who);
                self.passed(behind, when);
                self.drop_parts(when, |part| match *part {
                    Part::Held { by, turn, .. } => (by, turn.place) == (who, (group, topic, partition)),
                    _ => false,
                });
            }
            BrokerFact::LogCut { topic, partition, from, .. } => {
                self.readers.cut(topic, partition, from);
                self.drop_parts(when, |part| {
                    matches!(*part, Part::Record { record, .. }
                        if (record.topic, record.partition) == (topic, partition) && record.offset >= from)
                });
            }
            BrokerFact::CommitsLost { group, topic, partition, offset } => {
                for again in self.readers.takes_back((group, topic, partition), offset) {
                    self.can_be_read_again(group, again, when);
                }
            }
            BrokerFact::MemberAdded { .. } | BrokerFact::MemberRemoved { .. } | BrokerFact::GroupBecame { .. } => {
                self.see_group(fact, when);
            }
            BrokerFact::OffsetCommitRefused { .. } | BrokerFact::MembershipRefused { .. } | BrokerFact::ReadingPaused { .. } => {}
        }
    }

    fn appended(&mut self, record: RecordId, message: MessageId, when: (FactId, Time)) {
        let (fact, at) = when;
        let plan = self.plan.clone();
        let case = self.case(message.intent, fact, at);
        let known = case.plan.clone();
        let made = source(message);
        let mut readers: Vec<_> = plan.readers(record.topic, made).collect();
        if !Arc::ptr_eq(&known, &plan) {
            // Also those who read the topic when the intent was sent: a service that was taken off the board may come back.
            readers.extend(known.readers(record.topic, made));
            readers.in_order();
            readers.dedup();
        }
        let handler = known.program_of(made).or_else(|| plan.program_of(made));
        let writes = handler.map_or(&[][..], |handler| known.write_lines(message.by, handler));
        let written = writes.iter().filter_map(|line| case.effects.first(message.by, *line)).min();
        // Nothing but a dead letter lies in another topic than the same message did before.
        let from: Vec<NodeId> = case
            .mishaps()
            .dead
            .iter()
            .filter(|(_, of, topic)| *of == message && *topic != record.topic)
            .map(|(service, ..)| *service)
            .collect();
        let again = !from.is_empty();
        if again {
            let dead = from.into_iter().map(|service| (service, message, Aside::DeadLetter));
            case.mishaps_mut().aside.extend(dead);
        } else {
            case.lands(message, fact);
            case.course.produces(message, written.unwrap_or(fact));
        }
        if let Some(handler) = handler
            && !again
            && written.is_none()
            && !writes.is_empty()
            && let Some(route) = known.route(message.intent.client, message.by, handler)
            && !case.messages.iter().any(|due| source(due.message) == made)
        {
            case.messages.push(MessageDue { handler, message, fact, route: route.clone() });
        }
        for (group, service) in readers {
            self.readers.append(group, record, message, at);
            self.groups.arrives(group, at);
            self.add(message, Part::Record { group, service, record }, when);
        }
        self.spreads(record, when);
    }

    /// A record that its group had passed, and will read again.
    fn can_be_read_again(&mut self, group: GroupId, Again { record, message }: Again, when: (FactId, Time)) {
        let plan = self.plan.clone();
        for (of, service) in plan.readers(record.topic, source(message)) {
            if of == group {
                self.add(message, Part::Record { group, service, record }, when);
            }
        }
    }

    /// The jump by which a group has passed a record, if it was one: with all that it passed then and had not handled.
    fn jump(&self, one: &Behind, all: &[Behind]) -> Option<Jump> {
        let (place, number) = (one.place(), one.jump?);
        let missed = |other: &&Behind| {
            let done = || self.cases.get(other.intent).is_some_and(|case| case.has_done(other.group, other.record));
            (other.place(), other.jump) == (place, Some(number)) && !done()
        };
        let records = u32::try_from(all.iter().filter(missed).count()).unwrap_or(u32::MAX);
        Some(Jump { group: one.group, record: one.record, number, records })
    }

    /// Records that their groups have passed, and nobody can read again.
    fn passed(&mut self, behind: Vec<Behind>, (id, at): (FactId, Time)) {
        let jumps: Vec<Option<Jump>> = behind.iter().map(|one| self.jump(one, &behind)).collect();
        for (Behind { group, record, intent, .. }, jump) in behind.into_iter().zip(jumps) {
            let Some(case) = self.open_case(intent, id, at) else { continue };
            let gone = |part: &Part| match *part {
                Part::Record { group: g, record: r, service } if (g, r) == (group, record) => Some(service),
                _ => None,
            };
            if let Some(jump) = jump {
                let passed = case.parts.iter().filter_map(|(message, part)| Some((gone(part)?, *message)));
                let passed: Vec<(NodeId, MessageId)> = passed.collect();
                let mishaps = case.mishaps_mut();
                mishaps.aside.extend(passed.iter().map(|(service, message)| (*service, *message, Aside::Reset)));
                mishaps.jumps.extend(passed.into_iter().map(|(service, message)| (service, message, jump)));
            }
            case.drop_parts(|part| gone(part).is_some());
        }
    }
}

/// An intent is to be judged when this moment is over.
fn changes(changed: &mut Vec<IntentId>, intent: IntentId) {
    if let Err(place) = changed.binary_search(&intent) {
        changed.insert(place, intent);
    }
}
