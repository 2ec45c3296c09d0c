//! What every assignor promises, over random groups.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;

use super::{Assignment, Assignor, ServerAssignor, Subscriber, Topics};

/// Topics of 1 to 9 partitions, and members that read some of them.
fn groups() -> impl Strategy<Value = (Topics, Vec<Subscriber>)> {
    let topics = prop::collection::vec(1u16..10, 1..5);
    let members = prop::collection::vec((1u8..16, any::<bool>()), 1..8);
    (topics, members, any::<bool>()).prop_map(|(counts, members, alike)| {
        let name = |topic: usize| Arc::from(format!("t{topic}"));
        let topics: BTreeMap<Arc<str>, u16> = counts.iter().enumerate().map(|(topic, count)| (name(topic), *count)).collect();
        let member = |(at, (reads, is_static)): (usize, &(u8, bool))| {
            let reads = (0..counts.len()).filter(|topic| alike || reads & (1 << topic) != 0).map(name);
            let instance = is_static.then(|| Arc::from(format!("i{}", 9 - at)));
            Subscriber { instance, ..Subscriber::new(format!("m{at}"), reads) }
        };
        (Topics::counted(topics), members.iter().enumerate().map(member).collect())
    })
}

type Assign = Box<dyn Fn(&Topics, &[Subscriber]) -> Assignment>;

/// All of them, as functions.
fn all() -> Vec<(&'static str, Assign)> {
    let mut all: Vec<(&'static str, Assign)> = Vec::new();
    for assignor in Assignor::ALL {
        all.push((assignor.name(), Box::new(move |topics, members| assignor.assign(topics, members))));
    }
    for assignor in ServerAssignor::ALL {
        all.push((assignor.name(), Box::new(move |topics, members| assignor.assign(topics, members))));
    }
    all
}

/// The members as they would come to the next rebalance.
fn afterwards(members: &[Subscriber], assignment: &Assignment, generation: i32) -> Vec<Subscriber> {
    let owning = |member: &Subscriber| member.clone().owning(generation, assignment[&member.id].iter().cloned());
    members.iter().map(owning).collect()
}

fn owners(assignment: &Assignment) -> BTreeMap<(Arc<str>, u16), Vec<Arc<str>>> {
    let mut owners: BTreeMap<(Arc<str>, u16), Vec<Arc<str>>> = BTreeMap::new();
    for (member, partitions) in assignment {
        for partition in partitions {
            owners.entry(partition.clone()).or_default().push(member.clone());
        }
    }
    owners
}

proptest! {
    #[test]
    fn every_partition_that_somebody_reads_has_one_owner_and_the_owner_reads_it((topics, members) in groups()) {
        for (name, assign) in all() {
            let owners = owners(&assign(&topics, &members));
            for (topic, count) in &topics.partitions {
                let readers: BTreeSet<&Arc<str>> =
                    members.iter().filter(|member| member.topics.contains(topic)).map(|member| &member.id).collect();
                for partition in 0..*count {
                    let owners = owners.get(&(topic.clone(), partition)).cloned().unwrap_or_default();
                    prop_assert_eq!(owners.len(), usize::from(!readers.is_empty()), "{}: {} {}", name, topic, partition);
                    prop_assert!(owners.iter().all(|owner| readers.contains(owner)), "{}", name);
                }
            }
        }
    }

    #[test]
    fn the_order_in_which_members_are_listed_makes_no_difference((topics, members) in groups(), owned in groups()) {
        let mut members = members;
        for (member, other) in members.iter_mut().zip(&owned.1) {
            let claims = other.topics.iter().map(|topic| (topic.clone(), 0));
            *member = member.clone().owning(1, claims);
        }
        let mut backwards = members.clone();
        backwards.reverse();
        for (name, assign) in all() {
            prop_assert_eq!(assign(&topics, &members), assign(&topics, &backwards), "{}", name);
        }
    }

    #[test]
    fn where_all_read_the_same_nobody_has_two_more_than_another((topics, members) in groups()) {
        let members: Vec<Subscriber> =
            members.into_iter().map(|member| Subscriber { topics: topics.partitions.keys().cloned().collect(), ..member }).collect();
        for (name, assign) in all().into_iter().filter(|(name, _)| *name != "range") {
            let sizes: Vec<usize> = assign(&topics, &members).values().map(Vec::len).collect();
            let (least, most) = (sizes.iter().min().copied().unwrap_or(0), sizes.iter().max().copied().unwrap_or(0));
            prop_assert!(most - least <= 1, "{}: {:?}", name, sizes);
        }
    }

    #[test]
    fn the_sticky_ones_move_nothing_when_nothing_changed((topics, members) in groups()) {
        for (name, assign) in all().into_iter().filter(|(name, _)| name.ends_with("sticky") || *name == "uniform") {
            let first = assign(&topics, &members);
            let again = assign(&topics, &afterwards(&members, &first, 1));
            prop_assert_eq!(owners(&first), owners(&again), "{}", name);
        }
    }

    #[test]
    fn where_all_read_the_same_a_newcomer_takes_its_share_and_nothing_else_moves((topics, members) in groups()) {
        let alike = |member: Subscriber| Subscriber { topics: topics.partitions.keys().cloned().collect(), ..member };
        let members: Vec<Subscriber> = members.into_iter().map(alike).collect();
        let newcomer = alike(Subscriber::new("new", []));
        let total: usize = topics.partitions.values().map(|count| usize::from(*count)).sum();
        for assignor in [Assignor::Sticky, Assignor::CooperativeSticky] {
            let first = assignor.assign(&topics, &members);
            let mut more = afterwards(&members, &first, 1);
            more.push(newcomer.clone());
            let second = assignor.assign(&topics, &more);
            for (member, partitions) in &first {
                let kept = second[member].iter().filter(|partition| partitions.contains(partition)).count();
                prop_assert_eq!(kept, second[member].len(), "{}: {} gets nothing that it had not", assignor.name(), member);
            }
            let left: usize = first.keys().map(|member| second[member].len()).sum();
            prop_assert!(total - left <= total.div_ceil(more.len()), "{}: no more is taken than the share", assignor.name());
            if assignor == Assignor::CooperativeSticky {
                prop_assert_eq!(second["new"].len(), 0, "it is given nothing before it is free");
                let third = assignor.assign(&topics, &afterwards(&more, &second, 2));
                prop_assert_eq!(third["new"].len(), total - left, "and all of that after");
            }
        }
    }

    #[test]
    fn a_cooperative_round_gives_nobody_what_another_still_owns((topics, members) in groups(), leaves in 0usize..8) {
        let first = Assignor::CooperativeSticky.assign(&topics, &members);
        let mut rest = afterwards(&members, &first, 1);
        if rest.len() > 1 {
            rest.remove(leaves % rest.len());
        }
        rest.push(Subscriber::new("new", topics.partitions.keys().cloned()));
        let second = Assignor::CooperativeSticky.assign(&topics, &rest);
        for member in &rest {
            for other in rest.iter().filter(|other| other.id != member.id) {
                let taken = second[&member.id].iter().find(|partition| other.owned.contains(partition));
                prop_assert_eq!(taken, None, "{} gets what {} has not let go of", member.id, other.id);
            }
        }
    }
}
