//! The frame loop: one for the page. It runs while time runs or something is to be drawn, and asks for no frame otherwise.

use leptos::leptos_dom::helpers::AnimationFrameRequestHandle;
use leptos::prelude::*;

use crate::session::{Quiet, Session};
use crate::sim::{Span, Time};
use crate::view::QUIET_FOR_LONG;

use super::crash;
use super::refresh::{PARTS, Part};
use super::state::Ui;

/// Milliseconds of a frame that may go into serving what is due.
const WORK_MS: f64 = 8.0;
/// Items that are served between two looks at the clock.
const SLICE: u32 = 256;
/// A frame stands for at most so much real time, be the tab hidden or the machine busy.
const LONGEST_MS: f64 = 100.0;
/// Signals change at most once in so many milliseconds while time runs.
const SIGNALS_MS: f64 = 100.0;

/// What the loop remembers from frame to frame.
#[derive(Default)]
pub struct Player {
    asked: Option<AnimationFrameRequestHandle>,
    last: Option<f64>,
    published: f64,
    /// The parts of what is drawn that have still to be brought up to date since then: one a frame, so that no frame has it all.
    parts: std::slice::Iter<'static, Part>,
    /// Virtual microseconds that were too little to be served.
    rest: f64,
    /// When something happens next, as far as was looked for quiet time.
    stirs: Time,
    /// Virtual and real time since the speed was last measured, in ms.
    measured: (f64, f64),
    painters: Vec<Box<dyn Fn()>>,
}

type Slot = StoredValue<Player, LocalStorage>;

impl Player {
    /// Asks for a frame, unless one is on its way.
    pub fn wake(ui: Ui, slot: Slot) {
        let idle = slot.try_with_value(|player| player.asked.is_none()) == Some(true);
        if idle {
            let asked = request_animation_frame_with_handle(move || Player::frame(ui, slot)).ok();
            slot.try_update_value(|player| player.asked = asked);
        }
    }

    /// Adds something that draws in every frame.
    pub fn paint(slot: Slot, painter: impl Fn() + 'static) {
        slot.try_update_value(|player| player.painters.push(Box::new(painter)));
    }

    fn frame(ui: Ui, slot: Slot) {
        if crash::stopped() {
            return;
        }
        let now = now_ms();
        let running = ui.playing.try_get_untracked() == Some(true);
        let Some(passed) = slot.try_update_value(|player| {
            player.asked = None;
            let passed = player.last.map_or(0.0, |last| (now - last).clamp(0.0, LONGEST_MS));
            player.last = running.then_some(now);
            passed
        }) else {
            return;
        };
        if running {
            if ui.quiet.on.try_get_untracked() == Some(true) {
                skip_quiet(ui, slot);
            }
            let virtual_us = advance(ui, slot, passed);
            let due = slot.try_update_value(|player| {
                player.measured.0 += virtual_us / 1e3;
                player.measured.1 += passed;
                // In the first frame nothing has moved yet.
                if now - player.published < SIGNALS_MS || passed == 0.0 {
                    return None;
                }
                player.published = now;
                player.parts = PARTS.iter();
                let (virtual_ms, real_ms) = std::mem::take(&mut player.measured);
                Some(if real_ms > 0.0 { virtual_ms / real_ms } else { 0.0 })
            });
            if let Some(Some(reached)) = due {
                ui.reached.set(reached);
                ui.quiet.publish();
                if ui.read(Session::is_full) == Some(true) {
                    ui.pause();
                    ui.say("The record of this run is full. Go back in it, or start again with reset.");
                }
            }
        }
        if running {
            if let Some(Some(part)) = slot.try_update_value(|player| player.parts.next()) {
                ui.refresh_part(*part);
            }
            ui.ring_some();
        }
        slot.try_with_value(|player| player.painters.iter().for_each(|paint| paint()));
        if ui.playing.try_get_untracked() == Some(true) {
            Player::wake(ui, slot);
        }
    }
}

/// Goes on to what happens next, if that is far enough away. What is looked for is looked for once.
fn skip_quiet(ui: Ui, slot: Slot) {
    let Some(from) = ui.read(Session::now) else { return };
    let stirs = slot.try_with_value(|player| player.stirs).unwrap_or_default();
    // The cursor may have gone back since.
    if stirs > from && stirs.since(from) <= Span::secs(1) {
        return;
    }
    match ui.run(Session::skip_quiet) {
        Some(Quiet::Not(until)) => {
            slot.try_update_value(|player| player.stirs = until);
        }
        Some(Quiet::Skipped(span)) => ui.quiet.note(from, from + span),
        Some(Quiet::Endless) => {
            ui.quiet.publish();
            ui.pause();
            ui.say(QUIET_FOR_LONG);
        }
        None => {}
    }
}

/// Runs on by a real time at the speed that is set, as far as the budget reaches. Returns the virtual µs that it came on.
fn advance(ui: Ui, slot: Slot, passed_ms: f64) -> f64 {
    let speed = ui.speed.try_get_untracked().unwrap_or(1.0);
    let wanted = passed_ms * 1e3 * speed + slot.try_with_value(|player| player.rest).unwrap_or(0.0);
    let whole = wanted.floor();
    let began = now_ms();
    let came = ui.run(|session| {
        let from = session.now();
        let goal = from + Span(whole as u64);
        crash::heads_for(goal);
        loop {
            let progress = session.play(goal, SLICE);
            let hit = progress.hit.map(|place| session.stopped_for(place));
            if hit.is_some() || progress.reached >= goal || progress.items < SLICE || now_ms() - began > WORK_MS {
                return (from, progress.reached, goal, hit);
            }
        }
    });
    let Some((from, reached, goal, hit)): Option<(Time, Time, Time, Option<String>)> = came else { return 0.0 };
    if let Some(words) = hit {
        ui.pause();
        ui.say(words);
    }
    // Time that the machine could not keep up with is let go.
    slot.try_update_value(|player| player.rest = if reached >= goal { wanted - whole } else { 0.0 });
    reached.since(from).0 as f64
}

/// Real time in milliseconds, for pacing and measuring only.
pub fn now_ms() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}
