//! The one request of the consumer protocol (KIP-848), and its answer.

use std::sync::Arc;

use crate::broker::assignor::ServerAssignor;
use crate::sim::{GroupId, Span, TopicId};

use super::{ErrorCode, MemberId};

/// ConsumerGroupHeartbeat, the one request of the consumer protocol (KIP-848).
#[derive(Clone, Debug, PartialEq)]
pub struct ConsumerHeartbeat {
    /// The group.
    pub group: GroupId,
    /// The member's id, which it chose itself.
    pub member: MemberId,
    /// Its epoch: 0 joins, −1 leaves, −2 leaves for a while.
    pub epoch: i32,
    /// `group.instance.id` of a static member.
    pub instance: Option<Arc<str>>,
    /// `client.rack`.
    pub rack: Option<Arc<str>>,
    /// `max.poll.interval.ms`; left out where it has not changed.
    pub rebalance_timeout: Option<Span>,
    /// The topics that it reads; left out where they have not changed.
    pub topics: Option<Arc<[Arc<str>]>>,
    /// `group.remote.assignor`; left out where it has none, or it has not changed.
    pub assignor: Option<ServerAssignor>,
    /// What it owns; left out where that has not changed.
    pub owned: Option<Arc<[(TopicId, u16)]>>,
}

impl ConsumerHeartbeat {
    /// One that says only that the member is there, in that epoch.
    pub fn alive(group: GroupId, member: MemberId, epoch: i32) -> ConsumerHeartbeat {
        let (instance, rack, rebalance_timeout, topics, assignor, owned) = (None, None, None, None, None, None);
        ConsumerHeartbeat { group, member, epoch, instance, rack, rebalance_timeout, topics, assignor, owned }
    }
}

/// ConsumerGroupHeartbeat's answer.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsumerHeartbeatAnswer {
    /// What went wrong, if anything.
    pub error: ErrorCode,
    /// The member's id; empty with an error.
    pub member: MemberId,
    /// The member's epoch; 0 with an error.
    pub epoch: i32,
    /// When the broker wants to hear of the member again.
    pub interval: Span,
    /// What the member is to own now; none where that has not changed.
    pub assignment: Option<Arc<[(TopicId, u16)]>>,
}

impl ConsumerHeartbeatAnswer {
    /// An answer that says only what went wrong.
    pub fn refusal(error: ErrorCode) -> ConsumerHeartbeatAnswer {
        ConsumerHeartbeatAnswer { error, member: "".into(), epoch: 0, interval: Span::ZERO, assignment: None }
    }
}
