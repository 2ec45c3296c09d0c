//! A service's own database: its outbox and its tables.

use leptos::prelude::*;

use super::figures::Figures;
use crate::ui::list::List;
use crate::ui::panels::hands::Hands;
use crate::ui::panels::hold::{hold, part, told_apart};
use crate::ui::panels::sql::SqlConsole;
use crate::ui::panels::words::key_class;
use crate::view::{OutboxRow, Selection, ServiceInspection, TableView};

/// How many rows of a table are shown.
const SHOWN: usize = 40;
/// The table that message tracking keeps; of interest mostly for its size.
const TRACKING: &str = "processed_messages";

/// The store.
#[component]
pub fn StorePage(service: Signal<ServiceInspection>) -> impl IntoView {
    let id = service.with_untracked(|service| service.id);
    let tables = part(service, |service| service.tables.clone());
    let outbox = part(service, |service| service.outbox.clone());
    let load = part(service, |service| service.load.clone());
    let has_outbox = Memo::new(move |_| outbox.with(Option::is_some));
    view! {
        <div class="block">
            <Figures pairs=load />
        </div>
        <Show when=move || has_outbox.get()>
            <Outbox rows=part(outbox, |outbox| outbox.clone().unwrap_or_default()) />
        </Show>
        <List each=move || tables.get() key=|table| table.name.clone() let:table>
            {
                let name = table.name.clone();
                let table = hold(tables, table, move |all| all.iter().find(|one| one.name == name).cloned());
                view! { <Table table /> }
            }
        </List>
        <SqlConsole service=id />
    }
}

#[component]
fn Outbox(rows: Signal<Vec<OutboxRow>>) -> impl IntoView {
    let hands = Hands::here();
    let waiting = Memo::new(move |_| rows.with(|rows| rows.iter().filter(|row| !row.published).count()));
    let newest = Memo::new(move |_| rows.with(|rows| rows.iter().rev().take(SHOWN).cloned().collect::<Vec<_>>()));
    view! {
        <div class="block">
            <h4>"outbox" <span class="count">{move || waiting.get()} " to publish"</span></h4>
            <ul class="outbox">
                <List each=move || newest.get() key=|row| (row.id, row.published) let:row>
                    <li class:published=row.published>
                        <button
                            type="button"
                            title="Show this message"
                            on:click=move |_| hands.select.run(Selection::Message(row.message))
                        >
                            <span class="row-id">{row.id}</span>
                            <span class=format!("swatch {}", key_class(row.key))>
                                {row.key.map(|key| key.to_string()).unwrap_or_default()}
                            </span>
                            <span class="row-label">{row.label.clone()}</span>
                            <span class="row-state">{if row.published { "published" } else { "waiting" }}</span>
                        </button>
                    </li>
                </List>
            </ul>
            <Show when=move || rows.with(Vec::is_empty)>
                <p class="quiet">"Empty."</p>
            </Show>
        </div>
    }
}

#[component]
fn Table(table: Signal<TableView>) -> impl IntoView {
    let (name, columns) = table.with_untracked(|table| (table.name.clone(), table.columns.clone()));
    let count = Memo::new(move |_| table.with(|table| table.count));
    let newest =
        Memo::new(move |_| table.with(|table| told_apart(&table.rows.iter().rev().take(SHOWN).cloned().collect::<Vec<_>>())));
    let older = move || count.get().saturating_sub(newest.with(Vec::len));
    let open = name != TRACKING;
    view! {
        <details class="block table" open=open>
            <summary>
                <h4>{name} <span class="count">{move || count.get()} {move || if count.get() == 1 { " row" } else { " rows" }}</span></h4>
            </summary>
            <table>
                <thead>
                    <tr>{columns.into_iter().map(|column| view! { <th scope="col">{column}</th> }).collect_view()}</tr>
                </thead>
                <tbody>
                    <List each=move || newest.get() key=|row| row.clone() let:row>
                        <tr>{row.0.iter().map(|cell| view! { <td>{cell.clone()}</td> }).collect_view()}</tr>
                    </List>
                </tbody>
            </table>
            <Show when=move || { older() > 0 }>
                <p class="quiet">"and " {older} " that changed earlier"</p>
            </Show>
        </details>
    }
}
