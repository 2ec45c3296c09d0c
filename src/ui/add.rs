//! What can be added to the board: dragged onto it, or armed by a click and put down by the next.

use leptos::ev;
use leptos::prelude::*;

use crate::editor::gesture::Input;
use crate::editor::{Starter, can_add};

use super::icons::{Glyph, Icon};
use super::stage::hands::take;
use super::stage::{StageState, focus, pointer};

/// A stage that is narrower is covered by the sheet: it closes when something is taken from it.
const NARROW: f64 = 600.0;

/// The palette.
#[component]
pub fn AddPanel() -> impl IntoView {
    let stage = StageState::here();
    Effect::new(move |_| enter());
    view! {
        <div class="palette">
            <h2>"Add"</h2>
            <p>"Drag onto the board, or press one and then the board."</p>
            <ul>{Starter::ALL.map(|starter| piece(stage, starter)).collect_view()}</ul>
        </div>
    }
}

/// Moves the focus to the first thing of the palette.
pub fn enter() {
    request_animation_frame(|| {
        if let Ok(Some(first)) = document().query_selector(".piece") {
            super::panels::keys::focus(&first);
        }
    });
}

fn glyph(starter: Starter) -> Glyph {
    match starter {
        Starter::Client => Glyph::Client,
        Starter::Service(_) => Glyph::Service,
        Starter::Topic | Starter::Broker => Glyph::Broker,
    }
}

/// A thing of the palette; where it cannot be added, it says why.
fn piece(stage: StageState, starter: Starter) -> AnyView {
    let why = Memo::new(move |_| {
        // The board may have changed with its cards.
        stage.ui.frame.track();
        let verdict = stage.ui.read(|session| can_add(session.board(), starter));
        verdict.and_then(Result::err).map(|refusal| format!("{}: {}.", refusal.reason, refusal.mend))
    });
    let by_mouse = StoredValue::new(false);
    let down = move |event: ev::PointerEvent| {
        let mouse = event.pointer_type() == "mouse";
        by_mouse.set_value(mouse);
        if mouse && event.button() == 0 && why.with_untracked(Option::is_none) {
            pointer::drag_out(stage, starter, &event);
        }
    };
    let press = move |event: ev::MouseEvent| {
        // A mouse has taken it up already, as it went down.
        if why.with_untracked(Option::is_some) || (event.detail() > 0 && by_mouse.get_value()) {
            return;
        }
        take(stage, &Input::Arm { starter, pointer: None });
        if stage.size.get_untracked().0 < NARROW {
            stage.ui.panel.set(None);
        }
        focus::to(stage, None);
    };
    view! {
        <li>
            <button
                class="piece"
                aria-disabled=move || why.with(Option::is_some).to_string()
                on:pointerdown=down
                on:click=press
            >
                <Icon of=glyph(starter) />
                <b>{name(starter)}</b>
                <span>{move || why.get().unwrap_or_else(|| starter.sentence().to_owned())}</span>
            </button>
        </li>
    }
    .into_any()
}

/// What a thing is, where its title is only what it is called at first.
fn name(starter: Starter) -> &'static str {
    match starter {
        Starter::Client => "Client",
        Starter::Topic => "Topic",
        _ => starter.title(),
    }
}
