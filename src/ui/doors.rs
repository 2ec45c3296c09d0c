//! Ways in for measuring and testing the page from outside: `wasmBindings.paint_dots(…)`, `wasmBindings.document()`.

use std::cell::Cell;

use js_sys::{Function, Promise};
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::board::to_json;
use crate::net::Key;
use crate::sim::{IntentId, LineId, MessageId, NodeId, WireId};
use crate::view::{Dot, Point, Rect, Shape};

use super::stage::{StageState, paint_only};

thread_local! {
    static STAGE: Cell<Option<StageState>> = const { Cell::new(None) };
}

/// Makes a stage the one that is measured.
pub fn lead_to(stage: StageState) {
    STAGE.set(Some(stage));
}

/// The document that is open, as its file would be; empty while none is.
#[wasm_bindgen]
pub fn document() -> String {
    let text = STAGE.get().and_then(|stage| stage.ui.read(|session| to_json(&session.document())));
    text.unwrap_or_default()
}

/// Moves `dots` made-up dots over the stage for so many animation frames, drawn as messages are. Resolves with the mean
/// milliseconds of script a frame; with `NaN` while there is no stage. The board is drawn again afterwards.
#[wasm_bindgen]
pub fn paint_dots(dots: u32, frames: u32) -> Promise {
    Promise::new(&mut |resolve, _| match STAGE.get() {
        Some(stage) => crowd_frame(Crowd { stage, dots, frames, done: 0, spent: 0.0, resolve }),
        None => answer(&resolve, f64::NAN),
    })
}

/// A measurement that is going on.
struct Crowd {
    stage: StageState,
    dots: u32,
    frames: u32,
    done: u32,
    spent: f64,
    resolve: Function,
}

fn crowd_frame(mut crowd: Crowd) {
    if crowd.done == crowd.frames {
        crowd.stage.ui.wake();
        return answer(&crowd.resolve, crowd.spent / f64::from(crowd.frames.max(1)));
    }
    request_animation_frame(move || {
        let sight = crowd.stage.camera.get_untracked().sight(crowd.stage.size.get_untracked());
        let dots: Vec<Dot> = (0..crowd.dots).map(|n| dot(n, crowd.done, sight)).collect();
        crowd.spent += paint_only(crowd.stage, &dots);
        crowd.done += 1;
        crowd_frame(crowd);
    });
}

/// A number without a pattern, from 0 to 1.
fn scattered(n: u32) -> f32 {
    (n.wrapping_mul(2_654_435_761) >> 8) as f32 / (1 << 24) as f32
}

/// A dot on its way from left to right, some faster than others; mostly events, some delivered again, some held.
fn dot(n: u32, frame: u32, sight: Rect) -> Dot {
    let way = scattered(2 * n) + frame as f32 * 0.004 * (1.0 + scattered(3 * n + 1));
    let at = Point { x: sight.x + sight.w * way.fract(), y: sight.y + sight.h * scattered(2 * n + 1) };
    let shape = match n % 16 {
        0 => Shape::Square,
        1 => Shape::Triangle,
        2 => Shape::Diamond,
        _ => Shape::Circle,
    };
    let intent = IntentId { client: NodeId(0), n, manual: false };
    let message = MessageId { intent, by: NodeId(0), line: LineId(0), nth: 0 };
    let key = Some(Key::Letter(n % 8));
    Dot { at, shape, key, again: n.is_multiple_of(50), held: n.is_multiple_of(70), message, wire: WireId(0) }
}

fn answer(resolve: &Function, value: f64) {
    // A promise's own resolver does not throw.
    let _ = resolve.call1(&JsValue::NULL, &JsValue::from_f64(value));
}
