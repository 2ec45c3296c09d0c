//! The switch that skips quiet time, and how much was skipped just now.

use leptos::prelude::*;

use crate::ui::icons::{Glyph, Icon};
use crate::ui::state::Ui;
use crate::view::skipped_words;

/// The switch.
#[component]
pub fn SkipQuiet() -> impl IntoView {
    let quiet = Ui::here().quiet;
    view! {
        <button
            class="tool quiet-time"
            role="switch"
            aria-label="Skip quiet time"
            title="Skip quiet time (Q): play goes on where something happens next"
            aria-checked=move || quiet.on.get().to_string()
            on:click=move |_| quiet.toggle()
        >
            <Icon of=Glyph::Quiet />
        </button>
    }
}

/// What the clock says of it.
#[component]
pub fn Skipped() -> impl IntoView {
    let quiet = Ui::here().quiet;
    view! { <small class="skipped">{move || quiet.news.get().map(skipped_words)}</small> }
}
