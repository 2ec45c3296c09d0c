//! Pairs of words: a name and what it is now.

use leptos::prelude::*;

use crate::ui::list::List;

/// A list of names and values.
#[component]
pub fn Figures(pairs: Signal<Vec<(String, String)>>) -> impl IntoView {
    view! {
        <dl class="figures">
            <List each=move || 0..pairs.with(Vec::len) key=|at| *at let:at>
                {
                    let pair = move || pairs.with(|pairs| pairs.get(at).cloned().unwrap_or_default());
                    view! {
                        <div>
                            <dt>{move || pair().0}</dt>
                            <dd>{move || pair().1}</dd>
                        </div>
                    }
                }
            </List>
        </dl>
    }
}
