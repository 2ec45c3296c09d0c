//! Letters and digits as strokes, so that they are sharp at any size and need no font.

use super::shape::{Place, squared_to};

/// The height of a capital in board units.
const CAPITAL: f32 = 7.6;
/// How wide a stroke is, in board units.
const STROKE: f32 = 1.55;
/// Two characters beside each other are smaller, and so far from each other's middle.
const SMALL: f32 = 0.8;
const APART: f32 = 6.6;
/// A curve is drawn as so many straight pieces.
const PIECES: u8 = 5;

/// The strokes of A to Z and 0 to 9 on a grid 6 wide and 9 high: a point is its two digits; `*` before it makes it one
/// that the curve bends towards; `|` begins another stroke.
const STROKES: [&str; 36] = [
    "09 30 69|16 56",
    "34 04|00 09 39 *69 *64 34|04 00 30 *50 *54 34",
    "62 *60 *00 *09 *69 67",
    "00 09 29 *69 *60 20 00",
    "60 00 09 69|04 54",
    "60 00 09|04 54",
    "62 *60 *00 *09 *69 65 35",
    "00 09|60 69|04 64",
    "30 39|10 50|19 59",
    "50 56 *59 *09 06",
    "00 09|60 05|23 69",
    "00 09 69",
    "09 00 35 60 69",
    "09 00 69 60",
    "30 *60 *69 *09 *00 30",
    "09 00 30 *60 *65 35 05",
    "30 *60 *69 *09 *00 30|46 69",
    "09 00 30 *60 *65 35 05|35 69",
    "62 *60 *00 *04 34 *64 *69 *09 07",
    "00 60|30 39",
    "00 06 *09 *69 66 60",
    "00 39 60",
    "00 19 32 59 60",
    "00 69|60 09",
    "00 34 60|34 39",
    "00 60 09 69",
    "30 *50 *59 *19 *10 30",
    "11 30 39|19 59",
    "02 *00 *60 *64 09 69",
    "02 *00 *60 *64 34 *64 *69 *09 07|24 34",
    "49 40 06 66",
    "60 00 04 34 *64 *69 *09 07",
    "50 *00 06 *09 *69 *64 *04 06",
    "00 60 29",
    "30 *60 *64 *04 *00 30|34 *64 *69 *09 *04 34",
    "19 *69 63 *60 *00 *05 *65 63",
];

/// The straight pieces of one or two characters around the origin.
pub(super) struct Glyphs {
    pieces: Vec<(Place, Place)>,
    half: f32,
    /// All ink is between these corners.
    bounds: (Place, Place),
}

impl Glyphs {
    /// Of a dot's label at so many pixels a board unit, its middle at a place. Characters are counted from 1, A to Z and
    /// then 0 to 9; 0 is none.
    pub(super) fn of(label: [u8; 2], scale: f32, (x, y): Place) -> Glyphs {
        let two = label.iter().all(|character| *character > 0);
        let size = if two { SMALL } else { 1.0 } * scale;
        let unit = CAPITAL / 9.0 * size;
        let mut glyphs = Glyphs { pieces: Vec::new(), half: STROKE / 2.0 * size, bounds: ((0.0, 0.0), (0.0, 0.0)) };
        for (nth, character) in label.into_iter().enumerate() {
            let Some(strokes) = usize::from(character).checked_sub(1).and_then(|at| STROKES.get(at)) else { continue };
            let beside = if two { (nth as f32 - 0.5) * APART * size } else { 0.0 };
            let place = |column: f32, row: f32| (x + beside + (column - 3.0) * unit, y + (row - 4.5) * unit);
            strokes.split('|').for_each(|stroke| trace(stroke, place, &mut glyphs.pieces));
        }
        let edge = |of: fn(f32, f32) -> f32, from: f32, beyond: f32| {
            let ends = || glyphs.pieces.iter().flat_map(|(from, to)| [*from, *to]);
            (ends().map(|end| end.0).fold(from, of) + beyond, ends().map(|end| end.1).fold(from, of) + beyond)
        };
        let beyond = glyphs.half + 1.0;
        glyphs.bounds = (edge(f32::min, f32::INFINITY, -beyond), edge(f32::max, f32::NEG_INFINITY, beyond));
        glyphs
    }

    /// Whether there is anything to draw.
    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Which share of the pixel around a place is inked, from 0 to 1.
    pub(super) fn coverage(&self, at: Place) -> f32 {
        let (low, high) = self.bounds;
        if at.0 < low.0 || at.0 > high.0 || at.1 < low.1 || at.1 > high.1 {
            return 0.0;
        }
        let nearest = self.pieces.iter().map(|(from, to)| squared_to(*from, *to, at)).fold(f32::INFINITY, f32::min);
        (0.5 + self.half - nearest.sqrt()).clamp(0.0, 1.0)
    }
}

/// Adds a stroke's pieces.
fn trace(stroke: &str, place: impl Fn(f32, f32) -> Place, pieces: &mut Vec<(Place, Place)>) {
    let mut pen: Option<Place> = None;
    let mut bend: Option<Place> = None;
    for word in stroke.split(' ') {
        let towards = word.starts_with('*');
        let mut digits = word.chars().filter_map(|digit| digit.to_digit(10)).map(|digit| digit as f32);
        let (Some(column), Some(row)) = (digits.next(), digits.next()) else { continue };
        let to = place(column, row);
        match (pen, bend, towards) {
            (Some(from), Some(by), true) => {
                let halfway = ((by.0 + to.0) / 2.0, (by.1 + to.1) / 2.0);
                curve(from, by, halfway, pieces);
                (pen, bend) = (Some(halfway), Some(to));
            }
            (Some(from), Some(by), false) => {
                curve(from, by, to, pieces);
                (pen, bend) = (Some(to), None);
            }
            (Some(_), None, true) => bend = Some(to),
            (Some(from), None, false) => {
                pieces.push((from, to));
                pen = Some(to);
            }
            (None, _, _) => pen = Some(to),
        }
    }
}

fn curve(from: Place, by: Place, to: Place, pieces: &mut Vec<(Place, Place)>) {
    let at = |nth: u8| {
        let t = f32::from(nth) / f32::from(PIECES);
        let u = 1.0 - t;
        let sum = |a: f32, b: f32, c: f32| u * u * a + 2.0 * u * t * b + t * t * c;
        (sum(from.0, by.0, to.0), sum(from.1, by.1, to.1))
    };
    pieces.extend((0..PIECES).map(|nth| (at(nth), at(nth + 1))));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_has_strokes_within_its_grid() {
        for character in 1..=36 {
            let glyphs = Glyphs::of([character, 0], 9.0 / CAPITAL, (3.0, 4.5));
            assert!(glyphs.pieces.len() >= 2, "{character}");
            for (x, y) in glyphs.pieces.iter().flat_map(|(from, to)| [*from, *to]) {
                assert!((-0.01..=6.01).contains(&x) && (-0.01..=9.01).contains(&y), "{character}: {x} {y}");
            }
        }
        assert!(Glyphs::of([0, 0], 1.0, (0.0, 0.0)).is_empty());
    }

    #[test]
    fn characters_are_told_apart_at_one_pixel_a_unit() {
        let picture = |character: u8| {
            let glyphs = Glyphs::of([character, 0], 1.0, (0.25, 0.5));
            (-5..=5).flat_map(|y| (-5..=5).map(move |x| (x as f32, y as f32))).map(|at| glyphs.coverage(at)).collect::<Vec<_>>()
        };
        for one in 1..=36 {
            for other in one + 1..=36 {
                let apart: f32 = picture(one).iter().zip(picture(other)).map(|(a, b)| (a - b).abs()).sum();
                assert!(apart > 2.0, "{one} and {other} are {apart} apart");
            }
        }
    }

    #[test]
    fn two_characters_stand_beside_each_other() {
        let glyphs = Glyphs::of([2, 28], 1.0, (0.0, 0.0));
        let ink = |from: i8, to: i8| (from..to).any(|x| glyphs.coverage((f32::from(x), 0.0)) > 0.5);
        assert!(ink(-6, 0) && ink(1, 6));
    }
}
