//! Putting something new into programs: a line at a place, a handler.

use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;

use crate::editor::{Operation, ProgramEdit};
use crate::sim::NodeId;
use crate::ui::list::List;
use crate::ui::panels::hands::Hands;
use crate::ui::panels::keys::{back_to, closes, focus, focus_neighbour, leaves, step_of};

use super::Bench;

/// What is offered: words, and why not (empty where it can be had).
type Offers = Vec<(String, String)>;

/// A button with a menu that is read when it opens.
#[component]
fn Menu(
    /// What it offers.
    label: Signal<String>,
    /// What it is known by.
    id: Signal<String>,
    /// The words on the button.
    heading: &'static str,
    /// What it offers now.
    offers: Callback<(), Offers>,
    /// Takes the one at a place.
    pick: Callback<usize>,
) -> impl IntoView {
    let offered = RwSignal::new(None::<Offers>);
    let is_open = Memo::new(move |_| offered.with(Option::is_some));
    let button = NodeRef::<html::Button>::new();
    let list = NodeRef::<html::Div>::new();
    // The menu takes the focus once it is there.
    Effect::new(move |_| {
        if let Some(first) = list.get().and_then(|list| list.first_element_child()) {
            focus(&first);
        }
    });
    let close = move || {
        offered.set(None);
        back_to(button);
    };
    let keyed = move |event: KeyboardEvent| {
        let is_open = is_open.get_untracked();
        if closes(&event, is_open) {
            close();
        } else if let Some(step) = step_of(&event).filter(|_| is_open) {
            event.prevent_default();
            focus_neighbour(&event, step);
        }
    };
    let left = move |event: FocusEvent| {
        if leaves(&event) {
            offered.try_set(None);
        }
    };
    let places = move || offered.get().unwrap_or_default().into_iter().enumerate().collect::<Vec<_>>();
    view! {
        <div class="edit-menu" on:keydown=keyed on:focusout=left>
            <button
                type="button"
                class="edit-add"
                node_ref=button
                aria-label=label
                aria-haspopup="menu"
                aria-expanded=move || is_open.get().to_string()
                data-add=id
                on:click=move |_| offered.set(if is_open.get_untracked() { None } else { Some(offers.run(())) })
            >
                {heading}
            </button>
            <Show when=move || is_open.get()>
                <div class="edit-offers" role="menu" aria-label=label node_ref=list>
                    <List each=places key=|place| place.clone() let:place>
                        {
                            let (at, (words, refused)) = place;
                            let can = refused.is_empty();
                            view! {
                                <button
                                    type="button"
                                    role="menuitem"
                                    tabindex="-1"
                                    aria-disabled=(!can).then_some("true")
                                    on:click=move |_| {
                                        if can {
                                            close();
                                            pick.run(at);
                                        }
                                    }
                                >
                                    {words}
                                    {(!can).then(|| view! { <small>{refused}</small> })}
                                </button>
                            }
                        }
                    </List>
                </div>
            </Show>
        </div>
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
                bench.focus_on(format!("[data-add=\"{}\"]", at + 1));
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
