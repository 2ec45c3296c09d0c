//! Cards that follow the pointer.

use crate::sim::NodeId;

use super::super::camera::Spot;
use super::super::geometry::Rect;
use super::guides::rest;
use super::input::{Do, Mods, Scene};
use super::state::{Dragging, State};

impl Dragging {
    /// Carries the cards along: the one that was taken hold of rests in line or on the grid, and the others keep their
    /// distance to it. Command leaves it free.
    pub(super) fn moved(mut self, at: Spot, mods: Mods, scene: &Scene, out: &mut Vec<Do>) -> Dragging {
        let pointer = scene.camera.to_board(at);
        let (node, anchor) = self.anchor;
        let wanted = anchor.moved(pointer.x - self.grabbed.x, pointer.y - self.grabbed.y);
        let carried = |other: NodeId| self.nodes.iter().any(|(node, _)| *node == other);
        let others: Vec<Rect> =
            scene.cards.iter().filter(|card| !carried(card.node) && card.node != node).map(|card| card.rect).collect();
        let ((x, y), guides) = rest(wanted, &others, scene.camera.zoom, mods.command);
        let by = (x - anchor.x.round() as i32, y - anchor.y.round() as i32);
        let news = by != self.by;
        (self.at, self.by, self.guides) = (at, by, guides);
        if news && !self.copies {
            out.push(Do::Carry(self.places()));
        }
        self
    }

    /// Where the cards, or their copies, are now.
    pub fn places(&self) -> Vec<(NodeId, (i32, i32))> {
        let (dx, dy) = self.by;
        self.nodes.iter().map(|(node, (x, y))| (*node, (x.saturating_add(dx), y.saturating_add(dy)))).collect()
    }

    /// Lets go: the cards stay, or their copies are made.
    pub(super) fn dropped(self, out: &mut Vec<Do>) -> State {
        if !self.copies {
            out.push(Do::Commit);
        } else if self.by != (0, 0) {
            out.push(Do::Duplicate(self.nodes.iter().map(|(node, _)| *node).collect(), self.by));
        }
        State::Idle
    }

    /// Goes on with those that are still there; without the card that was taken hold of, it ends.
    pub(super) fn without(mut self, gone: &[NodeId], out: &mut Vec<Do>) -> State {
        self.nodes.retain(|(node, _)| !gone.contains(node));
        if !gone.contains(&self.anchor.0) && !self.nodes.is_empty() {
            return State::Dragging(self);
        }
        if self.copies || self.nodes.is_empty() {
            return State::Idle;
        }
        self.dropped(out)
    }
}
