//! A member of a group, as the coordinator keeps it.

use std::sync::Arc;

use crate::broker::GroupTimer;
use crate::broker::protocol::{MemberId, MemberMetadata, Opaque, ReplyTo};
use crate::sim::{Actor, FactId, Span};

/// A member. Kafka: `ClassicGroupMember`.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub id: MemberId,
    /// Names its timers; never used again in its group.
    pub number: u32,
    /// The process that last joined under this id.
    pub actor: Actor,
    /// `group.instance.id` of a static member.
    pub instance: Option<Arc<str>>,
    pub session_timeout: Span,
    pub rebalance_timeout: Span,
    /// Assignors with the member's subscription, the preferred one first.
    pub protocols: Arc<[(Arc<str>, Opaque)]>,
    /// What the leader assigned; empty before that.
    pub assignment: Opaque,
    /// A JoinGroup that waits for the join phase to end.
    pub join: Option<ReplyTo>,
    /// A SyncGroup that waits for the leader's assignment.
    pub sync: Option<ReplyTo>,
    /// Until its first join phase ends: it may be dropped while parked.
    pub is_new: bool,
    /// The timer that would remove it, if one is set: there is never more than one.
    pub timer: Option<GroupTimer>,
    /// What brought the last request that kept it alive.
    pub last_contact: FactId,
}

impl Member {
    /// Whether it needs no heartbeat: its own request waits for others. A new member is no such case, since its
    /// client may have given up and come again under another id. Kafka: `hasSatisfiedHeartbeat`.
    pub fn is_excused(&self) -> bool {
        !self.is_new && (self.join.is_some() || self.sync.is_some())
    }

    /// Whether it lists that assignor.
    pub fn supports(&self, protocol: &str) -> bool {
        self.protocols.iter().any(|(name, _)| &**name == protocol)
    }

    /// Its subscription for an assignor; empty if it does not list it.
    pub fn subscription(&self, protocol: &str) -> Opaque {
        let listed = self.protocols.iter().find(|(name, _)| &**name == protocol);
        listed.map_or_else(|| Arc::from([]), |(_, subscription)| subscription.clone())
    }

    /// What the leader is told of it.
    pub fn for_leader(&self, protocol: &str) -> MemberMetadata {
        (self.id.clone(), self.instance.clone(), self.subscription(protocol))
    }
}
