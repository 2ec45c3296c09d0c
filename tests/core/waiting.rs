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

use crate::support::{EMAILS, ORDERS, PAYMENTS, SHOP, instance, process, seconds, session};

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

/// All that is called, made or appended, and waits at a second of a run in which something was done before anything ran.
fn after_the_start(name: &str, done: Action, second: u64) -> (Session, Vec<(MessageId, Waits)>) {
    let mut session = session(name);
    session.seek(seconds(5));
    session.reset(false);
    session.act(done).expect("it can be done");
    session.seek(seconds(second));
    let all = waiting(&session, |entry| entry.fact.message());
    (session, all)
}

fn told_of(session: &Session, (message, _): &(MessageId, Waits)) -> String {
    let told = session.why_waiting(*message).expect("it waits");
    format!("{} {} {}", told.sentence, told.how, told.prevent)
}

#[test]
fn requests_over_a_wire_that_was_cut_before_anything_ran_wait_for_the_wire() {
    for cut in [Cut::Both, Cut::ToServer, Cut::ToClient] {
        let calls = wire(&session("orders"), |is| matches!(is, WireKind::Call { .. }));
        // The first request is sent at 4 s and times out at 10 s; by 9 s Orders is through with those that it got.
        let (session, all) = after_the_start("orders", Action::Cut { wire: calls, cut }, 9);
        let asked = waiting(&session, called);
        assert!(asked.len() >= 4, "{cut:?}: {asked:#?}");
        let first = &asked[0];
        assert_eq!((first.1.awaited, first.1.kept), (Awaited::Answer, Kept::Cut(calls)), "{cut:?}");
        assert!(told_of(&session, first).contains("is cut since 0:00.000"), "{}", told_of(&session, first));
        assert!(all.iter().all(|(_, waits)| waits.since.index() < session.facts().len()));
    }
}

#[test]
fn what_is_published_over_a_wire_that_was_cut_before_anything_ran_waits_for_that_wire_and_for_no_other() {
    let start = session("orders");
    let publishes = wire(&start, |is| matches!(is, WireKind::Publish { from: ORDERS, .. }));
    let (session, all) = after_the_start("orders", Action::Cut { wire: publishes, cut: Cut::Both }, 9);
    let made: Vec<&(MessageId, Waits)> = all.iter().filter(|(message, _)| message.by == ORDERS).collect();
    assert!(!made.is_empty(), "{all:#?}");
    for one in made {
        let over = matches!(one.1.awaited, Awaited::Log(ORDERS) | Awaited::Relay(ORDERS)) && one.1.kept == Kept::Cut(publishes);
        assert!(over || one.1.kept.by_itself(), "{one:#?}");
    }
    assert!(all.iter().any(|(_, waits)| waits.kept == Kept::Cut(publishes)), "{all:#?}");
    // Somebody else's wire keeps nobody.
    let emails = wire(&start, |is| matches!(is, WireKind::Consume { to: EMAILS, .. }));
    let (_, all) = after_the_start("orders", Action::Cut { wire: emails, cut: Cut::Both }, 9);
    let others = all.iter().filter(|(_, waits)| !matches!(waits.awaited, Awaited::Group(_, EMAILS)));
    assert!(others.into_iter().all(|(_, waits)| waits.kept != Kept::Cut(emails)), "{all:#?}");
    assert!(session.facts().len() > 100);
}

#[test]
fn records_wait_for_the_wire_of_a_consumer_that_could_never_join_and_for_one_that_joined_and_can_no_longer_fetch() {
    for at in [0, 12] {
        for cut in [Cut::Both, Cut::ToServer, Cut::ToClient] {
            let mut session = session("orders");
            session.seek(seconds(at));
            let reads = wire(&session, |is| matches!(is, WireKind::Consume { to: PAYMENTS, .. }));
            session.act(Action::Cut { wire: reads, cut }).expect("it can be cut");
            session.seek(seconds(at + 8));
            let all = waiting(&session, appended);
            assert!(all.iter().any(|(_, waits)| waits.kept == Kept::Cut(reads)), "{at} {cut:?}: {all:#?}");
        }
    }
}

#[test]
fn a_request_waits_for_the_one_instance_that_it_was_sent_to_and_that_stands_still() {
    for (name, ordinal) in [("orders", 0), ("orders", 1), ("out-of-the-outbox", 0)] {
        let mut told = 0;
        for at in [0, 12] {
            let mut session = session(name);
            session.seek(seconds(at));
            let called_service = session.board().wires.iter().find_map(|wire| match wire.is {
                WireKind::Call { to, .. } => Some(to),
                _ => None,
            });
            let who = instance(called_service.expect("a service is called"), ordinal);
            session.act(process(who, ProcessDoes::Pause)).expect("it runs");
            for second in at + 1..at + 12 {
                session.seek(seconds(second));
                for one in waiting(&session, called) {
                    let long = session.facts().get(one.1.last.index()).map(|entry| session.now().since(entry.at).as_ms());
                    let stands = matches!(one.1.kept, Kept::Down(actor, Condition::Paused) if Process::of(actor) == who);
                    told += u32::from(stands);
                    assert!(one.1.kept != Kept::Nothing || long < Some(2_000), "{name} at {second}: {one:#?}");
                }
            }
        }
        assert!(told > 0, "{name} {ordinal}");
    }
}

#[test]
fn a_request_that_failed_waits_for_the_next_attempt() {
    let mut session = session("orders");
    session.seek(seconds(10));
    let calls = wire(&session, |is| matches!(is, WireKind::Call { .. }));
    session.act(Action::Cut { wire: calls, cut: Cut::Both }).expect("it can be cut");
    session.seek(seconds(30));
    let failed = |entry: &Entry| match entry.fact {
        Fact::Rpc(RpcFact::AttemptFailed { message, .. }) => Some((entry.at, message)),
        _ => None,
    };
    let (at, message) = session.facts().iter().find_map(failed).expect("an attempt fails");
    session.seek(at);
    assert_eq!(session.waits(message).map(|waits| waits.kept), Some(Kept::Cut(calls)), "what keeps it comes first");
    session.act(Action::Heal { wire: calls }).expect("it can be healed");
    let Some(Waits { kept: Kept::Resends(who, 1), .. }) = session.waits(message) else {
        panic!("{:?}", session.waits(message));
    };
    assert_eq!(who.node, SHOP);
    let told = session.why_waiting(message).expect("it waits");
    assert!(told.how.contains("has sent it once in vain") && told.prevent.contains("next attempt"), "{told:#?}");
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

#[test]
fn a_record_that_its_reader_was_told_not_to_read_waits_for_it_to_read_on() {
    let mut session = session("orders");
    session.seek(seconds(12));
    let reads = wire(&session, |is| matches!(is, WireKind::Consume { to, .. } if *to == PAYMENTS));
    session.act(Action::Reading { wire: reads, stops: true }).expect("it reads");
    session.seek(seconds(18));
    let all = waiting(&session, appended);
    let unread = |(_, waits): &&(MessageId, Waits)| matches!(waits.kept, Kept::Unread(who) if who.node == PAYMENTS);
    let (message, _) = all.iter().find(unread).expect("a record lies in its partition");
    let told = session.why_waiting(*message).expect("it waits");
    assert!(told.how.ends_with(" fetches nothing of its partition since 0:12.000: it was told to."), "{}", told.how);
    assert!(told.steps.iter().any(|(at, step)| *at == seconds(12) && step.contains("was stopped")), "{:#?}", told.steps);
    assert!(told.prevent.contains("is told to read on"), "{}", told.prevent);
}

#[test]
fn a_row_that_the_relay_has_passed_is_said_to_be_skipped_whether_the_relay_runs_or_not() {
    let mut session = session("skipped-row");
    session.seek(seconds(30));
    let owner = session.board().services.iter().find(|node| node.relay.is_some()).expect("it has an outbox").id;
    let inserted = |entry: &Entry| match entry.fact {
        Fact::Store(StoreFact::OutboxVisible { message, .. }) => Some(message),
        _ => None,
    };
    let skipped = |session: &Session| {
        let all = waiting(session, inserted);
        all.into_iter().find(|(_, waits)| matches!(waits.kept, Kept::Skipped(row, saved) if row < saved))
    };
    let (message, waits) = skipped(&session).expect("one row is passed over");
    assert_eq!(waits.awaited, Awaited::Relay(owner));
    assert!(!waits.kept.by_itself());
    let told = session.why_waiting(message).expect("it waits");
    assert!(told.how.contains("is skipped") && told.how.contains("greater ids only"), "{}", told.how);
    assert!(told.prevent.contains("No relay comes back to it"), "{}", told.prevent);
    assert!(told.steps.iter().any(|(_, step)| step.contains("outbox")), "{:#?}", told.steps);
    assert!(session.waiting(message).is_some_and(|words| words.contains("is skipped")));
    let relay = Process { node: owner, role: Role::Relay, ordinal: 0 };
    session.act(process(relay, ProcessDoes::Crash)).expect("it runs");
    assert_eq!(skipped(&session).map(|(found, _)| found), Some(message), "a relay that is down is not what keeps it");
}
