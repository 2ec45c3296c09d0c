//! Undo and redo: any operations, and all the way back.

use crosstalk::board::{Action, Board, Edit, Gap, Often, Pin, PinAction, PinDoes, Place, Setting, validate};
use crosstalk::editor::{
    Axis, BESIDE, Desk, Direction, EditError, Edited, End, Ids, Item, Line as Along, MergeKey, Starter, add, align, copy, delete,
    distribute, duplicate, empty_board, nudge, offers, paste, rename_board, rename_group, rename_message, rename_node,
    rename_topic, tidy, wire,
};
use crosstalk::session::Session;
use crosstalk::sim::{LineId, NodeId, Span, WireId};
use proptest::prelude::*;

use crate::editing::cards;
use crate::support::{PAYMENTS, SHOP, board, seconds};

const EMAILS: NodeId = NodeId(5);

fn desk() -> Desk {
    Desk::new(Session::new(board("orders")).expect("it fits together"))
}

#[test]
fn a_burst_of_nudges_is_one_step_and_a_pause_ends_it() {
    let mut desk = desk();
    let x = |desk: &Desk| desk.board().service(PAYMENTS).map_or(0, |node| node.x);
    let start = x(&desk);
    let key = || Some(MergeKey("nudge 4".to_owned()));
    for far in [false, false, true] {
        desk.edit(key(), |board, ids| nudge(board, ids, &[PAYMENTS], Direction::Right, far)).expect("it is there");
    }
    desk.settle();
    desk.edit(key(), |board, ids| nudge(board, ids, &[PAYMENTS], Direction::Left, false)).expect("it is there");
    assert_eq!(x(&desk), start + 16 * 5);
    assert_eq!(desk.undo(), Ok(Some("move Payments".to_owned())));
    assert_eq!(x(&desk), start + 16 * 6);
    assert_eq!(desk.undo(), Ok(Some("move Payments".to_owned())));
    assert_eq!((x(&desk), desk.undo(), desk.redo_label().as_deref()), (start, Ok(None), Some("Redo: move Payments")));
}

#[test]
fn settings_patterns_and_pins_are_undone_too_and_failures_are_not_steps() {
    let mut desk = desk();
    let first = desk.session().document();
    let set = |value| Action::Edit(Edit::Set { place: Place::Node(PAYMENTS), setting: Setting::Instances, value: Some(value) });
    desk.session_mut().play_until(seconds(8), u32::MAX);
    for value in [4, 5, 6] {
        desk.act(set(value), Some(MergeKey("instances".to_owned()))).expect("it is within the limits");
    }
    let pin = Pin {
        service: PAYMENTS,
        gap: Gap::After(LineId(4)),
        does: PinDoes::Crash,
        often: Often::Once,
        only: None,
        key: None,
        back_after_ms: None,
    };
    desk.act(Action::Pin(PinAction::Set(pin)), None).expect("the line is there");
    desk.act(Action::Send { client: SHOP }, None).expect("there is a shop");
    assert_eq!(desk.undo(), Ok(Some("pin Payments".to_owned())));
    assert_eq!(desk.undo(), Ok(Some("set instances of Payments".to_owned())));
    assert_eq!((desk.session().document(), desk.undo()), (first, Ok(None)));
    assert!(desk.act(set(900), None).is_err() && desk.undo_label().is_none());
}

#[test]
fn where_the_board_is_another_a_step_is_not_undone_and_says_so() {
    let mut desk = desk();
    desk.session_mut().play_until(seconds(5), u32::MAX);
    desk.edit(None, |board, ids| delete(board, ids, &[Item::Node(EMAILS)])).expect("it is there");
    desk.session_mut().play_until(seconds(10), u32::MAX);
    desk.session_mut().seek(seconds(2));
    let before = desk.session().document();
    let refused = desk.undo().expect_err("here Emails has not been deleted yet");
    assert!(refused.to_string().contains("“delete Emails” cannot be undone here"), "{refused}");
    assert_eq!((desk.session().document(), desk.session().branches().len()), (before, 0));
    desk.session_mut().seek(seconds(8));
    assert_eq!(desk.undo(), Ok(Some("delete Emails".to_owned())));
    assert!(desk.board().service(EMAILS).is_some());
}

#[test]
fn more_than_two_hundred_steps_can_be_undone() {
    let mut desk = desk();
    let first = desk.session().document();
    for step in 0..250 {
        let way = if step % 2 == 0 { Direction::Down } else { Direction::Right };
        desk.edit(None, |board, ids| nudge(board, ids, &[SHOP], way, false)).expect("it is there");
    }
    let mut undone = 0;
    while desk.undo().expect("nothing else has changed").is_some() {
        undone += 1;
    }
    assert_eq!((undone, desk.session().document()), (250, first));
}

/// An operation from numbers, about what is on the board now.
fn operation(board: &Board, ids: &Ids, (what, a, b): (u8, usize, usize)) -> Result<Edited, EditError> {
    let all = cards(board);
    let node = |n: usize| all.get(n % all.len().max(1)).map_or(NodeId(0), |card| card.node);
    let (one, other) = (node(a), node(b));
    let topics: Vec<&str> = board.brokers.iter().flat_map(|broker| &broker.topics).map(|topic| topic.name.as_str()).collect();
    let topic = topics.get(b % topics.len().max(1)).copied().unwrap_or("none");
    let end = |n: usize| if n.is_multiple_of(3) { End::Topic(topic.to_owned()) } else { End::Node(node(n)) };
    let wires: Vec<WireId> = board.wires.iter().map(|wire| wire.id).collect();
    let a_wire = wires.get(a % wires.len().max(1)).copied().unwrap_or_default();
    let name = format!("name {}", b % 7);
    let way = [Direction::Left, Direction::Right, Direction::Up, Direction::Down][b % 4];
    match what {
        0..=4 => add(board, ids, Starter::ALL[a % 7], (a as i32 % 900, b as i32 % 700)),
        5..=9 => {
            let offers = offers(board, &end(a), &end(b))?;
            wire(board, ids, &offers[(a + b) % offers.len()])
        }
        10 => rename_node(board, ids, one, &name),
        11 => rename_topic(board, ids, topic, &name),
        12 => rename_group(board, ids, a_wire, &name),
        13 => {
            let kind = board.messages.get(a % board.messages.len().max(1)).map_or("none", |kind| kind.name.as_str());
            rename_message(board, ids, kind, &name)
        }
        14 => delete(board, ids, &[Item::Node(one)]),
        15 => delete(board, ids, &[Item::Wire(a_wire), Item::Node(other)]),
        16 => delete(board, ids, &[Item::Topic(topic.to_owned())]),
        17 => duplicate(board, ids, &[one, other], BESIDE),
        18 => {
            let from = if a.is_multiple_of(2) { board.clone() } else { crate::support::board("dual-write") };
            let text = copy(&from, &[one, other, node(a + b)]).unwrap_or_default();
            paste(board, ids, &text, Some((a as i32 % 500, b as i32 % 500)))
        }
        19 => nudge(board, ids, &[one, other], way, a.is_multiple_of(2)),
        20 => align(board, ids, &all, [Along::Left, Along::Center, Along::Bottom][b % 3]),
        21 => distribute(board, ids, &all, Axis::Across),
        22 => tidy(board, ids, &all),
        _ => rename_board(board, ids, &name),
    }
}

fn some_operations() -> impl Strategy<Value = Vec<(u8, usize, usize)>> {
    prop::collection::vec((0u8..24, 0usize..1_000, 0usize..1_000), 1..24)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_operation_gives_a_board_that_fits_together_and_runs_and_undoing_all_gives_the_first(
        operations in some_operations(), empty in any::<bool>()
    ) {
        let first = if empty { empty_board() } else { board("orders") };
        let mut desk = Desk::new(Session::new(first.clone()).expect("it fits together"));
        for numbers in operations {
            match desk.edit(None, |board, ids| operation(board, ids, numbers)) {
                Ok(edited) => {
                    prop_assert_eq!(validate(&edited.board), Ok(()));
                    let mut session = Session::new(edited.board).expect("what is valid can be put to work");
                    session.play_until(seconds(5), 20_000);
                }
                Err(refused) => prop_assert!(refused.to_string().len() > 10, "{}", refused),
            }
        }
        let last = desk.session().document();
        while desk.undo().expect("nothing else has changed").is_some() {}
        prop_assert_eq!(desk.session().document(), first);
        while desk.redo().expect("nothing else has changed").is_some() {}
        prop_assert_eq!(desk.session().document(), last);
    }

    #[test]
    fn while_it_runs_operations_and_their_undoing_are_actions_and_nothing_panics(operations in some_operations()) {
        let mut desk = desk();
        let first = desk.session().document();
        for numbers in operations {
            let until = desk.session().now() + Span::ms(700);
            desk.session_mut().play_until(until, 20_000);
            let _refused = desk.edit(None, |board, ids| operation(board, ids, numbers));
            prop_assert_eq!(validate(&desk.session().document()), Ok(()));
        }
        let last = desk.session().document();
        while desk.undo().expect("nothing else has changed").is_some() {}
        prop_assert_eq!(desk.session().document(), first);
        while desk.redo().expect("nothing else has changed").is_some() {}
        prop_assert_eq!(desk.session().document(), last);
    }
}
