//! Who reads which partitions: the classic assignors, which a group's leader runs, and those of the broker (KIP-848).

mod balancer;
mod numbered;
mod racks;
mod range;
mod round_robin;
mod server;
mod sticky;
mod subscriber;
mod uniform;
mod uniform_mixed;

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use server::ServerAssignor;
pub use subscriber::{Subscriber, Topics, java_order};

use numbered::Numbered;

/// Partitions by member id, each list in the order in which it was dealt. Every member has an entry.
pub type Assignment = BTreeMap<Arc<str>, Vec<(Arc<str>, u16)>>;

/// A way in which a group's leader deals partitions out. Kafka: `partition.assignment.strategy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Assignor {
    /// Each topic by itself, in runs of consecutive partitions. Kafka: `RangeAssignor`.
    Range,
    /// All partitions of all topics in turn, one to a member. Kafka: `RoundRobinAssignor`.
    RoundRobin,
    /// As even as can be, then as little moved as can be. Kafka: `StickyAssignor`.
    Sticky,
    /// The same, but a partition that moves is given to nobody until its owner has let go of it. Kafka:
    /// `CooperativeStickyAssignor`.
    CooperativeSticky,
}

impl Assignor {
    /// All of them.
    pub const ALL: [Assignor; 4] = [Assignor::Range, Assignor::RoundRobin, Assignor::Sticky, Assignor::CooperativeSticky];

    /// The name under which members vote for it.
    pub const fn name(self) -> &'static str {
        match self {
            Assignor::Range => "range",
            Assignor::RoundRobin => "roundrobin",
            Assignor::Sticky => "sticky",
            Assignor::CooperativeSticky => "cooperative-sticky",
        }
    }

    /// The assignor of that name, if there is one.
    pub fn by_name(name: &str) -> Option<Assignor> {
        Assignor::ALL.into_iter().find(|assignor| assignor.name() == name)
    }

    /// Whether members keep what they own through a rebalance and give up only what is taken from them.
    pub const fn is_cooperative(self) -> bool {
        matches!(self, Assignor::CooperativeSticky)
    }

    /// Deals out the partitions among the members. Depends on nothing else, not even on the order of `members`: where
    /// Kafka goes through them in hash order, here it is the order of their ids. Topics without metadata are skipped.
    pub fn assign(self, topics: &Topics, members: &[Subscriber]) -> Assignment {
        let group = Numbered::of(topics, members);
        match self {
            Assignor::Range => range::range(topics, &group),
            Assignor::RoundRobin => round_robin::round_robin(&group),
            Assignor::Sticky => sticky::sticky(topics, &group),
            Assignor::CooperativeSticky => sticky::cooperative(topics, &group),
        }
    }
}
