//! The gap between two lines: where a crash can be pinned.

use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;

use super::pin::PinCard;
use crate::board::Gap;
use crate::sim::NodeId;
use crate::ui::panels::keys::{back_to, closes, leaves};
use crate::view::GapView;

/// Whose gaps these are, and which of them is open.
#[derive(Clone, Copy)]
pub struct Whom {
    /// The service.
    pub service: NodeId,
    /// The instances that a pin can wait for; none for a relay, of which there is one.
    pub instances: Signal<Vec<(u16, String)>>,
    /// The keys that a pin can wait for, where messages have few.
    pub keys: Signal<Vec<(u32, String)>>,
    /// It is the outbox's relay, of which there is one.
    pub relay: bool,
    /// The gap whose card is open.
    pub open: RwSignal<Option<Gap>>,
}

/// A gap: a thin button, the line and label of its pin, and the card that sets or takes it away.
#[component]
pub fn GapPlace(
    /// The gap.
    gap: Signal<GapView>,
    /// Whose it is.
    whom: Whom,
    /// Where it is: `between commit and ack`.
    between: Signal<String>,
    /// It lies inside a transaction.
    inside: Signal<bool>,
) -> impl IntoView {
    let place = gap.with_untracked(|gap| gap.gap);
    let open = whom.open;
    let is_open = Memo::new(move |_| open.get() == Some(place));
    let pinned = Memo::new(move |_| gap.with(|gap| gap.pin.is_some()));
    let spot = NodeRef::<html::Button>::new();
    let name = move || {
        let label = gap.with(|gap| gap.label.clone());
        if pinned.get() { format!("Pin {}: {label}", between.get()) } else { format!("Pin a crash {}", between.get()) }
    };
    let close = Callback::new(move |()| {
        open.set(None);
        back_to(spot);
    });
    let keyed = move |event: KeyboardEvent| {
        if closes(&event, is_open.get_untracked()) {
            close.run(());
        }
    };
    // The card closes when what is focused lies elsewhere.
    let left = move |event: FocusEvent| {
        if leaves(&event) && is_open.try_get_untracked() == Some(true) {
            open.try_set(None);
        }
    };
    view! {
        <li
            class="gap"
            class:pinned=pinned
            class:spent=move || gap.with(|gap| gap.spent)
            class:open=is_open
            class:tx=inside
            on:keydown=keyed
            on:focusout=left
        >
            <button
                type="button"
                class="gap-spot"
                node_ref=spot
                aria-label=name
                aria-haspopup="dialog"
                aria-expanded=move || is_open.get().to_string()
                on:click=move |_| open.update(|open| *open = if *open == Some(place) { None } else { Some(place) })
            >
                <span class="gap-dot"></span>
                <span class="gap-rule"></span>
                <span class="gap-label">
                    {move || if pinned.get() { gap.with(|gap| gap.label.clone()) } else { "crash here".to_owned() }}
                </span>
            </button>
            <Show when=move || is_open.get()>
                <PinCard whom place between pin=gap.with_untracked(|gap| gap.pin) close />
            </Show>
        </li>
    }
}
