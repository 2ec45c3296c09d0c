//! The outline: the board as a tree of what each thing is doing, for eyes and ears and keys. Each line selects its thing.

use std::time::Duration;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::list::List;
use super::panels::hold::hold;
use super::panels::keys::focus;
use super::state::Ui;
use crate::view::OutlineRow;

/// From one reading of the board to the next.
const REST: Duration = Duration::from_millis(500);

/// A line's name, and how many of that name and level stand above it.
type Name = (u8, String, usize);

fn names(rows: &[OutlineRow]) -> Vec<Name> {
    let same = |nth: usize| rows[..nth].iter().filter(|row| row.level == rows[nth].level && row.name == rows[nth].name).count();
    rows.iter().enumerate().map(|(nth, row)| (row.level, row.name.clone(), same(nth))).collect()
}

/// Reads the outline at most twice a second, while anything moves.
fn read(ui: Ui) -> RwSignal<Vec<OutlineRow>> {
    let rows = RwSignal::new(ui.read(|session| session.outline()).unwrap_or_default());
    let waits = StoredValue::new(false);
    Effect::new(move |_| {
        ui.now.track();
        ui.frame.track();
        if waits.get_value() {
            return;
        }
        waits.set_value(true);
        let look = move || {
            if waits.try_set_value(false).is_some() {
                return;
            }
            let read = ui.read(|session| session.outline()).unwrap_or_default();
            if rows.try_with_untracked(|rows| *rows != read) == Some(true) {
                rows.set(read);
            }
        };
        set_timeout(look, REST);
    });
    rows
}

/// The panel.
#[component]
pub fn OutlinePanel() -> impl IntoView {
    let ui = Ui::here();
    let rows = read(ui);
    let order = Memo::new(move |_| rows.with(|rows| names(rows)));
    // The line that Tab comes to.
    let chosen = RwSignal::new(None::<Name>);
    let stop = Memo::new(move |_| {
        let chosen = chosen.get();
        order.with(|order| order.iter().find(|name| Some(*name) == chosen.as_ref()).or(order.first()).cloned())
    });
    let line = move |name: Name| {
        let find = {
            let name = name.clone();
            move |all: &Vec<OutlineRow>| {
                let nth = names(all).iter().position(|one| *one == name)?;
                all.get(nth).cloned()
            }
        };
        rows.with_untracked(&find).map(|first| one_row(ui, hold(rows.into(), first, find), name, chosen, stop))
    };
    view! {
        <div class="outline">
            <h2>"Outline"</h2>
            <p class="quiet">"What each thing is doing. A line selects its thing."</p>
            <Show
                when=move || order.with(|order| !order.is_empty())
                fallback=|| view! { <p class="nothing">"Nothing is on the board yet."</p> }
            >
                <ul role="tree" aria-label="The board" on:keydown=walk>
                    <List each=move || order.get() key=|name| name.clone() let:name>
                        {line(name)}
                    </List>
                </ul>
            </Show>
        </div>
    }
}

fn one_row(ui: Ui, row: Signal<OutlineRow>, name: Name, chosen: RwSignal<Option<Name>>, stop: Memo<Option<Name>>) -> AnyView {
    let (level, leads) = row.with_untracked(|row| (row.level, row.leads));
    let (mine, focused) = (name.clone(), name.clone());
    view! {
        <li
            role="treeitem"
            class=match level { 1 => "one", 2 => "two", _ => "three" }
            class:down=move || row.with(|row| row.down)
            attr:aria-level=level.to_string()
            aria-selected=move || (level == 1 && ui.selection.get() == leads).to_string()
            tabindex=move || if stop.get().as_ref() == Some(&mine) { "0" } else { "-1" }
            on:focus=move |_| chosen.set(Some(focused.clone()))
            on:click=move |_| ui.select(leads)
        >
            <b>{name.1.clone()}</b>
            <span>{move || row.with(|row| row.does.clone())}</span>
        </li>
    }
    .into_any()
}

/// Arrow keys, Home and End go from line to line, ArrowLeft to the line that one belongs to; Enter and Space select.
fn walk(event: KeyboardEvent) {
    let Some(here) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    let level = |of: &Element| of.get_attribute("aria-level");
    let to = match event.key().as_str() {
        "ArrowDown" => here.next_element_sibling(),
        "ArrowUp" => here.previous_element_sibling(),
        "Home" => here.parent_element().and_then(|tree| tree.first_element_child()),
        "End" => here.parent_element().and_then(|tree| tree.last_element_child()),
        "ArrowRight" => here.next_element_sibling().filter(|next| level(next) > level(&here)),
        "ArrowLeft" => {
            let before = std::iter::successors(here.previous_element_sibling(), Element::previous_element_sibling);
            before.into_iter().find(|one| level(one) < level(&here))
        }
        "Enter" | " " => {
            if let Some(here) = here.dyn_ref::<HtmlElement>() {
                here.click();
            }
            None
        }
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    if let Some(to) = to {
        focus(&to);
    }
}
