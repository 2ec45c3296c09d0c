//! Watching a world: facts beyond the frontier are recorded, those before it were recorded already.

use crate::board::Board;
use crate::check::Checks;
use crate::sim::FactId;
use crate::world::{Entry, Observer};

/// The record of a run, and the checks folded over it.
#[derive(Clone, Debug)]
pub(super) struct Record {
    /// All facts up to the frontier.
    pub facts: Vec<Entry>,
    /// The checks at the cursor.
    pub checks: Checks,
    /// The checks at the frontier.
    pub frontier_checks: Checks,
}

impl Record {
    /// That of a board at the start of its run.
    pub fn new(board: &Board) -> Record {
        let checks = Checks::new(board);
        Record { facts: Vec::new(), frontier_checks: checks.clone(), checks }
    }

    /// Forgets all but the first so many facts: the cursor is the frontier now.
    pub fn cut(&mut self, facts: usize) {
        self.facts.truncate(facts);
        self.frontier_checks = self.checks.clone();
    }
}

impl Observer for Record {
    fn see(&mut self, id: FactId, entry: &Entry) {
        self.checks.see(id, entry);
        match self.facts.get(id.index()) {
            Some(known) => assert_eq!(known, entry, "a replay derives the same facts (fact {}, at {})", id.index(), entry.at),
            None => {
                self.facts.push(*entry);
                self.frontier_checks.see(id, entry);
            }
        }
    }
}
