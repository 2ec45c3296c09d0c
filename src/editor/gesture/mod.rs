//! Hands: what pointers and keys do to the board, as small states without a screen. However a gesture ends, by its own
//! end, by a lost pointer, by a blur, by a second finger or by the deletion of what it holds, nothing of it is left.

mod boxing;
mod connecting;
mod dragging;
mod guides;
mod input;
mod pinching;
mod placing;
mod pressing;
mod state;

use std::collections::BTreeMap;

use super::camera::{Camera, Spot};
pub use connecting::{end_at, targets};
pub use guides::Guide;
pub use input::{Button, Do, Hit, Input, Key, Mods, Scene};
pub use state::{Boxing, Connecting, Dragging, Panning, Pinching, Placing, Pressing, State};

/// How far a mouse, and a finger, may move and still press, in CSS pixels.
pub const SLACK: (f64, f64) = (3.0, 10.0);

/// What the hands are doing, from one input to the next.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hands {
    state: State,
    /// Fingers that are down, and where.
    fingers: BTreeMap<i32, Spot>,
    /// The space bar is down, and whether it has been used to move the board.
    space: Option<bool>,
}

impl Hands {
    /// What they are doing: what is drawn of it is read off this.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Whether they are doing nothing.
    pub fn is_idle(&self) -> bool {
        self.state == State::Idle
    }

    /// Takes an input; what is asked for is to be done in order.
    pub fn take(&mut self, input: &Input, scene: &Scene) -> Vec<Do> {
        let mut out = Vec::new();
        let state = std::mem::take(&mut self.state);
        self.state = match input {
            Input::Down { pointer, at, on, button, mods, touch } => {
                if *touch {
                    self.fingers.insert(*pointer, *at);
                }
                let pressing = Pressing {
                    pointer: *pointer,
                    at: *at,
                    on: on.clone(),
                    mods: *mods,
                    touch: *touch,
                    pans: scene.hand || self.space.is_some() || *button == Button::Middle,
                };
                self.down(state, pressing, *button, scene, &mut out)
            }
            Input::Move { pointer, at, mods } => {
                if let Some(finger) = self.fingers.get_mut(pointer) {
                    *finger = *at;
                }
                let state = moved(state, *pointer, *at, *mods, scene, &mut out);
                if let (State::Panning(_), Some(used)) = (&state, &mut self.space) {
                    *used = true;
                }
                state
            }
            Input::Up { pointer, at, mods } => {
                self.fingers.remove(pointer);
                up(state, *pointer, *at, *mods, scene, &mut out)
            }
            Input::Cancel { pointer } => {
                self.fingers.remove(pointer);
                match state {
                    State::Pinching(pinching) => pinching.without(*pointer),
                    state if state.pointer() == Some(*pointer) => abandoned(state, &mut out),
                    state => state,
                }
            }
            Input::Blur => {
                self.fingers.clear();
                self.space = None;
                abandoned(state, &mut out)
            }
            Input::Space(true) => {
                self.space.get_or_insert(false);
                state
            }
            Input::Space(false) => {
                if self.space.take() == Some(false) && state == State::Idle {
                    out.push(Do::TogglePlay);
                }
                state
            }
            Input::LongPress => match state {
                State::Pressing(Pressing { touch: true, pans: false, on, at, .. }) => {
                    out.push(Do::Menu { on, at });
                    State::Idle
                }
                state => state,
            },
            Input::Key(key, mods) => keyed(state, *key, *mods, scene, &mut out),
            Input::Tick(elapsed_ms) => ticked(state, *elapsed_ms, scene, &mut out),
            Input::Deleted(nodes) => without(state, nodes, scene, &mut out),
            Input::Arm { starter, pointer } => {
                abandoned(state, &mut out);
                State::Placing(Placing::new(*starter, *pointer, scene))
            }
            Input::Begin(end) => {
                abandoned(state, &mut out);
                State::Connecting(Connecting::waiting(end.clone()))
            }
        };
        out
    }

    fn down(&mut self, state: State, press: Pressing, button: Button, scene: &Scene, out: &mut Vec<Do>) -> State {
        // Two fingers always move the camera, whatever the first one was doing.
        let first = self.fingers.iter().find(|(finger, _)| **finger != press.pointer).map(|(finger, at)| (*finger, *at));
        if let (true, Some(first)) = (press.touch, first) {
            return match state {
                State::Pinching(pinching) => State::Pinching(pinching),
                state => State::Pinching(Pinching { fingers: [first, (press.pointer, press.at)], then: set_aside(state, out) }),
            };
        }
        match state {
            State::Connecting(connecting) if connecting.pointer.is_none() => connecting.pressed(&press, button, scene),
            State::Placing(placing) if placing.pointer.is_none() => placing.pressed(&press, button, scene),
            State::Idle if button == Button::Secondary => {
                out.push(Do::Menu { on: press.on, at: press.at });
                State::Idle
            }
            State::Idle => match press.on {
                Hit::Handle(end) if !press.pans => State::Connecting(Connecting::drawn(end, press.pointer, press.at)),
                _ => State::Pressing(press),
            },
            // Another pointer has no say while one leads.
            state => state,
        }
    }
}

fn moved(state: State, pointer: i32, at: Spot, mods: Mods, scene: &Scene, out: &mut Vec<Do>) -> State {
    match state {
        State::Pinching(pinching) => pinching.moved(pointer, at, scene.camera, out),
        State::Connecting(connecting) if connecting.pointer.is_none_or(|led| led == pointer) => {
            State::Connecting(connecting.moved(at, scene))
        }
        State::Placing(placing) if placing.pointer.is_none_or(|led| led == pointer) => {
            State::Placing(placing.moved(at, mods, scene))
        }
        state if state.pointer() != Some(pointer) => state,
        State::Pressing(pressing) => pressing.moved(at, mods, scene, out),
        State::Dragging(dragging) => State::Dragging(dragging.moved(at, mods, scene, out)),
        State::Boxing(boxing) => State::Boxing(boxing.moved(at, scene, out)),
        State::Panning(panning) => {
            out.push(Do::Look(scene.camera.panned(at.0 - panning.last.0, at.1 - panning.last.1)));
            State::Panning(Panning { last: at, ..panning })
        }
        state => state,
    }
}

fn up(state: State, pointer: i32, at: Spot, mods: Mods, scene: &Scene, out: &mut Vec<Do>) -> State {
    match state {
        State::Pinching(pinching) => pinching.without(pointer),
        state if state.pointer() != Some(pointer) => state,
        State::Pressing(pressing) => {
            if !pressing.pans {
                let add = pressing.mods.shift || pressing.mods.command;
                out.push(Do::Click { on: pressing.on, at: pressing.at, add });
            }
            State::Idle
        }
        State::Dragging(dragging) => dragging.dropped(out),
        State::Connecting(connecting) => connecting.released(at, scene, out),
        State::Placing(placing) => placing.released(at, mods, scene, out),
        State::Boxing(_) | State::Panning(_) | State::Idle => State::Idle,
    }
}

/// Gives a gesture up: the document is then as it was before.
fn abandoned(state: State, out: &mut Vec<Do>) -> State {
    if let State::Dragging(Dragging { copies: false, .. }) = state {
        out.push(Do::PutBack);
    }
    State::Idle
}

/// Ends a gesture because a second finger came: a card stays where it is, a wire is none, and what waits goes on waiting.
fn set_aside(state: State, out: &mut Vec<Do>) -> Option<Box<State>> {
    match state {
        State::Dragging(dragging) => {
            dragging.dropped(out);
            None
        }
        State::Connecting(connecting) if connecting.waits => Some(Box::new(State::Connecting(connecting.resting()))),
        State::Placing(placing) => Some(Box::new(State::Placing(Placing { pointer: None, at: None, ..placing }))),
        _ => None,
    }
}

fn keyed(state: State, key: Key, mods: Mods, scene: &Scene, out: &mut Vec<Do>) -> State {
    match (state, key) {
        (State::Idle, Key::Escape) => {
            out.push(Do::Select(super::selection::Selection::default()));
            State::Idle
        }
        (state, Key::Escape) => abandoned(state, out),
        (State::Connecting(connecting), key) if connecting.pointer.is_none() => connecting.keyed(key, mods, scene, out),
        (State::Placing(placing), key) if placing.pointer.is_none() => placing.keyed(key, mods, scene, out),
        (state, _) => state,
    }
}

/// While something is dragged near an edge of the stage, the board moves under it.
fn ticked(state: State, elapsed_ms: f64, scene: &Scene, out: &mut Vec<Do>) -> State {
    let held = match &state {
        State::Dragging(dragging) => Some((dragging.pointer, dragging.at)),
        State::Boxing(boxing) => Some((boxing.pointer, boxing.at)),
        State::Connecting(connecting) => connecting.pointer.zip(connecting.at),
        State::Placing(placing) => placing.pointer.zip(placing.at).filter(|(_, at)| scene.holds(*at)),
        State::Idle | State::Pressing(_) | State::Panning(_) | State::Pinching(_) => None,
    };
    let Some((pointer, at)) = held else { return state };
    let (dx, dy) = Camera::auto_pan(at, scene.stage, elapsed_ms);
    if (dx, dy) == (0.0, 0.0) {
        return state;
    }
    let camera = scene.camera.panned(dx, dy);
    out.push(Do::Look(camera));
    moved(state, pointer, at, Mods::default(), &Scene { camera, ..*scene }, out)
}

/// What goes on when nodes have been deleted under a gesture.
fn without(state: State, nodes: &[crate::sim::NodeId], scene: &Scene, out: &mut Vec<Do>) -> State {
    match state {
        State::Pressing(Pressing { on: Hit::Node(node), .. }) if nodes.contains(&node) => State::Idle,
        State::Dragging(dragging) => dragging.without(nodes, out),
        State::Connecting(connecting) => connecting.without(nodes, scene),
        State::Pinching(Pinching { fingers, then }) => {
            let then = then.map(|then| without(*then, nodes, scene, out)).filter(|then| *then != State::Idle);
            State::Pinching(Pinching { fingers, then: then.map(Box::new) })
        }
        state => state,
    }
}
