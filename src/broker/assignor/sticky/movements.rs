//! Which partitions moved from whom to whom while the loads were evened out, so that a move can undo another.

use std::collections::{BTreeMap, BTreeSet};

use super::super::numbered::Numbered;

/// From a member to another.
type Way = (usize, usize);

/// Kafka: `PartitionMovements`.
#[derive(Default)]
pub(super) struct Movements {
    /// The way that each moved partition has come, from where it began.
    ways: BTreeMap<usize, Way>,
    /// The partitions that went a way, by topic.
    went: BTreeMap<(usize, Way), BTreeSet<usize>>,
}

impl Movements {
    /// The partition that should move instead of this one: one of its topic that went the other way goes back. Of
    /// several it is the first; Kafka takes what its hash set gives first.
    pub fn instead(&self, group: &Numbered<'_>, partition: usize, from: usize, to: usize) -> usize {
        let from = self.ways.get(&partition).map_or(from, |(began, _)| *began);
        let back = self.went.get(&(group.topic_of(partition), (to, from)));
        back.and_then(|partitions| partitions.first()).copied().unwrap_or(partition)
    }

    /// Takes note of a move. A partition that is back where it began has not moved.
    pub fn moved(&mut self, group: &Numbered<'_>, partition: usize, from: usize, to: usize) {
        let topic = group.topic_of(partition);
        let mut began = from;
        if let Some(way) = self.ways.remove(&partition) {
            began = way.0;
            if let Some(partitions) = self.went.get_mut(&(topic, way)) {
                partitions.remove(&partition);
                if partitions.is_empty() {
                    self.went.remove(&(topic, way));
                }
            }
        }
        if began != to {
            self.ways.insert(partition, (began, to));
            self.went.entry((topic, (began, to))).or_default().insert(partition);
        }
    }
}
