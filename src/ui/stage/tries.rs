//! What the open board shows and what to try on it: a card that folds away. A step is ticked once it has been done.

use leptos::prelude::*;

use crate::ui::icons::{Glyph, Icon};
use crate::ui::list::List;

use super::state::StageState;

/// The card.
#[component]
pub fn Tries() -> impl IntoView {
    let stage = StageState::here();
    let (opened, tries) = (stage.ui.opened, stage.ui.tries);
    let open = RwSignal::new(roomy());
    // A violation has more to say: it takes the room, once.
    let violated = Memo::new(move |_| stage.ui.verdict.with(|checks| checks.iter().any(|check| !check.violations.is_empty())));
    Effect::new(move |_| {
        if violated.get() {
            open.set(false);
        }
    });
    // The facts leave the board less room.
    Effect::new(move |_| {
        if stage.theme.presenter.get() || stage.pane.page.with(Option::is_some) {
            open.set(false);
        }
    });
    let count = Memo::new(move |_| tries.with(Vec::len));
    let done = Memo::new(move |_| tries.with(|steps| steps.iter().filter(|step| step.done).count()));
    let all_done = move || count.get() > 0 && done.get() == count.get();
    let about = Memo::new(move |_| opened.with(|board| board.about.clone()));
    let any = move || count.get() > 0 || !about.read().is_empty();
    let told = move || match (done.get(), count.get()) {
        (_, 0) => String::new(),
        (done, all) if done == all => "all done".to_owned(),
        (done, all) => format!("{done} of {all}"),
    };
    let step = move |(nth, say): (usize, String)| {
        let done = move || tries.with(|steps| steps.get(nth).is_some_and(|step| step.done));
        view! {
            <li class:done=done>
                <span class="tick" aria-hidden="true">
                    <b>{nth + 1}</b>
                    <svg viewBox="0 0 18 18"><path d="M5 9.400l2.800 2.800L13 6.600" /></svg>
                </span>
                <span>
                    {say}
                    <span class="unseen">{move || if done() { " Done." } else { "" }}</span>
                </span>
            </li>
        }
    };
    view! {
        <Show when=any>
            <section class="try-card" class:folded=move || !open.get() class:complete=all_done aria-label="What to try">
                <button
                    class="try-head"
                    aria-expanded=move || open.get().to_string()
                    on:click=move |_| open.update(|open| *open = !*open)
                >
                    "What to try"
                    <small>{told}</small>
                    <Icon of=Glyph::Down />
                </button>
                <Show when=move || open.get()>
                    <p>{about}</p>
                    <ol>
                        <List
                            each=move || tries.with(|steps| steps.iter().map(|step| step.say.clone()).enumerate().collect::<Vec<_>>())
                            key=|step| step.clone()
                            children=step
                        />
                    </ol>
                    <Show when=all_done>
                        <p class="try-end">
                            "That was all of it. "
                            <button class="link" on:click=move |_| stage.ui.panel.set(Some(crate::ui::Panel::Boards))>
                                "Open another board"
                            </button>
                            " or break this one in your own way."
                        </p>
                    </Show>
                </Show>
            </section>
        </Show>
    }
}

/// Whether the card covers nothing that matters.
fn roomy() -> bool {
    let length = |of: Result<wasm_bindgen::JsValue, _>| of.ok().and_then(|length| length.as_f64()).unwrap_or(0.0);
    length(window().inner_width()) >= 1200.0 && length(window().inner_height()) >= 800.0
}
