//! Where a dragged card comes to rest: in line with another card, or on the grid.

use super::super::geometry::{Rect, snapped};

/// A line along which a dragged card is in line with another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guide {
    /// Whether it runs from top to bottom.
    pub upright: bool,
    /// Its place: x for an upright one, y for a level one.
    pub at: f32,
    /// Where it begins: the other coordinate.
    pub from: f32,
    /// Where it ends.
    pub to: f32,
}

/// How near edges must be to be drawn into line, in pixels of the screen.
const NEAR: f32 = 6.0;

/// Where a card's upper left corner comes to rest, with the guides that hold it there. `free` leaves it where it is, to a
/// whole unit.
pub fn rest(card: Rect, others: &[Rect], zoom: f64, free: bool) -> ((i32, i32), Vec<Guide>) {
    if free {
        return ((snapped(card.x, true), snapped(card.y, true)), Vec::new());
    }
    let near = NEAR / zoom as f32;
    let columns = |rect: Rect| [rect.x, rect.middle().x, rect.right()];
    let rows = |rect: Rect| [rect.y, rect.middle().y, rect.bottom()];
    let across = line_up(columns(card), others.iter().map(|other| (columns(*other), *other)), near);
    let down = line_up(rows(card), others.iter().map(|other| (rows(*other), *other)), near);
    let x = across.map_or(snapped(card.x, false), |(shift, ..)| (card.x + shift).round() as i32);
    let y = down.map_or(snapped(card.y, false), |(shift, ..)| (card.y + shift).round() as i32);
    let resting = Rect { x: x as f32, y: y as f32, ..card };
    let mut guides = Vec::new();
    if let Some((_, at, other)) = across {
        let all = resting.with(other);
        guides.push(Guide { upright: true, at, from: all.y, to: all.bottom() });
    }
    if let Some((_, at, other)) = down {
        let all = resting.with(other);
        guides.push(Guide { upright: false, at, from: all.x, to: all.right() });
    }
    ((x, y), guides)
}

/// The smallest shift that brings a line of the card onto the same line of another: left to left, middle to middle.
fn line_up(own: [f32; 3], others: impl Iterator<Item = ([f32; 3], Rect)>, near: f32) -> Option<(f32, f32, Rect)> {
    let shifts = others.flat_map(|(lines, rect)| own.into_iter().zip(lines).map(move |(own, line)| (line - own, line, rect)));
    shifts.filter(|(shift, ..)| shift.abs() <= near).min_by(|one, other| one.0.abs().total_cmp(&other.0.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CARD: Rect = Rect { x: 0.0, y: 0.0, w: 100.0, h: 50.0 };

    #[test]
    fn a_card_rests_on_the_grid_unless_it_is_nearly_in_line_with_another() {
        let other = CARD.moved(300.0, 205.0);
        assert_eq!(rest(CARD.moved(37.0, 90.0), &[other], 1.0, false), ((32, 96), Vec::new()));
        let (at, guides) = rest(CARD.moved(37.0, 203.0), &[other], 1.0, false);
        assert_eq!(at, (32, 205), "its top is in line");
        assert_eq!(guides, [Guide { upright: false, at: 205.0, from: 32.0, to: 400.0 }]);
        assert_eq!(rest(CARD.moved(37.4, 203.0), &[other], 1.0, true), ((37, 203), Vec::new()), "free of both");
    }

    #[test]
    fn middles_are_lined_up_with_middles_and_what_is_near_depends_on_the_zoom() {
        let wide = Rect { w: 150.0, ..CARD.moved(0.0, 200.0) };
        let (at, guides) = rest(CARD.moved(21.0, 100.0), &[wide], 1.0, false);
        assert_eq!((at.0, guides.len(), guides[0].at), (25, 1, 75.0));
        assert_eq!(rest(CARD.moved(21.0, 100.0), &[wide], 3.0, false).0.0, 16);
    }
}
