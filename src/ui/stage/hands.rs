//! Where gestures meet the page: an input goes in, and what is asked for is done.

use leptos::prelude::*;

use crate::editor::gesture::{Do, Hit, Input, Scene, State, targets};
use crate::editor::{Camera, Card, End, Item, Rect, Refusal, Selection, add, duplicate};
use crate::ui::panel::Panel;
use crate::ui::play::now_ms;
use crate::view::Target;

use super::state::{Judged, MenuOn, NARROW, Said, StageState};
use super::{focus, wiring};

/// The height of a topic's heading on the broker's card, in board units.
const HEADING: f32 = 26.0;

/// Gives an input to the gestures, and does what they ask for.
pub fn take(stage: StageState, input: &Input) {
    let (cards, topics) = (cards(stage), topics(stage));
    let marked = stage.ui.marked.get_untracked();
    let asked = stage.ui.read(|session| {
        let scene = Scene {
            board: session.board(),
            cards: &cards,
            topics: &topics,
            selected: &marked,
            camera: stage.camera.get_untracked(),
            stage: stage.size.get_untracked(),
            hand: stage.hand.get_untracked(),
        };
        stage.hands.try_update_value(|hands| {
            let asked = hands.take(input, &scene);
            (asked, hands.state().clone(), judged(hands.state(), &scene))
        })
    });
    let Some(Some((asked, state, judged))) = asked else { return };
    if stage.judged.with_untracked(|known| *known != judged) {
        stage.judged.set(judged);
    }
    if stage.doing.with_untracked(|doing| *doing != state) {
        if state != State::Idle {
            stage.said.set(None);
        }
        stage.doing.set(state);
    }
    for asked in asked {
        perform(stage, asked);
    }
    pan_near_edges(stage);
}

/// What a wire that is drawn could lead to, each with why not.
fn judged(state: &State, scene: &Scene) -> Vec<Judged> {
    match state {
        State::Connecting(connecting) => targets(scene, &connecting.from),
        _ => Vec::new(),
    }
}

/// The cards as they are shown, the uppermost last.
pub fn cards(stage: StageState) -> Vec<Card> {
    stage.ui.frame.with_untracked(|frame| {
        let brokers = frame.brokers.iter().map(|card| (card.id, card.rect));
        let clients = frame.clients.iter().map(|card| (card.id, card.rect));
        let services = frame.services.iter().map(|card| (card.id, card.rect));
        brokers.chain(clients).chain(services).map(|(node, rect)| Card { node, rect }).collect()
    })
}

/// The topics as they are shown.
pub fn topics(stage: StageState) -> Vec<(String, Rect)> {
    stage.ui.frame.with_untracked(|frame| {
        let topics = frame.brokers.iter().flat_map(|card| &card.topics);
        topics.map(|topic| (topic.name.clone(), topic.rect)).collect()
    })
}

fn perform(stage: StageState, asked: Do) {
    let ui = stage.ui;
    match asked {
        Do::Look(camera) => stage.look(camera),
        Do::Click { on, at, add } => click(stage, &on, at, add),
        Do::Select(selection) => {
            if ui.marked.with_untracked(|marked| *marked != selection) {
                ui.mark(selection);
            }
        }
        Do::Carry(places) => {
            stage.carried.set_value(Some(places));
            ui.wake();
        }
        Do::Commit => {
            carry(stage);
            ui.put_down(true);
        }
        Do::PutBack => {
            stage.carried.set_value(None);
            ui.put_down(false);
        }
        Do::Duplicate(nodes, by) => {
            if let Some(edited) = ui.edit(None, |board, ids| duplicate(board, ids, &nodes, by)) {
                focus::on_made(stage, &edited);
            }
        }
        Do::Connect { from, to, at } => wiring::connect(stage, &from, &to, at),
        Do::Refuse(refusal, at) => stage.refuse(&refusal, at),
        Do::OfferNew { from, at } => wiring::offer_new(stage, &from, at),
        Do::Place(starter, at) => {
            if let Some(edited) = ui.edit(None, |board, ids| add(board, ids, starter, at)) {
                let last = edited.made.last().cloned();
                ui.mark(Selection::of(last.clone()));
                stage.speak(format!("Done: {}.", edited.label));
                focus::soon(stage, last);
            }
        }
        Do::Menu { on, at } => {
            let corner = stage.corner();
            menu_of(stage, &on, (at.0, at.1), (at.0 + corner.0, at.1 + corner.1));
        }
        Do::TogglePlay => ui.toggle(),
    }
}

/// Cards that are dragged go to where the pointer is: once a frame, however often it moved.
pub fn carry(stage: StageState) {
    let places = stage.carried.try_update_value(Option::take).flatten();
    if let Some(places) = &places {
        stage.ui.carry(places);
    }
}

/// The topic whose heading is at a place of the stage.
fn heading_at(stage: StageState, at: (f64, f64)) -> Option<String> {
    let place = stage.camera.get_untracked().to_board(at);
    let heading = |rect: &Rect| Rect { h: HEADING, ..*rect }.contains(place);
    topics(stage).into_iter().find(|(_, rect)| heading(rect)).map(|(name, _)| name)
}

fn click(stage: StageState, on: &Hit, at: (f64, f64), add: bool) {
    let ui = stage.ui;
    let broker = |node| ui.frame.with_untracked(|frame| frame.brokers.iter().any(|card| card.id == node));
    let topic = match on {
        Hit::Node(node) if broker(*node) => heading_at(stage, at),
        _ => None,
    };
    match (topic.map(Item::Topic).or_else(|| on.item()), add) {
        (Some(item), true) => {
            let mut marked = ui.marked.get_untracked();
            marked.toggle(item);
            ui.mark(marked);
        }
        (Some(item), false) => ui.mark(Selection::of([item])),
        (None, _) if *on == Hit::Other => stage.choose(stage.target_at(at)),
        (None, false) => ui.mark(Selection::default()),
        (None, true) => return,
    }
    // On a phone the inspector is a sheet that is closed.
    if *on != Hit::Empty && !add && stage.size.get_untracked().0 < NARROW {
        ui.panel.set(Some(Panel::Inspect));
        if let Hit::Node(node) = on
            && let Some(rect) = ui.frame.with_untracked(|frame| frame.rect_of(*node))
        {
            stage.lift(rect);
        }
    }
}

/// Opens the menu of what is at a place of the stage, at a place of the window.
pub fn menu_of(stage: StageState, on: &Hit, at: (f64, f64), window: (f64, f64)) {
    let target = stage.target_at(at);
    let marked = stage.ui.marked.get_untracked();
    let node = match target {
        Some(Target::Node(node)) => Some(node),
        Some(Target::Process(process)) => Some(process.node),
        _ => None,
    };
    let menu = match (on, target) {
        (Hit::Handle(End::Topic(name)), _) => MenuOn::Topic(name.clone()),
        (_, Some(_)) if marked.len() > 1 && node.is_some_and(|node| marked.has_node(node)) => MenuOn::Several,
        (_, Some(Target::Node(_))) if heading_at(stage, at).is_some() => MenuOn::Topic(heading_at(stage, at).unwrap_or_default()),
        (_, Some(target)) => MenuOn::Thing(target),
        (_, None) => MenuOn::Board(stage.camera.get_untracked().to_board(at)),
    };
    stage.open_menu(menu, window);
}

/// Where something is held that moves the board near the stage's edges.
fn held(state: &State) -> Option<(f64, f64)> {
    match state {
        State::Dragging(dragging) => Some(dragging.at),
        State::Boxing(boxing) => Some(boxing.at),
        State::Connecting(connecting) => connecting.pointer.and(connecting.at),
        State::Placing(placing) => placing.pointer.and(placing.at),
        _ => None,
    }
}

/// Whether what is held is near an edge.
fn near_edge(stage: StageState) -> bool {
    let Some(Some(at)) = stage.doing.try_with_untracked(held) else { return false };
    Camera::auto_pan(at, stage.size.get_untracked(), 16.0) != (0.0, 0.0)
}

/// While something is held near an edge, frames are asked for, and in no other case.
fn pan_near_edges(stage: StageState) {
    if !near_edge(stage) || stage.edging.get_value() {
        return;
    }
    stage.edging.set_value(true);
    next_edge_frame(stage, now_ms());
}

fn next_edge_frame(stage: StageState, before: f64) {
    request_animation_frame(move || {
        let now = now_ms();
        if near_edge(stage) {
            take(stage, &Input::Tick(now - before));
            next_edge_frame(stage, now);
        } else {
            stage.edging.try_set_value(false);
        }
    });
}

impl StageState {
    /// Says beside a place of the stage why something cannot be done.
    pub fn refuse(&self, refusal: &Refusal, at: (f64, f64)) {
        let text = format!("{}: {}.", refusal.reason, refusal.mend);
        self.speak(text.clone());
        self.said.set(Some(Said { text, at }));
    }
}
