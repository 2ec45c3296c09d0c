//! What an empty board says, and the way back to a board that is out of sight.

use leptos::prelude::*;

use crate::ui::icons::{Glyph, Icon};
use crate::ui::panel::Panel;

use super::state::StageState;

/// The invitation of an empty board.
#[component]
pub fn EmptyBoard() -> impl IntoView {
    let stage = StageState::here();
    let ui = stage.ui;
    let empty = Memo::new(move |_| {
        ui.opened.with(|opened| opened.nth > 0)
            && ui.frame.with(|frame| frame.clients.is_empty() && frame.services.is_empty() && frame.brokers.is_empty())
    });
    view! {
        <Show when=move || empty.get()>
            <div class="empty" data-own-pointer="">
                <p>"An empty board. Add a client, or open one of the boards."</p>
                <button class="out" on:click=move |_| ui.panel.set(Some(Panel::Add))>"Add a client"</button>
                <button class="out" on:click=move |_| ui.panel.set(Some(Panel::Boards))>"Open a board"</button>
            </div>
        </Show>
    }
}

/// A button where nothing of the board can be seen.
#[component]
pub fn BackToContent() -> impl IntoView {
    let stage = StageState::here();
    let lost = Memo::new(move |_| {
        let content = stage.ui.frame.with(|frame| Some(frame.bounds).filter(|bounds| bounds.w > 0.0));
        stage.size.get().0 > 0.0 && stage.camera.get().is_lost(stage.size.get(), content)
    });
    view! {
        <Show when=move || lost.get()>
            <button class="out lost" on:click=move |_| stage.fit()>
                <Icon of=Glyph::Fit />
                "Back to content"
            </button>
        </Show>
    }
}
