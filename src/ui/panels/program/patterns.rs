//! Patterns as switches in the words of the problem: each edits the program above it.

use leptos::prelude::*;

use crate::board::{Edit, Pattern};
use crate::sim::NodeId;
use crate::ui::list::List;
use crate::ui::panels::hands::Hands;
use crate::ui::panels::hold::{hold, part};
use crate::ui::panels::segments::{Segment, Segments};
use crate::view::{PatternSwitch, PatternWhich, ProgramView};

/// The word on each switch's key, so that rows are told apart.
const fn place(which: PatternWhich) -> u8 {
    match which {
        PatternWhich::IfAgain => 0,
        PatternWhich::Acknowledges => 1,
        PatternWhich::Publishes => 2,
    }
}

/// All switches of a program.
#[component]
pub fn Patterns(service: NodeId, program: Signal<ProgramView>) -> impl IntoView {
    let switches = part(program, |program| program.patterns.clone());
    view! {
        <List each=move || switches.get() key=|switch| place(switch.which) let:switch>
            <Switch service first=switch switches />
        </List>
    }
}

#[component]
fn Switch(service: NodeId, first: PatternSwitch, switches: Signal<Vec<PatternSwitch>>) -> impl IntoView {
    let hands = Hands::here();
    let (heading, which) = (first.heading, first.which);
    let me = hold(switches, first, move |all| all.iter().find(|one| one.which == which).cloned());
    let options = part(me, |me| {
        let is = |form: &Pattern| me.now.as_ref() == Some(form);
        let form = |(words, form, why): &(&'static str, Pattern, String)| Segment {
            label: (*words).to_owned(),
            on: is(form),
            refused: why.clone(),
        };
        me.forms.iter().map(form).collect::<Vec<_>>()
    });
    let custom = Memo::new(move |_| me.with(|me| me.now.is_none()));
    let refusals = part(options, |options| options.iter().filter(|one| !one.refused.is_empty()).cloned().collect::<Vec<_>>());
    let pick = move |at: usize| {
        let form = me.with_untracked(|me| me.forms.get(at).map(|(_, form, _)| *form));
        if let Some(pattern) = form {
            hands.edit(Edit::Pattern { service, pattern });
        }
    };
    view! {
        <div class="block pattern">
            <h4>
                {heading}
                <Show when=move || custom.get()>
                    <span class="custom" title="The program fits none of these forms.">"custom"</span>
                </Show>
            </h4>
            <Segments label=heading options pick />
            {move || {
                refusals
                    .get()
                    .into_iter()
                    .map(|one| view! { <p class="why"><b>{one.label}</b> " does not fit: " {one.refused}</p> })
                    .collect_view()
            }}
        </div>
    }
}
