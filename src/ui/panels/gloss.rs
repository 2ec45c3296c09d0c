//! Words of the field, dotted below; what one means is shown beside it, never over it.

use leptos::ev::Event;
use leptos::leptos_dom::helpers::set_timeout;
use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast, closure::Closure};
use leptos::web_sys::{Element, KeyboardEvent};
use std::time::Duration;

use super::hands::Hands;
use crate::view::{TextSpan, explain, spans};

/// A word whose meaning is shown, and where it stands in the window, in CSS pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Gloss {
    /// The word as it stands there.
    pub word: String,
    /// What it means.
    pub explanation: &'static str,
    /// Its left, top and bottom edge.
    pub at: (f64, f64, f64),
}

/// How long the meaning stays once the pointer has left the word, so that the pointer can go over to it.
const LINGERS: Duration = Duration::from_millis(180);
/// How wide the card is, with its distance from the window's edges, in CSS pixels.
const WIDTH: f64 = 296.0;
/// Below this many CSS pixels of room the card is above the word.
const ROOM: f64 = 150.0;

/// A word by itself, as in a heading: with its meaning if it has one. The Tab key reaches it.
pub fn term(word: &str) -> AnyView {
    match explain(word) {
        Some(explanation) => button(word.to_owned(), explanation, "0"),
        None => word.to_owned().into_any(),
    }
}

/// A word of a program. The Tab key passes it by, so that the gaps for pins follow each other; the list of all words has it.
pub fn keyword(word: &str) -> AnyView {
    match explain(word) {
        Some(explanation) => button(word.to_owned(), explanation, "-1"),
        None => word.to_owned().into_any(),
    }
}

/// A text with its words explained. The Tab key passes them by, as in [`keyword`]: a page would have a hundred stops.
pub fn words(text: &str) -> AnyView {
    let piece = |span| match span {
        TextSpan::Plain(text) => text.into_any(),
        TextSpan::Term { text, explanation } => button(text, explanation, "-1"),
    };
    spans(text).into_iter().map(piece).collect_view().into_any()
}

fn button(word: String, explanation: &'static str, tabindex: &'static str) -> AnyView {
    let gloss = Hands::here().gloss;
    let shown = word.clone();
    let show = Callback::new(move |event: Event| {
        let Some(here) = event.target().and_then(|here| here.dyn_into::<Element>().ok()) else { return };
        let rect = here.get_bounding_client_rect();
        gloss.set(Some(Gloss { word: shown.clone(), explanation, at: (rect.left(), rect.top(), rect.bottom()) }));
    });
    view! {
        <button
            type="button"
            class="term"
            tabindex=tabindex
            aria-description=explanation
            on:pointerenter=move |event| {
                if event.pointer_type() == "mouse" {
                    show.run(event.into());
                }
            }
            on:pointerleave=move |_| leave(gloss)
            on:focus=move |event| show.run(event.into())
            on:blur=move |_| leave(gloss)
            on:click=move |event| show.run(event.into())
        >
            {word}
        </button>
    }
    .into_any()
}

/// Takes the meaning away after a moment, unless the pointer has gone to it or to another word by then.
fn leave(gloss: RwSignal<Option<Gloss>>) {
    let close = move || {
        let held = document().query_selector(".gloss:hover, .term:hover, .term:focus-visible").ok().flatten();
        if held.is_none() {
            gloss.try_set(None);
        }
    };
    set_timeout(close, LINGERS);
}

/// The card with the meaning: one for the whole page. Escape takes it away, and nothing else with it.
#[component]
pub fn GlossCard(
    /// The word whose meaning is shown.
    gloss: RwSignal<Option<Gloss>>,
) -> impl IntoView {
    let escape = Closure::<dyn Fn(KeyboardEvent)>::new(move |event: KeyboardEvent| {
        if event.key() == "Escape" && gloss.try_get_untracked().flatten().is_some() {
            gloss.try_set(None);
            event.prevent_default();
            event.stop_propagation();
        }
    });
    // Before anything below hears of the key.
    let listen = escape.as_ref().unchecked_ref();
    let _ = document().add_event_listener_with_callback_and_bool("keydown", listen, true);
    let kept = StoredValue::new_local(Some(escape));
    on_cleanup(move || {
        if let Some(escape) = kept.try_update_value(Option::take).flatten() {
            let listen = escape.as_ref().unchecked_ref();
            let _ = document().remove_event_listener_with_callback_and_bool("keydown", listen, true);
        }
    });
    move || {
        gloss.get().map(|gloss_now| {
            let (left, top, bottom) = gloss_now.at;
            let size =
                |side: Result<leptos::wasm_bindgen::JsValue, _>| side.ok().and_then(|side| side.as_f64()).unwrap_or(1_000.0);
            let (width, height) = (size(window().inner_width()), size(window().inner_height()));
            let left = left.min(width - WIDTH - 8.0).max(8.0);
            let place = if height - bottom > ROOM {
                format!("left:{left}px;top:{}px", bottom + 6.0)
            } else {
                format!("left:{left}px;bottom:{}px", height - top + 6.0)
            };
            view! {
                <div class="gloss" role="tooltip" style=place on:pointerleave=move |_| leave(gloss)>
                    <b>{gloss_now.word}</b>
                    <p>{gloss_now.explanation}</p>
                </div>
            }
        })
    }
}
