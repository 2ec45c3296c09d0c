//! The camera: which part of the board is in sight, and how large.

use crate::view::{Point, Rect};

/// The smallest scale.
pub const LEAST: f64 = 0.2;
/// The largest scale.
pub const MOST: f64 = 3.0;

/// Where the board's origin is on the stage, in CSS pixels, and how large a board unit is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// The origin's distance from the stage's left edge.
    pub x: f64,
    /// The origin's distance from the stage's top edge.
    pub y: f64,
    /// Pixels a board unit.
    pub zoom: f64,
}

/// Space that is not for the board, at the stage's four edges.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Insets {
    /// At the top.
    pub top: f64,
    /// At the bottom.
    pub bottom: f64,
    /// At either side.
    pub side: f64,
}

impl Default for Camera {
    fn default() -> Camera {
        Camera { x: 0.0, y: 0.0, zoom: 1.0 }
    }
}

impl Camera {
    /// The board's place that is seen at a place of the stage.
    pub fn to_board(self, (x, y): (f64, f64)) -> Point {
        Point { x: ((x - self.x) / self.zoom) as f32, y: ((y - self.y) / self.zoom) as f32 }
    }

    /// The stage's place at which a place of the board is seen.
    pub fn to_stage(self, at: Point) -> (f64, f64) {
        (f64::from(at.x) * self.zoom + self.x, f64::from(at.y) * self.zoom + self.y)
    }

    /// Moved by pixels.
    pub fn panned(self, dx: f64, dy: f64) -> Camera {
        Camera { x: self.x + dx, y: self.y + dy, ..self }
    }

    /// Larger or smaller, with what is at that place of the stage staying there.
    pub fn zoomed(self, (x, y): (f64, f64), factor: f64) -> Camera {
        let zoom = (self.zoom * factor).clamp(LEAST, MOST);
        let ratio = zoom / self.zoom;
        Camera { x: x - (x - self.x) * ratio, y: y - (y - self.y) * ratio, zoom }
    }

    /// All of a rectangle in sight, in the middle, not larger than drawn.
    pub fn fitting(bounds: Rect, (width, height): (f64, f64), insets: Insets) -> Camera {
        let room = ((width - 2.0 * insets.side).max(40.0), (height - insets.top - insets.bottom).max(40.0));
        let (w, h) = (f64::from(bounds.w).max(1.0), f64::from(bounds.h).max(1.0));
        let zoom = (room.0 / w).min(room.1 / h).clamp(LEAST, 1.0);
        let left = insets.side + (room.0 - w * zoom) / 2.0 - f64::from(bounds.x) * zoom;
        let top = insets.top + (room.1 - h * zoom) / 2.0 - f64::from(bounds.y) * zoom;
        Camera { x: left.round(), y: top.round(), zoom }
    }

    /// The board's part that is in sight of a stage of that size.
    pub fn sight(self, (width, height): (f64, f64)) -> Rect {
        let corner = self.to_board((0.0, 0.0));
        Rect { x: corner.x, y: corner.y, w: (width / self.zoom) as f32, h: (height / self.zoom) as f32 }
    }

    /// The transform of a layer that is drawn in board units.
    pub fn transform(self) -> String {
        format!("translate({}px, {}px) scale({})", self.x, self.y, self.zoom)
    }
}
