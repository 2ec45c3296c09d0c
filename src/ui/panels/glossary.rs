//! All words of the field with their meanings, to look through.

use leptos::prelude::*;

use crate::ui::list::List;
use crate::view::words_found;

/// The list of words.
#[component]
pub fn WordsView() -> impl IntoView {
    let query = RwSignal::new(String::new());
    let found = Memo::new(move |_| query.with(|query| words_found(query)));
    view! {
        <section class="words-panel" aria-label="Words">
            <h2>"Words"</h2>
            <p class="quiet">"What the words of the field mean here. A dotted line under a word shows its meaning where it stands."</p>
            <input
                type="search"
                class="find"
                aria-label="Find a word"
                placeholder="Find a word"
                on:input:target=move |event| query.set(event.target().value())
            />
            <p class="unseen" role="status">
                {move || match found.with(Vec::len) {
                    1 => "1 word".to_owned(),
                    count => format!("{count} words"),
                }}
            </p>
            <dl>
                <List each=move || found.get() key=|term| term.name let:term>
                    <div>
                        <dt>{term.name}</dt>
                        <dd>{term.explanation}</dd>
                    </div>
                </List>
            </dl>
            <Show when=move || found.with(Vec::is_empty)>
                <p class="quiet">"No word and no meaning has this in it."</p>
            </Show>
        </section>
    }
}
