//! The bar at the top: name, board, transport, seed, verdict, theme.

mod seed;
mod speed;
mod transport;

use leptos::prelude::*;

use crate::ui::icons::{Glyph, Icon, Mark};
use crate::ui::panels::Verdict;
use crate::ui::state::{Panel, Ui};
use crate::ui::theme::{Choice, Theme};

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
            <ThemeButton />
        </header>
    }
}

/// Light, dark, or as the system has it.
#[component]
fn ThemeButton() -> impl IntoView {
    let theme = expect_context::<Theme>();
    let words = move || match theme.choice.get() {
        Choice::Auto => "Theme: as the system",
        Choice::Light => "Theme: light",
        Choice::Dark => "Theme: dark",
    };
    let glyph = move || match theme.choice.get() {
        Choice::Auto => Glyph::ThemeAuto,
        Choice::Light => Glyph::ThemeLight,
        Choice::Dark => Glyph::ThemeDark,
    };
    view! {
        <button class="tool theme" aria-label=words title=words on:click=move |_| theme.choose(theme.choice.get_untracked().next())>
            {move || view! { <Icon of=glyph() /> }}
        </button>
    }
}
