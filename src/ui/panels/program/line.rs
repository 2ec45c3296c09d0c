//! One line of a program.

use leptos::prelude::*;

use super::Transaction;
use crate::ui::list::List;
use crate::ui::panels::gloss::keyword;
use crate::ui::panels::hold::part;
use crate::view::LineView;

/// A line: its number, its words, and the instances that are on it.
#[component]
pub fn Line(
    /// The line.
    line: Signal<LineView>,
    /// Its place in a transaction.
    bracket: Memo<Transaction>,
    /// It has just been added, changed or moved.
    fresh: bool,
    /// It is a line of the outbox's relay.
    relay: bool,
) -> impl IntoView {
    let word = part(line, |line| line.word.clone());
    let live = Memo::new(move |_| line.with(|line| line.live.clone()));
    let said = move || {
        live.with(|live| {
            let names: Vec<String> = live.iter().map(u16::to_string).collect();
            match (names.is_empty(), relay) {
                (true, _) => String::new(),
                (false, true) => "the relay is on this line".to_owned(),
                (false, false) => format!("on this line: instance {}", names.join(", ")),
            }
        })
    };
    view! {
        <li
            class="line"
            class:fresh=fresh
            class:live=move || live.with(|live| !live.is_empty())
            class:tx=move || bracket.get().inside
            class:tx-first=move || bracket.get().first
            class:tx-last=move || bracket.get().last
        >
            <span class="gut"></span>
            <span class="br" title=move || if bracket.get().inside { "One transaction: all of its writes, or none." } else { "" }></span>
            <span class="ln">{move || line.with(|line| line.number)}</span>
            <span class="code">
                <b class="kw">{move || word.with(|word| keyword(word))}</b>
                " "
                {move || line.with(|line| line.rest.clone())}
                {move || {
                    let note = line.with(|line| line.note.clone());
                    (!note.is_empty()).then(|| view! { <small class="note">" · " {note}</small> })
                }}
            </span>
            <span class="at" title=said>
                <List each=move || live.get() key=|number| *number let:number>
                    <b class="on-line">{if relay { "•".to_owned() } else { number.to_string() }}</b>
                </List>
            </span>
        </li>
    }
}
