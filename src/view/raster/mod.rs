//! Moving dots as pixels: drawn here into a buffer, so that the page hands the changed part of it to a canvas and makes
//! no call a dot. Colours are straight, not multiplied by their alpha, as canvases take them.

mod glyph;
mod painter;
mod shape;
mod sprite;
mod surface;
#[cfg(test)]
mod tests;
mod tiles;

pub use painter::{DotRaster, Look};
pub use sprite::{Inks, KeyInk, Rgb};
pub use tiles::Area;

use crate::net::Key;

/// How many colours there are for keys.
pub const COLOURS: usize = 8;
/// Half of a dot's size, in board units.
pub const RADIUS: f32 = 8.0;
/// How far outside a dot's edge the ring of what was delivered again is, and the one of what is selected.
pub const AGAIN: f32 = 2.5;
/// See [`AGAIN`].
pub const SELECTED: f32 = 5.5;

/// Which colour a key has; [`COLOURS`] is for no key.
pub fn tint_of(key: Option<Key>) -> usize {
    match key {
        Some(Key::Letter(n) | Key::Number(n)) => n as usize % COLOURS,
        None => COLOURS,
    }
}
