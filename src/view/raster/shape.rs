//! How much of a pixel a shape covers, from how far the pixel is from the shape's edge.

use crate::view::Shape;

/// Into how many parts, each way, a pixel on an edge is cut.
const PARTS: u8 = 4;

/// To the right and down.
pub(super) type Place = (f32, f32);

/// How far a place is from the edge of a shape around the origin: negative inside. All lengths have one unit; `round` is
/// the radius of a square's corners. Corners of polygons reach as far as their sides would meet.
pub(super) fn distance(shape: Shape, radius: f32, round: f32, (x, y): Place) -> f32 {
    match shape {
        Shape::Circle => (x * x + y * y).sqrt() - radius,
        Shape::Square => {
            let inner = radius * 0.92 - round;
            let (x, y) = (x.abs() - inner, y.abs() - inner);
            let (beyond_x, beyond_y) = (x.max(0.0), y.max(0.0));
            (beyond_x * beyond_x + beyond_y * beyond_y).sqrt() + x.max(y).min(0.0) - round
        }
        Shape::Diamond => (x.abs() + y.abs() - 1.2 * radius) * std::f32::consts::FRAC_1_SQRT_2,
        Shape::Triangle => {
            // Its slanted sides run down by 2.15 where they come in by 1.15.
            let length = (2.15_f32 * 2.15 + 1.15 * 1.15).sqrt();
            let slanted = (2.15 * (x.abs() - 1.15 * radius) + 1.15 * (y + radius)) / length;
            slanted.max(-y - radius)
        }
    }
}

/// How far outside a shape a place is, measured to the nearest place of its edge; below 0 inside.
pub(super) fn outside_of(shape: Shape, radius: f32, round: f32, (x, y): Place) -> f32 {
    let beside = distance(shape, radius, round, (x, y));
    let x = x.abs();
    match shape {
        Shape::Circle | Shape::Square => beside,
        Shape::Diamond if beside > 0.0 => squared_to((0.0, 1.2 * radius), (1.2 * radius, 0.0), (x, y.abs())).sqrt(),
        Shape::Triangle if beside > 0.0 => {
            let corner = (1.15 * radius, -radius);
            squared_to((0.0, -radius), corner, (x, y)).min(squared_to(corner, (0.0, 1.15 * radius), (x, y))).sqrt()
        }
        Shape::Diamond | Shape::Triangle => beside,
    }
}

/// The squared distance of a place to a straight piece.
pub(super) fn squared_to(from: Place, to: Place, at: Place) -> f32 {
    let (along_x, along_y) = (to.0 - from.0, to.1 - from.1);
    let (x, y) = (at.0 - from.0, at.1 - from.1);
    let length = along_x * along_x + along_y * along_y;
    let share = if length > 0.0 { ((x * along_x + y * along_y) / length).clamp(0.0, 1.0) } else { 0.0 };
    let (x, y) = (x - share * along_x, y - share * along_y);
    x * x + y * y
}

/// Which share of the pixel around a place is inside, from 0 to 1. The distance is in pixels.
pub(super) fn coverage(distance: impl Fn(Place) -> f32, (x, y): Place) -> f32 {
    let middle = distance((x, y));
    if middle.abs() >= 1.0 {
        return if middle < 0.0 { 1.0 } else { 0.0 };
    }
    let parts = f32::from(PARTS);
    let place = |nth: u8| (f32::from(nth) + 0.5) / parts - 0.5;
    let mut sum = 0.0;
    for down in 0..PARTS {
        for right in 0..PARTS {
            sum += (0.5 - parts * distance((x + place(right), y + place(down)))).clamp(0.0, 1.0);
        }
    }
    sum / (parts * parts)
}
