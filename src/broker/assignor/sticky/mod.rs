//! The sticky assignors: as even as can be, then as little moved as can be.

mod claims;
mod constrained;
mod general;
mod movements;

use crate::sim::Gather;

use super::Assignment;
use super::numbered::Numbered;
use super::racks::Racks;
use super::subscriber::{Subscriber, Topics};
use claims::Claims;

/// What was dealt, and what of it still belongs to somebody else: partition and new owner.
struct Dealt {
    to: Vec<Vec<usize>>,
    moving: Vec<(usize, usize)>,
}

/// Kafka: `StickyAssignor`.
pub(super) fn sticky(topics: &Topics, group: &Numbered<'_>) -> Assignment {
    group.named(&deal(topics, group, |member| member.generation).to)
}

/// The same, but a partition that moves is left out: nobody gets it before its owner has let go of it and a rebalance
/// has followed. Kafka: `CooperativeStickyAssignor`.
pub(super) fn cooperative(topics: &Topics, group: &Numbered<'_>) -> Assignment {
    // It reads the generation in the subscription, and only without one what the member itself remembers.
    let generation = |member: &Subscriber| match member.subscription_generation {
        0.. => member.subscription_generation,
        _ => member.generation,
    };
    let mut dealt = deal(topics, group, generation);
    for (partition, owner) in dealt.moving {
        dealt.to[owner].retain(|given| *given != partition);
    }
    group.named(&dealt.to)
}

fn deal(topics: &Topics, group: &Numbered<'_>, generation: fn(&Subscriber) -> i32) -> Dealt {
    if group.members.is_empty() {
        return Dealt { to: Vec::new(), moving: Vec::new() };
    }
    let claims = Claims::of(group, generation);
    let everybody: Vec<usize> = (0..group.members.len()).collect();
    let racks = Some(Racks::of(topics, group, &everybody, 0..group.partitions())).filter(|racks| racks.matter);
    if group.is_homogeneous {
        return constrained::deal(group, &claims, racks.as_ref());
    }
    let to = general::deal(group, claims, racks.as_ref());
    let moving = moving(group, &to);
    Dealt { to, moving }
}

/// What somebody gets that somebody else says to own and does not get.
fn moving(group: &Numbered<'_>, to: &[Vec<usize>]) -> Vec<(usize, usize)> {
    let owned_by = |member: usize| group.members[member].owned.iter().filter_map(|name| group.partition(name)).into_set();
    let (mut added, mut revoked) = (Vec::new(), vec![false; group.partitions()]);
    for (member, given) in to.iter().enumerate() {
        let owned = owned_by(member);
        let given = given.iter().copied().into_set();
        added.extend(given.difference(&owned).map(|partition| (*partition, member)));
        for partition in owned.difference(&given) {
            revoked[*partition] = true;
        }
    }
    added.retain(|(partition, _)| revoked[*partition]);
    added
}
