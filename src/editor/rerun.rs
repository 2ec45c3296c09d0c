//! A change of the document that a run is repeated with from its start, to see what the same failures come to.

use crate::board::{Board, Edit, Patch, edit};

use super::ids::Ids;
use super::operation::Operation;

/// A run that is repeated with a change from its start on.
#[derive(Clone, Debug, PartialEq)]
pub struct Rerun {
    /// What is changed, which is the branch's name: `Payments tracks ids`.
    pub name: String,
    /// The change.
    pub with: Changing,
}

/// What a run is repeated with.
#[derive(Clone, Debug, PartialEq)]
pub enum Changing {
    /// An edit of what runs.
    Edit(Edit),
    /// Something that a panel does to the document. None that needs to know how cards are drawn.
    Operation(Operation),
}

impl Changing {
    /// The edit that gives a document the change; none if it has it already.
    ///
    /// # Errors
    /// Why it cannot have it.
    pub fn on(&self, board: &Board, ids: &Ids) -> Result<Option<Edit>, String> {
        let (changed, wanted) = match self {
            Changing::Edit(wanted) => {
                let mut changed = board.clone();
                edit(&mut changed, wanted).map_err(|error| error.to_string())?;
                (changed, wanted.clone())
            }
            Changing::Operation(operation) => {
                let edited = operation.clone().make(board, ids, &[]).map_err(|error| error.to_string())?;
                let patch = Patch::between(board, &edited.board);
                (edited.board, Edit::Change(Box::new(patch)))
            }
        };
        Ok((changed != *board).then_some(wanted))
    }
}
