//! Facts as lines; each goes to its time.

use leptos::prelude::*;

use crate::ui::list::List;
use crate::ui::panels::hands::Hands;
use crate::ui::panels::hold::told_apart;
use crate::view::FactLine;

/// Lines of facts. A click on one goes to its time.
#[component]
pub fn FactList(
    /// The lines.
    facts: Signal<Vec<FactLine>>,
) -> impl IntoView {
    let hands = Hands::here();
    let rows = Memo::new(move |_| facts.with(|facts| told_apart(facts)));
    view! {
        <ol class="facts">
            <List
                each=move || rows.get()
                key=|(fact, nth)| (fact.time, fact.who.clone(), fact.what.clone(), *nth)
                let:row
            >
                <li>
                    <button type="button" title="Go to this moment" on:click=move |_| hands.seek.run(row.0.time)>
                        <time>{row.0.at.clone()}</time>
                        <span class="fact"><b>{row.0.who.clone()}</b> " " {row.0.what.clone()}</span>
                    </button>
                </li>
            </List>
        </ol>
    }
}

/// The latest facts, newest first.
#[component]
pub fn FactsPage(facts: Signal<Vec<FactLine>>) -> impl IntoView {
    view! {
        <div class="block">
            <h4>"Newest first"</h4>
            <FactList facts />
        </div>
    }
}
