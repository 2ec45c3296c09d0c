//! Dots drawn once for each look of one, and each quarter of a pixel that its middle may be off.

use std::collections::BTreeMap;

use crate::net::Key;
use crate::view::{Dot, Shape};

use super::glyph::Glyphs;
use super::shape::{coverage, distance, outside_of};
use super::{AGAIN, COLOURS, RADIUS, SELECTED, tint_of};

/// Red, green and blue.
pub type Rgb = [u8; 3];
/// Red, green, blue and straight alpha.
pub(super) type Pixel = [u8; 4];

/// The places within a pixel, each way, that a dot's middle can be drawn at.
pub(super) const PLACES: i32 = 4;
/// With more pixels than these in all sprites dots are drawn at fewer places within a pixel.
const MOST_PIXELS: usize = 1 << 22;
/// From so many pixels a board unit on, half as many places are as fine.
const DENSE: f32 = 1.6;
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

/// A pixel that lets through some of what is under it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    /// Its place from the sprite's left and top.
    pub(super) right: u16,
    pub(super) down: u16,
    pub(super) pixel: Pixel,
}

/// A row of a sprite.
#[derive(Clone, Copy, Debug, Default)]
struct Row {
    /// Where, from the sprite's left, the pixels begin that hide all that is under them.
    from: u16,
    /// Where these and the row's edges end in the sprite's.
    solid: u32,
    edges: u32,
}

/// A dot's picture: of each row one run of pixels that are copied whole; the others one by one.
#[derive(Clone, Debug)]
pub(super) struct Sprite {
    /// Its left and its top, from the pixel that the dot's middle is in.
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) width: u32,
    rows: Vec<Row>,
    solid: Vec<Pixel>,
    edges: Vec<Edge>,
}

impl Sprite {
    pub(super) fn height(&self) -> u32 {
        self.rows.len() as u32
    }

    /// A row's run of pixels that hide all that is under them, and where it begins from the sprite's left.
    pub(super) fn solid(&self, row: u32) -> (u16, &[Pixel]) {
        let Some(is) = self.rows.get(row as usize) else { return (0, &[]) };
        let start = self.before(row).solid;
        (is.from, self.solid.get(start as usize..is.solid as usize).unwrap_or_default())
    }

    /// The other pixels of some rows.
    pub(super) fn edges(&self, rows: std::ops::Range<u32>) -> &[Edge] {
        let (start, end) = (self.before(rows.start).edges, self.before(rows.end).edges);
        self.edges.get(start as usize..end as usize).unwrap_or_default()
    }

    fn before(&self, row: u32) -> Row {
        let before = row.checked_sub(1).and_then(|row| self.rows.get(row as usize));
        before.copied().unwrap_or_default()
    }

    fn pixels(&self) -> usize {
        self.solid.len() + 2 * self.edges.len()
    }

    /// Draws a kind of dot at so many pixels a board unit.
    fn draw(kind: Kind, inks: &Inks, scale: f32) -> Sprite {
        let (again, held, selected) = (kind.flag(2), kind.flag(1), kind.flag(0));
        // Polygons reach a little further than circles.
        let outside = if selected {
            SELECTED + 1.5
        } else if again {
            AGAIN + 1.0
        } else {
            BORDER
        };
        let reach = ((RADIUS * 1.25 + outside) * scale) as i32 + 2;
        let look = Look::new(kind, inks, scale);
        let mut sprite = Sprite {
            left: -reach,
            top: -reach,
            width: 2 * reach as u32 + 1,
            rows: Vec::new(),
            solid: Vec::new(),
            edges: Vec::new(),
        };
        let mut line = Vec::new();
        for y in -reach..=reach {
            line.clear();
            line.extend((-reach..=reach).map(|x| look.pixel((x as f32, y as f32), (again, held, selected))));
            sprite.add(&line);
        }
        sprite
    }

    /// Adds a row.
    fn add(&mut self, line: &[Pixel]) {
        let (mut solid, mut begin) = (0..0, 0);
        for (at, pixel) in line.iter().enumerate() {
            if pixel[3] < 255 {
                begin = at + 1;
            } else if at + 1 - begin > solid.len() {
                solid = begin..at + 1;
            }
        }
        let down = self.rows.len() as u16;
        let edges = line.iter().enumerate().filter(|(at, pixel)| pixel[3] > 0 && !solid.contains(at));
        self.edges.extend(edges.map(|(right, pixel)| Edge { right: right as u16, down, pixel: *pixel }));
        self.solid.extend_from_slice(line.get(solid.clone()).unwrap_or_default());
        self.rows.push(Row { from: solid.start as u16, solid: self.solid.len() as u32, edges: self.edges.len() as u32 });
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
        // A triangle has room for a letter above its middle.
        let (lift, size) = match shape {
            Shape::Triangle => (-2.6, 0.84),
            Shape::Diamond => (0.0, 0.92),
            Shape::Square | Shape::Circle => (0.0, 1.0),
        };
        let glyphs = Glyphs::of(kind.label(), scale * size, (middle.0, middle.1 + lift * scale));
        let colour = inks.keys.get(kind.tint()).copied().unwrap_or_default();
        Look { inks, colour, shape, scale, middle, glyphs }
    }

    /// How much of a pixel a dot of that radius covers.
    fn disc(&self, radius: f32, grown: f32, at: (f32, f32)) -> f32 {
        coverage(|at| self.beyond_edge(radius, at) - grown * self.scale, at)
    }

    /// How much of a pixel a ring covers that runs around the dot so far outside its edge.
    fn ring(&self, outside: f32, width: f32, at: (f32, f32)) -> f32 {
        let from_ring = |(x, y): (f32, f32)| {
            let place = (x - self.middle.0, y - self.middle.1);
            outside_of(self.shape, RADIUS * self.scale, ROUND * self.scale, place) - outside * self.scale
        };
        coverage(|at| from_ring(at).abs() - width / 2.0 * self.scale, at)
    }

    fn beyond_edge(&self, radius: f32, (x, y): (f32, f32)) -> f32 {
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
            mix.add(self.inks.again, self.ring(AGAIN, 1.5, at));
        }
        if selected {
            mix.add(self.inks.selected, self.ring(SELECTED, 2.5, at));
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
    /// A dot's middle is at a multiple of so many quarters of a pixel.
    step: i32,
    numbers: BTreeMap<Kind, u32>,
    /// Some of these numbers, each kind's at a place that follows from it: the tree is asked where another kind has that place.
    near: Vec<Option<(Kind, u32)>>,
    sprites: Vec<Sprite>,
    pixels: usize,
}

/// Places of numbers that are at hand, as a power of two: more than the kinds that a crowded board shows.
const NEAR_BITS: u32 = 12;

impl Sprites {
    /// From now on of these colours and so many pixels a board unit.
    pub(super) fn be(&mut self, inks: Inks, scale: f32) {
        if (self.inks, self.scale) != (inks, scale) {
            let step = if scale < DENSE { 1 } else { 2 };
            *self = Sprites { inks, scale, step, ..Sprites::default() };
        } else if self.pixels > MOST_PIXELS {
            *self = Sprites { inks, scale, step: (self.step * 2).min(PLACES), ..Sprites::default() };
        }
    }

    /// Where a dot's middle is drawn, in quarters of a pixel from the middle of the first one.
    pub(super) fn place(&self, at: f32) -> i32 {
        let steps = (PLACES / self.step.max(1)) as f32;
        ((at - 0.5) * steps + 0.5).floor() as i32 * self.step
    }

    /// The number of a kind's sprite.
    pub(super) fn number(&mut self, kind: Kind) -> u32 {
        self.near.resize(1 << NEAR_BITS, None);
        let place = (kind.0.wrapping_mul(0x9e37_79b1) >> (u32::BITS - NEAR_BITS)) as usize;
        if let Some(Some((known, number))) = self.near.get(place)
            && *known == kind
        {
            return *number;
        }
        let number = self.numbers.get(&kind).copied().unwrap_or_else(|| self.add(kind));
        if let Some(near) = self.near.get_mut(place) {
            *near = Some((kind, number));
        }
        number
    }

    fn add(&mut self, kind: Kind) -> u32 {
        let sprite = Sprite::draw(kind, &self.inks, self.scale);
        let number = self.sprites.len() as u32;
        self.pixels += sprite.pixels();
        self.sprites.push(sprite);
        self.numbers.insert(kind, number);
        number
    }

    /// A sprite by its number.
    pub(super) fn at(&self, number: u32) -> Option<&Sprite> {
        self.sprites.get(number as usize)
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
