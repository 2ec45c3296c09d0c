//! The plan of a board, edited: failures at times of their own, one by one or as a storm.

use crate::board::{Action, ActionError, Board, PlanId, Planned, Storm, check_planned};
use crate::sim::Time;

use super::desk::in_words;
use super::draft::{Draft, Edited};
use super::error::EditError;
use super::ids::Ids;

/// Plans an action.
///
/// # Errors
/// An action or a time that cannot be planned.
pub(super) fn plan(board: &Board, ids: &Ids, at: Time, action: Action) -> Result<Edited, EditError> {
    check_planned(at, &action).map_err(ActionError::Refused)?;
    let mut draft = Draft::of(board, ids);
    let label = format!("plan to {} at {at}", in_words(board, &action));
    let id = draft.ids.plan();
    draft.board.planned.push(Planned { id, at, action });
    draft.finish(label)
}

/// Gives entries of the plan other times, as one step.
///
/// # Errors
/// An entry that is not there, and a time that is too late.
pub(super) fn replan(board: &Board, ids: &Ids, moved: &[(PlanId, Time)]) -> Result<Edited, EditError> {
    let mut draft = Draft::of(board, ids);
    for (id, at) in moved {
        let known = draft.board.planned.iter_mut().find(|planned| planned.id == *id).ok_or_else(|| missing(*id))?;
        check_planned(*at, &known.action).map_err(ActionError::Refused)?;
        known.at = *at;
    }
    let label = match moved {
        [(id, at)] => {
            let one = board.planned(*id).map_or_else(String::new, |planned| in_words(board, &planned.action));
            format!("plan to {one} at {at}")
        }
        more => format!("plan {} failures for another time", more.len()),
    };
    draft.finish(label)
}

/// Takes entries out of the plan.
///
/// # Errors
/// An entry that is not there.
pub(super) fn unplan(board: &Board, ids: &Ids, gone: &[PlanId]) -> Result<Edited, EditError> {
    let mut draft = Draft::of(board, ids);
    for id in gone {
        let place = draft.board.planned.iter().position(|planned| planned.id == *id).ok_or_else(|| missing(*id))?;
        draft.board.planned.remove(place);
    }
    let label = match gone {
        [one] => {
            board.planned(*one).map_or_else(String::new, |planned| format!("plan not to {}", in_words(board, &planned.action)))
        }
        more => format!("take {} failures out of the plan", more.len()),
    };
    draft.finish(label)
}

/// Plans a storm from a time on.
///
/// # Errors
/// What the board lacks for it, and a plan that becomes too long.
pub(super) fn plan_storm(board: &Board, ids: &Ids, storm: Storm, from: Time) -> Result<Edited, EditError> {
    let actions = storm.actions(board, from).map_err(ActionError::Refused)?;
    let mut draft = Draft::of(board, ids);
    for (at, action) in actions {
        let id = draft.ids.plan();
        draft.board.planned.push(Planned { id, at, action });
    }
    draft.finish(format!("plan {} at {from}", storm.words(board)))
}

fn missing(id: PlanId) -> EditError {
    EditError::Missing(format!("entry {} in the plan", id.0))
}
