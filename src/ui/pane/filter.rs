//! Which facts the log shows: chosen from lists, and by a text.

use leptos::prelude::*;

use super::state::Pane;
use crate::sim::NodeId;
use crate::ui::list::List;
use crate::view::{FactKind, LogFilter};

/// The row of choices.
#[component]
pub fn FilterRow() -> impl IntoView {
    let pane = Pane::here();
    let change = move |with: &dyn Fn(&mut LogFilter)| {
        let mut filter = pane.filter.get_untracked();
        with(&mut filter);
        pane.take_filter(filter);
    };
    let nodes = Memo::new(move |_| {
        pane.ui.frame.with(|frame| {
            let clients = frame.clients.iter().map(|card| (card.id, card.title.clone()));
            let services = frame.services.iter().map(|card| (card.id, card.title.clone()));
            clients.chain(services).chain(frame.brokers.iter().map(|card| (card.id, card.title.clone()))).collect::<Vec<_>>()
        })
    });
    let kind = move |event| {
        let chosen = event_target_value(&event);
        change(&|filter| filter.kind = FactKind::ALL.into_iter().find(|kind| kind.words() == chosen));
    };
    let node = move |event| {
        let chosen = event_target_value(&event).parse().ok().map(NodeId);
        change(&|filter| filter.node = chosen);
    };
    let typed = move |event| {
        let text = event_target_value(&event);
        change(&|filter| text.clone_into(&mut filter.text));
    };
    view! {
        <input
            type="search"
            class="pane-find"
            placeholder="Find in the words"
            aria-label="Find in the words"
            prop:value=move || pane.filter.with(|filter| filter.text.clone())
            on:input=typed
        />
        <select aria-label="What the facts are about" on:change=kind>
            <option value="">"about anything"</option>
            <List each=|| FactKind::ALL key=|kind| kind.words() let:kind>
                <option value=kind.words() selected=move || pane.filter.with(|filter| filter.kind == Some(kind))>
                    {kind.words()}
                </option>
            </List>
        </select>
        <select aria-label="Whose facts" on:change=node>
            <option value="">"of everyone"</option>
            <List each=move || nodes.get() key=|(node, title)| (*node, title.clone()) let:entry>
                <option value=entry.0.0.to_string() selected=move || pane.filter.with(|filter| filter.node == Some(entry.0))>
                    {entry.1.clone()}
                </option>
            </List>
        </select>
        <label class="pane-check">
            <input
                type="checkbox"
                prop:checked=move || !pane.filter.with(|filter| filter.telling)
                on:change=move |event| {
                    let all = event_target_checked(&event);
                    change(&|filter| filter.telling = !all);
                }
            />
            "packets and lines too"
        </label>
    }
}
