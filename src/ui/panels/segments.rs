//! A row of choices of which one is taken.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::ui::list::List;

use super::keys::{focus_neighbour, step_of};

/// A choice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Segment {
    /// Its words.
    pub label: String,
    /// It is the one that is taken.
    pub on: bool,
    /// Why it is not to be had; empty when it is.
    pub refused: String,
}

/// A row of choices. The arrow keys move between them; a click, Enter or Space takes one.
#[component]
pub fn Segments(
    /// What is chosen.
    #[prop(into)]
    label: Signal<String>,
    /// The choices.
    #[prop(into)]
    options: Signal<Vec<Segment>>,
    /// Takes the one at a place.
    #[prop(into)]
    pick: Callback<usize>,
) -> impl IntoView {
    let turn = move |event: KeyboardEvent| {
        if let Some(step) = step_of(&event) {
            event.prevent_default();
            focus_neighbour(&event, step);
        }
    };
    view! {
        <div class="seg" role="radiogroup" aria-label=label on:keydown=turn>
            <List each=move || 0..options.with(Vec::len) key=|at| *at let:at>
                <Choice at options pick />
            </List>
        </div>
    }
}

#[component]
fn Choice(at: usize, options: Signal<Vec<Segment>>, pick: Callback<usize>) -> impl IntoView {
    let me = Memo::new(move |_| options.with(|options| options.get(at).cloned().unwrap_or_default()));
    let refused = move || me.with(|me| !me.refused.is_empty());
    // One of them can be reached by Tab: the one that is taken, or else the first.
    let reached = move || options.with(|all| all.iter().position(|one| one.on).unwrap_or_default() == at);
    view! {
        <button
            type="button"
            role="radio"
            class="seg-one"
            class:on=move || me.with(|me| me.on)
            aria-checked=move || me.with(|me| me.on).to_string()
            aria-disabled=move || refused().then_some("true")
            tabindex=move || if reached() { "0" } else { "-1" }
            title=move || me.with(|me| me.refused.clone())
            on:click=move |_| {
                if me.with_untracked(|me| me.refused.is_empty() && !me.on) {
                    pick.run(at);
                }
            }
        >
            {move || me.with(|me| me.label.clone())}
        </button>
    }
}
