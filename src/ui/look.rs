//! The one place where the page asks the core for what it shows.

use crate::session::Session;
use crate::view::{CheckChip, Dot, Frame, Inspection, Point, Selection, Strip, Target};

/// The board at the cursor.
pub fn frame(_session: &Session, _selected: Selection) -> Frame {
    Frame::default()
}

/// Messages on their way at the cursor, into a buffer that is used again.
pub fn dots(_session: &Session, _frame: &Frame, out: &mut Vec<Dot>) {
    out.clear();
}

/// What is at a place of the board.
pub fn target_at(_frame: &Frame, _dots: &[Dot], _at: Point) -> Option<Target> {
    None
}

/// Everything about what is selected.
pub fn inspect(_session: &Session, _selected: Selection) -> Option<Inspection> {
    None
}

/// The strip of time.
pub fn strip(_session: &Session) -> Strip {
    Strip::default()
}

/// Every check.
pub fn verdict(_session: &Session) -> Vec<CheckChip> {
    Vec::new()
}
