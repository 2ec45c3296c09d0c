//! Business rows and what a statement does to one.

use crate::sim::{FactId, IntentId, LineId, TableId};

/// What a write does to its row's value: money in cents, or a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WriteOp {
    /// Sets the value; makes the row if there is none.
    Set(i32),
    /// Adds to the value (a negative number subtracts); a missing row counts as 0. Stays at the ends of the range.
    Add(i32),
    /// Makes the row with that value. Changes nothing if there is one.
    Insert(i32),
}

impl WriteOp {
    /// The value after it.
    pub fn apply(self, old: Option<i32>) -> i32 {
        match self {
            WriteOp::Set(value) => value,
            WriteOp::Add(amount) => old.unwrap_or(0).saturating_add(amount),
            WriteOp::Insert(value) => old.unwrap_or(value),
        }
    }
}

/// One write of a program's line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Write {
    /// The table.
    pub table: TableId,
    /// The row's key as a number.
    pub row: u32,
    /// What is done to it.
    pub op: WriteOp,
    /// The line that does it.
    pub line: LineId,
    /// The intent that it serves.
    pub intent: IntentId,
}

/// A committed row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its value: money in cents, or a count.
    pub value: i32,
    /// How many commits changed it, from 1.
    pub version: u32,
    /// The commit that changed it last.
    pub by: FactId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_operation_does_to_a_row_what_its_name_says() {
        assert_eq!((WriteOp::Set(5).apply(None), WriteOp::Set(5).apply(Some(9))), (5, 5));
        assert_eq!((WriteOp::Add(-5).apply(None), WriteOp::Add(-5).apply(Some(9))), (-5, 4));
        assert_eq!((WriteOp::Insert(5).apply(None), WriteOp::Insert(5).apply(Some(9))), (5, 9));
    }

    #[test]
    fn adding_stays_within_the_range() {
        assert_eq!(WriteOp::Add(1).apply(Some(i32::MAX)), i32::MAX);
        assert_eq!(WriteOp::Add(-1).apply(Some(i32::MIN)), i32::MIN);
    }
}
