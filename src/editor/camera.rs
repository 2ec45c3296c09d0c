//! The camera: which part of the board is in sight, and how large.

use super::geometry::{Point, Rect};

/// A place on the stage in CSS pixels, from its upper left corner.
pub type Spot = (f64, f64);

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
    /// At the left.
    pub left: f64,
    /// At the right.
    pub right: f64,
}

impl Default for Camera {
    fn default() -> Camera {
        Camera { x: 0.0, y: 0.0, zoom: 1.0 }
    }
}

impl Camera {
    /// The board's place that is seen at a place of the stage.
    pub fn to_board(self, (x, y): Spot) -> Point {
        Point { x: ((x - self.x) / self.zoom) as f32, y: ((y - self.y) / self.zoom) as f32 }
    }

    /// The stage's place at which a place of the board is seen.
    pub fn to_stage(self, at: Point) -> Spot {
        (f64::from(at.x) * self.zoom + self.x, f64::from(at.y) * self.zoom + self.y)
    }

    /// Moved by pixels.
    pub fn panned(self, dx: f64, dy: f64) -> Camera {
        Camera { x: self.x + dx, y: self.y + dy, ..self }
    }

    /// Larger or smaller, with what is at that place of the stage staying there.
    pub fn zoomed(self, (x, y): Spot, factor: f64) -> Camera {
        let zoom = (self.zoom * factor).clamp(LEAST, MOST);
        let ratio = zoom / self.zoom;
        Camera { x: x - (x - self.x) * ratio, y: y - (y - self.y) * ratio, zoom }
    }

    /// All of a rectangle in sight, in the middle, not larger than drawn.
    pub fn fitting(bounds: Rect, stage: Spot, insets: Insets) -> Camera {
        Camera::fitting_up_to(1.0, bounds, stage, insets)
    }

    /// All of a rectangle in sight, in the middle, not larger than that scale.
    pub fn fitting_up_to(most: f64, bounds: Rect, (width, height): Spot, insets: Insets) -> Camera {
        let room = ((width - insets.left - insets.right).max(40.0), (height - insets.top - insets.bottom).max(40.0));
        let (w, h) = (f64::from(bounds.w).max(1.0), f64::from(bounds.h).max(1.0));
        let zoom = (room.0 / w).min(room.1 / h).clamp(LEAST, most.clamp(LEAST, MOST));
        let left = insets.left + (room.0 - w * zoom) / 2.0 - f64::from(bounds.x) * zoom;
        let top = insets.top + (room.1 - h * zoom) / 2.0 - f64::from(bounds.y) * zoom;
        Camera { x: left.round(), y: top.round(), zoom }
    }

    /// The board's part that is in sight of a stage of that size.
    pub fn sight(self, (width, height): Spot) -> Rect {
        let corner = self.to_board((0.0, 0.0));
        Rect { x: corner.x, y: corner.y, w: (width / self.zoom) as f32, h: (height / self.zoom) as f32 }
    }

    /// A step larger (`steps` above 0) or smaller, around a place of the stage: to the next tenth of the scale.
    pub fn stepped(self, around: Spot, steps: i32) -> Camera {
        let tenths = self.zoom * 10.0;
        let next = match steps {
            1.. => (tenths + 0.001).floor() + f64::from(steps),
            _ => (tenths - 0.001).ceil() + f64::from(steps),
        };
        self.zoomed(around, next / 10.0 / self.zoom)
    }

    /// Whether nothing of what is on the board can be seen: time to offer the way back. Never on an empty board.
    pub fn is_lost(self, stage: Spot, content: Option<Rect>) -> bool {
        content.is_some_and(|content| !self.sight(stage).touches(content))
    }

    /// Moved as little as needed for a rectangle to be in sight with a margin of 16 pixels; its upper left corner if it
    /// is larger than the stage.
    pub fn revealing(self, rect: Rect, (width, height): Spot) -> Camera {
        const MARGIN: f64 = 16.0;
        let shift = |from: f64, to: f64, room: f64| {
            if from < MARGIN {
                MARGIN - from
            } else if to > room - MARGIN {
                (room - MARGIN - to).max(MARGIN - from)
            } else {
                0.0
            }
        };
        let (left, top) = self.to_stage(Point { x: rect.x, y: rect.y });
        let (right, bottom) = self.to_stage(Point { x: rect.right(), y: rect.bottom() });
        self.panned(shift(left, right, width), shift(top, bottom, height))
    }

    /// By how many pixels the camera moves in so many milliseconds while something is dragged near an edge of the stage:
    /// nothing away from the edges, up to 15 pixels each 16 ms at the edge and beyond.
    pub fn auto_pan((x, y): Spot, (width, height): Spot, elapsed_ms: f64) -> (f64, f64) {
        const NEAR: f64 = 40.0;
        const FASTEST: f64 = 15.0 / 16.0;
        let speed = |at: f64, room: f64| {
            let inner = NEAR.min(room / 4.0).max(1.0);
            let towards_start = ((inner - at) / inner).clamp(0.0, 1.0);
            let towards_end = ((at - (room - inner)) / inner).clamp(0.0, 1.0);
            (towards_start - towards_end) * FASTEST * elapsed_ms.clamp(0.0, 100.0)
        };
        (speed(x, width), speed(y, height))
    }

    /// The transform of a layer that is drawn in board units.
    pub fn transform(self) -> String {
        format!("translate({}px, {}px) scale({})", self.x, self.y, self.zoom)
    }
}

/// Whether two pictures of a board are larger one above the other than side by side, in a room of that size and with that much
/// space around each. Side by side is easier to compare: a little larger is not enough.
pub fn stacked(bounds: Rect, (width, height): Spot, around: Insets) -> bool {
    let scale = |half: Spot| Camera::fitting(bounds, half, around).zoom;
    scale((width, height / 2.0)) > scale((width / 2.0, height)) * 1.2
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAGE: Spot = (800.0, 600.0);

    #[test]
    fn zooming_keeps_what_is_under_the_pointer_and_stays_within_its_limits() {
        let (camera, at) = (Camera { x: 30.0, y: -20.0, zoom: 1.3 }, (200.0, 100.0));
        for factor in [0.001, 0.5, 1.7, 100.0] {
            let zoomed = camera.zoomed(at, factor);
            assert!((LEAST..=MOST).contains(&zoomed.zoom));
            let (before, after) = (camera.to_board(at), zoomed.to_board(at));
            assert!(before.squared_to(after) < 0.01, "{before:?} {after:?}");
        }
    }

    #[test]
    fn steps_of_the_zoom_are_tenths_and_go_back_the_way_they_came() {
        let camera = Camera::default().stepped((0.0, 0.0), 1).stepped((0.0, 0.0), 1);
        assert!((camera.zoom - 1.2).abs() < 1e-9);
        let back = camera.stepped((0.0, 0.0), -1).stepped((0.0, 0.0), -1);
        assert!((back.zoom - 1.0).abs() < 1e-9);
        assert!((Camera { zoom: 1.04, ..camera }.stepped((0.0, 0.0), -1).zoom - 1.0).abs() < 1e-9);
    }

    #[test]
    fn fitting_shows_all_of_it_and_back_to_content_is_offered_only_when_nothing_is_in_sight() {
        let content = Rect { x: -500.0, y: 300.0, w: 2_000.0, h: 400.0 };
        let camera = Camera::fitting(content, STAGE, Insets { top: 20.0, bottom: 60.0, left: 20.0, right: 20.0 });
        let sight = camera.sight(STAGE);
        let slack = 0.5;
        assert!(sight.x - slack <= content.x && content.right() <= sight.right() + slack);
        assert!(sight.y - slack <= content.y && content.bottom() <= sight.bottom() + slack);
        assert!(!camera.is_lost(STAGE, Some(content)));
        let away = camera.panned(9_000.0, 0.0);
        assert!(away.is_lost(STAGE, Some(content)) && !away.is_lost(STAGE, None));
    }

    #[test]
    fn two_boards_stand_side_by_side_unless_they_are_much_larger_one_above_the_other() {
        let board = Rect { x: 0.0, y: 0.0, w: 1_000.0, h: 500.0 };
        let above = |bounds, room| stacked(bounds, room, Insets { top: 60.0, bottom: 40.0, left: 20.0, right: 20.0 });
        assert!(!above(board, (1_400.0, 700.0)));
        assert!(!above(board, (1_000.0, 600.0)));
        assert!(above(board, (390.0, 640.0)), "a phone");
        assert!(!above(Rect { w: 500.0, h: 1_000.0, ..board }, (390.0, 640.0)), "a phone on which the board stands upright");
        assert!(above(Rect { w: 3_000.0, ..board }, (1_400.0, 900.0)), "a board that is very wide");
        assert!(!above(Rect::default(), (0.0, 0.0)));
    }

    #[test]
    fn revealing_moves_no_further_than_it_must() {
        let camera = Camera::default();
        let inside = Rect { x: 100.0, y: 100.0, w: 50.0, h: 50.0 };
        assert_eq!(camera.revealing(inside, STAGE), camera);
        let right = camera.revealing(inside.moved(700.0, 0.0), STAGE);
        assert_eq!((right.x, right.y), (-66.0, 0.0));
    }

    #[test]
    fn a_drag_near_an_edge_moves_the_board_the_other_way_and_faster_the_nearer_it_is() {
        assert_eq!(Camera::auto_pan((400.0, 300.0), STAGE, 16.0), (0.0, 0.0));
        let (near, edge) = (Camera::auto_pan((780.0, 300.0), STAGE, 16.0), Camera::auto_pan((900.0, 300.0), STAGE, 16.0));
        assert_eq!((near.0, edge.0), (-7.5, -15.0));
        assert!(Camera::auto_pan((400.0, 0.0), STAGE, 16.0).1 > 0.0);
    }
}
