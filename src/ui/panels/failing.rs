//! Buttons that break a thing, or mend it.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::Element;

use super::hold::hold;
use super::keys::focus;
use crate::board::Action;
use crate::ui::list::List;
use crate::view::Failure;

/// A button for each thing that can be done; one that cannot be done says why when it is pointed at.
pub fn failure_buttons(list: Signal<Vec<Failure>>, name: Signal<String>, take: Callback<Action>) -> AnyView {
    let one = move |one: Failure| {
        let verb = one.verb;
        let me = hold(list, one, move |all| all.iter().find(|one| one.verb == verb).cloned());
        let refused = move || me.with(|me| !me.refused.is_empty());
        view! {
            <button
                type="button"
                class="small"
                class:breaks=move || me.with(|me| me.breaks)
                aria-label=move || format!("{verb} {}", name.get())
                aria-disabled=move || refused().then_some("true")
                title=move || me.with(|me| if me.refused.is_empty() { me.words.clone() } else { me.refused.clone() })
                on:click=move |event| {
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
