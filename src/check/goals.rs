//! Which steps of the "try this" card are done: a fold over facts, ticked by what happened and by nothing else.

mod document;
mod happenings;
mod watch;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::board::{Board, Check, Goal, Names, Question};
use crate::sim::Time;
use crate::world::Entry;

use happenings::{Happening, Scene};
use watch::Watch;

use super::Checks;

/// The steps of a board's card in one run. Steps are ticked in any order; what has been ticked stays so in this run.
#[derive(Clone, Debug)]
pub struct Goals {
    board: Arc<Parts>,
    asked: BTreeSet<(Check, Question)>,
    scene: Scene,
    watches: Vec<Watch>,
    done: Vec<bool>,
    /// How many violations there were when the watches were last looked at.
    violations: u64,
    /// When time alone may make a difference.
    due: Time,
}

/// What goals ask about a board as it is now.
#[derive(Debug)]
struct Parts {
    goals: Vec<Goal>,
    board: Board,
    names: Names,
}

/// All that a goal is judged by at one moment.
struct Moment<'a> {
    now: Time,
    happened: &'a [Happening],
    parts: &'a Parts,
    asked: &'a BTreeSet<(Check, Question)>,
    checks: &'a Checks,
}

impl Goals {
    /// The steps of a board at the start of its run.
    pub fn new(board: &Board) -> Goals {
        let goals: Vec<Goal> = board.tries.iter().map(|step| step.done.clone()).collect();
        let (watches, done) = (goals.iter().map(Watch::new).collect(), vec![false; goals.len()]);
        let parts = Parts { goals, board: needed(board), names: Names::of(board) };
        Goals {
            board: Arc::new(parts),
            asked: BTreeSet::new(),
            scene: Scene::default(),
            watches,
            done,
            violations: 0,
            due: Time::ZERO,
        }
    }

    /// Which steps are done, in the order of the card.
    pub fn done(&self) -> &[bool] {
        &self.done
    }

    /// The board was edited. The steps stay those that the run began with.
    pub fn board_changed(&mut self, board: &Board, now: Time, checks: &Checks) {
        if self.watches.is_empty() {
            return;
        }
        let mut names = self.board.names.clone();
        names.extend(board);
        self.board = Arc::new(Parts { goals: self.board.goals.clone(), board: needed(board), names });
        self.look(&[], now, checks);
    }

    /// Somebody asked about a violation.
    pub fn asked(&mut self, check: Check, about: Question, now: Time, checks: &Checks) {
        self.asked.insert((check, about));
        self.look(&[], now, checks);
    }

    /// Something happened. The checks have seen it already.
    pub fn see(&mut self, entry: &Entry, checks: &Checks) {
        if self.done.iter().all(|done| *done) {
            return;
        }
        let happened = self.scene.see(entry);
        if !happened.is_empty() || entry.at >= self.due || violations(checks) != self.violations {
            self.look(&happened, entry.at, checks);
        }
    }

    /// No more facts come at this time: the checks have judged it.
    pub fn moment_over(&mut self, now: Time, checks: &Checks) {
        if !self.done.iter().all(|done| *done) {
            self.look(&[], now, checks);
        }
    }

    fn look(&mut self, happened: &[Happening], now: Time, checks: &Checks) {
        self.violations = violations(checks);
        let moment = Moment { now, happened, parts: &self.board, asked: &self.asked, checks };
        self.due = Time::MAX;
        for ((watch, goal), done) in self.watches.iter_mut().zip(&self.board.goals).zip(&mut self.done) {
            if !*done {
                *done = watch.reached(goal, &moment);
                self.due = self.due.min(watch.due(goal));
            }
        }
    }
}

fn violations(checks: &Checks) -> u64 {
    Check::ALL.iter().map(|check| checks.count(*check)).sum()
}

/// The part of a board that goals ask about.
fn needed(board: &Board) -> Board {
    Board { tries: Vec::new(), planned: Vec::new(), ..board.clone() }
}
