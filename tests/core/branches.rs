//! Branches: a tree that is named, switched and pruned, and two of its branches side by side.

use crosstalk::board::{Action, Edit, IfAgain, Pattern, Place, ProcessDoes, Setting};
use crosstalk::check::Check;
use crosstalk::net::Cut;
use crosstalk::session::{BranchError, BranchId, Comparison, Session};
use crosstalk::sim::{HandlerId, Time};
use crosstalk::view::{Differing, Selection, SideBySide};
use crosstalk::world::{Acted, Fact};

use crate::support::{PAYMENTS, SHOP, instance, process, seconds, session, switch};

fn tracks() -> Action {
    switch(PAYMENTS, Pattern::IfAgain(HandlerId(1), IfAgain::TracksIds))
}

fn send(session: &mut Session, at: u64) -> BranchId {
    session.seek(seconds(at));
    session.act(Action::Send { client: SHOP }).expect("there is a shop");
    session.seek(seconds(20));
    session.branch().id
}

/// Both branches in words, at the cursor of the one that is shown.
fn beside(comparison: &Comparison, shown: &Session) -> SideBySide {
    let (here, there) = (shown.frame(Selection::Nothing), comparison.beside().frame(Selection::Nothing));
    comparison.side_by_side(shown, (&here, &there))
}

#[test]
fn branches_form_a_tree_in_which_each_stands_behind_what_it_grew_out_of() {
    let mut session = session("orders");
    session.seek(seconds(20));
    let first = session.branch();
    assert_eq!((first.name.as_str(), first.parent, first.departs), ("First run", None, Time::ZERO));
    let child = send(&mut session, 10);
    let grandchild = send(&mut session, 15);
    session.switch(first.id).expect("it is there");
    let second = send(&mut session, 5);
    let tree: Vec<_> = session.tree().into_iter().map(|(depth, branch)| (depth, branch.id, branch.departs)).collect();
    let expected = [(0, first.id, Time::ZERO), (1, child, seconds(10)), (2, grandchild, seconds(15)), (1, second, seconds(5))];
    assert_eq!(tree, expected);
    assert_eq!(session.branch().name, "a request by hand at 0:05.000");
    assert!(session.tree().iter().all(|(_, branch)| branch.frontier == seconds(20)));
}

#[test]
fn going_to_a_branch_and_back_changes_nothing_in_either() {
    let mut session = session("delivered-twice");
    session.seek(seconds(40));
    let (trunk, hash, facts) = (session.branch(), session.fingerprint(), session.facts().to_vec());
    session.seek(seconds(2));
    session.act(tracks()).expect("it can be switched");
    session.seek(seconds(33));
    let (branch, other) = (session.branch(), session.fingerprint());
    for _ in 0..2 {
        session.switch(trunk.id).expect("it is there");
        assert_eq!((session.frontier(), session.now()), (seconds(40), seconds(33)), "the cursor stays where it was");
        session.seek(seconds(40));
        assert_eq!((session.fingerprint(), session.branch()), (hash, trunk.clone()));
        assert!(session.facts().iter().eq(&facts));
        session.switch(branch.id).expect("it is there");
        assert_eq!((session.fingerprint(), session.branch()), (other, branch.clone()));
    }
    assert!(trunk.tally.of(Check::DoneTwice) > 0 && branch.tally.total() == 0, "the branch tells what came of it");
}

#[test]
fn a_branch_is_renamed_and_deleted_unless_it_is_shown_or_others_grew_out_of_it() {
    let mut session = session("orders");
    session.seek(seconds(20));
    let first = session.branch().id;
    let child = send(&mut session, 10);
    session.rename_branch(first, "  As it was ").expect("it is a name");
    session.rename_branch(child, "By hand").expect("it is a name");
    assert_eq!(session.tree().iter().map(|(_, branch)| branch.name.as_str()).collect::<Vec<_>>(), ["As it was", "By hand"]);
    assert_eq!(session.rename_branch(child, "   "), Err(BranchError::Name));
    assert_eq!(session.rename_branch(child, &"x".repeat(81)), Err(BranchError::Name));
    assert_eq!(session.rename_branch(BranchId(9), "x"), Err(BranchError::Missing));
    assert_eq!(session.delete_branch(child), Err(BranchError::Shown));
    assert_eq!(session.delete_branch(first), Err(BranchError::Grown("By hand".to_owned())));
    session.switch(first).expect("it is there");
    session.delete_branch(child).expect("nothing grew out of it");
    assert_eq!(session.delete_branch(child), Err(BranchError::Missing));
    assert_eq!(session.switch(child), Err(BranchError::Missing));
    assert_eq!((session.tree().len(), session.now()), (1, seconds(20)));
}

#[test]
fn of_many_branches_the_oldest_goes_that_nothing_grew_out_of() {
    let mut session = session("orders");
    session.seek(seconds(6));
    for _ in 0..40 {
        session.seek(seconds(2));
        session.act(Action::Send { client: SHOP }).expect("there is a shop");
        session.seek(seconds(3));
    }
    let tree = session.tree();
    assert_eq!(tree.len(), 25);
    let known = |id: BranchId| tree.iter().any(|(_, branch)| branch.id == id);
    assert!(tree.iter().all(|(_, branch)| branch.parent.is_none_or(known)));
}

#[test]
fn the_same_failures_with_another_pattern_are_a_branch_away() {
    let mut session = session("orders");
    session.seek(seconds(10));
    session.act(process(instance(PAYMENTS, 1), ProcessDoes::Crash)).expect("it runs");
    session.seek(seconds(30));
    session.branch_with(tracks(), Time::ZERO).expect("it can be switched");
    assert_eq!((session.now(), session.frontier()), (seconds(30), seconds(30)), "the cursor stays, what came of it is there");
    let crashes = session.path().iter().filter(|stamped| stamped.at == seconds(10) && stamped.action.is_failure());
    assert_eq!(crashes.count(), 1);
    let did = session.facts().iter().any(|entry| matches!(entry.fact, Fact::Acted(Acted::Did { .. })));
    assert!(did && session.branches().len() == 1);

    let before = (session.fingerprint(), session.tree());
    let refused = session.branch_with(process(instance(PAYMENTS, 9), ProcessDoes::Crash), seconds(5));
    assert!(refused.is_err());
    assert_eq!((session.fingerprint(), session.tree()), before, "what is refused changes nothing");
}

#[test]
fn two_branches_differ_first_where_what_was_done_has_its_first_effect() {
    let mut session = session("delivered-twice");
    session.seek(seconds(40));
    let trunk = session.branch().id;
    session.branch_with(tracks(), seconds(2)).expect("it can be switched");
    let mut comparison = session.compare(trunk).expect("it is there");
    assert_eq!((comparison.beside().now(), comparison.branch().id), (seconds(40), trunk));
    let difference = comparison.difference().expect("tracking is a statement of its own");
    assert!(difference.at > seconds(2));
    let (here, there) = (session.all_facts(), comparison.beside().all_facts());
    let (before, after) = (here.count_until(Time(difference.at.0 - 1)), there.count_until(Time(difference.at.0 - 1)));
    assert_eq!(before, after + 1, "the switch itself is the only fact more");
    let only = difference.here.or(difference.there).expect("one of them has a fact more");
    assert!(only >= after);
    let twice = comparison.checks(&session).into_iter().find(|(check, ..)| *check == Check::DoneTwice);
    assert!(twice.is_some_and(|(_, ours, theirs)| ours == 0 && theirs > 0), "{twice:?}");

    session.seek(seconds(3));
    comparison.follow(&session);
    assert_eq!(comparison.beside().now(), seconds(3));
    assert!(comparison.checks(&session).is_empty());
    assert_eq!(comparison.difference(), Some(difference), "it is not taken back");
}

#[test]
fn a_setting_that_is_set_to_what_it_is_makes_no_difference() {
    let mut session = session("delivered-twice");
    session.seek(seconds(40));
    let trunk = session.branch().id;
    let edit = Edit::Set { place: Place::Node(PAYMENTS), setting: Setting::Instances, value: Some(3) };
    let now = session.board().service(PAYMENTS).map(|node| node.settings.get(Setting::Instances, session.board().timings));
    assert_eq!(now, Some(3));
    session.branch_with(Action::Edit(edit), seconds(7)).expect("it is a value");
    let comparison = session.compare(trunk).expect("it is there");
    assert_eq!(comparison.difference(), None);
    assert!(comparison.checks(&session).is_empty());
    assert!(session.fingerprint() != comparison.beside().fingerprint(), "the edit itself is a fact");
}

#[test]
fn a_branch_is_not_compared_with_itself_or_with_one_that_is_gone() {
    let mut session = session("orders");
    session.seek(seconds(5));
    assert_eq!(session.compare(session.branch().id).err(), Some(BranchError::Shown));
    assert_eq!(session.compare(BranchId(7)).err(), Some(BranchError::Missing));
}

#[test]
fn branches_are_listed_with_their_depth_their_time_and_what_came_of_them() {
    let mut session = session("delivered-twice");
    session.seek(seconds(40));
    session.branch_with(tracks(), seconds(2)).expect("it can be switched");
    let rows = session.branch_rows();
    let told: Vec<_> = rows.iter().map(|row| (row.depth, row.shown, row.violated)).collect();
    assert_eq!(told, [(0, false, true), (1, true, false)]);
    assert_eq!((rows[0].name.as_str(), rows[1].outcome.as_str()), ("First run", "no violations"));
    assert!(rows[0].outcome.starts_with("Done twice "), "{}", rows[0].outcome);
    assert_eq!(rows[1].time, format!("{} to {}", seconds(2), seconds(40)));
}

#[test]
fn two_branches_side_by_side_say_where_they_differ_and_which_cards_do() {
    let mut session = session("delivered-twice");
    session.seek(seconds(40));
    let trunk = session.branch().id;
    session.branch_with(tracks(), seconds(2)).expect("it can be switched");
    let comparison = session.compare(trunk).expect("it is there");
    let both = beside(&comparison, &session);
    assert_eq!((both.there.as_str(), both.short), ("First run", None));
    assert_eq!(both.first, comparison.difference().map(|first| first.at));
    assert!(!both.what.0.is_empty() || !both.what.1.is_empty());
    assert!(both.checks.iter().any(|(name, here, there)| *name == "Done twice" && here < there), "{:?}", both.checks);

    session.seek(seconds(3));
    session.act(Action::Send { client: SHOP }).expect("there is a shop");
    session.play_until(seconds(40), u32::MAX);
    let mut comparison = session.compare(trunk).expect("it is there");
    let both = beside(&comparison, &session);
    let orders = both.rows.iter().find(|row| row.name == "Broker: order-events").expect("it is on both boards");
    assert!(orders.differs() && orders.here.contains("behind"), "{orders:?}");

    session.seek(seconds(1));
    comparison.follow(&session);
    let both = beside(&comparison, &session);
    assert!(both.rows.iter().all(|row| !row.differs()), "they have parted only later");
    assert_eq!(both.differing, Differing::default());
}

#[test]
fn cards_topics_and_wires_that_differ_are_named_and_only_those() {
    let mut session = session("orders");
    session.seek(seconds(20));
    let trunk = session.branch().id;
    session.branch_with(process(instance(PAYMENTS, 1), ProcessDoes::Crash), seconds(12)).expect("it runs");
    let wire = session.board().wires.first().expect("there are wires").id;
    session.act(Action::Cut { wire, cut: Cut::Both }).expect("it can be cut");
    let mut comparison = session.compare(trunk).expect("it is there");
    let differing = beside(&comparison, &session).differing;
    assert!(differing.nodes.contains(&PAYMENTS) && differing.wires == [wire], "{differing:?}");
    assert_eq!(differing.count(), differing.nodes.len() + differing.topics.len() + 1);

    session.seek(seconds(12));
    comparison.follow(&session);
    assert_eq!(beside(&comparison, &session).differing.nodes, [PAYMENTS], "nothing has come of the crash yet");
    session.seek(seconds(11));
    comparison.follow(&session);
    assert_eq!(beside(&comparison, &session).differing, Differing::default());
}

#[test]
fn the_board_beside_takes_over_where_cards_are_put() {
    let mut session = session("orders");
    session.seek(seconds(20));
    let trunk = session.branch().id;
    send(&mut session, 10);
    let mut comparison = session.compare(trunk).expect("it is there");
    session.move_node(PAYMENTS, 700, 900);
    assert!(comparison.is_of(&session), "where a card is, is no part of the run");
    comparison.follow(&session);
    let beside = comparison.beside().frame(Selection::Nothing).rect_of(PAYMENTS).expect("it is there");
    assert_eq!((beside.x, beside.y), (700.0, 900.0));
}

#[test]
fn a_comparison_holds_until_something_else_is_done_or_shown() {
    let mut session = session("delivered-twice");
    session.seek(seconds(20));
    let trunk = session.branch().id;
    session.branch_with(tracks(), seconds(2)).expect("it can be switched");
    let comparison = session.compare(trunk).expect("it is there");
    assert!(comparison.is_of(&session));
    session.seek(seconds(25));
    assert!(comparison.is_of(&session), "time alone changes nothing");
    session.act(Action::Send { client: SHOP }).expect("there is a shop");
    assert!(!comparison.is_of(&session));
    session.switch(trunk).expect("it is there");
    assert!(!comparison.is_of(&session));
}
