//! A topic: its partitions' logs.

use crate::sim::TopicId;

use super::log::Log;

/// The most partitions that a topic can have here.
pub const MOST_PARTITIONS: u16 = 64;

/// A topic.
#[derive(Clone, Debug)]
pub struct Topic {
    /// Its number in the run.
    pub id: TopicId,
    /// The partitions, from 0.
    pub partitions: Vec<Log>,
}

impl Topic {
    /// An empty topic of 1 to 64 partitions.
    pub fn new(id: TopicId, partitions: u16) -> Topic {
        let count = usize::from(partitions.clamp(1, MOST_PARTITIONS));
        Topic { id, partitions: vec![Log::default(); count] }
    }

    /// How many partitions it has.
    pub fn count(&self) -> u16 {
        u16::try_from(self.partitions.len()).unwrap_or(MOST_PARTITIONS)
    }

    /// Adds partitions up to `partitions` (at most 64). A smaller number changes nothing: partitions only grow.
    pub fn grow(&mut self, partitions: u16) {
        let count = usize::from(partitions.min(MOST_PARTITIONS));
        while self.partitions.len() < count {
            self.partitions.push(Log::default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_has_1_to_64_partitions_and_they_only_grow() {
        assert_eq!(Topic::new(TopicId(0), 0).count(), 1);
        assert_eq!(Topic::new(TopicId(0), 900).count(), 64);
        let mut topic = Topic::new(TopicId(0), 3);
        topic.grow(2);
        assert_eq!(topic.count(), 3);
        topic.grow(5);
        assert_eq!(topic.count(), 5);
    }
}
