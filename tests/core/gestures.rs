//! Gestures without a screen: what people expect of hands on a canvas, and that nothing of a gesture is ever left behind.

use std::collections::BTreeMap;

use crosstalk::board::{Board, WireKind, validate};
use crosstalk::editor::gesture::{Button, Do, Hands, Hit, Input, Key, Mods, Scene, State, end_at, targets};
use crosstalk::editor::{
    Camera, Card, Desk, Direction, End, Item, Point, Preset, Rect, Selection, Spot, Starter, add, delete, duplicate, move_by,
    offers, wire,
};
use crosstalk::session::Session;
use crosstalk::sim::NodeId;
use proptest::prelude::*;

use crate::support::{BROKER, ORDERS, PAYMENTS, SHOP, board};

const MOUSE: i32 = 1;
const STAGE: Spot = (1_600.0, 900.0);
const PLAIN: Mods = Mods { shift: false, command: false, alt: false };
const SHIFT: Mods = Mods { shift: true, ..PLAIN };
const COMMAND: Mods = Mods { command: true, ..PLAIN };

/// Hands on a desk, with the eyes that find cards, as the page has them.
struct Person {
    hands: Hands,
    desk: Desk,
    selected: Selection,
    camera: Camera,
    hand: bool,
    /// What was asked for, in order.
    asked: Vec<Do>,
}

impl Person {
    fn at(board: Board) -> Person {
        let desk = Desk::new(Session::new(board).expect("it fits together"));
        let (hands, selected, camera) = (Hands::default(), Selection::default(), Camera::default());
        Person { hands, desk, selected, camera, hand: false, asked: Vec::new() }
    }

    fn at_the_shop() -> Person {
        Person::at(board("orders"))
    }

    fn does(&mut self, input: Input) -> Vec<Do> {
        let board = self.desk.board().clone();
        let (cards, topics) = seen(&board);
        let scene = Scene {
            board: &board,
            cards: &cards,
            topics: &topics,
            selected: &self.selected,
            camera: self.camera,
            stage: STAGE,
            hand: self.hand,
        };
        let asked = self.hands.take(&input, &scene);
        for wish in &asked {
            self.fulfil(wish);
        }
        self.asked.extend(asked.iter().cloned());
        asked
    }

    /// What the page does with what is asked for.
    fn fulfil(&mut self, wish: &Do) {
        match wish {
            Do::Look(camera) => self.camera = *camera,
            Do::Select(selection) => self.selected = selection.clone(),
            Do::Click { on, add: false, .. } => self.selected = Selection::of(on.item()),
            Do::Click { on, add: true, .. } => on.item().into_iter().for_each(|item| self.selected.toggle(item)),
            Do::Carry(places) => self.desk.carry(places),
            Do::Commit => self.desk.let_go(),
            Do::PutBack => self.desk.put_back(),
            Do::Place(starter, at) => {
                // The palette says why not; nothing else happens then.
                let _refused = self.desk.edit(None, |board, ids| add(board, ids, *starter, *at));
            }
            Do::Duplicate(nodes, by) => {
                let copied = self.desk.edit(None, |board, ids| {
                    let mut copied = duplicate(board, ids, nodes)?;
                    let new: Vec<NodeId> =
                        copied.made.iter().filter_map(|item| if let Item::Node(id) = item { Some(*id) } else { None }).collect();
                    copied.board = move_by(&copied.board, ids, &new, (by.0 - 32, by.1 - 32))?.board;
                    Ok(copied)
                });
                let _only_the_broker = copied;
            }
            Do::Connect { from, to, .. } => {
                let offers = offers(self.desk.board(), from, to).expect("only valid targets are connected");
                self.desk.edit(None, |board, ids| wire(board, ids, &offers[0])).expect("what is offered can be done");
            }
            Do::Refuse(..) | Do::OfferNew { .. } | Do::Menu { .. } | Do::TogglePlay => {}
        }
    }

    fn spot(&self, place: Point) -> Spot {
        self.camera.to_stage(place)
    }

    fn middle(&self, node: NodeId) -> Spot {
        self.spot(self.rect(node).middle())
    }

    fn rect(&self, node: NodeId) -> Rect {
        let (cards, _) = seen(self.desk.board());
        cards.iter().find(|card| card.node == node).map(|card| card.rect).expect("it is on the board")
    }

    fn corner(&self, node: NodeId) -> (i32, i32) {
        let rect = self.rect(node);
        (rect.x as i32, rect.y as i32)
    }

    fn presses(&mut self, pointer: i32, at: Spot, on: Hit, mods: Mods, touch: bool) -> Vec<Do> {
        self.does(Input::Down { pointer, at, on, button: Button::Primary, mods, touch })
    }

    fn moves(&mut self, pointer: i32, at: Spot, mods: Mods) -> Vec<Do> {
        self.does(Input::Move { pointer, at, mods })
    }

    fn releases(&mut self, pointer: i32, at: Spot) -> Vec<Do> {
        self.does(Input::Up { pointer, at, mods: PLAIN })
    }

    fn clicks(&mut self, at: Spot, on: Hit, mods: Mods) -> Vec<Do> {
        self.presses(MOUSE, at, on, mods, false);
        self.releases(MOUSE, at)
    }

    /// Presses, and moves in a few steps, without letting go.
    fn drags(&mut self, from: Spot, to: Spot, on: Hit, mods: Mods) {
        self.presses(MOUSE, from, on, mods, false);
        for step in 1..=4 {
            let share = f64::from(step) / 4.0;
            self.moves(MOUSE, (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share), mods);
        }
    }

    fn drags_card(&mut self, node: NodeId, by: Spot, mods: Mods) {
        let from = self.middle(node);
        self.drags(from, (from.0 + by.0, from.1 + by.1), Hit::Node(node), mods);
    }

    /// At the end of the world: nothing is held, and what was done are whole steps.
    fn is_at_rest(&mut self) {
        assert!(self.hands.is_idle(), "{:?}", self.hands.state());
        validate(self.desk.board()).expect("the document fits together");
    }
}

fn seen(board: &Board) -> (Vec<Card>, Vec<(String, Rect)>) {
    let rect = |x: i32, y: i32, w: f32, h: f32| Rect { x: x as f32, y: y as f32, w, h };
    let broker = |node: &crosstalk::board::BrokerNode| {
        let height = 60.0 + 100.0 * node.topics.len() as f32;
        Card { node: node.id, rect: rect(node.x, node.y, 352.0, height) }
    };
    let mut cards: Vec<Card> = board.brokers.iter().map(broker).collect();
    cards.extend(board.services.iter().map(|node| Card { node: node.id, rect: rect(node.x, node.y, 214.0, 140.0) }));
    cards.extend(board.clients.iter().map(|node| Card { node: node.id, rect: rect(node.x, node.y, 140.0, 90.0) }));
    let topics = board.brokers.iter().flat_map(|node| {
        (0..).zip(&node.topics).map(move |(nth, topic)| (topic.name.clone(), rect(node.x, node.y + 40 + 100 * nth, 352.0, 96.0)))
    });
    (cards, topics.collect())
}

fn events() -> End {
    End::Topic("order-events".to_owned())
}

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

fn some_input() -> impl Strategy<Value = (usize, i32, (u16, u16), u8)> {
    (0usize..40, 1i32..4, (0u16..1_700, 0u16..1_000), any::<u8>())
}

/// An input from numbers, about what is on the board now.
fn input(person: &Person, (what, pointer, at, more): (usize, i32, (u16, u16), u8)) -> Input {
    let at = (f64::from(at.0) - 50.0, f64::from(at.1) - 50.0);
    let mods = Mods { shift: more & 1 > 0, command: more & 2 > 0, alt: more & 4 > 0 };
    let (cards, _) = seen(person.desk.board());
    let card = cards.get(usize::from(more) % cards.len().max(1)).copied();
    let end = card.map_or_else(events, |card| End::Node(card.node));
    let starter = Starter::ALL[usize::from(more) % Starter::ALL.len()];
    match what {
        0..=9 => {
            let on = match (more % 5, card) {
                (0 | 1, Some(card)) => Hit::Node(card.node),
                (2, _) => Hit::Handle(end),
                (3, _) => Hit::Handle(events()),
                _ => Hit::Empty,
            };
            let at = card.filter(|_| more & 8 > 0).map_or(at, |card| person.spot(card.rect.middle()));
            let button = [Button::Primary, Button::Primary, Button::Middle, Button::Secondary][usize::from(more / 64)];
            Input::Down { pointer, at, on, button, mods, touch: pointer > 1 }
        }
        10..=21 => Input::Move { pointer, at, mods },
        22..=27 => Input::Up { pointer, at, mods },
        28 => Input::Cancel { pointer },
        29 => Input::Blur,
        30 => Input::Space(more & 1 > 0),
        31 => Input::LongPress,
        32 => Input::Tick(16.0),
        33 => Input::Arm { starter, pointer: (more & 8 > 0).then_some(pointer) },
        34 => Input::Begin(end),
        35 => Input::Deleted(card.map(|card| card.node).into_iter().collect()),
        _ => {
            let way = [Direction::Left, Direction::Right, Direction::Up, Direction::Down][usize::from(more % 4)];
            let keys = [Key::Escape, Key::Enter, Key::Tab, Key::Arrow(way)];
            Input::Key(keys[usize::from(more / 4) % keys.len()], mods)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn whatever_hands_do_a_blur_leaves_them_idle_and_the_document_is_made_of_whole_steps(
        inputs in prop::collection::vec(some_input(), 1..80)
    ) {
        let mut person = Person::at_the_shop();
        let first = person.desk.session().document();
        for numbers in inputs {
            let input = input(&person, numbers);
            if let Input::Deleted(nodes) = &input {
                let items: Vec<Item> = nodes.iter().copied().map(Item::Node).collect();
                let _nothing_left = person.desk.edit(None, |board, ids| delete(board, ids, &items));
            }
            person.does(input);
        }
        person.does(Input::Blur);
        person.is_at_rest();
        prop_assert_eq!(person.moves(MOUSE, (33.0, 44.0), PLAIN), []);
        let last = person.desk.session().document();
        while person.desk.undo().expect("whole steps can be undone").is_some() {}
        prop_assert_eq!(person.desk.session().document(), first);
        while person.desk.redo().expect("and redone").is_some() {}
        prop_assert_eq!(person.desk.session().document(), last);
    }
}
