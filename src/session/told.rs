//! Explanations that were told already. A violation is never taken back and walking back to its reasons takes time, so
//! each is explained once.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::check::{Check, Explanation, Violation, explain};
use crate::sim::{FactId, IntentId, LineId, NodeId, Time};

use super::Session;

type Name = (FactId, Time, Check, IntentId, NodeId, LineId);

/// Explanations by what they explain.
#[derive(Debug, Default)]
pub(super) struct Told(RefCell<BTreeMap<Name, Explanation>>);

impl Told {
    /// Forgets those of a future that was left: all but the first so many facts.
    pub fn forget_after(&mut self, facts: usize) {
        self.0.get_mut().retain(|(fact, ..), _| fact.index() < facts);
    }
}

impl Session {
    /// How a violation came about, from the facts up to the one that made it certain.
    pub fn explain(&self, violation: &Violation) -> Explanation {
        let Violation { fact, at, check, intent, service, line, .. } = *violation;
        let facts = self.record.facts.get(..=fact.index()).unwrap_or(&self.record.facts);
        let mut told = self.told.0.borrow_mut();
        let name = (fact, at, check, intent, service, line);
        told.entry(name).or_insert_with(|| explain(violation, facts, self.board())).clone()
    }
}
