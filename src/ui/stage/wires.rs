//! Wires as curves below the cards: focusable, and marked where they are cut.

use leptos::ev;
use leptos::prelude::*;

use crate::editor::Item;
use crate::net::{Cut, Loss, Slow};
use crate::sim::WireId;
use crate::ui::list::List;
use crate::view::{Path, Point, Selection, Target, WireView};

use super::cards::parts::Stop;
use super::state::StageState;

/// All wires.
#[component]
pub fn Wires() -> impl IntoView {
    let ui = StageState::here().ui;
    let ids = Memo::new(move |_| ui.frame.with(|frame| frame.wires.iter().map(|wire| wire.id).collect::<Vec<_>>()));
    view! {
        <svg class="wires" width="1" height="1" role="group" aria-label="Wires">
            <List each=move || ids.get() key=|id| *id let:id>
                <Wire id />
            </List>
        </svg>
    }
}

/// A wire.
#[component]
fn Wire(
    /// Which.
    id: WireId,
) -> impl IntoView {
    let stage = StageState::here();
    let ui = stage.ui;
    let bell = ui.wire(id);
    let wire = Memo::new(move |_| {
        bell.track();
        ui.frame.with_untracked(|frame| frame.wires.iter().find(|wire| wire.id == id).cloned())
    });
    let path = Memo::new(move |_| wire.read().as_ref().map(|wire| data(&wire.paths)).unwrap_or_default());
    let kept = Memo::new(move |_| wire.read().as_ref().map(|wire| data(parted(wire).0)).unwrap_or_default());
    let leaving = Memo::new(move |_| wire.read().as_ref().map(|wire| data(parted(wire).1)).unwrap_or_default());
    let cut = Memo::new(move |_| wire.read().as_ref().map(|wire| wire.cut).unwrap_or_default());
    let slow = Memo::new(move |_| wire.read().as_ref().is_some_and(|wire| wire.slow != Slow::NOT));
    let lossy = Memo::new(move |_| wire.read().as_ref().is_some_and(|wire| wire.loss != Loss::NONE));
    let unread = Memo::new(move |_| wire.read().as_ref().is_some_and(|wire| wire.unread > 0));
    let idle = Memo::new(move |_| wire.read().as_ref().is_some_and(|wire| wire.idle));
    let middle = Memo::new(move |_| wire.read().as_ref().and_then(middle).unwrap_or_default());
    let label = Memo::new(move |_| wire.read().as_ref().map(words).unwrap_or_default());
    let item = Item::Wire(id);
    let selected = Memo::new({
        let item = item.clone();
        move |_| ui.selection.get() == Selection::Wire(id) || ui.marked.with(|marked| marked.contains(&item))
    });
    let stop = expect_context::<Stop>().0;
    let menu = move || {
        let (camera, corner) = (stage.camera.get_untracked(), stage.corner());
        let (x, y) = camera.to_stage(middle.get_untracked());
        stage.offer(Target::Wire(id), (x + corner.0, y + corner.1 + 8.0));
    };
    let keys = move |event: ev::KeyboardEvent| {
        match event.key().as_str() {
            "Enter" if !event.shift_key() => menu(),
            _ => return,
        }
        event.prevent_default();
    };
    view! {
        <g
            class="wire"
            class:idle=idle
            class:cut=move || cut.get() != Cut::None
            class:slow=slow
            class:lossy=lossy
            class:unread=unread
            class:selected=selected
            tabindex=move || if stop.with(|stop| stop.as_ref() == Some(&item)) { "0" } else { "-1" }
            role="button"
            aria-haspopup="menu"
            aria-label=label
            data-wire=id.0.to_string()
            on:keydown=keys
        >
            <path class="reach" d=path />
            <path class="line" d=kept />
            <path class="line leaving" d=leaving />
            <Show when=move || cut.get() != Cut::None>
                <g class="cut-mark" transform=move || format!("translate({} {})", middle.get().x, middle.get().y)>
                    <circle r="9" />
                    <path d="M-3.500 -3.500L3.500 3.500M3.500 -3.500L-3.500 3.500" />
                </g>
            </Show>
            <Show when=move || slow.get() && cut.get() == Cut::None>
                <g class="worse-mark" transform=move || format!("translate({} {})", middle.get().x - if lossy.get() { 11.0 } else { 0.0 }, middle.get().y)>
                    <circle r="9" />
                    <path d="M0 -5V0L3.500 2.500" />
                </g>
            </Show>
            <Show when=move || lossy.get() && cut.get() == Cut::None>
                <g class="worse-mark" transform=move || format!("translate({} {})", middle.get().x + if slow.get() { 11.0 } else { 0.0 }, middle.get().y)>
                    <circle r="9" />
                    <path d="M-5 0H-3M-1 0H1M3 0H5" />
                </g>
            </Show>
            <Show when=move || unread.get() && cut.get() == Cut::None>
                <g class="worse-mark" transform=move || format!("translate({} {})", middle.get().x, middle.get().y + if slow.get() || lossy.get() { 22.0 } else { 0.0 })>
                    <circle r="9" />
                    <path d="M-2.500 -4V4M2.500 -4V4" />
                </g>
            </Show>
        </g>
    }
}

/// The curves of partitions that are kept, and of those that are being given up.
fn parted(wire: &WireView) -> (&[Path], &[Path]) {
    wire.paths.split_at(wire.paths.len().saturating_sub(wire.leaving))
}

pub(super) fn data(paths: &[Path]) -> String {
    let mut data = String::new();
    for Path([from, out, back, to]) in paths {
        data += &format!("M{} {}C{} {} {} {} {} {}", from.x, from.y, out.x, out.y, back.x, back.y, to.x, to.y);
    }
    data
}

fn middle(wire: &WireView) -> Option<Point> {
    wire.paths.first().map(|path| path.at(0.5))
}

fn words(wire: &WireView) -> String {
    let state = match wire.cut {
        Cut::None if wire.idle => ", no partition is assigned over it",
        Cut::None if wire.leaving > 0 => ", partitions are being given up",
        Cut::None => "",
        Cut::Both => ", cut",
        Cut::ToServer | Cut::ToClient => ", cut one way",
    };
    let slow = if wire.slow == Slow::NOT { "" } else { ", slow" };
    let lossy = if wire.loss == Loss::NONE { "" } else { ", lossy" };
    let unread = if wire.unread == 0 { "" } else { ", not read" };
    format!("Wire {}{state}{slow}{lossy}{unread}", wire.label)
}
