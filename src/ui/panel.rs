//! The panels beside the rail.

/// A panel that is open beside the rail; one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Panel {
    /// The boards that can be opened.
    Boards,
    /// What can be added.
    Add,
    /// Failures.
    Break,
    /// The board as a tree of sentences.
    Outline,
    /// The inspector; always open where there is room for it.
    Inspect,
    /// The strip of time; always open where there is room for it.
    Time,
    /// The words of the field.
    Words,
}
