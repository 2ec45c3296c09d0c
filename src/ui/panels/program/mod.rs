//! A program as it is read: lines in a gutter, the transaction bracketed, a place for a pin in every gap.

mod edit;
mod gap;
mod line;
mod notes;
mod page;
mod patterns;
mod pin;
mod relay;
mod rows;

pub use page::ProgramPage;
pub use rows::{Row, Transaction, revised, transactions};

use leptos::prelude::*;

use super::gloss::keyword;
use super::hold::{hold, part};
use crate::board::Gap;
use crate::sim::NodeId;
use crate::ui::list::List;
use crate::view::{LineView, ProgramView};
use edit::ProgramEditor;
use gap::{GapPlace, Whom};
use line::Line;
use notes::Notes;
use patterns::Patterns;

/// Whether a program is the outbox's relay: it handles no message.
fn is_relay(program: &ProgramView) -> bool {
    program.heading.first().is_none_or(|(keyword, _)| keyword != "on")
}

fn heading_text(program: &ProgramView) -> String {
    let words = program.heading.iter().map(|(keyword, rest)| format!("{keyword} {rest}"));
    words.collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// One program with its pattern switches.
#[component]
pub fn Program(
    /// Whose program it is.
    service: NodeId,
    /// The program.
    program: Signal<ProgramView>,
    /// The instances that a pin can wait for: their ordinals and names.
    instances: Signal<Vec<(u16, String)>>,
) -> impl IntoView {
    let relay = program.with_untracked(is_relay);
    let open = RwSignal::new(None::<Gap>);
    let editing = RwSignal::new(false);
    let heading = part(program, |program| program.heading.clone());
    let lines = part(program, |program| program.lines.clone());
    let start = part(program, |program| program.start.clone());
    let rows = Memo::new(move |last: Option<&Vec<Row>>| lines.with(|lines| revised(last.map(Vec::as_slice), lines)));
    let brackets = Memo::new(move |_| lines.with(|lines| transactions(lines)));
    let words = Memo::new(move |_| lines.with(|lines| lines.iter().map(|line| line.word.clone()).collect::<Vec<_>>()));
    let whom = Whom {
        service,
        instances: if relay { Signal::from(Vec::new()) } else { instances },
        relay,
        open,
        keys: part(program, |program| program.keys.clone()),
    };
    let first = Signal::derive(move || words.with(|words| words.first().cloned().unwrap_or_default()));
    view! {
        <section class="program" class:relay=relay>
            {relay.then(|| view! { <h3 class="program-name">"relay"</h3> })}
            <Show when=move || editing.get()>
                <div class="program-done">
                    <span>{move || program.with(heading_text)}</span>
                    <button type="button" class="prog-edit" on:click=move |_| editing.set(false)>"Done"</button>
                </div>
                <ProgramEditor service program />
            </Show>
            <ol class="prog" hidden=move || editing.get() aria-label=move || format!("Program: {}", program.with(heading_text))>
                <li class="line heading">
                    <span class="gut"></span>
                    <span class="br"></span>
                    <span class="ln">"1"</span>
                    <span class="code">
                        {move || {
                            heading
                                .get()
                                .into_iter()
                                .map(|(word, rest)| {
                                    view! {
                                        <span class="bit">
                                            <b class="kw">{keyword(&word)}</b>
                                            " "
                                            {rest}
                                        </span>
                                        " "
                                    }
                                })
                                .collect_view()
                        }}
                    </span>
                    <span class="at">
                        {(!relay)
                            .then(|| {
                                view! {
                                    <button type="button" class="prog-edit" on:click=move |_| editing.set(true)>
                                        "Edit"
                                    </button>
                                }
                            })}
                    </span>
                </li>
                <GapPlace gap=start whom between=Signal::derive(move || format!("before {}", first.get())) inside=Signal::from(false) />
                <List each=move || rows.get() key=|row| (row.id, row.revision) let:row>
                    <LineAndGap row lines brackets whom />
                </List>
            </ol>
            <Notes program />
            <Patterns service program />
        </section>
    }
}

#[component]
fn LineAndGap(row: Row, lines: Signal<Vec<LineView>>, brackets: Memo<Vec<Transaction>>, whom: Whom) -> impl IntoView {
    let (id, fresh) = (row.id, row.revision > 0);
    let at = move || lines.with(|lines| lines.iter().position(|line| line.id == id));
    let first = lines.with_untracked(|lines| lines.iter().find(|line| line.id == id).cloned())?;
    let line = hold(lines, first, move |lines| lines.iter().find(|line| line.id == id).cloned());
    let bracket = Memo::new(move |_| at().and_then(|at| brackets.with(|brackets| brackets.get(at).copied())).unwrap_or_default());
    let between = Memo::new(move |_| {
        let at = at().unwrap_or_default();
        lines.with(|lines| match (lines.get(at), lines.get(at + 1)) {
            (Some(line), Some(next)) => format!("between {} and {}", line.word, next.word),
            (Some(line), None) => format!("after {}", line.word),
            _ => String::new(),
        })
    });
    let gap = part(line, |line| line.after.clone());
    let inside = Signal::derive(move || bracket.with(|bracket| bracket.inside && !bracket.last));
    Some(view! {
        <Line line bracket fresh relay=whom.relay />
        <GapPlace gap whom between=between.into() inside />
    })
}
