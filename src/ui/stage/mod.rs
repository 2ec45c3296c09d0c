//! The stage: the board in the middle of the page, with its camera, its cards and what moves between them.

pub mod aiming;
mod canvas;
mod cards;
pub mod clipboard;
pub mod commands;
mod dots;
mod empty;
pub mod focus;
pub mod hands;
mod menu;
mod offers;
mod overlay;
mod palette;
pub mod pointer;
mod records;
mod rename;
mod scene;
mod state;
mod tries;
pub mod twin;
mod wires;
mod wiring;
mod zoom;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use crate::editor::gesture::{Input, State};
use crate::editor::{Camera, Item, stood_up};
use crate::sim::NodeId;
use crate::ui::crowd;
use crate::ui::panel::Panel;
use crate::ui::panels::HintCard;
use crate::view::Detail;

use cards::Cards;
use cards::parts::Stop;
use empty::{BackToContent, EmptyBoard};
use overlay::{GestureMarks, GestureWords};
use tries::Tries;
use wires::Wires;
use wiring::WireQuestion;
use zoom::{HistoryButtons, ZoomButtons};

pub use menu::ContextMenu;
pub use scene::paint_only;
use state::NARROW;
pub use state::{COMPARED, StageState};

/// The stage.
#[component]
pub fn Stage(
    /// What lies over it: the panel that is open.
    children: Children,
) -> impl IntoView {
    let stage = StageState::here();
    let ui = stage.ui;
    watch_size(stage);
    crowd::measure(stage);
    ui.paint(move || scene::paint(stage));
    // A board that has been opened is brought in sight, as soon as there is room and something to see.
    let ready = Memo::new(move |_| {
        let room = stage.size.get().0 > 0.0;
        ui.opened.with(|opened| (room && opened.nth > 0).then_some(opened.nth))
    });
    Effect::new(move |_| {
        if ready.get().is_some() {
            stage.camera.set(Camera::default());
            stand_up(stage);
            stage.fit();
        }
    });
    // The presenter's size leaves the stage another room: what was fitted is fitted again.
    Effect::new(move |before: Option<bool>| {
        let presenter = stage.theme.presenter.get();
        if before.is_some_and(|before| before != presenter) {
            stage.fit();
        }
        presenter
    });
    // So does a panel that opens over it. What it covers is known once it is there.
    Effect::new(move |before: Option<Option<Panel>>| {
        let panel = ui.panel.get();
        if before.is_some_and(|before| before != panel) {
            request_animation_frame(move || stage.room_changed());
        }
        panel
    });
    watch_nodes(stage);
    clipboard::listen(stage);
    provide_context(Stop(focus::stop(stage)));
    // Colours and what is selected show on the canvases too.
    Effect::new(move |_| {
        stage.theme.changes.track();
        ui.selection.track();
        ui.wake();
    });
    let detail = Memo::new(move |_| Detail::at(stage.camera.get().zoom as f32));
    let dragging = Memo::new(move |_| {
        let doing = stage.doing.read();
        matches!(*doing, State::Dragging(_) | State::Panning(_) | State::Pinching(_))
    });
    let aiming = Memo::new(move |_| {
        matches!(*stage.doing.read(), State::Connecting(_) | State::Placing(_)) || stage.aiming.with(Option::is_some)
    });
    view! {
        <main
            node_ref=stage.element
            class="stage"
            class:hand=move || stage.grabs()
            class:dragging=dragging
            class:aiming=aiming
            class:pointing=stage.pointing
            class:compact=move || detail.get() == Detail::Compact
            class:far=move || detail.get() == Detail::Far
            title=stage.tip
            style=move || paper(stage)
            tabindex="-1"
            aria-label="Board"
            on:pointerdown=move |event| pointer::down(stage, &event)
            on:pointermove=move |event| pointer::moved(stage, &event)
            on:pointerup=move |event| pointer::up(stage, &event)
            on:pointercancel=move |event| pointer::ended(stage, &event)
            on:lostpointercapture=move |event| pointer::ended(stage, &event)
            on:focusin=move |event| focused(stage, &event)
            on:dblclick=move |event| pointer::double(stage, &event)
            on:wheel=move |event| pointer::wheel(stage, &event)
            on:contextmenu=move |event| pointer::context(stage, &event)
        >
            {layers(stage)}
            <div class="world" style:transform=move || stage.camera.get().transform() style:--zoom=move || stage.camera.get().zoom.to_string()>
                <GestureMarks />
            </div>
            <GestureWords />
            <EmptyBoard />
            <BackToContent />
            <div class="corner" data-own-pointer="">
                <Tries />
                <HintCard />
            </div>
            <div class="corner-right" data-own-pointer="">
                <HistoryButtons />
                <ZoomButtons />
            </div>
            <WireQuestion />
            {children()}
        </main>
    }
}

/// The board, from below: wires, what moves on them, cards, what lies in lanes.
fn layers(stage: StageState) -> AnyView {
    let layer = move || stage.camera.get().transform();
    view! {
        <div class="world" style:transform=layer>
            <Wires />
        </div>
        <canvas node_ref=stage.dots class="layer" aria-hidden="true"></canvas>
        <div class="world" style:transform=layer style:--zoom=move || stage.camera.get().zoom.to_string()>
            <Cards />
        </div>
        <canvas node_ref=stage.records class="layer" aria-hidden="true"></canvas>
    }
    .into_any()
}

/// The dots of the paper, which move with the camera.
fn paper(stage: StageState) -> String {
    let camera = stage.camera.get();
    let step = if camera.zoom < 0.5 { 64.0 } else { 16.0 } * camera.zoom;
    format!("background-size:{step}px {step}px;background-position:{}px {}px", camera.x - step / 2.0, camera.y - step / 2.0)
}

/// What has the focus is where Tab enters the board next.
fn focused(stage: StageState, event: &web_sys::FocusEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    if let Some(item) = target.as_ref().and_then(focus::item_of)
        && stage.stop.with_untracked(|stop| stop.as_ref() != Some(&item))
    {
        stage.stop.set(Some(item));
    }
}

/// A board that is wider than high, as most are drawn, is read from top to bottom where the stage is narrow and high.
/// It is opened so, which is no edit: there is nothing to undo.
fn stand_up(stage: StageState) {
    let (width, height) = stage.size.get_untracked();
    let bounds = stage.ui.frame.with_untracked(|frame| frame.bounds);
    if width >= NARROW || height < width || bounds.w < bounds.h {
        return;
    }
    let cards = hands::cards(stage);
    stage.ui.place_unasked(|board| stood_up(board, &cards));
}

/// A gesture lets go of what is no longer on the board, however it went.
fn watch_nodes(stage: StageState) {
    let nodes = Memo::new(move |_| {
        stage.ui.frame.with(|frame| {
            let clients = frame.clients.iter().map(|card| card.id);
            let services = frame.services.iter().map(|card| card.id);
            clients.chain(services).chain(frame.brokers.iter().map(|card| card.id)).collect::<Vec<_>>()
        })
    });
    Effect::new(move |before: Option<Vec<NodeId>>| {
        let now = nodes.get();
        let gone: Vec<NodeId> = before.unwrap_or_default().into_iter().filter(|node| !now.contains(node)).collect();
        if !gone.is_empty() {
            // The focus is not lost with what had it.
            let stop = stage.stop.get_untracked();
            if gone.iter().any(|node| stop == Some(Item::Node(*node))) && focus::is_nowhere() {
                focus::soon(stage, None);
            }
            hands::take(stage, &Input::Deleted(gone));
        }
        now
    });
}

/// Follows the stage's size.
fn watch_size(stage: StageState) {
    let kept = StoredValue::new_local(None::<(web_sys::ResizeObserver, Closure<dyn Fn()>)>);
    Effect::new(move |_| {
        let Some(element) = stage.element.get() else { return };
        let observed = element.clone();
        let changed = Closure::<dyn Fn()>::new(move || {
            let size = (f64::from(observed.client_width()), f64::from(observed.client_height()));
            if stage.size.try_get_untracked().is_some_and(|known| known != size) {
                stage.size.set(size);
                stage.room_changed();
                stage.ui.wake();
            }
        });
        if let Ok(observer) = web_sys::ResizeObserver::new(changed.as_ref().unchecked_ref()) {
            observer.observe(&element);
            kept.set_value(Some((observer, changed)));
        }
    });
    on_cleanup(move || {
        if let Some(Some((observer, _))) = kept.try_update_value(Option::take) {
            observer.disconnect();
        }
    });
}
