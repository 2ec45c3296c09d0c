//! What fingers and mouse are doing on the stage: one value, so that no two gestures run at once.

use crate::sim::NodeId;
use crate::view::{Point, Target};

/// A place on the stage in CSS pixels.
pub type Spot = (f64, f64);

/// A gesture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Gesture {
    /// None.
    #[default]
    Idle,
    /// Pressed, and not moved far enough to be a drag.
    Press {
        /// The pointer.
        pointer: i32,
        /// Where it went down.
        at: Spot,
        /// What was there; a press that ends selects it.
        on: Option<Target>,
        /// The card under it, with the place within the card: a drag moves it.
        grab: Option<(NodeId, Point)>,
        /// How far it may move and still be a press.
        slack: f64,
        /// The hand is on: nothing is selected and nothing dragged.
        hand: bool,
    },
    /// The camera follows the pointer.
    Pan {
        /// The pointer.
        pointer: i32,
        /// Where it was.
        last: Spot,
    },
    /// A card follows the pointer.
    Drag {
        /// The pointer.
        pointer: i32,
        /// The card.
        node: NodeId,
        /// Where in the card it was taken.
        grab: Point,
        /// Where the pointer is; none once the card is there.
        to: Option<Spot>,
        /// Without the grid.
        free: bool,
    },
    /// Two fingers move and zoom the camera.
    Pinch {
        /// Both pointers and where they are.
        fingers: [(i32, Spot); 2],
    },
}

impl Gesture {
    /// The pointer that leads it, where only one does.
    pub fn pointer(self) -> Option<i32> {
        match self {
            Gesture::Press { pointer, .. } | Gesture::Pan { pointer, .. } | Gesture::Drag { pointer, .. } => Some(pointer),
            Gesture::Idle | Gesture::Pinch { .. } => None,
        }
    }

    /// Whether a press at `from` has become a drag at `to`.
    pub fn moved(from: Spot, to: Spot, slack: f64) -> bool {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        dx * dx + dy * dy > slack * slack
    }
}

/// How two fingers moved: the middle between them before and after, and by what factor they came apart.
pub fn pinch(before: [Spot; 2], after: [Spot; 2]) -> (Spot, Spot, f64) {
    let middle = |[a, b]: [Spot; 2]| ((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0);
    let apart = |[a, b]: [Spot; 2]| ((a.0 - b.0) * (a.0 - b.0) + (a.1 - b.1) * (a.1 - b.1)).sqrt().max(1.0);
    (middle(before), middle(after), apart(after) / apart(before))
}

/// The nearest place of the grid.
pub fn snapped(at: f32, free: bool) -> i32 {
    const GRID: f32 = 16.0;
    if free { at.round() as i32 } else { ((at / GRID).round() * GRID) as i32 }
}
