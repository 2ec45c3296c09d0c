//! A wire that is drawn: dragged from a handle, or begun by a click or a key and ended by another.

use crate::board::Board;
use crate::sim::InOrder;
use crate::sim::NodeId;

use super::super::camera::Spot;
use super::super::error::Refusal;
use super::super::geometry::{Point, Rect, card_at};
use super::super::wiring::{End, judge};
use super::input::{Button, Do, Hit, Key, Mods, Scene};
use super::pressing::is_drag;
use super::state::{Connecting, Pressing, State};

/// How near the wire's loose end must come to be drawn to a thing, in CSS pixels.
const MAGNET: f32 = 20.0;

/// All things that a wire could lead to, in reading order, each with why not.
pub fn targets(scene: &Scene, from: &End) -> Vec<(End, Result<(), Refusal>)> {
    ends(scene).into_iter().map(|(end, _)| end).filter(|end| end != from).map(|end| judged(scene.board, from, end)).collect()
}

fn judged(board: &Board, from: &End, to: End) -> (End, Result<(), Refusal>) {
    let verdict = judge(board, from, &to);
    (to, verdict)
}

/// All ends, from left to right and top to bottom. Where there are topics, they stand for the broker.
fn ends(scene: &Scene) -> Vec<(End, Rect)> {
    let topics = scene.topics.iter().map(|(name, rect)| (End::Topic(name.clone()), *rect));
    let broker = |node: NodeId| scene.board.brokers.iter().any(|broker| broker.id == node && !broker.topics.is_empty());
    let cards = scene.cards.iter().filter(|card| !broker(card.node)).map(|card| (End::Node(card.node), card.rect));
    let mut all: Vec<(End, Rect)> = cards.chain(topics).collect();
    all.in_order_by(|(one, a), (other, b)| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)).then(one.cmp(other)));
    all
}

/// The end at a place of the stage, or the nearest in reach: a topic before the card that it is on.
pub fn end_at(scene: &Scene, at: Spot) -> Option<End> {
    let place = scene.camera.to_board(at);
    let topic = scene.topics.iter().find(|(_, rect)| rect.contains(place)).map(|(name, _)| End::Topic(name.clone()));
    let covered = card_at(scene.cards, place);
    let on_broker = covered.is_none_or(|node| scene.board.brokers.iter().any(|broker| broker.id == node));
    if let Some(topic) = topic.filter(|_| on_broker) {
        return Some(topic);
    }
    if let Some(node) = covered {
        return Some(End::Node(node));
    }
    let reach = MAGNET / scene.camera.zoom as f32;
    let near = ends(scene).into_iter().map(|(end, rect)| (rect.distance(place), end)).filter(|(far, _)| *far <= reach);
    near.min_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, end)| end)
}

impl Connecting {
    /// Drawn from a handle by a pointer.
    pub(super) fn drawn(from: End, pointer: i32, down: Spot) -> Connecting {
        Connecting { from, pointer: Some(pointer), down, at: None, waits: false, to: None }
    }

    /// Begun, waiting for a click or a key.
    pub(super) fn waiting(from: End) -> Connecting {
        Connecting { from, pointer: None, down: (0.0, 0.0), at: None, waits: true, to: None }
    }

    /// Without a pointer, still waiting.
    pub(super) fn resting(self) -> Connecting {
        Connecting { pointer: None, at: None, waits: true, ..self }
    }

    pub(super) fn moved(self, at: Spot, scene: &Scene) -> Connecting {
        let to = end_at(scene, at).filter(|end| *end != self.from);
        let to = to.map(|end| judged(scene.board, &self.from, end));
        Connecting { at: Some(at), to, ..self }
    }

    /// A pointer goes down while it waits: where it goes up, the wire ends. Any other button, and the handle that it
    /// began at, give it up.
    pub(super) fn pressed(self, press: &Pressing, button: Button, scene: &Scene) -> State {
        if button != Button::Primary || press.on == Hit::Handle(self.from.clone()) {
            return State::Idle;
        }
        let moved = self.moved(press.at, scene);
        State::Connecting(Connecting { pointer: Some(press.pointer), down: press.at, waits: true, ..moved })
    }

    /// The pointer goes up. A click on the handle leaves the wire waiting for another.
    pub(super) fn released(self, at: Spot, scene: &Scene, out: &mut Vec<Do>) -> State {
        if !self.waits && !is_drag(self.down, at, true) {
            return State::Connecting(self.resting());
        }
        let ended = self.moved(at, scene);
        match ended.to {
            Some((to, Ok(()))) => out.push(Do::Connect { from: ended.from, to, at }),
            Some((_, Err(refusal))) => out.push(Do::Refuse(refusal, at)),
            // Back over the thing that it began at: nothing was meant.
            None if end_at(scene, at).is_some() || !scene.holds(at) => {}
            None => out.push(Do::OfferNew { from: ended.from, at: scene.camera.to_board(at) }),
        }
        State::Idle
    }

    /// Tab and arrows choose among the valid targets, Enter completes.
    pub(super) fn keyed(self, key: Key, mods: Mods, scene: &Scene, out: &mut Vec<Do>) -> State {
        let valid: Vec<End> =
            targets(scene, &self.from).into_iter().filter_map(|(end, verdict)| verdict.ok().map(|()| end)).collect();
        let chosen = self.to.as_ref().and_then(|(end, _)| valid.iter().position(|known| known == end));
        let next = match key {
            _ if valid.is_empty() => None,
            Key::Tab if mods.shift => Some(chosen.map_or(valid.len() - 1, |at| (at + valid.len() - 1) % valid.len())),
            Key::Tab => Some(chosen.map_or(0, |at| (at + 1) % valid.len())),
            Key::Arrow(way) => {
                let places = ends(scene);
                let place = |end: &End| places.iter().find(|(known, _)| known == end).map(|(_, rect)| rect.middle());
                let here = chosen.and_then(|at| valid.get(at)).and_then(&place).or_else(|| place(&self.from));
                let others = valid.iter().enumerate().filter(|(at, _)| Some(*at) != chosen);
                let there = others.filter_map(|(at, end)| Some((at, place(end)?)));
                here.and_then(|here| super::super::keyboard::nearest(here, way, there)).or(chosen)
            }
            Key::Enter | Key::Escape => chosen,
        };
        let to = next.and_then(|at| valid.get(at)).cloned();
        if key != Key::Enter {
            let at = to.as_ref().and_then(|end| middle_of(scene, end)).map(|middle| scene.camera.to_stage(middle));
            return State::Connecting(Connecting { at: at.or(self.at), to: to.map(|end| (end, Ok(()))), ..self });
        }
        match to {
            Some(to) => {
                let at = middle_of(scene, &to).map_or((0.0, 0.0), |middle| scene.camera.to_stage(middle));
                out.push(Do::Connect { from: self.from, to, at });
                State::Idle
            }
            None => State::Connecting(self),
        }
    }

    /// Without nodes that were deleted: a wire from nowhere is none.
    pub(super) fn without(self, gone: &[NodeId], scene: &Scene) -> State {
        let lost = |end: &End| match end {
            End::Node(node) => gone.contains(node),
            End::Topic(name) => scene.board.topic(name).is_none_or(|(broker, _)| gone.contains(&broker.id)),
        };
        if lost(&self.from) {
            return State::Idle;
        }
        let to = self.to.filter(|(end, _)| !lost(end));
        State::Connecting(Connecting { to, ..self })
    }
}

fn middle_of(scene: &Scene, end: &End) -> Option<Point> {
    ends(scene).into_iter().find(|(known, _)| known == end).map(|(_, rect)| rect.middle())
}
