//! Range: each topic by itself.

use std::collections::BTreeMap;

use crate::sim::InOrder;

use super::Assignment;
use super::numbered::Numbered;
use super::racks::Racks;
use super::subscriber::Topics;

/// Topic by topic: with P partitions and M readers (static ones first) each gets P/M in a row, and the first P mod M
/// one more. So many topics of one partition all go to the first member. Where racks are known and differ, near
/// partitions are dealt first, within the same numbers.
pub(super) fn range(topics: &Topics, group: &Numbered<'_>) -> Assignment {
    let order = group.static_first();
    let mut dealt = vec![Vec::new(); group.members.len()];
    let mut states: Vec<OneTopic<'_>> = (0..group.topics()).map(|topic| OneTopic::new(topics, group, &order, topic)).collect();
    let by_racks = states.iter().any(|state| state.racks.matter);
    if by_racks {
        near_first(&mut states, group, &mut dealt);
    }
    for state in &mut states {
        state.deal(|_, _, _| true, &mut dealt);
    }
    if by_racks {
        for partitions in &mut dealt {
            partitions.in_order();
        }
    }
    group.named(&dealt)
}

/// What is left to deal of one topic. Kafka: `TopicAssignmentState`.
struct OneTopic<'a> {
    readers: Vec<usize>,
    racks: Racks<'a>,
    left: Vec<usize>,
    /// How many each member has, by the member's place.
    given: Vec<usize>,
    share: usize,
    /// How many may still have one more than the share.
    extra: usize,
}

impl<'a> OneTopic<'a> {
    fn new(topics: &'a Topics, group: &Numbered<'a>, order: &[usize], topic: usize) -> OneTopic<'a> {
        let readers: Vec<usize> = order.iter().copied().filter(|member| group.does_read(*member, topic)).collect();
        let left: Vec<usize> = group.of_topic(topic).collect();
        OneTopic {
            racks: Racks::of(topics, group, &readers, group.of_topic(topic)),
            share: left.len() / readers.len(),
            extra: left.len() % readers.len(),
            given: vec![0; group.members.len()],
            readers,
            left,
        }
    }

    fn room(&self, member: usize) -> usize {
        (self.share + usize::from(self.extra > 0)).saturating_sub(self.given[member])
    }

    fn give(&mut self, member: usize, partitions: &[usize], dealt: &mut [Vec<usize>]) {
        dealt[member].extend(partitions);
        self.given[member] += partitions.len();
        if self.given[member] > self.share {
            self.extra = self.extra.saturating_sub(1);
        }
        // Both are in order.
        self.left.retain(|partition| partitions.binary_search(partition).is_err());
    }

    /// Gives each reader in turn as many of those that it may have as it has room for.
    fn deal(&mut self, may: impl Fn(&Racks<'_>, usize, usize) -> bool, dealt: &mut [Vec<usize>]) {
        for at in 0..self.readers.len() {
            let member = self.readers[at];
            let fitting = self.left.iter().copied().filter(|partition| may(&self.racks, member, *partition));
            let run: Vec<usize> = fitting.take(self.room(member)).collect();
            if !run.is_empty() {
                self.give(member, &run, dealt);
            }
        }
    }
}

/// Deals near partitions. Topics with the same readers and as many partitions stay together: their partitions of one
/// number go to one member, or wait.
fn near_first(states: &mut [OneTopic<'_>], group: &Numbered<'_>, dealt: &mut [Vec<usize>]) {
    let mut alike: BTreeMap<(Vec<usize>, usize), Vec<usize>> = BTreeMap::new();
    for (topic, state) in states.iter().enumerate() {
        alike.entry((state.readers.clone(), state.left.len())).or_default().push(topic);
    }
    for ((mut readers, partitions), topics) in alike {
        if let [topic] = topics[..] {
            let state = &mut states[topic];
            if state.racks.matter {
                state.deal(|racks, member, partition| racks.match_or_none(member, partition), dealt);
            }
            continue;
        }
        for number in 0..partitions {
            let fits = |member: &usize| {
                topics.iter().all(|topic| {
                    let (state, partition) = (&states[*topic], group.of_topic(*topic).start + number);
                    state.racks.match_or_none(*member, partition) && state.room(*member) > 0
                })
            };
            let Some(member) = readers.iter().copied().find(fits) else { continue };
            for topic in &topics {
                states[*topic].give(member, &[group.of_topic(*topic).start + number], dealt);
            }
            if topics.iter().all(|topic| states[*topic].room(member) == 0) {
                readers.retain(|reader| *reader != member);
            }
        }
    }
}
