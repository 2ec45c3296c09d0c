//! The broker's assignors (KIP-848): what a group of the new protocol gets as its target.

use super::numbered::Numbered;
use super::subscriber::{Subscriber, Topics};
use super::{Assignment, range, uniform, uniform_mixed};

/// A way in which the broker deals partitions out. Kafka: `group.consumer.assignors`, the first of which is the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ServerAssignor {
    /// As even as can be, keeping what members have. Kafka: `UniformAssignor`.
    #[default]
    Uniform,
    /// Each topic by itself, in runs of consecutive partitions. Kafka: `assignor.RangeAssignor`.
    Range,
}

impl ServerAssignor {
    /// All of them, the default first.
    pub const ALL: [ServerAssignor; 2] = [ServerAssignor::Uniform, ServerAssignor::Range];

    /// The name by which members ask for it. Kafka: `group.remote.assignor`.
    pub const fn name(self) -> &'static str {
        match self {
            ServerAssignor::Uniform => "uniform",
            ServerAssignor::Range => "range",
        }
    }

    /// The assignor of that name, if there is one.
    pub fn by_name(name: &str) -> Option<ServerAssignor> {
        ServerAssignor::ALL.into_iter().find(|assignor| assignor.name() == name)
    }

    /// Deals out the partitions among the members, whose `owned` is what they were given last. Depends on nothing else:
    /// where Kafka goes through members in hash order, here it is the order of their ids. Topics without metadata are
    /// skipped. The racks of replicas play no part, as in Kafka.
    pub fn assign(self, topics: &Topics, members: &[Subscriber]) -> Assignment {
        let group = Numbered::of(topics, members);
        match self {
            ServerAssignor::Range => range::range(&Topics::counted(topics.partitions.clone()), &group),
            ServerAssignor::Uniform if group.is_homogeneous => uniform::uniform(&group),
            ServerAssignor::Uniform => uniform_mixed::uniform_mixed(&group),
        }
    }
}
