//! What the switch between classroom and real timings changes.

use crate::board::{Board, Place, Setting, Timings};

use super::search::all;

/// A setting whose default changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimingChange {
    /// Where.
    pub place: Place,
    /// What the place is called.
    pub title: String,
    /// Which.
    pub setting: Setting,
    /// Its value now, as it is shown.
    pub from: String,
    /// Its value then.
    pub to: String,
}

/// What other timings change on a board: every setting that has no value of its own there and another default then.
pub fn timings_change(board: &Board, to: Timings) -> Vec<TimingChange> {
    let mut changes = Vec::new();
    for (place, title, rows) in all(board) {
        for row in rows.into_iter().filter(|row| !row.own) {
            let then = row.setting.text(row.setting.default_at(to));
            if then != row.text {
                changes.push(TimingChange { place, title: title.clone(), setting: row.setting, from: row.text, to: then });
            }
        }
    }
    changes
}
