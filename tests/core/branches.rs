//! Branches: a tree that is named, switched and pruned, and two of its branches side by side.

use crosstalk::board::{Action, Edit, IfAgain, Pattern, Place, ProcessDoes, Setting, pattern_of};
use crosstalk::check::Check;
use crosstalk::editor::{Changing, Desk, Item, Operation, Rerun};
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

fn desk(name: &str) -> Desk {
    Desk::new(session(name))
}

fn rerun(name: &str, with: Changing) -> Rerun {
    Rerun { name: name.to_owned(), with }
}

fn tracking() -> Rerun {
    let Action::Edit(edit) = tracks() else { unreachable!("it is an edit") };
    rerun("Payments tracks ids", Changing::Edit(edit))
}

/// What was done in a run and is no edit of the document, with its time.
fn done(session: &Session) -> Vec<(Time, Action)> {
    let all = session.path().iter().filter(|stamped| !matches!(stamped.action, Action::Edit(_)));
    all.map(|stamped| (stamped.at, stamped.action.clone())).collect()
}

#[test]
fn the_same_failures_with_a_pattern_are_one_branch_from_the_start_and_do_no_harm_there() {
    let mut desk = desk("delivered-twice");
    desk.session_mut().seek(seconds(6));
    desk.act(Action::Send { client: SHOP }, None).expect("there is a shop");
    desk.session_mut().seek(seconds(14));
    desk.act(process(instance(PAYMENTS, 2), ProcessDoes::Crash), None).expect("it runs");
    desk.session_mut().seek(seconds(40));
    desk.session_mut().seek(seconds(33));
    let (trunk, did, seed) = (desk.session().branch(), done(desk.session()), desk.session().seed());
    assert!(trunk.tally.of(Check::DoneTwice) > 0 && did.len() == 2);
    desk.run_again_with(&tracking()).expect("it can track");
    let session = desk.session();
    let branch = session.branch();
    assert_eq!((branch.name.as_str(), branch.parent, branch.departs), ("Payments tracks ids", Some(trunk.id), Time::ZERO));
    assert_eq!((session.now(), session.frontier(), session.seed()), (seconds(33), seconds(40), seed));
    assert_eq!(done(session), did, "the same was done, requests by hand too");
    assert_eq!(branch.tally.of(Check::DoneTwice), 0);
    let comparison = session.compare(trunk.id).expect("it is there");
    assert!(comparison.difference().is_some());
    desk.session_mut().switch(trunk.id).expect("it is there");
    assert_eq!(desk.session().branch().tally, trunk.tally, "the run that was repeated is as it was");
}

#[test]
fn a_pattern_that_a_run_is_repeated_with_holds_whatever_was_edited_later() {
    let mut desk = desk("delivered-twice");
    let back = rerun(
        "Payments does it again",
        Changing::Edit(match switch(PAYMENTS, Pattern::IfAgain(HandlerId(1), IfAgain::DoesItAgain)) {
            Action::Edit(edit) => edit,
            _ => unreachable!("it is an edit"),
        }),
    );
    desk.session_mut().seek(seconds(20));
    desk.act(tracks(), None).expect("it can be switched");
    let set = Edit::Set { place: Place::Node(PAYMENTS), setting: Setting::Instances, value: Some(2) };
    desk.act(Action::Edit(set.clone()), None).expect("it is a value");
    desk.session_mut().seek(seconds(30));
    desk.run_again_with(&back).expect("it comes where it was taken away");
    let handler = &desk.board().service(PAYMENTS).expect("it is there").handlers[0];
    assert_eq!(pattern_of(handler).if_again, Some(IfAgain::DoesItAgain));
    assert_eq!(desk.session().branch().departs, seconds(20), "before that it had it");
    assert!(desk.session().path().iter().any(|stamped| stamped.action == Action::Edit(set.clone())), "other edits stay");

    let before = desk.session().tree();
    let error = desk.run_again_with(&back).expect_err("it has it all along");
    assert!(error.to_string().contains("from its start"), "{error}");
    assert_eq!(desk.session().tree(), before, "what is refused begins no branch");
}

#[test]
fn a_change_of_what_came_later_comes_as_soon_as_it_can() {
    let mut desk = desk("orders");
    desk.session_mut().seek(seconds(5));
    let edited = desk.edit(None, |board, ids| Operation::Duplicate(vec![PAYMENTS]).make(board, ids, &[])).expect("it is there");
    let Some(Item::Node(copy)) = edited.made.first().cloned() else { panic!("a service was made") };
    desk.session_mut().seek(seconds(20));
    let pattern = Pattern::IfAgain(HandlerId(1), IfAgain::TracksIds);
    let with = Changing::Edit(Edit::Pattern { service: copy, pattern });
    desk.run_again_with(&rerun("the copy tracks ids", with)).expect("it comes with the service");
    assert_eq!((desk.session().branch().departs, desk.session().frontier()), (seconds(5), seconds(20)));
    let handler = &desk.board().service(copy).expect("it is there").handlers[0];
    assert_eq!(pattern_of(handler).if_again, Some(IfAgain::TracksIds));
}

#[test]
fn whatever_a_run_is_offered_to_be_repeated_with_can_be_had_and_changes_the_document() {
    for name in ["orders", "delivered-twice", "out-of-the-outbox"] {
        let mut desk = desk(name);
        assert!(desk.session().reruns(None).is_empty(), "nothing has run");
        desk.session_mut().seek(seconds(8));
        let (trunk, document) = (desk.session().branch().id, desk.session().document());
        let offers = desk.session().reruns(None);
        assert!(offers.len() > 8, "{name}: {}", offers.len());
        let of_payments = desk.session().reruns(Some(PAYMENTS));
        assert!(of_payments.iter().all(|offer| offers.contains(offer)) && of_payments.len() < offers.len());
        for offer in offers {
            desk.run_again_with(&offer).unwrap_or_else(|error| panic!("{name}: {}: {error}", offer.name));
            assert!(desk.session().document() != document, "{name}: {}", offer.name);
            assert_eq!(desk.session().branch().departs, Time::ZERO);
            desk.session_mut().switch(trunk).expect("it is there");
        }
    }
}
