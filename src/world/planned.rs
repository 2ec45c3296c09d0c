//! The plan of a running board: what of it has happened, and what is next.

use crate::board::{ActionError, Board, PlanId, Planned};
use crate::sim::Time;

use super::fact::Observer;
use super::running::World;

/// An entry of the plan whose time has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// The entry.
    pub id: PlanId,
    /// When.
    pub at: Time,
    /// Why it was passed over, if it made no sense any more.
    pub passed_over: Option<ActionError>,
}

impl World {
    /// What of the plan has happened, in order.
    pub fn happened(&self) -> &[Happened] {
        &self.happened
    }

    /// When the next entry of the plan is to happen: after everything else that is due at or before that time.
    pub fn next_planned(&self) -> Option<Time> {
        self.planned_next().map(|planned| planned.at)
    }

    /// Does what is next in the plan. One that makes no sense any more is passed over. False if nothing is left of it.
    pub fn apply_planned(&mut self, see: &mut impl Observer) -> bool {
        let Some(Planned { id, action, .. }) = self.planned_next().cloned() else { return false };
        let passed_over = self.apply(&action, see).err();
        self.happened.push(Happened { id, at: self.now(), passed_over });
        true
    }

    fn planned_next(&self) -> Option<&Planned> {
        let is_to_come = |planned: &&Planned| !self.has_happened(planned.id);
        self.board.planned.iter().filter(is_to_come).min_by_key(|planned| (planned.at, planned.id))
    }

    fn has_happened(&self, id: PlanId) -> bool {
        self.happened.iter().any(|happened| happened.id == id)
    }

    /// Whether a changed plan leaves what has happened as it was, and plans nothing for the past.
    ///
    /// # Errors
    /// Says what has happened, and what can be done instead.
    pub(super) fn check_plan(&self, changed: &Board) -> Result<(), ActionError> {
        for happened in &self.happened {
            if self.board.planned(happened.id) != changed.planned(happened.id) {
                return Err(ActionError::Refused(format!(
                    "what was planned for {} has happened and stays: go back before it, or start again",
                    happened.at
                )));
            }
        }
        let is_new = |planned: &&Planned| self.board.planned(planned.id) != Some(*planned);
        match changed.planned.iter().filter(is_new).find(|planned| planned.at <= self.now()) {
            Some(late) => Err(ActionError::Refused(format!(
                "{} is over: choose a time after {}, or go back before it",
                late.at,
                self.now()
            ))),
            None => Ok(()),
        }
    }
}
