//! What a program's lines have in common with the lines they were a moment ago, and where its transactions are.

use crate::sim::InOrder;
use crate::sim::LineId;
use crate::view::LineView;

/// A line as it is followed through changes of its program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line.
    pub id: LineId,
    /// How often it was added, changed or moved while it was looked at.
    pub revision: u32,
    text: String,
    word: String,
}

/// The lines as they are now. Those that were added, changed or moved since the last look have a higher revision; at the first
/// look none has.
pub fn revised(last: Option<&[Row]>, lines: &[LineView]) -> Vec<Row> {
    let row = |line: &LineView, revision| Row {
        id: line.id,
        revision,
        text: format!("{} {}", line.word, line.rest),
        word: line.word.clone(),
    };
    let Some(last) = last else { return lines.iter().map(|line| row(line, 0)).collect() };
    let rows: Vec<Row> = lines
        .iter()
        .map(|line| match last.iter().find(|old| old.id == line.id) {
            None => row(line, 1),
            Some(old) => {
                let same = row(line, old.revision);
                if same.text == old.text { same } else { row(line, old.revision + 1) }
            }
        })
        .collect();
    let moved = moved(last, &rows);
    let up = |mut row: Row| {
        row.revision += u32::from(moved == Some(row.id));
        row
    };
    rows.into_iter().map(up).collect()
}

/// The one line by whose move the old order becomes the new one. When two have changed places, the one that is no border of a
/// transaction.
fn moved(old: &[Row], new: &[Row]) -> Option<LineId> {
    let ids = |rows: &[Row], others: &[Row], but: Option<LineId>| -> Vec<LineId> {
        let there = rows.iter().filter(|row| others.iter().any(|other| other.id == row.id));
        there.map(|row| row.id).filter(|id| Some(*id) != but).collect()
    };
    if ids(old, new, None) == ids(new, old, None) {
        return None;
    }
    let border = |row: &&Row| row.word == "begin" || row.word == "commit";
    let mut candidates: Vec<&Row> = new.iter().collect();
    candidates.in_order_by_key(border);
    candidates.iter().map(|row| row.id).find(|id| ids(old, new, Some(*id)) == ids(new, old, Some(*id)))
}

/// A line's place in a transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Transaction {
    /// It belongs to one.
    pub inside: bool,
    /// It is the first line of it.
    pub first: bool,
    /// It is the last line of it.
    pub last: bool,
}

/// Each line's place in a transaction.
pub fn transactions(lines: &[LineView]) -> Vec<Transaction> {
    let inside =
        |at: usize| lines.get(at).is_some_and(|line| line.in_transaction || line.word == "begin" || line.word == "commit");
    let word = |at: usize| lines.get(at).map(|line| line.word.as_str());
    (0..lines.len())
        .map(|at| Transaction {
            inside: inside(at),
            first: inside(at) && (word(at) == Some("begin") || at == 0 || !inside(at - 1)),
            last: inside(at) && (word(at) == Some("commit") || !inside(at + 1)),
        })
        .collect()
}
