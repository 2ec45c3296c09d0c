//! Explanations that were told already. A violation is never taken back and walking back to its reasons takes time, so
//! each is explained once.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::check::{Check, Explanation, Violation, explain};
use crate::sim::{FactId, IntentId, LineId, NodeId, Time};
use crate::world::Entry;

use super::Session;

type Name = (FactId, Time, Check, IntentId, NodeId, LineId);

/// Explanations by what they explain, each with the facts of its steps: so that those need not be derived to be shown.
#[derive(Debug, Default)]
pub(super) struct Told(RefCell<BTreeMap<Name, (Explanation, Vec<Entry>)>>);

impl Told {
    /// Forgets those of a future that was left: all but the first so many facts.
    pub fn forget_after(&mut self, facts: usize) {
        self.0.get_mut().retain(|(fact, ..), _| fact.index() < facts);
    }
}

impl Session {
    /// How a violation came about, from the facts up to the one that made it certain.
    pub fn explain(&self, violation: &Violation) -> Explanation {
        self.explained(violation).0
    }

    /// How a violation came about, and the facts of the steps of that.
    pub fn explained(&self, violation: &Violation) -> (Explanation, Vec<Entry>) {
        let Violation { fact, at, check, intent, service, line, .. } = *violation;
        let facts = self.all_facts().between(0, fact.index() + 1);
        let mut told = self.told.0.borrow_mut();
        let name = (fact, at, check, intent, service, line);
        let explain = || {
            let explanation = explain(violation, facts, self.board());
            let steps = explanation.steps.iter().filter_map(|(id, _)| facts.get(id.index()).copied()).collect();
            (explanation, steps)
        };
        told.entry(name).or_insert_with(explain).clone()
    }
}
