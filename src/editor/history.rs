//! Undo and redo: what each step changed, and back.

use crate::sim::InOrder;
use std::collections::VecDeque;

use crate::board::{ActionError, Board, Patch, validate};

use super::error::{EditError, Refusal};

/// The most steps that can be undone; the oldest is forgotten.
pub const MOST_STEPS: usize = 500;

/// What makes consecutive changes one step: those of one burst have the same key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeKey(pub String);

/// A step: both ways.
#[derive(Clone, Debug, PartialEq)]
struct Step {
    label: String,
    forth: Patch,
    back: Patch,
    merge: Option<MergeKey>,
}

/// The steps that can be undone and redone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    past: VecDeque<Step>,
    /// The next to be redone is the last.
    future: Vec<Step>,
}

impl History {
    /// Takes note of a step. One that changes nothing is none; one with the key of the step before, while that one's burst
    /// lasts, becomes one with it. What was undone before can no longer be redone.
    pub fn record(&mut self, label: &str, before: &Board, after: &Board, merge: Option<MergeKey>) {
        let (forth, back) = (Patch::between(before, after), Patch::between(after, before));
        if forth.is_empty() {
            return;
        }
        self.future.clear();
        let joined = self.past.back_mut().filter(|last| merge.is_some() && last.merge == merge);
        if let Some(last) = joined {
            let mut first = before.clone();
            if last.back.apply(&mut first).is_ok() {
                (last.forth, last.back) = (Patch::between(&first, after), Patch::between(after, &first));
                label.clone_into(&mut last.label);
                return;
            }
        }
        self.past.push_back(Step { label: label.to_owned(), forth, back, merge });
        if self.past.len() > MOST_STEPS {
            self.past.pop_front();
        }
    }

    /// Ends a burst: what comes next is a step of its own.
    pub fn settle(&mut self) {
        if let Some(last) = self.past.back_mut() {
            last.merge = None;
        }
    }

    /// Forgets all steps, for another document.
    pub fn clear(&mut self) {
        *self = History::default();
    }

    /// What would be undone, in words: `Undo: move Payments`.
    pub fn undo_label(&self) -> Option<String> {
        self.past.back().map(|step| format!("Undo: {}", step.label))
    }

    /// What would be redone, in words: `Redo: move Payments`.
    pub fn redo_label(&self) -> Option<String> {
        self.future.last().map(|step| format!("Redo: {}", step.label))
    }

    /// How many steps can be undone.
    pub fn len(&self) -> usize {
        self.past.len()
    }

    /// Whether nothing can be undone.
    pub fn is_empty(&self) -> bool {
        self.past.is_empty()
    }

    /// Undoes the last step: `apply` is given what changes. Gives its label; none if there is no step.
    ///
    /// # Errors
    /// If what the step changed is no longer as it left it, or if `apply` refuses. Then nothing has changed, and the step
    /// can still be undone.
    pub fn undo(
        &mut self,
        now: &Board,
        apply: impl FnOnce(&Patch) -> Result<(), ActionError>,
    ) -> Result<Option<String>, EditError> {
        self.settle();
        let Some(step) = self.past.back() else { return Ok(None) };
        let patch = turned(now, &step.back, &step.forth).ok_or_else(|| elsewhere(&step.label, "undone"))?;
        apply(&patch)?;
        let label = step.label.clone();
        self.future.extend(self.past.pop_back());
        Ok(Some(label))
    }

    /// Redoes the step that was undone last; otherwise as [`History::undo`].
    ///
    /// # Errors
    /// As [`History::undo`].
    pub fn redo(
        &mut self,
        now: &Board,
        apply: impl FnOnce(&Patch) -> Result<(), ActionError>,
    ) -> Result<Option<String>, EditError> {
        let Some(step) = self.future.last() else { return Ok(None) };
        let patch = turned(now, &step.forth, &step.back).ok_or_else(|| elsewhere(&step.label, "redone"))?;
        apply(&patch)?;
        let label = step.label.clone();
        self.past.extend(self.future.pop());
        Ok(Some(label))
    }
}

fn elsewhere(label: &str, done: &str) -> EditError {
    let reason = format!("“{label}” cannot be {done} here, where the board is another");
    Refusal::new(reason, "go to the time and the branch in which it was done").into()
}

/// What changes when a step is taken from here; none unless the way back leads here again and what comes out fits together.
fn turned(now: &Board, way: &Patch, back: &Patch) -> Option<Patch> {
    let mut there = now.clone();
    way.apply(&mut there).ok()?;
    let mut here = there.clone();
    back.apply(&mut here).ok()?;
    let same = in_order(here) == in_order(now.clone()) && validate(&there).is_ok();
    same.then(|| Patch::between(now, &there))
}

/// A board with its lists in a fixed order, so that what lies elsewhere in its list counts as the same.
fn in_order(mut board: Board) -> Board {
    board.keys.in_order_by(|one, other| one.name.cmp(&other.name));
    board.messages.in_order_by(|one, other| one.name.cmp(&other.name));
    board.clients.in_order_by_key(|node| node.id);
    board.services.in_order_by_key(|node| node.id);
    board.brokers.in_order_by_key(|node| node.id);
    board.wires.in_order_by_key(|wire| wire.id);
    board.pins.in_order_by_key(|pin| (pin.service, pin.gap));
    board
}
