//! What lies in the broker's lanes: records, and each group's place under the record that it reads next.

use crate::sim::InOrder;
use crate::view::{BrokerCard, Caret, Detail, Frame, Lane, LaneGroup, RecordView, Rect, Selection};

use super::canvas::Pen;
use super::dots::letter;
use super::palette::{COLOURS, Palette, tint_of};

/// Draws all lanes' records and carets, or their bars, then takes away what lies under other cards.
pub fn draw(pen: &Pen, palette: &Palette, frame: &Frame, selected: Selection) {
    let detail = Detail::at(pen.camera.zoom as f32);
    for broker in &frame.brokers {
        let lanes = broker.topics.iter().flat_map(|topic| &topic.lanes).filter(|lane| in_sight(pen, lane));
        let (bars, lanes): (Vec<&Lane>, Vec<&Lane>) = lanes.partition(|lane| lane.bar || detail == Detail::Far);
        records(pen, palette, &lanes, selected);
        if detail != Detail::Far {
            lanes.iter().for_each(|lane| carets(pen, palette, lane, detail));
        }
        bars.iter().for_each(|lane| bar(pen, palette, lane));
        uncover(pen, frame, broker);
    }
}

fn in_sight(pen: &Pen, lane: &Lane) -> bool {
    let (sight, rail) = (pen.sight, lane.rect);
    rail.y + rail.h + 24.0 >= sight.y && rail.y <= sight.y + sight.h && rail.x <= sight.x + sight.w && rail.x + rail.w >= sight.x
}

fn records(pen: &Pen, palette: &Palette, lanes: &[&Lane], selected: Selection) {
    let all = || lanes.iter().flat_map(|lane| &lane.records);
    for tint in 0..=COLOURS {
        let Some(colour) = palette.keys.get(tint) else { continue };
        let of = |done: bool| all().filter(move |record| record.done == done && tint_of(record.key) == tint);
        outlines(pen, of(false), -0.75, Some(&colour.fill), &colour.full, 1.5);
        outlines(pen, of(true), -0.75, None, &colour.faded, 1.5);
    }
    outlines(pen, all().filter(|record| record.again), 1.75, None, &palette.ink_2, 1.5);
    outlines(pen, all().filter(|record| record.bad), 1.75, None, &palette.bad, 2.0);
    let chosen = |record: &&RecordView| match selected {
        Selection::Record(id) => record.id == id,
        Selection::Message(id) => record.message == id,
        _ => false,
    };
    outlines(pen, all().filter(chosen), 3.5, None, &palette.accent, 2.5);
    if pen.camera.zoom < 0.55 {
        return;
    }
    pen.to.set_text_align("center");
    pen.to.set_text_baseline("middle");
    for done in [false, true] {
        let weight = if done { 500 } else { 700 };
        pen.to.set_font(&format!("{weight} {}px {}", pen.legible(12.0), palette.mono));
        pen.to.set_fill_style_str(if done { &palette.ink_2 } else { &palette.ink });
        for record in all().filter(|record| record.done == done && record.rect.w >= 14.0 && record.rect.h >= 13.0) {
            let at = record.rect;
            let text = record.key.map(letter).unwrap_or_default();
            let _ = pen.to.fill_text(&text, f64::from(at.x + at.w / 2.0), f64::from(at.y + at.h / 2.0) + 0.5);
        }
    }
}

fn outlines<'a>(
    pen: &Pen,
    records: impl Iterator<Item = &'a RecordView>,
    grown: f64,
    fill: Option<&str>,
    stroke: &str,
    width: f64,
) {
    let mut any = false;
    pen.to.begin_path();
    for record in records {
        any = true;
        pen.record(record.shape, record.rect, grown);
    }
    if !any {
        return;
    }
    if let Some(fill) = fill {
        pen.to.set_fill_style_str(fill);
        pen.to.fill();
    }
    pen.to.set_line_width(width);
    pen.to.set_stroke_style_str(stroke);
    pen.to.stroke();
}

/// Half of a caret's width, and its height.
const HALF: f64 = 4.5;
const TALL: f64 = 7.0;

/// Carets are all drawn; their labels where there is room, those of committed offsets first.
fn carets(pen: &Pen, palette: &Palette, lane: &Lane, detail: Detail) {
    pen.to.set_font(&format!("600 11px {}", palette.sans));
    pen.to.set_text_baseline("middle");
    let places = side_by_side(&lane.carets);
    let mut taken: Vec<(f64, f64)> = places.iter().map(|x| (x - HALF - 1.0, x + HALF + 1.0)).collect();
    for committed in [true, false] {
        for (caret, x) in lane.carets.iter().zip(&places).filter(|(caret, _)| caret.committed == committed) {
            one_caret(pen, palette, caret, *x);
            if detail == Detail::Full {
                caret_label(pen, palette, lane.rect, caret, *x, &mut taken);
            }
        }
    }
}

/// Where the tips are: carets of one place stand beside each other, around it.
fn side_by_side(carets: &[Caret]) -> Vec<f64> {
    let together = |one: &Caret, other: &Caret| (one.at.x - other.at.x).abs() < 1.0;
    let place = |(nth, caret): (usize, &Caret)| {
        let before = carets.iter().take(nth).filter(|other| together(other, caret)).count() as f64;
        let all = carets.iter().filter(|other| together(other, caret)).count() as f64;
        f64::from(caret.at.x) + (before - (all - 1.0) / 2.0) * (2.0 * HALF + 3.0)
    };
    carets.iter().enumerate().map(place).collect()
}

fn one_caret(pen: &Pen, palette: &Palette, caret: &Caret, x: f64) {
    let colour = if caret.accent { &palette.accent } else { &palette.ink_2 };
    let y = f64::from(caret.at.y);
    pen.to.begin_path();
    pen.to.move_to(x, y);
    pen.to.line_to(x + HALF, y + TALL);
    pen.to.line_to(x - HALF, y + TALL);
    pen.to.close_path();
    pen.to.set_line_width(1.4);
    pen.to.set_stroke_style_str(colour);
    if caret.committed {
        pen.to.set_fill_style_str(colour);
        pen.to.fill();
    }
    pen.to.stroke();
}

/// A label that has no room is left out; it is said of the place when the pointer rests there.
fn caret_label(pen: &Pen, palette: &Palette, rail: Rect, caret: &Caret, x: f64, taken: &mut Vec<(f64, f64)>) {
    let colour = if caret.accent { &palette.accent } else { &palette.ink_2 };
    let text = caret.groups.join(" · ");
    let wide = pen.to.measure_text(&text).map_or(0.0, |measured| measured.width());
    let (left, right) = (x - HALF - 5.0 - wide, x + HALF + 5.0);
    let free = |from: f64, to: f64| {
        from >= f64::from(rail.x) - 16.0
            && to <= f64::from(rail.x + rail.w) + 4.0
            && taken.iter().all(|(start, end)| to < start - 3.0 || from > end + 3.0)
    };
    let at = if free(left, left + wide) {
        left
    } else if free(right, right + wide) {
        right
    } else {
        return;
    };
    taken.push((at, at + wide));
    pen.to.set_text_align("left");
    pen.to.set_fill_style_str(colour);
    let _ = pen.to.fill_text(&text, at, f64::from(caret.at.y) + TALL / 2.0 + 0.5);
}

/// The most groups that a bar tells apart, and the room at its end for how far they are behind.
const STRIPS: usize = 3;
const NUMBER: f64 = 34.0;

/// A lane as a bar, as long as it has records beside the topic's fullest one: a strip for each group, pale where it has
/// committed, strong where records wait; and how many wait for the one that is furthest behind.
fn bar(pen: &Pen, palette: &Palette, lane: &Lane) {
    let edge = if lane.bar { 1.0 } else { 3.0 };
    let (x, y) = (f64::from(lane.rect.x) + 2.0, f64::from(lane.rect.y) + edge);
    let (room, height) = (f64::from(lane.rect.w) - 4.0 - NUMBER, f64::from(lane.rect.h) - 2.0 * edge);
    let long = room * f64::from(lane.full);
    let mut groups: Vec<&LaneGroup> = lane.groups.iter().collect();
    groups.in_order_by_key(|group| (!group.accent, u32::MAX - group.lag));
    groups.truncate(STRIPS);
    let count = groups.len().max(1) as f64;
    let strip = (height - (count - 1.0)) / count;
    pen.to.set_global_alpha(if lane.hot { 0.75 } else { 0.4 });
    pen.to.set_fill_style_str(&palette.ink_3);
    for nth in 0..groups.len().max(1) {
        pen.to.fill_rect(x, y + nth as f64 * (strip + 1.0), long, strip);
    }
    pen.to.set_global_alpha(1.0);
    for (nth, group) in groups.iter().enumerate().filter(|(_, group)| group.lag > 0) {
        // One record that waits is seen too.
        let waits = (long * f64::from(group.lag) / f64::from(lane.end.max(1))).max(3.0 / pen.camera.zoom).min(long);
        let top = y + nth as f64 * (strip + 1.0);
        pen.to.set_fill_style_str(&palette.card);
        pen.to.fill_rect(x + long - waits, top, waits, strip);
        pen.to.set_fill_style_str(if group.accent { &palette.accent } else { &palette.ink_2 });
        pen.to.fill_rect(x + long - waits, top, waits, strip);
    }
    let lag = lane.groups.iter().map(|group| group.lag).max().unwrap_or(0);
    let size = pen.legible(11.0);
    if lag > 0 && size <= f64::from(lane.rect.h) + 5.0 {
        pen.to.set_font(&format!("600 {size}px {}", palette.mono));
        pen.to.set_text_align("right");
        pen.to.set_text_baseline("middle");
        pen.to.set_fill_style_str(&palette.ink);
        let text = if lag < 10_000 { lag.to_string() } else { format!("{}k", lag / 1000) };
        let _ = pen.to.fill_text(&text, x + room + NUMBER - 2.0, y + height / 2.0 + 0.5);
    }
}

/// Other cards lie above the broker's: what was drawn where they are is taken away.
fn uncover(pen: &Pen, frame: &Frame, broker: &BrokerCard) {
    let services = frame.services.iter().flat_map(|card| [Some(card.rect), card.tray.as_ref().map(|tray| tray.rect)]);
    for card in services.flatten().chain(frame.clients.iter().map(|card| card.rect)) {
        if overlap(card, broker.rect) {
            pen.to.clear_rect(f64::from(card.x), f64::from(card.y), f64::from(card.w), f64::from(card.h));
        }
    }
}

fn overlap(a: Rect, b: Rect) -> bool {
    a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
}
