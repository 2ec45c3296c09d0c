//! The clipboard's own events: what is selected goes as text, and such a text comes onto the board.

use leptos::ev;
use leptos::prelude::*;
use web_sys::{ClipboardEvent, Event};

use super::commands::{self, Command};
use super::state::StageState;

/// Whether something else is meant: text that is typed, or chosen on the page.
fn elsewhere(event: &Event) -> bool {
    use wasm_bindgen::JsCast;
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let typed =
        target.is_some_and(|target| target.closest("input, textarea, select, [contenteditable]").ok().flatten().is_some());
    let chosen = window().get_selection().ok().flatten().is_some_and(|chosen| !chosen.is_collapsed());
    typed || chosen
}

/// Listens for as long as the page lives.
pub fn listen(stage: StageState) {
    let copy = window_event_listener(ev::copy, move |event| {
        copied(stage, &event);
    });
    let cut = window_event_listener(ev::cut, move |event| {
        if copied(stage, &event) {
            commands::run(stage, Command::Delete);
        }
    });
    let paste = window_event_listener(ev::paste, move |event| {
        if elsewhere(&event) {
            return;
        }
        let Some(text) = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok()) else { return };
        if !text.trim().is_empty() {
            event.prevent_default();
            commands::pasted(stage, &text, None);
        }
    });
    on_cleanup(move || {
        copy.remove();
        cut.remove();
        paste.remove();
    });
}

fn copied(stage: StageState, event: &ClipboardEvent) -> bool {
    if elsewhere(event) {
        return false;
    }
    let (Some(text), Some(data)) = (commands::copied(stage), event.clipboard_data()) else { return false };
    event.prevent_default();
    let done = data.set_data("text/plain", &text).is_ok();
    if done {
        stage.speak("Copied.");
    }
    done
}
