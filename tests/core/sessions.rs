//! The session: cursor, branches, reset. Decision 10.

use crosstalk::board::IfAgain;
use crosstalk::board::{Action, Edit, Gap, Often, Pattern, Pin, PinAction, PinDoes, Place, ProcessDoes, Setting};
use crosstalk::net::Cut;
use crosstalk::session::{Session, Stride};
use crosstalk::sim::{HandlerId, LineId, Span, Time, WireId};

use crate::support::{PAYMENTS, SHOP, board, found, instance, process, seconds, session, switch, verdict};

fn pin() -> Pin {
    let gap = Gap::After(LineId(4));
    Pin { service: PAYMENTS, gap, does: PinDoes::Crash, often: Often::Once, only: None, key: None, back_after_ms: None }
}

#[test]
fn seeking_back_and_forth_ends_in_the_same_state_as_running_there() {
    let mut there = session("delivered-twice");
    there.seek(seconds(23));
    let mut wandering = session("delivered-twice");
    for s in [40, 3, 23, 60, 0, 11, 23] {
        wandering.seek(seconds(s));
    }
    assert_eq!(wandering.world().hash(), there.world().hash());
    assert_eq!(wandering.facts(), there.facts());
    assert_eq!(found(&wandering), found(&there));
    assert_eq!(wandering.frontier(), seconds(60));
}

#[test]
fn an_action_in_the_past_starts_a_branch_that_keeps_failures_and_drops_edits_and_sends() {
    let mut session = session("orders");
    session.seek(seconds(10));
    session.act(process(instance(PAYMENTS, 1), ProcessDoes::Crash)).expect("it runs");
    session.seek(seconds(12));
    session.act(Action::Send { client: SHOP }).expect("there is a shop");
    let slower = Edit::Set { place: Place::Node(SHOP), setting: Setting::ArrivalInterval, value: Some(2_000) };
    session.act(Action::Edit(slower)).expect("it is a value");
    session.seek(seconds(14));
    session.act(Action::Pin(PinAction::Set(pin()))).expect("the gap is there");
    session.seek(seconds(30));
    assert!(session.branches().is_empty());

    session.seek(seconds(5));
    session.act(switch(PAYMENTS, Pattern::IfAgain(HandlerId(1), IfAgain::TracksIds))).expect("it can be switched");
    assert_eq!(session.frontier(), seconds(5), "the new future has not been run yet");
    assert_eq!(session.branches().len(), 1);
    let left: Vec<bool> = session.path().iter().map(|stamped| stamped.action.is_failure()).collect();
    assert_eq!(left, [false, true, true], "the switch, then the crash and the pin");
    session.seek(seconds(30));
    assert_eq!(session.board().pins.len(), 1);
    assert!(session.board().clients[0].settings.is_empty(), "the edit stayed behind");

    // And back to the old future.
    let left = session.branches()[0].id;
    session.switch(left).expect("it is there");
    assert_eq!(session.frontier(), seconds(30));
    assert_eq!(session.path().len(), 4);
    assert_eq!(session.branches().len(), 1, "the other one is kept in its place");
}

#[test]
fn an_action_that_is_refused_changes_nothing_and_starts_no_branch() {
    let mut session = session("orders");
    session.seek(seconds(20));
    session.seek(seconds(10));
    let before = session.world().hash();
    let refused = session.act(process(instance(PAYMENTS, 9), ProcessDoes::Crash)).expect_err("there is no tenth instance");
    assert!(refused.to_string().contains("10"), "{refused}");
    assert!(session.act(process(instance(PAYMENTS, 0), ProcessDoes::Restart)).is_err(), "it runs");
    let tiny = Edit::Set { place: Place::Node(PAYMENTS), setting: Setting::SessionTimeout, value: Some(1) };
    let refused = session.act(Action::Edit(tiny)).expect_err("it is below the limit");
    assert!(refused.to_string().contains("6000"), "{refused}");
    assert_eq!(session.world().hash(), before);
    assert!(session.branches().is_empty());
    assert_eq!(session.frontier(), seconds(20));
}

#[test]
fn the_board_is_shown_as_it_was_at_the_cursor() {
    let mut session = session("orders");
    session.seek(seconds(10));
    session.act(switch(PAYMENTS, Pattern::IfAgain(HandlerId(1), IfAgain::TracksIds))).expect("it can be switched");
    session.seek(seconds(12));
    let lines = |session: &Session| session.board().service(PAYMENTS).map(|service| service.handlers[0].lines.len());
    assert_eq!(lines(&session), Some(6));
    session.seek(seconds(9));
    assert_eq!(lines(&session), Some(5));
    assert_eq!(
        session.document().service(PAYMENTS).map(|service| service.handlers[0].lines.len()),
        Some(6),
        "the document is the end"
    );
}

#[test]
fn a_reset_starts_from_the_edited_document_and_keeps_live_failures_only_on_request() {
    let mut session = session("orders");
    session.seek(seconds(10));
    session.act(process(instance(PAYMENTS, 1), ProcessDoes::Crash)).expect("it runs");
    session.act(Action::Pin(PinAction::Set(pin()))).expect("the gap is there");
    session.reset(false);
    assert_eq!((session.now(), session.path().len()), (Time::ZERO, 0));
    assert_eq!(session.board().pins.len(), 1, "a pin is part of the document");

    session.seek(seconds(10));
    session.act(process(instance(PAYMENTS, 2), ProcessDoes::Crash)).expect("it runs");
    session.reset(true);
    assert_eq!(session.path().len(), 1);
}

#[test]
fn a_planned_failure_happens_at_its_time_in_every_run() {
    let mut planned = board("orders");
    planned.plan(seconds(8), Action::Cut { wire: WireId(3), cut: Cut::Both });
    let mut session = Session::new(planned).expect("it is a board");
    session.seek(seconds(9));
    assert_eq!(session.world().net().cut_of(WireId(3)), Cut::Both);
    session.seek(seconds(7));
    assert_eq!(session.world().net().cut_of(WireId(3)), Cut::None);
}

#[test]
fn steps_go_forward_one_item_and_back_one_moment() {
    let mut session = session("orders");
    session.seek(seconds(6));
    let facts = session.facts().len();
    while session.facts().len() == facts {
        assert!(session.step());
    }
    let there = session.now();
    session.back(Stride::Fact);
    assert!(session.now() < there && session.facts().len() <= facts);
}

#[test]
fn the_next_moment_is_where_something_worth_seeing_happens() {
    let mut session = session("delivered-twice");
    let mut moments = Vec::new();
    while let Some(moment) = session.forward(Stride::Moment) {
        assert_eq!(moment, session.now());
        moments.push(moment);
    }
    assert!(moments.is_sorted_by(|a, b| a < b));
    let violation = session.frontier_checks().violations()[0];
    assert!(moments.contains(&violation.at), "the second charge is one of {moments:?}");
}

#[test]
fn cards_are_moved_without_touching_the_run() {
    let mut session = session("orders");
    session.seek(seconds(5));
    let before = session.world().hash();
    session.move_node(PAYMENTS, 1_000, 500);
    assert_eq!(session.world().hash(), before);
    let moved = session.document();
    assert_eq!(moved.service(PAYMENTS).map(|service| (service.x, service.y)), Some((1_000, 500)));
    let mut again = Session::new(moved).expect("it is a board");
    again.seek(seconds(5));
    assert_eq!(again.world().hash(), before, "positions are no part of the facts");
}

#[test]
fn a_cut_holds_messages_and_healing_delivers_them() {
    let mut session = session("orders");
    session.seek(seconds(10));
    session.act(Action::Cut { wire: WireId(2), cut: Cut::Both }).expect("there is a wire");
    session.seek(seconds(12));
    let held = session.world().net().in_flight(session.now()).filter(|packet| packet.held).count();
    assert!(held > 0, "something waits at the cut");
    let end = |session: &Session| {
        session
            .world()
            .broker(crate::support::BROKER)
            .map(|broker| broker.topics().flat_map(|topic| &topic.partitions).map(|log| log.end()).sum::<u32>())
    };
    let before = end(&session);
    session.act(Action::Cut { wire: WireId(2), cut: Cut::None }).expect("it is cut");
    session.seek(session.now() + Span::secs(20));
    assert!(end(&session) > before, "the outbox drains after the cut");
    assert_eq!(verdict(&session)[2], 0);
}

#[test]
fn a_full_record_is_played_but_not_run_on_and_a_reset_empties_it() {
    let mut session = session("orders");
    session.record_at_most(20_000);
    session.seek(seconds(3_600));
    assert!(session.is_full());
    let end = session.now();
    assert!(end < seconds(3_600) && session.facts().len() < 60_000, "it stops soon after the limit");
    session.play_until(seconds(3_600), 1_000);
    assert_eq!(session.now(), end);
    session.seek(seconds(10));
    assert!(!session.is_full());
    session.seek(seconds(3_600));
    assert_eq!(session.now(), end);
    session.reset(false);
    session.seek(seconds(30));
    assert_eq!(session.now(), seconds(30));
}
