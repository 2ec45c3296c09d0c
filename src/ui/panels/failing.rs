//! Buttons that break a thing, or mend it.

use leptos::ev::{MouseEvent, PointerEvent};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::Element;

use super::hold::hold;
use super::keys::focus;
use crate::board::Action;
use crate::ui::list::List;
use crate::view::Failure;

/// How the failures of a panel get onto the board: dragged by the mouse, or chosen first. Places are those of the window.
#[derive(Clone, Copy)]
pub struct OntoBoard {
    /// The mouse goes down on one.
    pub grab: Callback<(Failure, (i32, i32))>,
    /// The mouse moves. Whether the failure is on its way: a press that trembles carries nothing away.
    pub drag: Callback<(i32, i32), bool>,
    /// The mouse goes up. Gives what is to be done there, if anything.
    pub drop: Callback<(i32, i32), Option<Action>>,
    /// The mouse is gone.
    pub give_up: Callback<()>,
    /// Chooses a failure, or no longer, if it was; with whether that was done by a key.
    pub choose: Callback<(Failure, bool)>,
    /// The one that is chosen, by its word.
    pub chosen: Signal<Option<&'static str>>,
}

/// A button for each thing that can be done; one that cannot be done says why when it is pointed at.
pub fn failure_buttons(list: Signal<Vec<Failure>>, name: Signal<String>, take: Callback<Action>) -> AnyView {
    let one = move |one: Failure| {
        let verb = one.verb;
        let me = hold(list, one, move |all| all.iter().find(|one| one.verb == verb).cloned());
        let refused = move || me.with(|me| !me.refused.is_empty());
        let out = use_context::<OntoBoard>();
        // The mouse is down; and it has carried the failure away, so that the click that follows does nothing.
        let (held, carried) = (StoredValue::new(false), StoredValue::new(false));
        let place = |event: &PointerEvent| (event.client_x(), event.client_y());
        let down = move |event: PointerEvent| {
            carried.set_value(false);
            let Some(out) = out.filter(|_| event.pointer_type() == "mouse" && event.button() == 0) else { return };
            let failure = me.get_untracked();
            if !failure.refused.is_empty() {
                return;
            }
            capture(&event);
            held.set_value(true);
            out.grab.run((failure, place(&event)));
        };
        let moved = move |event: PointerEvent| {
            if let Some(out) = out.filter(|_| held.get_value())
                && out.drag.run(place(&event))
            {
                carried.set_value(true);
            }
        };
        let up = move |event: PointerEvent| {
            held.set_value(false);
            if let Some(action) = out.and_then(|out| out.drop.run(place(&event))) {
                keep_focus(&event);
                take.run(action);
            }
        };
        // The browser also says so of a button that goes while it is held.
        let gone = move |_: PointerEvent| {
            if held.try_update_value(std::mem::take) == Some(true)
                && let Some(out) = out
            {
                out.give_up.run(());
            }
        };
        // A button that goes while it is held loses the mouse, and says so to nobody.
        on_cleanup(move || {
            if held.try_get_value() == Some(true)
                && let Some(out) = out
            {
                out.give_up.run(());
            }
        });
        view! {
            <button
                type="button"
                class="small"
                class:breaks=move || me.with(|me| me.breaks)
                aria-label=move || format!("{verb} {}", name.get())
                aria-disabled=move || refused().then_some("true")
                title=move || me.with(said_of)
                aria-description=move || me.with(|me| me.note.clone())
                on:pointerdown=down
                on:pointermove=moved
                on:pointerup=up
                on:lostpointercapture=gone
                on:click=move |event| {
                    if carried.try_update_value(std::mem::take) == Some(true) {
                        return;
                    }
                    let action = me.with_untracked(|me| me.refused.is_empty().then(|| me.action.clone()));
                    if let Some(action) = action {
                        keep_focus(&event);
                        take.run(action);
                    }
                }
            >
                {verb}
            </button>
        }
    };
    view! {
        <span class="process-does">
            <List each=move || list.get() key=|one| one.verb let:failure>{one(failure)}</List>
        </span>
    }
    .into_any()
}

/// What is said of a failure when it is pointed at.
fn said_of(failure: &Failure) -> String {
    match (failure.refused.is_empty(), failure.note.is_empty()) {
        (false, _) => failure.refused.clone(),
        (true, true) => failure.words.clone(),
        (true, false) => [failure.words.as_str(), ". ", failure.note.as_str()].concat(),
    }
}

fn capture(event: &PointerEvent) {
    if let Some(button) = event.current_target().and_then(|button| button.dyn_into::<Element>().ok()) {
        // Refused for events that a test made up; then the pointer stays on the button anyway.
        let _ = button.set_pointer_capture(event.pointer_id());
    }
}

/// What was done is often not offered any more: the focus then goes to the first button beside it.
fn keep_focus(event: &MouseEvent) {
    let pressed = event.current_target().and_then(|button| button.dyn_into::<Element>().ok());
    let Some(row) = pressed.and_then(|button| button.parent_element()) else { return };
    request_animation_frame(move || {
        let lost = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
        if let Some(first) = row.first_element_child().filter(|_| lost) {
            focus(&first);
        }
    });
}
