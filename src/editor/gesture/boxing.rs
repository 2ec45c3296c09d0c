//! A frame around what shall be selected.

use super::super::camera::Spot;
use super::super::draft::Item;
use super::super::geometry::{Rect, cards_touching};
use super::super::selection::Selection;
use super::input::{Do, Scene};
use super::state::Boxing;

impl Boxing {
    /// Draws the frame to there: every card that it touches is selected.
    pub(super) fn moved(mut self, at: Spot, scene: &Scene, out: &mut Vec<Do>) -> Boxing {
        (self.at, self.to) = (at, scene.camera.to_board(at));
        let touched = cards_touching(scene.cards, self.frame()).chain(self.with.iter().copied());
        let selection = Selection::of(touched.map(Item::Node));
        if selection != *scene.selected {
            out.push(Do::Select(selection));
        }
        self
    }

    /// The frame on the board.
    pub fn frame(&self) -> Rect {
        Rect::between(self.from, self.to)
    }
}
