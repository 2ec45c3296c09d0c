//! A person at a desk with a board, as the page has them: hands, and eyes that find cards.

use crosstalk::board::{Board, validate};
use crosstalk::editor::gesture::{Button, Do, Hands, Hit, Input, Mods, Scene};
use crosstalk::editor::{Camera, Card, Desk, End, Point, Rect, Selection, Spot, add, duplicate, offers, wire};
use crosstalk::session::Session;
use crosstalk::sim::NodeId;

use crate::support::board;

pub const MOUSE: i32 = 1;
pub const STAGE: Spot = (1_600.0, 900.0);
pub const PLAIN: Mods = Mods { shift: false, command: false, alt: false };
pub const SHIFT: Mods = Mods { shift: true, ..PLAIN };
pub const COMMAND: Mods = Mods { command: true, ..PLAIN };

/// Hands on a desk, with the eyes that find cards, as the page has them.
pub struct Person {
    pub hands: Hands,
    pub desk: Desk,
    pub selected: Selection,
    pub camera: Camera,
    pub hand: bool,
    /// What was asked for, in order.
    pub asked: Vec<Do>,
}

impl Person {
    pub fn at(board: Board) -> Person {
        let desk = Desk::new(Session::new(board).expect("it fits together"));
        let (hands, selected, camera) = (Hands::default(), Selection::default(), Camera::default());
        Person { hands, desk, selected, camera, hand: false, asked: Vec::new() }
    }

    pub fn at_the_shop() -> Person {
        Person::at(board("orders"))
    }

    pub fn does(&mut self, input: Input) -> Vec<Do> {
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
                let copied = self.desk.edit(None, |board, ids| duplicate(board, ids, nodes, *by));
                let _only_the_broker = copied;
            }
            Do::Connect { from, to, .. } => {
                let offers = offers(self.desk.board(), from, to).expect("only valid targets are connected");
                self.desk.edit(None, |board, ids| wire(board, ids, &offers[0])).expect("what is offered can be done");
            }
            Do::Refuse(..) | Do::OfferNew { .. } | Do::Menu { .. } | Do::TogglePlay => {}
        }
    }

    pub fn spot(&self, place: Point) -> Spot {
        self.camera.to_stage(place)
    }

    pub fn middle(&self, node: NodeId) -> Spot {
        self.spot(self.rect(node).middle())
    }

    pub fn rect(&self, node: NodeId) -> Rect {
        let (cards, _) = seen(self.desk.board());
        cards.iter().find(|card| card.node == node).map(|card| card.rect).expect("it is on the board")
    }

    pub fn corner(&self, node: NodeId) -> (i32, i32) {
        let rect = self.rect(node);
        (rect.x as i32, rect.y as i32)
    }

    pub fn presses(&mut self, pointer: i32, at: Spot, on: Hit, mods: Mods, touch: bool) -> Vec<Do> {
        self.does(Input::Down { pointer, at, on, button: Button::Primary, mods, touch })
    }

    pub fn moves(&mut self, pointer: i32, at: Spot, mods: Mods) -> Vec<Do> {
        self.does(Input::Move { pointer, at, mods })
    }

    pub fn releases(&mut self, pointer: i32, at: Spot) -> Vec<Do> {
        self.does(Input::Up { pointer, at, mods: PLAIN })
    }

    pub fn clicks(&mut self, at: Spot, on: Hit, mods: Mods) -> Vec<Do> {
        self.presses(MOUSE, at, on, mods, false);
        self.releases(MOUSE, at)
    }

    /// Presses, and moves in a few steps, without letting go.
    pub fn drags(&mut self, from: Spot, to: Spot, on: Hit, mods: Mods) {
        self.presses(MOUSE, from, on, mods, false);
        for step in 1..=4 {
            let share = f64::from(step) / 4.0;
            self.moves(MOUSE, (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share), mods);
        }
    }

    pub fn drags_card(&mut self, node: NodeId, by: Spot, mods: Mods) {
        let from = self.middle(node);
        self.drags(from, (from.0 + by.0, from.1 + by.1), Hit::Node(node), mods);
    }

    /// At the end of the world: nothing is held, and what was done are whole steps.
    pub fn is_at_rest(&mut self) {
        assert!(self.hands.is_idle(), "{:?}", self.hands.state());
        validate(self.desk.board()).expect("the document fits together");
    }
}

pub fn seen(board: &Board) -> (Vec<Card>, Vec<(String, Rect)>) {
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

pub fn events() -> End {
    End::Topic("order-events".to_owned())
}
