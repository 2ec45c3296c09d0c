//! Watching a world: facts beyond the frontier are recorded, those before it were recorded already.

use crate::check::Checks;
use crate::sim::FactId;
use crate::world::{Entry, Observer};

/// Keeps the record and folds the checks.
pub(super) struct Recorder<'a> {
    /// The record.
    pub facts: &'a mut Vec<Entry>,
    /// The checks at the cursor.
    pub checks: &'a mut Checks,
}

impl Observer for Recorder<'_> {
    fn see(&mut self, id: FactId, entry: &Entry) {
        self.checks.see(id, entry);
        match self.facts.get(id.index()) {
            Some(known) => assert_eq!(known, entry, "a replay derives the same facts (fact {}, at {})", id.index(), entry.at),
            None => {
                make_room(self.facts);
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
