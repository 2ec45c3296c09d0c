//! How many records each group has still to commit.

use std::collections::{BTreeMap, BTreeSet};

use crate::broker::BrokerFact;
use crate::sim::{GroupId, NodeId, TopicId};

/// A partition of a topic.
type Partition = (TopicId, u16);

/// What a group reads, and for whom.
#[derive(Clone, Debug, Default)]
struct Reads {
    /// The node that its last member was of.
    node: Option<NodeId>,
    /// The offset from which each partition is still to be committed.
    from: BTreeMap<Partition, u32>,
}

/// How many records each group has still to commit.
#[derive(Clone, Debug, Default)]
pub(super) struct Lag {
    ends: BTreeMap<Partition, u32>,
    groups: BTreeMap<GroupId, Reads>,
    /// Who reads a topic.
    readers: BTreeMap<TopicId, BTreeSet<GroupId>>,
}

impl Lag {
    /// What a fact changes: a node's lag, and by how much.
    pub fn see(&mut self, fact: BrokerFact) -> Vec<(NodeId, i64)> {
        match fact {
            BrokerFact::Appended { record, .. } => {
                self.ends.insert((record.topic, record.partition), record.offset + 1);
                let readers = self.readers.get(&record.topic).into_iter().flatten();
                let reads = |group: &GroupId| {
                    let reads = self.groups.get(group)?;
                    reads.from.contains_key(&(record.topic, record.partition)).then_some((reads.node?, 1))
                };
                readers.filter_map(reads).collect()
            }
            BrokerFact::MemberAdded { group, member } => {
                self.groups.entry(group).or_default().node = Some(member.node);
                Vec::new()
            }
            BrokerFact::Assigned { group, topic, partition, offset, .. } => {
                self.readers.entry(topic).or_default().insert(group);
                let known = self.groups.get(&group).is_some_and(|reads| reads.from.contains_key(&(topic, partition)));
                if known { Vec::new() } else { self.moves(group, (topic, partition), offset) }
            }
            BrokerFact::OffsetCommitted { group, topic, partition, offset } => self.moves(group, (topic, partition), offset),
            _ => Vec::new(),
        }
    }

    /// A group's place in a partition moves: forward, or back to where it reads again.
    fn moves(&mut self, group: GroupId, partition: Partition, offset: u32) -> Vec<(NodeId, i64)> {
        let end = self.ends.get(&partition).copied().unwrap_or(0);
        let reads = self.groups.entry(group).or_default();
        let behind = |from: u32| i64::from(end.saturating_sub(from));
        let before = reads.from.insert(partition, offset).map_or(0, behind);
        reads.node.map(|node| (node, behind(offset) - before)).into_iter().collect()
    }
}
