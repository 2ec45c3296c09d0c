//! What the step buttons go by: a small list beside them.

use leptos::prelude::*;

use crate::ui::state::Ui;
use crate::view::StepBy;

/// The list.
#[component]
pub fn StrideChoice() -> impl IntoView {
    let ui = Ui::here();
    let choose = move |place: String| {
        let chosen = place.parse::<usize>().ok().and_then(|place| StepBy::ALL.get(place).copied());
        ui.step_by.set(chosen.unwrap_or_default());
    };
    let option = move |(place, by): (usize, StepBy)| {
        view! {
            <option value=place.to_string() selected=move || ui.step_by.get() == by>
                {by.name()}
            </option>
        }
    };
    view! {
        <select
            class="stride"
            aria-label="What a step goes by"
            title="Steps (, and .) go by facts, by moments worth seeing, by what happens to the message that is followed or selected, or by the requests of a rebalance"
            on:change:target=move |event| choose(event.target().value())
        >
            {StepBy::ALL.into_iter().enumerate().map(option).collect_view()}
        </select>
    }
}
