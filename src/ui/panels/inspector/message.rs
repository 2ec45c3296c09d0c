//! A message or a record: header, body, and what has happened to it so far.

use leptos::prelude::*;

use super::facts::FactList;
use super::figures::Figures;
use crate::ui::panels::hold::part;
use crate::ui::panels::words::key_class;
use crate::view::{MessageInspection, Shape};

/// The shape's outline in a square of 16, and the kind of message that it stands for.
fn outline(shape: Shape) -> (&'static str, &'static str) {
    match shape {
        Shape::Square => ("M2.5 2.5h11v11h-11z", "a command"),
        Shape::Circle => ("M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12z", "an event"),
        Shape::Diamond => ("M8 1.5l6.5 6.5-6.5 6.5L1.5 8z", "a document"),
        Shape::Triangle => ("M8 2l6.5 11.5h-13z", "a reply"),
    }
}

/// The message.
#[component]
pub fn MessagePage(message: Signal<MessageInspection>) -> impl IntoView {
    let shape = part(message, |message| outline(message.shape));
    let key = part(message, |message| message.key);
    let body = part(message, |message| message.body.clone());
    view! {
        <header class="who">
            <h2>
                <svg
                    class=move || format!("shape {}", key_class(key.get()))
                    viewBox="0 0 16 16"
                    width="18"
                    height="18"
                    role="img"
                    aria-label=move || shape.get().1
                >
                    <path d=move || shape.get().0 />
                </svg>
                {move || message.with(|message| message.title.clone())}
            </h2>
            <p class="kind">{move || shape.get().1} {move || key.get().map(|key| format!(" with key {key}"))}</p>
        </header>
        <div class="block">
            <h4>"Header"</h4>
            <Figures pairs=part(message, |message| message.header.clone()) />
        </div>
        <Show when=move || body.with(|body| !body.is_empty())>
            <div class="block">
                <h4>"Body"</h4>
                <Figures pairs=body />
            </div>
        </Show>
        <div class="block">
            <h4>"Its path so far"</h4>
            <div class="path">
                <FactList facts=part(message, |message| message.path.clone()) />
            </div>
        </div>
    }
}
