//! Dots as pixels, compared with shapes that were measured more finely, and with one another.

use crate::net::Key;
use crate::sim::{IntentId, LineId, MessageId, NodeId, WireId};
use crate::view::{Dot, Point, Shape};

use super::painter::{DotRaster, Look};
use super::shape::{coverage, distance};
use super::sprite::{Inks, KeyInk};
use super::{COLOURS, RADIUS};

const SHAPES: [Shape; 4] = [Shape::Square, Shape::Circle, Shape::Diamond, Shape::Triangle];

fn message(n: u32) -> MessageId {
    let intent = IntentId { client: NodeId(1), n, manual: false };
    MessageId { intent, by: NodeId(2), line: LineId(4), nth: 0 }
}

fn dot(x: f32, y: f32) -> Dot {
    Dot {
        at: Point { x, y },
        shape: Shape::Circle,
        key: Some(Key::Letter(0)),
        again: false,
        held: false,
        message: message(0),
        wire: WireId(1),
    }
}

fn inks() -> Inks {
    let mut inks =
        Inks { card: [255; 3], again: [90; 3], selected: [50, 80, 210], ink: [20; 3], keys: [KeyInk::default(); COLOURS + 1] };
    for (n, key) in inks.keys.iter_mut().enumerate() {
        *key = KeyInk { full: [20 * n as u8, 100, 200], on_full: [255; 3] };
    }
    inks
}

fn look(scale: f32) -> Look {
    Look { origin: (0.0, 0.0), scale, size: scale, letters: true, selected: None, inks: inks() }
}

fn alpha(raster: &DotRaster, x: u32, y: u32) -> u8 {
    raster.bytes()[4 * (y as usize * raster.size().0 as usize + x as usize) + 3]
}

/// Whether a place is in a shape, by its corners alone.
fn inside(shape: Shape, radius: f32, round: f32, (x, y): (f32, f32)) -> bool {
    let half = radius * 0.92;
    match shape {
        Shape::Circle => x * x + y * y <= radius * radius,
        Shape::Square => {
            let corner = (x.abs() - half + round, y.abs() - half + round);
            let round_off = corner.0 > 0.0 && corner.1 > 0.0 && corner.0 * corner.0 + corner.1 * corner.1 > round * round;
            x.abs() <= half && y.abs() <= half && !round_off
        }
        Shape::Diamond => x.abs() + y.abs() <= 1.2 * radius,
        Shape::Triangle => {
            let share = (1.15 * radius - y) / (2.15 * radius);
            y >= -radius && share >= 0.0 && x.abs() <= 1.15 * radius * share
        }
    }
}

#[test]
fn coverage_is_what_a_finer_measure_gives() {
    for shape in SHAPES {
        for (radius, off) in [(3.0, (0.0, 0.0)), (8.0, (0.25, 0.5)), (16.0, (0.75, 0.25)), (20.4, (0.5, 0.0))] {
            let round = radius * 0.375;
            for y in -30..=30 {
                for x in -30..=30 {
                    let at = (x as f32 - off.0, y as f32 - off.1);
                    let is = coverage(|at| distance(shape, radius, round, at), at);
                    let fine = (0..1024).filter(|nth| {
                        let part = |n: u32| (n as f32 + 0.5) / 32.0 - 0.5;
                        inside(shape, radius, round, (at.0 + part(nth % 32), at.1 + part(nth / 32)))
                    });
                    let wanted = fine.count() as f32 / 1024.0;
                    assert!((is - wanted).abs() < 0.03, "{shape:?} {radius} at {at:?}: {is}, not {wanted}");
                }
            }
        }
    }
}

#[test]
fn a_dot_is_its_colour_inside_the_cards_colour_at_its_edge_and_nothing_outside() {
    let mut raster = DotRaster::new(64, 64);
    raster.paint(&[Dot { key: None, ..dot(32.5, 32.5) }], &look(1.0));
    let pixel = |x: usize, y: usize| &raster.bytes()[4 * (y * 64 + x)..][..4];
    assert_eq!(pixel(32, 32), [160, 100, 200, 255]);
    assert_eq!(pixel(40, 32)[..3], [255; 3]);
    assert_eq!(pixel(43, 32), [0; 4]);
    let area: f32 = raster.bytes().chunks(4).map(|pixel| f32::from(pixel[3]) / 255.0).sum();
    let wanted = std::f32::consts::PI * (RADIUS + 0.75) * (RADIUS + 0.75);
    assert!((area - wanted).abs() < 1.0, "{area}, not {wanted}");
}

#[test]
fn a_dot_moves_by_quarters_of_a_pixel() {
    let middle = |x: f32, y: f32| {
        let mut raster = DotRaster::new(64, 64);
        raster.paint(&[Dot { key: None, ..dot(x, y) }], &look(1.0));
        let (mut sum, mut at) = (0.0, (0.0, 0.0));
        for y in 0..64 {
            for x in 0..64 {
                let share = f32::from(alpha(&raster, x, y));
                sum += share;
                at = (at.0 + share * (x as f32 + 0.5), at.1 + share * (y as f32 + 0.5));
            }
        }
        (at.0 / sum, at.1 / sum)
    };
    for n in 0..40_u8 {
        let wanted = (20.0 + f32::from(n) * 0.13, 30.0 - f32::from(n) * 0.17);
        let is = middle(wanted.0, wanted.1);
        assert!((is.0 - wanted.0).abs() < 0.14 && (is.1 - wanted.1).abs() < 0.14, "{is:?}, not {wanted:?}");
    }
}

#[test]
fn far_apart_dots_do_not_make_everything_change() {
    let mut raster = DotRaster::new(1600, 1000);
    raster.paint(&[dot(20.0, 20.0), dot(1580.0, 980.0)], &look(1.0));
    let changed: u32 = raster.areas().iter().map(|area| area.w * area.h).sum();
    assert!(changed < 1600 * 1000 / 50, "{:?}", raster.areas());
    raster.paint(&[], &look(1.0));
    assert_eq!(raster.areas().iter().map(|area| area.w * area.h).sum::<u32>(), changed, "where they were is cleared");
    raster.paint(&[], &look(1.0));
    assert!(raster.areas().is_empty(), "nothing moves");
}

/// Numbers without a pattern, from 0 to 1.
fn scattered(n: u32) -> f32 {
    (n.wrapping_mul(2_654_435_761) >> 8) as f32 / (1 << 24) as f32
}

fn crowd(frame: u32, count: u32) -> Vec<Dot> {
    let one = |n: u32| Dot {
        shape: SHAPES[n as usize % 4],
        key: [Some(Key::Letter(n % 30)), Some(Key::Number(n % 120)), None][n as usize % 3],
        again: n.is_multiple_of(5),
        held: n.is_multiple_of(7),
        message: message(n),
        ..dot(scattered(n * 7 + frame * 3) * 700.0 - 20.0, scattered(n * 11 + frame * 5 + 1) * 500.0 - 20.0)
    };
    (0..count).map(one).collect()
}

#[test]
fn nothing_is_left_behind_and_what_changed_is_said() {
    let mut raster = DotRaster::new(640, 440);
    // What the canvas shows: only what was said to have changed is copied to it.
    let mut shown = vec![0_u8; 640 * 440 * 4];
    for (frame, count) in [(0, 60), (1, 300), (2, 9), (3, 60), (4, 0)] {
        let dots = crowd(frame, count);
        let look = Look { selected: Some(message(4)), ..look(1.3) };
        raster.paint(&dots, &look);
        for area in raster.areas() {
            for y in area.y..area.y + area.h {
                let (from, to) = (4 * (y * 640 + area.x) as usize, 4 * (y * 640 + area.x + area.w) as usize);
                shown[from..to].copy_from_slice(&raster.bytes()[from..to]);
            }
        }
        let mut anew = DotRaster::new(640, 440);
        anew.paint(&dots, &look);
        assert!(shown == anew.bytes(), "frame {frame} differs from one drawn anew");
    }
    assert!(shown.iter().all(|byte| *byte == 0));
}

#[test]
fn a_dot_that_is_partly_outside_is_drawn_in_part() {
    let mut small = DotRaster::new(40, 40);
    let mut large = DotRaster::new(140, 140);
    for (x, y) in [(0.0, 0.0), (-6.3, 20.0), (39.0, 41.2), (20.0, -9.0), (-300.0, 4.0), (1e9, 0.0), (f32::NAN, 0.0)] {
        let held = Dot { held: true, again: true, ..dot(x, y) };
        small.paint(&[held], &look(1.0));
        large.paint(&[held], &Look { origin: (50.0, 50.0), ..look(1.0) });
        for down in 0..40 {
            for right in 0..40 {
                assert_eq!(alpha(&small, right, down), alpha(&large, right + 50, down + 50), "{x} {y}: {right} {down}");
            }
        }
    }
}

#[test]
fn rings_letters_and_held_dots_show() {
    let picture = |dot: Dot, look: &Look| {
        let mut raster = DotRaster::new(64, 64);
        raster.paint(&[dot], look);
        raster.bytes().to_vec()
    };
    let (plain, look) = (dot(32.0, 32.0), look(2.0));
    let (again, held) = (Dot { again: true, ..plain }, Dot { held: true, ..plain });
    let other = Dot { key: Some(Key::Letter(8)), ..plain };
    let bare = Look { letters: false, ..look };
    let chosen = Look { selected: Some(plain.message), ..look };
    let look_alike = [
        picture(plain, &look),
        picture(again, &look),
        picture(held, &look),
        picture(other, &look),
        picture(plain, &bare),
        picture(plain, &chosen),
    ];
    for (nth, one) in look_alike.iter().enumerate() {
        assert!(look_alike[nth + 1..].iter().all(|other| one != other), "{nth}");
    }
    assert_eq!(picture(plain, &bare), picture(other, &bare), "A and I have one colour; the letter tells them apart");
}
