//! Patterns as edits: what each switch does to a program, and back.

use super::*;
use crate::sim::{HandlerId, LineId, NodeId};

const PAYMENTS: NodeId = NodeId(4);
const ORDERS: NodeId = NodeId(2);
const HANDLER: HandlerId = HandlerId(1);

fn board() -> Board {
    from_json(include_str!("../../public/boards/orders.json")).expect("the shipped board is one")
}

fn switched(board: &mut Board, service: NodeId, pattern: Pattern) -> Vec<(LineId, &'static str)> {
    edit(board, &Edit::Pattern { service, pattern }).expect("the program has that form");
    validate(board).expect("a pattern leaves a valid program");
    words(board, service)
}

fn words(board: &Board, service: NodeId) -> Vec<(LineId, &'static str)> {
    let node = board.service(service).expect("it is on the board");
    node.handlers[0].lines.iter().map(|line| (line.id, line.does.word())).collect()
}

#[test]
fn tracking_puts_a_line_into_the_transaction_and_switching_back_takes_it_out() {
    let mut board = board();
    let before = words(&board, PAYMENTS);
    let tracks = switched(&mut board, PAYMENTS, Pattern::IfAgain(HANDLER, IfAgain::TracksIds));
    let only: Vec<&str> = tracks.iter().map(|(_, word)| *word).collect();
    assert_eq!(only, ["work", "begin", "track", "write", "commit", "ack"]);
    assert!(before.iter().all(|line| tracks.contains(line)), "the other lines keep their ids");
    assert_eq!(switched(&mut board, PAYMENTS, Pattern::IfAgain(HANDLER, IfAgain::DoesItAgain)), before);
}

#[test]
fn the_idempotent_form_keys_the_write_by_the_order_and_remembers_what_it_was() {
    let mut board = board();
    let before = board.clone();
    switched(&mut board, PAYMENTS, Pattern::IfAgain(HANDLER, IfAgain::IsIdempotent));
    let rest = board.service(PAYMENTS).expect("it is there").handlers[0].lines[2].does.rest();
    assert_eq!(rest, "accounts[order] insert amount");
    switched(&mut board, PAYMENTS, Pattern::IfAgain(HANDLER, IfAgain::DoesItAgain));
    assert_eq!(board, before);
}

#[test]
fn a_message_without_a_number_has_no_idempotent_form_and_the_reason_says_so() {
    let mut board = board();
    board.messages[1].fields.retain(|field| field.name != "order");
    let pattern = Pattern::IfAgain(HANDLER, IfAgain::IsIdempotent);
    let before = board.clone();
    let refused = edit(&mut board, &Edit::Pattern { service: PAYMENTS, pattern }).expect_err("there is no such form");
    assert!(refused.to_string().contains("no number"), "{refused}");
    assert_eq!(board, before);
}

#[test]
fn acknowledging_moves_one_line_to_either_end() {
    let mut board = board();
    let early = switched(&mut board, PAYMENTS, Pattern::Acknowledges(HANDLER, Acknowledges::BeforeHandling));
    assert_eq!((early[0].1, early[1].1), ("ack", "work"));
    let late = switched(&mut board, PAYMENTS, Pattern::Acknowledges(HANDLER, Acknowledges::AfterHandling));
    assert_eq!(late.last().map(|(_, word)| *word), Some("ack"));
}

#[test]
fn publishing_moves_between_the_outbox_and_both_sides_of_the_commit_and_brings_a_relay() {
    let mut board = board();
    board.service_mut(ORDERS).expect("it is there").relay = None;
    let after = switched(&mut board, ORDERS, Pattern::Publishes(HANDLER, Publishes::AfterCommit));
    let only: Vec<&str> = after.iter().map(|(_, word)| *word).collect();
    assert_eq!(only, ["begin", "track", "write", "commit", "publish", "reply"]);
    let before = switched(&mut board, ORDERS, Pattern::Publishes(HANDLER, Publishes::BeforeCommit));
    assert_eq!((before[3].1, before[4].1), ("publish", "commit"));
    let outbox = switched(&mut board, ORDERS, Pattern::Publishes(HANDLER, Publishes::ThroughOutbox));
    assert_eq!((outbox[3].1, outbox[4].1), ("outbox", "commit"));
    assert!(board.service(ORDERS).expect("it is there").relay.is_some());
    assert_eq!(before[3].0, outbox[3].0, "the line keeps its id, and so do the messages that it makes");
}

#[test]
fn a_program_says_which_form_it_has_and_custom_when_it_has_none() {
    let mut board = board();
    let forms = |board: &Board| pattern_of(&board.service(PAYMENTS).expect("it is there").handlers[0]);
    let now = forms(&board);
    assert_eq!((now.if_again, now.acknowledges), (Some(IfAgain::DoesItAgain), Some(Acknowledges::AfterHandling)));
    assert_eq!(now.publishes, None, "it publishes nothing");
    // An ack in the middle, a write outside of the transaction that tracks: programs of one's own.
    let lines = &mut board.service_mut(PAYMENTS).expect("it is there").handlers[0].lines;
    lines.swap(3, 4);
    lines.insert(2, LineDoc { id: LineId(9), does: Do::Track });
    let tracks = forms(&board);
    assert_eq!((tracks.if_again, tracks.acknowledges), (Some(IfAgain::TracksIds), None));
    let lines = &mut board.service_mut(PAYMENTS).expect("it is there").handlers[0].lines;
    let write = lines[3].does.clone();
    lines.push(LineDoc { id: LineId(10), does: write });
    let custom = forms(&board);
    assert_eq!((custom.if_again, custom.acknowledges), (None, None));
}

#[test]
fn partitions_only_grow_and_stay_within_64() {
    let mut board = board();
    let mut ask = |partitions| edit(&mut board, &Edit::Partitions { topic: "order-events".to_owned(), partitions });
    assert_eq!(ask(5), Ok(()));
    assert!(ask(4).is_err_and(|refused| refused.to_string().contains("only grow")));
    assert!(ask(65).is_err_and(|refused| refused.to_string().contains("1 to 64")));
}

#[test]
fn a_pin_behind_a_line_that_goes_moves_to_the_line_before_it() {
    let mut board = board();
    let tracks = switched(&mut board, PAYMENTS, Pattern::IfAgain(HANDLER, IfAgain::TracksIds));
    let (begin, track) = (tracks[1].0, tracks[2].0);
    let pin = |line| Pin {
        service: PAYMENTS,
        gap: Gap::After(line),
        does: PinDoes::Crash,
        often: Often::Once,
        only: None,
        key: None,
        back_after_ms: None,
    };
    board.pins = vec![pin(track)];
    switched(&mut board, PAYMENTS, Pattern::IfAgain(HANDLER, IfAgain::DoesItAgain));
    assert_eq!(board.pins, [pin(begin)]);
    // Where there is one already, it stays alone.
    let track = switched(&mut board, PAYMENTS, Pattern::IfAgain(HANDLER, IfAgain::TracksIds))[2].0;
    board.pins.push(pin(track));
    switched(&mut board, PAYMENTS, Pattern::IfAgain(HANDLER, IfAgain::DoesItAgain));
    assert_eq!(board.pins, [pin(begin)]);
}
