//! The bar at the top: name, board, transport, seed, verdict, looks.

mod look;
mod quiet;
mod seed;
mod speed;
mod stride;
mod transport;

use leptos::prelude::*;

use crate::ui::icons::{Glyph, Icon, Mark};
use crate::ui::panel::Panel;
use crate::ui::panels::Verdict;
use crate::ui::state::Ui;

use look::LookButton;
use seed::Seed;
use transport::Transport;

pub use speed::{faster, slower};

/// The bar at the top.
#[component]
pub fn TopBar() -> impl IntoView {
    let ui = Ui::here();
    let title = Memo::new(move |_| ui.opened.with(|opened| opened.title.clone()));
    view! {
        <header class="top">
            <h1 class="word">
                <Mark />
                "Crosstalk"
            </h1>
            <button class="board-name" aria-haspopup="dialog" title="Open another board" on:click=move |_| ui.toggle_panel(Panel::Boards)>
                <span>{move || if title.read().is_empty() { "No board".to_owned() } else { title.get() }}</span>
                <Icon of=Glyph::Down />
            </button>
            <Transport />
            <Seed />
            <Verdict />
            <LookButton />
        </header>
    }
}
