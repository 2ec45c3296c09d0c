//! The strip of time under the board, and the verdict above it.

use crate::board::Edit;
use crate::sim::{FactId, Time};

use super::inspect::Selection;

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
    /// Failures that are planned and still to come.
    pub planned: Vec<Mark>,
    /// Rebalances of groups, from the first sign to stable.
    pub groups: Vec<Bar>,
    /// Violations.
    pub checks: Vec<Mark>,
    /// What a person did that is no failure: sends, edits.
    pub actions: Vec<Mark>,
    /// How many futures were left.
    pub branches: usize,
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
    /// What would prevent it.
    pub prevent: String,
    /// The edit that does it.
    pub fix: Option<Edit>,
    /// What it is about.
    pub about: Selection,
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
