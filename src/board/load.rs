//! Boards as JSON text: bounded, strict, with errors that name the place.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::document::{Board, SCHEMA};
use super::error::BoardError;
use super::goal::{Step, check_steps};
use super::locate::path_at;
use super::validate::validate;

/// The largest document that is read, in bytes.
pub const MAX_BYTES: usize = 4 << 20;

/// Only what tells which version a document has; everything else may be there.
#[derive(Deserialize)]
struct Version {
    schema: Option<u64>,
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
    match version.schema {
        None => return Err(BoardError::at("schema", format!("is missing: add \"schema\": {SCHEMA}"))),
        Some(needs) if needs > u64::from(SCHEMA) => return Err(BoardError::TooNew { needs, reads: SCHEMA }),
        Some(0) => return Err(BoardError::at("schema", format!("must be {SCHEMA}, not 0"))),
        Some(_) => {}
    }
    let board: Board = read_json(text)?;
    validate(&board)?;
    check_steps(&board)?;
    Ok(board)
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
    whole.split(" at line ").next().unwrap_or(&whole).to_owned()
}

/// A board as JSON text, indented, ending with a line break. Steps that name what the board no longer has are left out,
/// so that what was written can be read.
pub fn to_json(board: &Board) -> String {
    let stale = |step: &Step| step.done.fits(board).is_err();
    if board.tries.iter().any(stale) {
        let mut kept = board.clone();
        kept.tries.retain(|step| !stale(step));
        return to_json(&kept);
    }
    let mut text = serde_json::to_string_pretty(board).expect("a board has only string keys and finite numbers");
    text.push('\n');
    text
}
