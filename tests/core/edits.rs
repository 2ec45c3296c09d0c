//! Edits of a board while it runs: what comes starts, what goes stops, the rest changes.

use crosstalk::board::{
    Action, Board, Gap, Often, Patch, Pin, PinDoes, Process, ProcessDoes, ServiceNode, Setting, TopicDoc, Wire, WireKind,
};
use crosstalk::broker::BrokerFact;
use crosstalk::check::Check;
use crosstalk::rpc::RpcFact;
use crosstalk::session::Session;
use crosstalk::sim::{LineId, NodeId, Role, WireId};
use crosstalk::store::StoreFact;
use crosstalk::world::{Acted, Edited, Fact, ProcessFact};

use crate::support::{
    AUDIT, BROKER, EMAILS, ORDERS, PAYMENTS, SHOP, at, board, edited, instance, on, process, seconds, set, with_audit, without,
};

fn rows(session: &Session, service: NodeId, table: &str) -> usize {
    let table = session.world().names().table_id(table).expect("it is written");
    session.world().service(service).map_or(0, |service| service.store.rows(table).count())
}

/// How many facts since a place in the record fit.
fn count(session: &Session, since: usize, fits: impl Fn(&Fact, NodeId) -> bool) -> usize {
    session.facts().since(since).iter().filter(|entry| fits(&entry.fact, entry.who.node)).count()
}

fn life(session: &Session, who: Process) -> Option<u16> {
    session.world().process(who).map(|record| record.actor.life)
}

#[test]
fn a_service_that_is_added_starts_joins_its_group_and_reads_from_the_first_record() {
    let mut session = at(20);
    edited(&mut session, with_audit).expect("it fits");
    let edit = session.facts().iter().rev().find(|entry| matches!(entry.fact, Fact::Acted(_))).expect("it is a fact");
    assert_eq!(edit.fact, Fact::Acted(Acted::Edited { what: Edited::Node(AUDIT) }));
    on(&mut session, 60);
    assert_eq!(life(&session, instance(AUDIT, 1)), Some(0));
    let (audited, sent) = (rows(&session, AUDIT, "sent"), rows(&session, EMAILS, "sent"));
    assert!(audited > 10 && sent.abs_diff(audited) < 10, "{audited} of {sent} orders");
    assert_eq!(session.checks().count(Check::Lost), 0);
}

#[test]
fn a_service_that_is_removed_leaves_its_group_at_once_and_comes_back_with_its_store_in_its_next_life() {
    let mut session = at(30);
    let stored = rows(&session, PAYMENTS, "accounts");
    let whole = session.document();
    let before = session.facts().len();
    edited(&mut session, |board| without(board, PAYMENTS)).expect("it fits");
    assert_eq!(session.board().wire(WireId(3)), None);
    let stopped = |fact: &Fact, node| *fact == Fact::Process(ProcessFact::Stopped) && node == PAYMENTS;
    assert_eq!(count(&session, before, stopped), 3);
    on(&mut session, 3);
    let left = |fact: &Fact, _| matches!(fact, Fact::Broker(BrokerFact::MemberRemoved { member, .. }) if member.node == PAYMENTS);
    assert_eq!(count(&session, before, left), 3, "within a hop, and not after the session timeout");
    on(&mut session, 20);
    assert_eq!(rows(&session, PAYMENTS, "accounts"), stored, "nothing writes there any more");
    let refused = session.act(process(instance(PAYMENTS, 0), ProcessDoes::Restart)).expect_err("it is gone");
    assert!(refused.to_string().contains("stopped for good"), "{refused}");

    session.edit(&Patch::between(session.board(), &whole)).expect("undo puts it back");
    assert_eq!(session.document(), whole);
    assert_eq!(life(&session, instance(PAYMENTS, 0)), Some(1));
    on(&mut session, 60);
    assert!(rows(&session, PAYMENTS, "accounts") >= stored);
    let charged = |fact: &Fact, node| matches!(fact, Fact::Store(StoreFact::Changed { .. })) && node == PAYMENTS;
    assert!(count(&session, before, charged) > 10, "it reads on where its group had got");
    assert_eq!(session.checks().count(Check::Lost), 0);
}

#[test]
fn an_instance_that_a_pin_took_down_does_not_come_back_once_its_service_is_gone() {
    let mut session = at(5);
    let gap = Gap::After(LineId(2));
    let pin = Pin {
        service: PAYMENTS,
        gap,
        does: PinDoes::Crash,
        often: Often::Always,
        only: None,
        key: None,
        back_after_ms: Some(9_000),
    };
    edited(&mut session, |board| board.pins.push(pin)).expect("the gap is there");
    on(&mut session, 8);
    let crashed = |fact: &Fact, node| *fact == Fact::Process(ProcessFact::Crashed) && node == PAYMENTS;
    assert!(count(&session, 0, crashed) > 0);
    edited(&mut session, |board| without(board, PAYMENTS)).expect("it fits");
    assert!(session.board().pins.is_empty());
    let before = session.facts().len();
    on(&mut session, 30);
    let started = |fact: &Fact, node| *fact == Fact::Process(ProcessFact::Started) && node == PAYMENTS;
    assert_eq!(count(&session, before, started), 0);
}

#[test]
fn a_client_that_comes_back_goes_on_counting_its_orders() {
    let mut session = at(20);
    let whole = session.document();
    let before = session.facts().len();
    edited(&mut session, |board| without(board, SHOP)).expect("it fits");
    assert!(session.act(Action::Send { client: SHOP }).is_err(), "it is not there");
    on(&mut session, 10);
    let called = |fact: &Fact, _| matches!(fact, Fact::Rpc(RpcFact::Called { .. }));
    assert_eq!(count(&session, before, called), 0);
    let sent = session.world().client(SHOP).map_or(0, |client| client.sent);
    session.edit(&Patch::between(session.board(), &whole)).expect("undo puts it back");
    let before = session.facts().len();
    on(&mut session, 20);
    let numbers = session.facts().since(before).iter().filter_map(|entry| match entry.fact {
        Fact::Rpc(RpcFact::Called { message, .. }) => Some(message.intent.n),
        _ => None,
    });
    let numbers: Vec<u32> = numbers.collect();
    assert!(numbers.len() > 5 && numbers.iter().all(|n| *n > sent), "{numbers:?} after {sent}");
}

#[test]
fn a_wire_that_is_removed_refuses_and_one_that_comes_back_serves() {
    let mut session = at(20);
    let whole = session.document();
    edited(&mut session, |board| board.wires.retain(|wire| wire.id != WireId(1))).expect("it fits");
    let before = session.facts().len();
    on(&mut session, 40);
    let answered = |fact: &Fact, _| matches!(fact, Fact::Rpc(RpcFact::Answered { .. }));
    assert_eq!(count(&session, before, answered), 0);
    session.edit(&Patch::between(session.board(), &whole)).expect("undo puts it back");
    let before = session.facts().len();
    on(&mut session, 20);
    assert!(count(&session, before, answered) > 5);
}

#[test]
fn a_call_wire_that_is_led_to_another_service_takes_what_waits_along() {
    let mut session = at(20);
    edited(&mut session, |board| {
        let orders = board.service(ORDERS).expect("it is on the board").clone();
        let relay_wire = board.wire(WireId(2)).expect("it is on the board").clone();
        board.services.push(ServiceNode { id: AUDIT, title: "Other orders".to_owned(), ..orders });
        let is = WireKind::Publish { from: AUDIT, topic: "order-events".to_owned() };
        board.wires.push(Wire { id: WireId(21), is, ..relay_wire });
        board.wires[0].is = WireKind::Call { from: SHOP, to: AUDIT };
    })
    .expect("it fits");
    on(&mut session, 1);
    let before = session.facts().len();
    on(&mut session, 40);
    let started = |node: NodeId| {
        count(&session, before, |fact, who| {
            who == node && matches!(fact, Fact::Service(crosstalk::service::ServiceFact::Started { .. }))
        })
    };
    assert!(started(AUDIT) > 10 && started(ORDERS) == 0, "{} and {}", started(AUDIT), started(ORDERS));
    assert_eq!(session.checks().count(Check::DoneTwice), 0);
}

#[test]
fn a_consuming_wire_that_gets_another_group_reads_from_the_start_in_that_group() {
    let mut session = at(30);
    edited(&mut session, |board| {
        let is = WireKind::Consume { to: EMAILS, topic: "order-events".to_owned(), group: "mailers".to_owned() };
        board.wires[3].is = is;
    })
    .expect("it fits");
    on(&mut session, 30);
    let names = session.world().names();
    let (old, new) = (names.group_id("emails").expect("a group"), names.group_id("mailers").expect("a group"));
    let broker = session.world().broker(BROKER).expect("it runs");
    let members = |group| broker.group(group).map_or(0, |view| view.members.len());
    assert_eq!((members(old), members(new)), (0, 2));
    let topic = names.topic_id("order-events").expect("a topic");
    let read: u32 = (0..3).filter_map(|partition| broker.committed(new, topic, partition)).sum();
    assert!(read > 10, "{read} records");
}

#[test]
fn a_topic_that_is_removed_takes_its_records_along_and_comes_back_empty() {
    let mut session = at(30);
    let whole = session.document();
    let topicless = |board: &mut Board| {
        board.brokers[0].topics.clear();
        board.wires.truncate(1);
        board.services.iter_mut().for_each(|service| service.handlers.retain(|handler| handler.from.is_none()));
        let lines = &mut board.services[0].handlers[0].lines;
        lines.retain(|line| line.id != LineId(6));
    };
    edited(&mut session, topicless).expect("it fits");
    assert_eq!(session.world().broker(BROKER).map(|broker| broker.topics().count()), Some(0));
    on(&mut session, 60);
    let lost = session.checks().count(Check::Lost);
    session.edit(&Patch::between(session.board(), &whole)).expect("undo puts it back");
    let end = |session: &Session| {
        let broker = session.world().broker(BROKER).expect("it runs");
        broker.topics().flat_map(|topic| &topic.partitions).map(|log| log.end()).sum::<u32>()
    };
    assert_eq!(end(&session), 0, "its records are gone");
    on(&mut session, 60);
    assert!(end(&session) > 10);
    let now = session.now();
    session.seek(seconds(10));
    session.seek(now);
    assert_eq!(session.checks().violations(), session.frontier_checks().violations());
    assert!(session.checks().count(Check::Lost) >= lost);
}

#[test]
fn records_that_nobody_had_read_are_lost_with_their_topic_and_those_of_a_service_that_may_come_back_are_not() {
    let mut session = at(10);
    edited(&mut session, |board| set(&mut board.services[1].settings, Setting::Instances, 0)).expect("it is a value");
    on(&mut session, 20);
    edited(&mut session, |board| without(board, PAYMENTS)).expect("it fits");
    on(&mut session, 20);
    let pending = session.checks().pending(Check::Lost);
    assert!(pending > 5 && session.checks().count(Check::Lost) == 0, "{pending} charges may still come");
    edited(&mut session, |board| without(board, BROKER)).expect("it fits");
    on(&mut session, 1);
    let lost = session.checks().count(Check::Lost);
    assert!(lost > 5, "{lost} charges can come no more");
    let violation = session.checks().violations()[0];
    assert_eq!((violation.service, violation.check), (PAYMENTS, Check::Lost));
}

#[test]
fn a_broker_that_is_removed_closes_its_connections_and_comes_back_empty() {
    let mut session = at(30);
    let whole = session.document();
    edited(&mut session, |board| without(board, BROKER)).expect("it fits");
    assert!(session.world().broker(BROKER).is_none());
    on(&mut session, 30);
    session.edit(&Patch::between(session.board(), &whole)).expect("undo puts it back");
    assert_eq!(life(&session, Process { node: BROKER, role: Role::Broker, ordinal: 0 }), Some(1));
    on(&mut session, 60);
    let broker = session.world().broker(BROKER).expect("it runs again");
    assert!(broker.topics().flat_map(|topic| &topic.partitions).map(|log| log.end()).sum::<u32>() > 10);
}

#[test]
fn a_leader_learns_of_new_partitions_of_every_topic_that_its_group_reads() {
    // One group reads two topics by two services: whoever leads assigns both.
    for grows in ["order-events", "returns"] {
        let mut board = board("orders");
        board.brokers[0].topics.push(TopicDoc { name: "returns".to_owned(), partitions: 1 });
        board.wires[2].is = WireKind::Consume { to: PAYMENTS, topic: "order-events".to_owned(), group: "all".to_owned() };
        board.wires[3].is = WireKind::Consume { to: EMAILS, topic: "returns".to_owned(), group: "all".to_owned() };
        board.services[2].handlers[0].from = Some("returns".to_owned());
        let mut session = Session::new(board).expect("it is a board");
        session.seek(seconds(20));
        edited(&mut session, |board| {
            board.brokers[0].topics.iter_mut().filter(|topic| topic.name == grows).for_each(|topic| topic.partitions = 5);
        })
        .expect("it fits");
        on(&mut session, 30);
        let id = session.world().names().topic_id(grows).expect("a topic");
        let instances = session.world().processes().filter(|(process, _)| process.role == Role::Instance);
        let read = instances.filter_map(|(process, _)| session.world().service(process.node)?.instances.get(&process.ordinal));
        let positions = read.flat_map(|instance| instance.consumers.values()).flat_map(|consumer| consumer.positions());
        assert_eq!(positions.filter(|(topic, ..)| *topic == id).count(), 5, "all five partitions of {grows} are read");
    }
}

#[test]
fn a_topic_that_nobody_of_a_group_reads_does_not_disturb_it() {
    let mut session = at(20);
    let before = session.facts().len();
    edited(&mut session, |board| board.brokers[0].topics.push(TopicDoc { name: "new".to_owned(), partitions: 4 }))
        .expect("it fits");
    on(&mut session, 10);
    assert_eq!(count(&session, before, |fact, _| matches!(fact, Fact::Broker(BrokerFact::GroupBecame { .. }))), 0);
}
