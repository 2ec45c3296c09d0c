//! The strip of time: what happened when, and a cursor that is dragged both ways.

mod drag;
mod marks;
mod scale;
mod width;

pub use marks::{Item, Look, items};
pub use scale::{Scale, Tick};

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html;
use leptos::prelude::*;

use super::hands::Hands;
use super::hold::part;
use crate::sim::{Span, Time};
use crate::ui::list::List;
use crate::view::{BranchView, Strip};
use drag::{Drag, mark_under, place_in};
use marks::Items;
use width::width_of;

/// From the strip's left edge to time 0.
const LEFT: f64 = 76.0;
/// From the end of the scale to the strip's right edge.
const RIGHT: f64 = 20.0;
/// The lanes' names, from the top.
const LANES: [&str; 4] = ["failures", "groups", "checks", "actions"];
/// Where the lanes begin and end.
const TOP: f64 = 32.0;
const BOTTOM: f64 = 122.0;

/// The middle of a lane.
fn lane_y(lane: usize) -> f64 {
    46.0 + 20.0 * lane as f64
}

/// What a mark says while it is pointed at.
#[derive(Clone, Debug, PartialEq)]
struct Tip {
    x: f64,
    y: f64,
    at: Time,
    label: String,
}

/// The mark before or after a time.
fn neighbour(items: &[Item], now: Time, later: bool) -> Option<Time> {
    let times = items.iter().map(|item| item.from);
    if later { times.filter(|at| *at > now).min() } else { times.filter(|at| *at < now).max() }
}

/// The strip.
#[component]
pub fn StripView(
    /// What is on it.
    #[prop(into)]
    strip: Signal<Strip>,
) -> impl IntoView {
    let hands = Hands::here();
    let plot = NodeRef::<html::Div>::new();
    let width = width_of(plot, 1028.0);
    let cursor = part(strip, |strip| strip.cursor);
    let frontier = part(strip, |strip| strip.frontier);
    let scale = Memo::new(move |_| Scale::new(frontier.get(), width.get() - LEFT - RIGHT));
    let items = Memo::new(move |_| strip.with(items));
    let tip = RwSignal::new(None::<Tip>);
    let ghost = RwSignal::new(None::<f64>);
    let drag = Drag::new(hands.seek);

    let press = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        let at = mark_under(&event).unwrap_or_else(|| scale.get_untracked().time(place_in(plot, &event) - LEFT));
        drag.begin(plot, &event);
        drag.ask(at);
    };
    let moved = move |event: PointerEvent| {
        let x = place_in(plot, &event) - LEFT;
        ghost.set((-4.0..=scale.get_untracked().width + 4.0).contains(&x).then_some(x));
        if drag.goes_on(&event) {
            tip.set(None);
            drag.ask(scale.get_untracked().time(x));
        }
    };
    let keyed = move |event: KeyboardEvent| {
        let (now, end) = (cursor.get_untracked(), frontier.get_untracked());
        let to = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => Some(now - Span::secs(1)),
            "ArrowRight" | "ArrowUp" => Some(now + Span::secs(1)),
            "Home" => Some(Time::ZERO),
            "End" => Some(end),
            "PageUp" => items.with_untracked(|items| neighbour(items, now, true)),
            "PageDown" => items.with_untracked(|items| neighbour(items, now, false)),
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if let Some(to) = to {
            drag.ask(to);
        }
    };
    let cursor_x = Memo::new(move |_| scale.get().x(cursor.get()));
    let rest = move || scale.get().width - cursor_x.get();
    view! {
        <section class="strip" aria-label="Timeline">
            <div class="strip-head">
                <b>"Timeline"</b>
                <Branches branches=part(strip, |strip| strip.branches.clone()) />
            </div>
            <div
                class="strip-plot"
                node_ref=plot
                role="slider"
                tabindex="0"
                aria-label="Time"
                aria-valuemin="0"
                aria-valuemax=move || scale.get().end.seconds()
                aria-valuenow=move || cursor.get().seconds()
                aria-valuetext=move || format!("{} of {}", cursor.get(), frontier.get())
                on:pointerdown=press
                on:pointermove=moved
                on:pointerleave=move |_| {
                    ghost.try_set(None);
                }
                on:lostpointercapture=move |_| drag.end()
                on:pointerup=move |_| drag.end()
                on:pointercancel=move |_| drag.end()
                on:keydown=keyed
            >
                <svg aria-hidden="true" width="100%" height="148">
                    <Ground scale />
                    <g transform=format!("translate({LEFT} 0)")>
                        <Items items scale tip />
                        <rect class="future" x=cursor_x y=TOP height=BOTTOM - TOP width=rest />
                        <path
                            class="frontier"
                            class:there=move || { frontier.get() > cursor.get() }
                            d=move || format!("M{} {TOP}V{BOTTOM}", scale.get().x(frontier.get()).round())
                        />
                        {move || {
                            ghost
                                .get()
                                .map(|x| {
                                    let at = scale.get().time(x);
                                    view! {
                                        <path class="ghost" d=format!("M{x} {TOP}V{BOTTOM}") />
                                        <text class="ghost-time" x=x y="138" text-anchor="middle">{at.to_string()}</text>
                                    }
                                })
                        }}
                        <g class="cursor" transform=move || format!("translate({} 0)", cursor_x.get())>
                            <path class="cursor-line" d=format!("M0 {TOP}V{BOTTOM}") />
                            <path class="cursor-grip" d="M-6.5 22h13v8l-6.5 6.5-6.5-6.5z" />
                        </g>
                    </g>
                </svg>
                {move || {
                    tip.get()
                        .map(|tip| {
                            let side = if tip.x > scale.get().width / 2.0 { "strip-tip left" } else { "strip-tip" };
                            view! {
                                <div class=side style:left=format!("{}px", tip.x + LEFT) style:top=format!("{}px", tip.y)>
                                    <time>{tip.at.to_string()}</time>
                                    {tip.label}
                                </div>
                            }
                        })
                }}
            </div>
        </section>
    }
}

/// Lanes, ticks and their words.
#[component]
fn Ground(scale: Memo<Scale>) -> impl IntoView {
    let lane = |(nth, name): (usize, &'static str)| {
        let y = lane_y(nth);
        view! {
            <text class="lane-name" x="14" y=y + 4.0>{name}</text>
            <path class="lane-line" d=move || format!("M{LEFT} {y}H{}", LEFT + scale.get().width) />
        }
    };
    let tick = |tick: Tick| {
        let x = LEFT + tick.x;
        view! {
            <path class="tick" d=format!("M{x} {TOP}V{BOTTOM}") />
            <text class="tick-name" x=x y="138" text-anchor="middle">{tick.label}</text>
        }
    };
    view! {
        <g class="ground">
            {LANES.into_iter().enumerate().map(lane).collect_view()}
            {move || scale.get().ticks().into_iter().map(tick).collect_view()}
        </g>
    }
}

/// Other futures, to go back to.
#[component]
fn Branches(branches: Signal<Vec<BranchView>>) -> impl IntoView {
    let hands = Hands::here();
    view! {
        <Show when=move || branches.with(|branches| !branches.is_empty())>
            <div class="branches" role="group" aria-label="Other futures">
                <span>"other futures"</span>
                <List each=move || branches.get() key=|branch| (branch.index, branch.name.clone()) let:branch>
                    <button
                        type="button"
                        class="branch"
                        title=format!("Go to the future {}", branch.name)
                        on:click=move |_| hands.take_branch.run(branch.index)
                    >
                        {branch.name.clone()}
                    </button>
                </List>
            </div>
        </Show>
    }
}
