//! All dots of a frame onto the buffer.

use crate::sim::MessageId;
use crate::view::Dot;

use super::sprite::{Inks, Kind, PLACES, Sprites};
use super::surface::{Placed, Surface};
use super::tiles::Area;

/// How dots are drawn: where the board is, and how large.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Look {
    /// The pixel at which the board's origin is, from the left and from the top.
    pub origin: (f32, f32),
    /// Pixels a board unit, for places.
    pub scale: f32,
    /// Pixels a board unit, for the size of dots: more than for places where they would be too small to be seen.
    pub size: f32,
    /// Whether keys are written on them.
    pub letters: bool,
    /// The message that is selected.
    pub selected: Option<MessageId>,
    /// The colours.
    pub inks: Inks,
}

/// Draws dots into a buffer that it keeps from frame to frame.
#[derive(Clone, Debug, Default)]
pub struct DotRaster {
    surface: Surface,
    sprites: Sprites,
    placed: Vec<Placed>,
    areas: Vec<Area>,
}

impl DotRaster {
    /// With an empty buffer of that many pixels.
    pub fn new(width: u32, height: u32) -> DotRaster {
        DotRaster { surface: Surface::new(width, height), ..DotRaster::default() }
    }

    /// The buffer's width and height in pixels.
    pub fn size(&self) -> (u32, u32) {
        self.surface.size()
    }

    /// Draws these dots and no others, later ones over earlier ones.
    pub fn paint(&mut self, dots: &[Dot], look: &Look) {
        self.placed.clear();
        self.sprites.be(look.inks, look.size);
        let (width, height) = self.surface.size();
        // Further out than this nothing of a dot is in the picture.
        let margin = 24.0 * look.size + 2.0;
        for dot in dots {
            let x = look.origin.0 + dot.at.x * look.scale;
            let y = look.origin.1 + dot.at.y * look.scale;
            let near = |at: f32, end: u32| at > -margin && at < end as f32 + margin;
            if !near(x, width) || !near(y, height) {
                continue;
            }
            let (right, down) = (self.sprites.place(x), self.sprites.place(y));
            let kind = Kind::of(dot, look.selected == Some(dot.message), look.letters);
            let kind = kind.off(right.rem_euclid(PLACES), down.rem_euclid(PLACES));
            let (x, y) = (right.div_euclid(PLACES), down.div_euclid(PLACES));
            self.placed.push(Placed { sprite: self.sprites.number(kind), x, y });
        }
        self.surface.draw(&self.sprites, &self.placed);
        self.surface.changed(&mut self.areas);
    }

    /// Where the last painting changed the buffer.
    pub fn areas(&self) -> &[Area] {
        &self.areas
    }

    /// The buffer: red, green, blue and straight alpha of each pixel, row by row.
    pub fn bytes(&self) -> &[u8] {
        self.surface.bytes()
    }
}
