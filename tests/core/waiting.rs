//! Why a message waits, before anything is wrong: what keeps it, and the moments that led to it.

use crosstalk::board::{Action, Process, ProcessDoes, WireKind};
use crosstalk::broker::BrokerFact;
use crosstalk::check::{Awaited, Kept, Waits};
use crosstalk::net::Cut;
use crosstalk::rpc::RpcFact;
use crosstalk::session::Session;
use crosstalk::sim::{MessageId, NodeId, Role, WireId};
use crosstalk::store::StoreFact;
use crosstalk::world::{Condition, Entry, Fact};

use crate::support::{ORDERS, PAYMENTS, instance, process, seconds, session};

/// All that any fact named up to the cursor and that waits now.
fn waiting(session: &Session, named: impl Fn(&Entry) -> Option<MessageId>) -> Vec<(MessageId, Waits)> {
    let mut messages: Vec<MessageId> = session.facts().iter().filter_map(named).collect();
    messages.sort_unstable();
    messages.dedup();
    messages.into_iter().filter_map(|id| Some((id, session.waits(id)?))).collect()
}

fn appended(entry: &Entry) -> Option<MessageId> {
    match entry.fact {
        Fact::Broker(BrokerFact::Appended { message, .. }) => Some(message),
        _ => None,
    }
}

fn called(entry: &Entry) -> Option<MessageId> {
    match entry.fact {
        Fact::Rpc(RpcFact::Called { message, .. }) => Some(message),
        _ => None,
    }
}

fn wire(session: &Session, is: impl Fn(&WireKind) -> bool) -> WireId {
    session.board().wires.iter().find(|wire| is(&wire.is)).expect("there is such a wire").id
}

#[test]
fn a_record_of_a_paused_member_waits_for_it_and_its_story_goes_back_to_the_pause() {
    let mut session = session("orders");
    session.seek(seconds(15));
    session.act(process(instance(PAYMENTS, 0), ProcessDoes::Pause)).expect("it runs");
    session.seek(seconds(18));
    let paused = |(_, waits): &&(MessageId, Waits)| matches!(waits.kept, Kept::Down(who, Condition::Paused) if who.node == PAYMENTS && who.ordinal == 0);
    let all = waiting(&session, appended);
    let (message, found) = all.iter().find(paused).expect("a record lies in its partition");
    assert!(matches!(found.awaited, Awaited::Group(_, PAYMENTS)), "{found:?}");
    assert_eq!(session.checks().violations().len(), 0, "it is no violation yet");
    let told = session.why_waiting(*message).expect("it waits");
    assert!(told.sentence.contains("waits for Payments to handle it"), "{}", told.sentence);
    assert!(told.how.contains("Payments-1 stands still since 0:15.000"), "{}", told.how);
    assert!(told.steps.iter().any(|(at, step)| *at == seconds(15) && step.contains("paused")), "{:#?}", told.steps);
    assert!(told.steps.is_sorted_by_key(|(at, _)| *at));
    assert!(told.prevent.contains("payments-1"), "{}", told.prevent);
    assert!(session.waiting(*message).is_some_and(|words| words.contains("stands still")));
}

#[test]
fn a_record_behind_a_cut_wire_waits_for_the_wire() {
    let mut session = session("orders");
    session.seek(seconds(10));
    let reads = wire(&session, |is| matches!(is, WireKind::Consume { to: PAYMENTS, .. }));
    session.act(Action::Cut { wire: reads, cut: Cut::Both }).expect("it can be cut");
    session.seek(seconds(16));
    let all = waiting(&session, appended);
    let (message, _) = all.iter().find(|(_, waits)| waits.kept == Kept::Cut(reads)).unwrap_or_else(|| panic!("{all:#?}"));
    let told = session.why_waiting(*message).expect("it waits");
    assert!(told.how.contains("is cut since 0:10.000"), "{}", told.how);
    assert!(told.prevent.contains("healed"), "{}", told.prevent);
}

#[test]
fn a_request_waits_for_its_answer_while_who_has_it_stands_still_and_for_nothing_once_it_is_answered() {
    let mut session = session("orders");
    session.seek(seconds(10));
    for ordinal in 0..8 {
        let _not_there = session.act(process(instance(ORDERS, ordinal), ProcessDoes::Pause));
    }
    session.seek(seconds(14));
    let all = waiting(&session, called);
    assert!(!all.is_empty());
    for (message, waits) in &all {
        assert_eq!(waits.awaited, Awaited::Answer);
        let down = matches!(waits.kept, Kept::Down(who, Condition::Paused) if who.node == ORDERS);
        assert!(down, "{:?}", session.why_waiting(*message));
    }
    let asked: Vec<MessageId> = session.facts().iter().filter_map(called).collect();
    assert!(session.waits(asked[0]).is_none(), "the first has its answer");
    assert!(session.why_waiting(asked[0]).is_none() && session.waiting(asked[0]).is_none());
}

#[test]
fn a_row_of_an_outbox_waits_for_a_relay_that_is_down() {
    let mut session = session("out-of-the-outbox");
    let owner = session.board().services.iter().find(|node| node.relay.is_some()).expect("it has an outbox").id;
    session.seek(seconds(3));
    let relays: Vec<Process> = session.world().processes_of(owner, Role::Relay).map(|(process, _)| process).collect();
    for relay in relays {
        session.act(process(relay, ProcessDoes::Crash)).expect("it runs");
    }
    session.seek(seconds(9));
    let inserted = |entry: &Entry| match entry.fact {
        Fact::Store(StoreFact::OutboxVisible { message, .. }) => Some(message),
        _ => None,
    };
    let all = waiting(&session, inserted);
    let down = |waits: &Waits| matches!(waits.kept, Kept::Down(who, Condition::Down { .. }) if who.role == Role::Relay);
    let (message, _) =
        all.iter().find(|(_, waits)| waits.awaited == Awaited::Relay(owner) && down(waits)).unwrap_or_else(|| panic!("{all:#?}"));
    let told = session.why_waiting(*message).expect("it waits");
    assert!(told.sentence.contains("waits in the outbox of"), "{}", told.sentence);
    assert!(told.steps.iter().any(|(_, step)| step.contains("crashed")), "{:#?}", told.steps);
}

#[test]
fn a_record_behind_one_that_fails_again_and_again_waits_for_that_one() {
    let mut session = session("poison");
    let found = (1..60).find_map(|second| {
        session.seek(seconds(second));
        let all = waiting(&session, appended);
        all.into_iter().find(|(_, waits)| waits.front.is_some() && matches!(waits.kept, Kept::Again(_, 2..)))
    });
    let (message, waits) = found.expect("something waits behind the poison");
    let front = waits.front.expect("one is before it");
    let told = session.why_waiting(message).expect("it waits");
    assert!(told.how.contains("is before it, and") && told.how.contains("has failed"), "{}", told.how);
    assert!(front != message && session.why_waiting(front).is_some_and(|told| told.how.contains("has failed")));
}

#[test]
fn a_record_waits_for_a_service_all_of_whose_instances_are_down_and_for_a_broker_that_is() {
    let mut session = session("orders");
    session.seek(seconds(10));
    let broker = session.board().brokers[0].id;
    let crash = |node: NodeId, role: Role| process(Process { node, role, ordinal: 0 }, ProcessDoes::Crash);
    session.act(crash(broker, Role::Broker)).expect("it runs");
    session.seek(seconds(12));
    let all = waiting(&session, appended);
    let down = |waits: &Waits| matches!(waits.kept, Kept::Down(who, _) if who.role == Role::Broker);
    assert!(all.iter().all(|(_, waits)| down(waits) || matches!(waits.kept, Kept::Work(_))), "{all:#?}");
    let requests = waiting(&session, called);
    assert!(requests.iter().all(|(_, waits)| waits.awaited == Awaited::Answer), "{requests:#?}");
}

#[test]
fn what_waits_is_told_at_every_second_of_a_run_and_each_story_is_in_order() {
    for name in ["orders", "slow-database", "two-hands", "out-of-the-outbox"] {
        let mut session = session(name);
        for second in 1..12 {
            session.seek(seconds(3 * second));
            for (message, waits) in waiting(&session, |entry| entry.fact.message()) {
                let told = session.why_waiting(message).expect("it waits");
                assert!(!told.steps.is_empty() && told.steps.is_sorted_by_key(|(at, _)| *at), "{name}: {told:#?}");
                assert!(waits.since.index() < session.facts().len() && told.at <= session.now());
                assert!(told.how.ends_with('.') && told.prevent.ends_with('.'), "{name}: {told:#?}");
            }
        }
    }
}
