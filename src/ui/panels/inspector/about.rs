//! The inspector while nothing is selected: what the board says about itself.

use leptos::prelude::*;

use crate::view::Selection;

/// What a board says about itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BoardText {
    /// Its name; empty while none is open.
    pub title: String,
    /// What it shows.
    pub about: String,
    /// What to try.
    pub tries: Vec<String>,
}

/// The board's own words, and how to look closer.
#[component]
pub fn AboutBoard(board: Signal<BoardText>, selection: Signal<Selection>) -> impl IntoView {
    let gone = Memo::new(move |_| selection.get() != Selection::Nothing);
    let tries = Memo::new(move |_| board.with(|board| board.tries.clone()));
    view! {
        <header class="who">
            <h2>
                {move || board.with(|board| if board.title.is_empty() { "No board is open".to_owned() } else { board.title.clone() })}
            </h2>
            <p>{move || board.with(|board| board.about.clone())}</p>
        </header>
        <Show when=move || gone.get()>
            <p class="block gone" role="status">"What you selected is not there at this moment of the run."</p>
        </Show>
        <Show when=move || tries.with(|tries| !tries.is_empty())>
            <details class="block table">
                <summary><h4>"What to try"</h4></summary>
                <ol class="attempts">
                    {move || tries.get().into_iter().map(|one| view! { <li>{one}</li> }).collect_view()}
                </ol>
            </details>
        </Show>
        <div class="block">
            <h4>"Look closer"</h4>
            <ul class="hints">
                <li><b>"A service: "</b> "its program, with a gap for a crash between every two lines, and its patterns."</li>
                <li><b>"The broker: "</b> "its topics, partitions and consumer groups."</li>
                <li><b>"A wire: "</b> "its latency, and the scissors."</li>
                <li><b>"A record or a moving message: "</b> "what has happened to it so far."</li>
            </ul>
        </div>
    }
}
