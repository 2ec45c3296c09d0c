//! Gestures without a screen: what people expect of hands on a canvas.

use std::collections::BTreeMap;

use crosstalk::board::WireKind;
use crosstalk::editor::gesture::{Button, Do, Hit, Input, Key, Mods, Scene, State, end_at, targets};
use crosstalk::editor::{Direction, End, Item, Point, Preset, Selection, Starter, delete};
use crosstalk::sim::NodeId;

use crate::person::{COMMAND, MOUSE, PLAIN, Person, SHIFT, STAGE, events, seen};
use crate::support::{BROKER, ORDERS, PAYMENTS, SHOP};

#[test]
fn a_click_selects_and_with_shift_or_command_it_adds_and_takes_out() {
    let mut person = Person::at_the_shop();
    for (node, mods) in [(ORDERS, PLAIN), (PAYMENTS, SHIFT), (SHOP, COMMAND)] {
        person.clicks(person.middle(node), Hit::Node(node), mods);
    }
    assert_eq!(person.selected.nodes(), [SHOP, ORDERS, PAYMENTS]);
    person.clicks(person.middle(ORDERS), Hit::Node(ORDERS), SHIFT);
    assert_eq!(person.selected.nodes(), [SHOP, PAYMENTS]);
    person.clicks((5.0, 5.0), Hit::Empty, PLAIN);
    assert!(person.selected.is_empty());
}

#[test]
fn three_pixels_of_a_mouse_and_ten_of_a_finger_are_still_a_click() {
    for (touch, slack) in [(false, 3.0), (true, 10.0)] {
        let mut person = Person::at_the_shop();
        let at = person.middle(ORDERS);
        person.presses(MOUSE, at, Hit::Node(ORDERS), PLAIN, touch);
        person.moves(MOUSE, (at.0 + slack, at.1), PLAIN);
        assert!(matches!(person.hands.state(), State::Pressing(_)));
        person.moves(MOUSE, (at.0 + slack + 0.5, at.1), PLAIN);
        assert!(matches!(person.hands.state(), State::Dragging(_)));
    }
}

#[test]
fn dragging_a_card_moves_all_that_are_selected_as_one_step() {
    let mut person = Person::at_the_shop();
    let (before, orders, payments) = (person.desk.board().clone(), person.corner(ORDERS), person.corner(PAYMENTS));
    person.selected = Selection::of([Item::Node(ORDERS), Item::Node(PAYMENTS)]);
    person.drags_card(ORDERS, (0.0, 320.0), COMMAND);
    person.releases(MOUSE, (0.0, 0.0));
    assert_eq!(person.corner(ORDERS), (orders.0, orders.1 + 320));
    assert_eq!(person.corner(PAYMENTS), (payments.0, payments.1 + 320));
    assert_eq!(person.desk.undo_label().as_deref(), Some("Undo: move Orders and 1 other"));
    person.desk.undo().expect("nothing else has changed");
    assert_eq!((person.desk.board(), person.desk.undo_label()), (&before, None));
    person.is_at_rest();
}

#[test]
fn dragging_a_card_that_is_not_selected_selects_it_first() {
    let mut person = Person::at_the_shop();
    person.selected = Selection::of([Item::Node(PAYMENTS)]);
    let payments = person.corner(PAYMENTS);
    person.drags_card(ORDERS, (0.0, 320.0), PLAIN);
    assert_eq!(person.selected.nodes(), [ORDERS]);
    assert_eq!(person.corner(PAYMENTS), payments);
}

#[test]
fn a_dragged_card_keeps_to_the_grid_or_to_a_line_with_another_and_command_leaves_it_free() {
    let mut person = Person::at_the_shop();
    person.drags_card(ORDERS, (5.0, 500.0), PLAIN);
    let (x, y) = person.corner(ORDERS);
    assert_eq!((x, y % 16), (192, 0), "on the grid");
    let State::Dragging(dragging) = person.hands.state() else { panic!("it is dragged") };
    assert!(dragging.guides.is_empty());
    person.does(Input::Key(Key::Escape, PLAIN));
    // Its top nearly at the top of Payments.
    person.drags_card(ORDERS, (0.0, 96.0 - 176.0 + 4.0), PLAIN);
    assert_eq!(person.corner(ORDERS).1, 96);
    let State::Dragging(dragging) = person.hands.state() else { panic!("it is dragged") };
    assert!(dragging.guides.iter().any(|guide| !guide.upright && guide.at == 96.0));
    person.does(Input::Key(Key::Escape, PLAIN));
    person.drags_card(ORDERS, (5.0, 500.0), COMMAND);
    assert_eq!(person.corner(ORDERS), (197, 676));
}

#[test]
fn a_drag_on_the_empty_board_selects_what_its_frame_touches_and_shift_adds() {
    let mut person = Person::at_the_shop();
    let corner = person.rect(ORDERS);
    let inside = (f64::from(corner.x) + 10.0, f64::from(corner.y) + 10.0);
    person.drags((f64::from(corner.x) - 20.0, f64::from(corner.y) - 20.0), inside, Hit::Empty, PLAIN);
    person.releases(MOUSE, inside);
    assert_eq!(person.selected.nodes(), [ORDERS], "touching is enough");
    let payments = person.rect(PAYMENTS);
    let from = (f64::from(payments.right()) + 20.0, f64::from(payments.y) - 20.0);
    person.drags(from, (from.0 - 30.0, from.1 + 40.0), Hit::Empty, SHIFT);
    person.releases(MOUSE, from);
    assert_eq!(person.selected.nodes(), [ORDERS, PAYMENTS]);
    person.is_at_rest();
}

#[test]
fn the_space_bar_the_middle_button_and_the_hand_move_the_board_whatever_is_under_the_pointer() {
    let press = |person: &mut Person, button| {
        let at = person.middle(ORDERS);
        person.does(Input::Down { pointer: MOUSE, at, on: Hit::Node(ORDERS), button, mods: PLAIN, touch: false });
        person.moves(MOUSE, (at.0 + 50.0, at.1 + 20.0), PLAIN);
        assert!(matches!(person.hands.state(), State::Panning(_)));
        person.releases(MOUSE, at);
        assert_eq!((person.camera.x, person.camera.y), (50.0, 20.0));
        assert!(person.selected.is_empty());
        person.is_at_rest();
    };
    let mut person = Person::at_the_shop();
    person.does(Input::Space(true));
    press(&mut person, Button::Primary);
    assert_eq!(person.does(Input::Space(false)), [], "it was held to drag");
    press(&mut Person::at_the_shop(), Button::Middle);
    let mut person = Person::at_the_shop();
    person.hand = true;
    press(&mut person, Button::Primary);
}

#[test]
fn a_tap_of_the_space_bar_plays_and_pauses() {
    let mut person = Person::at_the_shop();
    person.does(Input::Space(true));
    assert_eq!(person.does(Input::Space(true)), [], "it repeats while it is held");
    assert_eq!(person.does(Input::Space(false)), [Do::TogglePlay]);
}

#[test]
fn one_finger_moves_a_card_or_the_board_and_two_always_the_camera() {
    let mut person = Person::at_the_shop();
    person.presses(1, (700.0, 800.0), Hit::Empty, PLAIN, true);
    person.moves(1, (720.0, 800.0), PLAIN);
    assert_eq!(person.camera.x, 20.0);
    person.presses(2, (820.0, 800.0), Hit::Empty, PLAIN, true);
    person.moves(2, (920.0, 800.0), PLAIN);
    assert!((person.camera.zoom - 2.0).abs() < 1e-9, "twice as far apart");
    person.releases(1, (720.0, 800.0));
    let x = person.camera.x;
    person.moves(2, (910.0, 800.0), PLAIN);
    assert_eq!(person.camera.x, x - 10.0, "the finger that is left goes on moving the board");
    person.releases(2, (910.0, 800.0));
    person.is_at_rest();
}

#[test]
fn a_second_finger_leaves_the_card_that_the_first_one_holds_where_it_is() {
    let mut person = Person::at_the_shop();
    let (at, corner) = (person.middle(ORDERS), person.corner(ORDERS));
    person.presses(1, at, Hit::Node(ORDERS), PLAIN, true);
    person.moves(1, (at.0, at.1 + 320.0), COMMAND);
    person.presses(2, (50.0, 50.0), Hit::Empty, PLAIN, true);
    assert!(matches!(person.hands.state(), State::Pinching(_)));
    person.moves(1, (at.0 + 90.0, at.1), PLAIN);
    assert_eq!(person.corner(ORDERS), (corner.0, corner.1 + 320));
    assert_eq!(person.desk.undo_label().as_deref(), Some("Undo: move Orders"));
}

#[test]
fn escape_a_lost_pointer_and_a_blur_put_a_dragged_card_back() {
    for end in [Input::Key(Key::Escape, PLAIN), Input::Cancel { pointer: MOUSE }, Input::Blur] {
        let mut person = Person::at_the_shop();
        let before = person.desk.board().clone();
        person.drags_card(ORDERS, (200.0, 320.0), PLAIN);
        assert_ne!(person.desk.board(), &before);
        assert_eq!(person.does(end), [Do::PutBack]);
        assert_eq!((person.desk.board(), person.desk.undo_label()), (&before, None));
        let moved = person.moves(MOUSE, (0.0, 0.0), PLAIN);
        assert_eq!(moved, [], "no card is stuck to the pointer");
        person.is_at_rest();
    }
}

#[test]
fn a_card_that_is_deleted_while_it_is_dragged_is_gone_and_comes_back_by_undo() {
    let mut person = Person::at_the_shop();
    let before = person.desk.board().clone();
    person.drags_card(ORDERS, (0.0, 320.0), PLAIN);
    person.desk.edit(None, |board, ids| delete(board, ids, &[Item::Node(ORDERS)])).expect("it is there");
    person.does(Input::Deleted(vec![ORDERS]));
    person.moves(MOUSE, (900.0, 900.0), PLAIN);
    person.releases(MOUSE, (900.0, 900.0));
    person.is_at_rest();
    assert!(person.desk.board().service(ORDERS).is_none());
    while person.desk.undo().expect("nothing else has changed").is_some() {}
    assert_eq!(person.desk.board(), &before);
}

#[test]
fn alt_dragging_leaves_the_card_and_makes_a_copy() {
    let mut person = Person::at_the_shop();
    let corner = person.corner(PAYMENTS);
    person.drags_card(PAYMENTS, (0.0, 480.0), Mods { alt: true, command: true, shift: false });
    assert_eq!(person.corner(PAYMENTS), corner);
    person.releases(MOUSE, (0.0, 0.0));
    let copy = person.desk.board().services.last().expect("it is there").clone();
    assert_eq!((copy.title.as_str(), copy.x, copy.y), ("Payments 2", corner.0, corner.1 + 480));
    person.is_at_rest();
}

/// The shop without its wires from the broker on.
fn unwired() -> Person {
    let mut person = Person::at_the_shop();
    let wires: Vec<Item> = person.desk.board().wires.iter().map(|wire| Item::Wire(wire.id)).collect();
    person.desk.edit(None, |board, ids| delete(board, ids, &wires)).expect("they are there");
    person
}

#[test]
fn a_wire_is_dragged_from_a_handle_to_what_is_near_the_pointer() {
    let mut person = unwired();
    let (from, orders) = (person.middle(SHOP), person.rect(ORDERS));
    let near = (f64::from(orders.x) + 40.0, f64::from(orders.bottom()) + 19.0);
    person.drags(from, near, Hit::Handle(End::Node(SHOP)), PLAIN);
    let State::Connecting(connecting) = person.hands.state() else { panic!("a wire is drawn") };
    assert_eq!(connecting.to, Some((End::Node(ORDERS), Ok(()))));
    person.releases(MOUSE, near);
    let wires = &person.desk.board().wires;
    assert_eq!(wires.len(), 1);
    assert_eq!(wires[0].is, WireKind::Call { from: SHOP, to: ORDERS });
    person.is_at_rest();
}

#[test]
fn clicking_a_handle_and_then_a_thing_connects_them_and_the_handle_again_gives_up() {
    let mut person = unwired();
    let handle = Hit::Handle(End::Node(ORDERS));
    person.clicks(person.middle(ORDERS), handle.clone(), PLAIN);
    assert!(matches!(person.hands.state(), State::Connecting(_)));
    person.clicks(person.middle(ORDERS), handle.clone(), PLAIN);
    person.is_at_rest();
    person.clicks(person.middle(ORDERS), handle, PLAIN);
    person.moves(MOUSE, (600.0, 200.0), PLAIN);
    let lane = person.spot(Point { x: 500.0, y: 230.0 });
    person.clicks(lane, Hit::Node(BROKER), PLAIN);
    assert!(matches!(&person.asked[..], [.., Do::Connect { to: End::Topic(name), .. }] if name == "order-events"));
    person.is_at_rest();
}

#[test]
fn an_invalid_target_says_why_and_the_empty_board_asks_what_to_create() {
    let mut person = unwired();
    let (shop, payments) = (person.middle(SHOP), person.middle(PAYMENTS));
    let lane = person.spot(Point { x: 500.0, y: 230.0 });
    person.drags(shop, lane, Hit::Handle(End::Node(SHOP)), PLAIN);
    let refused = person.releases(MOUSE, lane);
    let [Do::Refuse(refusal, _)] = &refused[..] else { panic!("{refused:?}") };
    assert_eq!(refusal.to_string(), "A client talks to services, not to topics: add a service between them");
    person.drags(payments, (1_500.0, 850.0), Hit::Handle(End::Node(PAYMENTS)), PLAIN);
    let asked = person.releases(MOUSE, (1_500.0, 850.0));
    assert!(matches!(&asked[..], [Do::OfferNew { from: End::Node(PAYMENTS), .. }]), "{asked:?}");
    assert!(person.desk.board().wires.is_empty());
    person.is_at_rest();
}

#[test]
fn while_a_wire_is_drawn_every_target_is_judged_and_every_refusal_names_a_mend() {
    let person = Person::at_the_shop();
    let (cards, topics) = seen(person.desk.board());
    let scene = Scene {
        board: person.desk.board(),
        cards: &cards,
        topics: &topics,
        selected: &person.selected,
        camera: person.camera,
        stage: STAGE,
        hand: false,
    };
    for from in [End::Node(SHOP), End::Node(ORDERS), End::Node(PAYMENTS), End::Node(BROKER), events()] {
        let judged: BTreeMap<End, _> = targets(&scene, &from).into_iter().collect();
        assert!(judged.len() >= 4 && !judged.contains_key(&from));
        for refusal in judged.values().filter_map(|verdict| verdict.as_ref().err()) {
            assert!(refusal.reason.len() > 10 && refusal.mend.len() > 5, "{refusal}");
            assert!(refusal.reason.starts_with(char::is_uppercase) && !refusal.to_string().ends_with('.'), "{refusal}");
        }
    }
    assert_eq!(end_at(&scene, (1_590.0, 890.0)), None);
}

#[test]
fn a_wire_from_a_node_that_is_deleted_is_none() {
    let mut person = unwired();
    person.clicks(person.middle(SHOP), Hit::Handle(End::Node(SHOP)), PLAIN);
    person.desk.edit(None, |board, ids| delete(board, ids, &[Item::Node(SHOP)])).expect("it is there");
    person.does(Input::Deleted(vec![SHOP]));
    person.is_at_rest();
    assert!(person.desk.board().wires.is_empty());
}

#[test]
fn a_wire_is_drawn_by_keys_alone() {
    let mut person = unwired();
    person.does(Input::Begin(End::Node(SHOP)));
    person.does(Input::Key(Key::Tab, PLAIN));
    person.does(Input::Key(Key::Arrow(Direction::Right), PLAIN));
    let State::Connecting(connecting) = person.hands.state() else { panic!("a wire is drawn") };
    assert!(matches!(&connecting.to, Some((End::Node(node), Ok(()))) if *node != ORDERS), "from Orders to the right");
    person.does(Input::Key(Key::Arrow(Direction::Left), PLAIN));
    person.does(Input::Key(Key::Enter, PLAIN));
    assert_eq!(person.desk.board().wires[0].is, WireKind::Call { from: SHOP, to: ORDERS });
    person.does(Input::Begin(End::Node(PAYMENTS)));
    person.does(Input::Key(Key::Escape, PLAIN));
    person.is_at_rest();
}

#[test]
fn a_thing_of_the_palette_is_dragged_or_tapped_and_tapped_or_put_down_by_keys() {
    let starter = Starter::Service(Preset::Payments);
    let outside = (-80.0, 300.0);
    let mut person = Person::at_the_shop();
    let services = person.desk.board().services.len();
    person.does(Input::Arm { starter, pointer: Some(MOUSE) });
    person.moves(MOUSE, (400.0, 700.0), PLAIN);
    person.releases(MOUSE, (400.0, 700.0));
    assert_eq!(person.corner(NodeId(6)), (304, 672), "on the grid, held by its heading");
    // Dragged out again: nothing.
    person.does(Input::Arm { starter, pointer: Some(MOUSE) });
    person.moves(MOUSE, (400.0, 700.0), PLAIN);
    person.releases(MOUSE, outside);
    person.is_at_rest();
    // Tapped on the palette, then on the board.
    person.does(Input::Arm { starter, pointer: Some(MOUSE) });
    person.releases(MOUSE, outside);
    assert!(matches!(person.hands.state(), State::Placing(_)));
    person.clicks((600.0, 800.0), Hit::Empty, PLAIN);
    // By keys.
    person.does(Input::Arm { starter, pointer: None });
    for (way, mods) in [(Direction::Down, SHIFT), (Direction::Left, PLAIN), (Direction::Left, PLAIN)] {
        person.does(Input::Key(Key::Arrow(way), mods));
    }
    person.does(Input::Key(Key::Enter, PLAIN));
    assert_eq!(person.corner(NodeId(8)), (704 - 32, 432 + 64));
    // And given up.
    person.does(Input::Arm { starter, pointer: None });
    person.does(Input::Key(Key::Escape, PLAIN));
    assert_eq!(person.desk.board().services.len(), services + 3);
    person.is_at_rest();
}

#[test]
fn a_pinch_while_a_thing_of_the_palette_waits_leaves_it_waiting() {
    let mut person = Person::at_the_shop();
    person.does(Input::Arm { starter: Starter::Client, pointer: None });
    person.presses(1, (400.0, 700.0), Hit::Empty, PLAIN, true);
    person.presses(2, (500.0, 700.0), Hit::Empty, PLAIN, true);
    person.moves(2, (600.0, 700.0), PLAIN);
    person.releases(1, (400.0, 700.0));
    person.releases(2, (600.0, 700.0));
    assert!(matches!(person.hands.state(), State::Placing(_)));
    assert_eq!(person.desk.board().clients.len(), 1, "nothing was put down");
}

#[test]
fn a_long_press_and_the_other_button_open_the_menu_of_what_is_there() {
    let mut person = Person::at_the_shop();
    let at = person.middle(ORDERS);
    person.presses(1, at, Hit::Node(ORDERS), PLAIN, true);
    assert_eq!(person.does(Input::LongPress), [Do::Menu { on: Hit::Node(ORDERS), at }]);
    assert_eq!(person.releases(1, at), [], "the finger that goes up does not click");
    let down = Input::Down { pointer: 1, at, on: Hit::Empty, button: Button::Secondary, mods: PLAIN, touch: false };
    assert_eq!(person.does(down), [Do::Menu { on: Hit::Empty, at }]);
    person.is_at_rest();
}

#[test]
fn a_card_that_is_dragged_to_the_edge_takes_the_board_along() {
    let mut person = Person::at_the_shop();
    let corner = person.corner(ORDERS);
    let from = person.middle(ORDERS);
    person.drags(from, (STAGE.0 - 1.0, from.1), Hit::Node(ORDERS), PLAIN);
    let at_edge = person.corner(ORDERS);
    for _ in 0..20 {
        person.does(Input::Tick(16.0));
    }
    assert!(person.camera.x < -200.0 && person.corner(ORDERS).0 > at_edge.0 + 200);
    person.does(Input::Blur);
    assert_eq!(person.corner(ORDERS), corner);
}
