//! What lies on the strip's lanes: bars and marks with their words, those that are too close to be told apart as one.

use std::ops::Range;

use crate::board::PlanId;
use crate::sim::{InOrder, Time};

use super::planned::{PlanKind, PlanRow, PlanState};
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

/// What has become of what a mark stands for, as seen from the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkState {
    /// It lies at or before the cursor.
    Happened,
    /// It has been run and lies after the cursor.
    Ahead,
    /// It is planned and to come at the cursor: it can be moved and taken away.
    Planned,
    /// It was done beyond the frontier before the way there was left, and comes again.
    Kept,
    /// It was planned, and made no sense any more when its time came.
    PassedOver,
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
    /// What has become of it.
    pub state: MarkState,
    /// It lies after the cursor and has been run: of what is planned too, where the cursor went back before it.
    pub was_run: bool,
    /// Everything that it stands for mends something.
    pub mends: bool,
    /// The entries of the plan among what it stands for.
    pub plan: Vec<PlanId>,
    /// What it is, as far as the cursor knows: `payments-2 crashed`.
    pub label: String,
}

/// One thing before it is put together with others.
struct One<'a> {
    from: Time,
    to: Time,
    label: &'a str,
    plan: Option<PlanId>,
    mends: bool,
    /// What there is to say besides where it stands alone: that it was planned, or why it was passed over.
    besides: &'a str,
}

impl Strip {
    /// What is to be drawn on a window: in order of the lanes, and of time on each. What is put together depends on how far
    /// the window is zoomed, and not on where it is.
    pub fn marks(&self, scale: Scale) -> Vec<StripMark> {
        let mut marks = Vec::new();
        for lane in StripLane::ALL {
            let has_happened: Vec<One<'_>> = match lane {
                StripLane::Failures => self.failures.iter().filter(|bar| !self.is_to_come(bar)).map(of_bar).collect(),
                StripLane::Groups => self.groups.iter().map(of_bar).collect(),
                StripLane::Checks => self.checks.iter().map(of_mark).collect(),
                StripLane::Actions => self.actions.iter().filter(|mark| !self.is_planned_deed(mark.at)).map(of_mark).collect(),
            };
            let of_plan = |wanted: fn(&PlanState) -> bool| {
                let rows = self.planned.iter().filter(move |row| lane_of(row) == Some(lane) && wanted(&row.state));
                rows.filter(|row| !self.has_bar(row)).map(of_row)
            };
            let happened = of_plan(|state| *state == PlanState::Happened).chain(has_happened).collect();
            self.gather(lane, MarkState::Happened, happened, scale, &mut marks);
            let over = of_plan(|state| matches!(state, PlanState::PassedOver(_))).collect();
            self.gather(lane, MarkState::PassedOver, over, scale, &mut marks);
            let mut to_come: Vec<One<'_>> = of_plan(|state| *state == PlanState::ToCome).collect();
            if lane == StripLane::Failures {
                to_come.extend(self.failures.iter().filter(|bar| self.is_to_come(bar)).map(|bar| self.to_come(bar)));
                self.gather(lane, MarkState::Kept, self.kept.iter().map(of_mark).collect(), scale, &mut marks);
            }
            self.gather(lane, MarkState::Planned, to_come, scale, &mut marks);
        }
        marks
    }

    /// Whether a failure that has been run came of the plan, and is to come at the cursor.
    fn is_to_come(&self, bar: &Bar) -> bool {
        bar.plan.is_some() && bar.from > self.cursor
    }

    /// A failure that came of the plan, where it is to come: in the words of the plan.
    fn to_come<'a>(&'a self, bar: &'a Bar) -> One<'a> {
        let row = self.planned.iter().find(|row| Some(row.id) == bar.plan);
        One { label: row.map_or(&bar.label, |row| &row.label), ..of_bar(bar) }
    }

    /// Whether what came of an entry is on the strip by itself.
    fn has_bar(&self, row: &PlanRow) -> bool {
        self.failures.iter().any(|bar| bar.plan == Some(row.id))
    }

    /// Whether something that is no failure is planned for a time, and to come: its own mark stands for what came of it.
    fn is_planned_deed(&self, at: Time) -> bool {
        let mut deeds = self.planned.iter().filter(|row| row.kind == PlanKind::Deed && row.state == PlanState::ToCome);
        deeds.any(|row| row.at == at)
    }

    fn gather(&self, lane: StripLane, state: MarkState, mut all: Vec<One<'_>>, scale: Scale, marks: &mut Vec<StripMark>) {
        all.in_order_by_key(|one| one.from);
        for together in clusters(&all, scale) {
            let together = &all[together];
            let Some(first) = together.first() else { continue };
            let to = together.iter().map(|one| one.to).max().unwrap_or(first.to);
            if !scale.shows(first.from, to) {
                continue;
            }
            let was_run = first.from > self.cursor && first.from <= self.frontier;
            let state = if state == MarkState::Happened && was_run { MarkState::Ahead } else { state };
            let besides = if let [one] = together { one.besides } else { "" };
            let more = match (state, was_run) {
                (MarkState::Happened, _) => "",
                (MarkState::Ahead, _) => ": after the cursor",
                (MarkState::Planned, false) => ": planned, not run yet",
                (MarkState::Planned, true) => ": planned, after the cursor",
                (MarkState::Kept, _) => ": kept from before, not run yet",
                (MarkState::PassedOver, _) => ": planned, passed over. ",
            };
            let label = words(lane, together) + more + besides;
            let plan = together.iter().filter_map(|one| one.plan).collect();
            let mends = together.iter().all(|one| one.mends);
            let count = together.len();
            marks.push(StripMark { lane, from: first.from, to, count, state, was_run, mends, plan, label });
        }
    }
}

/// The lane of an entry of the plan. What has come of a deed is on its lane by itself.
fn lane_of(row: &PlanRow) -> Option<StripLane> {
    match (row.kind, &row.state) {
        (PlanKind::Breaks | PlanKind::Mends, _) => Some(StripLane::Failures),
        (PlanKind::Deed, PlanState::Happened) => None,
        (PlanKind::Deed, _) => Some(StripLane::Actions),
    }
}

fn of_bar(bar: &Bar) -> One<'_> {
    One { from: bar.from, to: bar.to, label: &bar.label, plan: bar.plan, mends: false, besides: "" }
}

fn of_mark(mark: &Mark) -> One<'_> {
    One { from: mark.at, to: mark.at, label: &mark.label, plan: None, mends: false, besides: "" }
}

fn of_row(row: &PlanRow) -> One<'_> {
    let besides = match &row.state {
        PlanState::ToCome => "",
        PlanState::Happened => ", as planned",
        PlanState::PassedOver(why) => why,
    };
    One { from: row.at, to: row.at, label: &row.label, plan: Some(row.id), mends: row.kind == PlanKind::Mends, besides }
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
    use crate::board::LATEST_PLAN;

    fn ms(ms: u64) -> Time {
        Time(ms * 1_000)
    }

    fn mark(at: u64, label: &str) -> Mark {
        Mark { at: ms(at), label: label.into() }
    }

    fn row(id: u32, at: u64, label: &str, state: PlanState) -> PlanRow {
        let kind = if label.ends_with("again") { PlanKind::Mends } else { PlanKind::Breaks };
        PlanRow { id: PlanId(id), at: ms(at), label: label.into(), kind, state }
    }

    fn strip() -> Strip {
        let bar = |from, to, label: &str| {
            let plan = (from == 45_000).then_some(PlanId(2));
            Bar { from: ms(from), to: ms(to), label: label.into(), failure: true, plan }
        };
        Strip {
            cursor: ms(32_000),
            frontier: ms(47_000),
            failures: vec![bar(31_750, 47_000, "payments-2 crashed"), bar(45_000, 47_000, "payments-1 crashed, as planned")],
            planned: vec![
                row(1, 10_000, "the broker starts again", PlanState::Happened),
                row(4, 25_000, "payments-3 crashes", PlanState::PassedOver("It does not run.".into())),
                row(2, 45_000, "payments-1 crashes", PlanState::ToCome),
                row(3, 52_000, "the broker crashes", PlanState::ToCome),
            ],
            groups: vec![bar(37_000, 38_000, "payments: generation 3")],
            checks: (0..6).map(|n| mark(38_000 + n * 300, "Order 27 was charged twice")).collect(),
            actions: vec![mark(20_000, "pinned"), mark(20_100, "sent"), mark(33_000, "sent")],
            ..Strip::default()
        }
    }

    #[test]
    fn what_happened_what_lies_ahead_and_what_is_planned_are_told_apart() {
        use MarkState::{Ahead, Happened, PassedOver, Planned};
        let marks = strip().marks(Scale::whole(ms(47_000), 930.0));
        let told: Vec<_> = marks.iter().map(|mark| (mark.lane, mark.state, mark.was_run, mark.count)).collect();
        assert_eq!(
            told,
            [
                (StripLane::Failures, Happened, false, 1),
                (StripLane::Failures, Happened, false, 1),
                (StripLane::Failures, PassedOver, false, 1),
                (StripLane::Failures, Planned, true, 1),
                (StripLane::Failures, Planned, false, 1),
                (StripLane::Groups, Ahead, true, 1),
                (StripLane::Checks, Ahead, true, 6),
                (StripLane::Actions, Happened, false, 2),
                (StripLane::Actions, Ahead, true, 1),
            ]
        );
        assert_eq!(marks[0].label, "the broker starts again, as planned");
        assert!(marks[0].mends && !marks[1].mends);
        assert_eq!(marks[1].label, "payments-2 crashed");
        assert_eq!(marks[2].label, "payments-3 crashes: planned, passed over. It does not run.");
        assert_eq!(
            (marks[3].label.as_str(), marks[3].plan.as_slice()),
            ("payments-1 crashes: planned, after the cursor", &[PlanId(2)][..])
        );
        assert_eq!((marks[3].from, marks[3].to), (ms(45_000), ms(47_000)), "with what came of it");
        assert_eq!(marks[4].label, "the broker crashes: planned, not run yet");
        assert_eq!(marks[7].label, "2 actions: pinned; sent");
        assert!(marks[6].label.starts_with("6 violations: ") && marks[6].label.ends_with(" …: after the cursor"));
    }

    #[test]
    fn what_came_of_the_plan_is_one_mark_from_before_it_happens_until_after() {
        let seen = |cursor: u64| {
            let strip = Strip {
                cursor: ms(cursor),
                frontier: ms(47_000),
                failures: vec![Bar {
                    from: ms(45_000),
                    to: ms(47_000),
                    label: "it crashed, as planned".into(),
                    failure: true,
                    plan: Some(PlanId(2)),
                }],
                planned: vec![row(
                    2,
                    45_000,
                    "it crashes",
                    if cursor < 45_000 { PlanState::ToCome } else { PlanState::Happened },
                )],
                ..Strip::default()
            };
            strip
                .marks(Scale::whole(ms(47_000), 930.0))
                .into_iter()
                .map(|mark| (mark.state, mark.plan, mark.label))
                .collect::<Vec<_>>()
        };
        let plan = vec![PlanId(2)];
        assert_eq!(seen(44_000), [(MarkState::Planned, plan.clone(), "it crashes: planned, after the cursor".to_owned())]);
        assert_eq!(seen(46_000), [(MarkState::Happened, plan, "it crashed, as planned".to_owned())]);
    }

    #[test]
    fn what_is_carried_lands_after_the_cursor_and_together() {
        let strip = strip();
        assert_eq!(strip.landing(ms(40_000)), ms(40_000));
        assert_eq!(strip.landing(ms(7)), ms(32_100), "the first whole tenth of a second after the cursor");
        assert_eq!(strip.landing(Time(u64::MAX)), LATEST_PLAN);
        assert_eq!(strip.moved(&[PlanId(3)], ms(52_000), ms(50_500)), [(PlanId(3), ms(50_500))]);
        let both = strip.moved(&[PlanId(2), PlanId(3)], ms(45_000), ms(1));
        assert_eq!(both, [(PlanId(2), ms(32_100)), (PlanId(3), ms(39_100))]);
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
        assert_eq!(far, 15, "none is lost");
    }

    #[test]
    fn only_what_is_in_the_window_is_drawn() {
        let window = Scale { from: ms(40_000), to: ms(46_000), width: 930.0 };
        let marks = strip().marks(window);
        assert_eq!(marks.len(), 2, "the bar of the crash reaches into it: {marks:?}");
        assert_eq!(marks[0].label, "payments-2 crashed");
    }

    #[test]
    fn every_moment_can_be_gone_to_and_has_words() {
        let strip = strip();
        let moments = strip.moments();
        assert!(moments.is_sorted() && moments.len() == 14);
        assert!(moments.iter().all(|at| strip.words_at(*at).is_some()));
        assert_eq!(strip.words_at(ms(52_000)).as_deref(), Some("the broker crashes"));
        assert_eq!(strip.words_at(ms(1)), None);
    }
}
