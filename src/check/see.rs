//! What each fact means for the checks.

use crate::sim::Gather;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::broker::BrokerFact;
use crate::net::NetFact;
use crate::rpc::RpcFact;
use crate::service::ServiceFact;
use crate::sim::{Actor, FactId, HandlerId, IntentId, LineId, MessageId, NodeId, RecordId, Role, Time};
use crate::store::{OutboxId, StoreFact};
use crate::world::{Entry, Fact, Observer, ProcessFact};

use super::case::{Call, Case, Part, RowDue};
use super::checks::Checks;
use super::expect::source;
use super::readers::Behind;
use super::{Check, Violation, outboxes};

/// Which packets carry what can lead to effects: produce requests and calls' requests.
const PRODUCE: u8 = 1;
const CALL: u8 = 33;

impl Observer for Checks {
    fn see(&mut self, id: FactId, entry: &Entry) {
        if entry.at > self.now {
            self.moment_over();
            self.now = entry.at;
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
    fn case(&mut self, intent: IntentId, fact: FactId, at: Time) -> &mut Case {
        self.changed.insert(intent);
        let plan = &self.plan;
        let case = self.cases.entry(intent).or_insert_with(|| Arc::new(Case::new(plan.clone(), fact, at)));
        let case = Arc::make_mut(case);
        case.last = (fact, at);
        case
    }

    /// The same for an intent that is not settled.
    fn open_case(&mut self, intent: IntentId, fact: FactId, at: Time) -> Option<&mut Case> {
        let case = Arc::make_mut(self.cases.get_mut(&intent)?);
        self.changed.insert(intent);
        case.last = (fact, at);
        Some(case)
    }

    fn add(&mut self, message: MessageId, part: Part, (id, at): (FactId, Time)) {
        self.case(message.intent, id, at).parts.push((message, part));
    }

    fn remove(&mut self, message: MessageId, (id, at): (FactId, Time), fits: impl Fn(&Part) -> bool) {
        if let Some(case) = self.open_case(message.intent, id, at) {
            case.remove(|of, part| of == message && fits(part));
        }
    }

    fn see_process(&mut self, who: Actor, what: ProcessFact, when: (FactId, Time)) {
        if !matches!(what, ProcessFact::Crashed | ProcessFact::Stopped) {
            return;
        }
        self.drop_parts(when, |part| part.holder() == Some(who));
        let behind = self.readers.ends(who);
        self.passed(behind, when);
    }

    /// Drops what is gone, of whatever intent.
    pub(super) fn drop_parts(&mut self, (id, at): (FactId, Time), gone: impl Fn(&Part) -> bool) {
        for (intent, case) in &mut self.cases {
            if case.parts.iter().any(|(_, part)| gone(part)) {
                let case = Arc::make_mut(case);
                case.parts.retain(|(_, part)| !gone(part));
                case.last = (id, at);
                self.changed.insert(*intent);
            }
        }
    }

    fn see_net(&mut self, who: Actor, fact: NetFact, when: (FactId, Time)) {
        match fact {
            NetFact::Sent { packet, api, .. } => self.sent = Some((packet, api)),
            NetFact::Carries { packet, message } => {
                if matches!(self.sent, Some((sent, PRODUCE | CALL)) if sent == packet) {
                    self.packets.insert(packet, message);
                    self.add(message, Part::Packet(packet), when);
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
            NetFact::ConnectionLost { .. } | NetFact::WireCut { .. } => {}
        }
    }

    fn see_rpc(&mut self, fact: RpcFact, when: (FactId, Time)) {
        match fact {
            RpcFact::Called { message, .. } => self.case(message.intent, when.0, when.1).call = Call::Open,
            RpcFact::GaveUp { message, .. } => self.case(message.intent, when.0, when.1).call = Call::Over,
            RpcFact::Answered { message, .. } => {
                let intent = message.intent;
                let case = self.case(intent, when.0, when.1);
                case.call = Call::Answered;
                let plan = case.plan.clone();
                for expected in plan.of_client(intent.client) {
                    self.ledger.expect(intent, expected.service, expected.line);
                }
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
                self.remove(message, when, |part| matches!(part, Part::Producing(by) if *by == who));
            }
            BrokerFact::Fetched { group, record, message } => {
                if self.plan.handles(source(message), who.node) {
                    self.add(message, Part::Held { by: who, group, record, fetched: when.0 }, when);
                }
                let place = (group, record.topic, record.partition);
                let behind = self.readers.at(place, who, record.offset.saturating_add(1));
                self.passed(behind, when);
            }
            BrokerFact::OffsetCommitted { group, topic, partition, offset } => {
                let behind = self.readers.commit((group, topic, partition), offset);
                self.passed(behind, when);
            }
            BrokerFact::Assigned { group, topic, partition, offset, .. } => {
                let behind = self.readers.at((group, topic, partition), who, offset);
                self.passed(behind, when);
            }
            BrokerFact::Revoked { group, topic, partition, .. } => {
                let behind = self.readers.gives_up((group, topic, partition), who);
                self.passed(behind, when);
                self.drop_parts(when, |part| match *part {
                    Part::Held { by, group: g, record, .. } => {
                        (by, g, record.topic, record.partition) == (who, group, topic, partition)
                    }
                    _ => false,
                });
            }
            BrokerFact::OffsetCommitRefused { .. }
            | BrokerFact::MemberAdded { .. }
            | BrokerFact::MemberRemoved { .. }
            | BrokerFact::GroupBecame { .. } => {}
        }
    }

    fn appended(&mut self, record: RecordId, message: MessageId, when: (FactId, Time)) {
        let case = self.case(message.intent, when.0, when.1);
        case.landed.push((message, when.0));
        // Also those who read the topic when the intent was sent: a service that was taken off the board may come back.
        let plans = [case.plan.clone(), self.plan.clone()];
        let readers: BTreeSet<_> = plans.iter().flat_map(|plan| plan.readers(record.topic, source(message))).into_set();
        for (group, service) in readers {
            self.readers.append(group, record, message.intent);
            self.add(message, Part::Record { group, service, record }, when);
        }
    }

    /// Records that their groups have passed, and nobody can read again.
    fn passed(&mut self, behind: Vec<Behind>, (id, at): (FactId, Time)) {
        for Behind { group, record, intent } in behind {
            let Some(case) = self.open_case(intent, id, at) else { continue };
            let gone = |part: &Part| matches!(*part, Part::Record { group: g, record: r, .. } if (g, r) == (group, record));
            case.parts.retain(|(_, part)| !gone(part));
        }
    }

    fn see_service(&mut self, who: Actor, trigger: FactId, fact: ServiceFact, when: (FactId, Time)) {
        match fact {
            ServiceFact::Started { handler, message, .. } if who.role == Role::Instance => {
                self.started(who, trigger, (handler, message), when);
            }
            ServiceFact::Failed { handler, message, .. } => {
                if let Some(case) = self.open_case(message.intent, when.0, when.1) {
                    for (of, part) in &mut case.parts {
                        if let Part::Active { by, handler: h, failed, .. } = part
                            && (*of, *by, *h) == (message, who, handler)
                        {
                            *failed = true;
                        }
                    }
                }
            }
            ServiceFact::Finished { handler, message }
            | ServiceFact::Aborted { handler, message, .. }
            | ServiceFact::StoppedReading { handler, message } => {
                self.remove(
                    message,
                    when,
                    |part| matches!(part, Part::Active { by, handler: h, .. } if (*by, *h) == (who, handler)),
                );
            }
            _ => {}
        }
    }

    fn started(&mut self, who: Actor, trigger: FactId, (handler, message): (HandlerId, MessageId), when: (FactId, Time)) {
        let plan = self.plan.clone();
        let case = self.case(message.intent, when.0, when.1);
        let set_off = |of: MessageId, part: &Part, exact: bool| match part {
            Part::Waiting { at: by, arrived: fact } | Part::Held { by, fetched: fact, .. } => {
                of == message && *by == who && (!exact || *fact == trigger)
            }
            _ => false,
        };
        let taken = case.remove(|of, part| set_off(of, part, true)) || case.remove(|of, part| set_off(of, part, false));
        if taken && message.line == LineId(0) {
            case.landed.push((message, when.0));
        }
        // One that failed starts again.
        case.remove(|of, part| {
            let again = matches!(part, Part::Active { by, handler: h, failed: true, .. } if (*by, *h) == (who, handler));
            of == message && again
        });
        case.parts.push((message, Part::Active { by: who, handler, failed: false, plan }));
    }

    fn outbox_visible(&mut self, who: Actor, (row, message): (OutboxId, MessageId), when: (FactId, Time)) {
        if self.outboxes.visible(who.node, (row, message)) {
            self.add(message, Part::Outbox { service: who.node, row }, when);
        }
    }

    fn see_store(&mut self, who: Actor, fact: StoreFact, when: (FactId, Time)) {
        match fact {
            StoreFact::Changed { line, intent, delta, changed, .. } => {
                self.wrote(who, (intent, line), (delta, changed), when);
            }
            StoreFact::OutboxVisible { row, message } => self.outbox_visible(who, (row, message), when),
            StoreFact::Marked { row, message } => {
                self.outboxes.marked(who.node, row);
                self.relayed(who.node, vec![(row, message)], when);
            }
            StoreFact::CursorSaved { row } => {
                let behind = self.outboxes.cursor_saved(who.node, row);
                self.relayed(who.node, behind, when);
            }
            StoreFact::LogPositionSaved { row, .. } | StoreFact::LogDropped { row, .. } => {
                let behind = self.outboxes.log_passed(who.node, row);
                self.relayed(who.node, behind, when);
            }
            _ => {}
        }
    }

    /// Rows of an outbox that no relay will read again.
    fn relayed(&mut self, service: NodeId, rows: Vec<outboxes::Row>, when: (FactId, Time)) {
        for (row, message) in rows {
            let is = |part: &Part| matches!(*part, Part::Outbox { service: s, row: r } if (s, r) == (service, row));
            self.remove(message, when, is);
        }
    }

    fn wrote(&mut self, who: Actor, (intent, line): (IntentId, LineId), write: (i32, bool), (fact, at): (FactId, Time)) {
        let service = who.node;
        let first = self.ledger.wrote((intent, service, line), write, fact);
        let case = self.case(intent, fact, at);
        let active = case.active(who, line);
        if let Some((message, handler, plan)) = &active
            && let Some(route) = plan.route(intent.client, service, *handler)
        {
            for sends in plan.sends(service, *handler) {
                let known = case.rows.iter().any(|row| (row.service, row.sends) == (service, *sends));
                let landed = case.landed.iter().any(|(message, _)| source(*message) == (service, *sends));
                if !known && !landed {
                    let (sends, message, route) = (*sends, *message, route.clone());
                    case.rows.push(RowDue { service, line, sends, fact, message, route });
                }
            }
        }
        if let Some(first) = first {
            let request = MessageId { intent, by: intent.client, line: LineId(0), nth: 0 };
            let message = active.map_or(request, |(message, ..)| message);
            let first = Some(first);
            self.report(Violation { check: Check::DoneTwice, at, fact, intent, service, line, message, first });
        }
    }
}
