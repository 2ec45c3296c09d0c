//! What others may see of a group: plain values, copied out.

use std::sync::Arc;

use crate::broker::protocol::{MemberId, Opaque};
use crate::broker::{GroupState, GroupTimer, RebalanceWhy};
use crate::sim::{Actor, GroupId, Span};

use super::group::Group;
use super::member::Member;

/// A group as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupView {
    /// The group.
    pub group: GroupId,
    /// Its state.
    pub state: GroupState,
    /// What set off the last rebalance.
    pub why: RebalanceWhy,
    /// The initial delay runs: others are probably about to join as well.
    pub in_initial_delay: bool,
    /// Its generation, 0 before the first rebalance.
    pub generation: u32,
    /// The assignor that was chosen, by name; kept while the next one is being chosen.
    pub protocol: Option<Arc<str>>,
    /// The member that assigns.
    pub leader: Option<MemberId>,
    /// The members by id.
    pub members: Vec<MemberView>,
    /// Member ids that were given out and not yet used to join, sorted.
    pub pending: Vec<MemberId>,
}

/// A member as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct MemberView {
    /// The member's id.
    pub id: MemberId,
    /// `group.instance.id` of a static member.
    pub instance: Option<Arc<str>>,
    /// The process behind it.
    pub actor: Actor,
    /// Whether its JoinGroup waits for an answer.
    pub parked_in_join: bool,
    /// Whether its SyncGroup waits for an answer.
    pub parked_in_sync: bool,
    /// Its assignment as the leader wrote it; empty if it has none.
    pub assignment: Opaque,
    /// The timer that would remove it, if one is set.
    pub timer: Option<GroupTimer>,
    /// Its `session.timeout.ms`.
    pub session_timeout: Span,
}

/// Copies out what may be seen.
pub(super) fn of(group: &Group) -> GroupView {
    let member = |member: &Member| MemberView {
        id: member.id.clone(),
        instance: member.instance.clone(),
        actor: member.actor,
        parked_in_join: member.join.is_some(),
        parked_in_sync: member.sync.is_some(),
        assignment: member.assignment.clone(),
        timer: member.timer,
        session_timeout: member.session_timeout,
    };
    GroupView {
        group: group.id,
        state: group.state,
        why: group.why,
        in_initial_delay: group.initial.is_some(),
        generation: group.generation,
        protocol: group.protocol.clone(),
        leader: group.leader.clone(),
        members: group.members.values().map(member).collect(),
        pending: group.pending.keys().cloned().collect(),
    }
}
