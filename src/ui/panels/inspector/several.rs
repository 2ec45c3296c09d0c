//! Several things at once: what they are, and what can be done to all of them.

use leptos::prelude::*;

use super::doings::{Doings, nodes_of};
use crate::editor::{Axis, Item, Line, Operation};
use crate::ui::list::List;
use crate::ui::panels::hands::Hands;
use crate::view::{ItemRow, Selection, counted};

const LINES: [(Line, &str); 6] = [
    (Line::Left, "Left"),
    (Line::Center, "Center"),
    (Line::Right, "Right"),
    (Line::Top, "Top"),
    (Line::Middle, "Middle"),
    (Line::Bottom, "Bottom"),
];
const AXES: [(Axis, &str); 2] = [(Axis::Across, "Across"), (Axis::Down, "Down")];

/// What a row is known by.
fn key(row: &ItemRow) -> (u8, u32, String) {
    let (list, id) = match &row.item {
        Item::Node(id) => (0, id.0),
        Item::Wire(id) => (1, id.0),
        Item::Topic(_) => (2, 0),
    };
    (list, id, row.name.clone())
}

/// The page.
#[component]
pub fn SeveralPage(rows: Signal<Vec<ItemRow>>) -> impl IntoView {
    let hands = Hands::here();
    let items = Signal::derive(move || rows.with(|rows| rows.iter().map(|row| row.item.clone()).collect::<Vec<_>>()));
    let nodes = Memo::new(move |_| items.with(|items| nodes_of(items)));
    let why = RwSignal::new(None::<String>);
    let make = move |operation: Operation| why.set(hands.make.run(operation));
    // One that has a page of its own opens it.
    let select = move |item: &Item| match item {
        Item::Node(id) => hands.select.run(Selection::Node(*id)),
        Item::Wire(id) => hands.select.run(Selection::Wire(*id)),
        Item::Topic(_) => {}
    };
    let align = move |(line, word): (Line, &'static str)| {
        view! {
            <button
                type="button"
                class="small"
                aria-label=format!("Align: {}", word.to_lowercase())
                disabled=move || nodes.with(Vec::len) < 2
                on:click=move |_| make(Operation::Align(nodes.get_untracked(), line))
            >
                {word}
            </button>
        }
    };
    let spread = move |(axis, word): (Axis, &'static str)| {
        view! {
            <button
                type="button"
                class="small"
                aria-label=format!("Distribute: {}", word.to_lowercase())
                disabled=move || nodes.with(Vec::len) < 3
                on:click=move |_| make(Operation::Distribute(nodes.get_untracked(), axis))
            >
                {word}
            </button>
        }
    };
    view! {
        <header class="who">
            <h2>{move || rows.with(Vec::len)} " selected"</h2>
            <p>{move || rows.with(|rows| counted(rows))}</p>
        </header>
        <div class="block">
            <ul class="outbox selected">
                <List each=move || rows.get() key=key let:row>
                    <li>
                        <button type="button" title="Show only this one" on:click=move |_| select(&row.item)>
                            <span class="row-label">{row.name.clone()}</span>
                            <span class="row-state">{row.kind}</span>
                        </button>
                    </li>
                </List>
            </ul>
        </div>
        <div class="block">
            <h4>"Align"</h4>
            <div class="ways">{LINES.map(align).into_iter().collect_view()}</div>
            <h4>"Distribute"</h4>
            <div class="ways">{AXES.map(spread).into_iter().collect_view()}</div>
            <p class="quiet">
                {move || match nodes.with(Vec::len) {
                    0 | 1 => "Two cards can be lined up, three spread evenly.",
                    2 => "Three cards can be spread evenly.",
                    _ => "",
                }}
            </p>
            <h4>"The whole board"</h4>
            <div class="ways">
                <button
                    type="button"
                    class="small"
                    title="Puts all cards in layers from left to right, along the wires"
                    on:click=move |_| make(Operation::Tidy)
                >
                    "Tidy up"
                </button>
            </div>
            {move || why.get().map(|why| view! { <p class="refused" role="alert">{why}</p> })}
        </div>
        <Doings items />
    }
}
