//! What is shown when an invariant of the program is broken: plain elements, since nothing else works any more; and the file
//! that shows it again.

use std::cell::{Cell, RefCell};
use std::panic::PanicHookInfo;

use js_sys::{Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement};

use crate::board::{Action, Stamped};
use crate::session::Repro;
use crate::sim::Time;

use super::files;
use super::state::Ui;

thread_local! {
    /// What the run follows from, with the edition that it was taken from.
    static RUN: RefCell<Option<((u32, u64), Repro)>> = const { RefCell::new(None) };
    /// How far the run has got, or is about to get.
    static TIME: Cell<Time> = const { Cell::new(Time::ZERO) };
    static STOPPED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic was shown: then nothing may run on.
pub fn stopped() -> bool {
    STOPPED.get()
}

/// The run goes to that time now.
pub fn heads_for(time: Time) {
    TIME.set(time);
}

/// That is done now; until the page has been drawn again, nothing else would know of it.
pub fn about_to(action: &Action) {
    RUN.with_borrow_mut(|run| {
        if let Some((_, repro)) = run {
            repro.path.retain(|stamped| stamped.at <= TIME.get() || stamped.action.is_failure());
            let place = repro.path.partition_point(|stamped| stamped.at <= TIME.get());
            repro.path.insert(place, Stamped { at: TIME.get(), action: action.clone() });
        }
    });
}

/// Keeps what tells how to see it again: the document and the path of actions, whenever they have changed.
pub fn follow(ui: Ui) {
    Effect::new(move |_| {
        ui.strip.track();
        ui.frame.track();
        let nth = ui.opened.with(|opened| opened.nth);
        let now = ui.now.get();
        ui.read(|session| {
            TIME.set(now.max(session.now()));
            let edition = (nth, session.edition());
            RUN.with_borrow_mut(|run| {
                if run.as_ref().is_none_or(|(known, _)| *known != edition) {
                    *run = Some((edition, session.repro()));
                }
            });
        });
    });
}

/// The file that shows it again.
fn file() -> Option<String> {
    let run = RUN.with(|run| run.try_borrow().ok().and_then(|run| run.as_ref().map(|(_, repro)| repro.clone())));
    Repro { time: TIME.get(), ..run? }.to_json().ok()
}

/// Shows a panic on the page, besides writing it to the console.
pub fn watch() {
    std::panic::set_hook(Box::new(|info: &PanicHookInfo| {
        if STOPPED.replace(true) {
            return;
        }
        console_error_panic_hook::hook(info);
        // Nothing may panic in here.
        let _ = show(&info.to_string());
    }));
}

fn show(text: &str) -> Option<()> {
    let body = document().body()?;
    let dialog = add(&body, "div", "", &[("class", "crash"), ("role", "alertdialog"), ("aria-modal", "true")])?;
    for (name, id) in [("aria-labelledby", "crash-title"), ("aria-describedby", "crash-about")] {
        dialog.set_attribute(name, id).ok()?;
    }
    let sheet = add(&dialog, "div", "", &[])?;
    add(&sheet, "h2", "Crosstalk has stopped", &[("id", "crash-title")])?;
    let about = "A part of the program found something that must never be so. Nothing that you did is at fault. The file below \
                 holds your board, the seed and everything that was done: keep it, open it again on this page by “Open a file…”, \
                 or send it to whoever can mend this.";
    add(&sheet, "p", about, &[("id", "crash-about")])?;
    let buttons = add(&sheet, "div", "", &[("class", "crash-does")])?;
    let mut first = None;
    if let Some(file) = file() {
        if let Ok(address) = files::address_of(&file) {
            let attributes = [("class", "main"), ("href", address.as_str()), ("download", "crosstalk-stopped.json")];
            first = add(&buttons, "a", "Save the file", &attributes);
        }
        let copy = add(&buttons, "button", "Copy", &[("type", "button"), ("class", "out")])?;
        offer_copy(&copy, file);
    }
    let again = add(&buttons, "a", "Reload the page", &[("class", "out"), ("href", "")])?;
    let time = TIME.get();
    let seed = RUN.with(|run| run.try_borrow().ok().and_then(|run| run.as_ref().map(|(_, repro)| repro.seed)));
    if let Some(seed) = seed {
        add(&sheet, "p", &format!("seed {seed}, time {time}"), &[("class", "crash-where")])?;
    }
    add(&sheet, "pre", text, &[("tabindex", "0"), ("role", "region"), ("aria-label", "What the program found")])?;
    hide_the_rest(&dialog);
    first.unwrap_or(again).dyn_into::<HtmlElement>().ok()?.focus().ok()
}

/// Nothing behind the dialog can be reached any more.
fn hide_the_rest(dialog: &Element) {
    let mut other = dialog.previous_element_sibling();
    while let Some(element) = other {
        let _kept_if_refused = element.set_attribute("inert", "");
        other = element.previous_element_sibling();
    }
}

/// Puts the file on the clipboard when the button is pressed.
fn offer_copy(button: &Element, file: String) {
    let pressed = button.clone();
    let copy = Closure::<dyn Fn()>::new(move || {
        let done = write_to_clipboard(&file).is_some();
        pressed.set_text_content(Some(if done { "Copied" } else { "The browser does not allow it" }));
    });
    let _no_button = button.add_event_listener_with_callback("click", copy.as_ref().unchecked_ref());
    copy.forget();
}

fn write_to_clipboard(text: &str) -> Option<()> {
    let get = |of: &JsValue, name: &str| Reflect::get(of, &JsValue::from_str(name)).ok();
    let clipboard = get(&get(&window(), "navigator")?, "clipboard")?;
    let write: Function = get(&clipboard, "writeText")?.dyn_into().ok()?;
    write.call1(&clipboard, &JsValue::from_str(text)).ok().map(|_| ())
}

fn add(to: &Element, name: &str, text: &str, attributes: &[(&str, &str)]) -> Option<Element> {
    let element = document().create_element(name).ok()?;
    element.set_text_content(Some(text));
    for (name, value) in attributes {
        element.set_attribute(name, value).ok()?;
    }
    to.append_child(&element).ok()?;
    Some(element)
}
