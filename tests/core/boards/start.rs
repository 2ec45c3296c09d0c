//! Start here: the default board.

use crosstalk::board::{Action, Gap, IfAgain, Often, Pattern, Pin, PinAction, PinDoes, ProcessDoes};
use crosstalk::broker::BrokerFact;
use crosstalk::sim::{LineId, Role, Span};
use crosstalk::world::{Fact, ProcessFact};

use super::rig::HANDLER;
use super::twice::crash_time;
use crate::support::{ORDERS, PAYMENTS, instance, process, seconds, session, switch, verdict};

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
