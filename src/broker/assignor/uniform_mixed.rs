//! Uniform, where members read different topics: fill up, then even out topic by topic.

use crate::sim::InOrder;

use super::Assignment;
use super::balancer::Balancer;
use super::numbered::Numbered;

/// How often all topics are gone through to even out the loads. Kafka: `MAX_ITERATION_COUNT`.
const ROUNDS: usize = 16;

/// Members keep what they have and still read. What nobody has goes to the least loaded reader, topic by topic, those
/// with the most partitions a reader first. Then the most loaded readers of a topic give to the least loaded, as long
/// as that helps, for at most 16 rounds. Kafka: `UniformHeterogeneousAssignmentBuilder`.
pub(super) fn uniform_mixed(group: &Numbered<'_>) -> Assignment {
    let mut target = Target { owner: vec![None; group.partitions()], sizes: vec![0; group.members.len()] };
    for (member, subscriber) in group.members.iter().enumerate() {
        for partition in subscriber.owned.iter().filter_map(|name| group.partition(name)) {
            if group.does_read(member, group.topic_of(partition)) {
                target.give(partition, member);
            }
        }
    }
    let topics = topics_in_order(group);
    for topic in &topics {
        let mut balancer = Balancer::new(&group.readers[*topic], &target.sizes);
        for partition in group.of_topic(*topic) {
            if target.owner[partition].is_none() {
                let member = balancer.next_least_loaded(&target.sizes);
                target.give(partition, member);
            }
        }
    }
    even_out(group, &mut target, &topics);
    let mut dealt = vec![Vec::new(); group.members.len()];
    for (partition, owner) in target.owner.iter().enumerate() {
        if let Some(owner) = owner {
            dealt[*owner].push(partition);
        }
    }
    group.named(&dealt)
}

/// Topics with many partitions a reader first, then those with few readers, then by name.
fn topics_in_order(group: &Numbered<'_>) -> Vec<usize> {
    let mut topics: Vec<usize> = (0..group.topics()).collect();
    let (partitions, readers) = (|topic: usize| group.of_topic(topic).len(), |topic: usize| group.readers[topic].len());
    topics.in_order_by(|a, b| {
        let (one, other) = (partitions(*a) * readers(*b), partitions(*b) * readers(*a));
        other.cmp(&one).then(readers(*a).cmp(&readers(*b)))
    });
    topics
}

fn even_out(group: &Numbered<'_>, target: &mut Target, topics: &[usize]) {
    let topics: Vec<usize> = topics.iter().copied().filter(|topic| group.readers[*topic].len() >= 2).collect();
    let mut last = None;
    for _ in 0..ROUNDS {
        for topic in &topics {
            if last == Some(*topic) {
                // All topics since have moved nothing.
                return;
            }
            if target.even_out_topic(group, *topic) || last.is_none() {
                last = Some(*topic);
            }
        }
    }
}

struct Target {
    owner: Vec<Option<usize>>,
    sizes: Vec<usize>,
}

impl Target {
    fn give(&mut self, partition: usize, member: usize) {
        if let Some(former) = self.owner[partition].replace(member) {
            self.sizes[former] -= 1;
        }
        self.sizes[member] += 1;
    }

    /// Gives whether a partition has moved.
    fn even_out_topic(&mut self, group: &Numbered<'_>, topic: usize) -> bool {
        let mut balancer = Balancer::new(&group.readers[topic], &self.sizes);
        if balancer.is_balanced_at_first() {
            return false;
        }
        // What each member could give, the last partition first.
        let mut held: Vec<Vec<usize>> = vec![Vec::new(); group.members.len()];
        for partition in group.of_topic(topic) {
            if let Some(owner) = self.owner[partition] {
                held[owner].push(partition);
            }
        }
        let mut has_moved = false;
        loop {
            let partition = loop {
                let Some(member) = balancer.next_most_loaded(&self.sizes) else { return has_moved };
                match held[member].pop() {
                    Some(partition) => break partition,
                    None => balancer.exclude_most_loaded(),
                }
            };
            let member = balancer.next_least_loaded(&self.sizes);
            if balancer.is_balanced() {
                return has_moved;
            }
            self.give(partition, member);
            has_moved = true;
        }
    }
}
