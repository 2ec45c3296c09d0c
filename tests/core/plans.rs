//! The plan of a board: failures at their times, edited before they happen.

use crosstalk::board::{Action, Board, PlanId, Planned, ProcessDoes, Storm};
use crosstalk::editor::{Desk, EditError, Edited, Operation};
use crosstalk::session::{Repro, Session};
use crosstalk::sim::{Span, Time, WireId};
use crosstalk::view::{MarkState, Scale};
use crosstalk::world::{Fact, ProcessFact};

use crate::support::{PAYMENTS, board, edited, instance, process, seconds};

fn crash() -> Action {
    process(instance(PAYMENTS, 0), ProcessDoes::Crash)
}

fn planned(at: u64) -> Board {
    let mut board = board("orders");
    board.plan(seconds(at), crash());
    board
}

fn crashes(session: &Session) -> Vec<Time> {
    let crashed = session.facts().iter().filter(|entry| entry.fact == Fact::Process(ProcessFact::Crashed));
    crashed.map(|entry| entry.at).collect()
}

fn make(desk: &mut Desk, operation: Operation) -> Result<Edited, EditError> {
    desk.edit(None, |board, ids| operation.make(board, ids, &[]))
}

#[test]
fn a_planned_failure_is_moved_and_taken_back_before_it_happens_and_stays_afterwards() {
    let mut desk = Desk::new(Session::new(board("orders")).expect("it is a board"));
    desk.session_mut().seek(seconds(5));
    make(&mut desk, Operation::Plan(seconds(8), crash())).expect("it is still to come");
    assert_eq!(desk.undo_label().as_deref(), Some("Undo: plan to crash Payments at 0:08.000"));
    let id = desk.board().planned[0].id;
    make(&mut desk, Operation::Replan(vec![(id, seconds(10))])).expect("it is still to come");
    desk.session_mut().seek(seconds(9));
    assert_eq!(crashes(desk.session()), []);
    desk.session_mut().seek(seconds(12));
    assert_eq!(crashes(desk.session()), [seconds(10)]);
    assert_eq!(desk.session().world().happened().len(), 1);
    for change in [Operation::Replan(vec![(id, seconds(20))]), Operation::Unplan(vec![id])] {
        let refused = make(&mut desk, change).expect_err("it has happened").to_string();
        assert_eq!(refused, "what was planned for 0:10.000 has happened and stays: go back before it, or start again");
    }
    let late = make(&mut desk, Operation::Plan(seconds(11), crash())).expect_err("that is over").to_string();
    assert_eq!(late, "0:11.000 is over: choose a time after 0:12.000, or go back before it");
    assert!(desk.undo().is_err(), "what has happened cannot be undone");
    desk.session_mut().seek(seconds(9));
    let over = desk.undo().expect_err("its first time is over by now").to_string();
    assert_eq!(over, "0:08.000 is over: choose a time after 0:09.000, or go back before it");
    desk.session_mut().seek(seconds(6));
    desk.undo().expect("before it has happened it can be undone");
    desk.session_mut().seek(seconds(14));
    assert_eq!(crashes(desk.session()), [seconds(8)], "it is planned for its first time again");
}

#[test]
fn the_plan_before_an_edit_of_it_is_the_plan_again_on_a_branch_that_leaves_before_the_edit() {
    let mut session = Session::new(planned(8)).expect("it is a board");
    session.seek(seconds(5));
    edited(&mut session, |board| board.planned.clear()).expect("it is still to come");
    session.seek(seconds(12));
    assert_eq!(crashes(&session), []);
    session.seek(seconds(3));
    assert_eq!(session.board().planned.len(), 1, "the board is shown as it was at the cursor");
    session.act(Action::Send { client: session.board().clients[0].id }).expect("it is there");
    session.seek(seconds(12));
    assert_eq!(crashes(&session), [seconds(8)]);
    let left = session.branches()[0].id;
    session.switch(left).expect("it is there");
    session.seek(seconds(12));
    assert_eq!(crashes(&session), []);
}

#[test]
fn the_plan_stays_over_a_reset_and_a_saved_run_and_happens_once() {
    let mut session = Session::new(planned(8)).expect("it is a board");
    session.seek(seconds(10));
    session.act(process(instance(PAYMENTS, 1), ProcessDoes::Crash)).expect("it runs");
    let repro = session.repro();
    assert_eq!((repro.path.len(), repro.document.planned.len()), (1, 1));
    let mut again = Session::of(repro.clone()).expect("it is a run");
    again.seek(seconds(10));
    assert_eq!(again.fingerprint(), session.fingerprint());
    // Earlier versions wrote what is planned into the path as well.
    let mut path = vec![crosstalk::board::Stamped { at: seconds(8), action: crash() }];
    path.extend(repro.path.clone());
    let mut older = Session::of(Repro { path, ..repro }).expect("it is a run");
    older.seek(seconds(10));
    assert_eq!(older.fingerprint(), session.fingerprint());
    session.reset(false);
    session.seek(seconds(12));
    assert_eq!(crashes(&session), [seconds(8)]);
}

#[test]
fn what_makes_no_sense_when_its_time_comes_is_passed_over_and_says_why() {
    let mut board = planned(8);
    board.plan(seconds(9), crash());
    board.plan(seconds(9), Action::Heal { wire: WireId(77) });
    let mut session = Session::new(board).expect("it is a board");
    session.seek(seconds(12));
    let told: Vec<(u32, Option<String>)> =
        session.world().happened().iter().map(|one| (one.id.0, one.passed_over.as_ref().map(ToString::to_string))).collect();
    let why = |text: &str| Some(text.to_owned());
    assert_eq!(told, [(1, None), (2, why("it does not run")), (3, why("there is no wire with id 77 on this board"))]);
}

#[test]
fn several_that_are_planned_are_moved_in_one_step_and_none_is_if_one_cannot_be() {
    let mut desk = Desk::new(Session::new(board("orders")).expect("it is a board"));
    make(&mut desk, Operation::Storm(Storm::RollingRestart(PAYMENTS), seconds(6))).expect("it has instances");
    desk.session_mut().seek(seconds(3));
    let times = |desk: &Desk| desk.board().plan_in_order().iter().map(|planned| planned.at).collect::<Vec<_>>();
    let before = times(&desk);
    let strip = desk.session().strip();
    let all: Vec<PlanId> = strip.planned.iter().map(|row| row.id).collect();
    let later = strip.moved(&all, seconds(6), seconds(9));
    make(&mut desk, Operation::Replan(later.clone())).expect("all are still to come");
    assert_eq!(times(&desk), before.iter().map(|at| *at + Span::secs(3)).collect::<Vec<_>>());
    assert_eq!(desk.undo_label().as_deref(), Some(format!("Undo: plan {} failures for another time", all.len()).as_str()));
    let mut over = later;
    over[0].1 = seconds(2);
    let refused = make(&mut desk, Operation::Replan(over)).expect_err("one would be over").to_string();
    assert!(refused.starts_with("0:02.000 is over"), "{refused}");
    desk.undo().expect("it is one step");
    assert_eq!(times(&desk), before);
}

#[test]
fn what_is_planned_is_moved_from_before_it_also_where_it_has_been_run_and_that_is_a_branch() {
    let mut desk = Desk::new(Session::new(planned(8)).expect("it is a board"));
    desk.session_mut().seek(seconds(12));
    desk.session_mut().seek(seconds(5));
    let strip = desk.session().strip();
    let marks = strip.marks(Scale::whole(strip.frontier, 900.0));
    let mark = marks.iter().find(|mark| !mark.plan.is_empty()).expect("it is on the strip");
    assert_eq!((mark.state, mark.was_run, mark.from, mark.to), (MarkState::Planned, true, seconds(8), seconds(12)));
    make(&mut desk, Operation::Replan(strip.moved(&mark.plan, mark.from, seconds(10)))).expect("it is to come at the cursor");
    desk.session_mut().seek(seconds(12));
    assert_eq!((crashes(desk.session()), desk.session().branches().len()), (vec![seconds(10)], 1));
}

#[test]
fn a_storm_is_one_step_each_part_of_which_can_be_edited() {
    let mut desk = Desk::new(Session::new(board("orders")).expect("it is a board"));
    desk.session_mut().seek(seconds(5));
    make(&mut desk, Operation::Storm(Storm::RollingRestart(PAYMENTS), seconds(6))).expect("it has instances");
    let plan: Vec<PlanId> = desk.board().plan_in_order().iter().map(|planned| planned.id).collect();
    assert!(plan.len() >= 4, "{plan:?}");
    assert_eq!(desk.undo_label().as_deref(), Some("Undo: plan a rolling restart of Payments at 0:06.000"));
    make(&mut desk, Operation::Replan(vec![(plan[0], seconds(7))])).expect("it is still to come");
    desk.undo().expect("it is the last step");
    desk.undo().expect("it is the step before");
    assert!(desk.board().planned.is_empty());
    desk.redo().expect("it was undone");
    let again: Vec<PlanId> = desk.board().plan_in_order().iter().map(|planned| planned.id).collect();
    assert_eq!(again, plan);
    desk.session_mut().seek(seconds(60));
    assert!(!crashes(desk.session()).is_empty());
    assert!(desk.session().world().happened().iter().all(|one| one.passed_over.is_none()));
}

#[test]
fn a_plan_is_checked_when_its_board_is_read() {
    let wrong = |change: fn(&mut Board)| {
        let mut board = planned(8);
        change(&mut board);
        Session::new(board).expect_err("it is refused").to_string()
    };
    assert!(wrong(|board| board.planned[0].id = PlanId(0)).starts_with("planned[0].id: is 0"));
    let twice = wrong(|board| {
        let one: Planned = board.planned[0].clone();
        board.planned.push(one);
    });
    assert!(twice.starts_with("planned[1].id: another entry of the plan has this id"), "{twice}");
    let power = wrong(|board| {
        board.plan(seconds(3), process(instance(PAYMENTS, 0), ProcessDoes::PowerLoss));
    });
    assert_eq!(power, "planned[1]: only a broker loses power: of a service, a crash takes the same");
}
