//! What can be wrong with a board or with an action: each names the place and the mend.

use thiserror::Error;

/// Why a board is not taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BoardError {
    /// Not a board at all, or one with a wrong type or an unknown field somewhere.
    #[error("{place}: {problem}")]
    Malformed {
        /// The path in the document, or the line and column.
        place: String,
        /// What is wrong there, and what would be right.
        problem: String,
    },
    /// Written by a newer program.
    #[error(
        "schema: this board needs version {needs} of the document, and this program reads up to {reads}: use a newer Crosstalk"
    )]
    TooNew {
        /// The version that the board names.
        needs: u64,
        /// The version that this program reads.
        reads: u32,
    },
    /// Larger than anything that is read.
    #[error("the file has {bytes} bytes, and at most {limit} are read: is it a board?")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
}

impl BoardError {
    /// An error at a place in the document.
    pub fn at(place: impl Into<String>, problem: impl Into<String>) -> BoardError {
        BoardError::Malformed { place: place.into(), problem: problem.into() }
    }
}

/// Why an action is not taken. What was running goes on as it was.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ActionError {
    /// There is nothing of that name.
    #[error("there is no {0} on this board")]
    Missing(String),
    /// A value that the setting does not take.
    #[error("{0}")]
    Refused(String),
}
