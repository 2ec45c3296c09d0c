//! What comes in from pointers and keys, and what goes out to whoever holds the document and the camera.

use crate::board::Board;
use crate::sim::{NodeId, WireId};

use super::super::camera::{Camera, Spot};
use super::super::error::Refusal;
use super::super::geometry::{Card, Point, Rect};
use super::super::selection::Selection;
use super::super::starters::Starter;
use super::super::wiring::End;
use super::super::{Direction, Item};

/// What is under a pointer.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Hit {
    /// The board itself.
    #[default]
    Empty,
    /// A card, or something on it that moves with it.
    Node(NodeId),
    /// A handle, from which wires are drawn.
    Handle(End),
    /// A wire.
    Wire(WireId),
    /// Something that can be clicked and not moved: a record, a message on its way.
    Other,
}

/// A button of a pointer; a finger is the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Button {
    /// The left one.
    #[default]
    Primary,
    /// The wheel.
    Middle,
    /// The right one.
    Secondary,
}

/// Keys that are held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mods {
    /// Shift.
    pub shift: bool,
    /// Command on a Mac, Control elsewhere.
    pub command: bool,
    /// Alt.
    pub alt: bool,
}

/// A key that a gesture knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Gives up.
    Escape,
    /// Completes.
    Enter,
    /// To the next target.
    Tab,
    /// An arrow.
    Arrow(Direction),
}

/// What happens to pointers and keys.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A pointer goes down on the stage.
    Down {
        /// The pointer.
        pointer: i32,
        /// Where on the stage.
        at: Spot,
        /// What is there.
        on: Hit,
        /// With which button.
        button: Button,
        /// Keys that are held.
        mods: Mods,
        /// Whether it is a finger.
        touch: bool,
    },
    /// A pointer moves; also one that is not down.
    Move {
        /// The pointer.
        pointer: i32,
        /// Where to.
        at: Spot,
        /// Keys that are held.
        mods: Mods,
    },
    /// A pointer goes up.
    Up {
        /// The pointer.
        pointer: i32,
        /// Where.
        at: Spot,
        /// Keys that are held.
        mods: Mods,
    },
    /// The system takes a pointer away.
    Cancel {
        /// The pointer.
        pointer: i32,
    },
    /// The page loses the focus: all pointers and keys are gone.
    Blur,
    /// A key goes down.
    Key(Key, Mods),
    /// The space bar goes down (`true`) or up.
    Space(bool),
    /// A finger has rested long enough.
    LongPress,
    /// So many milliseconds have passed while something is dragged.
    Tick(f64),
    /// These nodes are no longer on the board.
    Deleted(Vec<NodeId>),
    /// A thing of the palette is taken up: by that pointer, which drags it, or to be put down by the next.
    Arm {
        /// What.
        starter: Starter,
        /// The pointer that went down on it.
        pointer: Option<i32>,
    },
    /// A wire is begun at a thing, by key.
    Begin(End),
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Do {
    /// The camera moves.
    Look(Camera),
    /// A click or a tap: that thing is selected, or added to what is; `Empty` selects nothing.
    Click {
        /// On what.
        on: Hit,
        /// Where on the stage.
        at: Spot,
        /// Shift or Command was held.
        add: bool,
    },
    /// Exactly these are selected.
    Select(Selection),
    /// Nodes are carried to these places; they stay there with `Commit` and return with `PutBack`.
    Carry(Vec<(NodeId, (i32, i32))>),
    /// What was carried stays: one step.
    Commit,
    /// What was carried returns to where it was.
    PutBack,
    /// The selected nodes are duplicated, the copies so far from them.
    Duplicate(Vec<NodeId>, (i32, i32)),
    /// Two ends are connected: the offers are made.
    Connect {
        /// From.
        from: End,
        /// To.
        to: End,
        /// Where on the stage.
        at: Spot,
    },
    /// The two cannot be connected.
    Refuse(Refusal, Spot),
    /// A wire ended on the empty board: it asks what to create there.
    OfferNew {
        /// The wire's other end.
        from: End,
        /// Where on the board.
        at: Point,
    },
    /// A thing of the palette is put there.
    Place(Starter, (i32, i32)),
    /// The menu of a thing opens.
    Menu {
        /// Of what.
        on: Hit,
        /// Where on the stage.
        at: Spot,
    },
    /// The space bar was tapped, not held to drag.
    TogglePlay,
}

/// What gestures read of what is on the screen.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The document that is shown.
    pub board: &'a Board,
    /// Its cards, the uppermost last.
    pub cards: &'a [Card],
    /// The topics on the broker's card.
    pub topics: &'a [(String, Rect)],
    /// What is selected.
    pub selected: &'a Selection,
    /// The camera.
    pub camera: Camera,
    /// The stage's size in CSS pixels.
    pub stage: Spot,
    /// The hand is on: dragging moves the camera, whatever is under the pointer.
    pub hand: bool,
}

impl Hit {
    /// What a click selects.
    pub fn item(&self) -> Option<Item> {
        match self {
            Hit::Node(node) | Hit::Handle(End::Node(node)) => Some(Item::Node(*node)),
            Hit::Handle(End::Topic(name)) => Some(Item::Topic(name.clone())),
            Hit::Wire(wire) => Some(Item::Wire(*wire)),
            Hit::Empty | Hit::Other => None,
        }
    }
}

impl Scene<'_> {
    /// The card of a node.
    pub(super) fn card(&self, node: NodeId) -> Option<Rect> {
        self.cards.iter().find(|card| card.node == node).map(|card| card.rect)
    }

    /// Whether a place is on the stage.
    pub(super) fn holds(&self, (x, y): Spot) -> bool {
        (0.0..=self.stage.0).contains(&x) && (0.0..=self.stage.1).contains(&y)
    }
}
