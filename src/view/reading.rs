//! How far somebody has read in the record of a run.

use crate::session::Session;

/// How many facts were looked at, and of which path of actions they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Reading {
    edition: u64,
    /// How many facts were looked at.
    pub(super) seen: usize,
}

impl Reading {
    /// The beginning of a run's record.
    pub(super) fn of(session: &Session) -> Reading {
        Reading { edition: session.edition(), seen: 0 }
    }

    /// Whether the run has another path of actions by now: what was gathered of it has to be gathered anew.
    pub(super) fn is_stale(self, session: &Session) -> bool {
        self.edition != session.edition() || session.all_facts().len() < self.seen
    }
}
