//! The keyboard: arrow keys within a row of controls, and where the focus goes.

use leptos::ev::{Event, FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::{GetUntracked, NodeRef};
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::JsValue;
use leptos::web_sys::{Element, HtmlElement, Node};

/// How far an arrow key moves within a row: one back, one on; none for other keys.
pub fn step_of(event: &KeyboardEvent) -> Option<i32> {
    match event.key().as_str() {
        "ArrowLeft" | "ArrowUp" => Some(-1),
        "ArrowRight" | "ArrowDown" => Some(1),
        _ => None,
    }
}

/// Focuses the control beside the one that the key was pressed on, round the ends.
pub fn focus_neighbour(event: &KeyboardEvent, step: i32) {
    let Some(here) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    let (near, far) = if step < 0 {
        (here.previous_element_sibling(), here.parent_element().and_then(|row| row.last_element_child()))
    } else {
        (here.next_element_sibling(), here.parent_element().and_then(|row| row.first_element_child()))
    };
    if let Some(next) = near.or(far) {
        focus(&next);
    }
}

/// Focuses an element, if it can be.
pub fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        // An element that has gone cannot be focused, and need not be.
        let _ = element.focus();
    }
}

/// Whether the key closes what is open: Escape, which nobody further out hears then.
pub fn closes(event: &KeyboardEvent, is_open: bool) -> bool {
    let closes = event.key() == "Escape" && is_open;
    if closes {
        event.stop_propagation();
    }
    closes
}

/// Gives the focus back to the button that opened something.
pub fn back_to(button: NodeRef<html::Button>) {
    if let Some(button) = button.get_untracked() {
        focus(&button);
    }
}

/// Whether the focus leaves the element that listens. The browser also says so when a focused element is taken away: its
/// signals are gone by then, and so this asks none.
pub fn leaves(event: &FocusEvent) -> bool {
    let to = event.related_target().and_then(|to| to.dyn_into::<Node>().ok());
    let here = event.current_target().and_then(|here| here.dyn_into::<Node>().ok());
    !here.is_some_and(|here| here.contains(to.as_ref()))
}

/// Whether the part that an event of its fold comes from is unfolded now.
pub fn unfolded(event: &Event) -> bool {
    let part = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    part.is_some_and(|part| part.has_attribute("open"))
}

/// What is written before a letter for the key that goes with commands: `⌘` on a Mac, `Ctrl+` elsewhere.
pub fn modifier() -> &'static str {
    let of = |of: &JsValue, name: &str| js_sys::Reflect::get(of, &JsValue::from_str(name)).ok();
    let platform = of(&js_sys::global(), "navigator").and_then(|navigator| of(&navigator, "platform"));
    let apple = platform.and_then(|platform| platform.as_string()).is_some_and(|platform| platform.starts_with("Mac"));
    if apple { "⌘" } else { "Ctrl+" }
}
