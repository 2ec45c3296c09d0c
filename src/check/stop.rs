//! What kept a process from coming to an end with what it did.

use crate::sim::{Actor, LineId, Time};

/// What brought a run of a handler to its end, or made what it did not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// The process.
    pub who: Actor,
    /// When.
    pub at: Time,
    /// The last line that was done, if any was.
    pub after: Option<LineId>,
    /// What happened.
    pub how: StopHow,
}

/// What happened to a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopHow {
    /// It crashed.
    Crashed,
    /// It was taken off the board.
    Removed,
    /// It stood still.
    Paused,
    /// It stopped reading, since the handling of a message had failed.
    StoppedReading,
    /// It was told to fetch nothing more of a partition.
    Unread,
    /// It could not commit its offset: that was refused, or nobody answered.
    AckFailed,
    /// It learned that the partition was no longer its own.
    LostPartition,
    /// Its producer gave up waiting for acks.
    GaveUp,
    /// A broker that lost its power, and with it committed offsets that were not on disk.
    LostCommits,
}
