//! Mouse, pen and fingers on the stage, as inputs of gestures.

use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

use crate::editor::gesture::{Button, Hit, Input, Mods, State};
use crate::editor::{End, Item, Starter};
use crate::sim::NodeId;
use crate::view::Target;

use super::aiming;
use super::hands::{menu_of, take};
use super::state::StageState;

/// How long a finger rests until the menu opens.
const LONG_PRESS: Duration = Duration::from_millis(500);
/// A place that is never on the stage: what lies over it is not the board.
const OFF: (f64, f64) = (-10_000.0, -10_000.0);

/// Where an event is on the stage.
fn spot(stage: StageState, event: &web_sys::MouseEvent) -> (f64, f64) {
    let corner = stage.corner();
    (f64::from(event.client_x()) - corner.0, f64::from(event.client_y()) - corner.1)
}

/// Where an event is on what listens for it.
fn spot_on(event: &web_sys::MouseEvent) -> (f64, f64) {
    let on = event.current_target().and_then(|on| on.dyn_into::<Element>().ok());
    let corner = on.map_or((0.0, 0.0), |on| {
        let rect = on.get_bounding_client_rect();
        (rect.left(), rect.top())
    });
    (f64::from(event.client_x()) - corner.0, f64::from(event.client_y()) - corner.1)
}

/// A pointer goes down on a board that is only looked at: whatever is there, the camera of both boards moves.
pub fn down_on_twin(stage: StageState, event: &ev::PointerEvent) {
    if let Some(twin) = event.current_target().and_then(|on| on.dyn_into::<Element>().ok()) {
        // Refused for events that a test made up; then the pointer stays on the board anyway.
        let _ = twin.set_pointer_capture(event.pointer_id());
    }
    event.prevent_default();
    stage.menu.set(None);
    let (at, pointer, touch) = (spot_on(event), event.pointer_id(), event.pointer_type() == "touch");
    take(stage, &Input::Down { pointer, at, on: Hit::Empty, button: Button::Middle, mods: mods(event), touch });
}

/// A pointer moves over a board that is only looked at.
pub fn moved_on_twin(stage: StageState, event: &ev::PointerEvent) {
    take(stage, &Input::Move { pointer: event.pointer_id(), at: spot_on(event), mods: mods(event) });
}

/// A pointer goes up, or is gone, from a board that is only looked at.
pub fn up_on_twin(stage: StageState, event: &ev::PointerEvent) {
    take(stage, &Input::Up { pointer: event.pointer_id(), at: spot_on(event), mods: mods(event) });
}

/// Keys that are held during an event.
fn mods(event: &web_sys::MouseEvent) -> Mods {
    Mods { shift: event.shift_key(), command: event.ctrl_key() || event.meta_key(), alt: event.alt_key() }
}

fn target(event: &Event) -> Option<Element> {
    event.target().and_then(|target| target.dyn_into::<Element>().ok())
}

fn within(element: &Element, selector: &str) -> bool {
    element.closest(selector).ok().flatten().is_some()
}

/// Buttons and panels on the stage have their own use of the pointer.
fn elsewhere(event: &Event) -> bool {
    target(event).is_some_and(|target| within(&target, "button, a, input, select, [data-own-pointer]"))
}

/// Whether a panel lies over the board where an event is, whoever has captured the pointer.
fn covered(event: &web_sys::MouseEvent) -> bool {
    covered_at((event.client_x(), event.client_y()))
}

/// Whether a panel lies over the board at a place of the window.
pub(super) fn covered_at(at: (i32, i32)) -> bool {
    let at = document().element_from_point(at.0 as f32, at.1 as f32);
    at.is_some_and(|at| within(&at, "[data-own-pointer], .rail, .side, .time, .top"))
}

/// The handle that an event went to.
fn handle(event: &Event) -> Option<End> {
    let handle = target(event)?.closest("[data-handle]").ok().flatten()?;
    let of = handle.get_attribute("data-handle")?;
    Some(match of.split_once(':')? {
        ("topic", name) => End::Topic(name.to_owned()),
        (_, id) => End::Node(NodeId(id.parse().ok()?)),
    })
}

/// What a place of the stage shows, as gestures tell it apart.
pub fn hit(stage: StageState, at: (f64, f64)) -> Hit {
    match stage.target_at(at) {
        Some(Target::Node(node)) => Hit::Node(node),
        Some(Target::Process(process)) => Hit::Node(process.node),
        Some(Target::Wire(wire)) => Hit::Wire(wire),
        Some(Target::Dot(_) | Target::Record(_)) => Hit::Other,
        None => Hit::Empty,
    }
}

fn capture(stage: StageState, pointer: i32) {
    if let Some(element) = stage.element.get_untracked() {
        // Refused for events that a test made up; then the pointer stays on the stage anyway.
        let _ = element.set_pointer_capture(pointer);
    }
}

fn forget_hold(stage: StageState) {
    if let Some(Some(timer)) = stage.hold.try_update_value(Option::take) {
        timer.clear();
    }
}

/// A pointer goes down.
pub fn down(stage: StageState, event: &ev::PointerEvent) {
    let handle = handle(event);
    if handle.is_none() && elsewhere(event) {
        return;
    }
    stage.menu.set(None);
    stage.said.set(None);
    let (at, pointer) = (spot(stage, event), event.pointer_id());
    if event.button() == 0 && aiming::pressed(stage, at) {
        return;
    }
    let touch = event.pointer_type() == "touch";
    capture(stage, pointer);
    let button = match event.button() {
        0 => Button::Primary,
        1 => Button::Middle,
        _ => Button::Secondary,
    };
    // The browser would scroll.
    if button == Button::Middle {
        event.prevent_default();
    }
    let idle = stage.doing.with_untracked(|doing| *doing == State::Idle);
    stage.swallow.set_value(button == Button::Secondary && !idle);
    // What the other button opens comes with an event of its own.
    if button == Button::Secondary && idle {
        return;
    }
    let on = handle.map_or_else(|| hit(stage, at), Hit::Handle);
    forget_hold(stage);
    take(stage, &Input::Down { pointer, at, on, button, mods: mods(event), touch });
    if touch {
        let rested = move || take(stage, &Input::LongPress);
        stage.hold.set_value(set_timeout_with_handle(rested, LONG_PRESS).ok());
    }
}

/// A pointer moves.
pub fn moved(stage: StageState, event: &ev::PointerEvent) {
    let at = spot(stage, event);
    let (idle, placing) = stage.doing.with_untracked(|doing| (*doing == State::Idle, matches!(doing, State::Placing(_))));
    if placing && covered(event) {
        return;
    }
    if idle {
        let mouse = event.pointer_type() == "mouse";
        if mouse && aiming::hovered(stage, at, covered(event)) {
            return;
        }
        return hover(stage, event, at);
    }
    take(stage, &Input::Move { pointer: event.pointer_id(), at, mods: mods(event) });
}

/// What is said of the place under the mouse, and whether it can be pressed.
fn hover(stage: StageState, event: &ev::PointerEvent, at: (f64, f64)) {
    let over = !elsewhere(event) && event.pointer_type() == "mouse";
    let pointing = over && matches!(stage.target_at(at), Some(Target::Dot(_) | Target::Record(_)));
    if stage.pointing.get_untracked() != pointing {
        stage.pointing.set(pointing);
    }
    let tip = if over { stage.tip_at(at) } else { None };
    if stage.tip.with_untracked(|known| *known != tip) {
        stage.tip.set(tip);
    }
}

/// A pointer goes up.
pub fn up(stage: StageState, event: &ev::PointerEvent) {
    forget_hold(stage);
    let placing = stage.doing.with_untracked(|doing| matches!(doing, State::Placing(_)));
    let at = if placing && covered(event) { OFF } else { spot(stage, event) };
    take(stage, &Input::Up { pointer: event.pointer_id(), at, mods: mods(event) });
}

/// A pointer is gone, whatever the reason. After it has gone up, this changes nothing.
pub fn ended(stage: StageState, event: &ev::PointerEvent) {
    forget_hold(stage);
    take(stage, &Input::Cancel { pointer: event.pointer_id() });
}

/// A thing of the palette is pressed by a mouse, which then drags it.
pub fn drag_out(stage: StageState, starter: Starter, event: &ev::PointerEvent) {
    capture(stage, event.pointer_id());
    take(stage, &Input::Arm { starter, pointer: Some(event.pointer_id()) });
}

/// The wheel moves the camera; with Ctrl or Meta, and by pinching a trackpad, it zooms.
pub fn wheel(stage: StageState, event: &ev::WheelEvent) {
    if target(event).is_some_and(|target| within(&target, "[data-own-pointer]")) {
        return;
    }
    event.prevent_default();
    stage.menu.set(None);
    let unit = match event.delta_mode() {
        web_sys::WheelEvent::DOM_DELTA_LINE => 16.0,
        web_sys::WheelEvent::DOM_DELTA_PAGE => 400.0,
        _ => 1.0,
    };
    let (dx, dy) = (event.delta_x() * unit, event.delta_y() * unit);
    let at = spot_on(event);
    let camera = stage.camera.get_untracked();
    stage.look(if event.ctrl_key() || event.meta_key() {
        // A notch of a wheel is 100 or more, a move on a trackpad a few.
        camera.zoomed(at, js_sys::Math::exp(-dy.clamp(-60.0, 60.0) * 0.006))
    } else if event.shift_key() && dx == 0.0 {
        camera.panned(-dy, 0.0)
    } else {
        camera.panned(-dx, -dy)
    });
}

/// The other button, or a long press where the system makes one of it.
pub fn context(stage: StageState, event: &ev::MouseEvent) {
    let handle = handle(event);
    if handle.is_none() && elsewhere(event) {
        return;
    }
    event.prevent_default();
    // It gave a gesture up, or the finger's own long press has opened the menu.
    if stage.swallow.get_value() || stage.menu.with_untracked(Option::is_some) {
        stage.swallow.set_value(false);
        return;
    }
    forget_hold(stage);
    take(stage, &Input::Blur);
    let at = spot(stage, event);
    let on = handle.map_or_else(|| hit(stage, at), Hit::Handle);
    menu_of(stage, &on, at, (f64::from(event.client_x()), f64::from(event.client_y())));
}

/// A double click on a name: it is typed anew in its place.
pub fn double(stage: StageState, event: &ev::MouseEvent) {
    let Some(at) = document().element_from_point(event.client_x() as f32, event.client_y() as f32) else { return };
    if within(&at, "button, input, [data-own-pointer]") {
        return;
    }
    if let Some(item) = super::focus::item_of(&at)
        && !matches!(item, Item::Wire(_))
        && within(&at, ".card-head, .topic h4")
    {
        stage.renaming.set(Some(item));
    }
}
