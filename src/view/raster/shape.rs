//! How much of a pixel a shape covers, from how far the pixel is from the shape's edge.

use crate::view::Shape;

/// Into how many parts, each way, a pixel on an edge is cut.
const PARTS: u8 = 4;

/// How far a place is from the edge of a shape around the origin: negative inside. All lengths have one unit; `round` is
/// the radius of a square's corners. Corners of polygons reach as far as their sides would meet.
pub(super) fn distance(shape: Shape, radius: f32, round: f32, (x, y): (f32, f32)) -> f32 {
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

/// Which share of the pixel around a place is inside, from 0 to 1. The distance is in pixels.
pub(super) fn coverage(distance: impl Fn((f32, f32)) -> f32, (x, y): (f32, f32)) -> f32 {
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
