//! What there is to say about a program besides its lines: what is dangerous, and who still runs another version.

use leptos::prelude::*;

use crate::ui::list::List;
use crate::ui::panels::gloss::keyword;
use crate::ui::panels::hold::part;
use crate::view::{OlderLine, OlderProgram, ProgramView};

/// The notes.
#[component]
pub fn Notes(program: Signal<ProgramView>) -> impl IntoView {
    let hazards = part(program, |program| program.hazards.clone());
    let older = part(program, |program| program.older.clone());
    view! {
        <Show when=move || hazards.with(|hazards| !hazards.is_empty())>
            <ul class="hazards" aria-label="What is dangerous about this program">
                <List each=move || hazards.get() key=|hazard| hazard.clone() let:hazard>
                    <li>
                        <b>{if hazard.0.is_empty() { "here".to_owned() } else { hazard.0.clone() }}</b>
                        <span>{hazard.1}</span>
                    </li>
                </List>
            </ul>
        </Show>
        {move || older.get().iter().map(version).collect_view()}
    }
}

/// A version that the document no longer has: what is being handled finishes on it.
fn version(program: &OlderProgram) -> AnyView {
    view! {
        <div class="older">
            <h4>"Still running the program as it was"</h4>
            <ol>{program.lines.iter().map(line).collect_view()}</ol>
        </div>
    }
    .into_any()
}

fn line(line: &OlderLine) -> AnyView {
    let on = line.live.iter().map(|who| view! { <b class="on-line">{who.to_string()}</b> }).collect_view();
    view! {
        <li>
            <span>{line.number}</span>
            <span>
                <b class="kw">{keyword(line.word)}</b>
                " "
                {line.rest.clone()}
            </span>
            {on}
        </li>
    }
    .into_any()
}
