//! Keys that work everywhere on the page, except where something is being typed.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use super::play::now_ms;
use super::stage::StageState;
use super::top::{faster, slower};

/// Space that is held longer was meant for the hand, not for play and pause.
const TAP_MS: f64 = 300.0;

/// What the key went to.
enum Goes {
    /// Something is typed there, or chosen from a list.
    Text,
    /// A control: Space and Enter press it.
    Control,
    /// Nothing of that kind.
    Page,
}

fn goes(event: &KeyboardEvent) -> Goes {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return Goes::Page };
    let is = |selector: &str| target.closest(selector).ok().flatten().is_some();
    if is("input:not([type=range]):not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], [role=menu]") {
        Goes::Text
    } else if is("button, a, input, summary, [role=button], [role=slider], [role=tab]") {
        Goes::Control
    } else {
        Goes::Page
    }
}

/// Listens for as long as the page lives.
pub fn listen(stage: StageState) {
    let since = StoredValue::new(0.0_f64);
    let down = window_event_listener(ev::keydown, move |event| pressed(stage, &event, since));
    let up = window_event_listener(ev::keyup, move |event| {
        if event.code() == "Space" && stage.hand.try_get_untracked() == Some(true) {
            stage.hand.set(false);
            let tapped = now_ms() - since.get_value() < TAP_MS;
            if tapped && !stage.hand_used.get_value() {
                stage.ui.toggle();
            }
        }
    });
    // Space that goes up in another window is not heard here.
    let away = window_event_listener(ev::blur, move |_| stage.hand.set(false));
    on_cleanup(move || {
        down.remove();
        up.remove();
        away.remove();
    });
}

fn pressed(stage: StageState, event: &KeyboardEvent, since: StoredValue<f64>) {
    let ui = stage.ui;
    let goes = goes(event);
    if event.key() == "Escape" {
        if matches!(goes, Goes::Text) || event.default_prevented() {
            return;
        }
        if stage.menu.get_untracked().is_some() {
            stage.menu.set(None);
        } else if ui.panel.get_untracked().is_some() {
            ui.panel.set(None);
        } else if ui.notice.get_untracked().is_some() {
            ui.notice.set(None);
        } else {
            ui.select(crate::view::Selection::Nothing);
        }
        return;
    }
    if matches!(goes, Goes::Text) || event.alt_key() || event.default_prevented() {
        return;
    }
    if event.ctrl_key() || event.meta_key() {
        return;
    }
    match event.key().as_str() {
        " " if matches!(goes, Goes::Page) => {
            if !event.repeat() {
                since.set_value(now_ms());
                stage.hand_used.set_value(false);
                stage.hand.set(true);
            }
        }
        "," => ui.step_back(),
        "." => ui.step(),
        "[" => slower(ui),
        "]" => faster(ui),
        "n" | "N" if !event.repeat() => ui.next_moment(),
        "r" | "R" if !event.repeat() => ui.reset(event.shift_key()),
        "+" | "=" => stage.zoom_by(1.2),
        "-" => stage.zoom_by(1.0 / 1.2),
        "!" => stage.fit(),
        _ if event.shift_key() && event.code() == "Digit1" => stage.fit(),
        _ if event.shift_key() && event.code() == "Digit0" => stage.zoom_whole(),
        _ => return,
    }
    event.prevent_default();
}
