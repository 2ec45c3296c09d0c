//! Patches: what they say, what they refuse, and that any document becomes any other.

use super::*;
use crate::sim::{HandlerId, LineId, NodeId, WireId};

fn board() -> Board {
    from_json(include_str!("../../public/boards/orders.json")).expect("the shipped board is one")
}

fn patched(board: &Board, patch: &Patch) -> Board {
    let mut patched = board.clone();
    patch.apply(&mut patched).expect("all that goes is there");
    patched
}

#[test]
fn nothing_changes_between_a_board_and_itself() {
    let patch = Patch::between(&board(), &board());
    assert!(patch.is_empty());
    assert!(patch.is_layout(&board()));
    assert_eq!(patched(&board(), &patch), board());
}

#[test]
fn a_changed_part_is_put_whole_in_its_place_and_nothing_else_is_touched() {
    let (before, mut after) = (board(), board());
    after.wires[1].settings.0.insert(Setting::Latency, 70);
    let patch = Patch::between(&before, &after);
    assert_eq!(patch, Patch { gone: vec![], put: vec![Put { at: 1, part: Part::Wire(after.wires[1].clone()) }] });
    assert_eq!(patched(&before, &patch), after);
}

#[test]
fn a_part_that_goes_is_named_and_comes_back_to_its_place() {
    let (before, mut after) = (board(), board());
    let wire = after.wires.remove(0);
    let patch = Patch::between(&before, &after);
    assert_eq!(patch, Patch { gone: vec![PartId::Wire(wire.id)], put: vec![] });
    let back = Patch::between(&after, &before);
    assert_eq!(back.put[0].at, 0);
    assert_eq!(patched(&after, &back), before);
}

#[test]
fn titles_and_places_of_nodes_that_are_there_are_layout_and_nothing_else_is() {
    let before = board();
    let is_layout = |change: &dyn Fn(&mut Board)| {
        let mut after = before.clone();
        change(&mut after);
        let patch = Patch::between(&before, &after);
        assert!(!patch.is_empty());
        patch.is_layout(&before)
    };
    assert!(is_layout(&|board| board.title.push('!')));
    assert!(is_layout(&|board| (board.clients[0].x, board.services[0].y) = (7, 8)));
    assert!(is_layout(&|board| board.brokers[0].title.push('!')));
    assert!(!is_layout(&|board| board.timings = Timings::Real));
    assert!(!is_layout(&|board| board.services[0].handlers[0].lines.truncate(1)));
    assert!(!is_layout(&|board| board.services.swap(0, 1)), "services start in the order of their list");
    assert!(!is_layout(&|board| board.clients[0].id = NodeId(99)), "a new node is more than layout");
    assert!(!is_layout(&|board| board.wires.truncate(1)));
}

#[test]
fn a_part_that_should_go_and_is_not_there_is_an_error_that_names_it_and_nothing_changes() {
    let before = board();
    let mut after = before.clone();
    let wire = before.wires[0].id;
    for (id, name) in [
        (PartId::Service(NodeId(77)), "service with id 77"),
        (PartId::Keys("none".to_owned()), "key set \"none\""),
        (PartId::Pin { service: NodeId(4), gap: Gap::Start(HandlerId(1)) }, "pin at the start of program 1 of service 4"),
        (PartId::Pin { service: NodeId(4), gap: Gap::After(LineId(3)) }, "pin after line 3 of service 4"),
    ] {
        let patch = Patch { gone: vec![PartId::Wire(wire), id], put: vec![] };
        let refused = patch.apply(&mut after).expect_err("it is not there");
        assert_eq!(refused.to_string(), format!("there is no {name} on this board"));
        assert_eq!(after, before);
    }
    let twice = Patch { gone: vec![PartId::Wire(wire), PartId::Wire(wire)], put: vec![] };
    assert!(twice.apply(&mut after).is_err(), "what has gone cannot go again");
}

#[test]
fn a_place_behind_the_end_of_a_list_is_its_end() {
    let mut after = board();
    let wire = Wire { id: WireId(900), ..after.wires[0].clone() };
    let patch = Patch { gone: vec![], put: vec![Put { at: u32::MAX, part: Part::Wire(wire.clone()) }] };
    patch.apply(&mut after).expect("nothing has to go");
    assert_eq!(after.wires.last(), Some(&wire));
}

#[test]
fn a_patch_is_about_the_one_node_that_it_changes_with_its_wires_or_else_about_the_board() {
    let before = board();
    let told = |change: &dyn Fn(&mut Board)| {
        let mut after = before.clone();
        change(&mut after);
        let patch = Patch::between(&before, &after);
        (patch.main(), patch.words(&before))
    };
    let payments = before.services[1].id;
    let removed = told(&|board| {
        board.services.remove(1);
        board.wires.remove(2);
    });
    assert_eq!(removed, (Some(PartId::Service(payments)), "the removal of Payments".to_owned()));
    let new = told(&|board| {
        board.services.push(ServiceNode { id: NodeId(30), title: "Audit".to_owned(), ..board.services[1].clone() });
    });
    assert_eq!(new, (Some(PartId::Service(NodeId(30))), "an edit of Audit".to_owned()));
    let wire = told(&|board| board.wires.truncate(3));
    assert_eq!(wire, (Some(PartId::Wire(before.wires[3].id)), "the removal of a wire".to_owned()));
    assert_eq!(told(&|board| board.services.clear()), (None, "an edit of the board".to_owned()));
    assert_eq!(told(&|board| board.keys[0].size = 3).1, "an edit of the key set customers");
}

#[test]
fn a_patch_is_written_and_read_back_and_an_unknown_field_is_refused() {
    let (before, mut after) = (board(), board());
    after.services.remove(0);
    after.keys[0].size += 1;
    after.title.push('!');
    let patch = Patch::between(&before, &after);
    let text = serde_json::to_string(&patch).expect("it has only string keys");
    assert_eq!(serde_json::from_str::<Patch>(&text).ok(), Some(patch));
    assert!(serde_json::from_str::<Patch>("{\"put\": [], \"gown\": []}").is_err());
}

#[cfg(not(target_arch = "wasm32"))]
mod properties {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// Does something to one list of the board, so that lists of any length and order come up.
    fn shuffle<T: Clone>(list: &mut Vec<T>, does: u8, at: usize, renew: impl Fn(&mut T)) {
        let at = at % list.len().max(1);
        let Some(item) = list.get(at).cloned() else { return };
        match does % 4 {
            0 => drop(list.remove(at)),
            1 => {
                let item = list.remove(at);
                list.insert(list.len() / 2, item);
            }
            _ => {
                let mut changed = item;
                renew(&mut changed);
                if does % 4 == 2 { list[at] = changed } else { list.push(changed) }
            }
        }
    }

    /// Documents and not boards: a patch need not know what fits together. Even ids may be there twice.
    fn changed(mut board: Board, steps: &[(u8, u8, usize, u32)]) -> Board {
        for &(what, does, at, n) in steps {
            match what {
                0 => shuffle(&mut board.keys, does, at, |keys| (keys.name, keys.size) = (format!("k{}", n % 4), n)),
                1 => shuffle(&mut board.messages, does, at, |kind| kind.name = format!("M{}", n % 4)),
                2 => shuffle(&mut board.clients, does, at, |node| (node.id, node.x) = (NodeId(n % 6), 5)),
                3 => shuffle(&mut board.services, does, at, |node| (node.id, node.y) = (NodeId(n % 6), 5)),
                4 => shuffle(&mut board.brokers, does, at, |node| node.topics.truncate(1)),
                5 => shuffle(&mut board.wires, does, at, |wire| wire.id = WireId(n % 9)),
                6 => shuffle(&mut board.pins, does, at, |pin| pin.only = Some(does.into())),
                7 => board.pins.push(Pin {
                    service: NodeId(n % 3),
                    gap: Gap::After(LineId(does.into())),
                    does: PinDoes::Pause,
                    often: Often::Always,
                    only: None,
                    key: None,
                    back_after_ms: Some(n),
                }),
                8 => board.timings = if does % 2 == 0 { Timings::Real } else { Timings::Classroom },
                _ => board.title = format!("board {n}"),
            }
        }
        board
    }

    fn steps() -> impl Strategy<Value = Vec<(u8, u8, usize, u32)>> {
        vec((0_u8..10, 0_u8..8, 0_usize..8, 0_u32..40), 0..25)
    }

    proptest! {
        #[test]
        fn any_document_becomes_any_other_and_back(one in steps(), two in steps()) {
            let a = changed(board(), &one);
            let b = changed(a.clone(), &two);
            let (there, back) = (Patch::between(&a, &b), Patch::between(&b, &a));
            prop_assert_eq!(&patched(&a, &there), &b);
            prop_assert_eq!(&patched(&b, &back), &a);
            prop_assert_eq!(there.is_empty(), a == b);
        }
    }
}
