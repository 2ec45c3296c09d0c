//! The card of each board: a step is ticked exactly when what it says has been done.

use crosstalk::board::{
    Action, Check, Do, Edit, Gap, Goal, IfAgain, Often, OnFailure, Pattern, Pin, PinAction, PinDoes, Place, ProcessDoes,
    Publishes, Question, Setting, Step, from_json, to_json,
};
use crosstalk::net::Cut;
use crosstalk::rpc::RpcFact;
use crosstalk::session::{Session, Stride};
use crosstalk::sim::{HandlerId, LineId, NodeId, Span, Time, WireId};
use crosstalk::store::RelayKind;
use crosstalk::world::{Entry, Fact};

use crate::support::{BROKER, ORDERS, PAYMENTS, SHOP, board, edited, instance, process, seconds, session, switch};

const HANDLER: HandlerId = HandlerId(1);

fn done(session: &Session) -> Vec<bool> {
    session.steps().iter().map(|step| step.done).collect()
}

fn tracks() -> Action {
    switch(PAYMENTS, Pattern::IfAgain(HANDLER, IfAgain::TracksIds))
}

/// Plays until a step is ticked; gives when.
fn until(session: &mut Session, step: usize, most: Time) -> Time {
    while !session.steps()[step].done {
        assert!(session.now() < most, "step {} is not ticked by {most}", step + 1);
        session.seek(session.now() + Span::ms(100));
    }
    session.now()
}

#[test]
fn the_first_step_of_the_orders_is_ticked_when_others_have_the_partitions_of_the_crashed_instance() {
    let mut session = session("orders");
    session.seek(seconds(10));
    session.act(process(instance(PAYMENTS, 1), ProcessDoes::Crash)).expect("payments-2 runs");
    session.seek(seconds(12));
    assert_eq!(done(&session), [false; 3], "not before the session timeout");
    let at = until(&mut session, 0, seconds(40));
    let crowd = session.world().broker(BROKER).and_then(|broker| {
        let group = session.world().names().group_id("payments")?;
        broker.group(group).map(|view| view.generation)
    });
    assert_eq!(crowd, Some(2), "at {at}");
    assert_eq!(done(&session), [true, false, false]);
}

#[test]
fn another_instances_crash_does_not_tick_the_step_that_names_payments_2() {
    let mut session = session("orders");
    session.seek(seconds(10));
    session.act(process(instance(PAYMENTS, 0), ProcessDoes::Crash)).expect("payments-1 runs");
    session.seek(seconds(60));
    assert_eq!(done(&session), [false; 3]);
}

#[test]
fn the_second_and_third_steps_of_the_orders_take_a_pin_and_then_a_branch_from_before_the_crash() {
    let mut session = session("orders");
    session.seek(seconds(12));
    let (service, gap) = (PAYMENTS, Gap::After(LineId(4)));
    let pin = Pin { service, gap, does: PinDoes::Crash, often: Often::Once, only: None, key: None, back_after_ms: None };
    session.act(Action::Pin(PinAction::Set(pin))).expect("the gap is there");
    assert_eq!(done(&session), [false; 3]);
    let charged = until(&mut session, 1, seconds(60));
    let violation = session.checks().violations()[0].at;
    assert!(violation <= charged && charged <= violation + Span::ms(100));
    // A switch after the crash is too late: nothing that was charged twice is charged once by it.
    session.act(tracks()).expect("there is a transaction");
    session.seek(seconds(110));
    assert!(!done(&session)[2]);
    // From before it, the same crash is survived; the ticks of the future that was left stay.
    session.seek(seconds(11));
    session.act(tracks()).expect("there is a transaction");
    assert!(done(&session)[1] && !done(&session)[2]);
    until(&mut session, 2, seconds(90));
    assert_eq!(session.checks().count(Check::DoneTwice), 0);
    // Back, to another branch, and after a reset: what has been done has been done.
    session.seek(Time::ZERO);
    assert!(done(&session)[1] && done(&session)[2]);
    let left = session.branches()[0].id;
    session.switch(left).expect("it is there");
    assert!(done(&session)[1] && done(&session)[2]);
    session.reset(false);
    assert!(done(&session)[1] && done(&session)[2]);
}

#[test]
fn the_steps_of_the_double_charge_are_ticked_by_waiting_by_asking_how_and_by_tracking_after_a_reset() {
    let mut session = session("delivered-twice");
    until(&mut session, 0, seconds(60));
    assert_eq!(done(&session), [true, false, false]);
    let violation = session.checks().violations()[0];
    session.asked(violation.fact, Question::Prevent);
    assert!(!done(&session)[1], "another question");
    session.seek(violation.at);
    session.asked(violation.fact, Question::How);
    assert_eq!(done(&session), [true, true, false]);
    session.reset(false);
    assert_eq!(done(&session), [true, true, false]);
    session.act(tracks()).expect("there is a transaction");
    until(&mut session, 2, seconds(90));
}

#[test]
fn the_steps_of_the_dual_write_are_ticked_by_the_row_by_asking_and_by_the_message_of_the_same_order() {
    let mut session = session("dual-write");
    until(&mut session, 0, seconds(60));
    let violation = session.checks().violations()[0];
    session.asked(violation.fact, Question::Prevent);
    assert_eq!(done(&session), [true, true, false]);
    session.act(switch(ORDERS, Pattern::Publishes(HANDLER, Publishes::ThroughOutbox))).expect("there is a transaction");
    session.reset(false);
    assert_eq!(done(&session), [true, true, false], "the switch alone proves nothing");
    until(&mut session, 2, seconds(90));
}

#[test]
fn looking_for_the_next_moment_ticks_nothing_that_has_not_been_shown() {
    let mut session = session("delivered-twice");
    let mut seen = Vec::new();
    while !session.steps()[0].done {
        seen.push(session.forward(Stride::Moment).expect("something happens"));
        assert!(seen.len() < 100);
    }
    let violation = session.frontier_checks().violations()[0].at;
    assert_eq!(seen.last(), Some(&violation));
}

fn with_goal(goal: Goal) -> Session {
    let mut board = board("orders");
    board.tries = vec![Step { say: "Try.".to_owned(), done: goal }];
    let text = to_json(&board);
    let read = from_json(&text).expect("it can be read");
    assert_eq!(read, board);
    Session::new(read).expect("it is a board")
}

#[test]
fn goals_in_any_order_take_all_of_them_and_goals_in_a_row_take_their_order() {
    let parts = || vec![Goal::Sent { client: SHOP }, Goal::Cut { wire: WireId(3) }];
    let cut = |cut| Action::Cut { wire: WireId(3), cut };
    for (goal, ticked) in [(Goal::All(parts()), true), (Goal::Then(parts()), false)] {
        let mut session = with_goal(goal);
        session.seek(seconds(5));
        session.act(cut(Cut::Both)).expect("the wire is there");
        session.act(Action::Send { client: SHOP }).expect("the client is there");
        assert_eq!(done(&session), [ticked]);
        session.act(cut(Cut::None)).expect("the wire is there");
        assert_eq!(done(&session), [ticked], "a wire that is healed is not cut");
        session.act(cut(Cut::ToServer)).expect("the wire is there");
        assert_eq!(done(&session), [true]);
    }
}

/// A goal about a setting that takes at least 1.
fn goal_set(place: Place, least: u64) -> Goal {
    Goal::Set { place, setting: Setting::Latency, least: Some(least), most: None }
}

#[test]
fn a_goal_about_the_document_is_reached_as_soon_as_it_is_so() {
    let place = Place::Node(PAYMENTS);
    let mut session = with_goal(Goal::Set { place, setting: Setting::Instances, least: Some(5), most: Some(6) });
    for (value, ticked) in [(4, false), (7, false), (5, true)] {
        let edit = Edit::Set { place, setting: Setting::Instances, value: Some(value) };
        session.act(Action::Edit(edit)).expect("there is room");
        assert_eq!(done(&session), [ticked], "{value} instances");
    }
    let mut session = with_goal(Goal::Before { service: PAYMENTS, line: LineId(4), later: LineId(1) });
    edited(&mut session, |board| board.service_mut(PAYMENTS).expect("it is there").handlers[0].lines.rotate_left(1))
        .expect("it can work last");
    assert_eq!(done(&session), [true]);
}

#[test]
fn answers_are_counted_from_the_last_request_that_was_given_up() {
    let mut session = with_goal(Goal::Answered { client: SHOP, times: 12 });
    session.seek(seconds(14));
    session.act(Action::Cut { wire: WireId(1), cut: Cut::Both }).expect("the wire is there");
    session.seek(seconds(60));
    session.act(Action::Cut { wire: WireId(1), cut: Cut::None }).expect("the wire is there");
    assert_eq!(done(&session), [false]);
    let at = until(&mut session, 0, seconds(120));
    let gave_up = |entry: &&Entry| matches!(entry.fact, Fact::Rpc(RpcFact::GaveUp { .. }));
    let last = session.facts().iter().rfind(gave_up).expect("some are given up").at;
    let answered = |by: Time| {
        let since = session.facts().iter().filter(|entry| last < entry.at && entry.at <= by);
        since.filter(|entry| matches!(entry.fact, Fact::Rpc(RpcFact::Answered { .. }))).count()
    };
    assert!(answered(at - Span::ms(100)) < 12 && 12 <= answered(at), "at {at}");
}

#[test]
fn a_goal_that_names_what_is_not_there_is_refused_with_its_place() {
    let gone = NodeId(99);
    for (goal, named) in [
        (Goal::Sent { client: gone }, "no client with id 99"),
        (Goal::Did { node: SHOP, ordinal: None, does: ProcessDoes::Crash }, "no service or broker with id 1"),
        (Goal::Cut { wire: WireId(9) }, "no wire with id 9"),
        (Goal::Pinned { service: PAYMENTS, gap: Gap::After(LineId(40)) }, "Payments has no such line"),
        (Goal::HandedOver { group: "nobody".to_owned() }, "\"nobody\""),
        (Goal::Kept { check: Check::Lost, seconds: 0 }, "1 to 600"),
        (Goal::Relays { service: PAYMENTS, kind: RelayKind::Tail }, "Payments has no relay"),
        (goal_set(Place::Wire(WireId(9)), 1), "no wire with id 9"),
        (goal_set(Place::Wire(WireId(1)), 0), "latency.ms takes 1 to"),
        (Goal::Has { service: PAYMENTS, does: Do::Ack }, "tracks, writes or requires, not ack"),
        (Goal::Before { service: PAYMENTS, line: LineId(1), later: LineId(40) }, "Payments has no such line"),
        (Goal::OnFailure { service: PAYMENTS, handler: HandlerId(7), then: OnFailure::Skip }, "Payments has no handler 7"),
        (Goal::Answered { client: SHOP, times: 0 }, "1 to 1000"),
        (Goal::Then(Vec::new()), "1 to 8"),
        (Goal::All(vec![Goal::Told { service: gone }]), "no service with id 99"),
    ] {
        let mut board = board("orders");
        board.tries[1].done = goal;
        let text = serde_json::to_string(&board).expect("it is data");
        let problem = from_json(&text).expect_err(named).to_string();
        assert!(problem.starts_with("tries[1].done: ") && problem.contains(named), "{problem}");
    }
}

#[test]
fn joints_deeper_than_four_are_refused() {
    let mut goal = Goal::Sent { client: SHOP };
    for _ in 0..5 {
        goal = Goal::All(vec![goal]);
    }
    let mut board = board("orders");
    board.tries[0].done = goal;
    assert!(from_json(&serde_json::to_string(&board).expect("it is data")).is_err());
}

#[test]
fn a_step_about_a_part_that_was_deleted_is_not_written_and_the_board_can_be_read_again() {
    let mut board = board("orders");
    for wire in &mut board.wires {
        if let crosstalk::board::WireKind::Consume { group, .. } = &mut wire.is {
            group.push_str("-2");
        }
    }
    let again = from_json(&to_json(&board)).expect("it can be read");
    assert_eq!(again.tries.len(), 1, "only the step that names no group is left");
}
