//! Racks (KIP-881): which members are near which partitions.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::sim::Gather;

use super::numbered::Numbered;
use super::subscriber::Topics;

/// The racks of members and partitions.
pub(super) struct Racks<'a> {
    members: Vec<Option<&'a Arc<str>>>,
    partitions: Vec<BTreeSet<&'a Arc<str>>>,
    /// Whether they make a difference: members and partitions share a rack, and the partitions are not all alike.
    /// Kafka: `useRackAwareAssignment`.
    pub matter: bool,
}

impl<'a> Racks<'a> {
    /// The racks of some partitions and of those who read them.
    pub fn of(topics: &'a Topics, group: &Numbered<'a>, readers: &[usize], partitions: std::ops::Range<usize>) -> Racks<'a> {
        let mut members = vec![None; group.members.len()];
        for reader in readers {
            members[*reader] = group.members[*reader].rack.as_ref().filter(|rack| !rack.is_empty());
        }
        let mut held = vec![BTreeSet::new(); group.partitions()];
        if !topics.racks.is_empty() {
            for partition in partitions.clone() {
                held[partition] = topics.racks.get(&group.name(partition)).into_iter().flatten().into_set();
            }
        }
        let all = held.iter().flatten().copied().into_set();
        let share = members.iter().flatten().any(|rack| all.contains(rack));
        let differ = partitions.into_iter().any(|partition| held[partition] != all);
        Racks { members, partitions: held, matter: share && differ }
    }

    /// Whether a member has no rack, or one of the partition's.
    pub fn match_or_none(&self, member: usize, partition: usize) -> bool {
        self.members[member].is_none_or(|rack| self.partitions[partition].contains(rack))
    }

    /// Whether a member has a rack, and it is one of the partition's.
    pub fn are_same(&self, member: usize, partition: usize) -> bool {
        self.members[member].is_some_and(|rack| self.partitions[partition].contains(rack))
    }

    /// How many members are in a partition's racks.
    pub fn near(&self, partition: usize) -> usize {
        let racks = &self.partitions[partition];
        self.members.iter().flatten().filter(|rack| racks.contains(*rack)).count()
    }
}
