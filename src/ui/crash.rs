//! What is shown when an invariant of the program is broken: plain elements, since nothing else works any more.

use std::panic::PanicHookInfo;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use leptos::prelude::document;
use web_sys::Element;

static SEED: AtomicU64 = AtomicU64::new(0);
static TIME: AtomicU64 = AtomicU64::new(0);
static STOPPED: AtomicBool = AtomicBool::new(false);

/// Whether a panic was shown: then nothing may run on.
pub fn stopped() -> bool {
    STOPPED.load(Ordering::Relaxed)
}

/// Keeps what tells how to see it again.
pub fn remember(seed: u64, time: crate::sim::Time) {
    SEED.store(seed, Ordering::Relaxed);
    TIME.store(time.0, Ordering::Relaxed);
}

/// Shows a panic on the page, besides writing it to the console.
pub fn watch() {
    std::panic::set_hook(Box::new(|info: &PanicHookInfo| {
        STOPPED.store(true, Ordering::Relaxed);
        console_error_panic_hook::hook(info);
        // Nothing may panic in here.
        let _ = show(&info.to_string());
    }));
}

fn show(text: &str) -> Option<()> {
    let body = document().body()?;
    if body.query_selector(".crash").ok()?.is_some() {
        return None;
    }
    let time = crate::sim::Time(TIME.load(Ordering::Relaxed));
    let dialog = add(&body, "div", "")?;
    dialog.set_attribute("class", "crash").ok()?;
    dialog.set_attribute("role", "alertdialog").ok()?;
    dialog.set_attribute("aria-label", "Crosstalk has stopped").ok()?;
    let sheet = add(&dialog, "div", "")?;
    add(&sheet, "h2", "Crosstalk has stopped")?;
    add(
        &sheet,
        "p",
        "A part of the program found something that must never be so. Nothing that you did is at fault. To see it again:",
    )?;
    add(&sheet, "p", &format!("seed {}, time {time}", SEED.load(Ordering::Relaxed)))?;
    add(&sheet, "pre", text)?;
    let again = add(&sheet, "a", "Reload the page")?;
    again.set_attribute("href", "").ok()
}

fn add(to: &Element, name: &str, text: &str) -> Option<Element> {
    let element = document().create_element(name).ok()?;
    element.set_text_content(Some(text));
    to.append_child(&element).ok()?;
    Some(element)
}
