//! What is planned: failures and other actions at their times, each a part of the document of its own.

use serde::{Deserialize, Deserializer, Serialize};

use crate::sim::{InOrder, Role, Span, Time};

use super::action::{Action, ProcessDoes};
use super::document::Board;

/// Which entry of a board's plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlanId(pub u32);

/// An action that happens at a time of its own, in every run: after everything that is due at or before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planned {
    /// Its id, from 1; a file may leave it out.
    #[serde(default)]
    pub id: PlanId,
    /// When, in microseconds of virtual time: at most 24 hours.
    #[serde(rename = "at_us")]
    pub at: Time,
    /// What.
    pub action: Action,
}

/// The latest time for which something can be planned.
pub const LATEST_PLAN: Time = Time(Span::secs(24 * 60 * 60).0);

/// Reads a plan, and gives ids to the entries that have none.
pub(super) fn with_ids<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Planned>, D::Error> {
    let mut plan = Vec::<Planned>::deserialize(from)?;
    let mut last = plan.iter().map(|planned| planned.id).max().unwrap_or_default();
    for planned in plan.iter_mut().filter(|planned| planned.id == PlanId::default()) {
        last.0 = last.0.saturating_add(1);
        planned.id = last;
    }
    Ok(plan)
}

impl Board {
    /// Plans an action, with an id that no other entry of the plan has.
    pub fn plan(&mut self, at: Time, action: Action) -> PlanId {
        let last = self.planned.iter().map(|planned| planned.id.0).max().unwrap_or(0);
        let id = PlanId(last.saturating_add(1));
        self.planned.push(Planned { id, at, action });
        id
    }

    /// An entry of the plan.
    pub fn planned(&self, id: PlanId) -> Option<&Planned> {
        self.planned.iter().find(|planned| planned.id == id)
    }

    /// The plan in the order in which it happens: by time, then by id.
    pub fn plan_in_order(&self) -> Vec<&Planned> {
        let mut plan: Vec<&Planned> = self.planned.iter().collect();
        plan.in_order_by_key(|planned| (planned.at, planned.id));
        plan
    }
}

/// Whether an action can be planned.
///
/// # Errors
/// A sentence that says why not, and what can be.
pub fn check_planned(at: Time, action: &Action) -> Result<(), String> {
    if at > LATEST_PLAN {
        return Err(format!("is planned for {at}: the latest time is {LATEST_PLAN}"));
    }
    match action {
        Action::Edit(_) => Err("a plan holds failures and sends; change the board itself instead of planning an edit".to_owned()),
        Action::Packet { .. } => {
            Err("a plan cannot name a packet that is not on its way yet: plan a lossy wire, or set a pin".to_owned())
        }
        _ => check_action(action),
    }
}

/// Whether the numbers of an action lie within their limits, and whether it fits the kind of process that it is done to.
///
/// # Errors
/// A sentence with the limits, or with what would be right.
pub fn check_action(action: &Action) -> Result<(), String> {
    match action {
        Action::Slow { slow, .. } => slow.check(),
        Action::Lossy { loss, .. } => loss.check(),
        Action::SlowStore { times, .. } if !(1..=100).contains(times) => {
            Err(format!("a database is slowed 1 to 100 times, not {times}"))
        }
        Action::Process(action) if action.does == ProcessDoes::PowerLoss && action.who.role != Role::Broker => {
            Err("only a broker loses power: of a service, a crash takes the same".to_owned())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{Loss, Slow};
    use crate::sim::{NodeId, WireId};

    #[test]
    fn entries_without_an_id_get_one_that_no_other_has() {
        #[derive(Deserialize)]
        struct Plan {
            #[serde(deserialize_with = "with_ids")]
            planned: Vec<Planned>,
        }
        let text = r#"{"planned": [
            {"at_us": 5, "action": {"send": {"client": 1}}},
            {"id": 7, "at_us": 1, "action": {"send": {"client": 1}}},
            {"at_us": 3, "action": {"send": {"client": 1}}}]}"#;
        let plan: Plan = serde_json::from_str(text).expect("it is a plan");
        assert_eq!(plan.planned.iter().map(|planned| planned.id.0).collect::<Vec<_>>(), [8, 7, 9]);
    }

    #[test]
    fn what_cannot_be_planned_says_why_with_the_limits() {
        let wire = WireId(1);
        let says = |at, action| check_planned(at, &action).expect_err("it is refused");
        let slow = Action::Slow { wire, slow: Slow { times: 101, extra_ms: 0 } };
        assert_eq!(says(Time(1), slow), "a wire is slowed 1 to 100 times, not 101");
        let lossy = Action::Lossy { wire, loss: Loss { percent: 91, breaks: 0 } };
        assert_eq!(says(Time(1), lossy), "a wire loses 0 to 90 of a hundred packets, not 91");
        let store = Action::SlowStore { service: NodeId(2), times: 0 };
        assert_eq!(says(Time(1), store), "a database is slowed 1 to 100 times, not 0");
        let late = says(Time(LATEST_PLAN.0 + 1), Action::Heal { wire });
        assert!(late.contains("the latest time is"), "{late}");
    }
}
