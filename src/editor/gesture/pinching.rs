//! Two fingers: the board follows the middle between them and grows as they come apart.

use super::super::camera::{Camera, Spot};
use super::input::Do;
use super::state::{Panning, Pinching, State};

impl Pinching {
    /// One of the fingers moves.
    pub(super) fn moved(self, pointer: i32, at: Spot, camera: Camera, out: &mut Vec<Do>) -> State {
        let after = self.fingers.map(|(finger, was)| (finger, if finger == pointer { at } else { was }));
        if after != self.fingers {
            let spots = |fingers: [(i32, Spot); 2]| fingers.map(|(_, spot)| spot);
            let (from, to, factor) = pinch(spots(self.fingers), spots(after));
            out.push(Do::Look(camera.panned(to.0 - from.0, to.1 - from.1).zoomed(to, factor)));
        }
        State::Pinching(Pinching { fingers: after, ..self })
    }

    /// A finger is gone: the other one goes on moving the board. What waited goes on waiting.
    pub(super) fn without(self, pointer: i32) -> State {
        let left = self.fingers.into_iter().find(|(finger, _)| *finger != pointer);
        match (self.fingers.iter().any(|(finger, _)| *finger == pointer), self.then, left) {
            (false, then, _) => State::Pinching(Pinching { fingers: self.fingers, then }),
            (true, Some(then), _) => *then,
            (true, None, Some((pointer, last))) => State::Panning(Panning { pointer, last }),
            (true, None, None) => State::Idle,
        }
    }
}

/// How two fingers moved: the middle between them before and after, and by what factor they came apart.
fn pinch(before: [Spot; 2], after: [Spot; 2]) -> (Spot, Spot, f64) {
    let middle = |[a, b]: [Spot; 2]| ((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0);
    let apart = |[a, b]: [Spot; 2]| ((a.0 - b.0) * (a.0 - b.0) + (a.1 - b.1) * (a.1 - b.1)).sqrt().max(1.0);
    (middle(before), middle(after), apart(after) / apart(before))
}
