//! Putting something new into programs: a line at a place, a handler.

use leptos::prelude::*;

use crate::editor::{Operation, ProgramEdit};
use crate::sim::NodeId;
use crate::ui::list::List;
use crate::ui::panels::hands::Hands;

use super::Bench;

/// A menu that is read when it is about to be opened, and always shows its heading.
#[component]
fn Menu(
    /// What it offers.
    label: Signal<String>,
    /// What it is known by.
    id: Signal<String>,
    /// The words that it shows.
    heading: &'static str,
    /// What it offers now: words, and why not (empty where it can be had).
    offers: Callback<(), Vec<(String, String)>>,
    /// Takes the one at a place.
    pick: Callback<usize>,
) -> impl IntoView {
    let offered = RwSignal::new(Vec::<(String, String)>::new());
    let read = move || offered.set(offers.run(()));
    let places = move || offered.with(|offered| offered.iter().cloned().enumerate().collect::<Vec<_>>());
    view! {
        <select
            class="edit-add"
            aria-label=label
            data-add=id
            on:pointerdown=move |_| read()
            on:focus=move |_| read()
            on:change:target=move |event| {
                let menu = event.target();
                if let Ok(at) = menu.value().parse::<usize>() {
                    menu.set_selected_index(0);
                    pick.run(at);
                }
            }
        >
            <option value="">{heading}</option>
            <List each=places key=|place| place.clone() let:place>
                {
                    let (at, (words, refused)) = place;
                    let told = if refused.is_empty() { words } else { format!("{words}: {refused}") };
                    view! { <option value=at.to_string() disabled=!refused.is_empty()>{told}</option> }
                }
            </List>
        </select>
    }
}

/// A place for a new line.
#[component]
pub fn AddLine(
    /// Whose program it is.
    bench: Bench,
    /// The place, counted from 0.
    at: Signal<usize>,
    /// The place in words.
    place: Signal<String>,
) -> impl IntoView {
    let hands = bench.hands;
    let all = move || hands.lines.run((bench.service, bench.handler, at.get_untracked()));
    let offers = move |()| all().into_iter().map(|offer| (offer.words, offer.refused.unwrap_or_default())).collect();
    let pick = move |nth: usize| {
        if let Some(offer) = all().into_iter().nth(nth) {
            let at = at.get_untracked();
            if bench.change(ProgramEdit::AddLine { handler: bench.handler, at, does: offer.does }) {
                bench.focus_on(format!("li:nth-child({}) :is(select, input, button)", at + 1));
            }
        }
    };
    view! {
        <Menu
            label=Signal::derive(move || format!("Add a line {}", place.get()))
            id=Signal::derive(move || at.get().to_string())
            heading="+ line"
            offers=Callback::new(offers)
            pick=Callback::new(pick)
        />
    }
}

/// A menu of what a service could handle besides.
#[component]
pub fn AddHandler(
    /// The service.
    service: NodeId,
) -> impl IntoView {
    let hands = Hands::here();
    let refused = RwSignal::new(None::<String>);
    let all = move || hands.handlers.run(service);
    let words = |on: &str, from: &Option<String>| match from {
        Some(topic) => format!("on {on} from {topic}"),
        None => format!("on {on}, as a request"),
    };
    let offers =
        move |()| all().into_iter().map(|offer| (words(&offer.on, &offer.from), offer.refused.unwrap_or_default())).collect();
    let pick = move |nth: usize| {
        if let Some(offer) = all().into_iter().nth(nth) {
            let change = ProgramEdit::AddHandler { on: offer.on, from: offer.from };
            refused.set(hands.make.run(Operation::Program(service, change)));
        }
    };
    view! {
        <div class="block edit-handlers">
            <Menu
                label=Signal::stored("Add a handler".to_owned())
                id=Signal::stored("handler".to_owned())
                heading="+ handler"
                offers=Callback::new(offers)
                pick=Callback::new(pick)
            />
            {move || refused.get().map(|why| view! { <p class="refused" role="alert">{why}</p> })}
        </div>
    }
}
