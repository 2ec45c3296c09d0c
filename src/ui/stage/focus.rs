//! Where the keyboard is on the board: one stop for Tab, arrows to the nearest, Alt and arrows along the wires.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::board::WireKind;
use crate::editor::{Direction, Edited, Item, Selection, along_wires, next_in_direction, reading_order};
use crate::sim::{NodeId, WireId};
use crate::view::Target;

use super::hands::{cards, topics};
use super::state::{MenuOn, StageState};

/// The thing of the board that an element shows, or lies in.
pub fn item_of(element: &Element) -> Option<Item> {
    let shown = element.closest("[data-topic], [data-node], [data-wire]").ok().flatten()?;
    if let Some(name) = shown.get_attribute("data-topic") {
        return Some(Item::Topic(name));
    }
    let id = |name: &str| shown.get_attribute(name).and_then(|id| id.parse::<u32>().ok());
    id("data-node").map(|id| Item::Node(NodeId(id))).or_else(|| id("data-wire").map(|id| Item::Wire(WireId(id))))
}

/// The thing of the board that has the focus.
pub fn here() -> Option<Item> {
    item_of(&document().active_element()?)
}

/// Whether nothing has the focus.
pub fn is_nowhere() -> bool {
    document().active_element().is_none_or(|element| element.tag_name() == "BODY")
}

/// What the keyboard acts on: what is selected, or else what has the focus.
pub fn meant(stage: StageState) -> Vec<Item> {
    let marked: Vec<Item> = stage.ui.marked.with_untracked(|marked| marked.items().cloned().collect());
    if marked.is_empty() { here().into_iter().collect() } else { marked }
}

fn element_of(item: &Item) -> Option<HtmlElement> {
    let selector = match item {
        Item::Node(node) => format!("[data-node=\"{}\"]", node.0),
        Item::Wire(wire) => format!("[data-wire=\"{}\"]", wire.0),
        Item::Topic(name) => {
            let all = document().query_selector_all("[data-topic]").ok()?;
            let mut topics = (0..all.length()).filter_map(|at| all.item(at)?.dyn_into::<HtmlElement>().ok());
            return topics.find(|topic| topic.get_attribute("data-topic").as_deref() == Some(name));
        }
    };
    // A wire is drawn, and can be focused all the same.
    document().query_selector(&selector).ok().flatten().map(JsCast::unchecked_into)
}

/// Focuses a thing of the board; the board itself where the thing is not shown.
pub fn to(stage: StageState, item: Option<&Item>) {
    let element = item.and_then(element_of);
    let stage = stage.element.get_untracked().map(JsCast::unchecked_into::<HtmlElement>);
    if let Some(element) = element.or(stage) {
        let _ = element.focus();
    }
}

/// Focuses a thing once it is drawn, unless a name is being typed or a question has been asked by then.
pub fn soon(stage: StageState, item: Option<Item>) {
    request_animation_frame(move || {
        let taken = stage.renaming.try_get_untracked().flatten().is_some() || stage.question.with_untracked(Option::is_some);
        if !taken {
            to(stage, item.as_ref());
        }
    });
}

/// Selects and focuses what an edit has made: its nodes, where there are any.
pub fn on_made(stage: StageState, edited: &Edited) {
    let nodes: Vec<Item> = edited.made.iter().filter(|item| matches!(item, Item::Node(_))).cloned().collect();
    let made = if nodes.is_empty() { edited.made.clone() } else { nodes };
    let first = made.first().cloned();
    stage.ui.mark(Selection::of(made));
    stage.speak(format!("Done: {}.", edited.label));
    soon(stage, first);
}

/// The thing at which Tab enters the board: where the keyboard was last, or the first in reading order.
pub fn stop(stage: StageState) -> Memo<Option<Item>> {
    let ui = stage.ui;
    Memo::new(move |_| {
        let there = |item: &Item| {
            ui.frame.with(|frame| match item {
                Item::Node(node) => frame.rect_of(*node).is_some(),
                Item::Wire(wire) => frame.wires.iter().any(|known| known.id == *wire),
                Item::Topic(name) => frame.brokers.iter().flat_map(|card| &card.topics).any(|topic| topic.name == *name),
            })
        };
        stage.stop.get().filter(there).or_else(|| {
            let first = ui.read(|session| reading_order(session.board(), &cards(stage)).first().copied());
            first.flatten().map(Item::Node)
        })
    })
}

/// Goes to the nearest thing in a direction: from card to card, and within a broker from topic to topic.
pub fn step(stage: StageState, from: &Item, way: Direction) -> Option<Item> {
    let ui = stage.ui;
    let near = |node: NodeId| next_in_direction(&cards(stage), node, way).map(Item::Node);
    match from {
        Item::Node(node) => {
            let broker = ui.frame.with_untracked(|frame| frame.brokers.iter().any(|card| card.id == *node));
            let first = topics(stage).into_iter().next().filter(|_| broker && way == Direction::Down);
            first.map(|(name, _)| Item::Topic(name)).or_else(|| near(*node))
        }
        Item::Topic(name) => {
            let (all, broker) = (topics(stage), ui.read(|session| session.board().topic(name).map(|(broker, _)| broker.id))??);
            let at = all.iter().position(|(known, _)| known == name)?;
            match way {
                Direction::Up if at == 0 => Some(Item::Node(broker)),
                Direction::Up => all.get(at - 1).map(|(name, _)| Item::Topic(name.clone())),
                Direction::Down if at + 1 < all.len() => all.get(at + 1).map(|(name, _)| Item::Topic(name.clone())),
                _ => near(broker),
            }
        }
        Item::Wire(wire) => {
            let (from, to) = ends(stage, *wire)?;
            match way {
                Direction::Left | Direction::Up => Some(from),
                Direction::Right | Direction::Down => Some(to),
            }
        }
    }
}

/// From where to where a wire leads.
fn ends(stage: StageState, wire: WireId) -> Option<(Item, Item)> {
    stage
        .ui
        .read(|session| {
            Some(match &session.board().wire(wire)?.is {
                WireKind::Call { from, to } => (Item::Node(*from), Item::Node(*to)),
                WireKind::Publish { from, topic } => (Item::Node(*from), Item::Topic(topic.clone())),
                WireKind::Consume { to, topic, .. } => (Item::Topic(topic.clone()), Item::Node(*to)),
            })
        })
        .flatten()
}

/// Goes along the wires: from a thing onto its wire, from there to what the wire leads to, and up and down to the other
/// wires' ends.
pub fn walk(stage: StageState, from: &Item, way: Direction) -> Option<Item> {
    if let Item::Wire(_) = from {
        return step(stage, from, way);
    }
    if let (Item::Node(node), Direction::Up | Direction::Down) = (from, way) {
        let next = stage.ui.read(|session| along_wires(session.board(), &cards(stage), *node, way));
        return next.flatten().map(Item::Node);
    }
    let broker = |item: &Item| match item {
        Item::Topic(name) => stage.ui.read(|session| session.board().topic(name).map(|(broker, _)| broker.id)).flatten(),
        Item::Node(node) => Some(*node),
        Item::Wire(_) => None,
    };
    let same =
        |end: &Item| end == from || (broker(end) == broker(from) && matches!((end, from), (Item::Topic(_), Item::Node(_))));
    let wires: Vec<WireId> = stage.ui.read(|session| session.board().wires.iter().map(|wire| wire.id).collect())?;
    let mut wires = wires.into_iter().filter_map(|wire| Some((wire, ends(stage, wire)?)));
    let found = wires.find(|(_, (start, end))| match way {
        Direction::Right | Direction::Down => same(start),
        Direction::Left | Direction::Up => same(end),
    });
    found.map(|(wire, _)| Item::Wire(wire))
}

/// Opens the menu of what has the focus, beside it; the board's, where nothing of the board has it.
pub fn menu(stage: StageState) {
    let item = here();
    let several =
        stage.ui.marked.with_untracked(|marked| marked.len() > 1 && item.as_ref().is_none_or(|item| marked.contains(item)));
    let element = item.as_ref().and_then(element_of).or_else(|| stage.element.get_untracked().map(JsCast::unchecked_into));
    let Some(place) = element.map(|element| element.get_bounding_client_rect()) else { return };
    let on = match item {
        _ if several => MenuOn::Several,
        Some(Item::Node(node)) => MenuOn::Thing(Target::Node(node)),
        Some(Item::Wire(wire)) => MenuOn::Thing(Target::Wire(wire)),
        Some(Item::Topic(name)) => MenuOn::Topic(name),
        None => {
            let (width, height) = stage.size.get_untracked();
            MenuOn::Board(stage.camera.get_untracked().to_board((width / 2.0, height / 2.0)))
        }
    };
    stage.open_menu(on, (place.left() + (place.width() / 2.0).min(160.0), place.top() + (place.height() / 2.0).min(36.0)));
}

/// The end that a wire is drawn from, for a thing that has one.
pub fn end_of(item: &Item) -> Option<crate::editor::End> {
    match item {
        Item::Node(node) => Some(crate::editor::End::Node(*node)),
        Item::Topic(name) => Some(crate::editor::End::Topic(name.clone())),
        Item::Wire(_) => None,
    }
}
