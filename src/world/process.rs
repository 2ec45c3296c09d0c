//! The processes of a world: in which life each is, and whether it runs.

use crate::sim::{Actor, FactId};

use super::timers::Timers;

/// Whether a process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// It runs.
    Up,
    /// It has crashed, or was stopped for good.
    Down {
        /// It was stopped in good order and is not missed.
        stopped: bool,
    },
    /// It stands still.
    Paused,
}

/// A process as the world knows it, in two lines of the processor's cache.
///
/// In this order in memory: the first line holds all that a step of the process reads, with two timers; the others lie in the
/// second.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub struct ProcessRecord {
    /// The process in its latest life.
    pub actor: Actor,
    /// Whether it runs.
    pub condition: Condition,
    /// Its machine has no power: a broker that lost it, until it is started again.
    pub without_power: bool,
    /// What it has set in this life, and is due.
    pub(super) timers: Timers,
    /// The fact that made its condition so.
    pub since: FactId,
}

const _: () = assert!(std::mem::offset_of!(ProcessRecord, timers) + Timers::WITH_TWO <= 64 && size_of::<ProcessRecord>() == 128);

impl ProcessRecord {
    /// Whether it was stopped for good.
    pub fn is_gone(&self) -> bool {
        self.condition == Condition::Down { stopped: true }
    }
}
