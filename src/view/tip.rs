//! What is said of a place that the pointer rests on, where there is no room to write it.

use super::cards::{Frame, Lane, LaneGroup, Point, Rect, TopicView};

/// How far a lane reaches beyond its rail: to its number on the left, to the carets below.
const LEFT: f32 = 22.0;
const BELOW: f32 = 12.0;

impl Frame {
    /// What a lane holds and where its groups are, for a place on it or on its carets; what all instances do, for the
    /// row that stands for many.
    pub fn tip_at(&self, at: Point) -> Option<String> {
        let services = self.services.iter().rev().filter(|card| card.rect.contains(at));
        if let Some(card) = services.clone().next() {
            return card.rest.as_ref().filter(|rest| rest.rect.contains(at)).map(|rest| rest.text.clone());
        }
        if self.clients.iter().any(|card| card.rect.contains(at)) {
            return None;
        }
        let card = self.brokers.iter().rev().find(|card| card.rect.contains(at))?;
        let topic = card.topics.iter().find(|topic| topic.rect.contains(at))?;
        topic.lanes.iter().find(|lane| reach(lane).contains(at)).map(|lane| words(topic, lane))
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
