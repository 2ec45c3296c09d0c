//! How fast time runs: a logarithmic slider, and the speed that is reached.

use leptos::prelude::*;

use crate::ui::state::Ui;

/// The slider's ends are 0.01× and 100×: powers of ten from −2 to 2, in hundredths.
const ENDS: i32 = 200;
/// What a key press changes, in hundredths: two presses are a little more than four times.
const PRESS: i32 = 30;

fn of_speed(speed: f64) -> i32 {
    (js_sys::Math::log10(speed.max(0.001)) * 100.0).round() as i32
}

fn to_speed(slider: i32) -> f64 {
    let exact = js_sys::Math::pow(10.0, f64::from(slider.clamp(-ENDS, ENDS)) / 100.0);
    // Two digits are what is shown, so they are what is meant.
    let unit = js_sys::Math::pow(10.0, js_sys::Math::floor(js_sys::Math::log10(exact) + 1e-9) - 1.0);
    (exact / unit).round() * unit
}

/// A little faster.
pub fn faster(ui: Ui) {
    ui.speed.update(|speed| *speed = to_speed(of_speed(*speed) + PRESS));
}

/// A little slower.
pub fn slower(ui: Ui) {
    ui.speed.update(|speed| *speed = to_speed(of_speed(*speed) - PRESS));
}

/// A speed in two digits: `0.25×`, `1×`, `37×`.
pub fn words(speed: f64) -> String {
    let text = if speed >= 9.95 {
        format!("{speed:.0}")
    } else if speed >= 0.995 {
        format!("{speed:.1}")
    } else {
        format!("{speed:.2}")
    };
    let short = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{short}×")
}

/// The slider and what it comes to.
#[component]
pub fn Speed() -> impl IntoView {
    let ui = Ui::here();
    // A machine that keeps up within a tenth is said to reach what was asked for.
    let behind = Memo::new(move |_| ui.playing.get() && ui.reached.get() > 0.0 && ui.reached.get() < ui.speed.get() * 0.9);
    let shown = move || if behind.get() { words(ui.reached.get()) } else { words(ui.speed.get()) };
    let title = move || match behind.get() {
        true => format!("Asked for {}, running at {}", words(ui.speed.get()), words(ui.reached.get())),
        false => "Speed ([ slower, ] faster)".to_owned(),
    };
    let slide = move |event| {
        if let Ok(to) = event_target_value(&event).parse::<i32>() {
            // The middle is easy to find again.
            ui.speed.set(if to.abs() <= 4 { 1.0 } else { to_speed(to) });
        }
    };
    view! {
        <label class="speed" title=title>
            <input
                type="range"
                min=-ENDS
                max=ENDS
                step="5"
                aria-label="Speed"
                aria-valuetext=move || words(ui.speed.get())
                prop:value=move || of_speed(ui.speed.get())
                on:input=slide
                on:dblclick=move |_| ui.speed.set(1.0)
            />
            <span class:behind=behind>{move || if behind.get() { "running at " } else { "" }} {shown}</span>
        </label>
    }
}
