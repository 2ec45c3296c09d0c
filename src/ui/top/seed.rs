//! The seed: the same board with the same seed is the same run.

use leptos::prelude::*;

use crate::ui::state::Ui;

/// The field.
#[component]
pub fn Seed() -> impl IntoView {
    let ui = Ui::here();
    let seed = Memo::new(move |_| ui.opened.with(|opened| opened.seed));
    let wrong = RwSignal::new(false);
    let change = move |event| {
        let text: String = event_target_value(&event);
        match text.trim().parse::<u64>() {
            Ok(to) => {
                wrong.set(false);
                if to != seed.get_untracked() {
                    ui.set_seed(to);
                }
            }
            Err(_) => {
                wrong.set(true);
                ui.complain(format!("A seed is a whole number from 0 to {}, not “{}”.", u64::MAX, text.trim()));
            }
        }
    };
    view! {
        <label class="seed" title="The same board with the same seed is the same run. A change starts again at 0.">
            <span>"Seed"</span>
            <input
                aria-label="Seed"
                inputmode="numeric"
                autocomplete="off"
                spellcheck="false"
                maxlength="20"
                aria-invalid=move || wrong.get().to_string()
                prop:value=move || seed.get().to_string()
                on:change=change
            />
        </label>
    }
}
