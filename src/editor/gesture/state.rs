//! The gestures, a type each: what is known while it lasts.

use crate::sim::NodeId;

use super::super::camera::Spot;
use super::super::error::Refusal;
use super::super::geometry::{Point, Rect};
use super::super::starters::Starter;
use super::super::wiring::End;
use super::guides::Guide;
use super::input::{Hit, Mods};

/// What the hands are doing: one thing at a time.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum State {
    /// Nothing.
    #[default]
    Idle,
    /// A pointer is down and has not moved far enough to be a drag.
    Pressing(Pressing),
    /// Cards follow the pointer.
    Dragging(Dragging),
    /// A frame is drawn around what shall be selected.
    Boxing(Boxing),
    /// The board follows the pointer.
    Panning(Panning),
    /// Two fingers move and zoom the board.
    Pinching(Pinching),
    /// A wire is drawn.
    Connecting(Connecting),
    /// A thing of the palette is put down.
    Placing(Placing),
}

/// A pointer is down.
#[derive(Clone, Debug, PartialEq)]
pub struct Pressing {
    /// The pointer.
    pub pointer: i32,
    /// Where it went down.
    pub at: Spot,
    /// On what.
    pub on: Hit,
    /// Keys that were held.
    pub mods: Mods,
    /// Whether it is a finger.
    pub touch: bool,
    /// A drag moves the board, and a click does nothing: the hand, the space bar, the middle button.
    pub pans: bool,
}

/// Cards follow the pointer.
#[derive(Clone, Debug, PartialEq)]
pub struct Dragging {
    /// The pointer.
    pub pointer: i32,
    /// Where it is.
    pub at: Spot,
    /// Where on the board it took hold.
    pub grabbed: Point,
    /// The card that it took hold of, as it was.
    pub anchor: (NodeId, Rect),
    /// All nodes that are carried, with where they were.
    pub nodes: Vec<(NodeId, (i32, i32))>,
    /// How far they have been carried.
    pub by: (i32, i32),
    /// What holds them in line.
    pub guides: Vec<Guide>,
    /// Copies are carried, and the nodes stay.
    pub copies: bool,
}

/// A frame is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Boxing {
    /// The pointer.
    pub pointer: i32,
    /// Where it is.
    pub at: Spot,
    /// Where it went down, on the board.
    pub from: Point,
    /// Where it is on the board.
    pub to: Point,
    /// What stays selected besides.
    pub with: Vec<NodeId>,
}

/// The board follows the pointer.
#[derive(Clone, Debug, PartialEq)]
pub struct Panning {
    /// The pointer.
    pub pointer: i32,
    /// Where it was.
    pub last: Spot,
}

/// Two fingers move and zoom the board.
#[derive(Clone, Debug, PartialEq)]
pub struct Pinching {
    /// Both fingers and where they are.
    pub fingers: [(i32, Spot); 2],
    /// What goes on once both are up: a wire or a thing of the palette that waits for a tap.
    pub then: Option<Box<State>>,
}

/// A wire is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Connecting {
    /// Where it begins.
    pub from: End,
    /// The pointer that draws it; none while it waits for a click or a key.
    pub pointer: Option<i32>,
    /// Where that pointer went down.
    pub down: Spot,
    /// Where the wire's loose end is on the stage; none before a pointer has moved.
    pub at: Option<Spot>,
    /// The handle was clicked, or a key pressed: the next click ends it.
    pub waits: bool,
    /// What is in reach, and whether it can be connected.
    pub to: Option<(End, Result<(), Refusal>)>,
}

/// A thing of the palette is put down.
#[derive(Clone, Debug, PartialEq)]
pub struct Placing {
    /// What.
    pub starter: Starter,
    /// The pointer that drags it; none while it waits for a tap or a key.
    pub pointer: Option<i32>,
    /// Where the pointer is on the stage; none before it has moved over it.
    pub at: Option<Spot>,
    /// Where the thing would come to lie: its upper left corner.
    pub ghost: (i32, i32),
}

impl State {
    /// The pointer that leads it, where only one does.
    pub fn pointer(&self) -> Option<i32> {
        match self {
            State::Pressing(Pressing { pointer, .. })
            | State::Dragging(Dragging { pointer, .. })
            | State::Boxing(Boxing { pointer, .. })
            | State::Panning(Panning { pointer, .. }) => Some(*pointer),
            State::Connecting(Connecting { pointer, .. }) | State::Placing(Placing { pointer, .. }) => *pointer,
            State::Idle | State::Pinching(_) => None,
        }
    }
}
