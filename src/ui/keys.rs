//! Keys that work everywhere on the page, except where something is being typed.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use crate::editor::gesture::{Input, Key, Mods, State};
use crate::editor::{Direction, Item};

use super::add;
use super::panel::Panel;
use super::stage::commands::{self, Command};
use super::stage::hands::take;
use super::stage::{StageState, aiming, focus};
use super::top::{faster, slower};

/// What the key went to.
#[derive(Clone, Copy, PartialEq)]
enum Goes {
    /// Something is typed there, or chosen from a list.
    Text,
    /// A control: Space and Enter press it.
    Control,
    /// The board or something on it, or nothing at all.
    Board,
    /// Nothing of that kind.
    Page,
}

fn goes(event: &KeyboardEvent) -> Goes {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return Goes::Page };
    let is = |selector: &str| target.closest(selector).ok().flatten().is_some();
    if is("input:not([type=range]):not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], [role=menu]") {
        Goes::Text
    } else if is("[data-wire]") {
        Goes::Board
    } else if is("button, a, input, summary, [role=button], [role=slider], [role=tab]") {
        Goes::Control
    } else if is("[data-own-pointer]") {
        Goes::Page
    } else if is(".stage") || target.tag_name() == "BODY" {
        Goes::Board
    } else {
        Goes::Page
    }
}

/// Listens for as long as the page lives.
pub fn listen(stage: StageState) {
    let down = window_event_listener(ev::keydown, move |event| pressed(stage, &event));
    let up = window_event_listener(ev::keyup, move |event| {
        if event.code() == "Space" && stage.spaced.try_get_untracked() == Some(true) {
            stage.spaced.set(false);
            take(stage, &Input::Space(false));
        }
    });
    // What goes up in another window is not heard here.
    let away = window_event_listener(ev::blur, move |_| {
        stage.spaced.set(false);
        take(stage, &Input::Blur);
    });
    on_cleanup(move || {
        down.remove();
        up.remove();
        away.remove();
    });
}

fn arrow(key: &str) -> Option<Direction> {
    match key {
        "ArrowLeft" => Some(Direction::Left),
        "ArrowRight" => Some(Direction::Right),
        "ArrowUp" => Some(Direction::Up),
        "ArrowDown" => Some(Direction::Down),
        _ => None,
    }
}

fn pressed(stage: StageState, event: &KeyboardEvent) {
    let goes = goes(event);
    if event.default_prevented() || goes == Goes::Text {
        return;
    }
    let command = event.ctrl_key() || event.meta_key();
    let done = aiming::keyed(stage, event, goes == Goes::Control)
        || in_hand(stage, event, goes)
        || event.key() == "Escape" && escape(stage)
        || if command {
            with_command(stage, event)
        } else {
            on_board(stage, event, goes) || (!event.alt_key() && anywhere(stage, event, goes))
        };
    if done {
        event.prevent_default();
    }
}

/// A wire or a thing of the palette that waits takes the keys that it knows; any gesture takes Escape.
fn in_hand(stage: StageState, event: &KeyboardEvent, goes: Goes) -> bool {
    let (idle, waits) = stage.doing.with_untracked(|doing| {
        let waits = matches!(doing, State::Connecting(_) | State::Placing(_)) && doing.pointer().is_none();
        (*doing == State::Idle, waits)
    });
    let name = event.key();
    let key = match name.as_str() {
        "Escape" => Some(Key::Escape),
        "Enter" if goes != Goes::Control => Some(Key::Enter),
        "Tab" => Some(Key::Tab),
        other => arrow(other).map(Key::Arrow),
    };
    let Some(key) = key.filter(|key| waits || (!idle && *key == Key::Escape)) else { return false };
    let mods = Mods { shift: event.shift_key(), command: event.ctrl_key() || event.meta_key(), alt: event.alt_key() };
    take(stage, &Input::Key(key, mods));
    true
}

/// Closes what is on top, and gives the focus back to where it came from.
fn escape(stage: StageState) -> bool {
    let ui = stage.ui;
    let inside = |selector: &str| document().active_element().and_then(|here| here.closest(selector).ok().flatten()).is_some();
    if aiming::give_up(stage) {
        return true;
    }
    if stage.menu.with_untracked(Option::is_some) {
        stage.menu.set(None);
    } else if stage.hand.get_untracked() {
        stage.hand.set(false);
    } else if let Some(panel) = ui.panel.get_untracked() {
        let within = inside(".drawer, .side, .time");
        ui.panel.set(None);
        if within {
            let opener = match panel {
                Panel::Inspect | Panel::Time => "main.stage".to_owned(),
                Panel::Boards | Panel::Add | Panel::Break | Panel::Outline | Panel::Words => {
                    format!(".rail-tab[data-panel={panel:?}]")
                }
            };
            if let Ok(Some(opener)) = document().query_selector(&opener) {
                super::panels::keys::focus(&opener);
            }
        }
    } else if ui.notice.with_untracked(Option::is_some) {
        ui.notice.set(None);
    } else if stage.pane.beside.with_untracked(Option::is_some) {
        stage.pane.compare(None);
    } else {
        let back = inside(".side");
        ui.select(crate::view::Selection::Nothing);
        if back {
            focus::to(stage, stage.stop.get_untracked().as_ref());
        }
    }
    true
}

/// Keys with Ctrl, or Command on a Mac.
fn with_command(stage: StageState, event: &KeyboardEvent) -> bool {
    let ui = stage.ui;
    match event.key().to_lowercase().as_str() {
        "z" if event.shift_key() => ui.redo(),
        "z" => ui.undo(),
        "y" => ui.redo(),
        "a" => commands::run(stage, Command::SelectAll),
        "d" => commands::run(stage, Command::Duplicate),
        "0" => stage.zoom_whole(),
        "+" | "=" => stage.zoom_step(1),
        "-" | "_" => stage.zoom_step(-1),
        _ => return false,
    }
    true
}

/// Keys for what is selected or has the focus on the board.
fn on_board(stage: StageState, event: &KeyboardEvent, goes: Goes) -> bool {
    let name = event.key();
    if matches!(name.as_str(), "Delete" | "Backspace") && goes != Goes::Control {
        commands::run(stage, Command::Delete);
        return true;
    }
    if goes != Goes::Board {
        return false;
    }
    let here = focus::here();
    if let Some(way) = arrow(&name) {
        let chosen = here.as_ref().is_none_or(|here| stage.ui.marked.with_untracked(|marked| marked.contains(here)));
        let nodes = stage.ui.marked.with_untracked(|marked| !marked.nodes().is_empty());
        let next = match &here {
            Some(here) if event.alt_key() => focus::walk(stage, here, way),
            _ if chosen && nodes => {
                commands::nudged(stage, way, event.shift_key());
                return true;
            }
            Some(here) => focus::step(stage, here, way),
            None => stage.stop.get_untracked(),
        };
        if next.is_some() {
            focus::to(stage, next.as_ref());
        }
        return true;
    }
    if event.alt_key() {
        return false;
    }
    match (name.as_str(), here) {
        ("Enter", Some(item)) if event.shift_key() => {
            let mut marked = stage.ui.marked.get_untracked();
            marked.toggle(item);
            stage.speak(format!("{} selected.", marked.len()));
            stage.ui.mark(marked);
        }
        ("Enter", Some(Item::Node(_) | Item::Topic(_))) => commands::run(stage, Command::Open),
        ("F2", _) => match focus::meant(stage).as_slice() {
            [item @ (Item::Node(_) | Item::Topic(_))] => commands::run(stage, Command::Rename(item.clone())),
            _ => return false,
        },
        ("c" | "C", here) => {
            let from = here.or_else(|| focus::meant(stage).into_iter().next()).as_ref().and_then(focus::end_of);
            match from {
                Some(end) => commands::run(stage, Command::WireFrom(end)),
                None => return false,
            }
        }
        ("ContextMenu", _) => focus::menu(stage),
        ("F10", _) if event.shift_key() => focus::menu(stage),
        _ => return false,
    }
    true
}

/// Keys that need nothing of the board.
fn anywhere(stage: StageState, event: &KeyboardEvent, goes: Goes) -> bool {
    let ui = stage.ui;
    let (width, height) = stage.size.get_untracked();
    let page = |by: f64| {
        let (dx, dy) = if event.shift_key() { (by * width * 0.8, 0.0) } else { (0.0, by * height * 0.8) };
        stage.look(stage.camera.get_untracked().panned(dx, dy));
    };
    match event.key().as_str() {
        " " if goes != Goes::Control => {
            if !event.repeat() {
                stage.spaced.set(true);
                take(stage, &Input::Space(true));
            }
        }
        "," => ui.step(false),
        "." => ui.step(true),
        "[" => slower(ui),
        "]" => faster(ui),
        "a" | "A" if !event.repeat() => {
            let inside = document().active_element().and_then(|here| here.closest(".drawer").ok().flatten()).is_some();
            if ui.panel.get_untracked() == Some(Panel::Add) && !inside {
                add::enter();
            } else {
                ui.toggle_panel(Panel::Add);
            }
        }
        "h" | "H" if !event.repeat() => stage.hand.update(|hand| *hand = !*hand),
        "n" | "N" if !event.repeat() => ui.next_moment(),
        "q" | "Q" if !event.repeat() => ui.quiet.toggle(),
        "r" | "R" if !event.repeat() => ui.reset(event.shift_key()),
        "+" | "=" => stage.zoom_step(1),
        "-" => stage.zoom_step(-1),
        "PageUp" if goes == Goes::Board => page(1.0),
        "PageDown" if goes == Goes::Board => page(-1.0),
        _ if event.shift_key() && event.code() == "Digit1" => stage.fit(),
        _ if event.shift_key() && event.code() == "Digit2" => commands::run(stage, Command::FitSelection),
        _ if event.shift_key() && event.code() == "Digit0" => stage.zoom_whole(),
        _ => return false,
    }
    true
}
