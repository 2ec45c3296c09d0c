//! What can be done to the board by a key or from a menu: one value for each, and the one place where it is done.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

use crate::board::{Action, PlanId};
use crate::editor::gesture::Input;
use crate::editor::{
    Axis, BESIDE, Card, Direction, End, Item, Line, MergeKey, Operation, Point, Rect, Selection, align, copy, delete, distribute,
    duplicate, nudge, paste, snapped, tidy,
};
use crate::sim::{NodeId, Span};
use crate::ui::panel::Panel;
use crate::ui::panels::plan::focus_plan;
use crate::view::{Inspection, When, soon};

use super::focus;
use super::hands::{cards, take};
use super::state::StageState;

/// How long after the last nudge the next one is a step of its own.
const BURST: Duration = Duration::from_millis(800);

/// How long from now what is planned from a menu happens, unless its time is changed.
pub const LATER: Span = Span::secs(5);

/// Something that can be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// The name is typed anew in its place.
    Rename(Item),
    /// What is meant is duplicated.
    Duplicate,
    /// What is meant is deleted.
    Delete,
    /// A wire is begun there.
    WireFrom(End),
    /// What is meant goes to the clipboard.
    Copy,
    /// It goes to the clipboard and from the board.
    Cut,
    /// What is on the clipboard comes to that place, or beside where it was.
    Paste(Option<Point>),
    /// All is selected.
    SelectAll,
    /// The whole board is brought in sight.
    Fit,
    /// What is selected is brought in sight.
    FitSelection,
    /// All cards are put in layers.
    Tidy,
    /// The selected cards are lined up.
    Align(Line),
    /// The selected cards are spread evenly.
    Distribute(Axis),
    /// The palette opens.
    Add,
    /// The panel of failures opens, where they are planned.
    PlanFailures,
    /// What has the focus is selected, and the inspector gets the focus.
    Open,
    /// The inspector, which shows what is selected, gets the focus.
    Inspect,
    /// The message that is selected is followed.
    Follow,
}

/// The nodes that are meant.
fn nodes(stage: StageState) -> Vec<NodeId> {
    let meant = focus::meant(stage).into_iter();
    meant.filter_map(|item| if let Item::Node(node) = item { Some(node) } else { None }).collect()
}

fn selected_cards(stage: StageState) -> Vec<Card> {
    let nodes = nodes(stage);
    cards(stage).into_iter().filter(|card| nodes.contains(&card.node)).collect()
}

/// Does it.
pub fn run(stage: StageState, command: Command) {
    let ui = stage.ui;
    let done = match command {
        Command::Rename(item) => return stage.renaming.set(Some(item)),
        Command::Duplicate => {
            let nodes = nodes(stage);
            ui.edit(None, |board, ids| duplicate(board, ids, &nodes, BESIDE)).map(|edited| focus::on_made(stage, &edited))
        }
        Command::Delete => return remove(stage),
        Command::WireFrom(end) => {
            focus::to(stage, item_at(&end).as_ref());
            take(stage, &Input::Begin(end));
            return stage.speak("A wire begins here. Arrows or Tab choose where it leads, Enter connects, Escape cancels.");
        }
        Command::Copy => return to_clipboard(stage),
        Command::Cut => {
            to_clipboard(stage);
            return remove(stage);
        }
        Command::Paste(at) => return from_clipboard(stage, at),
        Command::SelectAll => {
            ui.mark(ui.read(|session| Selection::all(session.board())).unwrap_or_default());
            Some(())
        }
        Command::Fit => return stage.fit(),
        Command::FitSelection => {
            let all = Rect::around(selected_cards(stage).into_iter().map(|card| card.rect));
            return stage.fit_to(all);
        }
        Command::Tidy => {
            let cards = cards(stage);
            ui.edit(None, |board, ids| tidy(board, ids, &cards)).map(|_| stage.fit())
        }
        Command::Align(line) => {
            let cards = selected_cards(stage);
            ui.edit(None, |board, ids| align(board, ids, &cards, line)).map(drop)
        }
        Command::Distribute(axis) => {
            let cards = selected_cards(stage);
            ui.edit(None, |board, ids| distribute(board, ids, &cards, axis)).map(drop)
        }
        Command::Add => return ui.panel.set(Some(Panel::Add)),
        Command::PlanFailures => {
            if !ui.when.get_untracked().is_planned() {
                ui.when.set(When::After(LATER));
            }
            ui.panel.set(Some(Panel::Break));
            return focus_plan(PlanId::default());
        }
        Command::Open => {
            if let Some(item) = focus::here() {
                ui.mark(Selection::of([item]));
            }
            return inspect(stage);
        }
        Command::Inspect => return inspect(stage),
        Command::Follow => {
            let message = ui.inspection.with_untracked(|shown| match shown {
                Some(Inspection::Message(message)) => Some(message.id),
                _ => None,
            });
            return message.map_or((), |message| stage.pane.follow(message, true));
        }
    };
    if done.is_some() {
        let count = ui.marked.with_untracked(Selection::len);
        if count > 1 {
            stage.speak(format!("{count} things are selected."));
        }
    }
}

/// Plans something for a while from now, and opens the plan, where its time can be changed at once.
pub fn plan(stage: StageState, action: Action) {
    let ui = stage.ui;
    let at = soon(ui.now.get_untracked(), LATER);
    let planned = ui.edit(None, move |board, ids| Operation::Plan(at, action).make(board, ids, &[]));
    if let Some(id) = planned.and_then(|edited| edited.board.planned.iter().map(|planned| planned.id).max()) {
        ui.panel.set(Some(Panel::Break));
        stage.speak(format!("Planned for {at}."));
        focus_plan(id);
    }
}

fn item_at(end: &End) -> Option<Item> {
    Some(match end {
        End::Node(node) => Item::Node(*node),
        End::Topic(name) => Item::Topic(name.clone()),
    })
}

/// Deletes what is meant; the focus goes to the card that was nearest.
fn remove(stage: StageState) {
    let items = focus::meant(stage);
    if items.is_empty() {
        return;
    }
    let gone = |item: &Item| items.contains(item);
    let near = focus::here().filter(gone).and_then(|here| {
        let ways = [Direction::Left, Direction::Right, Direction::Up, Direction::Down];
        ways.into_iter().filter_map(|way| focus::step(stage, &here, way)).find(|item| !gone(item))
    });
    if let Some(edited) = stage.ui.edit(None, |board, ids| delete(board, ids, &items)) {
        stage.speak(format!("Done: {}.", edited.label));
        focus::soon(stage, near);
    }
}

/// Moves what is selected by a step of the grid: a burst of them is one step of history.
pub fn nudged(stage: StageState, way: Direction, far: bool) {
    let nodes = nodes(stage);
    let key = MergeKey(format!("nudge {nodes:?}"));
    if nodes.is_empty() || stage.ui.edit(Some(key), |board, ids| nudge(board, ids, &nodes, way, far)).is_none() {
        return;
    }
    let over = set_timeout_with_handle(move || stage.ui.settle_step(), BURST).ok();
    if let Some(Some(before)) = stage.burst.try_update_value(|burst| std::mem::replace(burst, over)) {
        before.clear();
    }
}

/// What is meant, as text; none if it cannot be copied.
pub fn copied(stage: StageState) -> Option<String> {
    let nodes = nodes(stage);
    let text = stage.ui.read(|session| copy(session.board(), &nodes)).flatten()?;
    stage.copied.set_value(text.clone());
    Some(text)
}

/// Puts a text on the board: its corner at a place, or beside where it was copied.
pub fn pasted(stage: StageState, text: &str, at: Option<Point>) {
    let at = at.map(|at| (snapped(at.x, false), snapped(at.y, false)));
    if let Some(edited) = stage.ui.edit(None, |board, ids| paste(board, ids, text, at)) {
        focus::on_made(stage, &edited);
    }
}

fn clipboard() -> web_sys::Clipboard {
    window().navigator().clipboard()
}

fn to_clipboard(stage: StageState) {
    let Some(text) = copied(stage) else { return };
    spawn_local(async move {
        // Where the clipboard may not be written, what was copied is kept for this page.
        let _ = JsFuture::from(clipboard().write_text(&text)).await;
    });
}

fn from_clipboard(stage: StageState, at: Option<Point>) {
    spawn_local(async move {
        let read = JsFuture::from(clipboard().read_text()).await.ok().and_then(|text| text.as_string());
        let text = read.unwrap_or_else(|| stage.copied.get_value());
        pasted(stage, &text, at);
    });
}

/// Moves the focus into the inspector; on a phone it opens.
fn inspect(stage: StageState) {
    if super::state::NARROW > stage.size.get_untracked().0 {
        stage.ui.panel.set(Some(Panel::Inspect));
    }
    request_animation_frame(move || {
        let first = ".side [role=tab][aria-selected=true], .side button, .side input, .side select, .side [tabindex=\"0\"]";
        if let Ok(Some(element)) = document().query_selector(first) {
            crate::ui::panels::keys::focus(&element);
        }
    });
}
