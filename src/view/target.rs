//! What is under the pointer.

use crate::board::Process;
use crate::session::Session;
use crate::sim::NodeId;

use super::cards::{Dot, Frame, Path, Point, RecordView, Rect, Target};

/// How near is near enough to a dot or a wire.
const NEAR: f32 = 10.0;
/// Into how many straight pieces a wire is cut to measure how far it is.
const PIECES: usize = 24;

impl Session {
    /// What is at a place of the board: a dot before a record before a process before a card before a wire.
    pub fn target_at(&self, frame: &Frame, dots: &[Dot], at: Point) -> Option<Target> {
        dot_at(dots, at).or_else(|| record_at(frame, at)).or_else(|| frame.thing_at(at))
    }
}

impl Frame {
    /// What is at a place of the board, apart from messages and records: a process before a card before a wire.
    pub fn thing_at(&self, at: Point) -> Option<Target> {
        process_at(self, at).map(Target::Process).or_else(|| card_at(self, at).map(Target::Node)).or_else(|| wire_at(self, at))
    }
}

fn squared(one: Point, other: Point) -> f32 {
    let (x, y) = (one.x - other.x, one.y - other.y);
    x * x + y * y
}

fn dot_at(dots: &[Dot], at: Point) -> Option<Target> {
    let near = dots.iter().map(|dot| (squared(dot.at, at), dot)).filter(|(far, _)| *far <= NEAR * NEAR);
    near.min_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, dot)| Target::Dot(dot.message))
}

fn record_at(frame: &Frame, at: Point) -> Option<Target> {
    // Other cards lie above a broker's.
    if above_brokers(frame, at).is_some() || process_at(frame, at).is_some() {
        return None;
    }
    let wider = |rect: Rect| Rect { x: rect.x - 2.0, y: rect.y - 2.0, w: rect.w + 4.0, h: rect.h + 4.0 };
    let lanes = frame.brokers.iter().rev().filter(|card| card.rect.contains(at)).flat_map(|card| &card.topics);
    let lanes = lanes.flat_map(|topic| &topic.lanes).filter(|lane| lane.rect.contains(at));
    let record = |record: &&RecordView| wider(record.rect).contains(at);
    lanes.flat_map(|lane| &lane.records).find(record).map(|record| Target::Record(record.id))
}

fn process_at(frame: &Frame, at: Point) -> Option<Process> {
    let services = || frame.services.iter().rev();
    let trays = services().filter_map(|card| {
        card.tray.as_ref().filter(|tray| tray.rect.contains(at)).and_then(|tray| tray.relays.first()).map(|relay| relay.process)
    });
    let rows = services().flat_map(|card| &card.instances).filter(|row| row.rect.contains(at)).map(|row| row.process);
    trays.chain(rows).next()
}

fn above_brokers(frame: &Frame, at: Point) -> Option<NodeId> {
    let services = frame.services.iter().rev().map(|card| (card.id, card.rect));
    let clients = frame.clients.iter().rev().map(|card| (card.id, card.rect));
    services.chain(clients).find(|(_, rect)| rect.contains(at)).map(|(id, _)| id)
}

fn card_at(frame: &Frame, at: Point) -> Option<NodeId> {
    above_brokers(frame, at).or_else(|| frame.brokers.iter().rev().find(|card| card.rect.contains(at)).map(|card| card.id))
}

fn wire_at(frame: &Frame, at: Point) -> Option<Target> {
    let paths = frame.wires.iter().flat_map(|wire| wire.paths.iter().map(move |path| (wire.id, path)));
    let near = paths.filter(|(_, path)| beside(path, at)).map(|(id, path)| (squared_to(path, at), id));
    let near = near.filter(|(far, _)| *far <= NEAR * NEAR);
    near.min_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, id)| Target::Wire(id))
}

/// Whether a place is in reach of the corners that hold the curve.
fn beside(path: &Path, at: Point) -> bool {
    let low = |of: fn(&Point) -> f32| path.0.iter().map(of).fold(f32::INFINITY, f32::min) - NEAR;
    let high = |of: fn(&Point) -> f32| path.0.iter().map(of).fold(f32::NEG_INFINITY, f32::max) + NEAR;
    let within = |value: f32, of: fn(&Point) -> f32| (low(of)..=high(of)).contains(&value);
    within(at.x, |point| point.x) && within(at.y, |point| point.y)
}

/// The squared distance to a curve.
fn squared_to(path: &Path, at: Point) -> f32 {
    let point = |nth: usize| path.at(nth as f32 / PIECES as f32);
    (0..PIECES).map(|nth| squared_to_piece(point(nth), point(nth + 1), at)).fold(f32::INFINITY, f32::min)
}

fn squared_to_piece(from: Point, to: Point, at: Point) -> f32 {
    let length = squared(from, to);
    if length <= 0.0 {
        return squared(from, at);
    }
    let along = ((at.x - from.x) * (to.x - from.x) + (at.y - from.y) * (to.y - from.y)) / length;
    let along = along.clamp(0.0, 1.0);
    squared(at, Point { x: from.x + along * (to.x - from.x), y: from.y + along * (to.y - from.y) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_to_a_piece_is_measured_to_its_nearest_place() {
        let at = |x: f32, y: f32| Point { x, y };
        assert_eq!(squared_to_piece(at(0.0, 0.0), at(10.0, 0.0), at(5.0, 3.0)), 9.0);
        assert_eq!(squared_to_piece(at(0.0, 0.0), at(10.0, 0.0), at(-4.0, 3.0)), 25.0);
        assert_eq!(squared_to_piece(at(2.0, 2.0), at(2.0, 2.0), at(2.0, 5.0)), 9.0);
    }
}
