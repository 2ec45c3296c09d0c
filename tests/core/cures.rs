//! What would prevent a violation, accepted after the board was edited otherwise: the cure changes what it names and nothing else.

use crosstalk::board::{Action, Edit, Mend, OnFailure, Place, Setting};
use crosstalk::check::Check;
use crosstalk::editor::{Changing, Desk, Operation, ProgramEdit, Rerun};
use crosstalk::sim::{HandlerId, NodeId};

use crate::support::{PAYMENTS, seconds, session};

const HANDLER: HandlerId = HandlerId(1);

/// The poison board after its violation, and the cure that its card offers.
fn poisoned() -> (Desk, Edit) {
    let mut session = session("poison");
    session.seek(seconds(40));
    let checks = session.verdict();
    let poison = checks.iter().find(|check| check.name == Check::Poison.name()).expect("all checks are there");
    let cure = poison.violations[0].fix.clone().expect("it can be prevented");
    assert!(matches!(&cure, Edit::Mend { service: PAYMENTS, mend: Mend::OnFailure(HANDLER, _) }), "{cure:?}");
    (Desk::new(session), cure)
}

fn renamed(desk: &mut Desk, node: NodeId) {
    let edit = ProgramEdit::RenameTable("accounts".to_owned(), "balances".to_owned());
    desk.edit(None, |board, ids| Operation::Program(node, edit).make(board, ids, &[])).expect("nobody has that name");
}

/// That Payments has both edits and the cure.
fn has_all(desk: &Desk, cure: &Edit) {
    let node = desk.board().service(PAYMENTS).expect("it is there");
    assert_eq!(node.settings.0.get(&Setting::Workers), Some(&2));
    let written: Vec<&str> = node.handlers[0].lines.iter().filter_map(|line| line.does.table()).collect();
    assert_eq!(written, ["balances"]);
    let Edit::Mend { mend: Mend::OnFailure(_, policy), .. } = cure else { panic!("{cure:?}") };
    assert_eq!(&node.handlers[0].on_failure, policy);
    let OnFailure::RetryThenDeadLetter(to) = policy else { panic!("{policy:?}") };
    assert!(desk.board().topic(&to.topic).is_some(), "the topic comes along");
}

fn edited(desk: &mut Desk) {
    let set = Edit::Set { place: Place::Node(PAYMENTS), setting: Setting::Workers, value: Some(2) };
    desk.act(Action::Edit(set), None).expect("it is a value");
    renamed(desk, PAYMENTS);
}

#[test]
fn a_cure_that_was_offered_before_an_edit_leaves_the_edit_as_it_is() {
    let (mut desk, cure) = poisoned();
    edited(&mut desk);
    desk.session_mut().seek(seconds(45));
    desk.act(Action::Edit(cure.clone()), None).expect("it can be had");
    has_all(&desk, &cure);
}

#[test]
fn a_cure_in_the_past_brings_no_edit_along_that_came_later() {
    let (mut desk, cure) = poisoned();
    edited(&mut desk);
    let offered = desk.session().verdict();
    let offered = offered.iter().find_map(|check| check.violations.first()?.fix.clone()).expect("it is still offered");
    assert_eq!(offered, cure);
    desk.session_mut().seek(seconds(5));
    desk.act(Action::Edit(offered), None).expect("it can be had");
    let node = desk.board().service(PAYMENTS).expect("it is there");
    assert_eq!(node.settings.0.get(&Setting::Workers), None, "that is another future");
    assert_eq!(node.handlers[0].lines.iter().filter_map(|line| line.does.table()).collect::<Vec<_>>(), ["accounts"]);
}

#[test]
fn a_run_that_is_repeated_with_a_cure_keeps_the_edits_that_came_later_and_the_cure() {
    let (mut desk, cure) = poisoned();
    edited(&mut desk);
    desk.session_mut().seek(seconds(50));
    let rerun = Rerun { name: "Payments gives up".to_owned(), with: Changing::Edit(cure.clone()) };
    desk.run_again_with(&rerun).expect("it can be had from the start");
    has_all(&desk, &cure);
    assert_eq!(desk.session().branch().tally.of(Check::Poison), 0);
}
