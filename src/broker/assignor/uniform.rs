//! Uniform, where all members read the same topics.

use super::Assignment;
use super::numbered::Numbered;

/// Of P partitions and M members each gets P/M, and the first P mod M one more. They keep what they have up to that;
/// then each is filled up before the next, first with what nobody had, then with what others had too many of. Kafka:
/// `UniformHomogeneousAssignmentBuilder`.
pub(super) fn uniform(group: &Numbered<'_>) -> Assignment {
    let members = group.members.len();
    let mut is_held = vec![false; group.partitions()];
    let mut owned: Vec<Vec<usize>> = Vec::with_capacity(members);
    for member in &group.members {
        let mut partitions: Vec<usize> = member.owned.iter().filter_map(|name| group.partition(name)).collect();
        partitions.sort_unstable();
        for partition in &partitions {
            is_held[*partition] = true;
        }
        owned.push(partitions);
    }
    let mut unassigned: Vec<usize> = (0..group.partitions()).filter(|partition| !is_held[*partition]).collect();
    let mut room = Vec::with_capacity(members);
    for (member, partitions) in owned.iter_mut().enumerate() {
        let share = group.partitions() / members + usize::from(member < group.partitions() % members);
        unassigned.extend(partitions.split_off(share.min(partitions.len())));
        room.push(share - partitions.len());
    }
    let mut unassigned = unassigned.into_iter();
    for (partitions, room) in owned.iter_mut().zip(room) {
        partitions.extend(unassigned.by_ref().take(room));
    }
    group.named(&owned)
}
