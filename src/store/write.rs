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
    /// Sets the value and the row's stamp if the stamp is greater than the row's; otherwise changes nothing. Makes the
    /// row if there is none.
    SetIfNewer {
        /// The value.
        value: i32,
        /// How new the writer's message is.
        stamp: u32,
    },
}

impl WriteOp {
    /// The value and the stamp after it. A row that was never written by stamp has stamp 0.
    pub fn apply(self, old: Option<(i32, u32)>) -> (i32, u32) {
        let (before, stamped) = old.unwrap_or_default();
        match self {
            WriteOp::Set(value) => (value, stamped),
            WriteOp::Add(amount) => (before.saturating_add(amount), stamped),
            WriteOp::Insert(value) => old.unwrap_or((value, stamped)),
            WriteOp::SetIfNewer { value, stamp } if old.is_none() || stamp > stamped => (value, stamp),
            WriteOp::SetIfNewer { .. } => (before, stamped),
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
    /// How new the message was that a [`WriteOp::SetIfNewer`] wrote last; 0 if none did.
    pub stamp: u32,
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
        let both = |op: WriteOp| (op.apply(None), op.apply(Some((9, 2))));
        assert_eq!(both(WriteOp::Set(5)), ((5, 0), (5, 2)));
        assert_eq!(both(WriteOp::Add(-5)), ((-5, 0), (4, 2)));
        assert_eq!(both(WriteOp::Insert(5)), ((5, 0), (9, 2)));
        assert_eq!(both(WriteOp::SetIfNewer { value: 5, stamp: 3 }), ((5, 3), (5, 3)));
    }

    #[test]
    fn what_is_not_newer_than_the_row_changes_nothing() {
        for stamp in [0, 1, 2] {
            assert_eq!(WriteOp::SetIfNewer { value: 5, stamp }.apply(Some((9, 2))), (9, 2));
        }
        assert_eq!(WriteOp::SetIfNewer { value: 5, stamp: 0 }.apply(None), (5, 0));
    }

    #[test]
    fn adding_stays_within_the_range() {
        assert_eq!(WriteOp::Add(1).apply(Some((i32::MAX, 0))), (i32::MAX, 0));
        assert_eq!(WriteOp::Add(-1).apply(Some((i32::MIN, 0))), (i32::MIN, 0));
    }
}
