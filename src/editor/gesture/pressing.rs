//! From a press to a drag.

use super::super::camera::Spot;
use super::super::draft::Item;
use super::super::selection::Selection;
use super::SLACK;
use super::input::{Do, Hit, Mods, Scene};
use super::state::{Boxing, Dragging, Panning, Pressing, State};

/// Whether a pointer that went down there and is here now has been dragged.
pub(super) fn is_drag(from: Spot, to: Spot, touch: bool) -> bool {
    let slack = if touch { SLACK.1 } else { SLACK.0 };
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    dx * dx + dy * dy > slack * slack
}

impl Pressing {
    /// Beyond the slack it becomes a drag of what is under it: the board for the hand, cards, a frame, the board for a
    /// finger.
    pub(super) fn moved(self, at: Spot, mods: Mods, scene: &Scene, out: &mut Vec<Do>) -> State {
        if !is_drag(self.at, at, self.touch) {
            return State::Pressing(self);
        }
        let pans = || Panning { pointer: self.pointer, last: at };
        if self.pans {
            out.push(Do::Look(scene.camera.panned(at.0 - self.at.0, at.1 - self.at.1)));
            return State::Panning(pans());
        }
        if let Hit::Node(node) = self.on
            && let Some(anchor) = scene.card(node)
        {
            let add = self.mods.shift || self.mods.command;
            let mut nodes = scene.selected.nodes();
            if !scene.selected.has_node(node) {
                nodes = if add { nodes } else { Vec::new() };
                nodes.push(node);
                out.push(Do::Select(Selection::of(nodes.iter().copied().map(Item::Node))));
            }
            let places = nodes.iter().filter_map(|node| {
                let rect = scene.card(*node)?;
                Some((*node, (rect.x.round() as i32, rect.y.round() as i32)))
            });
            let dragging = Dragging {
                pointer: self.pointer,
                at,
                grabbed: scene.camera.to_board(self.at),
                anchor: (node, anchor),
                nodes: places.collect(),
                by: (0, 0),
                guides: Vec::new(),
                copies: self.mods.alt,
            };
            return State::Dragging(dragging.moved(at, mods, scene, out));
        }
        if self.touch {
            out.push(Do::Look(scene.camera.panned(at.0 - self.at.0, at.1 - self.at.1)));
            return State::Panning(pans());
        }
        let with = if self.mods.shift || self.mods.command { scene.selected.nodes() } else { Vec::new() };
        let from = scene.camera.to_board(self.at);
        State::Boxing(Boxing { pointer: self.pointer, at, from, to: from, with }.moved(at, scene, out))
    }
}
