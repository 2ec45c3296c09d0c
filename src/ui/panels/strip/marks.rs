//! What lies on the strip's lanes: a button for each mark, with its words. One of them is a tab stop, arrow keys go on.

use crate::sim::InOrder;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::web_sys::Element;

use super::carry::{Carry, is_movable};
use super::lane_y;
use crate::board::PlanId;
use crate::sim::Time;
use crate::ui::list::List;
use crate::ui::panels::hands::Hands;
use crate::ui::panels::hold::hold;
use crate::ui::panels::keys::{focus, step_of};
use crate::view::{MarkState, Scale, StripLane, StripMark};

/// What tells a mark from all others: its lane, and the entry of the plan that it came of; or else what kind of mark begins
/// there, and when. So what is planned is the same mark wherever it is moved, and when it has happened.
pub type Name = (StripLane, u8, u64);

/// The mark's name.
pub fn name_of(mark: &StripMark) -> Name {
    let kind = match (mark.plan.first(), mark.state) {
        (Some(id), _) => return (mark.lane, 0, u64::from(id.0)),
        (None, MarkState::Kept) => 1,
        (None, _) => 2,
    };
    (mark.lane, kind, mark.from.0)
}

fn class_of(mark: &StripMark) -> &'static str {
    match (mark.lane, mark.state, mark.mends) {
        (StripLane::Failures | StripLane::Actions, MarkState::PassedOver, _) => "item over",
        (StripLane::Failures, MarkState::Planned, true) => "item planned mend",
        (StripLane::Failures, MarkState::Planned, false) => "item planned",
        (StripLane::Failures, MarkState::Kept, _) => "item planned kept",
        (StripLane::Failures, _, true) => "item mend",
        (StripLane::Failures, _, false) => "item failure",
        (StripLane::Groups, ..) => "item rebalance",
        (StripLane::Checks, ..) => "item violation",
        (StripLane::Actions, MarkState::Planned, _) => "item planned mend deed",
        (StripLane::Actions, ..) => "item deed",
    }
}

fn shape_of(mark: &StripMark) -> &'static str {
    match (mark.lane, mark.state) {
        (StripLane::Failures | StripLane::Actions, MarkState::PassedOver) => "M0-5l5 5-5 5-5-5zM-7 7L7-7",
        (StripLane::Failures, MarkState::Planned | MarkState::Kept) => "M0-6l6 6-6 6-6-6z",
        (StripLane::Failures, _) if mark.mends => "M0-5l5 5-5 5-5-5z",
        (StripLane::Failures, _) => "M0-6.5l6.5 6.5-6.5 6.5-6.5-6.5z",
        (StripLane::Checks, _) => "M-5.5 0a5.500 5.500 0 1 0 11 0a5.500 5.500 0 1 0-11 0z",
        (StripLane::Actions, _) => "M0-5l3.500 5-3.500 5-3.500-5z",
        (StripLane::Groups, _) => "",
    }
}

/// The marks, and what they share with the strip around them.
#[derive(Clone, Copy)]
pub struct Lie {
    /// All marks of the window.
    pub marks: Memo<Vec<StripMark>>,
    /// Where they lie.
    pub scale: Memo<Scale>,
    /// The one that says what it is.
    pub tip: RwSignal<Option<Name>>,
    /// The one that is carried.
    pub carry: Carry,
    /// Around them.
    pub group: NodeRef<html::Div>,
}

impl Lie {
    /// A mark by its name.
    pub fn find(self, name: Name) -> Option<StripMark> {
        self.marks.with_untracked(|marks| marks.iter().find(|mark| name_of(mark) == name).cloned())
    }

    /// The mark that the pointer is on, if it can be carried.
    pub fn movable_under(self, target: &Element) -> Option<StripMark> {
        let name = target.closest("[data-mark]").ok().flatten()?.get_attribute("data-mark")?;
        let is_it = |mark: &&StripMark| is_movable(mark) && attribute_of(name_of(mark)) == name;
        self.marks.with_untracked(|marks| marks.iter().find(is_it).cloned())
    }

    /// Focuses a mark.
    pub fn focus(self, name: Name) {
        let selector = "[data-mark=".to_owned() + &attribute_of(name) + "]";
        let found = self.group.try_get_untracked().flatten().and_then(|group| group.query_selector(&selector).ok().flatten());
        if let Some(found) = found {
            focus(&found);
        }
    }

    /// Focuses the mark of an entry of the plan, once it is drawn: it may have come to lie with others.
    pub fn focus_entry(self, id: PlanId) {
        request_animation_frame(move || {
            let found = self.marks.try_with_untracked(|marks| marks.iter().find(|mark| mark.plan.contains(&id)).map(name_of));
            if let Some(Some(name)) = found {
                self.focus(name);
            }
        });
    }

    fn keyed(self, event: &KeyboardEvent, chosen: RwSignal<Option<Name>>, stop: Option<Name>) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let here = stop.and_then(|name| self.find(name));
        let key = event.key();
        let done = match (key.as_str(), here) {
            ("Escape", _) => self.carry.give_up(),
            ("ArrowLeft" | "ArrowRight", Some(mark)) if is_movable(&mark) => {
                self.carry.step(&mark, key == "ArrowRight", event.shift_key());
                if let Some(id) = mark.plan.first() {
                    self.focus_entry(*id);
                }
                true
            }
            ("Delete" | "Backspace", Some(mark)) if !mark.plan.is_empty() => {
                let next = neighbour(&self.marks.read_untracked(), stop, 1).filter(|next| Some(*next) != stop);
                if self.carry.remove(&mark) {
                    request_animation_frame(move || match next {
                        Some(next) => self.focus(next),
                        None => focus_slider(),
                    });
                }
                true
            }
            _ => step_of(event).is_some_and(|step| {
                if let Some(next) = neighbour(&self.marks.read_untracked(), stop, step) {
                    chosen.set(Some(next));
                    // Its tab stop moves with the next drawing; what is focused may be out of the order until then.
                    self.focus(next);
                }
                true
            }),
        };
        if done {
            event.prevent_default();
            event.stop_propagation();
        }
    }
}

fn focus_slider() {
    if let Ok(Some(slider)) = document().query_selector(".strip-slider") {
        focus(&slider);
    }
}

/// All marks of the window.
#[component]
pub fn Marks(lie: Lie) -> impl IntoView {
    let Lie { marks, scale, group, .. } = lie;
    let chosen = RwSignal::new(None::<Name>);
    // The mark that Tab comes to: the one that was left, or else the first.
    let stop = Memo::new(move |_| {
        let chosen = chosen.get();
        marks.with(|marks| {
            let mut names = marks.iter().map(name_of);
            names.clone().find(|name| Some(*name) == chosen).or_else(|| names.next())
        })
    });
    view! {
        <div
            class="strip-marks"
            node_ref=group
            role="group"
            aria-label="Marks on the timeline"
            style:width=move || format!("{}px", scale.get().width)
            on:keydown=move |event| lie.keyed(&event, chosen, stop.get_untracked())
        >
            <List each=move || marks.get() key=name_of let:mark>
                {
                    let name = name_of(&mark);
                    let find = move |all: &Vec<StripMark>| all.iter().find(|one| name_of(one) == name).cloned();
                    let mark = hold(marks.into(), mark, find);
                    one_mark(name, mark, lie, (chosen, stop))
                }
            </List>
        </div>
    }
}

/// The mark before or after another one in time; round the ends.
fn neighbour(marks: &[StripMark], from: Option<Name>, step: i32) -> Option<Name> {
    let mut all: Vec<(Time, Name)> = marks.iter().map(|mark| (mark.from, name_of(mark))).collect();
    all.in_order();
    let here = all.iter().position(|(_, name)| Some(*name) == from)? as i32;
    all.get((here + step).rem_euclid(all.len() as i32) as usize).map(|(_, name)| *name)
}

fn attribute_of((lane, kind, which): Name) -> String {
    format!("{}{kind}-{which}", lane.name())
}

type Stops = (RwSignal<Option<Name>>, Memo<Option<Name>>);

fn one_mark(name: Name, mark: Signal<StripMark>, lie: Lie, (chosen, stop): Stops) -> AnyView {
    let hands = Hands::here();
    let Lie { scale, tip, carry, .. } = lie;
    let lane = name.0;
    let y = lane_y(lane);
    let carried = Memo::new(move |_| carry.carried().filter(|(held, _)| *held == name).map(|(_, to)| to));
    // What follows two memos asks the one first that the other follows too: it might miss a change otherwise.
    let from = Memo::new(move |_| mark.with(|mark| carried.get().unwrap_or(mark.from)));
    // What begins before the window is shown where the window begins.
    let x = Memo::new(move |_| scale.get().x(from.get()).max(0.0).round());
    let length = Memo::new(move |_| {
        let to = mark.with(|mark| carried.get().unwrap_or(mark.to));
        let scale = scale.get();
        (scale.x(to).min(scale.width) - x.get()).max(0.0).round()
    });
    let hide = move || {
        tip.try_update(|tip| {
            if *tip == Some(name) {
                *tip = None;
            }
        });
    };
    let class = move || {
        mark.with(|mark| {
            let (held, scale) = (carried.get(), scale.get());
            let before = if scale.from > held.unwrap_or(mark.from) { " before" } else { "" };
            let ahead = if mark.was_run { " ahead" } else { "" };
            [class_of(mark), before, ahead, if held.is_some() { " carried" } else { "" }].concat()
        })
    };
    let label = move || mark.with(|mark| format!("{} {}", carried.get().unwrap_or(mark.from), mark.label));
    let described = move || mark.with(is_movable).then_some("Left and right move it, Delete removes it, Enter opens the plan.");
    let least = if lane == StripLane::Groups { 10.0 } else { 0.0 };
    let span = matches!(lane, StripLane::Groups | StripLane::Failures);
    let many = move || mark.with(|mark| if mark.count > 1 { mark.count.to_string() } else { String::new() });
    let pressed = move |_| {
        let (movable, first, at) = mark.with_untracked(|mark| (is_movable(mark), mark.plan.first().copied(), mark.from));
        match first.filter(|_| movable) {
            Some(_) if carry.swallows() => {}
            Some(first) => hands.open_plan.run(first),
            None => hands.seek.run(at),
        }
    };
    view! {
        <button
            type="button"
            class=class
            data-at=move || from.get().0.to_string()
            data-mark=attribute_of(name)
            tabindex=move || if stop.get() == Some(name) { "0" } else { "-1" }
            style:transform=move || format!("translate({}px,{}px)", x.get() - 12.0, y - 12.0)
            aria-label=label
            aria-description=described
            on:pointerenter=move |_| tip.set(Some(name))
            on:pointerleave=move |_| hide()
            on:focus=move |_| {
                chosen.set(Some(name));
                tip.set(Some(name));
            }
            on:blur=move |_| {
                hide();
                // The browser also says so of a mark that goes with the strip.
                hands.settle.try_run(());
            }
            on:click=pressed
        >
            {span.then(|| view! { <i class="span" style:width=move || format!("{}px", length.get().max(least))></i> })}
            {(lane != StripLane::Groups)
                .then(|| {
                    view! {
                        <svg class="body" viewBox="-12 -12 24 24" aria-hidden="true">
                            <path d=move || mark.with(shape_of) />
                        </svg>
                    }
                })}
            <small aria-hidden="true">{many}</small>
        </button>
    }
    .into_any()
}
