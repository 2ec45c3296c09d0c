//! A line of a program that is changed: its parts, and what can be done to the whole line.

use leptos::prelude::*;

use crate::editor::ProgramEdit;
use crate::sim::LineId;
use crate::ui::icons::{Glyph, Icon};
use crate::ui::list::List;
use crate::ui::panels::hold::hold;

use super::Bench;
use super::part::PartField;

/// The line.
#[component]
pub fn EditLine(
    /// Whose it is.
    bench: Bench,
    /// The line: its id, its first word and what follows.
    line: Signal<(LineId, String, String)>,
    /// Its place, counted from 1.
    at: Signal<usize>,
    /// How many lines there are.
    count: Signal<usize>,
) -> impl IntoView {
    let id = line.with_untracked(|line| line.0);
    let word = move || line.with(|line| line.1.clone());
    // Read anew whenever the line reads otherwise.
    let parts: Signal<Vec<_>> = Memo::new(move |_| {
        line.track();
        bench.hands.parts.run((bench.service, id))
    })
    .into();
    let move_by = move |up: bool| {
        if bench.change(ProgramEdit::MoveLine { line: id, up }) {
            let which = if up { "up" } else { "down" };
            bench.focus_on(format!("[data-line=\"{}\"] [data-move=\"{which}\"]", id.0));
        }
    };
    let remove = move |_| {
        let place = at.get_untracked();
        if bench.change(ProgramEdit::RemoveLine(id)) {
            bench.focus_on(format!("[data-add=\"{}\"]", place.saturating_sub(1)));
        }
    };
    view! {
        <div class="edit-line" data-line=id.0.to_string() role="group" aria-label=move || format!("Line {}: {}", at.get() + 1, word())>
            <b class="kw">{word}</b>
            <span class="edit-parts">
                <List each=move || parts.get() key=|part| part.field.name() let:first>
                    {
                        let field = first.field;
                        let part = hold(parts, first, move |parts| parts.iter().find(|part| part.field == field).cloned());
                        view! { <PartField bench line=id part /> }
                    }
                </List>
            </span>
            <span class="edit-does">
                <button
                    type="button"
                    class="tool"
                    data-move="up"
                    aria-label=move || format!("Move {} up", word())
                    aria-disabled=move || (at.get() <= 1).to_string()
                    on:click=move |_| move_by(true)
                >
                    "↑"
                </button>
                <button
                    type="button"
                    class="tool"
                    data-move="down"
                    aria-label=move || format!("Move {} down", word())
                    aria-disabled=move || (at.get() >= count.get()).to_string()
                    on:click=move |_| move_by(false)
                >
                    "↓"
                </button>
                <button type="button" class="tool" aria-label=move || format!("Remove {}", word()) on:click=remove>
                    <Icon of=Glyph::Close />
                </button>
            </span>
        </div>
    }
}
