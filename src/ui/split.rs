//! Two branches compared: the bar over both boards, a label on each, and the board of the other one. The board that is shown
//! stays what it is, and gets half of the room.

use leptos::html;
use leptos::prelude::*;

use super::icons::{Glyph, Icon};
use super::pane::{Pane, PanePage, narrow};
use super::panel::Panel;
use super::stage::twin::{Twin, marks};
use super::stage::{COMPARED, StageState};
use crate::editor::stacked;
use crate::view::{Selection, SideBySide};

/// The room that the bar takes from both boards, in pixels.
const BAR: f64 = 40.0;

/// All that stands on the board's place while two branches are compared, besides the board that is shown.
#[component]
pub fn SplitView() -> impl IntoView {
    let stage = StageState::here();
    let (ui, pane) = (stage.ui, stage.pane);
    let element = NodeRef::<html::Section>::new();
    let twin = Twin::new(stage);
    let compared = Memo::new(move |_| pane.beside.with(Option::is_some));
    // What a phone opens over the board has no room beside two of them.
    Effect::new(move |_| {
        let covers = ui.panel.with(|panel| !matches!(panel, None | Some(Panel::Inspect | Panel::Time)));
        if covers && narrow() && compared.get_untracked() {
            pane.compare(None);
        }
    });
    // Both boards are fitted into their halves, and the one that stays into the whole.
    Effect::new(move |before: Option<bool>| {
        let now = compared.get();
        if before.is_some_and(|before| before != now) {
            request_animation_frame(move || stage.fit());
        }
        now
    });
    let above = Memo::new(move |_| {
        stage.size.track();
        let bounds = ui.frame.with_untracked(|frame| frame.bounds);
        let room = element.get().map(|element| element.get_bounding_client_rect());
        room.is_some_and(|room| stacked(bounds, (room.width(), room.height() - BAR), COMPARED))
    });
    let told = Signal::derive(move || pane.side_by_side.with(|both| both.as_ref().map(words).unwrap_or_default()));
    view! {
        <Show when=move || compared.get()>
            <section
                node_ref=element
                class="split"
                class:stacked=above
                class:inspecting=move || ui.selection.get() != Selection::Nothing
                class:explaining=move || ui.explained.with(Option::is_some)
                aria-label="Comparison"
            >
                <style>{move || pane.side_by_side.with(|both| both.as_ref().map(|both| marks(&both.differing)))}</style>
                {bar(pane)}
                <div class="split-half here">{label(pane, true)}</div>
                <div class="split-half there">
                    {twin.board(told)}
                    {label(pane, false)}
                </div>
            </section>
        </Show>
    }
}

/// Where both first differ, and what can be done.
fn bar(pane: Pane) -> AnyView {
    let first = Memo::new(move |_| pane.side_by_side.with(|both| both.as_ref().map(|both| both.first)));
    let differing = move || {
        pane.side_by_side.with(|both| match both.as_ref().map(|both| both.differing.count()) {
            None => String::new(),
            Some(0) => "both boards look the same now".to_owned(),
            Some(1) => "1 thing looks different now".to_owned(),
            Some(count) => format!("{count} things look different now"),
        })
    };
    view! {
        <div class="split-bar">
            {move || match first.get() {
                None => ().into_any(),
                Some(None) => view! { <span class="split-first">"The same happened in both so far"</span> }.into_any(),
                Some(Some(at)) => {
                    view! {
                        <button type="button" class="out" title="Go to the first moment at which they differ" on:click=move |_| pane.ui.seek(at)>
                            "First difference "
                            {at.to_string()}
                        </button>
                    }
                        .into_any()
                }
            }}
            <span class="split-count">{differing}</span>
            <button type="button" class="out" title="What differs, as a table" on:click=move |_| pane.open(PanePage::Branches)>
                "In words"
            </button>
            <button type="button" class="out" title="Show the other one, and this one beside it" on:click=move |_| pane.swap()>
                "Swap"
            </button>
            <button type="button" class="tool split-leave" aria-label="Stop comparing" title="Stop comparing (Esc)" on:click=move |_| pane.compare(None)>
                <Icon of=Glyph::Close />
            </button>
        </div>
    }
    .into_any()
}

/// A board's branch, and what its checks say at the cursor.
fn label(pane: Pane, here: bool) -> AnyView {
    let part = move |pick: fn(&SideBySide, bool) -> String| {
        pane.side_by_side.with(|both| both.as_ref().map(|both| pick(both, here)).unwrap_or_default())
    };
    let name = move || part(|both, here| if here { both.here.clone() } else { both.there.clone() });
    let short = move || {
        part(|both, here| match both.short.filter(|_| !here) {
            Some(at) => format!("got only to {at}"),
            None => String::new(),
        })
    };
    let checks = move || pane.side_by_side.with(|both| both.as_ref().map(|both| chips(both, here)));
    view! {
        <div class="split-label">
            <p>
                <b title=name>{name}</b>
                <small>{if here { "shown" } else { "beside" }}</small>
                <small>{short}</small>
            </p>
            <ul>{checks}</ul>
        </div>
    }
    .into_any()
}

/// The checks that are violated in either, and how the one beside differs.
fn chips(both: &SideBySide, here: bool) -> AnyView {
    if both.checks.is_empty() {
        return view! { <li>"no violations"</li> }.into_any();
    }
    let chip = |(name, ours, theirs): &(&'static str, u64, u64)| {
        let (count, other) = if here { (*ours, *theirs) } else { (*theirs, *ours) };
        let differs = match (here, count.cmp(&other)) {
            (true, _) | (_, std::cmp::Ordering::Equal) => String::new(),
            (false, std::cmp::Ordering::Less) => format!("{} fewer", other - count),
            (false, std::cmp::Ordering::Greater) => format!("{} more", count - other),
        };
        view! {
            <li class:bad={count > 0}>
                {*name}
                " "
                <b>{count}</b>
                {(!differs.is_empty()).then(|| view! { <em>{differs}</em> })}
            </li>
        }
    };
    both.checks.iter().map(chip).collect_view().into_any()
}

/// The other board in words.
fn words(both: &SideBySide) -> String {
    let checks: Vec<String> = both.checks.iter().map(|(name, _, there)| format!("{name} {there}")).collect();
    let checks = if checks.is_empty() { "no violations".to_owned() } else { checks.join(", ") };
    format!("Board of the branch {}: {checks}. What differs is told in words on the page of branches.", both.there)
}
