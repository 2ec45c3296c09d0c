//! What the members say that they own, and who is believed.

use std::collections::{BTreeMap, BTreeSet};

use crate::sim::Gather;

use super::super::numbered::Numbered;
use super::super::subscriber::Subscriber;

/// The claims of all members. Kafka: `AbstractStickyAssignor.allSubscriptionsEqual`.
pub(super) struct Claims {
    /// What each member is believed to own.
    pub owned: Vec<Vec<usize>>,
    /// What two members of one generation claimed: it is nobody's.
    pub doubly: BTreeSet<usize>,
    /// Who had a partition in an older generation, the latest of them. Kafka: `prevAssignment`.
    pub before: BTreeMap<usize, usize>,
}

impl Claims {
    /// Members are heard in the order of their ids; of each, the generation of its claims is asked for.
    pub fn of(group: &Numbered<'_>, generation: fn(&Subscriber) -> i32) -> Claims {
        let mut owned: Vec<Vec<usize>> = vec![Vec::new(); group.members.len()];
        let mut doubly = BTreeSet::new();
        let mut heard: BTreeMap<usize, usize> = BTreeMap::new();
        for (member, subscriber) in group.members.iter().enumerate() {
            for partition in subscriber.owned.iter().filter_map(|name| group.partition(name)) {
                let Some(other) = heard.get(&partition).copied() else {
                    owned[member].push(partition);
                    heard.insert(partition, member);
                    continue;
                };
                let theirs = group.members[other].subscription_generation;
                if generation(subscriber) < theirs {
                    continue;
                }
                owned[other].retain(|claimed| *claimed != partition);
                heard.insert(partition, member);
                if generation(subscriber) == theirs {
                    doubly.insert(partition);
                } else {
                    owned[member].push(partition);
                }
            }
        }
        Claims { owned, doubly, before: before(group, generation) }
    }
}

fn before(group: &Numbered<'_>, generation: fn(&Subscriber) -> i32) -> BTreeMap<usize, usize> {
    let newest = group.members.iter().map(|member| generation(member)).max().unwrap_or(-1);
    let mut latest: BTreeMap<usize, (usize, i32)> = BTreeMap::new();
    for (member, subscriber) in group.members.iter().enumerate() {
        let generation = generation(subscriber);
        if generation == newest {
            continue;
        }
        for partition in subscriber.owned.iter().filter_map(|name| group.partition(name)) {
            if latest.get(&partition).is_none_or(|(_, known)| generation > *known) {
                latest.insert(partition, (member, generation));
            }
        }
    }
    latest.into_iter().map(|(partition, (member, _))| (partition, member)).into_map()
}
