//! Where did it go?

use crosstalk::board::{Acknowledges, Pattern, ProcessDoes, Publishes, Setting};
use crosstalk::broker::BrokerFact;
use crosstalk::check::{Check, Detail};
use crosstalk::rpc::RpcFact;
use crosstalk::session::Session;
use crosstalk::sim::{Role, Span, Time};
use crosstalk::store::{RelayKind, StoreFact};
use crosstalk::world::{Fact, ProcessFact};

use super::rig::*;
use super::twice::crash_time;
use crate::support::{ORDERS, PAYMENTS, instance, process, seconds, session, switch, verdict};

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
        found(&session)
    };
    assert_eq!(run(true, true), [(Check::CommittedEarly, 1)], "acknowledged, then lost");
    assert_eq!(run(true, false), [], "no failure, nothing lost");
    assert_eq!(run(false, true), [], "not acknowledged, so it comes again");
}

fn acknowledges_late(session: &mut Session) {
    act(session, switch(PAYMENTS, Pattern::Acknowledges(HANDLER, Acknowledges::AfterHandling)));
}

#[test]
fn a_message_that_was_acknowledged_before_its_handler_died_is_never_read_again() {
    let session = played("acknowledged-too-early", 60);
    let intent = only(&session, Check::CommittedEarly).intent;
    assert_eq!((crashes(&session), fetched(&session, intent)), (1, 1));
    assert_eq!(effects(&session, PAYMENTS, intent), []);
    let acknowledged = first(&session, |entry| matches!(entry.fact, Fact::Broker(BrokerFact::OffsetCommitted { .. })));
    assert!(acknowledged.at < crash_time(&session, Role::Instance));
}

#[test]
fn a_message_that_is_acknowledged_after_it_was_handled_comes_again_and_is_charged_once() {
    let intent = only(&played("acknowledged-too-early", 60), Check::CommittedEarly).intent;
    let session = changed("acknowledged-too-early", 60, acknowledges_late);
    assert_eq!(found(&session), []);
    assert_eq!((crashes(&session), fetched(&session, intent), effects(&session, PAYMENTS, intent).len()), (1, 2, 1));
}

#[test]
fn the_steps_of_what_is_acknowledged_too_early() {
    let late = |session: &mut Session| {
        session.reset(false);
        acknowledges_late(session);
    };
    follow("acknowledged-too-early", &[&play, &ask_prevent, &late]);
}

/// How long the instance of Orders stands still.
fn pause(session: &Session) -> (Time, Time) {
    let paused = first(session, |entry| entry.fact == Fact::Process(ProcessFact::Paused));
    let resumed = first(session, |entry| entry.fact == Fact::Process(ProcessFact::Resumed));
    assert_eq!((paused.who.node, paused.who.role), (ORDERS, Role::Instance));
    (paused.at, resumed.at)
}

#[test]
fn a_relay_that_asks_for_greater_ids_passes_over_the_one_that_commits_last() {
    let session = played("skipped-row", 60);
    let intent = only(&session, Check::SkippedRow).intent;
    let (paused, resumed) = pause(&session);
    assert_eq!(resumed.since(paused), Span::secs(4));
    let rows = rows(&session);
    let (id, message, committed) = *rows.iter().find(|(_, message, _)| message.intent == intent).expect("it was committed");
    assert!(committed > resumed && rows.iter().any(|(other, _, at)| *other > id && *at < committed), "the greater id is first");
    let passed =
        |entry: &crosstalk::world::Entry| matches!(entry.fact, Fact::Store(StoreFact::CursorSaved { row }) if id < row.0);
    assert!(first(&session, passed).at < committed);
    assert!(log(&session).iter().all(|(_, known)| *known != message), "it is never published");
    let store = &session.world().service(ORDERS).expect("it runs").store;
    assert!(store.outbox_rows().any(|row| row.message.id == message), "its row stays in the outbox");
    assert_eq!(effects(&session, ORDERS, intent).len(), 1, "the order is committed");
}

#[test]
fn a_relay_that_tails_publishes_that_row_after_it_has_committed() {
    let intent = only(&played("skipped-row", 60), Check::SkippedRow).intent;
    let session = changed("skipped-row", 60, |session| reads(session, RelayKind::Tail));
    assert_eq!(found(&session), []);
    let (_, resumed) = pause(&session);
    let appended = |entry: &crosstalk::world::Entry| matches!(entry.fact, Fact::Broker(BrokerFact::Appended { message, .. }) if message.intent == intent);
    assert!(first(&session, appended).at > resumed);
}

#[test]
fn the_steps_of_the_skipped_row() {
    let tails = |session: &mut Session| {
        session.reset(false);
        reads(session, RelayKind::Tail);
    };
    follow("skipped-row", &[&play, &ask_how, &tails]);
}

#[test]
fn a_group_that_starts_at_the_latest_offset_begins_behind_every_order_before() {
    let session = played("newcomer", 60);
    let violation = only(&session, Check::PassedOver);
    let Detail::Jumped { records, .. } = violation.detail else { panic!("{violation:?}") };
    let started = last(&session, |entry| entry.fact == Fact::Process(ProcessFact::Started)).at;
    assert_eq!(started, seconds(18));
    let began = fact(&session, violation.fact).at;
    let before: Vec<_> = charged(&session, ORDERS).into_keys().take(usize::try_from(records).expect("few")).collect();
    assert!(records > 3 && violation.intent == before[0], "{records} records");
    for intent in &before {
        assert_eq!((fetched(&session, *intent), effects(&session, PAYMENTS, *intent).len()), (0, 0));
    }
    assert!(began > started && charged(&session, PAYMENTS).len() > 8, "it reads all that come later");
}

fn begins_with_the_first(session: &mut Session) {
    set(session, PAYMENTS, Setting::OffsetReset, 0);
}

#[test]
fn a_group_that_starts_at_the_earliest_offset_begins_with_the_first_order() {
    let session = changed("newcomer", 60, begins_with_the_first);
    assert_eq!(found(&session), []);
    let first = charged(&session, PAYMENTS).into_keys().next().expect("there are invoices");
    assert_eq!(first.n, 1);
}

#[test]
fn the_steps_of_the_newcomer() {
    let earliest = |session: &mut Session| {
        session.reset(false);
        begins_with_the_first(session);
    };
    follow("newcomer", &[&play, &ask_how, &earliest]);
}
