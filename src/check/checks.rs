//! The checks: one fold over all facts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::board::{Board, Names};
use crate::broker::BrokerFact;
use crate::net::{NetFact, PacketId};
use crate::rpc::RpcFact;
use crate::service::ServiceFact;
use crate::sim::{Actor, FactId, HandlerId, IntentId, LineId, MessageId, NodeId, RecordId, Role, Time};
use crate::store::StoreFact;
use crate::world::{Entry, Fact, Observer, ProcessFact};

use super::case::{Call, Case, Part, RowDue};
use super::expect::{Expectations, source};
use super::ledger::{EffectCount, Ledger, Totals};
use super::readers::{Behind, Readers};
use super::{Check, Violation};

/// Which packets carry what can lead to effects: produce requests and calls' requests.
const PRODUCE: u8 = 1;
const CALL: u8 = 33;

/// How many violations are kept word for word; more are counted.
const KEPT: usize = 10_000;

/// All checks of a run: a fold over its facts, whose state is bounded by what is under way.
///
/// "Done twice" is known at once. "Lost" and "row ≠ message" are judged when a moment is over, that is with the first
/// fact of a later time, or by [`Checks::moment_over`].
#[derive(Clone, Debug)]
pub struct Checks {
    names: Names,
    plan: Arc<Expectations>,
    cases: BTreeMap<IntentId, Case>,
    packets: BTreeMap<PacketId, MessageId>,
    /// The packet that was sent last, and what kind it is.
    sent: Option<(PacketId, u8)>,
    readers: Readers,
    ledger: Ledger,
    /// Intents of which something changed in this moment.
    changed: BTreeSet<IntentId>,
    now: Time,
    violations: Vec<Violation>,
    counts: [u64; 3],
}

impl Checks {
    /// The checks of a board at the start of its run.
    pub fn new(board: &Board) -> Checks {
        let names = Names::of(board);
        Checks {
            plan: Arc::new(Expectations::of(board, &names)),
            names,
            cases: BTreeMap::new(),
            packets: BTreeMap::new(),
            sent: None,
            readers: Readers::default(),
            ledger: Ledger::default(),
            changed: BTreeSet::new(),
            now: Time::ZERO,
            violations: Vec::new(),
            counts: [0; 3],
        }
    }

    /// The board was edited. What runs goes on by the programs that it started with.
    pub fn board_changed(&mut self, board: &Board) {
        self.names.extend(board);
        self.plan = Arc::new(Expectations::of(board, &self.names));
    }

    /// The violations in the order of time: the first 10,000.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// How many violations of a check there are.
    pub fn count(&self, check: Check) -> u64 {
        self.counts[check as usize]
    }

    /// How many effects or messages are still to come and may turn out well.
    pub fn pending(&self, check: Check) -> usize {
        match check {
            Check::DoneTwice => 0,
            Check::Lost => self.cases.iter().map(|(intent, case)| self.missing(*intent, case).count()).sum(),
            Check::RowWithoutMessage => self.cases.values().map(|case| case.rows.len()).sum(),
        }
    }

    /// The effects in a service's store and those expected there, in the order of intents: all that can still change,
    /// and the latest of the others.
    pub fn effects_of(&self, service: NodeId) -> impl DoubleEndedIterator<Item = EffectCount> + '_ {
        self.ledger.of(service)
    }

    /// Expected and actual effects of the whole run, by service and line.
    pub fn totals(&self) -> impl Iterator<Item = (NodeId, LineId, Totals)> + '_ {
        self.ledger.totals()
    }

    /// How many intents and effects are kept: what the size of the state is bounded by.
    pub fn kept(&self) -> (usize, usize) {
        (self.cases.len(), self.ledger.len())
    }

    /// No more facts come at the time of the last one: judges what changed.
    pub fn moment_over(&mut self) {
        for intent in std::mem::take(&mut self.changed) {
            self.judge(intent);
        }
    }

    /// Effects that an accepted intent does not have, may still have, and are not reported as lost.
    fn missing<'a>(&'a self, intent: IntentId, case: &'a Case) -> impl Iterator<Item = &'a super::Expected> + 'a {
        let accepted = case.call == Call::Answered;
        let expected = if accepted { case.plan.of_client(intent.client) } else { &[] };
        expected.iter().filter(move |expected| {
            !case.lost.contains(&(expected.service, expected.line))
                && !self.ledger.happened(intent, expected.service, expected.line)
                && case.alive(&expected.route, None)
        })
    }

    fn judge(&mut self, intent: IntentId) {
        let Some(case) = self.cases.get_mut(&intent) else { return };
        let (fact, at) = case.last;
        let mut found = Vec::new();
        let rows = std::mem::take(&mut case.rows);
        for row in rows {
            let made = (row.service, row.sends);
            if case.landed.iter().any(|(message, _)| source(*message) == made) {
                continue;
            }
            if case.alive(&row.route, Some(made)) {
                case.rows.push(row);
                continue;
            }
            let RowDue { service, line, message, .. } = row;
            let check = Check::RowWithoutMessage;
            found.push(Violation { check, at, fact, intent, service, line, message, first: Some(row.fact) });
        }
        if case.call == Call::Answered {
            let plan = case.plan.clone();
            for expected in plan.of_client(intent.client) {
                let (service, line) = (expected.service, expected.line);
                let Some((message, landed)) = case.landed_at(&expected.route) else { continue };
                let reported = case.lost.contains(&(service, line));
                if !reported && !self.ledger.happened(intent, service, line) && !case.alive(&expected.route, None) {
                    case.lost.push((service, line));
                    let first = Some(landed);
                    found.push(Violation { check: Check::Lost, at, fact, intent, service, line, message, first });
                }
            }
        }
        if case.is_settled() {
            self.cases.remove(&intent);
            self.ledger.settle(intent);
        }
        for violation in found {
            self.report(violation);
        }
    }

    fn report(&mut self, violation: Violation) {
        self.counts[violation.check as usize] += 1;
        if self.violations.len() < KEPT {
            self.violations.push(violation);
        }
    }

    /// The case of an intent, which changes with this fact.
    fn case(&mut self, intent: IntentId, fact: FactId, at: Time) -> &mut Case {
        self.changed.insert(intent);
        let plan = &self.plan;
        let case = self.cases.entry(intent).or_insert_with(|| Case::new(plan.clone(), fact, at));
        case.last = (fact, at);
        case
    }

    /// The same for an intent that is not settled.
    fn open_case(&mut self, intent: IntentId, fact: FactId, at: Time) -> Option<&mut Case> {
        let case = self.cases.get_mut(&intent)?;
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
        let stopped = what == ProcessFact::Stopped;
        if what != ProcessFact::Crashed && !stopped {
            return;
        }
        let theirs: Vec<IntentId> = self
            .cases
            .iter()
            .filter(|(intent, case)| {
                let calls = who.role == Role::Client && intent.client == who.node && case.call == Call::Open;
                calls || case.parts.iter().any(|(_, part)| part.holder() == Some(who))
            })
            .map(|(intent, _)| *intent)
            .collect();
        for intent in theirs {
            let Some(case) = self.open_case(intent, when.0, when.1) else { continue };
            // A stopped process finishes what runs.
            case.parts.retain(|(_, part)| part.holder() != Some(who) || (stopped && matches!(part, Part::Active { .. })));
            if who.role == Role::Client && case.call == Call::Open {
                case.call = Call::Over;
            }
        }
        let behind = self.readers.ends(who);
        self.passed(behind, when);
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
            RpcFact::Refused { .. } | RpcFact::AttemptFailed { .. } => {}
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
                    self.add(message, Part::Held { by: who, fetched: when.0 }, when);
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
        let plan = self.plan.clone();
        for (group, service) in plan.readers(record.topic, source(message)) {
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
            ServiceFact::Finished { handler, message } | ServiceFact::Aborted { handler, message, .. } => {
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

    fn see_store(&mut self, who: Actor, fact: StoreFact, when: (FactId, Time)) {
        match fact {
            StoreFact::Changed { line, intent, delta, changed, .. } => {
                self.wrote(who, (intent, line), (delta, changed), when);
            }
            StoreFact::OutboxVisible { row, message } => {
                self.add(message, Part::Outbox { service: who.node, row }, when);
            }
            StoreFact::Marked { row, message } => {
                let service = who.node;
                self.remove(
                    message,
                    when,
                    |part| matches!(*part, Part::Outbox { service: s, row: r } if (s, r) == (service, row)),
                );
            }
            _ => {}
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

impl Observer for Checks {
    fn see(&mut self, id: FactId, entry: &Entry) {
        if entry.at > self.now {
            self.moment_over();
            self.now = entry.at;
        }
        let (who, when) = (entry.who, (id, entry.at));
        match entry.fact {
            Fact::Process(fact) => self.see_process(who, fact, when),
            Fact::Net(fact) => self.see_net(who, fact, when),
            Fact::Broker(fact) => self.see_broker(who, fact, when),
            Fact::Rpc(fact) => self.see_rpc(fact, when),
            Fact::Store(fact) => self.see_store(who, fact, when),
            Fact::Service(fact) => self.see_service(who, entry.cause.trigger, fact, when),
            Fact::Limit(_) => self.refused_unread(who, entry.cause.trigger, when),
            Fact::Acted(_) => {}
        }
    }
}

impl Checks {
    /// A request was closed unread: it waits no longer.
    fn refused_unread(&mut self, who: Actor, arrived: FactId, (id, at): (FactId, Time)) {
        let waits = |part: &Part| matches!(*part, Part::Waiting { at, arrived: fact } if (at, fact) == (who, arrived));
        let of = |case: &Case| case.parts.iter().any(|(_, part)| waits(part));
        let intent = self.cases.iter().find(|(_, case)| of(case)).map(|(intent, _)| *intent);
        if let Some(case) = intent.and_then(|intent| self.open_case(intent, id, at)) {
            case.remove(|_, part| waits(part));
        }
    }
}
