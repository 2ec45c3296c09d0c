//! The stage: the board in the middle of the page, with its camera, its cards and what moves between them.

mod canvas;
mod cards;
mod dots;
mod gesture;
mod menu;
mod offers;
mod palette;
mod pointer;
mod records;
mod scene;
mod state;
mod tries;
mod wires;
mod zoom;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use crate::ui::doors;
use crate::ui::panels::HintCard;
use crate::view::Detail;

use cards::Cards;
use tries::Tries;
use wires::Wires;
use zoom::ZoomButtons;

pub use menu::ContextMenu;
pub use scene::paint_only;
pub use state::StageState;

/// The stage.
#[component]
pub fn Stage(
    /// What lies over it: the panel that is open.
    children: Children,
) -> impl IntoView {
    let stage = StageState::here();
    let ui = stage.ui;
    watch_size(stage);
    doors::lead_to(stage);
    ui.paint(move || scene::paint(stage));
    // A board that has been opened is brought in sight, as soon as there is room and something to see.
    let ready = Memo::new(move |_| {
        let room = stage.size.get().0 > 0.0;
        let cards = ui.frame.with(|frame| frame.bounds.w > 0.0);
        (room && cards).then(|| ui.opened.with(|opened| opened.nth))
    });
    Effect::new(move |_| {
        if ready.get().is_some() {
            stage.fit();
        }
    });
    // Colours and what is selected show on the canvases too.
    Effect::new(move |_| {
        stage.theme.changes.track();
        ui.selection.track();
        ui.wake();
    });
    let layer = move || stage.camera.get().transform();
    let detail = Memo::new(move |_| Detail::at(stage.camera.get().zoom as f32));
    let paper = move || {
        let camera = stage.camera.get();
        let step = if camera.zoom < 0.5 { 64.0 } else { 16.0 } * camera.zoom;
        format!("background-size:{step}px {step}px;background-position:{}px {}px", camera.x - step / 2.0, camera.y - step / 2.0)
    };
    view! {
        <main
            node_ref=stage.element
            class="stage"
            class:hand=stage.hand
            class:dragging=stage.dragging
            class:pointing=stage.pointing
            class:compact=move || detail.get() == Detail::Compact
            class:far=move || detail.get() == Detail::Far
            title=stage.tip
            style=paper
            aria-label="Board"
            on:pointerdown=move |event| pointer::down(stage, &event)
            on:pointermove=move |event| pointer::moved(stage, &event)
            on:pointerup=move |event| pointer::up(stage, &event)
            on:pointercancel=move |event| pointer::ended(stage, &event)
            on:lostpointercapture=move |event| pointer::ended(stage, &event)
            on:wheel=move |event| pointer::wheel(stage, &event)
            on:contextmenu=move |event| pointer::context(stage, &event)
        >
            <div class="world" style:transform=layer>
                <Wires />
            </div>
            <canvas node_ref=stage.dots class="layer" aria-hidden="true"></canvas>
            <div class="world" style:transform=layer style:--zoom=move || stage.camera.get().zoom.to_string()>
                <Cards />
            </div>
            <canvas node_ref=stage.records class="layer" aria-hidden="true"></canvas>
            <div class="corner" data-own-pointer="">
                <Tries />
                <HintCard />
            </div>
            <ZoomButtons />
            {children()}
        </main>
    }
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
