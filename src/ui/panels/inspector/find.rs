//! Looking for a setting over the whole board.

use leptos::prelude::*;

use crate::board::Place;
use crate::ui::list::List;
use crate::ui::panels::hands::{Hands, Tab};
use crate::view::{Selection, SettingHit};

/// The most hits that are listed.
const LISTED: usize = 40;

/// A search box with what it finds; a hit leads to its place and its field. Nothing is listed before something is typed.
#[component]
pub fn FindSetting(
    /// Is told whether something is typed.
    #[prop(optional)]
    busy: Option<RwSignal<bool>>,
) -> impl IntoView {
    let hands = Hands::here();
    let query = RwSignal::new(String::new());
    let found = Memo::new(move |_| {
        let wanted = query.get();
        if wanted.trim().is_empty() { Vec::new() } else { hands.find.run(wanted) }
    });
    let typed = move |text: String| {
        if let Some(busy) = busy {
            busy.set(!text.trim().is_empty());
        }
        query.set(text);
    };
    let go = move |hit: &SettingHit| {
        let (place, setting) = (hit.place, hit.row.setting);
        typed(String::new());
        hands.tab.set(Tab::Settings);
        hands.wanted.set(Some((place, setting)));
        hands.select.run(match place {
            Place::Node(node) => Selection::Node(node),
            Place::Wire(wire) => Selection::Wire(wire),
        });
    };
    view! {
        <input
            type="search"
            class="find"
            aria-label="Find a setting on the whole board"
            placeholder="Find a setting on the whole board"
            prop:value=move || query.get()
            on:input:target=move |event| typed(event.target().value())
        />
        <p class="unseen" role="status">
            {move || match (query.with(|query| query.trim().is_empty()), found.with(Vec::len)) {
                (true, _) => String::new(),
                (false, 1) => "1 setting".to_owned(),
                (false, count) => format!("{count} settings"),
            }}
        </p>
        <ul class="hits">
            <List
                each=move || found.get().into_iter().take(LISTED)
                key=|hit| (hit.place, hit.row.setting, hit.row.text.clone())
                let:hit
            >
                <li>
                    <button type="button" on:click=move |_| go(&hit)>
                        <code>{hit.row.setting.info().name}</code>
                        <b>{hit.row.text.clone()}</b>
                        <span>{hit.title.clone()}</span>
                    </button>
                </li>
            </List>
        </ul>
        <Show when=move || query.with(|query| !query.trim().is_empty()) && found.with(Vec::is_empty)>
            <p class="quiet">"No setting has all of these words. Try a part of its name, of its sentence or of its place."</p>
        </Show>
    }
}
