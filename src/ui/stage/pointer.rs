//! Mouse, pen and fingers on the stage.

use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

use crate::sim::NodeId;
use crate::ui::state::Panel;
use crate::view::{Point, Target};

use super::gesture::{Gesture, Spot, pinch};
use super::state::StageState;

/// How long a finger rests until the menu opens.
const LONG_PRESS: Duration = Duration::from_millis(500);
/// How far a mouse, and a finger, may move and still press.
const SLACK: (f64, f64) = (3.0, 10.0);

/// A stage that is narrower is a phone's.
const NARROW: f64 = 600.0;

/// Where an event is on the stage.
fn spot(stage: StageState, event: &web_sys::MouseEvent) -> Spot {
    let corner = stage.corner();
    (f64::from(event.client_x()) - corner.0, f64::from(event.client_y()) - corner.1)
}

/// Buttons and panels on the stage have their own use of the pointer.
fn elsewhere(event: &Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.closest("button, a, input, select, [data-own-pointer]").ok().flatten().is_some())
}

/// A pointer goes down.
pub fn down(stage: StageState, event: &ev::PointerEvent) {
    if elsewhere(event) {
        return;
    }
    stage.menu.set(None);
    let (at, pointer) = (spot(stage, event), event.pointer_id());
    let touch = event.pointer_type() == "touch";
    if let Some(element) = stage.element.get_untracked() {
        // Refused for events that a test made up; then the pointer stays on the stage anyway.
        let _ = element.set_pointer_capture(pointer);
    }
    let before = stage.gesture.get_value();
    if matches!(before, Gesture::Pinch { .. }) {
        return;
    }
    if let (true, Some(other)) = (touch, before.pointer()) {
        if other != pointer {
            let from = place_of(before).unwrap_or(at);
            return start(stage, Gesture::Pinch { fingers: [(other, from), (pointer, at)] });
        }
        return;
    }
    let hand = stage.hand.get_untracked() || event.button() == 1;
    if hand {
        event.prevent_default();
    }
    if hand || event.button() == 0 {
        let on = stage.target_at(at);
        let grab = on.and_then(|on| grabbed(stage, on, at));
        let slack = if touch { SLACK.1 } else { SLACK.0 };
        start(stage, Gesture::Press { pointer, at, on, grab, slack, hand });
        if let (true, Some(on)) = (touch, on) {
            let open = move || {
                if matches!(stage.gesture.try_get_value(), Some(Gesture::Press { .. })) {
                    start(stage, Gesture::Idle);
                    let corner = stage.corner();
                    stage.offer(on, (at.0 + corner.0, at.1 + corner.1));
                }
            };
            stage.hold.set_value(set_timeout_with_handle(open, LONG_PRESS).ok());
        }
    }
}

/// The card that a drag from there moves, and where in the card it is taken.
fn grabbed(stage: StageState, on: Target, at: Spot) -> Option<(NodeId, Point)> {
    let node = match on {
        Target::Node(node) => node,
        Target::Process(process) => process.node,
        Target::Record(_) | Target::Dot(_) | Target::Wire(_) => return None,
    };
    let rect = stage.ui.frame.with_untracked(|frame| frame.rect_of(node))?;
    let at = stage.camera.get_untracked().to_board(at);
    Some((node, Point { x: at.x - rect.x, y: at.y - rect.y }))
}

/// Where a gesture's one pointer is.
fn place_of(gesture: Gesture) -> Option<Spot> {
    match gesture {
        Gesture::Press { at, .. } => Some(at),
        Gesture::Pan { last, .. } => Some(last),
        Gesture::Drag { to, .. } => to,
        Gesture::Idle | Gesture::Pinch { .. } => None,
    }
}

fn start(stage: StageState, gesture: Gesture) {
    if let Some(Some(timer)) = stage.hold.try_update_value(Option::take) {
        timer.clear();
    }
    stage.dragging.set(matches!(gesture, Gesture::Pan { .. } | Gesture::Drag { .. }));
    stage.gesture.set_value(gesture);
}

/// A pointer moves.
pub fn moved(stage: StageState, event: &ev::PointerEvent) {
    let (at, pointer) = (spot(stage, event), event.pointer_id());
    let free = event.ctrl_key() || event.meta_key();
    match stage.gesture.get_value() {
        Gesture::Idle => {
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
        Gesture::Press { pointer: led, at: from, grab, slack, hand, .. } if led == pointer && Gesture::moved(from, at, slack) => {
            match grab.filter(|_| !hand) {
                Some((node, grab)) => {
                    stage.ui.select(crate::view::Selection::Node(node));
                    start(stage, Gesture::Drag { pointer, node, grab, to: Some(at), free });
                    stage.ui.wake();
                }
                None => {
                    stage.hand_used.set_value(true);
                    start(stage, Gesture::Pan { pointer, last: at });
                    stage.look(stage.camera.get_untracked().panned(at.0 - from.0, at.1 - from.1));
                }
            }
        }
        Gesture::Pan { pointer: led, last } if led == pointer => {
            stage.gesture.set_value(Gesture::Pan { pointer, last: at });
            stage.look(stage.camera.get_untracked().panned(at.0 - last.0, at.1 - last.1));
        }
        Gesture::Drag { pointer: led, node, grab, .. } if led == pointer => {
            stage.gesture.set_value(Gesture::Drag { pointer, node, grab, to: Some(at), free });
            stage.ui.wake();
        }
        Gesture::Pinch { fingers } => {
            let after = fingers.map(|(finger, from)| (finger, if finger == pointer { at } else { from }));
            let (from, to, factor) = pinch(fingers.map(|(_, spot)| spot), after.map(|(_, spot)| spot));
            stage.gesture.set_value(Gesture::Pinch { fingers: after });
            stage.look(stage.camera.get_untracked().panned(to.0 - from.0, to.1 - from.1).zoomed(to, factor));
        }
        Gesture::Press { .. } | Gesture::Pan { .. } | Gesture::Drag { .. } => {}
    }
}

/// A pointer goes up: a press that did not become a drag selects.
pub fn up(stage: StageState, event: &ev::PointerEvent) {
    if let Gesture::Press { pointer, on, hand: false, .. } = stage.gesture.get_value()
        && pointer == event.pointer_id()
    {
        stage.choose(on);
        // On a phone the inspector is a sheet that is closed.
        if on.is_some() && stage.size.get_untracked().0 < NARROW {
            stage.ui.panel.set(Some(Panel::Inspect));
            let node = match on {
                Some(Target::Node(node)) => Some(node),
                Some(Target::Process(process)) => Some(process.node),
                _ => None,
            };
            if let Some(rect) = stage.ui.frame.with_untracked(|frame| node.and_then(|node| frame.rect_of(node))) {
                stage.lift(rect);
            }
        }
    }
    ended(stage, event);
}

/// A pointer is gone, whatever the reason: the one place where gestures end.
pub fn ended(stage: StageState, event: &ev::PointerEvent) {
    let pointer = event.pointer_id();
    match stage.gesture.get_value() {
        Gesture::Pinch { fingers } => {
            // The finger that is left goes on moving the camera.
            if let Some((left, last)) = fingers.into_iter().find(|(finger, _)| *finger != pointer) {
                start(stage, Gesture::Pan { pointer: left, last });
            }
        }
        gesture if gesture.pointer() == Some(pointer) => {
            super::scene::paint(stage);
            if let Gesture::Drag { .. } = gesture {
                stage.ui.put_down(true);
            }
            start(stage, Gesture::Idle);
        }
        _ => {}
    }
}

/// The wheel moves the camera; with Ctrl or Meta, and by pinching a trackpad, it zooms.
pub fn wheel(stage: StageState, event: &ev::WheelEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    if target.is_some_and(|target| target.closest("[data-own-pointer]").ok().flatten().is_some()) {
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
    let camera = stage.camera.get_untracked();
    stage.look(if event.ctrl_key() || event.meta_key() {
        // A notch of a wheel is 100 or more, a move on a trackpad a few.
        camera.zoomed(spot(stage, event), js_sys::Math::exp(-dy.clamp(-60.0, 60.0) * 0.006))
    } else if event.shift_key() && dx == 0.0 {
        camera.panned(-dy, 0.0)
    } else {
        camera.panned(-dx, -dy)
    });
}

/// The other button, or a long press where the system makes one of it.
pub fn context(stage: StageState, event: &ev::MouseEvent) {
    if elsewhere(event) {
        return;
    }
    event.prevent_default();
    if let Some(on) = stage.target_at(spot(stage, event)) {
        start(stage, Gesture::Idle);
        stage.offer(on, (f64::from(event.client_x()), f64::from(event.client_y())));
    }
}
