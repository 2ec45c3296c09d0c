//! How high the pane is: its upper edge is dragged, or moved by keys.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html;
use leptos::prelude::*;

/// How high it is at first, in pixels.
pub const HEIGHT: f64 = 330.0;
const LEAST: f64 = 160.0;
const MOST: f64 = 900.0;
/// What a press of an arrow key does.
const STEP: f64 = 24.0;

/// The edge that is dragged.
#[component]
pub fn Grip(height: RwSignal<f64>) -> impl IntoView {
    let edge = NodeRef::<html::Div>::new();
    let from = StoredValue::new(None::<(f64, f64)>);
    let set = move |to: f64| height.set(to.clamp(LEAST, MOST));
    let press = move |event: PointerEvent| {
        event.prevent_default();
        if let Some(edge) = edge.get_untracked() {
            // A pointer that is gone already cannot be captured, and drags nothing.
            let _ = edge.set_pointer_capture(event.pointer_id());
        }
        from.set_value(Some((f64::from(event.client_y()), height.get_untracked())));
    };
    let moved = move |event: PointerEvent| {
        if let Some((y, before)) = from.get_value() {
            set(before + y - f64::from(event.client_y()));
        }
    };
    let keyed = move |event: KeyboardEvent| {
        match event.key().as_str() {
            "ArrowUp" => set(height.get_untracked() + STEP),
            "ArrowDown" => set(height.get_untracked() - STEP),
            "Home" => set(LEAST),
            "End" => set(MOST),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    view! {
        <div
            class="pane-grip"
            node_ref=edge
            role="separator"
            tabindex="0"
            aria-label="How high the facts are"
            aria-orientation="horizontal"
            aria-valuemin=LEAST.to_string()
            aria-valuemax=MOST.to_string()
            aria-valuenow=move || height.get().to_string()
            on:pointerdown=press
            on:pointermove=moved
            on:lostpointercapture=move |_| from.set_value(None)
            on:keydown=keyed
        ></div>
    }
}
