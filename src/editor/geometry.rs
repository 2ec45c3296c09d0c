//! Places and rectangles on the board. Lengths are board units: CSS pixels at a zoom of 100%.

use crate::sim::NodeId;

/// The grid that cards keep to, in board units.
pub const GRID: i32 = 16;

/// A place on the board.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

/// A rectangle on the board.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub w: f32,
    /// Height.
    pub h: f32,
}

/// A node with the rectangle of its card.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Card {
    /// The node.
    pub node: NodeId,
    /// Where its card is.
    pub rect: Rect,
}

impl Point {
    /// The square of the distance to another place.
    pub fn squared_to(self, other: Point) -> f32 {
        let (x, y) = (self.x - other.x, self.y - other.y);
        x * x + y * y
    }
}

impl Rect {
    /// The rectangle with these two corners, whichever they are.
    pub fn between(one: Point, other: Point) -> Rect {
        let (x, y) = (one.x.min(other.x), one.y.min(other.y));
        Rect { x, y, w: (one.x - other.x).abs(), h: (one.y - other.y).abs() }
    }

    /// The smallest that holds all of them; none for none.
    pub fn around(rects: impl IntoIterator<Item = Rect>) -> Option<Rect> {
        rects.into_iter().reduce(Rect::with)
    }

    /// Whether a place lies in it.
    pub fn contains(self, at: Point) -> bool {
        at.x >= self.x && at.x <= self.right() && at.y >= self.y && at.y <= self.bottom()
    }

    /// Whether both have a place in common.
    pub fn touches(self, other: Rect) -> bool {
        self.x <= other.right() && other.x <= self.right() && self.y <= other.bottom() && other.y <= self.bottom()
    }

    /// Its right edge.
    pub fn right(self) -> f32 {
        self.x + self.w
    }

    /// Its lower edge.
    pub fn bottom(self) -> f32 {
        self.y + self.h
    }

    /// Its middle.
    pub fn middle(self) -> Point {
        Point { x: self.x + self.w / 2.0, y: self.y + self.h / 2.0 }
    }

    /// The smallest that holds both.
    pub fn with(self, other: Rect) -> Rect {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        Rect { x, y, w: self.right().max(other.right()) - x, h: self.bottom().max(other.bottom()) - y }
    }

    /// The distance from it to a place; 0 inside.
    pub fn distance(self, at: Point) -> f32 {
        let nearest = Point { x: at.x.clamp(self.x, self.right()), y: at.y.clamp(self.y, self.bottom()) };
        nearest.squared_to(at).sqrt()
    }

    /// Moved by so much.
    pub fn moved(self, x: f32, y: f32) -> Rect {
        Rect { x: self.x + x, y: self.y + y, ..self }
    }
}

/// The place of the grid that is nearest; the nearest whole unit where `free`.
pub fn snapped(at: f32, free: bool) -> i32 {
    let grid = GRID as f32;
    if free { at.round() as i32 } else { (at / grid).round() as i32 * GRID }
}

/// The card at a place, the last (uppermost) first.
pub fn card_at(cards: &[Card], at: Point) -> Option<NodeId> {
    cards.iter().rev().find(|card| card.rect.contains(at)).map(|card| card.node)
}

/// The nodes whose cards touch a rectangle, in the cards' order.
pub fn cards_touching(cards: &[Card], area: Rect) -> impl Iterator<Item = NodeId> {
    cards.iter().filter(move |card| card.rect.touches(area)).map(|card| card.node)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECT: Rect = Rect { x: 10.0, y: 20.0, w: 100.0, h: 50.0 };

    #[test]
    fn touching_an_edge_counts_and_lying_beside_it_does_not() {
        assert!(RECT.touches(Rect { x: 110.0, y: 70.0, w: 5.0, h: 5.0 }));
        assert!(!RECT.touches(Rect { x: 111.0, y: 70.0, w: 5.0, h: 5.0 }));
    }

    #[test]
    fn the_distance_to_a_rectangle_is_that_to_its_nearest_edge() {
        assert_eq!(RECT.distance(Point { x: 50.0, y: 30.0 }), 0.0);
        assert_eq!(RECT.distance(Point { x: 113.0, y: 74.0 }), 5.0);
    }

    #[test]
    fn the_grid_is_sixteen_units_wide_and_free_is_whole_units() {
        assert_eq!([-9.0, -7.0, 7.9, 8.1, 40.0].map(|at| snapped(at, false)), [-16, 0, 0, 16, 48]);
        assert_eq!(snapped(7.4, true), 7);
    }

    #[test]
    fn the_uppermost_card_is_hit_first() {
        let cards = [Card { node: NodeId(1), rect: RECT }, Card { node: NodeId(2), rect: RECT.moved(50.0, 0.0) }];
        assert_eq!(card_at(&cards, Point { x: 70.0, y: 30.0 }), Some(NodeId(2)));
        assert_eq!(card_at(&cards, Point { x: 20.0, y: 30.0 }), Some(NodeId(1)));
        assert_eq!(card_at(&cards, Point { x: 0.0, y: 0.0 }), None);
    }
}
