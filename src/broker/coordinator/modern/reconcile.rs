//! How a member comes to its target: it gives up first, and takes what nobody has any more.

use std::collections::BTreeSet;

use super::member::{MemberState, ModernMember};
use super::{ModernGroup, Place};

impl ModernGroup {
    /// The member as it is after a request that says what it owns (`None`: as before). Kafka: `CurrentAssignmentBuilder`.
    pub(super) fn reconciled(&self, member: &ModernMember, owned: Option<&BTreeSet<Place>>) -> ModernMember {
        if member.is_reconciled_to(self.assignment_epoch) {
            return member.clone();
        }
        match member.state {
            MemberState::Stable | MemberState::UnreleasedPartitions => self.next(member, member.epoch, owned),
            MemberState::UnrevokedPartitions if still_owns(owned, &member.to_revoke) => member.clone(),
            MemberState::UnrevokedPartitions => self.next(member, member.epoch + 1, owned),
        }
    }

    fn next(&self, member: &ModernMember, epoch: i32, owned: Option<&BTreeSet<Place>>) -> ModernMember {
        let nothing = BTreeSet::new();
        let target = self.target.get(&member.id).unwrap_or(&nothing);
        let kept: BTreeSet<Place> = member.assigned.intersection(target).copied().collect();
        let to_revoke: BTreeSet<Place> = member.assigned.difference(&kept).copied().collect();
        if !to_revoke.is_empty() && still_owns(owned, &to_revoke) {
            let state = MemberState::UnrevokedPartitions;
            return ModernMember { state, before: member.epoch, epoch, assigned: kept, to_revoke, ..member.clone() };
        }
        let (wait, free): (Vec<Place>, Vec<Place>) = target.difference(&kept).partition(|place| self.is_held(**place));
        ModernMember {
            state: if wait.is_empty() { MemberState::Stable } else { MemberState::UnreleasedPartitions },
            before: member.epoch,
            epoch: i32::try_from(self.assignment_epoch).unwrap_or(i32::MAX),
            assigned: kept.into_iter().chain(free).collect(),
            to_revoke: BTreeSet::new(),
            ..member.clone()
        }
    }

    /// Whether somebody has a partition, or has not yet said that it gave it up.
    fn is_held(&self, place: Place) -> bool {
        self.members.values().any(|member| member.assigned.contains(&place) || member.to_revoke.contains(&place))
    }
}

/// Whether some of these are still owned; who does not say owns all.
fn still_owns(owned: Option<&BTreeSet<Place>>, places: &BTreeSet<Place>) -> bool {
    owned.is_none_or(|owned| !owned.is_disjoint(places))
}
