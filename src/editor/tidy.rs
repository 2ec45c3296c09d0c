//! "Tidy up": cards in layers from left to right, along the wires.

use crate::sim::{Gather, InOrder};
use std::collections::BTreeMap;

use crate::board::{Board, WireKind};
use crate::sim::NodeId;

use super::arrange::place;
use super::draft::Edited;
use super::error::EditError;
use super::geometry::{Card, GRID, Rect};
use super::ids::Ids;

/// Between two layers, and between two cards of a layer, in board units.
const BETWEEN: (f32, f32) = (96.0, 48.0);
/// The same where the layers are below each other.
const STANDING: (f32, f32) = (64.0, 32.0);

/// From which node to which a wire leads; a topic's is its broker.
pub(super) fn arrows(board: &Board) -> Vec<(NodeId, NodeId)> {
    let broker = |topic: &str| board.topic(topic).map(|(broker, _)| broker.id);
    let arrow = |kind: &WireKind| match kind {
        WireKind::Call { from, to } => Some((*from, *to)),
        WireKind::Publish { from, topic } => broker(topic).map(|broker| (*from, broker)),
        WireKind::Consume { to, topic, .. } => broker(topic).map(|broker| (broker, *to)),
    };
    board.wires.iter().filter_map(|wire| arrow(&wire.is)).collect()
}

/// The layer of each node, from the left: clients, services that are called or only publish, the broker, services that
/// read or that no wire leads to.
pub(super) fn layers(board: &Board) -> BTreeMap<NodeId, usize> {
    let arrows = arrows(board);
    let brokers: Vec<NodeId> = board.brokers.iter().map(|broker| broker.id).collect();
    let feeds = |node: NodeId| arrows.iter().any(|(from, to)| *from == node && brokers.contains(to));
    let fed = |node: NodeId| arrows.iter().any(|(from, to)| *to == node && brokers.contains(from));
    let called = |node: NodeId| arrows.iter().any(|(from, to)| *to == node && !brokers.contains(from));
    let mut layers: BTreeMap<NodeId, usize> = board.clients.iter().map(|client| (client.id, 0)).into_map();
    layers.extend(brokers.iter().map(|broker| (*broker, 2)));
    for service in &board.services {
        let id = service.id;
        let behind = fed(id) && !called(id) || !feeds(id) && !called(id);
        layers.insert(id, if behind { 3 } else { 1 });
    }
    layers
}

/// Puts all cards in layers from left to right: clients, the services that they call, the broker, the services that
/// read. Within a layer they keep their order from top to bottom, as far as wires do not cross for it.
///
/// # Errors
/// If there is no card.
pub fn tidy(board: &Board, ids: &Ids, cards: &[Card]) -> Result<Edited, EditError> {
    place(board, ids, "tidy up", &in_columns(board, cards, BETWEEN))
}

/// Where the cards go for a stage that is higher than wide: the same layers, from top to bottom.
pub fn stood_up(board: &Board, cards: &[Card]) -> Vec<(NodeId, (i32, i32))> {
    let turned = |rect: Rect| Rect { x: rect.y, y: rect.x, w: rect.h, h: rect.w };
    let cards: Vec<Card> = cards.iter().map(|card| Card { node: card.node, rect: turned(card.rect) }).collect();
    let places = in_columns(board, &cards, STANDING);
    places.into_iter().map(|(node, (x, y))| (node, (y, x))).collect()
}

/// The places of cards in layers from left to right, so far from each other.
fn in_columns(board: &Board, cards: &[Card], between: (f32, f32)) -> Vec<(NodeId, (i32, i32))> {
    let (layers, arrows) = (layers(board), arrows(board));
    let mut columns: BTreeMap<usize, Vec<Card>> = BTreeMap::new();
    for card in cards {
        columns.entry(layers.get(&card.node).copied().unwrap_or(0)).or_default().push(*card);
    }
    let height =
        |cards: &[Card]| cards.iter().map(|card| card.rect.h).sum::<f32>() + between.1 * cards.len().saturating_sub(1) as f32;
    let tallest = columns.values().map(|cards| height(cards)).fold(0.0, f32::max);
    let mut placed: BTreeMap<NodeId, Rect> = BTreeMap::new();
    let mut x = 0.0;
    for cards in columns.values_mut() {
        // Below what they are wired to on the left, or else where they are.
        let middle = |card: &Card| {
            let before: Vec<f32> = arrows
                .iter()
                .filter_map(|(from, to)| if *to == card.node { placed.get(from) } else { None })
                .map(|rect| rect.middle().y)
                .collect();
            let wired = if before.is_empty() { 0.0 } else { before.iter().sum::<f32>() / before.len() as f32 };
            (wired, card.rect.y)
        };
        let mut order: Vec<((f32, f32), Card)> = cards.iter().map(|card| (middle(card), *card)).collect();
        order.in_order_by(|(one, a), (other, b)| {
            one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)).then(a.node.cmp(&b.node))
        });
        let mut y = (tallest - height(cards)) / 2.0;
        let widest = cards.iter().map(|card| card.rect.w).fold(0.0, f32::max);
        for (_, card) in order {
            let rect = Rect { x: to_grid(x), y: to_grid(y), ..card.rect };
            placed.insert(card.node, rect);
            y = rect.bottom() + between.1;
        }
        x += widest + between.0;
    }
    placed.iter().map(|(node, rect)| (*node, (rect.x as i32, rect.y as i32))).collect()
}

/// The next place of the grid, so that no gap becomes smaller.
fn to_grid(at: f32) -> f32 {
    (at / GRID as f32).ceil() * GRID as f32
}
