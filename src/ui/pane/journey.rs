//! One message, or all that serve one intent: its diagram, its facts, and both as files.

use leptos::prelude::*;

use super::diagram::DiagramView;
use super::log::why_button;
use super::state::Pane;
use crate::ui::files;
use crate::ui::icons::{Glyph, Icon};
use crate::ui::list::List;
use crate::ui::panels::segments::{Segment, Segments};
use crate::view::{Followed, FollowedFact, Scale};

/// How wide the picture is in a file, in pixels.
const FILE: f64 = 1_200.0;

/// The page.
#[component]
pub fn JourneyPage() -> impl IntoView {
    let pane = Pane::here();
    let nothing = Memo::new(move |_| pane.followed.get().is_none());
    move || if nothing.get() { empty(pane) } else { view! { <Followed_ /> }.into_any() }
}

fn empty(pane: Pane) -> AnyView {
    let newest = move |_| {
        let newest = pane.ui.read(|session| session.newest_request()).flatten();
        match newest {
            Some(message) => pane.follow(message, true),
            None => pane.ui.say("Nothing has been sent yet."),
        }
    };
    view! {
        <div class="pane-empty">
            <p>"Follow one message from its request to the last offset that is committed behind it."</p>
            <p>"Click a message on the board, a record, a row of an outbox or a line of the log, and then Follow. Or:"</p>
            <button type="button" class="small" on:click=newest>"Follow the newest request"</button>
        </div>
    }
    .into_any()
}

#[component]
fn Followed_() -> impl IntoView {
    let pane = Pane::here();
    let lines = RwSignal::new(false);
    let options = Signal::derive(move || {
        let all = matches!(pane.followed.get(), Some(Followed::Intent(_)));
        let segment = |label: &str, on| Segment { label: label.to_owned(), on, refused: String::new() };
        vec![segment("all that came of it", all), segment("this message", !all)]
    });
    let pick = move |which: usize| {
        if let Some(message) = pane.message.get_untracked() {
            pane.follow(message, which == 0);
        }
    };
    let waits = move |_| {
        if let Some(followed) = pane.followed.get_untracked() {
            pane.ask_why_waits(followed);
        }
    };
    let save = move |name: &'static str, text: String| {
        if !files::save(name, &text) {
            pane.ui.complain("The browser did not take the file.");
        }
    };
    let svg = move |_| {
        let text = pane.journey.with_untracked(|journey| {
            let diagram = &journey.diagram;
            journey.svg(Scale { from: diagram.from, to: diagram.to, width: FILE })
        });
        save("crosstalk-message.svg", text);
    };
    let mermaid = move |_| save("crosstalk-message.mmd", pane.journey.with_untracked(crate::view::Journey::mermaid));
    let facts = Memo::new(move |_| {
        let all = lines.get();
        pane.journey.with(|journey| journey.facts.iter().filter(|fact| all || fact.telling).cloned().collect::<Vec<_>>())
    });
    let left_out = Memo::new(move |_| pane.journey.with(|journey| journey.left_out));
    view! {
        <div class="pane-tools">
            <b class="pane-name">{move || pane.journey.with(|journey| journey.name.clone())}</b>
            <Segments label="What is followed" options pick=Callback::new(pick) />
            <label class="pane-check">
                <input type="checkbox" prop:checked=lines on:change=move |event| lines.set(event_target_checked(&event)) />
                "packets and lines too"
            </label>
            <span class="pane-count"></span>
            <button type="button" class="small" title="What keeps it at this time, and what led to that" on:click=waits>
                "What does it wait for?"
            </button>
            <button type="button" class="small" title="The diagram as a picture" on:click=svg>
                <Icon of=Glyph::Save />
                "SVG"
            </button>
            <button type="button" class="small" title="The same as a Mermaid sequence diagram" on:click=mermaid>
                <Icon of=Glyph::Save />
                "Mermaid"
            </button>
            <button type="button" class="small" on:click=move |_| pane.let_go()>"Let go"</button>
        </div>
        <div class="journey">
            <DiagramView />
            <ol class="facts journey-facts" aria-label="Its facts">
                <List each=move || facts.get() key=|fact| fact.id let:fact>
                    <Fact fact />
                </List>
                <Show when=move || { left_out.get() > 0 }>
                    <li class="log-none">{move || format!("… and {} more", left_out.get())}</li>
                </Show>
            </ol>
        </div>
    }
}

#[component]
fn Fact(fact: FollowedFact) -> impl IntoView {
    let pane = Pane::here();
    let FollowedFact { id, line, asks, .. } = fact;
    let time = line.time;
    let chosen = move || pane.chosen.get() == Some(id);
    let row = NodeRef::<leptos::html::Li>::new();
    Effect::new(move |_| {
        if let (true, Some(row)) = (chosen(), row.get()) {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            row.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
    view! {
        <li node_ref=row class:here=chosen class:later=move || { time > pane.journey.with(|journey| journey.cursor) }>
            <button
                type="button"
                title="Go to this moment"
                aria-current=move || chosen().then_some("true")
                on:click=move |_| pane.choose(id, time)
            >
                <time>{line.at.clone()}</time>
                <span class="fact"><b>{line.who.clone()}</b> " " {line.what.clone()}</span>
            </button>
            {asks.then(|| why_button(pane, id))}
        </li>
    }
}
