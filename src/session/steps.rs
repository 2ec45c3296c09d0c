//! The steps of the "try this" card: once done, a step stays ticked while the same board is open, wherever the cursor
//! goes, on every branch and after every reset.

use crate::board::{Board, Question, Step};
use crate::sim::FactId;

use super::Session;

/// A step of the card as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepView {
    /// What to do, and what will be seen.
    pub say: String,
    /// It has been done.
    pub done: bool,
}

/// The steps and which of them have been done at any time.
#[derive(Clone, Debug, Default)]
pub(super) struct Ticks(Vec<(Step, bool)>);

impl Ticks {
    /// None is done yet.
    pub fn of(board: &Board) -> Ticks {
        Ticks(board.tries.iter().map(|step| (step.clone(), false)).collect())
    }

    /// The same steps on a board that is started again: those that it still has keep their ticks.
    pub fn over(self, board: &Board) -> Ticks {
        let done = |step: &Step| self.0.iter().any(|(known, done)| *done && known == step);
        Ticks(board.tries.iter().map(|step| (step.clone(), done(step))).collect())
    }
}

impl Session {
    /// The steps of the board's card, with those ticked that have been done.
    pub fn steps(&self) -> Vec<StepView> {
        self.ticks.0.iter().map(|(step, done)| StepView { say: step.say.clone(), done: *done }).collect()
    }

    /// Somebody asked about the violation that this fact made certain: for steps that say to ask. Nothing if it made
    /// none certain.
    pub fn asked(&mut self, violation: FactId, about: Question) {
        let found = self.record.frontier_checks().violations().iter().find(|known| known.fact == violation);
        let Some(check) = found.map(|found| found.check) else { return };
        let folds = &mut self.record.folds;
        folds.goals.asked(check, about, self.world.now(), &folds.checks);
        self.tick();
    }

    /// Ticks what is done at the cursor.
    pub(super) fn tick(&mut self) {
        for ((_, ticked), done) in self.ticks.0.iter_mut().zip(self.record.folds.goals.done()) {
            *ticked |= *done;
        }
    }
}
