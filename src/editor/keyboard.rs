//! The keyboard's way around the board: in reading order, to the nearest card, along the wires.

use crate::sim::{Gather, InOrder};
use std::collections::BTreeMap;

use crate::board::Board;
use crate::sim::NodeId;

use super::arrange::Direction;
use super::geometry::{Card, Point};
use super::tidy::{arrows, layers};

/// The nodes in the order in which Tab visits them: along the wires from the clients on, and within a step from top to
/// bottom.
pub fn reading_order(board: &Board, cards: &[Card]) -> Vec<NodeId> {
    let layers = layers(board);
    let places: BTreeMap<NodeId, (f32, f32)> = cards.iter().map(|card| (card.node, (card.rect.y, card.rect.x))).into_map();
    let mut nodes: Vec<NodeId> = layers.keys().copied().collect();
    let place = |node: &NodeId| places.get(node).copied().unwrap_or_default();
    nodes.in_order_by(|one, other| {
        let by_layer = layers.get(one).cmp(&layers.get(other));
        let (a, b) = (place(one), place(other));
        by_layer.then(a.0.total_cmp(&b.0)).then(a.1.total_cmp(&b.1)).then(one.cmp(other))
    });
    nodes
}

/// The node after (or before) one in the reading order; the first (or last) from none. None at the end, where the focus
/// leaves the board.
pub fn next_in_order(order: &[NodeId], from: Option<NodeId>, back: bool) -> Option<NodeId> {
    let at = from.and_then(|from| order.iter().position(|node| *node == from));
    match (at, back) {
        (None, false) => order.first(),
        (None, true) => order.last(),
        (Some(at), false) => order.get(at + 1),
        (Some(at), true) => at.checked_sub(1).and_then(|at| order.get(at)),
    }
    .copied()
}

/// The nearest card from a node in a direction.
pub fn next_in_direction(cards: &[Card], from: NodeId, way: Direction) -> Option<NodeId> {
    let here = cards.iter().find(|card| card.node == from)?.rect.middle();
    let others = cards.iter().filter(|card| card.node != from).map(|card| (card.node, card.rect.middle()));
    nearest(here, way, others)
}

/// The nearest of several places in a direction: those straight ahead before those aside.
pub(super) fn nearest<T>(here: Point, way: Direction, others: impl Iterator<Item = (T, Point)>) -> Option<T> {
    let (x, y) = way.unit();
    let (x, y) = (x as f32, y as f32);
    let far = |at: Point| {
        let (dx, dy) = (at.x - here.x, at.y - here.y);
        let (ahead, aside) = (dx * x + dy * y, (dx * y).abs() + (dy * x).abs());
        // What lies more aside than ahead by far is in another direction.
        (ahead > 0.0 && aside <= 3.0 * ahead).then_some(ahead + 2.0 * aside)
    };
    let known = others.filter_map(|(what, at)| far(at).map(|far| (far, what)));
    known.min_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, what)| what)
}

/// Where the wires of a node lead to, in a direction: right along them, left against them; up and down lead to the others
/// at the same neighbour's wires. The nearest first.
pub fn along_wires(board: &Board, cards: &[Card], from: NodeId, way: Direction) -> Option<NodeId> {
    let arrows = arrows(board);
    let onwards = |node: NodeId| arrows.iter().filter(move |(one, _)| *one == node).map(|(_, other)| *other);
    let backwards = |node: NodeId| arrows.iter().filter(move |(_, other)| *other == node).map(|(one, _)| *one);
    let found: Vec<NodeId> = match way {
        Direction::Right => onwards(from).collect(),
        Direction::Left => backwards(from).collect(),
        Direction::Up | Direction::Down => {
            let siblings = backwards(from).flat_map(onwards).chain(onwards(from).flat_map(backwards));
            siblings.filter(|node| *node != from).collect()
        }
    };
    let middle = |node: NodeId| cards.iter().find(|card| card.node == node).map(|card| card.rect.middle());
    let here = middle(from)?;
    let ahead = |at: Point| match way {
        Direction::Up => at.y < here.y,
        Direction::Down => at.y > here.y,
        Direction::Left | Direction::Right => true,
    };
    let places = found.into_iter().filter_map(|node| Some((node, middle(node)?))).filter(|(_, at)| ahead(*at));
    places.min_by(|one, other| here.squared_to(one.1).total_cmp(&here.squared_to(other.1))).map(|(node, _)| node)
}
