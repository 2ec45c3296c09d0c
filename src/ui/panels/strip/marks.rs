//! What lies on the strip's lanes: a button for each mark, with its words. One of them is a tab stop, arrow keys go on.

use crate::sim::InOrder;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement};

use super::{Tip, lane_y};
use crate::sim::Time;
use crate::ui::list::List;
use crate::ui::panels::hands::Hands;
use crate::ui::panels::hold::hold;
use crate::ui::panels::keys::step_of;
use crate::view::{Scale, StripLane, StripMark};

/// What tells a mark from all others.
type Name = (StripLane, bool, Time);

fn name_of(mark: &StripMark) -> Name {
    (mark.lane, mark.planned, mark.from)
}

fn class_of(name: Name) -> &'static str {
    match name {
        (StripLane::Failures, false, _) => "item failure",
        (StripLane::Failures, true, _) => "item planned",
        (StripLane::Groups, ..) => "item rebalance",
        (StripLane::Checks, ..) => "item violation",
        (StripLane::Actions, ..) => "item deed",
    }
}

fn shape_of(name: Name) -> Option<&'static str> {
    match name {
        (StripLane::Failures, false, _) => Some("M0-6.5l6.5 6.5-6.5 6.5-6.5-6.5z"),
        (StripLane::Failures, true, _) => Some("M0-6l6 6-6 6-6-6z"),
        (StripLane::Checks, ..) => Some("M-5.5 0a5.500 5.500 0 1 0 11 0a5.500 5.500 0 1 0-11 0z"),
        (StripLane::Actions, ..) => Some("M0-5l3.500 5-3.500 5-3.500-5z"),
        (StripLane::Groups, ..) => None,
    }
}

/// All marks of the window.
#[component]
pub fn Marks(marks: Memo<Vec<StripMark>>, scale: Memo<Scale>, tip: RwSignal<Option<Tip>>) -> impl IntoView {
    let chosen = RwSignal::new(None::<Name>);
    let group = NodeRef::<html::Div>::new();
    // The mark that Tab comes to: the one that was left, or else the first.
    let stop = Memo::new(move |_| {
        let chosen = chosen.get();
        marks.with(|marks| {
            let mut names = marks.iter().map(name_of);
            names.clone().find(|name| Some(*name) == chosen).or_else(|| names.next())
        })
    });
    let keyed = move |event: KeyboardEvent| {
        let Some(step) = step_of(&event) else { return };
        event.prevent_default();
        event.stop_propagation();
        if let Some(next) = neighbour(&marks.read_untracked(), stop.get_untracked(), step) {
            chosen.set(Some(next));
            // Its tab stop moves with the next drawing; what is focused may be out of the order until then.
            if let Some(group) = group.get_untracked() {
                focus_mark(&group, next);
            }
        }
    };
    view! {
        <div
            class="strip-marks"
            node_ref=group
            role="group"
            aria-label="Marks on the timeline"
            style:width=move || format!("{}px", scale.get().width)
            on:keydown=keyed
        >
            <List each=move || marks.get() key=name_of let:mark>
                {
                    let name = name_of(&mark);
                    let find = move |all: &Vec<StripMark>| all.iter().find(|one| name_of(one) == name).cloned();
                    let mark = hold(marks.into(), mark, find);
                    one_mark(name, mark, (scale, tip, chosen, stop))
                }
            </List>
        </div>
    }
}

/// The mark before or after another one in time; round the ends.
fn neighbour(marks: &[StripMark], from: Option<Name>, step: i32) -> Option<Name> {
    let mut names: Vec<Name> = marks.iter().map(name_of).collect();
    names.in_order_by_key(|(lane, planned, at)| (*at, *lane, *planned));
    let here = names.iter().position(|name| Some(*name) == from)? as i32;
    names.get((here + step).rem_euclid(names.len() as i32) as usize).copied()
}

fn attribute_of((lane, planned, at): Name) -> String {
    let lane = if planned { "planned" } else { lane.name() };
    lane.to_owned() + &at.0.to_string()
}

fn focus_mark(group: &Element, name: Name) {
    let found = group.query_selector(&("[data-mark=".to_owned() + &attribute_of(name) + "]"));
    if let Some(found) = found.ok().flatten().and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        // An element that has gone cannot be focused, and need not be.
        let _ = found.focus();
    }
}

type Around = (Memo<Scale>, RwSignal<Option<Tip>>, RwSignal<Option<Name>>, Memo<Option<Name>>);

fn one_mark(name: Name, mark: Signal<StripMark>, (scale, tip, chosen, stop): Around) -> AnyView {
    let hands = Hands::here();
    let (lane, _, from) = name;
    let y = lane_y(lane);
    // What begins before the window is shown where the window begins.
    let x = Memo::new(move |_| scale.get().x(from).max(0.0).round());
    let length = Memo::new(move |_| {
        let scale = scale.get();
        (scale.x(mark.with(|mark| mark.to)).min(scale.width) - x.get()).max(0.0).round()
    });
    let show = move || {
        let label = mark.with_untracked(|mark| mark.label.clone());
        tip.set(Some(Tip { x: x.get_untracked(), y, at: from, label }));
    };
    let hide = move || {
        tip.try_set(None);
    };
    let least = if lane == StripLane::Groups { 10.0 } else { 0.0 };
    let span = matches!(lane, StripLane::Groups | StripLane::Failures);
    let many = move || mark.with(|mark| if mark.count > 1 { mark.count.to_string() } else { String::new() });
    view! {
        <button
            type="button"
            class=class_of(name)
            class:before=move || { scale.get().from > from }
            class:ahead=move || mark.with(|mark| mark.ahead)
            data-at=from.0.to_string()
            data-mark=attribute_of(name)
            tabindex=move || if stop.get() == Some(name) { "0" } else { "-1" }
            style:transform=move || format!("translate({}px,{}px)", x.get() - 12.0, y - 12.0)
            aria-label=move || format!("{from} {}", mark.with(|mark| mark.label.clone()))
            on:pointerenter=move |_| show()
            on:pointerleave=move |_| hide()
            on:focus=move |_| {
                chosen.set(Some(name));
                show();
            }
            on:blur=move |_| hide()
            on:click=move |_| hands.seek.run(from)
        >
            {span.then(|| view! { <i class="span" style:width=move || format!("{}px", length.get().max(least))></i> })}
            {shape_of(name).map(|path| view! { <svg class="body" viewBox="-12 -12 24 24" aria-hidden="true"><path d=path /></svg> })}
            <small aria-hidden="true">{many}</small>
        </button>
    }
    .into_any()
}
