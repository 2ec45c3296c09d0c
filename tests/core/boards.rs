//! Every claim that the boards' texts make.

use crosstalk::board::{Acknowledges, Action, Gap, IfAgain, Often, Pattern, Pin, PinAction, PinDoes, ProcessDoes, Publishes};
use crosstalk::broker::BrokerFact;
use crosstalk::rpc::RpcFact;
use crosstalk::sim::{HandlerId, LineId, Role, Span, Time};
use crosstalk::store::StoreFact;
use crosstalk::world::{Fact, ProcessFact};

use crate::support::{ORDERS, PAYMENTS, board, instance, process, seconds, session, switch, verdict};

const HANDLER: HandlerId = HandlerId(1);

#[test]
fn the_catalogue_names_every_shipped_board_with_its_own_title_and_text() {
    let catalogue = concat!(env!("CARGO_MANIFEST_DIR"), "/public/boards.json");
    let text = std::fs::read_to_string(catalogue).expect("there is a catalogue");
    let listed: Vec<serde_json::Value> = serde_json::from_str(&text).expect("the catalogue is a list");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/public/boards");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .expect("there is a folder of boards")
        .map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned())
        .collect();
    files.sort();
    let mut named: Vec<String> = listed.iter().map(|entry| entry["file"].as_str().unwrap_or_default().to_owned()).collect();
    named.sort();
    assert_eq!(named, files);
    for entry in listed {
        let board = board(entry["file"].as_str().unwrap_or_default().trim_end_matches(".json"));
        assert_eq!(entry["title"], board.title.as_str());
        assert_eq!(entry["about"], board.about.as_str());
        assert!(
            entry["question"].as_str().is_some_and(|question| !question.is_empty()),
            "{}: it answers a question",
            board.title
        );
        assert!(!board.tries.is_empty(), "{}: there is something to try", board.title);
    }
}

#[test]
fn orders_go_through_the_outbox_to_both_groups_and_nothing_is_violated() {
    let mut session = session("orders");
    session.seek(seconds(120));
    assert_eq!(verdict(&session), [0, 0, 0]);
    let totals: Vec<_> = session.checks().totals().collect();
    assert_eq!(totals.len(), 3, "orders, accounts and sent are written");
    for (service, _, totals) in totals {
        let missing = totals.expected.abs_diff(totals.actual);
        assert!(totals.actual > 40, "service {}: {totals:?}", service.0);
        assert!(missing < 15, "service {}: what is missing is only what is still on its way: {totals:?}", service.0);
    }
}

#[test]
fn when_payments_2_crashes_its_partitions_go_to_the_others_after_the_session_timeout() {
    let mut session = session("orders");
    session.seek(seconds(10));
    session.act(process(instance(PAYMENTS, 1), ProcessDoes::Crash)).expect("payments-2 runs");
    let crashed = session.now();
    session.seek(seconds(40));
    let removed = session.facts().iter().find_map(|entry| match entry.fact {
        Fact::Broker(BrokerFact::MemberRemoved { member, .. }) if member.node == PAYMENTS => Some((entry.at, member)),
        _ => None,
    });
    let (removed, member) = removed.expect("the coordinator removes the member");
    assert_eq!(member.ordinal, 1);
    // Counted from the last heartbeat, which was at most one heartbeat interval and a hop before the crash.
    assert!(
        removed >= crashed + Span::secs(3) && removed <= crashed + Span::secs(7),
        "removed at {removed}, crashed at {crashed}"
    );
    let moved = session.facts().iter().any(|entry| {
        matches!(entry.fact, Fact::Broker(BrokerFact::Assigned { generation: 2, partition: 1, .. }))
            && entry.who.node == PAYMENTS
            && entry.who.ordinal != 1
    });
    assert!(moved, "partition 1 is given to another instance in generation 2");
    assert_eq!(verdict(&session)[0], 0);
}

/// The time of the pin's crash on a board.
fn crash_time(session: &crosstalk::session::Session, role: Role) -> Time {
    let crashed = |entry: &&crosstalk::world::Entry| entry.fact == Fact::Process(ProcessFact::Crashed) && entry.who.role == role;
    session.all_facts().iter().find(crashed).expect("the pin has been reached").at
}

#[test]
fn a_crash_between_commit_and_ack_charges_an_order_twice_and_tracking_ids_prevents_it() {
    let mut session = session("delivered-twice");
    session.seek(seconds(60));
    assert_eq!(verdict(&session), [0, 1, 0]);
    let crashed = crash_time(&session, Role::Instance);
    let violation = session.checks().violations()[0];
    let noticed = violation.at.since(crashed);
    assert!(noticed >= Span::secs(5) && noticed <= Span::secs(20), "charged again {noticed} after the crash");
    // Back before it, with tracking: the same crash, the same redelivery, one charge.
    session.seek(crashed - Span::secs(3));
    session.act(switch(PAYMENTS, Pattern::IfAgain(HANDLER, IfAgain::TracksIds))).expect("there is a transaction to track in");
    session.seek(seconds(60));
    assert_eq!(verdict(&session), [0, 0, 0]);
    let again = session.facts().iter().filter(|entry| entry.fact == Fact::Process(ProcessFact::Crashed)).count();
    assert_eq!(again, 1, "the crash still happens");
    let fetched_twice = session.facts().iter().filter(
        |entry| matches!(entry.fact, Fact::Broker(BrokerFact::Fetched { message, group, .. }) if message.intent == violation.intent && session.world().names().group(group) == "payments"),
    );
    assert_eq!(fetched_twice.count(), 2, "the record still comes again");
    assert_eq!(session.branches().len(), 1, "the old future stays");
}

#[test]
fn a_pin_between_commit_and_ack_on_the_default_board_charges_an_order_twice_and_tracking_from_before_it_does_not() {
    let mut session = session("orders");
    session.seek(seconds(12));
    let (service, gap) = (PAYMENTS, Gap::After(LineId(4)));
    let pin = Pin { service, gap, does: PinDoes::Crash, often: Often::Once, only: None, key: None, back_after_ms: None };
    session.act(Action::Pin(PinAction::Set(pin))).expect("the gap is there");
    session.seek(seconds(60));
    assert_eq!(verdict(&session), [0, 1, 0]);
    let crashed = crash_time(&session, Role::Instance);
    assert!(crashed > seconds(12), "the pin waits for the next that comes by");
    session.seek(seconds(11));
    session.act(switch(PAYMENTS, Pattern::IfAgain(HANDLER, IfAgain::TracksIds))).expect("there is a transaction to track in");
    session.seek(seconds(60));
    assert_eq!(verdict(&session), [0, 0, 0]);
    assert!(crash_time(&session, Role::Instance) >= crashed, "the crash was taken along");
}

#[test]
fn after_a_reset_tracking_ids_takes_the_same_crash_and_charges_once() {
    let mut session = session("delivered-twice");
    session.act(switch(PAYMENTS, Pattern::IfAgain(HANDLER, IfAgain::TracksIds))).expect("it can be switched");
    session.reset(false);
    session.seek(seconds(60));
    assert_eq!(verdict(&session), [0, 0, 0]);
    crash_time(&session, Role::Instance);
}

#[test]
fn without_its_pin_the_board_of_the_double_charge_is_clean() {
    let mut without = board("delivered-twice");
    without.pins.clear();
    let mut session = crosstalk::session::Session::new(without).expect("it is a board");
    session.seek(seconds(60));
    assert_eq!(verdict(&session), [0, 0, 0]);
}

#[test]
fn the_idempotent_form_takes_the_same_crash_and_charges_once() {
    let mut session = session("delivered-twice");
    session.act(switch(PAYMENTS, Pattern::IfAgain(HANDLER, IfAgain::IsIdempotent))).expect("orders have numbers");
    session.seek(seconds(60));
    assert_eq!(verdict(&session), [0, 0, 0]);
}

#[test]
fn a_dual_write_leaves_a_row_without_its_message_and_the_outbox_removes_it_under_the_same_seed() {
    let mut session = session("dual-write");
    session.seek(seconds(60));
    assert_eq!(verdict(&session), [0, 0, 1]);
    let crashed = crash_time(&session, Role::Instance);
    let violation = session.checks().violations()[0];
    assert_eq!(violation.service, ORDERS);
    let of_it = |message: crosstalk::sim::MessageId| message.intent == violation.intent;
    let crashes = session.facts().iter().filter(|entry| entry.fact == Fact::Process(ProcessFact::Crashed)).count();
    assert_eq!(crashes, 1, "an instance dies, once");
    let tried_again = session
        .facts()
        .iter()
        .any(|entry| matches!(entry.fact, Fact::Rpc(RpcFact::Called { message, attempt: 2 }) if of_it(message)));
    let there_already = session
        .facts()
        .iter()
        .any(|entry| matches!(entry.fact, Fact::Store(StoreFact::DuplicateFound { message, .. }) if of_it(message)));
    assert!(tried_again && there_already, "the shop tries again, and the order is already there");

    session.seek(Time::ZERO);
    session.act(switch(ORDERS, Pattern::Publishes(HANDLER, Publishes::ThroughOutbox))).expect("there is a transaction");
    session.seek(seconds(60));
    assert_eq!(verdict(&session), [0, 0, 0]);
    assert!(crash_time(&session, Role::Instance) <= crashed + Span::secs(10), "the pin is still reached");
    let published = session.facts().iter().any(
        |entry| matches!(entry.fact, Fact::Broker(BrokerFact::Appended { message, .. }) if message.intent == violation.intent),
    );
    assert!(published, "the message of the same order goes out");
}

#[test]
fn without_its_pin_the_dual_write_is_clean() {
    let mut without = board("dual-write");
    without.pins.clear();
    let mut session = crosstalk::session::Session::new(without).expect("it is a board");
    session.seek(seconds(60));
    assert_eq!(verdict(&session), [0, 0, 0]);
}

#[test]
fn acknowledging_before_handling_loses_what_a_crash_interrupts_and_afterwards_does_not() {
    let early = switch(PAYMENTS, Pattern::Acknowledges(HANDLER, Acknowledges::BeforeHandling));
    let crash = || process(instance(PAYMENTS, 0), ProcessDoes::Crash);
    let run = |acknowledges_early: bool, crashes: bool| {
        let mut session = session("orders");
        if acknowledges_early {
            session.act(early.clone()).expect("there is an ack");
        }
        // The first record of payments-1 is being worked on, after its ack.
        let handling = |session: &crosstalk::session::Session| {
            session.world().service(PAYMENTS).and_then(|service| service.instances.get(&0)).is_some_and(|instance| {
                instance.activations.values().any(|activation| activation.at == usize::from(acknowledges_early))
            })
        };
        while !handling(&session) {
            assert!(session.step() && session.now() < seconds(60), "payments-1 gets a record");
        }
        if crashes {
            session.act(crash()).expect("payments-1 runs");
        }
        session.seek(seconds(90));
        verdict(&session)
    };
    assert_eq!(run(true, true), [1, 0, 0], "acknowledged, then lost");
    assert_eq!(run(true, false), [0, 0, 0], "no failure, nothing lost");
    assert_eq!(run(false, true), [0, 0, 0], "not acknowledged, so it comes again");
}

#[test]
fn thrown_just_before_the_first_step_of_its_story_the_offered_switch_prevents_each_violation() {
    for name in ["delivered-twice", "dual-write"] {
        let mut session = session(name);
        session.seek(seconds(60));
        let violation = session.verdict().into_iter().flat_map(|chip| chip.violations).next().expect("the board shows one");
        let (began, _) = violation.steps.first().expect("the story has steps");
        let fix = violation.fix.expect("there is a switch");
        session.seek(*began - Span(1));
        session.act(Action::Edit(fix)).expect("it can be switched");
        session.seek(seconds(60));
        assert_eq!(verdict(&session), [0, 0, 0], "{name}");
    }
}

#[test]
fn a_relay_that_dies_between_publish_and_mark_publishes_again_and_only_tracking_keeps_it_to_one_charge() {
    let run = |tracks: bool| {
        let mut session = session("orders");
        if tracks {
            session.act(switch(PAYMENTS, Pattern::IfAgain(HANDLER, IfAgain::TracksIds))).expect("it can be switched");
        }
        // Line 8 is the relay's publish.
        let (service, gap) = (ORDERS, Gap::After(LineId(8)));
        let back_after_ms = Some(3_000);
        let pin = Pin { service, gap, does: PinDoes::Crash, often: Often::Once, only: None, key: None, back_after_ms };
        session.act(Action::Pin(PinAction::Set(pin))).expect("the gap is there");
        session.seek(seconds(60));
        let mut appended: Vec<_> = session
            .facts()
            .iter()
            .filter_map(|entry| match entry.fact {
                Fact::Broker(BrokerFact::Appended { message, .. }) => Some(message),
                _ => None,
            })
            .collect();
        let all = appended.len();
        appended.sort_unstable();
        appended.dedup();
        assert!(all > appended.len(), "the same message is in the log twice");
        let crashed = crash_time(&session, Role::Relay);
        let back = session.facts().iter().any(|entry| {
            entry.who.role == Role::Relay
                && entry.at == crashed + Span::secs(3)
                && entry.fact == Fact::Process(ProcessFact::Started)
        });
        assert!(back, "it comes back when the pin says");
        verdict(&session)[1]
    };
    assert!(run(false) >= 1);
    assert_eq!(run(true), 0);
}

#[test]
fn a_pin_that_acts_always_takes_every_process_that_comes_by_in_every_life() {
    let mut session = session("orders");
    let (service, gap) = (PAYMENTS, Gap::Start(HANDLER));
    let back_after_ms = Some(1_000);
    let pin = Pin { service, gap, does: PinDoes::Crash, often: Often::Always, only: Some(0), key: None, back_after_ms };
    session.act(Action::Pin(PinAction::Set(pin))).expect("the gap is there");
    session.seek(seconds(90));
    let crashes: Vec<_> = session
        .facts()
        .iter()
        .filter(|entry| entry.fact == Fact::Process(ProcessFact::Crashed))
        .map(|entry| (entry.who.ordinal, entry.who.life))
        .collect();
    assert!(crashes.len() >= 2, "{crashes:?}");
    assert!(crashes.iter().enumerate().all(|(place, crash)| *crash == (0, place as u16)), "only payments-1: {crashes:?}");
}
