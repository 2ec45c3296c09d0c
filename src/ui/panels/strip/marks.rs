//! What lies on the strip's lanes: bars and marks, each with its words.

use leptos::prelude::*;

use super::scale::Scale;
use super::{Tip, lane_y};
use crate::sim::Time;
use crate::ui::list::List;
use crate::ui::panels::hold::{hold, told_apart};
use crate::view::{Bar, Mark, Strip};

/// The most marks that are drawn on a lane: the newest.
const MOST: usize = 400;

/// What something on a lane looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Look {
    /// A red diamond with a bar behind it.
    Failure,
    /// A hollow red diamond.
    Planned,
    /// A pill in the accent colour.
    Group,
    /// A red dot.
    Check,
    /// A small neutral mark.
    Action,
}

impl Look {
    fn lane(self) -> usize {
        match self {
            Look::Failure | Look::Planned => 0,
            Look::Group => 1,
            Look::Check => 2,
            Look::Action => 3,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Look::Failure => "item failure",
            Look::Planned => "item planned",
            Look::Group => "item rebalance",
            Look::Check => "item violation",
            Look::Action => "item deed",
        }
    }
}

/// Something on a lane.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What it looks like.
    pub look: Look,
    /// When it begins.
    pub from: Time,
    /// When it ends.
    pub to: Time,
    /// What it is.
    pub label: String,
}

/// Everything on the lanes.
pub fn items(strip: &Strip) -> Vec<Item> {
    fn bars(look: Look, bars: &[Bar]) -> impl Iterator<Item = Item> + '_ {
        let newest = &bars[bars.len().saturating_sub(MOST)..];
        newest.iter().map(move |bar| Item { look, from: bar.from, to: bar.to, label: bar.label.clone() })
    }
    fn marks(look: Look, marks: &[Mark]) -> impl Iterator<Item = Item> + '_ {
        let newest = &marks[marks.len().saturating_sub(MOST)..];
        newest.iter().map(move |mark| Item { look, from: mark.at, to: mark.at, label: mark.label.clone() })
    }
    bars(Look::Failure, &strip.failures)
        .chain(marks(Look::Planned, &strip.planned))
        .chain(bars(Look::Group, &strip.groups))
        .chain(marks(Look::Check, &strip.checks))
        .chain(marks(Look::Action, &strip.actions))
        .collect()
}

/// All of them, drawn.
#[component]
pub fn Items(items: Memo<Vec<Item>>, scale: Memo<Scale>, tip: RwSignal<Option<Tip>>) -> impl IntoView {
    let names = Memo::new(move |_| {
        let name = |item: &Item| (item.look, item.from, item.label.clone());
        items.with(|items| told_apart(&items.iter().map(name).collect::<Vec<_>>()))
    });
    view! {
        <List each=move || names.get() key=|name| name.clone() let:name>
            {
                let ((look, from, label), nth) = name;
                let find = move |items: &Vec<Item>| {
                    let same = |item: &&Item| item.look == look && item.from == from && item.label == label;
                    items.iter().filter(same).nth(nth).cloned()
                };
                items
                    .with_untracked(&find)
                    .map(|first| {
                        let item = hold(items.into(), first, find);
                        view! { <OneItem item scale tip /> }
                    })
            }
        </List>
    }
}

#[component]
fn OneItem(item: Signal<Item>, scale: Memo<Scale>, tip: RwSignal<Option<Tip>>) -> impl IntoView {
    let (look, from, label) = item.with_untracked(|item| (item.look, item.from, item.label.clone()));
    let y = lane_y(look.lane());
    let x = Memo::new(move |_| scale.get().x(from).round());
    let length = Memo::new(move |_| (scale.get().x(item.with(|item| item.to)) - x.get()).max(0.0).round());
    let show = move |_| tip.set(Some(Tip { x: x.get_untracked(), y, at: from, label: label.clone() }));
    let place = move || format!("translate({} {y})", x.get());
    let drawn = match look {
        Look::Failure => view! {
            <rect class="span" x="6" y="-2" height="4" rx="2" width=move || (length.get() - 6.0).max(0.0) />
            <path class="body" d="M0-6.5l6.5 6.5-6.5 6.5-6.5-6.5z" />
        }
        .into_any(),
        Look::Planned => view! { <path class="body" d="M0-6l6 6-6 6-6-6z" /> }.into_any(),
        Look::Group => {
            view! { <rect class="body" x="0" y="-5" height="10" rx="5" width=move || length.get().max(10.0) /> }.into_any()
        }
        Look::Check => view! { <circle class="body" r="5.5" /> }.into_any(),
        Look::Action => view! { <path class="body" d="M0-5l3.5 5-3.5 5-3.5-5z" /> }.into_any(),
    };
    // A mark is small, and what can be hit around it is not.
    let reach = move || if look == Look::Group { length.get().max(10.0) + 8.0 } else { 18.0 };
    let reach_x = if look == Look::Group { -4 } else { -9 };
    view! {
        <g class=look.class() transform=place data-at=from.0.to_string() on:pointerenter=show on:pointerleave=move |_| {
                tip.try_set(None);
            }>
            <rect class="reach" x=reach_x y="-10" height="20" width=reach />
            {drawn}
        </g>
    }
}
