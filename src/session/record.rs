//! Watching a world: facts beyond the frontier are recorded, those before it were recorded already.

use crate::check::{Checks, Goals};
use crate::sim::FactId;
use crate::world::{Entry, Observer};

/// Keeps the record and folds the checks.
pub(super) struct Recorder<'a> {
    /// The record.
    pub facts: &'a mut Vec<Entry>,
    /// The checks at the cursor.
    pub checks: &'a mut Checks,
    /// The checks at the frontier.
    pub frontier: &'a mut Checks,
    /// The steps of the card at the cursor.
    pub goals: &'a mut Goals,
}

impl Observer for Recorder<'_> {
    fn see(&mut self, id: FactId, entry: &Entry) {
        self.checks.see(id, entry);
        self.goals.see(entry, self.checks);
        match self.facts.get(id.index()) {
            Some(known) => assert_eq!(known, entry, "a replay derives the same facts (fact {}, at {})", id.index(), entry.at),
            None => {
                self.facts.push(*entry);
                self.frontier.see(id, entry);
            }
        }
    }
}
