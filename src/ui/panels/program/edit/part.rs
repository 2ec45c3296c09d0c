//! A part of a line: chosen from a menu, or typed where anything can stand there.

use leptos::prelude::*;

use crate::editor::{FieldOffers, LineField, ProgramEdit};
use crate::sim::LineId;
use crate::ui::panels::hold::part as follow;

use super::Bench;
use super::pick::{Choice, Pick};

/// The part.
#[component]
pub fn PartField(
    /// Whose it is.
    bench: Bench,
    /// The line.
    line: LineId,
    /// The part, with what it could be.
    part: Signal<FieldOffers>,
) -> impl IntoView {
    let (field, typed) = part.with_untracked(|part| (part.field, part.typed));
    let now = follow(part, |part| part.now.clone());
    let choices = follow(part, |part| {
        let choice = |one: &crate::editor::FieldChoice| Choice {
            words: one.words.clone(),
            refused: one.refused.clone().unwrap_or_default(),
        };
        part.choices.iter().map(choice).collect::<Vec<_>>()
    });
    let pick = move |at: usize| {
        let does = part.with_untracked(|part| part.choices.get(at).map(|one| one.does.clone()));
        if let Some(does) = does {
            bench.change(ProgramEdit::ChangeLine { line, does });
        }
    };
    let id = format!("{}-{}", line.0, field.name());
    let has_choices = part.with_untracked(|part| !part.choices.is_empty());
    view! {
        <label class="edit-part">
            <span>{field.name()}</span>
            {if typed {
                typed_field(bench, line, field, now, choices, &id)
            } else {
                has_choices.then(|| view! { <Pick label=field.name().to_owned() id now choices pick=Callback::new(pick) /> }).into_any()
            }}
        </label>
    }
}

/// A field for a name or a number; what is known already is suggested.
fn typed_field(
    bench: Bench,
    line: LineId,
    field: LineField,
    now: Signal<String>,
    choices: Signal<Vec<Choice>>,
    id: &str,
) -> AnyView {
    let list = format!("known-{}", id.replace(' ', "-"));
    let is_number = matches!(field, LineField::Ms | LineField::Spread);
    // What is refused springs back to what holds.
    let tried = RwSignal::new(0u32);
    let take = move |text: String| {
        if text.trim() != now.get_untracked() {
            bench.take(bench.hands.write.run((bench.service, line, field, text)));
        }
        tried.update(|tried| *tried += 1);
    };
    let known = move || {
        let option = |choice: Choice| view! { <option value=choice.words></option> };
        choices.get().into_iter().map(option).collect_view()
    };
    view! {
        <input
            type="text"
            class:number=is_number
            inputmode=if is_number { "numeric" } else { "text" }
            aria-label=field.name()
            data-part=id.to_owned()
            list=list.clone()
            spellcheck="false"
            autocomplete="off"
            prop:value=move || {
                tried.track();
                now.get()
            }
            on:change:target=move |event| take(event.target().value())
        />
        <datalist id=list>{known}</datalist>
    }
    .into_any()
}
