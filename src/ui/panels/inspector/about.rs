//! The inspector while nothing is selected: the board's own page.

use leptos::prelude::*;

use super::figures::Figures;
use super::find::FindSetting;
use super::named::Named;
use super::timings::TimingsSwitch;
use crate::board::Timings;
use crate::editor::Operation;
use crate::ui::panels::gloss::words;
use crate::ui::panels::hands::Hands;
use crate::ui::panels::hold::part;
use crate::view::Selection;

/// What a board says about itself, and its run about itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BoardText {
    /// Its name; empty while none is open.
    pub title: String,
    /// What it shows.
    pub about: String,
    /// What to try.
    pub tries: Vec<String>,
    /// The seed of the run.
    pub seed: u64,
    /// Which defaults its settings have.
    pub timings: Timings,
    /// How many facts there are up to the cursor.
    pub facts: usize,
    /// The hash of these facts, in 16 hexadecimal digits.
    pub fingerprint: String,
}

/// The board's page.
#[component]
pub fn AboutBoard(board: Signal<BoardText>, selection: Signal<Selection>) -> impl IntoView {
    let gone = Memo::new(move |_| selection.get() != Selection::Nothing);
    let open = Memo::new(move |_| board.with(|board| !board.title.is_empty()));
    view! {
        <Show when=move || gone.get()>
            <p class="block gone" role="status">"What you selected is not there at this moment of the run."</p>
        </Show>
        {move || if open.get() { opened(board) } else { closed() }}
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

fn closed() -> AnyView {
    view! {
        <header class="who">
            <h2>"No board is open"</h2>
            <p>"Choose one under Boards, at the left."</p>
        </header>
    }
    .into_any()
}

fn opened(board: Signal<BoardText>) -> AnyView {
    let hands = Hands::here();
    let title = part(board, |board| board.title.clone());
    let about = part(board, |board| board.about.clone());
    let tries = part(board, |board| board.tries.clone());
    let figures = part(board, |board| {
        let pair = |name: &str, value: String| (name.to_owned(), value);
        vec![
            pair("seed", board.seed.to_string()),
            pair("facts so far", board.facts.to_string()),
            pair("fingerprint", board.fingerprint.clone()),
        ]
    });
    view! {
        <header class="who">
            <Named what="Rename the board" name=title heading=true take=move |title| hands.make.run(Operation::RenameBoard(title)) />
            <p>{move || about.with(|about| words(about))}</p>
        </header>
        <Show when=move || tries.with(|tries| !tries.is_empty())>
            <details class="block table">
                <summary><h4>"What to try"</h4></summary>
                <ol class="attempts">
                    {move || tries.get().into_iter().map(|one| view! { <li>{words(&one)}</li> }).collect_view()}
                </ol>
            </details>
        </Show>
        <div class="block run">
            <h4>"This run, up to the cursor"</h4>
            <Figures pairs=figures />
            <p class="why">
                {words("The same board, seed and actions give the same fingerprint, in every browser and in a terminal.")}
            </p>
        </div>
        <TimingsSwitch />
        <div class="block">
            <h4>"Settings"</h4>
            <FindSetting />
        </div>
    }
    .into_any()
}
