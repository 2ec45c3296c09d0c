//! A group by numbers: members, topics and partitions as places in sorted lists, so that assigning compares no texts.

use std::sync::Arc;

use crate::sim::{Gather, InOrder};

use super::Assignment;
use super::subscriber::{Subscriber, Topics, java_order, static_first};

/// Members by id, topics by name, each in Java's order; partitions by topic, then number.
pub(super) struct Numbered<'a> {
    pub members: Vec<&'a Subscriber>,
    /// Those with metadata that somebody reads: name and partition count.
    topics: Vec<(&'a Arc<str>, u16)>,
    /// The topic of each partition.
    topic_of: Vec<usize>,
    /// The first partition of each topic.
    first: Vec<usize>,
    /// The topics that each member reads.
    pub reads: Vec<Vec<usize>>,
    /// The members that read each topic.
    pub readers: Vec<Vec<usize>>,
    /// Whether all members list the same topics, also those without metadata.
    pub is_homogeneous: bool,
}

impl<'a> Numbered<'a> {
    pub fn of(topics: &'a Topics, members: &'a [Subscriber]) -> Numbered<'a> {
        let mut sorted: Vec<&Subscriber> = members.iter().collect();
        sorted.in_order_by(|a, b| java_order(&a.id, &b.id));
        let wanted = members.iter().flat_map(|member| member.topics.iter()).into_set();
        let known = wanted.into_iter().filter_map(|name| topics.partitions.get_key_value(name));
        let mut named: Vec<(&Arc<str>, u16)> =
            known.map(|(name, count)| (name, *count)).filter(|(_, count)| *count > 0).collect();
        named.in_order_by(|a, b| java_order(a.0, b.0));

        let places = named.iter().enumerate().map(|(place, (name, _))| (*name, place)).into_map();
        let reads_of = |member: &&Subscriber| -> Vec<usize> {
            member.topics.iter().filter_map(|name| places.get(name).copied()).into_set().into_iter().collect()
        };
        let reads: Vec<Vec<usize>> = sorted.iter().map(reads_of).collect();
        let mut readers = vec![Vec::new(); named.len()];
        for (member, topics) in reads.iter().enumerate() {
            for topic in topics {
                readers[*topic].push(member);
            }
        }
        let (mut topic_of, mut first) = (Vec::new(), Vec::new());
        for (topic, (_, count)) in named.iter().enumerate() {
            first.push(topic_of.len());
            topic_of.extend(std::iter::repeat_n(topic, usize::from(*count)));
        }
        let listed = members.iter().map(|member| member.topics.iter().into_set());
        let is_homogeneous = listed.collect::<Vec<_>>().windows(2).all(|pair| pair[0] == pair[1]);
        Numbered { members: sorted, topics: named, topic_of, first, reads, readers, is_homogeneous }
    }

    /// How many topics there are.
    pub fn topics(&self) -> usize {
        self.topics.len()
    }

    /// How many partitions there are.
    pub fn partitions(&self) -> usize {
        self.topic_of.len()
    }

    pub fn topic_of(&self, partition: usize) -> usize {
        self.topic_of[partition]
    }

    /// The partitions of a topic.
    pub fn of_topic(&self, topic: usize) -> std::ops::Range<usize> {
        let first = self.first[topic];
        first..first + usize::from(self.topics[topic].1)
    }

    /// A partition's number in its topic.
    pub fn number(&self, partition: usize) -> usize {
        partition - self.first[self.topic_of[partition]]
    }

    /// A partition by name; `None` if it is of no topic here, or beyond its end.
    pub fn partition(&self, (topic, number): &(Arc<str>, u16)) -> Option<usize> {
        let place = self.topics.binary_search_by(|(name, _)| java_order(name, topic)).ok()?;
        (*number < self.topics[place].1).then(|| self.first[place] + usize::from(*number))
    }

    /// A partition's name.
    pub fn name(&self, partition: usize) -> (Arc<str>, u16) {
        let topic = self.topic_of[partition];
        (self.topics[topic].0.clone(), (partition - self.first[topic]) as u16)
    }

    /// The members with the static ones first.
    pub fn static_first(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.members.len()).collect();
        order.in_order_by(|a, b| static_first(self.members[*a], self.members[*b]));
        order
    }

    /// Whether a member reads a topic.
    pub fn does_read(&self, member: usize, topic: usize) -> bool {
        self.reads[member].binary_search(&topic).is_ok()
    }

    /// What was dealt to each member, by name.
    pub fn named(&self, dealt: &[Vec<usize>]) -> Assignment {
        let list = |partitions: &Vec<usize>| partitions.iter().map(|partition| self.name(*partition)).collect();
        self.members.iter().zip(dealt).map(|(member, partitions)| (member.id.clone(), list(partitions))).into_map()
    }
}
