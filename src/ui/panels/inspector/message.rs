//! A message or a record: header, body, and what has happened to it so far.

use leptos::prelude::*;

use super::facts::FactList;
use super::figures::Figures;
use crate::ui::list::List;
use crate::ui::panels::failing::failure_buttons;
use crate::ui::panels::gloss::term;
use crate::ui::panels::hands::Hands;
use crate::ui::panels::hold::part;
use crate::ui::panels::words::key_class;
use crate::view::{CopyRow, Failure, MessageInspection, ReadRow, ReaderRow, Selection, Shape};

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
    let hands = Hands::here();
    let id = part(message, |message| message.id);
    let key = part(message, |message| message.key);
    let waits = part(message, |message| message.waits.clone());
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
            <button type="button" class="small" title="Its facts and a space-time diagram" on:click=move |_| hands.follow.run(id.get_untracked())>
                "Follow"
            </button>
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
        <Show when=move || waits.with(Option::is_some)>
            <div class="block">
                <h4>"What it waits for"</h4>
                <p class="why">{move || waits.get()}</p>
                <div class="ways">
                    <button type="button" class="small" title="The moments that led to it" on:click=move |_| hands.ask.run(id.get_untracked())>
                        "Why does it wait?"
                    </button>
                </div>
            </div>
        </Show>
        <OnItsWay failures=part(message, |message| message.failures.clone()) />
        <Copies copies=part(message, |message| message.copies.clone()) />
        <Readers readers=part(message, |message| message.readers.clone()) />
        <div class="block">
            <h4>"Its path so far"</h4>
            <div class="path">
                <FactList facts=part(message, |message| message.path.clone()) />
            </div>
        </div>
    }
}

/// What can be done to it while it is on its way.
#[component]
fn OnItsWay(failures: Signal<Vec<Failure>>) -> impl IntoView {
    let hands = Hands::here();
    let refused = part(failures, |all| {
        let refused = all.iter().filter(|one| !one.refused.is_empty());
        refused.map(|one| format!("{}: {}", one.verb, one.refused)).collect::<Vec<_>>().join(" ")
    });
    view! {
        <Show when=move || failures.with(|all| !all.is_empty())>
            <div class="block">
                <h4>"On its way"</h4>
                {failure_buttons(failures, Signal::stored("this message".to_owned()), hands.act)}
                <p class="why">{refused}</p>
            </div>
        </Show>
    }
}

/// Where it lies in logs, where that is more than once.
#[component]
fn Copies(copies: Signal<Vec<CopyRow>>) -> impl IntoView {
    let hands = Hands::here();
    view! {
        <Show when=move || { copies.with(Vec::len) > 1 }>
            <div class="block">
                <h4>"Copies of the same message"</h4>
                <ul class="outbox">
                    <List each=move || copies.get() key=|copy| (copy.record, copy.shown) let:copy>
                        <li>
                            <button
                                type="button"
                                aria-current=copy.shown.then_some("true")
                                title="Show this record"
                                on:click=move |_| hands.select.run(Selection::Record(copy.record))
                            >
                                <span class="row-label">{copy.name.clone()}</span>
                                <span class="row-state">{if copy.shown { "this one" } else { "" }}</span>
                            </button>
                        </li>
                    </List>
                </ul>
                <p class="why">"The id is the same: a reader that keeps the ids it has handled does nothing twice."</p>
            </div>
        </Show>
    }
}

/// Who has read the record.
#[component]
fn Readers(readers: Signal<Vec<ReaderRow>>) -> impl IntoView {
    let hands = Hands::here();
    let read = move |row: &ReadRow| {
        let time = row.time;
        view! {
            <button type="button" class="small" title="Go to this moment" on:click=move |_| hands.seek.run(time)>
                {row.who.clone()} " at " {row.at.clone()}
            </button>
        }
    };
    view! {
        <Show when=move || readers.with(|readers| !readers.is_empty())>
            <div class="block readers">
                <h4>"Who has read it"</h4>
                <List
                    each=move || readers.get()
                    key=|reader| (reader.group.clone(), reader.committed, reader.read.len())
                    let:reader
                >
                    <div class="reader">
                        <span class="process-name">{reader.group.clone()}</span>
                        <span class="process-state">
                            {match (reader.committed, reader.read.is_empty()) {
                                (true, _) => term("committed"),
                                (false, true) => "not read yet".into_any(),
                                (false, false) => "not committed".into_any(),
                            }}
                        </span>
                        <div class="ways">{reader.read.iter().map(read).collect_view()}</div>
                    </div>
                </List>
            </div>
        </Show>
    }
}
