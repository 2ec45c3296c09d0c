//! The document of a session: edits at time 0 and later, titles and places, what is refused, and how it is told.

use crosstalk::board::{Action, Board, Edit, Gap, Often, Part, PartId, Patch, Pin, PinDoes, ProcessDoes, Put, Setting, Timings};
use crosstalk::session::Session;
use crosstalk::sim::{LineId, WireId};
use crosstalk::view::describe;
use crosstalk::world::Fact;

use crate::support::{
    AUDIT, EMAILS, PAYMENTS, at, board, edited, instance, on, process, seconds, session, set, with_audit, without,
};

#[test]
fn an_edit_is_told_by_what_it_changed() {
    let mut session = at(10);
    let mut told = |change: &dyn Fn(&mut Board)| {
        edited(&mut session, change).expect("it fits");
        let entry = *session.facts().iter().rev().find(|entry| matches!(entry.fact, Fact::Acted(_))).expect("it is a fact");
        describe(&entry, session.world().names(), session.board())
    };
    let slower = told(&|board| set(&mut board.wires[2].settings, Setting::Latency, 700));
    assert_eq!(slower, "the wire from order-events to Payments was changed");
    assert_eq!(told(&|board| set(&mut board.services[1].settings, Setting::Workers, 2)), "Payments was changed");
    assert_eq!(told(&|board| board.timings = Timings::Real), "the board was changed");
    assert_eq!(told(&|board| without(board, PAYMENTS)), "node 4 (gone) was changed");
    let more = Edit::Partitions { topic: "order-events".to_owned(), partitions: 6 };
    session.act(Action::Edit(more)).expect("it grows");
    let marks: Vec<String> = session.strip().actions.iter().map(|mark| mark.label.clone()).collect();
    let last = "order-events: 6 partitions";
    let labels = ["an edit of a wire", "an edit of Payments", "an edit of the timings", "the removal of Payments", last];
    assert_eq!(marks, labels);
}

#[test]
fn while_it_runs_a_topic_only_grows_and_the_refusal_names_the_mend() {
    let mut session = at(10);
    let fewer = |board: &mut Board| board.brokers[0].topics[0].partitions = 2;
    let refused = edited(&mut session, fewer).expect_err("there are three").to_string();
    assert!(refused.contains("order-events has 3 partitions") && refused.contains("reset"), "{refused}");
    session.reset(false);
    edited(&mut session, fewer).expect("at time 0 anything goes");
    assert_eq!((session.path().len(), session.document().brokers[0].topics[0].partitions), (0, 2));
}

#[test]
fn a_pin_whose_line_goes_moves_and_one_whose_service_goes_goes_too() {
    let mut session = at(10);
    let pin = |line| Pin {
        service: PAYMENTS,
        gap: Gap::After(LineId(line)),
        does: PinDoes::Pause,
        often: Often::Once,
        only: None,
        key: None,
        back_after_ms: None,
    };
    edited(&mut session, |board| board.pins.push(pin(3))).expect("the gap is there");
    let service = |board: &mut Board| {
        board.services[1].handlers[0].lines.retain(|line| line.id != LineId(3));
        board.services[1].clone()
    };
    // Only the service is put: the pin is left to the edit.
    let put = Put { at: 1, part: Part::Service(service(&mut session.document())) };
    session.edit(&Patch { gone: vec![], put: vec![put] }).expect("the pin moves");
    assert_eq!(session.board().pins, [pin(2)]);
    let gone = vec![PartId::Service(PAYMENTS), PartId::Wire(WireId(3))];
    session.edit(&Patch { gone, put: vec![] }).expect("it fits");
    assert!(session.board().pins.is_empty());
}

#[test]
fn an_edit_that_does_not_fit_names_the_place_and_changes_nothing() {
    let mut session = at(10);
    on(&mut session, 10);
    session.seek(seconds(10));
    let (before, hash) = (session.document(), session.fingerprint());
    let refused = edited(&mut session, |board| board.clients[0].sends = "Nothing".to_owned()).expect_err("there is no such type");
    assert!(refused.to_string().contains("clients[0].sends") && refused.to_string().contains("add it"), "{refused}");
    let untitled = edited(&mut session, |board| board.services[0].title.clear()).expect_err("a title is not empty");
    assert!(untitled.to_string().contains("services[0].title"), "{untitled}");
    let missing = Patch { gone: vec![PartId::Wire(WireId(77))], put: vec![] };
    assert!(session.edit(&missing).is_err_and(|refused| refused.to_string().contains("wire with id 77")));
    assert_eq!((session.document(), session.fingerprint()), (before, hash));
    assert!(session.branches().is_empty());
}

#[test]
fn at_time_0_an_edit_is_where_the_run_starts_and_leaves_no_fact() {
    let mut session = session("orders");
    edited(&mut session, with_audit).expect("it fits");
    edited(&mut session, |board| board.timings = Timings::Real).expect("it fits");
    edited(&mut session, |board| set(&mut board.clients[0].settings, Setting::ArrivalInterval, 700)).expect("it fits");
    assert!(session.path().is_empty() && session.branches().is_empty());
    let mut fresh = Session::new(session.document()).expect("it is a board");
    session.seek(seconds(20));
    fresh.seek(seconds(20));
    assert_eq!(session.fingerprint(), fresh.fingerprint());
    session.seek(seconds(0));
    edited(&mut session, |board| without(board, AUDIT)).expect("it fits");
    assert_eq!((session.path().len(), session.branches().len()), (1, 1), "once it has run, an edit at time 0 is an action");
}

#[test]
fn failures_that_were_kept_over_a_reset_are_kept_over_an_edit_at_time_0() {
    let mut session = at(10);
    session.act(process(instance(PAYMENTS, 1), ProcessDoes::Crash)).expect("it runs");
    session.reset(true);
    edited(&mut session, with_audit).expect("it fits");
    assert_eq!(session.path().len(), 1);
    assert!(session.board().service(AUDIT).is_some());
}

#[test]
fn titles_and_places_change_at_once_in_all_branches_and_are_no_part_of_the_run() {
    let mut session = at(20);
    session.seek(seconds(10));
    let hash = session.fingerprint();
    edited(&mut session, |board| {
        board.title = "Mine".to_owned();
        board.services[1].title = "Billing".to_owned();
        (board.brokers[0].x, board.brokers[0].y) = (7, 9);
    })
    .expect("it fits");
    session.move_node(EMAILS, 70, 90);
    let dressed = |board: &Board| {
        let emails = board.service(EMAILS).map(|service| (service.x, service.y));
        assert_eq!((board.title.as_str(), board.title_of(PAYMENTS), emails), ("Mine", "Billing", Some((70, 90))));
        assert_eq!((board.brokers[0].x, board.brokers[0].y), (7, 9));
    };
    assert_eq!((session.fingerprint(), session.frontier(), session.branches().len()), (hash, seconds(20), 0));
    dressed(session.board());
    for time in [3, 15, 0, 20] {
        session.seek(seconds(time));
        dressed(session.board());
    }
    session.seek(seconds(12));
    edited(&mut session, with_audit).expect("it fits");
    dressed(session.board());
    dressed(&session.document());
    let left = session.branches()[0].id;
    session.switch(left).expect("it is there");
    dressed(session.board());
    assert!(session.board().service(AUDIT).is_none());
    session.set_seed(9);
    dressed(session.board());
    session.reset(true);
    dressed(session.board());
    let undone = board("orders");
    let back = Patch::between(session.board(), &undone);
    assert!(back.is_layout(session.board()));
    session.edit(&back).expect("undo of a layout");
    assert_eq!(Board { seed: undone.seed, ..session.document() }, undone);
}
