//! The same failures, with another pattern: each choice repeats the run from its start and compares both.

use leptos::html;
use leptos::prelude::*;

use crate::editor::Rerun;
use crate::ui::list::List;

/// What a run can be repeated with. It is looked up when it is opened.
#[component]
pub fn Reruns(
    /// What there is to choose from.
    look: Callback<(), Vec<Rerun>>,
    /// Takes what is chosen.
    take: Callback<Rerun>,
) -> impl IntoView {
    let offers = RwSignal::new(Vec::new());
    let details = NodeRef::<html::Details>::new();
    let toggled = move |_| {
        let open = details.get_untracked().is_some_and(|details| details.open());
        offers.set(if open { look.run(()) } else { Vec::new() });
    };
    view! {
        <details class="block table reruns" node_ref=details on:toggle=toggled>
            <summary>
                <h4>"The same failures, with …"</h4>
            </summary>
            <p class="why">
                "Repeats the run from its start with the same seed, failures and requests by hand, and puts both beside each other."
            </p>
            <ul>
                <List each=move || offers.get() key=|offer| offer.name.clone() let:offer>
                    {
                        let name = offer.name.clone();
                        view! {
                            <li>
                                <button type="button" on:click=move |_| take.run(offer.clone())>
                                    {name}
                                </button>
                            </li>
                        }
                    }
                </List>
            </ul>
            <Show when=move || offers.with(Vec::is_empty)>
                <p class="none">"Nothing has run yet."</p>
            </Show>
        </details>
    }
}
