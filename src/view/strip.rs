//! The strip of time under the board, and the verdict above it.

use crate::board::{Edit, LATEST_PLAN, PlanId};
use crate::sim::{FactId, InOrder, Span, Time};

use super::breaking::soon;
use super::inspect::Selection;
use super::planned::{PlanKind, PlanRow};

/// A stretch of time on a lane of the strip.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// From.
    pub from: Time,
    /// To; to the end of what has been run when it goes on.
    pub to: Time,
    /// What it is: `payments-2 crashed`.
    pub label: String,
    /// It is a failure, to be drawn in red from its mark on.
    pub failure: bool,
    /// The entry of the plan that it came of.
    pub plan: Option<PlanId>,
}

/// A moment on a lane of the strip.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// When.
    pub at: Time,
    /// What it is: `Order 27 was charged twice`.
    pub label: String,
}

/// The strip of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Strip {
    /// Where the board is shown.
    pub cursor: Time,
    /// How far the run has got.
    pub frontier: Time,
    /// Failures: crashes, pauses, cuts.
    pub failures: Vec<Bar>,
    /// The plan, in order of time: what is to come at the cursor, and what is not any more.
    pub planned: Vec<PlanRow>,
    /// Failures that are done beyond the frontier as they were before the way there was left, in order of time.
    pub kept: Vec<Mark>,
    /// Rebalances of groups, from the first sign to stable.
    pub groups: Vec<Bar>,
    /// Violations.
    pub checks: Vec<Mark>,
    /// What a person did that is no failure: sends, edits.
    pub actions: Vec<Mark>,
    /// How many futures were left.
    pub branches: usize,
}

impl Strip {
    /// Where entries of the plan come to be if the first of them, which is planned for `from`, is put at `to`: all of them as
    /// much earlier or later, none at or before the cursor, none later than can be planned.
    pub fn moved(&self, plan: &[PlanId], from: Time, to: Time) -> Vec<(PlanId, Time)> {
        let rows = self.planned.iter().filter(|row| plan.contains(&row.id));
        let to = self.landing(to);
        rows.map(|row| (row.id, (to + row.at.since(from)).min(LATEST_PLAN))).collect()
    }

    /// The nearest time to `wanted` at which something planned may be put: after the cursor, and no later than can be planned.
    pub fn landing(&self, wanted: Time) -> Time {
        wanted.max(soon(self.cursor, Span::ZERO)).min(LATEST_PLAN)
    }

    /// The beginnings of all marks, sorted: what a key goes to, forwards and back.
    pub fn moments(&self) -> Vec<Time> {
        let mut all: Vec<Time> = self.told().map(|(at, _)| at).collect();
        all.in_order();
        all.dedup();
        all
    }

    /// What begins at a time, in words; nothing where nothing does.
    pub fn words_at(&self, at: Time) -> Option<String> {
        let here: Vec<&str> = self.told().filter(|(from, _)| *from == at).map(|(_, label)| label).collect();
        (!here.is_empty()).then(|| here.join("; "))
    }

    /// Everything on the strip: when it begins, and what it is.
    fn told(&self) -> impl Iterator<Item = (Time, &str)> {
        let bars = self.failures.iter().chain(&self.groups).map(|bar| (bar.from, bar.label.as_str()));
        let marks = self.kept.iter().chain(&self.checks).chain(&self.actions).map(|mark| (mark.at, mark.label.as_str()));
        let plan = self.planned.iter().filter(|row| row.at > self.frontier || row.kind == PlanKind::Mends);
        bars.chain(marks).chain(plan.map(|row| (row.at, row.label.as_str())))
    }
}

/// A violation, explained.
#[derive(Clone, Debug, PartialEq)]
pub struct ViolationView {
    /// The fact at which it was certain.
    pub fact: FactId,
    /// When.
    pub at: Time,
    /// `Order 27 was charged twice.`
    pub sentence: String,
    /// How it happened, a sentence or three.
    pub how: String,
    /// The moments of that story, in order: when and what.
    pub steps: Vec<(Time, String)>,
    /// What `prevent` answers: `What would prevent it?`
    pub asks: &'static str,
    /// What would prevent it; of what waits, with what it goes on.
    pub prevent: String,
    /// The edit that does it.
    pub fix: Option<Edit>,
    /// What it is about.
    pub about: Selection,
}

impl ViolationView {
    /// What is asked of something that went wrong.
    pub const PREVENTS: &'static str = "What would prevent it?";
    /// What is asked of something that waits.
    pub const GOES_ON: &'static str = "When does it go on?";
}

/// A check in the verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckChip {
    /// Its name: `Done twice`.
    pub name: &'static str,
    /// What it checks, in a sentence.
    pub sentence: &'static str,
    /// What somebody asks who comes upon a violation of it.
    pub question: &'static str,
    /// Violations that are certain, oldest first.
    pub violations: Vec<ViolationView>,
    /// How many may still turn out well.
    pub pending: usize,
    /// What that means; empty where nothing ever is.
    pub waits: &'static str,
    /// It is always shown, with or without violations.
    pub usual: bool,
}
