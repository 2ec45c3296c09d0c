//! What the open board shows and what to try on it: a card that folds away.

use leptos::prelude::*;

use crate::ui::icons::{Glyph, Icon};

use super::state::StageState;

/// The card.
#[component]
pub fn Tries() -> impl IntoView {
    let stage = StageState::here();
    let opened = stage.ui.opened;
    let open = RwSignal::new(roomy());
    // A violation has more to say: it takes the room, once.
    let violated = Memo::new(move |_| stage.ui.verdict.with(|checks| checks.iter().any(|check| !check.violations.is_empty())));
    Effect::new(move |_| {
        if violated.get() {
            open.set(false);
        }
    });
    Effect::new(move |_| {
        if stage.theme.presenter.get() {
            open.set(false);
        }
    });
    let any = Memo::new(move |_| opened.with(|board| !board.about.is_empty() || !board.tries.is_empty()));
    let about = Memo::new(move |_| opened.with(|board| board.about.clone()));
    let steps = Memo::new(move |_| opened.with(|board| board.tries.clone()));
    view! {
        <Show when=move || any.get()>
            <section class="try-card" class:folded=move || !open.get() aria-label="What to try">
                <button
                    class="try-head"
                    aria-expanded=move || open.get().to_string()
                    on:click=move |_| open.update(|open| *open = !*open)
                >
                    "What to try"
                    <Icon of=Glyph::Down />
                </button>
                <Show when=move || open.get()>
                    <p>{about}</p>
                    <ol>{move || steps.get().into_iter().map(|step| view! { <li>{step}</li> }).collect_view()}</ol>
                </Show>
            </section>
        </Show>
    }
}

/// Whether the card covers nothing that matters.
fn roomy() -> bool {
    let length = |of: Result<wasm_bindgen::JsValue, _>| of.ok().and_then(|length| length.as_f64()).unwrap_or(0.0);
    length(window().inner_width()) >= 1200.0 && length(window().inner_height()) >= 800.0
}
