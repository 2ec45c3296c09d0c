//! Boards as JSON text: bounded, strict, with errors that name the place.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::document::{Board, SCHEMA};
use super::error::BoardError;
use super::goal::{Step, check_steps};
use super::locate::path_at;
use super::nearest::with_nearest;
use super::validate::validate;

/// The largest document that is read, in bytes.
pub const MAX_BYTES: usize = 4 << 20;

/// Only what tells which version a document has; everything else may be there.
#[derive(Deserialize)]
pub(crate) struct Version {
    schema: Option<u64>,
}

impl Version {
    /// Whether this program reads it.
    ///
    /// # Errors
    /// There is none, or it is too new.
    pub(crate) fn check(&self) -> Result<(), BoardError> {
        match self.schema {
            None => Err(BoardError::at("schema", format!("is missing: add \"schema\": {SCHEMA}"))),
            Some(needs) if needs > u64::from(SCHEMA) => Err(BoardError::TooNew { needs, reads: SCHEMA }),
            Some(0) => Err(BoardError::at("schema", format!("must be {SCHEMA}, not 0"))),
            Some(_) => Ok(()),
        }
    }
}

/// Reads a board. Nesting is bounded by the parser (128 levels), size by [`MAX_BYTES`].
///
/// # Errors
/// Names the place and the mend: text that is no JSON, a wrong type, an unknown field, a number out of range, a name
/// that nothing has, a version that is too new.
pub fn from_json(text: &str) -> Result<Board, BoardError> {
    if text.len() > MAX_BYTES {
        return Err(BoardError::TooLarge { bytes: text.len(), limit: MAX_BYTES });
    }
    if text.trim().is_empty() {
        return Err(BoardError::at("line 1", "the file is empty: a board is a JSON object that begins with {\"schema\": 1, …}"));
    }
    // First the version, so that a newer board is told from a broken one.
    let version: Version = serde_json::from_str(text).map_err(|error| unreadable(&error))?;
    version.check()?;
    let board: Board = read_json(text)?;
    check_whole(&board)?;
    Ok(board)
}

/// What a board must be that was read as a part of something else.
///
/// # Errors
/// Those of a board that does not fit together.
pub(crate) fn check_whole(board: &Board) -> Result<(), BoardError> {
    validate(board)?;
    check_steps(board)
}

/// Reads JSON text as what is asked for, without a look at what it means.
///
/// # Errors
/// Names the place: text that is no JSON, a wrong type, an unknown field, a number out of range.
pub fn read_json<T: DeserializeOwned>(text: &str) -> Result<T, BoardError> {
    serde_json::from_str(text).map_err(|error| {
        // A text that is no JSON is wrong at a line; one that is no board, at a place in it.
        if !error.is_data() {
            return unreadable(&error);
        }
        let problem = problem_of(&error);
        let place = path_at(text, error.line(), error.column(), problem.starts_with("missing field"));
        if place.is_empty() { unreadable(&error) } else { BoardError::at(place, problem) }
    })
}

fn unreadable(error: &serde_json::Error) -> BoardError {
    BoardError::at(format!("line {}, column {}", error.line(), error.column()), problem_of(error))
}

/// What is wrong, without the place that the library appends to its message.
fn problem_of(error: &serde_json::Error) -> String {
    let whole = error.to_string();
    with_nearest(whole.split(" at line ").next().unwrap_or(&whole).to_owned())
}

/// A board as JSON text, indented, ending with a line break; without steps that name what it no longer has.
pub fn to_json(board: &Board) -> String {
    let mut text = serde_json::to_string_pretty(&readable(board)).expect("a board has only string keys and finite numbers");
    text.push('\n');
    text
}

/// A board that can be read once it is written: steps that name what it no longer has are left out.
pub(crate) fn readable(board: &Board) -> Cow<'_, Board> {
    let stale = |step: &Step| step.done.fits(board).is_err();
    if !board.tries.iter().any(stale) {
        return Cow::Borrowed(board);
    }
    let mut kept = board.clone();
    kept.tries.retain(|step| !stale(step));
    Cow::Owned(kept)
}
