//! A name that can be changed where it stands.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use crate::ui::icons::{Glyph, Icon};
use crate::ui::panels::keys::focus;

/// A name with a pencil. The pencil opens a field: Enter takes what was typed, Escape leaves the name as it was. A name that
/// is refused stays in the field, with the reason below.
#[component]
pub fn Named(
    /// What kind of name it is, for the pencil: `Rename topic`.
    what: &'static str,
    /// The name.
    #[prop(into)]
    name: Signal<String>,
    /// It is the heading of the page.
    heading: bool,
    /// Takes a new name; says why if it is refused.
    #[prop(into)]
    take: Callback<String, Option<String>>,
) -> impl IntoView {
    let editing = RwSignal::new(false);
    let why = RwSignal::new(None::<String>);
    let field = NodeRef::<html::Input>::new();
    let pencil = NodeRef::<html::Button>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            let _ = field.focus();
            field.select();
        }
    });
    let close = move || {
        editing.set(false);
        why.set(None);
    };
    // A field that is taken away says that the focus has left it, too late.
    let done = move |text: String| {
        if editing.try_get_untracked() != Some(true) {
            return false;
        }
        let refused = if text.trim() == name.get_untracked() { None } else { take.run(text) };
        let taken = refused.is_none();
        if taken {
            close();
        } else {
            why.set(refused);
        }
        taken
    };
    let back = move || {
        request_animation_frame(move || {
            if let Some(pencil) = pencil.try_get_untracked().flatten() {
                focus(&pencil);
            }
        });
    };
    let keys = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" if done(event_target_value(&event)) => back(),
        "Escape" => {
            event.prevent_default();
            close();
            back();
        }
        _ => {}
    };
    let label = move || format!("{what} {}", name.get());
    view! {
        <div class="named">
            {move || {
                if editing.get() {
                    view! {
                        <input
                            node_ref=field
                            class="name-field"
                            aria-label=label
                            aria-invalid=move || why.with(Option::is_some).to_string()
                            maxlength="120"
                            value=name.get_untracked()
                            on:keydown=keys
                            on:blur:target=move |event| {
                                done(event.target().value());
                            }
                        />
                    }
                        .into_any()
                } else {
                    let text = move || name.get();
                    view! {
                        {if heading {
                            view! { <h2>{text}</h2> }.into_any()
                        } else {
                            view! { <span class="process-name">{text}</span> }.into_any()
                        }}
                        <button
                            node_ref=pencil
                            type="button"
                            class="pencil"
                            aria-label=label
                            title=what
                            on:click=move |_| editing.set(true)
                        >
                            <Icon of=Glyph::Pencil />
                        </button>
                    }
                        .into_any()
                }
            }}
        </div>
        {move || why.get().map(|why| view! { <p class="refused" role="alert">{why}</p> })}
    }
}
