//! Breakpoints: chosen from lists, listed, taken away.

use leptos::prelude::*;

use super::state::Pane;
use crate::ui::icons::{Glyph, Icon};
use crate::ui::list::List;
use crate::ui::panels::hold::told_apart;
use crate::ui::panels::keys::focus;
use crate::view::{StopChoice, StopKind};

/// The page.
#[component]
pub fn StopsPage() -> impl IntoView {
    let pane = Pane::here();
    let kind = RwSignal::new(StopKind::Violated);
    let picks = RwSignal::new(Vec::<usize>::new());
    // What can be chosen is the board's; it changes with the frame.
    let choices = Memo::new(move |_| {
        pane.ui.frame.track();
        let (kind, picks) = (kind.get(), picks.get());
        pane.ui.read(|session| session.stop_choices(kind, &picks)).unwrap_or_default()
    });
    let empty = Memo::new(move |_| choices.with(|choices| choices.iter().any(|choice| choice.options.is_empty())));
    let choose = move |place: String| {
        picks.set(Vec::new());
        kind.set(place.parse().ok().and_then(|place: usize| StopKind::ALL.get(place).copied()).unwrap_or(StopKind::Violated));
    };
    let kinds = StopKind::ALL.into_iter().enumerate();
    let kinds = kinds.map(|(place, kind)| view! { <option value=place.to_string()>{kind.name()}</option> }).collect_view();
    let add = move |_| pane.add_stop(kind.get_untracked(), &picks.get_untracked());
    view! {
        <div class="pane-tools">
            <label class="stop-choice">
                <span>"Stop when"</span>
                <select on:change:target=move |event| choose(event.target().value())>{kinds}</select>
            </label>
            <List each=move || choices.get().into_iter().enumerate() key=|(place, choice)| (*place, choice.label, choice.options.clone()) let:one>
                {one_choice(one, picks)}
            </List>
            <button type="button" class="small" data-stop-add="" disabled=empty on:click=add>
                <Icon of=Glyph::Plus />
                "Add"
            </button>
        </div>
        <ul class="stops">
            <List each=move || told_apart(&pane.stops.get()).into_iter().enumerate() key=|stop| stop.clone() let:stop>
                {one_stop(pane, stop.0, stop.1.0)}
            </List>
        </ul>
        <Show when=move || pane.stops.with(Vec::is_empty)>
            <p class="pane-empty">"Play stops nowhere by itself. A breakpoint stops it exactly where something happens for the first time."</p>
        </Show>
    }
}

fn one_choice((place, choice): (usize, StopChoice), picks: RwSignal<Vec<usize>>) -> AnyView {
    let take = move |to: String| {
        picks.update(|picks| {
            // What is chosen after this depends on it.
            picks.truncate(place);
            picks.resize(place, 0);
            picks.push(to.parse().unwrap_or_default());
        });
    };
    let none = choice.options.is_empty().then(|| view! { <option>"none on this board"</option> });
    let options = choice.options.into_iter().enumerate();
    let chosen = move |at: usize| picks.with(|picks| picks.get(place).copied().unwrap_or_default()) == at;
    let options = options
        .map(|(at, words)| view! { <option value=at.to_string() selected=move || chosen(at)>{words}</option> })
        .collect_view();
    view! {
        <label class="stop-choice">
            <span>{choice.label}</span>
            <select on:change:target=move |event| take(event.target().value())>{none} {options}</select>
        </label>
    }
    .into_any()
}

fn one_stop(pane: Pane, place: usize, words: String) -> AnyView {
    let label = format!("Take away the breakpoint: {words}");
    let remove = move |_| {
        pane.remove_stop(place);
        // What had the focus is gone.
        if let Ok(Some(add)) = document().query_selector("[data-stop-add]") {
            focus(&add);
        }
    };
    view! {
        <li>
            <span>{words}</span>
            <button type="button" class="tool" aria-label=label title="Take it away" on:click=remove>
                <Icon of=Glyph::Close />
            </button>
        </li>
    }
    .into_any()
}
