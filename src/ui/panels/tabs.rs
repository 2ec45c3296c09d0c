//! The inspector's tabs, of those pages that have something to show.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::ui::list::List;

use super::hands::{Hands, Tab};
use super::keys::{focus_neighbour, step_of};

/// The page that is shown: the one that was opened last if it is there, or else the first.
pub fn shown_tab(tabs: Signal<Vec<Tab>>) -> Memo<Tab> {
    let open = Hands::here().tab;
    Memo::new(move |_| {
        let wanted = open.get();
        tabs.with(|tabs| if tabs.contains(&wanted) { wanted } else { tabs.first().copied().unwrap_or_default() })
    })
}

/// The row of tabs.
#[component]
pub fn Tabs(
    /// The pages that there are.
    tabs: Signal<Vec<Tab>>,
    /// The one that is shown.
    shown: Memo<Tab>,
) -> impl IntoView {
    let open = Hands::here().tab;
    let turn = move |event: KeyboardEvent| {
        let Some(step) = step_of(&event) else { return };
        event.prevent_default();
        let next = tabs.with_untracked(|tabs| {
            let count = tabs.len() as i32;
            let at = tabs.iter().position(|tab| *tab == shown.get_untracked()).unwrap_or_default() as i32;
            tabs.get((at + step).rem_euclid(count.max(1)) as usize).copied()
        });
        focus_neighbour(&event, step);
        if let Some(next) = next {
            open.set(next);
        }
    };
    view! {
        <div class="tabs" role="tablist" on:keydown=turn>
            <List each=move || tabs.get() key=|tab| tab.name() let:tab>
                <button
                    type="button"
                    role="tab"
                    id=format!("tab-{}", tab.name())
                    aria-controls="tab-page"
                    aria-selected=move || (shown.get() == tab).to_string()
                    tabindex=move || if shown.get() == tab { "0" } else { "-1" }
                    class:on=move || shown.get() == tab
                    on:click=move |_| open.set(tab)
                >
                    {tab.name()}
                </button>
            </List>
        </div>
    }
}
