//! How the outbox's relay reads, and real ones that it can be made like.

use leptos::prelude::*;

use crate::board::RelayPreset;
use crate::editor::Operation;
use crate::sim::NodeId;
use crate::ui::list::List;
use crate::ui::panels::hands::Hands;
use crate::ui::panels::hold::part;
use crate::ui::panels::segments::{Segment, Segments};
use crate::view::RelayChoice;

/// The choice, below the relay's program.
#[component]
pub fn RelaySwitch(
    /// Whose relay it is.
    service: NodeId,
    /// How it reads.
    choice: Signal<RelayChoice>,
) -> impl IntoView {
    let hands = Hands::here();
    let refused = RwSignal::new(None::<String>);
    let options = part(choice, |choice| {
        let segment = |kind: &crate::store::RelayKind| Segment {
            label: kind.words().to_owned(),
            on: *kind == choice.kind,
            refused: String::new(),
        };
        choice.kinds.iter().map(segment).collect::<Vec<_>>()
    });
    let make = move |operation: Operation| refused.set(hands.make.run(operation));
    let pick = move |at: usize| {
        if let Some(kind) = choice.with_untracked(|choice| choice.kinds.get(at).copied()) {
            make(Operation::RelayReads(service, kind));
        }
    };
    view! {
        <div class="block pattern">
            <h4>"How it reads"</h4>
            <Segments label="How it reads" options pick />
            <p class="why">{move || choice.with(|choice| choice.kind.sentence())}</p>
        </div>
        <div class="block pattern presets">
            <h4>"Like a real one"</h4>
            <div role="group" aria-label="Like a real one">
                <List each=move || RelayPreset::ALL key=|preset| preset.name() let:preset>
                    <button
                        type="button"
                        class:on=move || choice.with(|choice| choice.like == Some(preset))
                        aria-pressed=move || choice.with(|choice| choice.like == Some(preset)).to_string()
                        on:click=move |_| make(Operation::RelayLike(service, preset))
                    >
                        {preset.name()}
                    </button>
                </List>
            </div>
            {move || {
                choice
                    .with(|choice| choice.like)
                    .map(|preset| {
                        view! {
                            <p class="why">"With its own timings: " {preset.models().join(" ")}</p>
                            <p class="why">"Left out: " {preset.leaves_out().join(" ")}</p>
                        }
                    })
            }}
            {move || refused.get().map(|why| view! { <p class="refused" role="alert">{why}</p> })}
        </div>
    }
}
