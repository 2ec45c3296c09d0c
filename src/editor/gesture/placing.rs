//! A thing of the palette on its way to the board: dragged, or put down by a tap, or by keys.

use super::super::camera::Spot;
use super::super::geometry::{GRID, snapped};
use super::super::starters::Starter;
use super::input::{Button, Do, Key, Mods, Scene};
use super::state::{Placing, Pressing, State};

/// How far a new card's corner is from the pointer, in board units: about the middle of its heading.
const HOLD: (f32, f32) = (96.0, 24.0);

impl Placing {
    /// Takes a thing up. Before a pointer moves it, it lies in the middle of the stage.
    pub(super) fn new(starter: Starter, pointer: Option<i32>, scene: &Scene) -> Placing {
        let middle = (scene.stage.0 / 2.0, scene.stage.1 / 2.0);
        Placing { starter, pointer, at: None, ghost: corner(middle, false, scene) }
    }

    pub(super) fn moved(self, at: Spot, mods: Mods, scene: &Scene) -> Placing {
        Placing { at: Some(at), ghost: corner(at, mods.command, scene), ..self }
    }

    /// A pointer goes down while it waits: where it goes up, the thing is put. Any other button lets it go.
    pub(super) fn pressed(self, press: &Pressing, button: Button, scene: &Scene) -> State {
        if button != Button::Primary {
            return State::Idle;
        }
        State::Placing(Placing { pointer: Some(press.pointer), ..self.moved(press.at, press.mods, scene) })
    }

    /// The pointer goes up: the thing is put there. If it never came over the stage, it was a tap on the palette, and the
    /// thing waits for another.
    pub(super) fn released(self, at: Spot, mods: Mods, scene: &Scene, out: &mut Vec<Do>) -> State {
        if scene.holds(at) {
            out.push(Do::Place(self.starter, corner(at, mods.command, scene)));
            return State::Idle;
        }
        match self.at {
            Some(over) if scene.holds(over) => State::Idle,
            _ => State::Placing(Placing { pointer: None, at: None, ..self }),
        }
    }

    /// Arrows move it by the grid, Enter puts it down.
    pub(super) fn keyed(self, key: Key, mods: Mods, _: &Scene, out: &mut Vec<Do>) -> State {
        match key {
            Key::Arrow(way) => {
                let ((dx, dy), step) = (way.unit(), if mods.shift { 4 * GRID } else { GRID });
                let (x, y) = self.ghost;
                State::Placing(Placing { ghost: (x.saturating_add(dx * step), y.saturating_add(dy * step)), ..self })
            }
            Key::Enter => {
                out.push(Do::Place(self.starter, self.ghost));
                State::Idle
            }
            Key::Escape | Key::Tab => State::Placing(self),
        }
    }
}

fn corner(at: Spot, free: bool, scene: &Scene) -> (i32, i32) {
    let at = scene.camera.to_board(at);
    (snapped(at.x - HOLD.0, free), snapped(at.y - HOLD.1, free))
}
