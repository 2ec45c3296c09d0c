//! A service's card: a row for each instance, figures, and the outbox on its edge.

use leptos::html;
use leptos::prelude::*;

use crate::board::Process;
use crate::sim::{NodeId, Role, Span};
use crate::ui::icons::{Glyph, Icon};
use crate::ui::list::List;
use crate::ui::stage::palette::tint_of;
use crate::ui::stage::state::StageState;
use crate::view::{Frame, InstanceRow, ProcessState, Rect, RelayMark, ServiceCard, Target, Tray};

use super::parts::{Card, inside, of_card};

fn find(frame: &Frame, id: NodeId) -> Option<&ServiceCard> {
    frame.service(id)
}

/// A service.
#[component]
pub fn Service(
    /// Its node.
    id: NodeId,
) -> impl IntoView {
    let stage = StageState::here();
    let title = of_card(stage, id, find, |card| card.title.clone());
    let note = of_card(stage, id, find, |card| card.note.clone());
    let rows = of_card(stage, id, find, |card| card.instances.iter().map(|row| row.process).collect::<Vec<_>>());
    let rest = of_card(stage, id, find, |card| card.rest.as_ref().map(|rest| (rest.text.clone(), inside(rest.rect, card.rect))));
    let foot = of_card(stage, id, find, |card| card.foot.clone());
    let has_tray = of_card(stage, id, find, |card| card.tray.is_some());
    let label = of_card(stage, id, find, words);
    view! {
        <Card id kind="service" glyph=Glyph::Service title note state=ProcessState::Up label>
            <List each=move || rows.get() key=|process| *process let:process>
                <Instance id process />
            </List>
            <Show when=move || rest.with(Option::is_some)>
                <p class="instance rest" style=move || rest.get().map(|(_, place)| place)>{move || rest.get().map(|(text, _)| text)}</p>
            </Show>
            <div class="card-foot">
                {move || foot.get().into_iter().map(|figure| view! { <span>{figure}</span> }).collect_view()}
            </div>
            <Show when=move || has_tray.get()>
                <OutboxTray id />
            </Show>
        </Card>
    }
}

fn words(card: &ServiceCard) -> String {
    let down: Vec<String> = card
        .instances
        .iter()
        .filter(|row| row.state != ProcessState::Up)
        .map(|row| format!("{} {}", row.name, row.state.name()))
        .collect();
    let down = if down.is_empty() { String::new() } else { format!(", {}", down.join(", ")) };
    format!("{}, service, {}{down}", card.title, card.note)
}

/// A running instance: its number, its name, the line it is on, and how far that has come.
#[component]
fn Instance(
    /// The service.
    id: NodeId,
    /// The instance.
    process: Process,
) -> impl IntoView {
    let stage = StageState::here();
    let element = NodeRef::<html::Div>::new();
    // The row, at its place in the card.
    let row = of_card(stage, id, find, move |card| {
        let row = card.instances.iter().find(|row| row.process == process)?;
        Some(InstanceRow { rect: row.rect.moved(-card.rect.x, -card.rect.y), ..row.clone() })
    });
    let number = process.ordinal.saturating_add(1);
    let of = move |read: fn(&InstanceRow) -> String| Memo::new(move |_| row.read().as_ref().map(read).unwrap_or_default());
    let (name, doing) = (of(|row| row.name.clone()), of(|row| row.doing.clone()));
    let state = Memo::new(move |_| row.read().as_ref().map(|row| row.state).unwrap_or_default());
    let out = Memo::new(move |_| row.read().as_ref().is_some_and(|row| row.waits_for_group));
    // A bar that falls back begins anew; it does not run backwards. Thousandths of it are less than a pixel.
    let progress = Memo::new(move |before: Option<&(u32, bool)>| {
        let now = row.read().as_ref().map_or(0, |row| (row.progress.clamp(0.0, 1.0) * 1000.0) as u32);
        (now, before.is_some_and(|(before, _)| now < *before))
    });
    let rect = Memo::new(move |_| row.read().as_ref().map(|row| row.rect).unwrap_or_default());
    let place = move || inside(rect.get(), Rect::default());
    let menu = move |_| {
        if let Some(element) = element.get_untracked() {
            let place = element.get_bounding_client_rect();
            stage.offer(Target::Process(process), (place.right() - 8.0, place.bottom()));
        }
    };
    view! {
        <div
            node_ref=element
            class="instance"
            class:crashed=move || state.get() == ProcessState::Crashed
            class:paused=move || state.get() == ProcessState::Paused
            class:unassigned=out
            style=place
        >
            <b class="badge">{number}</b>
            <span class="name">{name}</span>
            <code>{doing}</code>
            <button class="row-bolt" tabindex="-1" aria-haspopup="menu" aria-label=move || format!("What can be done to {}", name.get()) on:click=menu>
                <Icon of=Glyph::Bolt />
            </button>
            <i class="bar">
                <i
                    class:again=move || progress.read().1
                    style:transform=move || format!("scaleX({}e-3)", progress.read().0)
                ></i>
            </i>
        </div>
    }
}

/// The outbox: what waits to be published, and the relay that publishes it.
#[component]
fn OutboxTray(
    /// The service.
    id: NodeId,
) -> impl IntoView {
    let stage = StageState::here();
    let element = NodeRef::<html::Button>::new();
    // The tray, at its place in the card.
    let tray = of_card(stage, id, find, |card| {
        let tray = card.tray.as_ref()?;
        Some(Tray { rect: tray.rect.moved(-card.rect.x, -card.rect.y), ..tray.clone() })
    });
    let state = Memo::new(move |_| tray.read().as_ref().map(Tray::state).unwrap_or_default());
    let chips = Memo::new(move |_| {
        tray.read().as_ref().map(|tray| tray.rows.iter().map(|key| tint_of(*key)).collect::<Vec<_>>()).unwrap_or_default()
    });
    let relays = Memo::new(move |_| {
        let relays = tray.read().as_ref().map(|tray| tray.relays.iter().map(look).collect::<Vec<_>>()).unwrap_or_default();
        if relays.len() > 1 { relays } else { Vec::new() }
    });
    let waiting = Memo::new(move |_| tray.read().as_ref().map_or(0, |tray| tray.waiting));
    let age = Memo::new(move |_| tray.read().as_ref().and_then(|tray| tray.oldest).map(short));
    let rect = Memo::new(move |_| tray.read().as_ref().map(|tray| tray.rect).unwrap_or_default());
    let place = move || inside(rect.get(), Rect::default());
    let label = Memo::new(move |_| tray.read().as_ref().map(|tray| format!("Outbox: {}", tray.words())).unwrap_or_default());
    let menu = move |_| {
        let relay = Process { node: id, role: Role::Relay, ordinal: 0 };
        if let Some(element) = element.get_untracked() {
            let place = element.get_bounding_client_rect();
            stage.offer(Target::Process(relay), (place.left(), place.bottom() + 6.0));
        }
    };
    view! {
        <button
            node_ref=element
            class="tray"
            tabindex="-1"
            class:crashed=move || state.get() == ProcessState::Crashed
            class:paused=move || state.get() == ProcessState::Paused
            style=place
            aria-haspopup="menu"
            aria-label=label
            data-tip=label
            on:click=menu
        >
            <span class="chips">
                {move || chips.get().into_iter().map(|tint| view! { <i style=format!("--c:var(--k{tint},var(--ink-2))")></i> }).collect_view()}
            </span>
            <small>{waiting}</small>
            <small class="age">{move || age.get()}</small>
            <span class="relays">{move || relays.get().into_iter().map(|look| view! { <i class=look></i> }).collect_view()}</span>
        </button>
    }
}

/// How a relay's mark looks beside others.
fn look(relay: &RelayMark) -> &'static str {
    match relay.state {
        ProcessState::Crashed | ProcessState::NoPower => "crashed",
        ProcessState::Paused => "paused",
        ProcessState::Up if relay.follows => "follows",
        ProcessState::Up => "",
    }
}

/// A length of time in four letters: `9s`, `12m`, `30h`.
fn short(age: Span) -> String {
    match age.as_ms() / 1_000 {
        seconds @ 0..=99 => format!("{seconds}s"),
        seconds @ 100..=5_999 => format!("{}m", seconds / 60),
        seconds => format!("{}h", seconds / 3_600),
    }
}
