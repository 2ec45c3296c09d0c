//! Why the board is not edited: the reason, and what to do instead.

use thiserror::Error;

use crate::board::{ActionError, BoardError};

/// Why something cannot be done here, and what can.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{reason}: {mend}")]
pub struct Refusal {
    /// What stands against it, as a clause that begins a sentence.
    pub reason: String,
    /// What to do instead, as a clause that ends it.
    pub mend: String,
}

impl Refusal {
    /// A reason and its mend.
    pub fn new(reason: impl Into<String>, mend: impl Into<String>) -> Refusal {
        Refusal { reason: reason.into(), mend: mend.into() }
    }
}

/// Why an edit is not made. The document is then as it was.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EditError {
    /// What should be edited is not there.
    #[error("there is no {0} on this board")]
    Missing(String),
    /// It cannot be done here.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The board that would come out does not fit together.
    #[error(transparent)]
    Board(#[from] BoardError),
    /// The run does not take it.
    #[error(transparent)]
    Run(#[from] ActionError),
}
