//! Facts made by hand, for every rule and its counter-case.

mod order_and_time;

use crate::board::{Board, Do, WireKind, from_json};
use crate::broker::BrokerFact;
use crate::net::{NetFact, PacketId, Side};
use crate::rpc::RpcFact;
use crate::service::ServiceFact;
use crate::sim::{
    Actor, Cause, FactId, GroupId, HandlerId, IntentId, LineId, MessageId, NodeId, RecordId, Role, TableId, Time, TopicId, WireId,
};
use crate::store::{OutboxId, StoreFact};
use crate::world::{Entry, Fact, Observer, ProcessFact};

use super::*;

const SHOP: NodeId = NodeId(1);
const ORDERS: NodeId = NodeId(2);
const PAYMENTS: NodeId = NodeId(4);
const EMAILS: NodeId = NodeId(5);
const HANDLER: HandlerId = HandlerId(1);
const TOPIC: TopicId = TopicId(0);
const EMAILS_GROUP: GroupId = GroupId(0);
const PAYMENTS_GROUP: GroupId = GroupId(1);
const INTENT: IntentId = IntentId { client: SHOP, n: 7, manual: false };
const REQUEST: MessageId = MessageId { intent: INTENT, by: SHOP, line: LineId(0), nth: 0 };
/// Made by the line of Orders that publishes.
const PLACED: MessageId = MessageId { intent: INTENT, by: ORDERS, line: LineId(4), nth: 0 };
const CLIENT: Actor = Actor::new(SHOP, Role::Client, 0);
const BROKER: Actor = Actor::new(NodeId(3), Role::Broker, 0);
const ORDERS_1: Actor = Actor::new(ORDERS, Role::Instance, 0);
const PAYMENTS_1: Actor = Actor::new(PAYMENTS, Role::Instance, 0);
const PAYMENTS_2: Actor = Actor::new(PAYMENTS, Role::Instance, 1);

/// The shop, Orders, which publishes after its commit, and Payments and Emails, which read.
fn board() -> Board {
    from_json(include_str!("../../../public/boards/dual-write.json")).expect("a board")
}

struct Script {
    checks: Checks,
    next: usize,
}

impl Script {
    fn new() -> Script {
        Script { checks: Checks::new(&board()), next: 0 }
    }

    /// Each fact has a moment of its own; what set it off is the fact before.
    fn say(&mut self, who: Actor, fact: impl Into<Fact>) -> FactId {
        let (id, before) = (FactId::at(self.next), FactId::at(self.next.saturating_sub(1)));
        let at = Time(self.next as u64 * 1_000);
        self.checks.see(id, &Entry { at, who, cause: Cause::by(before), fact: fact.into() });
        self.next += 1;
        id
    }

    fn now(&self) -> Time {
        Time(self.next as u64 * 1_000)
    }

    fn found(&mut self) -> Vec<Check> {
        self.checks.moment_over(self.now());
        self.checks.violations().iter().map(|violation| violation.check).collect()
    }

    fn wrote(&mut self, who: Actor, changed: bool) -> FactId {
        let (table, line, delta) = (TableId(0), LineId(3), if changed { -875 } else { 0 });
        self.say(who, StoreFact::Changed { table, row: 1, line, intent: INTENT, delta, changed })
    }

    fn started(&mut self, who: Actor, message: MessageId) {
        self.say(who, ServiceFact::Started { handler: HANDLER, message, nth: 0 });
    }

    fn finished(&mut self, who: Actor, message: MessageId) {
        self.say(who, ServiceFact::Finished { handler: HANDLER, message });
    }

    fn crashed(&mut self, who: Actor, message: MessageId) {
        self.say(who, ProcessFact::Crashed);
        self.say(who, ServiceFact::Aborted { handler: HANDLER, after: LineId(1), message });
    }

    fn carried(&mut self, who: Actor, packet: u32, api: u8, message: MessageId) {
        let packet = PacketId(packet);
        self.say(who, NetFact::Sent { packet, wire: WireId(2), to: Side::Server, api });
        self.say(who, NetFact::Carries { packet, message });
    }

    fn arrived(&mut self, who: Actor, packet: u32) {
        self.say(who, NetFact::Arrived { packet: PacketId(packet), wire: WireId(2), at: Side::Server });
    }

    /// The client calls, and an instance of Orders begins.
    fn called(&mut self) {
        self.say(CLIENT, RpcFact::Called { message: REQUEST, attempt: 1 });
        self.carried(CLIENT, 1, 33, REQUEST);
        self.arrived(ORDERS_1, 1);
        self.started(ORDERS_1, REQUEST);
    }

    fn answered(&mut self) {
        self.say(CLIENT, RpcFact::Answered { message: REQUEST, attempt: 1 });
    }

    fn appended(&mut self, offset: u32) {
        self.say(BROKER, BrokerFact::Appended { record: at(offset), message: PLACED });
    }

    fn fetched(&mut self, who: Actor, offset: u32) {
        self.say(who, BrokerFact::Fetched { group: PAYMENTS_GROUP, record: at(offset), message: PLACED });
    }

    fn committed(&mut self, group: GroupId, offset: u32) {
        self.say(BROKER, BrokerFact::OffsetCommitted { group, topic: TOPIC, partition: 0, offset });
    }

    fn assigned(&mut self, who: Actor, offset: u32) {
        let (group, topic, partition) = (PAYMENTS_GROUP, TOPIC, 0);
        self.say(who, BrokerFact::Assigned { group, generation: 1, topic, partition, offset });
    }

    /// An order that was written, published and answered, and that Emails has handled.
    fn placed(&mut self) {
        self.called();
        self.wrote(ORDERS_1, true);
        self.appended(0);
        self.finished(ORDERS_1, REQUEST);
        self.answered();
        let line = writes_of(EMAILS);
        let emails = Actor::new(EMAILS, Role::Instance, 0);
        self.say(emails, StoreFact::Changed { table: TableId(2), row: 7, line, intent: INTENT, delta: 7, changed: true });
        self.committed(EMAILS_GROUP, 1);
    }
}

/// The line of a service that writes.
fn writes_of(service: NodeId) -> LineId {
    let board = board();
    let lines = board.service(service).into_iter().flat_map(|service| service.programs()).flat_map(|(_, lines)| lines);
    lines.filter(|line| matches!(line.does, Do::Write(_))).map(|line| line.id).next().expect("a line that writes")
}

fn at(offset: u32) -> RecordId {
    RecordId { topic: TOPIC, partition: 0, offset }
}

#[test]
fn an_order_that_goes_well_is_settled_and_forgotten() {
    let mut script = Script::new();
    script.placed();
    assert_eq!((script.found(), script.checks.pending(Check::Lost)), (vec![], 1));
    script.fetched(PAYMENTS_1, 0);
    script.started(PAYMENTS_1, PLACED);
    script.wrote(PAYMENTS_1, true);
    script.committed(PAYMENTS_GROUP, 1);
    script.finished(PAYMENTS_1, PLACED);
    assert_eq!((script.found(), script.checks.kept().0), (vec![], 0));
    let effects: Vec<EffectCount> = script.checks.effects_of(PAYMENTS).collect();
    assert_eq!(effects.len(), 1);
    assert_eq!((effects[0].expected, effects[0].count, effects[0].sum), (true, 1, -875));
    assert!(script.checks.totals().all(|(_, _, totals)| totals == Totals { expected: 1, actual: 1, aside: 0 }));
}

#[test]
fn a_second_effect_is_found_when_it_happens() {
    let mut script = Script::new();
    script.placed();
    script.started(PAYMENTS_1, PLACED);
    let first = script.wrote(PAYMENTS_1, true);
    script.started(PAYMENTS_2, PLACED);
    let second = script.wrote(PAYMENTS_2, true);
    let found = script.checks.violations();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].check, found[0].first, found[0].fact), (Check::DoneTwice, Some(first), second));
    assert_eq!((found[0].service, found[0].line, found[0].message), (PAYMENTS, LineId(3), PLACED));
    script.wrote(PAYMENTS_2, true);
    assert_eq!(script.checks.count(Check::DoneTwice), 1, "a third time is the same deviation");
    assert!(script.checks.effects_of(PAYMENTS).all(|effect| effect.count == 3));
}

#[test]
fn a_second_write_that_changes_nothing_is_no_effect() {
    let mut script = Script::new();
    script.placed();
    script.started(PAYMENTS_1, PLACED);
    script.wrote(PAYMENTS_1, true);
    script.wrote(PAYMENTS_1, false);
    assert_eq!(script.found(), []);
}

#[test]
fn a_late_second_effect_is_found_although_the_order_was_settled() {
    let mut script = Script::new();
    an_order_in_full(&mut script);
    assert_eq!(script.checks.kept().0, 0);
    script.wrote(PAYMENTS_2, true);
    assert_eq!(script.found(), [Check::DoneTwice]);
}

fn an_order_in_full(script: &mut Script) {
    script.placed();
    script.fetched(PAYMENTS_1, 0);
    script.started(PAYMENTS_1, PLACED);
    script.wrote(PAYMENTS_1, true);
    script.committed(PAYMENTS_GROUP, 1);
    script.finished(PAYMENTS_1, PLACED);
    script.checks.moment_over(script.now());
}

#[test]
fn an_offset_that_is_committed_before_a_crash_loses_the_order_only_when_the_work_has_ended() {
    let mut script = Script::new();
    script.placed();
    script.assigned(PAYMENTS_1, 0);
    script.fetched(PAYMENTS_1, 0);
    script.started(PAYMENTS_1, PLACED);
    script.committed(PAYMENTS_GROUP, 1);
    assert_eq!((script.found(), script.checks.pending(Check::Lost)), (vec![], 1));
    script.crashed(PAYMENTS_1, PLACED);
    assert_eq!((script.found(), script.checks.pending(Check::Lost)), (vec![Check::CommittedEarly], 0));
    let violation = script.checks.violations()[0];
    assert_eq!((violation.service, violation.line, violation.message), (PAYMENTS, LineId(3), PLACED));
}

#[test]
fn an_order_that_nobody_accepted_cannot_be_lost() {
    let mut script = Script::new();
    script.called();
    script.wrote(ORDERS_1, true);
    script.appended(0);
    script.finished(ORDERS_1, REQUEST);
    script.say(CLIENT, RpcFact::GaveUp { message: REQUEST, attempts: 1 });
    script.committed(EMAILS_GROUP, 1);
    script.committed(PAYMENTS_GROUP, 1);
    assert_eq!((script.found(), script.checks.kept().0), (vec![], 0));
}

#[test]
fn whatever_may_still_bring_the_record_keeps_it_from_being_lost() {
    type Keeps = fn(&mut Script);
    type Ends = fn(&mut Script);
    let cases: [(&str, Keeps, Ends); 5] = [
        ("a member that reads behind the committed offset", |s| s.assigned(PAYMENTS_2, 0), |s| s.crashed(PAYMENTS_2, PLACED)),
        (
            "a record that was handed out",
            |s| s.fetched(PAYMENTS_2, 0),
            |s| {
                let (group, topic, partition) = (PAYMENTS_GROUP, TOPIC, 0);
                s.say(PAYMENTS_2, BrokerFact::Revoked { group, generation: 1, topic, partition, lost: true });
            },
        ),
        (
            "a produce request on its way",
            |s| s.carried(ORDERS_1, 9, 1, PLACED),
            |s| {
                s.say(BROKER, NetFact::Discarded { packet: PacketId(9), wire: WireId(2) });
            },
        ),
        (
            "a row of an outbox that is not marked",
            |s| {
                s.say(ORDERS_1, StoreFact::OutboxVisible { row: OutboxId(1), message: PLACED });
            },
            |s| {
                s.say(Actor::new(ORDERS, Role::Relay, 0), StoreFact::Marked { row: OutboxId(1), message: PLACED });
            },
        ),
        (
            "a producer that will send again",
            |s| {
                s.say(ORDERS_1, BrokerFact::ProduceRetried { message: PLACED, attempt: 1 });
            },
            |s| {
                s.say(ORDERS_1, BrokerFact::ProduceFailed { message: PLACED });
            },
        ),
    ];
    for (name, keeps, ends) in cases {
        let mut script = Script::new();
        script.placed();
        keeps(&mut script);
        script.committed(PAYMENTS_GROUP, 1);
        assert_eq!((script.found(), script.checks.pending(Check::Lost)), (vec![], 1), "{name}");
        ends(&mut script);
        assert_eq!(script.found(), [Check::CommittedEarly], "{name}");
    }
}

#[test]
fn a_row_is_without_its_message_only_when_the_client_asks_no_more() {
    let mut script = Script::new();
    script.called();
    let row = script.wrote(ORDERS_1, true);
    assert_eq!(script.checks.pending(Check::RowWithoutMessage), 1);
    script.crashed(ORDERS_1, REQUEST);
    assert_eq!((script.found(), script.checks.pending(Check::RowWithoutMessage)), (vec![], 1));
    script.answered();
    // Nothing got into a log, so that Payments and Emails have lost nothing that they were told of.
    assert_eq!(script.found(), [Check::RowWithoutMessage]);
    assert_eq!(script.checks.violations()[0].first, Some(row));
    assert_eq!(script.checks.kept().0, 0);
}

#[test]
fn a_row_whose_message_comes_by_a_later_attempt_is_in_order() {
    let mut script = Script::new();
    script.called();
    script.wrote(ORDERS_1, true);
    script.crashed(ORDERS_1, REQUEST);
    script.say(CLIENT, RpcFact::Called { message: REQUEST, attempt: 2 });
    script.started(ORDERS_1, REQUEST);
    script.say(BROKER, BrokerFact::Appended { record: at(0), message: MessageId { nth: 1, ..PLACED } });
    script.finished(ORDERS_1, REQUEST);
    script.answered();
    assert_eq!((script.found(), script.checks.pending(Check::RowWithoutMessage)), (vec![], 0));
}

#[test]
fn a_request_that_waits_for_a_worker_may_still_send_the_message() {
    let mut script = Script::new();
    script.called();
    script.wrote(ORDERS_1, true);
    script.carried(CLIENT, 2, 33, REQUEST);
    let other = Actor::new(ORDERS, Role::Instance, 1);
    script.arrived(other, 2);
    script.crashed(ORDERS_1, REQUEST);
    script.say(CLIENT, RpcFact::GaveUp { message: REQUEST, attempts: 2 });
    assert_eq!((script.found(), script.checks.pending(Check::RowWithoutMessage)), (vec![], 1));
    script.say(other, ProcessFact::Crashed);
    assert_eq!(script.found(), [Check::RowWithoutMessage]);
}

#[test]
fn every_write_line_that_a_request_leads_to_is_expected_once() {
    let board = board();
    let names = crate::board::Names::of(&board);
    let expected = Expectations::of(&board, &names);
    let lines: Vec<(NodeId, LineId)> = expected.of_client(SHOP).iter().map(|e| (e.service, e.line)).collect();
    assert_eq!(lines, [ORDERS, PAYMENTS, EMAILS].map(|service| (service, writes_of(service))));
}

#[test]
fn services_that_share_a_group_are_each_expected_to_do_nothing() {
    let mut board = board();
    for wire in &mut board.wires {
        if let WireKind::Consume { group, .. } = &mut wire.is {
            *group = "both".to_owned();
        }
    }
    let names = crate::board::Names::of(&board);
    let expected = Expectations::of(&board, &names);
    assert!(expected.of_client(SHOP).iter().all(|expected| expected.service == ORDERS));
}
