//! The panels around the board: inspector, verdict, violation, strip of time, failures.

use leptos::prelude::*;

/// Everything about what is selected.
#[component]
pub fn Inspector() -> impl IntoView {
    view! { <div class="inspector"></div> }
}

/// The checks, always in sight.
#[component]
pub fn Verdict() -> impl IntoView {
    view! { <div class="verdict"></div> }
}

/// The latest violation, in a sentence, at the bottom left of the board.
#[component]
pub fn HintCard() -> impl IntoView {
    view! { <div class="hint-place"></div> }
}

/// The strip of time under the board.
#[component]
pub fn TimeStrip() -> impl IntoView {
    view! { <div class="strip"></div> }
}

/// Failures to start, pinned and planned.
#[component]
pub fn BreakPanel() -> impl IntoView {
    view! { <div class="break-panel"></div> }
}
