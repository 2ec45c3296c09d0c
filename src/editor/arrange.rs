//! Where nodes are: moved, nudged, aligned, distributed.

use crate::board::Board;
use crate::sim::InOrder;
use crate::sim::NodeId;

use super::draft::{Draft, Edited, called, place_of};
use super::error::{EditError, Refusal};
use super::geometry::{Card, GRID, Rect};
use super::ids::Ids;

/// How far from the origin a card can be, in board units.
pub const FAR: i32 = 1_000_000;

/// A way on the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// Left.
    Left,
    /// Right.
    Right,
    /// Up.
    Up,
    /// Down.
    Down,
}

/// What cards are lined up by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Line {
    /// Their left edges.
    Left,
    /// Their middles, below each other.
    Center,
    /// Their right edges.
    Right,
    /// Their upper edges.
    Top,
    /// Their middles, beside each other.
    Middle,
    /// Their lower edges.
    Bottom,
}

/// In which direction cards are spread evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Axis {
    /// From left to right.
    Across,
    /// From top to bottom.
    Down,
}

impl Direction {
    /// One unit in this direction.
    pub const fn unit(self) -> (i32, i32) {
        match self {
            Direction::Left => (-1, 0),
            Direction::Right => (1, 0),
            Direction::Up => (0, -1),
            Direction::Down => (0, 1),
        }
    }
}

/// Puts nodes at new places. Those that are not there are passed over.
///
/// # Errors
/// If none of them is there.
pub fn place(board: &Board, ids: &Ids, label: &str, places: &[(NodeId, (i32, i32))]) -> Result<Edited, EditError> {
    let mut draft = Draft::of(board, ids);
    let mut any = false;
    for (node, (to_x, to_y)) in places {
        if let Some((x, y)) = place_of(&mut draft.board, *node) {
            (*x, *y) = ((*to_x).clamp(-FAR, FAR), (*to_y).clamp(-FAR, FAR));
            any = true;
        }
    }
    if any { draft.finish(label) } else { Err(Refusal::new("There is nothing to move", "select a node first").into()) }
}

/// Moves nodes by so much.
///
/// # Errors
/// If none of them is there.
pub fn move_by(board: &Board, ids: &Ids, nodes: &[NodeId], (dx, dy): (i32, i32)) -> Result<Edited, EditError> {
    let mut draft = Draft::of(board, ids);
    let there = nodes
        .iter()
        .filter_map(|node| place_of(&mut draft.board, *node).map(|(x, y)| (*node, (x.saturating_add(dx), y.saturating_add(dy)))));
    let places: Vec<_> = there.collect();
    place(board, ids, &format!("move {}", called(board, nodes)), &places)
}

/// Moves nodes by a step of the grid, or by four.
///
/// # Errors
/// If none of them is there.
pub fn nudge(board: &Board, ids: &Ids, nodes: &[NodeId], way: Direction, far: bool) -> Result<Edited, EditError> {
    let (x, y) = way.unit();
    let step = if far { 4 * GRID } else { GRID };
    move_by(board, ids, nodes, (x * step, y * step))
}

/// Lines up cards by an edge or their middles.
///
/// # Errors
/// If there are fewer than two.
pub fn align(board: &Board, ids: &Ids, cards: &[Card], line: Line) -> Result<Edited, EditError> {
    let Some(all) = Rect::around(cards.iter().map(|card| card.rect)).filter(|_| cards.len() > 1) else {
        return Err(Refusal::new("One card is in line with itself", "select two or more").into());
    };
    let to = |rect: Rect| match line {
        Line::Left => (all.x, rect.y),
        Line::Center => (all.middle().x - rect.w / 2.0, rect.y),
        Line::Right => (all.right() - rect.w, rect.y),
        Line::Top => (rect.x, all.y),
        Line::Middle => (rect.x, all.middle().y - rect.h / 2.0),
        Line::Bottom => (rect.x, all.bottom() - rect.h),
    };
    let places: Vec<_> = cards.iter().map(|card| (card.node, whole(to(card.rect)))).collect();
    place(board, ids, &format!("align {} cards", cards.len()), &places)
}

/// Spreads cards so that the gaps between them are the same; the outermost stay.
///
/// # Errors
/// If there are fewer than three.
pub fn distribute(board: &Board, ids: &Ids, cards: &[Card], axis: Axis) -> Result<Edited, EditError> {
    if cards.len() < 3 {
        return Err(Refusal::new("Two cards have one gap between them", "select three or more").into());
    }
    let start = |rect: Rect| if axis == Axis::Across { rect.x } else { rect.y };
    let length = |rect: Rect| if axis == Axis::Across { rect.w } else { rect.h };
    let mut sorted = cards.to_vec();
    sorted.in_order_by(|one, other| start(one.rect).total_cmp(&start(other.rect)));
    let first = sorted.first().map_or(0.0, |card| start(card.rect));
    let end = sorted.last().map_or(0.0, |card| start(card.rect) + length(card.rect));
    let filled: f32 = sorted.iter().map(|card| length(card.rect)).sum();
    let gap = (end - first - filled) / (sorted.len() - 1) as f32;
    let mut at = first;
    let mut places = Vec::new();
    for card in sorted {
        let to = if axis == Axis::Across { (at, card.rect.y) } else { (card.rect.x, at) };
        places.push((card.node, whole(to)));
        at += length(card.rect) + gap;
    }
    place(board, ids, &format!("distribute {} cards", cards.len()), &places)
}

fn whole((x, y): (f32, f32)) -> (i32, i32) {
    (x.round() as i32, y.round() as i32)
}
