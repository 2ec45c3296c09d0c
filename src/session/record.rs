//! Watching a world: facts beyond the frontier are recorded, those before it were recorded already.

use crate::board::Board;
use crate::check::{Checks, Goals};
use crate::sim::{FactId, Time};
use crate::world::{Entry, Observer};

/// What is folded over the facts up to some moment.
#[derive(Clone, Debug)]
pub(super) struct Folds {
    /// The checks.
    pub checks: Checks,
    /// The steps of the card.
    pub goals: Goals,
}

impl Folds {
    /// Those of a board at the start of its run.
    fn new(board: &Board) -> Folds {
        Folds { checks: Checks::new(board), goals: Goals::new(board) }
    }

    /// All of a moment is served: what was put off to its end can be judged.
    pub fn moment_over(&mut self, now: Time) {
        self.checks.moment_over(now);
        self.goals.moment_over(now, &self.checks);
    }

    /// The document has changed.
    pub fn board_changed(&mut self, board: &Board, now: Time) {
        self.checks.board_changed(board);
        self.goals.board_changed(board, now, &self.checks);
    }
}

/// The record of a run, and what is folded over it.
#[derive(Clone, Debug)]
pub(super) struct Record {
    /// All facts up to the frontier.
    pub facts: Vec<Entry>,
    /// The folds at the cursor.
    pub folds: Folds,
    /// The checks at the frontier, while the cursor is behind it.
    ahead: Option<Checks>,
}

impl Record {
    /// That of a board at the start of its run.
    pub fn new(board: &Board) -> Record {
        Record { facts: Vec::new(), folds: Folds::new(board), ahead: None }
    }

    /// The checks at the frontier.
    pub fn frontier_checks(&self) -> &Checks {
        self.ahead.as_ref().unwrap_or(&self.folds.checks)
    }

    /// The cursor goes elsewhere, to where the folds were these.
    pub fn turn_to(&mut self, folds: Folds) {
        let left = std::mem::replace(&mut self.folds, folds);
        self.ahead.get_or_insert(left.checks);
    }

    /// The cursor has seen so many facts: once it has seen all, its checks are those at the frontier.
    pub fn seen(&mut self, facts: usize) {
        if facts >= self.facts.len() {
            self.ahead = None;
        }
    }

    /// Forgets all but the first so many facts: the cursor is the frontier now.
    pub fn cut(&mut self, facts: usize) {
        self.facts.truncate(facts);
        self.ahead = None;
    }
}

impl Observer for Record {
    fn see(&mut self, id: FactId, entry: &Entry) {
        self.folds.checks.see(id, entry);
        self.folds.goals.see(entry, &self.folds.checks);
        match self.facts.get(id.index()) {
            Some(known) => assert_eq!(known, entry, "a replay derives the same facts (fact {}, at {})", id.index(), entry.at),
            None => {
                make_room(&mut self.facts);
                self.facts.push(*entry);
            }
        }
    }
}

/// Room for a million facts comes in three steps, each eight times the last: each step copies what there is and leaves a
/// hole in the memory of a tab, which never shrinks.
fn make_room(facts: &mut Vec<Entry>) {
    const FIRST: usize = 1 << 14;
    const LAST: usize = 1 << 20;
    let (have, room) = (facts.len(), facts.capacity());
    if have == room {
        let wanted = if room < FIRST { FIRST } else { room.saturating_mul(if room < LAST { 8 } else { 2 }) };
        facts.reserve_exact(wanted - have);
    }
}
