//! Time's buttons, the clock and the speed.

use leptos::prelude::*;

use crate::ui::icons::{Glyph, Icon};
use crate::ui::state::Ui;

use super::quiet::{SkipQuiet, Skipped};
use super::speed::Speed;
use super::stride::StrideChoice;

/// Reset, back, play or pause, on, what steps go by, next moment; the speed; skipping; the clock.
#[component]
pub fn Transport() -> impl IntoView {
    let ui = Ui::here();
    let clock = Memo::new(move |_| ui.now.get().to_string());
    let play = move || if ui.playing.get() { "Pause" } else { "Play" };
    let tool = |label: &'static str, key: &'static str, glyph: Glyph, press: fn(Ui)| {
        view! {
            <button class="tool" aria-label=label title=format!("{label} ({key})") on:click=move |_| press(ui)>
                <Icon of=glyph />
            </button>
        }
    };
    view! {
        <div class="transport" role="group" aria-label="Time">
            {tool("Start again at 0", "R; Shift+R keeps the failures that you made", Glyph::Reset, |ui| ui.reset(false))}
            {tool("Step back", ",", Glyph::Back, |ui| ui.step(false))}
            <button
                class="tool main"
                aria-label=play
                title=move || format!("{} (Space)", play())
                on:click=move |_| ui.toggle()
            >
                {move || view! { <Icon of=if ui.playing.get() { Glyph::Pause } else { Glyph::Play } /> }}
            </button>
            {tool("Step", ".", Glyph::Step, |ui| ui.step(true))}
            <StrideChoice />
            {tool("Next moment", "N", Glyph::Skip, |ui| ui.next_moment())}
            <Speed />
            <SkipQuiet />
            <div class="clock-place">
                <time class="clock" title="Virtual time">{clock}</time>
                <Skipped />
            </div>
        </div>
    }
}
