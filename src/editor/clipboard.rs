//! Copying nodes as JSON text, pasting such text anywhere, and duplicating.

use std::collections::BTreeSet;

use crate::board::{Board, BoardError, MAX_BYTES, read_json};
use crate::sim::NodeId;

use super::clip::{Clip, VERSION};
use super::draft::{Draft, Edited, called};
use super::error::{EditError, Refusal};
use super::ids::Ids;
use super::starters::empty_board;

/// How far a copy lies from what it was copied from unless it is put elsewhere: to the right and down.
pub const BESIDE: (i32, i32) = (32, 32);
/// The most nodes, wires, types or key sets that a text can have; a board takes no more.
const MOST: usize = 600;

/// Several nodes as text: with the wires between them, and the message types and key sets that they need. None if none
/// of them is there.
pub fn copy(board: &Board, nodes: &[NodeId]) -> Option<String> {
    let clip = Clip::of(board, nodes);
    if clip.is_empty() { None } else { serde_json::to_string_pretty(&clip).ok() }
}

/// Duplicates several nodes, with the wires between them but none to others, so far from where they are.
///
/// # Errors
/// If none of them is there, if it is only the broker, and if the board would be too large.
pub fn duplicate(board: &Board, ids: &Ids, nodes: &[NodeId], by: (i32, i32)) -> Result<Edited, EditError> {
    let clip = Clip::of(board, nodes);
    let mut draft = Draft::of(board, ids);
    draft.put(&clip, by);
    if draft.made.is_empty() {
        return Err(nothing_new(board, &clip));
    }
    draft.finish(format!("duplicate {}", called(board, nodes)))
}

/// Puts what was copied on a board: with its upper left corner at a place, or else beside where it was.
///
/// # Errors
/// What is wrong with the text, by its place in it; and a board that would be too large.
pub fn paste(board: &Board, ids: &Ids, text: &str, at: Option<(i32, i32)>) -> Result<Edited, EditError> {
    let clip = read(text)?;
    let (x, y) = clip.corner();
    let by = at.map_or(BESIDE, |at| (at.0.saturating_sub(x), at.1.saturating_sub(y)));
    // Alone first, so that what is wrong with the text is named by its place in the text.
    let nowhere = empty_board();
    let mut alone = Draft::of(&nowhere, &Ids::default());
    alone.put(&clip, (0, 0));
    alone.finish("").map_err(|problem| match problem {
        EditError::Board(problem) => named_in_text(problem),
        other => other,
    })?;
    let mut draft = Draft::of(board, ids);
    draft.put(&clip, by);
    if draft.made.is_empty() {
        return Err(nothing_new(board, &clip));
    }
    let count = clip.clients.len() + clip.services.len() + clip.brokers.len();
    let titles = clip.clients.iter().map(|node| &node.title).chain(clip.services.iter().map(|node| &node.title));
    let first = titles.chain(clip.brokers.iter().map(|node| &node.title)).next().cloned().unwrap_or_default();
    draft.finish(if count == 1 { format!("paste {first}") } else { format!("paste {count} nodes") })
}

fn in_text(place: &str, problem: &str) -> EditError {
    EditError::Board(BoardError::at(format!("in the pasted text, {place}"), problem))
}

fn named_in_text(problem: BoardError) -> EditError {
    match problem {
        BoardError::Malformed { place, problem } => in_text(&place, &problem),
        other => other.into(),
    }
}

fn nothing_new(board: &Board, clip: &Clip) -> EditError {
    match board.brokers.first().filter(|_| !clip.brokers.is_empty()) {
        Some(broker) => {
            let mend = format!("add topics to {} instead", broker.title);
            Refusal::new("A board has one broker for now", mend).into()
        }
        None => Refusal::new("There is nothing to copy", "select a node first").into(),
    }
}

/// Reads the text of a clip.
fn read(text: &str) -> Result<Clip, EditError> {
    if text.len() > MAX_BYTES {
        return Err(BoardError::TooLarge { bytes: text.len(), limit: MAX_BYTES }.into());
    }
    let foreign = || Refusal::new("The pasted text is no part of a board", "copy nodes of a board first");
    let value: serde_json::Value = serde_json::from_str(text).map_err(|_| foreign())?;
    let version = match (value.get("crosstalk-nodes"), value.get("schema")) {
        (Some(version), _) => version.as_u64(),
        (None, Some(_)) => return Err(Refusal::new("The pasted text is a whole board", "open it as a file").into()),
        (None, None) => return Err(foreign().into()),
    };
    match version {
        Some(version) if version > u64::from(VERSION) => {
            return Err(BoardError::TooNew { needs: version, reads: VERSION }.into());
        }
        Some(version) if version == u64::from(VERSION) => {}
        _ => return Err(in_text("crosstalk-nodes", &format!("must be {VERSION}"))),
    }
    let clip: Clip = read_json(text).map_err(named_in_text)?;
    let lists = [
        ("keys", clip.keys.len()),
        ("messages", clip.messages.len()),
        ("wires", clip.wires.len()),
        ("the lists of nodes", clip.clients.len() + clip.services.len() + clip.brokers.len()),
    ];
    if let Some((place, count)) = lists.into_iter().find(|(_, count)| *count > MOST) {
        return Err(in_text(place, &format!("there are {count}, and at most {MOST} are taken")));
    }
    if clip.is_empty() {
        return Err(in_text("clients, services and brokers", "all are empty: copy a node"));
    }
    let mut seen = BTreeSet::new();
    let nodes = clip.clients.iter().map(|node| node.id).chain(clip.services.iter().map(|node| node.id));
    let mut nodes = nodes.chain(clip.brokers.iter().map(|node| node.id));
    if let Some(twice) = nodes.find(|id| !seen.insert(*id)) {
        return Err(in_text("clients, services and brokers", &format!("two nodes have the id {}", twice.0)));
    }
    Ok(clip)
}
