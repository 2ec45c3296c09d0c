//! A service's card: a row for each instance, figures, and the outbox on its edge.

use leptos::html;
use leptos::prelude::*;

use crate::board::Process;
use crate::sim::NodeId;
use crate::ui::icons::{Glyph, Icon};
use crate::ui::list::List;
use crate::ui::stage::palette::tint_of;
use crate::ui::stage::state::StageState;
use crate::view::{Frame, InstanceRow, ProcessState, Rect, ServiceCard, Target, Tray};

use super::parts::{Card, inside, of_card, state_word};

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
    let title = of_card(stage, move |frame| find(frame, id), |card| card.title.clone());
    let note = of_card(stage, move |frame| find(frame, id), |card| card.note.clone());
    let rows =
        of_card(stage, move |frame| find(frame, id), |card| card.instances.iter().map(|row| row.process).collect::<Vec<_>>());
    let rest = of_card(
        stage,
        move |frame| find(frame, id),
        |card| card.rest.as_ref().map(|rest| (rest.text.clone(), inside(rest.rect, card.rect))),
    );
    let foot = of_card(stage, move |frame| find(frame, id), |card| card.foot.clone());
    let has_tray = of_card(stage, move |frame| find(frame, id), |card| card.tray.is_some());
    let label = of_card(stage, move |frame| find(frame, id), words);
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
        .map(|row| format!("{} {}", row.name, state_word(row.state)))
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
    let row = Memo::new(move |_| {
        stage.ui.frame.with(|frame| {
            let row = find(frame, id).and_then(|card| card.instances.iter().find(|row| row.process == process));
            row.cloned()
        })
    });
    let of = move |read: fn(&InstanceRow) -> String| Memo::new(move |_| row.read().as_ref().map(read).unwrap_or_default());
    let (name, doing, number) = (of(|row| row.name.clone()), of(|row| row.doing.clone()), of(|row| row.number.to_string()));
    let state = Memo::new(move |_| row.read().as_ref().map(|row| row.state).unwrap_or_default());
    // A bar that falls back begins anew; it does not run backwards.
    let progress = Memo::new(move |before: Option<&(f32, bool)>| {
        let now = row.read().as_ref().map_or(0.0, |row| row.progress);
        (now, before.is_some_and(|(before, _)| now < *before))
    });
    let place = Memo::new(move |_| {
        let card = stage.ui.frame.with(|frame| find(frame, id).map(|card| card.rect)).unwrap_or_default();
        inside(row.read().as_ref().map(|row| row.rect).unwrap_or_default(), card)
    });
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
                    style:transform=move || format!("scaleX({})", progress.read().0.clamp(0.0, 1.0))
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
    let tray = Memo::new(move |_| {
        stage.ui.frame.with(|frame| find(frame, id).and_then(|card| card.tray.clone().map(|tray| (tray, card.rect))))
    });
    let state = Memo::new(move |_| tray.read().as_ref().map(|(tray, _)| tray.state).unwrap_or_default());
    let chips = Memo::new(move |_| {
        tray.read().as_ref().map(|(tray, _)| tray.rows.iter().map(|key| tint_of(*key)).collect::<Vec<_>>()).unwrap_or_default()
    });
    let waiting = Memo::new(move |_| tray.read().as_ref().map_or(0, |(tray, _)| tray.waiting));
    let place =
        Memo::new(move |_| tray.read().as_ref().map(|(tray, card): &(Tray, Rect)| inside(tray.rect, *card)).unwrap_or_default());
    let label = Memo::new(move |_| tray.read().as_ref().map(|(tray, _)| tray_words(tray)).unwrap_or_default());
    let menu = move |_| {
        let relay = tray.read_untracked().as_ref().map(|(tray, _)| tray.relay);
        if let (Some(relay), Some(element)) = (relay, element.get_untracked()) {
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
        </button>
    }
}

fn tray_words(tray: &Tray) -> String {
    let rows = if tray.waiting == 1 { "row" } else { "rows" };
    format!("Outbox: {} {rows} to publish. Relay: {}", tray.waiting, tray.doing)
}
