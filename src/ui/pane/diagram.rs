//! The space-time diagram on the page: zoomed by buttons, keys and the wheel, and each mark leads to its moment.

use leptos::ev::{KeyboardEvent, MouseEvent, WheelEvent};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::state::Pane;
use crate::sim::{FactId, Span};
use crate::ui::icons::{Glyph, Icon};
use crate::ui::list::List;
use crate::ui::panels::strip::width::width_of;
use crate::view::{LANE, MARGIN, Scale, Tick};

/// What a press of a button or a key does to the length of what is shown.
const STEP: f64 = 0.5;
/// A pixel of the wheel.
const WHEEL: f64 = 0.004;
/// The room for the scale of time below the lines, in pixels.
const FOOT: f64 = 22.0;

/// The diagram of what is followed.
#[component]
pub fn DiagramView() -> impl IntoView {
    let pane = Pane::here();
    let plot = NodeRef::<html::Div>::new();
    let width = width_of(plot, 600.0);
    let whole = Memo::new(move |_| {
        let (from, to) = pane.journey.with(|journey| (journey.diagram.from, journey.diagram.to));
        let room = Span((to.since(from).0 / 25).max(100_000));
        Scale { from: from - room, to: (to + room).max(from + Span::secs(1)), width: width.get() }
    });
    let near = RwSignal::new(None::<Scale>);
    let scale = Memo::new(move |_| near.get().map_or(whole.get(), |near| Scale { width: whole.get().width, ..near }));
    let take = move |to: Scale| {
        let whole = whole.get_untracked();
        near.set((to.span() < whole.span()).then_some(to));
    };
    let step = move |closer: bool| {
        let shown = scale.get_untracked();
        let cursor = shown.x(pane.journey.with_untracked(|journey| journey.cursor));
        let still = if (0.0..=shown.width).contains(&cursor) { cursor } else { shown.width / 2.0 };
        take(shown.zoomed(if closer { STEP } else { 1.0 / STEP }, still, whole.get_untracked()));
    };
    let picture = Memo::new(move |_| pane.journey.with(|journey| journey.picture(scale.get(), pane.chosen.get())));
    let lanes = Memo::new(move |_| {
        pane.journey.with(|journey| journey.diagram.lanes.iter().map(|lane| lane.name.clone()).collect::<Vec<_>>())
    });
    let height = Memo::new(move |_| 2.0 * MARGIN + LANE * lanes.with(Vec::len).saturating_sub(1) as f64 + FOOT);
    let place_in = move |event: &MouseEvent| {
        let left = plot.get_untracked().map_or(0.0, |plot| plot.get_bounding_client_rect().left());
        f64::from(event.client_x()) - left
    };
    let clicked = move |event: MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let mark = target.and_then(|target| target.closest("[data-fact]").ok().flatten());
        let fact = mark.and_then(|mark| mark.get_attribute("data-fact")?.parse::<usize>().ok()).map(FactId::at);
        let at = fact.and_then(|fact| {
            pane.journey.with_untracked(|journey| Some((fact, journey.facts.iter().find(|known| known.id == fact)?.line.time)))
        });
        match at {
            Some((fact, at)) => pane.choose(fact, at),
            None => pane.ui.seek(scale.get_untracked().time(place_in(&event))),
        }
    };
    let turned = move |event: WheelEvent| {
        let (shown, whole) = (scale.get_untracked(), whole.get_untracked());
        if event.ctrl_key() || event.meta_key() {
            event.prevent_default();
            take(shown.zoomed(1.0 + (event.delta_y() * WHEEL).clamp(-0.5, 1.0), place_in(&event), whole));
        } else if event.delta_x() != 0.0 || event.shift_key() {
            event.prevent_default();
            let by = if event.delta_x() == 0.0 { event.delta_y() } else { event.delta_x() };
            take(shown.moved(by, whole));
        }
    };
    let keyed = move |event: KeyboardEvent| {
        let (shown, whole) = (scale.get_untracked(), whole.get_untracked());
        match event.key().as_str() {
            "+" | "=" => step(true),
            "-" => step(false),
            "0" => near.set(None),
            "ArrowLeft" => take(shown.moved(-shown.width / 8.0, whole)),
            "ArrowRight" => take(shown.moved(shown.width / 8.0, whole)),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let cursor = Memo::new(move |_| scale.get().x(pane.journey.with(|journey| journey.cursor)));
    let said = move || {
        pane.journey.with(|journey| {
            let diagram = &journey.diagram;
            let (packets, marks) = (diagram.arrows.len(), diagram.moments.len());
            format!("Space-time diagram of {}: {} lines, {packets} packets, {marks} moments", journey.name, diagram.lanes.len())
        })
    };
    let tick = move |tick: Tick| {
        let bottom = height.get_untracked() - FOOT;
        view! {
            <path class="d-tick" d=format!("M{} 0V{bottom}", tick.x) />
            <text class="d-time" x=tick.x y=bottom + 15.0 text-anchor="middle">{tick.label}</text>
        }
    };
    view! {
        <div class="diagram" role="group" aria-label="Space-time diagram">
            <div class="diagram-zoom">
                <button type="button" aria-label="Show more time" title="Less near (−)" disabled=move || near.with(Option::is_none) on:click=move |_| step(false)>
                    <Icon of=Glyph::Minus />
                </button>
                <button type="button" aria-label="Show less time" title="Nearer (+)" on:click=move |_| step(true)>
                    <Icon of=Glyph::Plus />
                </button>
                <button type="button" aria-pressed=move || near.with(Option::is_none).to_string() title="All of it (0)" on:click=move |_| near.set(None)>
                    "All"
                </button>
            </div>
            <div class="diagram-sheet">
                <ul class="diagram-lanes" style:height=move || format!("{}px", height.get())>
                    <List each=move || named(lanes.get()) key=|(at, name)| (*at, name.clone()) let:lane>
                        <li style:top=format!("{}px", MARGIN + LANE * lane.0 as f64)>{lane.1.clone()}</li>
                    </List>
                </ul>
                <div
                    class="diagram-plot"
                    node_ref=plot
                    tabindex="0"
                    role="img"
                    aria-label=said
                    on:click=clicked
                    on:wheel=turned
                    on:keydown=keyed
                >
                    <svg width="100%" height=move || height.get().to_string()>
                        <g>{move || scale.get().ticks().into_iter().map(tick).collect_view()}</g>
                        <g inner_html=move || picture.get()></g>
                        <path class="d-cursor" d=move || format!("M{0:.1} 0V{1}", cursor.get(), height.get() - FOOT) />
                    </svg>
                </div>
            </div>
        </div>
    }
}

fn named(names: Vec<String>) -> Vec<(usize, String)> {
    names.into_iter().enumerate().collect()
}
