//! A run's file: what is saved goes the same way again.

use crosstalk::board::{IfAgain, Pattern, ProcessDoes, to_json};
use crosstalk::session::{MOST_ACTIONS, Opening, Repro, Session, open};
use crosstalk::sim::{HandlerId, Span};

use crate::support::{PAYMENTS, board, edited, instance, process, seconds, session, switch};

/// A run in which things were done: a crash, a switch, a change of the document, all but the first in a branch.
fn lived() -> Session {
    let mut session = session("orders");
    session.seek(seconds(12));
    session.act(process(instance(PAYMENTS, 1), ProcessDoes::Crash)).expect("it runs");
    session.seek(seconds(40));
    session.seek(seconds(20));
    session.act(switch(PAYMENTS, Pattern::IfAgain(HandlerId(1), IfAgain::TracksIds))).expect("it can be switched");
    session.play_until(seconds(25) + Span(7), u32::MAX);
    edited(&mut session, |board| board.wires.retain(|wire| wire.id.0 != 4)).expect("it can be edited");
    session.act(process(instance(PAYMENTS, 2), ProcessDoes::Pause)).expect("it runs");
    session.play_until(seconds(33), u32::MAX);
    session
}

fn again(text: &str) -> Session {
    let Opening { mut session, until } = open(text).expect("what was saved can be opened");
    assert_eq!(session.now(), seconds(0), "it is opened before anything goes wrong");
    session.seek(until.expect("it tells how far it went"));
    session
}

#[test]
fn a_run_that_was_saved_gives_the_same_facts_again() {
    let mut lived = lived();
    let saved = lived.repro();
    let text = saved.to_json().expect("it can be written");
    let replayed = again(&text);
    assert_eq!((replayed.fingerprint(), replayed.now()), (lived.fingerprint(), lived.now()));
    assert_eq!(replayed.repro(), saved, "and saves as the same file");
    lived.seek(seconds(50));
    let mut replayed = again(&text);
    replayed.seek(seconds(50));
    assert_eq!(replayed.fingerprint(), lived.fingerprint(), "also beyond the end of the file");
}

#[test]
fn cards_that_were_moved_are_saved_where_they_are() {
    let mut session = lived();
    session.move_node(PAYMENTS, 1_234, -56);
    let saved = session.repro();
    let moved = saved.document.services.iter().find(|node| node.id == PAYMENTS).expect("it is there");
    assert_eq!((moved.x, moved.y), (1_234, -56));
}

#[test]
fn a_board_is_opened_as_a_board() {
    let Opening { session, until } = open(&to_json(&board("dual-write"))).expect("it is a board");
    assert_eq!((session.board().title.as_str(), until), (board("dual-write").title.as_str(), None));
}

#[test]
fn a_file_that_is_broken_is_refused_with_its_place() {
    let saved = lived().repro();
    let text = |repro: &Repro| repro.to_json().expect("it can be written");
    let refused = |text: &str, named: &str| {
        let problem = open(text).expect_err(named).to_string();
        assert!(problem.contains(named), "{problem}");
    };
    let whole = text(&saved);
    refused(&whole.replacen("\"seed\":", "\"sead\":", 1), "sead");
    refused(&whole.replacen("\"schema\": 1", "\"schema\": 99", 1), "version 99");
    refused(&whole[..whole.len() / 2], "line");
    let mut unsorted = saved.clone();
    unsorted.path.reverse();
    refused(&text(&unsorted), "is earlier than the action before it");
    let mut endless = saved.clone();
    endless.path = vec![saved.path[0].clone(); MOST_ACTIONS + 1];
    refused(&text(&endless), "at most 10000");
    let mut torn = saved;
    torn.document.services[0].title.clear();
    refused(&text(&torn), "document.services[0].title");
}

#[test]
fn what_the_run_follows_from_has_an_edition() {
    let mut session = session("orders");
    let first = session.edition();
    session.seek(seconds(20));
    session.seek(seconds(5));
    assert_eq!(session.edition(), first, "looking changes nothing");
    session.act(process(instance(PAYMENTS, 0), ProcessDoes::Crash)).expect("it runs");
    let acted = session.edition();
    let left = session.branches()[0].id;
    session.switch(left).expect("it is there");
    let taken = session.edition();
    session.set_seed(9);
    assert!(first < acted && acted < taken && taken < session.edition());
}
