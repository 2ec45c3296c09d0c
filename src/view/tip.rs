//! What is said of a place that the pointer rests on, where there is no room to write it.

use super::cards::{Frame, Lane, LaneGroup, Point, ProcessState, Rect, TopicView};

/// How far a lane reaches beyond its rail: to its number on the left, to the carets below.
const LEFT: f32 = 22.0;
const BELOW: f32 = 12.0;

impl Frame {
    /// What a lane holds and where its groups are, for a place on it or on its carets; what all instances do, for the
    /// row that stands for many; what a broker that does not run still has, for the rest of its card.
    pub fn tip_at(&self, at: Point) -> Option<String> {
        let services = self.services.iter().rev().filter(|card| card.rect.contains(at));
        if let Some(card) = services.clone().next() {
            return card.rest.as_ref().filter(|rest| rest.rect.contains(at)).map(|rest| rest.text.clone());
        }
        if self.clients.iter().any(|card| card.rect.contains(at)) {
            return None;
        }
        let card = self.brokers.iter().rev().find(|card| card.rect.contains(at))?;
        let topic = card.topics.iter().find(|topic| topic.rect.contains(at));
        let lane =
            topic.and_then(|topic| topic.lanes.iter().find(|lane| reach(lane).contains(at)).map(|lane| words(topic, lane)));
        lane.or_else(|| stopped(card.state).map(str::to_owned))
    }
}

/// What a broker that does not run still has.
fn stopped(state: ProcessState) -> Option<&'static str> {
    match state {
        ProcessState::Up => None,
        ProcessState::Paused => Some("Paused: it stands still, and its connections stay open"),
        ProcessState::Crashed => Some("Crashed: its process is gone; what it wrote is still on its machine"),
        ProcessState::NoPower => Some("Without power: its process is gone, and what it wrote since the last flush to disk"),
    }
}

fn reach(lane: &Lane) -> Rect {
    let Rect { x, y, w, h } = lane.rect;
    Rect { x: x - LEFT, y, w: w + LEFT, h: if lane.bar { h } else { h + BELOW } }
}

fn words(topic: &TopicView, lane: &Lane) -> String {
    let records = if lane.end == 1 { "1 record".to_owned() } else { format!("{} records", lane.end) };
    let mut words = format!("{} {}: {records}", topic.name, lane.partition);
    for group in &lane.groups {
        words += "\n";
        words += &group_words(group);
    }
    words
}

fn group_words(group: &LaneGroup) -> String {
    let committed = group.committed.map_or_else(|| "nothing committed".to_owned(), |offset| format!("committed {offset}"));
    let position = group.position.map(|offset| format!(", position {offset}")).unwrap_or_default();
    let behind = if group.lag == 0 { ", caught up".to_owned() } else { format!(", {} behind", group.lag) };
    format!("{} {committed}{position}{behind}", group.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::from_json;
    use crate::session::Session;
    use crate::sim::{Span, Time};
    use crate::view::Selection;

    #[test]
    fn the_place_under_a_caret_says_where_the_group_is() {
        let board = from_json(include_str!("../../public/boards/orders.json")).expect("the board can be read");
        let mut session = Session::new(board).expect("the board fits together");
        session.seek(Time::ZERO + Span::secs(20));
        let frame = session.frame(Selection::Nothing);
        let lane = &frame.brokers[0].topics[0].lanes[1];
        let caret = lane.carets.iter().find(|caret| caret.committed).expect("a group has committed");
        let tip = frame.tip_at(Point { y: caret.at.y + 4.0, ..caret.at }).expect("there is something to say");
        assert!(tip.contains(&format!("{} committed {}", caret.groups[0], caret.offset)), "{tip}");
        assert_eq!(frame.tip_at(Point { x: -500.0, y: -500.0 }), None);
    }
}
