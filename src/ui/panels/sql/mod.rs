//! The SQL console of a store: a database engine that is fetched when somebody opens it, on a copy of the tables.

mod answer;
mod engine;

use leptos::html;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::hands::Hands;
use crate::sim::NodeId;
use crate::view::{COPIED, StoreScript};

use answer::{Answer, Results};
use engine::Engine;

/// The longest question that is taken, in characters.
const LONGEST: usize = 20_000;

/// A console that begins closed.
#[component]
pub fn SqlConsole(
    /// The service whose store it is about.
    service: NodeId,
) -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <section class="block sql">
            <button
                type="button"
                class="sql-open"
                aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                "Ask in SQL"
            </button>
            <Show when=move || open.get()>
                <Console service />
            </Show>
        </section>
    }
}

#[component]
fn Console(service: NodeId) -> impl IntoView {
    let hands = Hands::here();
    let answer = RwSignal::new(Answer::None);
    let field = NodeRef::<html::Textarea>::new();
    // A store is long: what was just opened or answered comes into sight as a whole, its end first.
    Effect::new(move |_| {
        answer.track();
        let console = field.get().and_then(|field| field.parent_element());
        request_animation_frame(move || {
            if let Some(console) = console {
                console.scroll_into_view_with_bool(false);
            }
        });
    });
    let engine = Engine::new(move |result| {
        answer.try_set(result);
    });
    on_cleanup(move || engine.stop());
    let copy = move || hands.script.run(service).unwrap_or_default();
    let tables = copy().0.tables;
    let first = tables.first().map_or_else(String::new, |(table, _)| format!("SELECT * FROM \"{table}\" LIMIT 20"));
    let ask = move |question: String| {
        let question = question.trim();
        if question.is_empty() {
            return answer.set(Answer::Refused("Write a question first, such as SELECT * FROM a table.".to_owned()));
        }
        if question.chars().count() > LONGEST {
            return answer.set(Answer::Refused(format!("The question is longer than {LONGEST} characters.")));
        }
        let (StoreScript { text, cut, .. }, moment) = copy();
        let limit = if cut { format!(" Of each table the newest {COPIED} rows.") } else { String::new() };
        answer.set(Answer::Asking);
        engine.ask(&text, question, format!("As of {moment}.{limit}"));
    };
    let run = move || {
        if let Some(field) = field.get_untracked() {
            ask(field.value());
        }
    };
    let keyed = move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            run();
        }
    };
    let choose = move |table: &str| {
        if let Some(field) = field.get_untracked() {
            field.set_value(&format!("SELECT * FROM \"{table}\" LIMIT 20"));
            run();
        }
    };
    view! {
        <p class="quiet">"SQLite, on a copy of this store as it is at the cursor. Money is in cents."</p>
        <div class="sql-tables" role="group" aria-label="Tables">
            {tables
                .into_iter()
                .map(|(table, columns)| {
                    let name = table.clone();
                    view! {
                        <button type="button" title=columns.join(", ") on:click=move |_| choose(&name)>
                            {table}
                        </button>
                    }
                })
                .collect_view()}
        </div>
        <textarea
            node_ref=field
            aria-label="A question in SQL"
            rows="3"
            spellcheck="false"
            autocapitalize="off"
            autocomplete="off"
            prop:value=first
            on:keydown=keyed
        ></textarea>
        <div class="sql-run">
            <button type="button" class="main" title="Ctrl+Enter" disabled=move || answer.with(Answer::is_asking) on:click=move |_| run()>
                "Run"
            </button>
            <span role="status">{move || answer.with(Answer::state)}</span>
        </div>
        <Results answer />
    }
}
