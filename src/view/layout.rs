//! Sizes and places of what is on the board: geometry alone, in board units.

use super::cards::{Path, Point, Rect};

/// A card's heading.
pub(super) const HEADER: f32 = 38.0;
/// An instance's row.
pub(super) const ROW: f32 = 36.0;
/// The figures at the bottom of a service's card.
const FOOT: f32 = 34.0;
/// A line on a client's card, and what is above and below all of them.
const LINE: f32 = 19.0;
const LINES_MARGIN: f32 = 13.0;
/// The least and the greatest width of a client's card, and what a letter takes on average.
const CLIENT: (f32, f32) = (132.0, 220.0);
const LETTER: f32 = 6.0;
const SERVICE: f32 = 214.0;
pub(super) const BROKER: f32 = 352.0;
/// A topic's name.
const TOPIC_HEADING: f32 = 26.0;
const TOPIC_END: f32 = 8.0;
/// How far a rail keeps from the card's edges: on its left is the partition's number.
const RAIL_LEFT: f32 = 30.0;
const RAIL_RIGHT: f32 = 12.0;
/// A lane with all there is to it; with more lanes than this they thin out.
const LANE: f32 = 52.0;
const FULL_LANES: f32 = 8.0;
/// With more lanes than these records would be too low to be seen: each lane is a bar, as high as its number beside it.
const RECORD_LANES: usize = 16;
const BAR_LANE: f32 = 13.0;
const BAR: f32 = 8.0;
/// A record, the gap to the next, and the rail's own margin.
pub(super) const RECORD: f32 = 26.0;
const RECORD_GAP: f32 = 4.0;
const RAIL_MARGIN: f32 = 5.0;
const TRAY: f32 = 32.0;
/// The tray's count with the age below it, each row listed above it, and each two of several relays.
const TRAY_COUNT: f32 = 30.0;
const TRAY_AGE: f32 = 13.0;
const TRAY_ROW: f32 = 13.0;
const TRAY_RELAYS: f32 = 12.0;

/// An edge of a card that a wire leaves from or comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
    Top,
    Bottom,
}

impl Rect {
    /// The middle of one of its edges.
    pub(super) fn edge(self, side: Side) -> Point {
        let middle = self.middle();
        match side {
            Side::Left => Point { x: self.x, y: middle.y },
            Side::Right => Point { x: self.right(), y: middle.y },
            Side::Top => Point { x: middle.x, y: self.y },
            Side::Bottom => Point { x: middle.x, y: self.bottom() },
        }
    }
}

/// A client's card with those lines.
pub(super) fn client(at: Point, lines: &[String]) -> Rect {
    let longest = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0);
    let w = (longest as f32 * LETTER + 26.0).clamp(CLIENT.0, CLIENT.1);
    Rect { x: at.x, y: at.y, w, h: HEADER + LINES_MARGIN + LINE * lines.len() as f32 }
}

/// A service's card with that many instances.
pub(super) fn service(at: Point, instances: usize) -> Rect {
    Rect { x: at.x, y: at.y, w: SERVICE, h: HEADER + ROW * instances as f32 + FOOT }
}

/// An instance's row on a service's card.
pub(super) fn row(card: Rect, nth: usize) -> Rect {
    Rect { x: card.x, y: card.y + HEADER + ROW * nth as f32, w: card.w, h: ROW }
}

/// The tray on a service's edge, with that many rows and relays. Its middle stays where it is, however many rows it lists:
/// a wire begins there. Below, it is where nothing is written in the card's foot.
pub(super) fn tray(card: Rect, listed: usize, relays: usize, side: Side) -> Rect {
    let age = if listed > 0 { TRAY_AGE } else { 0.0 };
    let relays = if relays > 1 { TRAY_RELAYS * relays.div_ceil(2) as f32 } else { 0.0 };
    let h = TRAY_COUNT + age + relays + TRAY_ROW * listed as f32;
    let at = match side {
        Side::Bottom => Point { x: card.right() - TRAY, y: card.bottom() },
        side => card.edge(side),
    };
    Rect { x: at.x - TRAY / 2.0, y: at.y - h / 2.0, w: TRAY, h }
}

/// How high a topic's lanes are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Lanes {
    /// From one lane to the next.
    pitch: f32,
    /// The rail.
    rail: f32,
    lanes: usize,
}

impl Lanes {
    /// For that many lanes.
    pub(super) fn of(lanes: usize) -> Lanes {
        if lanes > RECORD_LANES {
            return Lanes { pitch: BAR_LANE, rail: BAR, lanes };
        }
        let room = FULL_LANES * LANE / lanes.max(1) as f32;
        let pitch = room.floor().min(LANE);
        Lanes { pitch, rail: (pitch - 20.0).max(pitch * 0.55), lanes }
    }

    /// Whether each lane is a bar.
    pub(super) fn bars(self) -> bool {
        self.lanes > RECORD_LANES
    }

    /// The height of the topic.
    pub(super) fn height(self) -> f32 {
        TOPIC_HEADING + self.pitch * self.lanes as f32 + TOPIC_END
    }

    /// The rail of a partition in a topic.
    pub(super) fn rail(self, topic: Rect, partition: u16) -> Rect {
        let y = topic.y + TOPIC_HEADING + self.pitch * f32::from(partition) + 2.0;
        Rect { x: topic.x + RAIL_LEFT, y, w: topic.w - RAIL_LEFT - RAIL_RIGHT, h: self.rail }
    }
}

/// Where the tip of a caret is, below a rail.
pub(super) fn caret_y(rail: Rect) -> f32 {
    rail.bottom() + if rail.h >= 24.0 { 3.0 } else { 1.0 }
}

/// The topics of a broker's card below each other, and the card.
pub(super) fn broker(at: Point, topics: &[Lanes]) -> (Rect, Vec<Rect>) {
    let mut y = at.y + HEADER;
    let mut places = Vec::with_capacity(topics.len());
    for lanes in topics {
        let rect = Rect { x: at.x, y, w: BROKER, h: lanes.height() };
        y += rect.h;
        places.push(rect);
    }
    (Rect { x: at.x, y: at.y, w: BROKER, h: (y - at.y).max(HEADER + 20.0) }, places)
}

/// The places of records on a rail: the newest, and behind them one for the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Slots {
    rail: Rect,
    /// The offset of the first record that is shown.
    pub first: u32,
    /// Where the first place begins.
    start: f32,
}

impl Slots {
    /// For a log that ends there.
    pub(super) fn of(rail: Rect, end: u32) -> Slots {
        let places = |from: f32| ((rail.w - RAIL_MARGIN - from + RECORD_GAP) / (RECORD + RECORD_GAP)).floor().max(2.0) as u32;
        if end < places(RAIL_MARGIN) {
            return Slots { rail, first: 0, start: RAIL_MARGIN };
        }
        // The count of older records takes room: as much as it has digits.
        let digits = end.to_string().len() as f32;
        let start = 18.0 + 7.0 * digits;
        Slots { rail, first: end - (places(start) - 1).min(end), start }
    }

    /// A record's rectangle.
    pub(super) fn record(self, offset: u32) -> Rect {
        let h = (self.rail.h - 4.0).min(22.0);
        let x = self.rail.x + self.start + (RECORD + RECORD_GAP) * offset.saturating_sub(self.first) as f32;
        Rect { x, y: self.rail.middle().y - h / 2.0, w: RECORD, h }
    }

    /// The middle of an offset's place; those that are not shown share the middle of their count.
    pub(super) fn middle(self, offset: u32) -> f32 {
        if offset < self.first { self.rail.x + self.start / 2.0 } else { self.record(offset).middle().x }
    }
}

/// On which sides two cards are wired.
pub(super) fn sides(from: Rect, to: Rect) -> (Side, Side) {
    if to.x >= from.right() {
        (Side::Right, Side::Left)
    } else if to.right() <= from.x {
        (Side::Left, Side::Right)
    } else if (from.right() - to.right()).abs() <= (from.x - to.x).abs() {
        (Side::Right, Side::Right)
    } else {
        (Side::Left, Side::Left)
    }
}

/// On which sides two cards are wired that face each other, below each other too.
pub(super) fn facing(from: Rect, to: Rect) -> (Side, Side) {
    match sides(from, to) {
        (leaves, arrives) if leaves != arrives => (leaves, arrives),
        _ if to.y >= from.bottom() => (Side::Bottom, Side::Top),
        _ if to.bottom() <= from.y => (Side::Top, Side::Bottom),
        around => around,
    }
}

/// A curve that leaves and arrives at right angles: in an S between edges that face each other, around in a bow otherwise.
pub(super) fn curve(from: Point, leaves: Side, to: Point, arrives: Side) -> Path {
    let half = if matches!(leaves, Side::Left | Side::Right) { (to.x - from.x).abs() } else { (to.y - from.y).abs() } / 2.0;
    let reach = if leaves == arrives { half.max(40.0) } else { half.max(12.0) };
    let beside = |at: Point, side| match side {
        Side::Left => Point { x: at.x - reach, ..at },
        Side::Right => Point { x: at.x + reach, ..at },
        Side::Top => Point { y: at.y - reach, ..at },
        Side::Bottom => Point { y: at.y + reach, ..at },
    };
    Path([from, beside(from, leaves), beside(to, arrives), to])
}

#[cfg(test)]
mod tests {
    use super::*;

    const RAIL: Rect = Rect { x: 30.0, y: 0.0, w: 310.0, h: 32.0 };

    #[test]
    fn lanes_thin_out_and_never_meet() {
        for lanes in 1..=64_usize {
            let plan = Lanes::of(lanes);
            let topic = Rect { x: 0.0, y: 0.0, w: BROKER, h: plan.height() };
            let rails: Vec<Rect> = (0..lanes as u16).map(|partition| plan.rail(topic, partition)).collect();
            let below = |rail: Rect| if plan.bars() { rail.bottom() } else { caret_y(rail) + 7.0 };
            assert!(rails.windows(2).all(|two| below(two[0]) <= two[1].y), "{lanes} lanes: {plan:?}");
            assert!(rails.iter().all(|rail| rail.bottom() < topic.bottom() && (plan.bars() || rail.h >= 14.0)));
        }
        assert_eq!((Lanes::of(3).pitch, Lanes::of(3).rail), (52.0, 32.0));
        assert!(Lanes::of(16).pitch == 26.0 && Lanes::of(64).height() < 1_000.0);
    }

    #[test]
    fn the_newest_records_fit_their_rail_with_a_place_for_the_next() {
        for end in [0, 1, 8, 9, 10, 11, 99, 100, 5_000, 1_000_000, u32::MAX] {
            let slots = Slots::of(RAIL, end);
            assert!(slots.record(end).right() <= RAIL.right() - RAIL_MARGIN + 0.01, "{end}: {slots:?}");
            assert!(end - slots.first >= end.min(6), "{end}: {slots:?}");
            assert!(slots.middle(0) >= RAIL.x);
        }
        assert_eq!(Slots::of(RAIL, 9).first, 0);
        assert_eq!(Slots::of(RAIL, 14).first, 6);
    }

    #[test]
    fn wires_leave_towards_the_other_card_and_beside_it_when_it_is_above() {
        let card = |x: f32| Rect { x, y: 0.0, w: 100.0, h: 50.0 };
        assert_eq!(sides(card(0.0), card(200.0)), (Side::Right, Side::Left));
        assert_eq!(sides(card(200.0), card(0.0)), (Side::Left, Side::Right));
        assert_eq!(sides(card(0.0), card(20.0)), (Side::Right, Side::Right));
        let wide = Rect { w: 300.0, ..card(0.0) };
        assert_eq!(sides(wide, card(10.0)), (Side::Left, Side::Left));
        let Path([from, out, back, to]) =
            curve(card(0.0).edge(Side::Right), Side::Right, card(300.0).edge(Side::Left), Side::Left);
        assert_eq!((from.x, out.x, back.x, to.x), (100.0, 200.0, 200.0, 300.0));
    }

    #[test]
    fn cards_below_each_other_are_wired_from_bottom_to_top() {
        let card = |x: f32, y: f32| Rect { x, y, w: 100.0, h: 50.0 };
        assert_eq!(facing(card(0.0, 0.0), card(20.0, 80.0)), (Side::Bottom, Side::Top));
        assert_eq!(facing(card(0.0, 80.0), card(20.0, 0.0)), (Side::Top, Side::Bottom));
        assert_eq!(facing(card(0.0, 0.0), card(200.0, 80.0)), (Side::Right, Side::Left));
        let Path([from, out, back, to]) =
            curve(card(0.0, 0.0).edge(Side::Bottom), Side::Bottom, card(20.0, 90.0).edge(Side::Top), Side::Top);
        assert_eq!((from.y, out.y, back.y, to.y), (50.0, 70.0, 70.0, 90.0));
        assert_eq!((from.x, out.x, back.x, to.x), (50.0, 50.0, 70.0, 70.0));
    }

    #[test]
    fn the_tray_keeps_its_middle() {
        let card = service(Point { x: 0.0, y: 0.0 }, 2);
        for (listed, relays) in (0..=4).flat_map(|listed| (0..=8).map(move |relays| (listed, relays))) {
            assert_eq!(tray(card, listed, relays, Side::Right).middle(), card.edge(Side::Right));
        }
    }
}
