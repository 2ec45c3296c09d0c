//! What lies on the strip's lanes: bars and marks with their words, those that are too close to be told apart as one.

use crate::sim::InOrder;
use std::ops::Range;

use crate::sim::Time;

use super::scale::Scale;
use super::strip::{Bar, Mark, Strip};

/// Marks that begin closer than this, in pixels, are drawn as one.
const CLOSE: f64 = 14.0;
/// The longest that one mark stands for, in pixels, from its first beginning to its last.
const LONGEST: f64 = 36.0;
/// How many of a cluster are named.
const NAMED: usize = 3;

/// The strip's lanes, from the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StripLane {
    /// Crashes, pauses, cuts.
    Failures,
    /// Rebalances.
    Groups,
    /// Violations.
    Checks,
    /// What a person did that is no failure.
    Actions,
}

impl StripLane {
    /// All of them.
    pub const ALL: [StripLane; 4] = [StripLane::Failures, StripLane::Groups, StripLane::Checks, StripLane::Actions];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            StripLane::Failures => "failures",
            StripLane::Groups => "groups",
            StripLane::Checks => "checks",
            StripLane::Actions => "actions",
        }
    }

    /// What several of its marks are called.
    const fn many(self) -> &'static str {
        match self {
            StripLane::Failures => "failures",
            StripLane::Groups => "rebalances",
            StripLane::Checks => "violations",
            StripLane::Actions => "actions",
        }
    }
}

/// A mark on a lane, or several that are close to each other.
#[derive(Clone, Debug, PartialEq)]
pub struct StripMark {
    /// Its lane.
    pub lane: StripLane,
    /// When it begins: the first of several.
    pub from: Time,
    /// When it ends: the last of several; its beginning for a moment.
    pub to: Time,
    /// How many it stands for.
    pub count: usize,
    /// It is planned and has not been run.
    pub planned: bool,
    /// It has been run and lies after the cursor.
    pub ahead: bool,
    /// What it is, as far as the cursor knows: `payments-2 crashed`.
    pub label: String,
}

/// One thing before it is put together with others.
struct One<'a> {
    from: Time,
    to: Time,
    label: &'a str,
}

impl Strip {
    /// What is to be drawn on a window: in order of the lanes, and of time on each. What is put together depends on how far
    /// the window is zoomed, and not on where it is.
    pub fn marks(&self, scale: Scale) -> Vec<StripMark> {
        let mut marks = Vec::new();
        for lane in StripLane::ALL {
            match lane {
                StripLane::Failures => {
                    self.gather(lane, false, &bars(&self.failures), scale, &mut marks);
                    self.gather(lane, true, &moments(&self.planned), scale, &mut marks);
                }
                StripLane::Groups => self.gather(lane, false, &bars(&self.groups), scale, &mut marks),
                StripLane::Checks => self.gather(lane, false, &moments(&self.checks), scale, &mut marks),
                StripLane::Actions => self.gather(lane, false, &moments(&self.actions), scale, &mut marks),
            }
        }
        marks
    }

    fn gather(&self, lane: StripLane, planned: bool, all: &[One<'_>], scale: Scale, marks: &mut Vec<StripMark>) {
        for together in clusters(all, scale) {
            let together = &all[together];
            let Some(first) = together.first() else { continue };
            let to = together.iter().map(|one| one.to).max().unwrap_or(first.to);
            if !scale.shows(first.from, to) {
                continue;
            }
            let ahead = !planned && first.from > self.cursor;
            let state = match (planned, ahead) {
                (true, _) => ": planned, not run yet",
                (_, true) => ": after the cursor",
                _ => "",
            };
            let label = words(lane, together) + state;
            marks.push(StripMark { lane, from: first.from, to, count: together.len(), planned, ahead, label });
        }
    }

    /// The beginnings of all marks, sorted: what a key goes to, forwards and back.
    pub fn moments(&self) -> Vec<Time> {
        let bars = self.failures.iter().chain(&self.groups).map(|bar| bar.from);
        let marks = self.planned.iter().chain(&self.checks).chain(&self.actions).map(|mark| mark.at);
        let mut all: Vec<Time> = bars.chain(marks).collect();
        all.in_order();
        all.dedup();
        all
    }

    /// What begins at a time, in words; nothing where nothing does.
    pub fn words_at(&self, at: Time) -> Option<String> {
        let bars = self.failures.iter().chain(&self.groups).map(|bar| (bar.from, &bar.label));
        let marks = self.planned.iter().chain(&self.checks).chain(&self.actions).map(|mark| (mark.at, &mark.label));
        let here: Vec<&str> = bars.chain(marks).filter(|(from, _)| *from == at).map(|(_, label)| label.as_str()).collect();
        (!here.is_empty()).then(|| here.join("; "))
    }
}

fn bars(bars: &[Bar]) -> Vec<One<'_>> {
    let mut all: Vec<_> = bars.iter().map(|bar| One { from: bar.from, to: bar.to, label: &bar.label }).collect();
    all.in_order_by_key(|one| one.from);
    all
}

fn moments(marks: &[Mark]) -> Vec<One<'_>> {
    let mut all: Vec<_> = marks.iter().map(|mark| One { from: mark.at, to: mark.at, label: &mark.label }).collect();
    all.in_order_by_key(|one| one.from);
    all
}

/// Runs of what is close to each other.
fn clusters(all: &[One<'_>], scale: Scale) -> Vec<Range<usize>> {
    let (close, longest) = (scale.time_of(CLOSE), scale.time_of(LONGEST));
    let mut found: Vec<Range<usize>> = Vec::new();
    for (nth, one) in all.iter().enumerate() {
        let joins = found.last().is_some_and(|last| {
            let (first, before) = (all[last.start].from, all[last.end - 1].from);
            one.from.since(before) < close && one.from.since(first) <= longest
        });
        match found.last_mut() {
            Some(last) if joins => last.end = nth + 1,
            _ => found.push(nth..nth + 1),
        }
    }
    found
}

fn words(lane: StripLane, together: &[One<'_>]) -> String {
    if let [one] = together {
        return one.label.to_owned();
    }
    let named: Vec<&str> = together.iter().take(NAMED).map(|one| one.label).collect();
    let more = if together.len() > NAMED { " …" } else { "" };
    format!("{} {}: {}{more}", together.len(), lane.many(), named.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Time {
        Time(ms * 1_000)
    }

    fn mark(at: u64, label: &str) -> Mark {
        Mark { at: ms(at), label: label.into() }
    }

    fn strip() -> Strip {
        let bar = |from, to, label: &str| Bar { from: ms(from), to: ms(to), label: label.into(), failure: true };
        Strip {
            cursor: ms(32_000),
            frontier: ms(47_000),
            failures: vec![bar(31_750, 47_000, "payments-2 crashed")],
            planned: vec![mark(52_000, "the broker crashes")],
            groups: vec![bar(37_000, 38_000, "payments: generation 3")],
            checks: (0..6).map(|n| mark(38_000 + n * 300, "Order 27 was charged twice")).collect(),
            actions: vec![mark(20_000, "pinned"), mark(20_100, "sent"), mark(33_000, "sent")],
            ..Strip::default()
        }
    }

    #[test]
    fn what_happened_what_lies_ahead_and_what_is_planned_are_told_apart() {
        let marks = strip().marks(Scale::whole(ms(47_000), 930.0));
        let told: Vec<_> = marks.iter().map(|mark| (mark.lane, mark.planned, mark.ahead, mark.count)).collect();
        assert_eq!(
            told,
            [
                (StripLane::Failures, false, false, 1),
                (StripLane::Failures, true, false, 1),
                (StripLane::Groups, false, true, 1),
                (StripLane::Checks, false, true, 6),
                (StripLane::Actions, false, false, 2),
                (StripLane::Actions, false, true, 1),
            ]
        );
        assert_eq!(marks[0].label, "payments-2 crashed");
        assert_eq!(marks[1].label, "the broker crashes: planned, not run yet");
        assert_eq!(marks[4].label, "2 actions: pinned; sent");
        assert!(marks[3].label.starts_with("6 violations: ") && marks[3].label.ends_with(" …: after the cursor"));
    }

    #[test]
    fn what_is_put_together_depends_on_the_zoom_and_not_on_the_place() {
        let (strip, whole) = (strip(), Scale::whole(ms(47_000), 930.0));
        let near = Scale { from: ms(36_000), to: ms(41_000), width: 930.0 };
        assert_eq!(strip.marks(near).iter().filter(|mark| mark.lane == StripLane::Checks).count(), 6);
        for px in [-40.0, -7.0, 13.0, 55.0] {
            let there = |scale: Scale| {
                let checks = strip.marks(scale).into_iter().filter(|mark| mark.lane == StripLane::Checks);
                checks.map(|mark| (mark.from, mark.count)).collect::<Vec<_>>()
            };
            assert_eq!(there(near), there(near.moved(px, whole)));
        }
        let far: usize = strip.marks(whole).iter().map(|mark| mark.count).sum();
        assert_eq!(far, 12, "none is lost");
    }

    #[test]
    fn only_what_is_in_the_window_is_drawn() {
        let window = Scale { from: ms(40_000), to: ms(46_000), width: 930.0 };
        let marks = strip().marks(window);
        assert_eq!(marks.len(), 1, "the bar of the crash reaches into it: {marks:?}");
        assert_eq!(marks[0].label, "payments-2 crashed");
    }

    #[test]
    fn every_moment_can_be_gone_to_and_has_words() {
        let strip = strip();
        let moments = strip.moments();
        assert!(moments.is_sorted() && moments.len() == 12);
        assert!(moments.iter().all(|at| strip.words_at(*at).is_some()));
        assert_eq!(strip.words_at(ms(52_000)).as_deref(), Some("the broker crashes"));
        assert_eq!(strip.words_at(ms(1)), None);
    }
}
