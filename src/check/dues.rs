//! When something may have gone on for too long: each kind is looked through only then.

use crate::sim::{Span, Time};

use super::limits::Limits;

/// Something of each kind that time alone judges.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Each<T> {
    pub(super) partitions: T,
    pub(super) processes: T,
    pub(super) outboxes: T,
    pub(super) pools: T,
    pub(super) groups: T,
}

/// For each kind the earliest time at which one of them may have gone on for too long.
pub(super) type Dues = Each<Time>;

/// For each kind the shortest limit: what begins now goes on at least so long before it is too long.
pub(super) type Shortest = Each<Span>;

impl Dues {
    /// Before this nothing happens by time alone.
    pub(super) fn first(&self) -> Time {
        self.partitions.min(self.processes).min(self.outboxes).min(self.pools).min(self.groups)
    }
}

impl Shortest {
    /// The shortest of a board's limits.
    pub(super) fn of(limits: &Limits) -> Shortest {
        let least = |all: &mut dyn Iterator<Item = Span>| all.min().unwrap_or(Span(u64::MAX));
        Shortest {
            partitions: least(&mut limits.partitions.values().copied()),
            processes: least(&mut limits.processes.values().copied()),
            outboxes: least(&mut limits.outboxes.values().flat_map(|limits| [limits.still, limits.window])),
            pools: least(&mut limits.pools.values().copied()),
            groups: least(&mut limits.groups.values().map(|limits| limits.halt)),
        }
    }
}

/// Looks through a kind if it is due. `look` says when the next one that is there already may have gone on for too long;
/// what begins after now is not too late before the shortest limit is over.
pub(super) fn when_due(due: &mut Time, now: Time, shortest: Span, look: impl FnOnce() -> Time) {
    if now >= *due {
        *due = look().min(now + shortest);
    }
}
