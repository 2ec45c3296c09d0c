//! The buttons at the bottom right of the stage: the history of editing, and the camera.

use leptos::prelude::*;

use crate::ui::icons::{Glyph, Icon};

use super::state::StageState;

/// How much larger a press makes the board.
pub const NOTCH: f64 = 1.2;

/// Undo and redo, with what they would do.
#[component]
pub fn HistoryButtons() -> impl IntoView {
    let ui = StageState::here().ui;
    let undo = move || ui.steps.with(|(undo, _)| undo.clone());
    let redo = move || ui.steps.with(|(_, redo)| redo.clone());
    view! {
        <div class="zoom" role="group" aria-label="History">
            <button
                class="tool"
                aria-label="Undo"
                title=move || undo().unwrap_or_else(|| "Nothing to undo".to_owned())
                aria-disabled=move || undo().is_none().to_string()
                on:click=move |_| ui.undo()
            >
                <Icon of=Glyph::Undo />
            </button>
            <button
                class="tool"
                aria-label="Redo"
                title=move || redo().unwrap_or_else(|| "Nothing to redo".to_owned())
                aria-disabled=move || redo().is_none().to_string()
                on:click=move |_| ui.redo()
            >
                <Icon of=Glyph::Redo />
            </button>
        </div>
    }
}

/// Smaller, larger, all of it.
#[component]
pub fn ZoomButtons() -> impl IntoView {
    let stage = StageState::here();
    let percent = move || format!("{:.0}%", stage.camera.get().zoom * 100.0);
    view! {
        <div class="zoom" role="group" aria-label="Zoom">
            <button class="tool" aria-label="Zoom out" on:click=move |_| stage.zoom_by(1.0 / NOTCH)>
                <Icon of=Glyph::Minus />
            </button>
            <button class="tool percent" aria-label="Zoom to 100%" title="Zoom to 100%" on:click=move |_| stage.zoom_whole()>
                {percent}
            </button>
            <button class="tool" aria-label="Zoom in" on:click=move |_| stage.zoom_by(NOTCH)>
                <Icon of=Glyph::Plus />
            </button>
            <button class="tool" aria-label="Fit the board" title="Fit the board (Shift+1)" on:click=move |_| stage.fit()>
                <Icon of=Glyph::Fit />
            </button>
        </div>
    }
}
