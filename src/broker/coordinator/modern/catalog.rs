//! The topics of the cluster, by name and by number.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::sim::TopicId;

/// Names, numbers and partition counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::broker::coordinator) struct Catalog {
    by_name: BTreeMap<Arc<str>, (TopicId, u16)>,
    names: BTreeMap<TopicId, Arc<str>>,
}

impl Catalog {
    /// Adds a topic, or changes its name or count.
    pub fn set(&mut self, topic: TopicId, name: Arc<str>, partitions: u16) {
        self.remove(topic);
        self.names.insert(topic, name.clone());
        self.by_name.insert(name, (topic, partitions));
    }

    /// Forgets a topic.
    pub fn remove(&mut self, topic: TopicId) {
        if let Some(name) = self.names.remove(&topic) {
            self.by_name.remove(&name);
        }
    }

    /// A topic's name.
    pub fn name(&self, topic: TopicId) -> Option<Arc<str>> {
        self.names.get(&topic).cloned()
    }

    /// A topic's number and partition count.
    pub fn topic(&self, name: &str) -> Option<(TopicId, u16)> {
        self.by_name.get(name).copied()
    }
}
