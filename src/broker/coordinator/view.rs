//! What others may see of a group: plain values, copied out.

use std::sync::Arc;

use crate::broker::GroupState;
use crate::broker::protocol::{MemberId, Opaque};
use crate::sim::{Actor, GroupId};

/// A group as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupView {
    /// The group.
    pub group: GroupId,
    /// Its state.
    pub state: GroupState,
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
}
