//! What is to be said: a line at the top of the board, until it is closed or another one comes.

use std::time::Duration;

use leptos::prelude::*;

use super::icons::{Glyph, Icon};
use super::state::Ui;

/// How long news stays; problems stay until they are closed.
const STAYS: Duration = Duration::from_secs(8);

/// The line.
#[component]
pub fn NoticeLine() -> impl IntoView {
    let ui = Ui::here();
    Effect::new(move |_| {
        let shown = ui.notice.get();
        if shown.as_ref().is_some_and(|notice| !notice.problem) {
            let over = move || {
                if ui.notice.try_get_untracked() == Some(shown.clone()) {
                    ui.notice.set(None);
                }
            };
            if let Ok(timer) = set_timeout_with_handle(over, STAYS) {
                on_cleanup(move || timer.clear());
            }
        }
    });
    let problem = move || ui.notice.with(|notice| notice.as_ref().is_some_and(|notice| notice.problem));
    view! {
        <div class="notice-place" role="status" aria-live="polite">
            {move || {
                ui.notice.get().map(|notice| {
                    view! {
                        <div class="notice" class:problem=problem data-own-pointer="">
                            <p>{notice.text}</p>
                            <button class="tool" aria-label="Close this message" on:click=move |_| ui.notice.set(None)>
                                <Icon of=Glyph::Close />
                            </button>
                        </div>
                    }
                })
            }}
        </div>
    }
}
