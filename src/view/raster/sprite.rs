//! Dots drawn once for each look of one, and each quarter of a pixel that its middle may be off.

use std::collections::BTreeMap;

use crate::net::Key;
use crate::view::{Dot, Shape};

use super::glyph::Glyphs;
use super::shape::{coverage, distance};
use super::{AGAIN, COLOURS, RADIUS, SELECTED, tint_of};

/// Red, green and blue.
pub type Rgb = [u8; 3];
/// Red, green, blue and straight alpha.
pub(super) type Pixel = [u8; 4];

/// The places within a pixel, each way, that a dot's middle can be drawn at.
pub(super) const PLACES: i32 = 4;
/// With more pixels than these in all sprites they are drawn anew as they are needed.
const MOST_PIXELS: usize = 1 << 21;
/// A square's corners, in board units.
const ROUND: f32 = 3.0;
/// The border of the card's colour around a dot, and the one of a held dot, in board units.
const BORDER: f32 = 1.5;
const HELD: f32 = 2.0;

/// A key's colour, and the colour of what is written on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyInk {
    /// The colour.
    pub full: Rgb,
    /// Of what is written on it.
    pub on_full: Rgb,
}

/// The colours of dots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Inks {
    /// Around dots, and within held ones.
    pub card: Rgb,
    /// The ring around what was delivered again.
    pub again: Rgb,
    /// The ring around what is selected.
    pub selected: Rgb,
    /// Letters on held dots.
    pub ink: Rgb,
    /// One for each key's colour, then the one for no key.
    pub keys: [KeyInk; COLOURS + 1],
}

/// What a dot looks like, packed: dots that look alike share a sprite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Kind(u32);

impl Kind {
    /// Of a dot, without its place within a pixel.
    pub(super) fn of(dot: &Dot, selected: bool, letters: bool) -> Kind {
        let label = if letters { label(dot.key) } else { [0; 2] };
        let flags = [dot.again, dot.held, selected].into_iter().fold(0, |bits, flag| bits << 1 | u32::from(flag));
        let shape = dot.shape as u32;
        Kind((((shape << 4 | tint_of(dot.key) as u32) << 3 | flags) << 12 | u32::from(label[0]) << 6 | u32::from(label[1])) << 4)
    }

    /// With its middle so many quarters of a pixel to the right of a pixel's middle and below it.
    pub(super) fn off(self, right: i32, down: i32) -> Kind {
        Kind(self.0 | (right as u32 & 3) << 2 | down as u32 & 3)
    }

    fn quarters(self) -> (f32, f32) {
        ((self.0 >> 2 & 3) as f32 / PLACES as f32, (self.0 & 3) as f32 / PLACES as f32)
    }

    fn label(self) -> [u8; 2] {
        [(self.0 >> 10 & 63) as u8, (self.0 >> 4 & 63) as u8]
    }

    fn flag(self, nth: u32) -> bool {
        self.0 >> (16 + nth) & 1 == 1
    }

    fn tint(self) -> usize {
        (self.0 >> 19 & 15) as usize
    }

    fn shape(self) -> Shape {
        [Shape::Square, Shape::Circle, Shape::Diamond, Shape::Triangle][(self.0 >> 23 & 3) as usize]
    }
}

/// The one or two characters of a key that fit on a dot: 1 to 26 for A to Z, 27 to 36 for 0 to 9, 0 for none.
pub(super) fn label(key: Option<Key>) -> [u8; 2] {
    let digit = |n: u32| 27 + (n % 10) as u8;
    match key {
        Some(Key::Letter(n)) if n < 26 => [1 + n as u8, 0],
        Some(Key::Letter(n)) if n < 260 => [1 + (n % 26) as u8, digit(n / 26)],
        Some(Key::Number(n)) if n < 10 => [digit(n), 0],
        Some(Key::Number(n)) if n < 100 => [digit(n / 10), digit(n)],
        _ => [0, 0],
    }
}

/// A row of a sprite: where its first pixel is, and which of its pixels, from and to, hide all that is under them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) from: u16,
    pub(super) solid: (u16, u16),
    /// Where its pixels are in the sprite's.
    start: u32,
    end: u32,
}

/// A dot's picture.
#[derive(Clone, Debug)]
pub(super) struct Sprite {
    /// Its left and its top, from the pixel that the dot's middle is in.
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) width: u32,
    rows: Vec<Row>,
    pixels: Vec<Pixel>,
}

impl Sprite {
    pub(super) fn height(&self) -> usize {
        self.rows.len()
    }

    /// A row, from its top, and its pixels.
    pub(super) fn row(&self, nth: usize) -> Option<(Row, &[Pixel])> {
        let row = self.rows.get(nth)?;
        Some((*row, self.pixels.get(row.start as usize..row.end as usize)?))
    }

    /// Draws a kind of dot at so many pixels a board unit.
    fn draw(kind: Kind, inks: &Inks, scale: f32) -> Sprite {
        let (again, held, selected) = (kind.flag(2), kind.flag(1), kind.flag(0));
        let outermost = RADIUS + if selected { SELECTED } else if again { AGAIN } else { 0.0 };
        // Polygons reach a little further than circles.
        let reach = (outermost * 1.3 + 3.0) * scale;
        let reach = reach as i32 + 1;
        let look = Look::new(kind, inks, scale);
        let mut sprite = Sprite { left: -reach, top: -reach, width: 2 * reach as u32 + 1, rows: Vec::new(), pixels: Vec::new() };
        let mut line = Vec::new();
        for y in -reach..=reach {
            line.clear();
            line.extend((-reach..=reach).map(|x| look.pixel((x as f32, y as f32), (again, held, selected))));
            sprite.add(&line);
        }
        sprite
    }

    /// Adds a row, without what is empty at its ends.
    fn add(&mut self, line: &[Pixel]) {
        let from = line.iter().position(|pixel| pixel[3] > 0).unwrap_or(0);
        let to = line.iter().rposition(|pixel| pixel[3] > 0).map_or(from, |last| last + 1);
        let kept = line.get(from..to).unwrap_or_default();
        let (mut solid, mut begin) = ((0, 0), 0);
        for (at, pixel) in kept.iter().enumerate() {
            if pixel[3] < 255 {
                begin = at + 1;
            } else if at + 1 - begin > solid.1 - solid.0 {
                solid = (begin, at + 1);
            }
        }
        let start = self.pixels.len() as u32;
        self.pixels.extend_from_slice(kept);
        let solid = (solid.0 as u16, solid.1 as u16);
        self.rows.push(Row { from: from as u16, solid, start, end: self.pixels.len() as u32 });
    }
}

/// What is needed for each pixel of one sprite.
struct Look<'a> {
    inks: &'a Inks,
    colour: KeyInk,
    shape: Shape,
    scale: f32,
    middle: (f32, f32),
    glyphs: Glyphs,
}

impl Look<'_> {
    fn new(kind: Kind, inks: &Inks, scale: f32) -> Look<'_> {
        let (shape, middle) = (kind.shape(), kind.quarters());
        // The middle of a triangle's area is above the middle of its height.
        let lift = if shape == Shape::Triangle { -2.0 * scale } else { 0.0 };
        let glyphs = Glyphs::of(kind.label(), scale, (middle.0, middle.1 + lift));
        let colour = inks.keys.get(kind.tint()).copied().unwrap_or_default();
        Look { inks, colour, shape, scale, middle, glyphs }
    }

    /// How much of a pixel a dot of that radius covers.
    fn disc(&self, radius: f32, grown: f32, at: (f32, f32)) -> f32 {
        coverage(|at| self.from_edge(radius, at) - grown * self.scale, at)
    }

    /// How much of a pixel the outline of such a dot covers.
    fn outline(&self, radius: f32, width: f32, at: (f32, f32)) -> f32 {
        coverage(|at| self.from_edge(radius, at).abs() - width / 2.0 * self.scale, at)
    }

    fn from_edge(&self, radius: f32, (x, y): (f32, f32)) -> f32 {
        distance(self.shape, radius * self.scale, ROUND * self.scale, (x - self.middle.0, y - self.middle.1))
    }

    fn pixel(&self, at: (f32, f32), (again, held, selected): (bool, bool, bool)) -> Pixel {
        let mut mix = Mix::default();
        if held {
            // A cut holds it: it is hollow, as it goes nowhere.
            mix.add(self.colour.full, self.disc(RADIUS - 1.0, HELD / 2.0, at));
            mix.add(self.inks.card, self.disc(RADIUS - 1.0, -HELD / 2.0, at));
        } else {
            mix.add(self.inks.card, self.disc(RADIUS, BORDER / 2.0, at));
            mix.add(self.colour.full, self.disc(RADIUS, -BORDER / 2.0, at));
        }
        if again {
            mix.add(self.inks.again, self.outline(RADIUS + AGAIN, 1.5, at));
        }
        if selected {
            mix.add(self.inks.selected, self.outline(RADIUS + SELECTED, 2.5, at));
        }
        if mix.alpha > 0.0 && !self.glyphs.is_empty() {
            mix.add(if held { self.inks.ink } else { self.colour.on_full }, self.glyphs.coverage(at));
        }
        mix.pixel()
    }
}

/// Colours over each other, multiplied by their alpha.
#[derive(Default)]
struct Mix {
    colour: [f32; 3],
    alpha: f32,
}

impl Mix {
    fn add(&mut self, colour: Rgb, share: f32) {
        for (to, from) in self.colour.iter_mut().zip(colour) {
            *to = f32::from(from) * share + *to * (1.0 - share);
        }
        self.alpha = share + self.alpha * (1.0 - share);
    }

    fn pixel(&self) -> Pixel {
        let alpha = (self.alpha * 255.0 + 0.5) as u8;
        if alpha == 0 {
            return [0; 4];
        }
        let part = |part: f32| (part / self.alpha + 0.5) as u8;
        [part(self.colour[0]), part(self.colour[1]), part(self.colour[2]), alpha]
    }
}

/// All sprites of one scale and one set of colours, drawn as they are needed.
#[derive(Clone, Debug, Default)]
pub(super) struct Sprites {
    inks: Inks,
    scale: f32,
    places: BTreeMap<Kind, u32>,
    sprites: Vec<Sprite>,
    pixels: usize,
}

impl Sprites {
    /// From now on of these colours and so many pixels a board unit.
    pub(super) fn be(&mut self, inks: Inks, scale: f32) {
        if (self.inks, self.scale) != (inks, scale) || self.pixels > MOST_PIXELS {
            *self = Sprites { inks, scale, ..Sprites::default() };
        }
    }

    /// The sprite of a kind.
    pub(super) fn get(&mut self, kind: Kind) -> Option<&Sprite> {
        let place = match self.places.get(&kind) {
            Some(place) => *place,
            None => {
                let sprite = Sprite::draw(kind, &self.inks, self.scale);
                let place = self.sprites.len() as u32;
                self.pixels += sprite.pixels.len();
                self.sprites.push(sprite);
                self.places.insert(kind, place);
                place
            }
        };
        self.sprites.get(place as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_the_keys_text_where_that_has_one_or_two_characters() {
        let text = |key: Key| -> String {
            let character = |n: u8| char::from(if n <= 26 { b'A' + n - 1 } else { b'0' + n - 27 });
            label(Some(key)).into_iter().filter(|n| *n > 0).map(character).collect()
        };
        for n in 0..400 {
            for key in [Key::Letter(n), Key::Number(n)] {
                let whole = key.to_string();
                assert_eq!(text(key), if whole.len() <= 2 { whole } else { String::new() });
            }
        }
        assert_eq!(label(None), [0, 0]);
    }
}
