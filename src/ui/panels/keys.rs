//! Arrow keys within a row of controls.

use leptos::ev::KeyboardEvent;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement};

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
