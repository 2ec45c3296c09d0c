//! What others may see of a group of the consumer protocol: plain values, copied out.

use std::sync::Arc;

use crate::broker::protocol::MemberId;
use crate::broker::{GroupState, RebalanceWhy};
use crate::sim::{Actor, Span};

use super::member::{MemberState, ModernMember};
use super::{ModernGroup, Place};

/// A group as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct ModernView {
    /// Its state.
    pub state: GroupState,
    /// What changed it last.
    pub why: RebalanceWhy,
    /// Counts the changes of members and subscriptions.
    pub epoch: u32,
    /// The epoch that the target was computed for.
    pub assignment_epoch: u32,
    /// The members by id.
    pub members: Vec<ModernMemberView>,
}

/// A member as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct ModernMemberView {
    /// The member's id.
    pub id: MemberId,
    /// `group.instance.id` of a static member.
    pub instance: Option<Arc<str>>,
    /// The process behind it.
    pub actor: Actor,
    /// Its epoch; −2 of a static member that has left for a while.
    pub epoch: i32,
    /// How far it has come towards its target.
    pub state: MemberState,
    /// What it has or may take.
    pub assigned: Vec<Place>,
    /// What it must give up.
    pub to_revoke: Vec<Place>,
    /// Names its timers.
    pub number: u32,
    /// How long it may take to give partitions up.
    pub rebalance_timeout: Span,
}

/// Copies out what may be seen.
pub(super) fn of(group: &ModernGroup) -> ModernView {
    let member = |member: &ModernMember| ModernMemberView {
        id: member.id.clone(),
        instance: member.instance.clone(),
        actor: member.actor,
        epoch: member.epoch,
        state: member.state,
        assigned: member.assigned.iter().copied().collect(),
        to_revoke: member.to_revoke.iter().copied().collect(),
        number: member.number,
        rebalance_timeout: member.rebalance_timeout,
    };
    ModernView {
        state: group.state,
        why: group.why,
        epoch: group.epoch,
        assignment_epoch: group.assignment_epoch,
        members: group.members.values().map(member).collect(),
    }
}
