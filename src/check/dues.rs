//! When something may have gone on for too long: each kind is looked through only then.

use crate::sim::{Span, Time};

use super::limits::Limits;

/// For each kind of thing the earliest time at which one of them may have gone on for too long.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Dues {
    pub(super) partitions: Time,
    pub(super) processes: Time,
    pub(super) pools: Time,
    pub(super) outboxes: Time,
    pub(super) groups: Time,
}

/// For each kind the shortest limit: what begins now goes on at least so long before it is too long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shortest {
    pub(super) partitions: Span,
    pub(super) processes: Span,
    pub(super) pools: Span,
    pub(super) outboxes: Span,
    pub(super) groups: Span,
}

impl Dues {
    /// Before this nothing happens by time alone.
    pub(super) fn first(&self) -> Time {
        self.partitions.min(self.processes).min(self.pools).min(self.outboxes).min(self.groups)
    }
}

impl Default for Shortest {
    fn default() -> Self {
        let never = Span(u64::MAX);
        Shortest { partitions: never, processes: never, pools: never, outboxes: never, groups: never }
    }
}

impl Shortest {
    /// The shortest of a board's limits.
    pub(super) fn of(limits: &Limits) -> Shortest {
        let least = |all: &mut dyn Iterator<Item = Span>| all.min().unwrap_or(Span(u64::MAX));
        Shortest {
            partitions: least(&mut limits.partitions.values().copied()),
            processes: least(&mut limits.processes.values().copied()),
            pools: least(&mut limits.pools.values().copied()),
            outboxes: least(&mut limits.outboxes.values().flat_map(|limits| [limits.still, limits.window])),
            groups: least(&mut limits.groups.values().map(|limits| limits.halt)),
        }
    }
}
