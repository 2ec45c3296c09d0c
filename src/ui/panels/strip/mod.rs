//! The strip of time: what happened when, and a cursor that is dragged both ways.

mod carry;
mod drag;
mod marks;
mod plan;
pub(in crate::ui) mod width;
mod window;

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::Element;

use super::hands::Hands;
use super::hold::part;
use crate::sim::{Span, Time};
use crate::ui::icons::{Glyph, Icon};
use crate::view::{Scale, Strip, StripLane, Tick, skipped_path, skipped_words};
use carry::{Carry, is_movable};
use drag::{Drag, mark_under, place_in};
use marks::{Lie, Marks, Name, name_of};
use plan::PlanAt;
use width::width_of;
use window::Window;

/// From the strip's left edge to the scale.
const LEFT: f64 = 76.0;
/// From the end of the scale to the strip's right edge.
const RIGHT: f64 = 20.0;
/// Where the lanes begin and end.
const TOP: f64 = 31.0;
const BOTTOM: f64 = 123.0;
/// From one lane to the next.
const PITCH: f64 = 23.0;
/// How long after the cursor a failure is planned from the keyboard, until another time is typed.
const LATER: Span = Span::secs(5);

/// The middle of a lane.
fn lane_y(lane: StripLane) -> f64 {
    TOP + PITCH * (lane as usize as f64 + 0.5)
}

/// The moment before or after a time.
fn neighbour(moments: &[Time], now: Time, later: bool) -> Option<Time> {
    if later { moments.iter().find(|at| **at > now) } else { moments.iter().rfind(|at| **at < now) }.copied()
}

/// Whatever the pointer does now, the strip hears of it.
fn hold_pointer(plot: NodeRef<html::Div>, event: &PointerEvent) {
    if let Some(plot) = plot.get_untracked() {
        // Fails for pointers that are made up; what is dragged then ends at the strip's edge.
        let _ = plot.set_pointer_capture(event.pointer_id());
    }
}

/// Whether the pointer is on the lane of failures.
fn on_failures(plot: NodeRef<html::Div>, event: &PointerEvent) -> bool {
    let top = plot.get_untracked().map_or(0.0, |plot| plot.get_bounding_client_rect().top());
    let y = f64::from(event.client_y()) - top;
    (y - lane_y(StripLane::Failures)).abs() <= PITCH / 2.0
}

/// The strip.
#[component]
pub fn StripView(
    /// What is on it.
    #[prop(into)]
    strip: Signal<Strip>,
    /// Where the branch that is compared with this one first differs from it.
    #[prop(optional, into)]
    parting: Signal<Option<Time>>,
    /// What was skipped since it was quiet.
    #[prop(optional, into)]
    skipped: Signal<Vec<(Time, Time)>>,
) -> impl IntoView {
    let hands = Hands::here();
    let plot = NodeRef::<html::Div>::new();
    let width = width_of(plot, 1028.0);
    let cursor = part(strip, |strip| strip.cursor);
    let frontier = part(strip, |strip| strip.frontier);
    let window = Window::new(Memo::new(move |_| Scale::whole(frontier.get(), width.get() - LEFT - RIGHT)));
    let scale = window.scale;
    let marks = Memo::new(move |_| strip.with(|strip| strip.marks(scale.get())));
    let carry = Carry::new(hands, strip, scale);
    let tip = RwSignal::new(None::<Name>);
    let lie = Lie { marks, scale, tip, carry, group: NodeRef::new() };
    let ghost = RwSignal::new(None::<f64>);
    let drag = Drag::new(hands.seek);
    let plan = PlanAt::new(drag, hands.plan_at);
    // Whether the pointer is on the lane of failures, at a moment that is to come.
    let plans_at = move |event: &PointerEvent, at: Time| on_failures(plot, event) && at > cursor.get_untracked();
    let plans = RwSignal::new(false);
    Effect::new(move |_| {
        let cursor = cursor.get();
        if !drag.is_down() && carry.carried().is_none() {
            window.follow(cursor);
        }
    });

    let press = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        if window.finger_down(plot, &event) {
            drag.end();
            plan.forget();
            carry.give_up();
            return;
        }
        carry.said.set(String::new());
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if let Some(mark) = target.and_then(|target| lie.movable_under(&target)) {
            hold_pointer(plot, &event);
            carry.begin(&mark, &event, place_in(plot, &event) - LEFT);
            lie.focus(name_of(&mark));
            return;
        }
        let mark = mark_under(&event);
        let at = mark.unwrap_or_else(|| scale.get_untracked().time(place_in(plot, &event) - LEFT));
        hold_pointer(plot, &event);
        drag.begin(&event);
        if mark.is_none() && plans_at(&event, at) {
            plan.press(at, event.client_x(), event.pointer_type() == "touch");
        } else {
            plan.forget();
            drag.ask(at);
        }
    };
    let moved = move |event: PointerEvent| {
        if window.finger_moved(plot, &event) {
            ghost.set(None);
            return;
        }
        let x = place_in(plot, &event) - LEFT;
        if let Some(to) = carry.goes_on(&event, x) {
            ghost.set(Some(scale.get_untracked().x(to)));
            return;
        }
        ghost.set((-4.0..=scale.get_untracked().width + 4.0).contains(&x).then_some(x));
        plans.set(plans_at(&event, scale.get_untracked().time(x)));
        if drag.goes_on(&event) {
            plan.forget();
            tip.set(None);
            drag.ask(scale.get_untracked().time(x));
        }
    };
    let let_go = move |event: PointerEvent| {
        window.finger_up(&event);
        drag.end();
        plan.let_go();
        if let Some(moved) = carry.put_down() {
            lie.focus_entry(moved);
        }
    };
    let taken = move |event: PointerEvent| {
        carry.give_up();
        // The capture is lost after every press, too; one that ended well may still become two.
        if drag.is_down() {
            plan.forget();
        }
        window.finger_up(&event);
        drag.end();
    };
    let keyed = move |event: KeyboardEvent| {
        let (now, end) = (cursor.get_untracked(), frontier.get_untracked());
        let beside = |later| strip.with_untracked(|strip| neighbour(&strip.moments(), now, later));
        let plain = !(event.ctrl_key() || event.meta_key() || event.alt_key());
        let to = match event.key().as_str() {
            _ if !plain => return,
            "ArrowLeft" | "ArrowDown" => Some(now - Span::secs(1)),
            "ArrowRight" | "ArrowUp" => Some(now + Span::secs(1)),
            "Home" => Some(Time::ZERO),
            "End" => Some(end),
            "PageUp" => beside(true),
            "PageDown" => beside(false),
            "+" | "=" | "-" => {
                window.step(event.key() != "-", now);
                None
            }
            "0" => {
                window.show_all();
                None
            }
            "p" | "P" => {
                hands.plan_at.run(now + LATER);
                None
            }
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if let Some(to) = to {
            drag.ask(to);
        }
    };
    let cursor_x = Memo::new(move |_| scale.get().x(cursor.get()));
    let future_x = Memo::new(move |_| cursor_x.get().clamp(0.0, scale.get().width));
    let end_x = Memo::new(move |_| scale.get().x(frontier.get()).clamp(0.0, scale.get().width));
    let rest = move || scale.get().width - future_x.get();
    let in_sight = move |x: f64| (-1.0..=scale.get().width + 1.0).contains(&x);
    let lost = Memo::new(move |_| {
        let (scale, until) = (scale.get(), frontier.get());
        skipped.with(|skipped| skipped_path(skipped, until, |at| scale.x(at).clamp(0.0, scale.width), BOTTOM + 3.0))
    });
    let said = move || {
        let at = cursor.get();
        let here = strip.with(|strip| strip.words_at(at)).map_or_else(String::new, |words| ": ".to_owned() + &words);
        format!("{at} of {}{here}", frontier.get())
    };
    view! {
        <section class="strip" aria-label="Timeline">
            <div class="strip-head">
                <b>"Timeline"</b>
                <span class="strip-said" role="status">{carry.said}</span>
                <span class="strip-skipped" title="Quiet time that was skipped while time ran">
                    {move || lost.with(|(_, whole)| (whole.0 > 0).then(|| skipped_words(*whole)))}
                </span>
                <Branches left=part(strip, |strip| strip.branches) />
                <div class="strip-zoom" role="group" aria-label="How much of the run is shown">
                    <button type="button" aria-label="Show more of the run" title="Less near (−)" disabled=move || window.is_whole() on:click=move |_| window.step(false, cursor.get_untracked())>
                        <Icon of=Glyph::Minus />
                    </button>
                    <button type="button" aria-label="Show less of the run" title="Nearer (+)" on:click=move |_| window.step(true, cursor.get_untracked())>
                        <Icon of=Glyph::Plus />
                    </button>
                    <button type="button" aria-pressed=move || window.is_whole().to_string() title="All of the run (0)" on:click=move |_| window.show_all()>
                        "All"
                    </button>
                </div>
            </div>
            <div
                class="strip-plot"
                node_ref=plot
                on:pointerdown=press
                on:pointermove=moved
                on:pointerleave=move |_| {
                    ghost.try_set(None);
                }
                on:lostpointercapture=taken
                on:pointerup=let_go
                on:pointercancel=taken
                on:wheel=move |event| window.wheel(plot, &event)
            >
                <div
                    class="strip-slider"
                    role="slider"
                    tabindex="0"
                    aria-label="Time"
                    aria-valuemin="0"
                    aria-valuemax=move || frontier.get().seconds()
                    aria-valuenow=move || cursor.get().seconds()
                    aria-valuetext=said
                    aria-description="P plans a failure. + and − zoom, 0 shows all of the run."
                    on:keydown=keyed
                ></div>
                <svg aria-hidden="true" width="100%" height="148">
                    <defs>
                        <pattern id="unrun" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                            <path d="M0 0V7" />
                        </pattern>
                    </defs>
                    <Ground scale />
                    <g transform=format!("translate({LEFT} 0)")>
                        <rect class="future" x=future_x y=TOP height=BOTTOM - TOP width=rest />
                        <rect class="unrun" x=end_x y=TOP height=BOTTOM - TOP width=move || scale.get().width - end_x.get() />
                        <path class="skips" d=move || lost.with(|(path, _)| path.clone()) />
                        <path
                            class="frontier"
                            class:there=move || { frontier.get() > cursor.get() && in_sight(scale.get().x(frontier.get())) }
                            d=move || format!("M{} {TOP}V{BOTTOM}", scale.get().x(frontier.get()).round())
                        />
                        {move || {
                            ghost
                                .get()
                                .map(|x| {
                                    let at = scale.get().time(x);
                                    let run = match (plans.get(), at > frontier.get()) {
                                        (true, _) => " · press twice to plan a failure",
                                        (false, true) => " · not run yet",
                                        (false, false) => "",
                                    };
                                    view! {
                                        <path class="ghost" d=format!("M{x} {TOP}V{BOTTOM}") />
                                        <text class="ghost-time" x=x y="139" text-anchor="middle">{at.to_string()}{run}</text>
                                    }
                                })
                        }}
                        <g class="cursor" class:away=move || !in_sight(cursor_x.get()) transform=move || format!("translate({} 0)", cursor_x.get())>
                            <path class="cursor-line" d=format!("M0 {TOP}V{BOTTOM}") />
                            <path class="cursor-grip" d="M-6.5 22h13v8l-6.5 6.5-6.5-6.5z" />
                        </g>
                    </g>
                </svg>
                <Marks lie />
                <Parting at=parting scale />
                {move || {
                    let carried = carry.carried();
                    let name = carried.map(|(name, _)| name).or(tip.get())?;
                    let mark = marks.with(|marks| marks.iter().find(|mark| name_of(mark) == name).cloned())?;
                    let at = carried.map_or(mark.from, |(_, to)| to);
                    let hint = (is_movable(&mark) && carried.is_none()).then_some("drag it, or ← →");
                    let (x, y) = (scale.get().x(at).max(0.0).round(), lane_y(mark.lane));
                    let side = if x > scale.get().width / 2.0 { "strip-tip left" } else { "strip-tip" };
                    let tip = view! {
                        <div class=side style:left=format!("{}px", x + LEFT) style:top=format!("{y}px")>
                            <time>{at.to_string()}</time>
                            {carried.is_none().then_some(mark.label)}
                            {hint.map(|hint| view! { <small>{hint}</small> })}
                        </div>
                    };
                    Some(tip)
                }}
            </div>
        </section>
    }
}

/// Lanes, ticks and their words.
#[component]
fn Ground(scale: Memo<Scale>) -> impl IntoView {
    let lane = |lane: StripLane| {
        let (y, name) = (lane_y(lane), lane.name());
        view! {
            <text class="lane-name" x="14" y=y + 4.0>{name}</text>
            <path class="lane-line" d=move || format!("M{LEFT} {y}H{}", LEFT + scale.get().width) />
        }
    };
    let tick = |tick: Tick| {
        let x = LEFT + tick.x;
        view! {
            <path class="tick" d=format!("M{x} {TOP}V{BOTTOM}") />
            <text class="tick-name" x=x y="139" text-anchor="middle">{tick.label}</text>
        }
    };
    view! {
        <g class="ground">
            {StripLane::ALL.into_iter().map(lane).collect_view()}
            {move || scale.get().ticks().into_iter().map(tick).collect_view()}
        </g>
    }
}

/// The first moment at which two branches that are compared differ.
#[component]
fn Parting(at: Signal<Option<Time>>, scale: Memo<Scale>) -> impl IntoView {
    let hands = Hands::here();
    let x =
        Memo::new(move |_| at.get().map(|at| scale.get().x(at).round()).filter(|x| (-1.0..=scale.get().width + 1.0).contains(x)));
    let label = move || at.get().map(|at| format!("{at} First difference of the branches that are compared"));
    view! {
        <Show when=move || x.get().is_some()>
            <div class="strip-marks">
                <button
                    type="button"
                    class="item parting"
                    data-at=move || at.get().map(|at| at.0.to_string())
                    aria-label=label
                    title="First difference of the branches that are compared"
                    style:transform=move || format!("translate({}px,{}px)", x.get().unwrap_or_default() - 12.0, BOTTOM - 2.0)
                    on:click=move |_| {
                        if let Some(at) = at.get_untracked() {
                            hands.seek.run(at);
                        }
                    }
                >
                    <i></i>
                    "≠"
                </button>
            </div>
        </Show>
    }
}

/// How many branches there are; a press shows them all.
#[component]
fn Branches(left: Signal<usize>) -> impl IntoView {
    let hands = Hands::here();
    view! {
        <Show when=move || left.get() != 0>
            <div class="branches">
                <button
                    type="button"
                    class="branch"
                    title="All branches of this run: show, compare, name, delete"
                    on:click=move |_| hands.open_branches.run(())
                >
                    {move || format!("{} branches", left.get() + 1)}
                </button>
            </div>
        </Show>
    }
}
