//! What happens in the broker and its clients, and the timers that both set.

use crate::net::Post;
use crate::sim::{Actor, Emit, GroupId, MessageId, RecordId, TopicId};

use super::parking::Ticket;
use super::protocol::{BrokerCargo, ErrorCode};

/// States of a group, as in Kafka's two protocols.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GroupState {
    /// No members.
    Empty,
    /// Waiting for all members to join.
    PreparingRebalance,
    /// Waiting for the leader's assignment.
    CompletingRebalance,
    /// Every member has its assignment.
    Stable,
    /// Of the consumer protocol: the target is not computed for the newest epoch yet.
    Assigning,
    /// Of the consumer protocol: some members have not come to their target yet.
    Reconciling,
    /// Gone.
    Dead,
}

impl GroupState {
    /// Whether the group is on its way to another assignment.
    pub const fn is_rebalancing(self) -> bool {
        match self {
            GroupState::PreparingRebalance
            | GroupState::CompletingRebalance
            | GroupState::Assigning
            | GroupState::Reconciling => true,
            GroupState::Empty | GroupState::Stable | GroupState::Dead => false,
        }
    }
}

/// What made a group rebalance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RebalanceWhy {
    /// A member joined, or joined again with changes.
    Joined,
    /// A member left.
    Left,
    /// A member sent nothing for `session.timeout.ms`.
    SessionExpired,
    /// A member did not rejoin or sync within the rebalance timeout.
    RebalanceTimeout,
    /// Another process took a member's place by its `group.instance.id`.
    Replaced,
    /// The group has more members than `group.max.size`.
    GroupFull,
    /// The broker came back with the group as it was last written.
    BrokerRestarted,
}

/// What happened in the broker or one of its clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BrokerFact {
    /// The broker appended a record.
    Appended {
        /// Where it lies.
        record: RecordId,
        /// What it holds.
        message: MessageId,
    },
    /// A producer got its acknowledgement.
    Acked {
        /// Where the record lies.
        record: RecordId,
        /// What it holds.
        message: MessageId,
    },
    /// A producer gave a request up after `request.timeout.ms` or a broken connection, and will try again.
    ProduceRetried {
        /// What it holds.
        message: MessageId,
        /// The attempt that failed, from 1.
        attempt: u32,
    },
    /// A producer gave a message up after `delivery.timeout.ms`.
    ProduceFailed {
        /// What it holds.
        message: MessageId,
    },
    /// A consumer got a record: its position moved past it.
    Fetched {
        /// The group.
        group: GroupId,
        /// Where it lies.
        record: RecordId,
        /// What it holds.
        message: MessageId,
    },
    /// A consumer was told to fetch no more of a partition that it is assigned, or to fetch on.
    ReadingPaused {
        /// The group.
        group: GroupId,
        /// The topic.
        topic: TopicId,
        /// The partition.
        partition: u16,
        /// Whether it stops.
        paused: bool,
    },
    /// The coordinator wrote a committed offset.
    OffsetCommitted {
        /// The group.
        group: GroupId,
        /// The topic.
        topic: TopicId,
        /// The partition.
        partition: u16,
        /// The next offset to read.
        offset: u32,
    },
    /// The coordinator refused to write a committed offset.
    OffsetCommitRefused {
        /// The group.
        group: GroupId,
        /// The topic.
        topic: TopicId,
        /// The partition.
        partition: u16,
        /// Why.
        error: ErrorCode,
    },
    /// The coordinator added a member.
    MemberAdded {
        /// The group.
        group: GroupId,
        /// The process behind the member.
        member: Actor,
    },
    /// The coordinator removed a member.
    MemberRemoved {
        /// The group.
        group: GroupId,
        /// The process behind the member.
        member: Actor,
        /// Why.
        why: RebalanceWhy,
    },
    /// A group changed its state.
    GroupBecame {
        /// The group.
        group: GroupId,
        /// The generation.
        generation: u32,
        /// The state.
        state: GroupState,
        /// What set off the rebalance that this belongs to.
        why: RebalanceWhy,
    },
    /// A member was given a partition and will read it from there.
    Assigned {
        /// The group.
        group: GroupId,
        /// The generation.
        generation: u32,
        /// The topic.
        topic: TopicId,
        /// The partition.
        partition: u16,
        /// The position that it starts from.
        offset: u32,
    },
    /// A member gave a partition up, or learned that it had lost it.
    Revoked {
        /// The group.
        group: GroupId,
        /// The generation.
        generation: u32,
        /// The topic.
        topic: TopicId,
        /// The partition.
        partition: u16,
        /// Lost without a chance to finish, rather than given up.
        lost: bool,
    },
    /// A power loss took records from the end of a log, since they were not on disk yet.
    LogCut {
        /// The topic.
        topic: TopicId,
        /// The partition.
        partition: u16,
        /// The first of them; the log ends there now.
        from: u32,
        /// How many.
        records: u32,
    },
    /// A power loss took commits, since they were not on disk yet: the committed offset is an older one again.
    CommitsLost {
        /// The group.
        group: GroupId,
        /// The topic.
        topic: TopicId,
        /// The partition.
        partition: u16,
        /// The committed offset as it was written last; none if none was.
        offset: Option<u32>,
    },
    /// A consumer learned that its coordinator will not have it as a member.
    MembershipRefused {
        /// The group.
        group: GroupId,
        /// Why.
        error: ErrorCode,
    },
}

/// Timers of a group's coordinator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupTimer {
    /// The initial rebalance delay, or the join phase's limit.
    Join(GroupId),
    /// The sync phase's limit.
    Sync(GroupId),
    /// A member's session; members are numbered by the coordinator.
    Session(GroupId, u32),
    /// A pending member id's session.
    Pending(GroupId, u32),
    /// A new member's limit for a parked join.
    NewMember(GroupId, u32),
    /// Of the consumer protocol: a member's limit for giving partitions up.
    Revoke(GroupId, u32),
}

impl GroupTimer {
    /// The group.
    pub const fn group(self) -> GroupId {
        match self {
            GroupTimer::Join(group)
            | GroupTimer::Sync(group)
            | GroupTimer::Session(group, _)
            | GroupTimer::Pending(group, _)
            | GroupTimer::NewMember(group, _)
            | GroupTimer::Revoke(group, _) => group,
        }
    }
}

/// Timers of a producer or consumer, by the wire (its port) that it serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClientTimer {
    /// A request's timeout: the port, the request.
    Request(u32, u32),
    /// The next heartbeat of the consumer on that port.
    Heartbeat(u32),
    /// The next attempt after a failure on that port.
    Retry(u32),
    /// `delivery.timeout.ms` of the oldest message of the producer on that port.
    Delivery(u32),
    /// `max.poll.interval.ms` of the consumer on that port.
    Poll(u32),
}

impl ClientTimer {
    /// The port of the producer or consumer that set it.
    pub const fn port(self) -> u32 {
        match self {
            ClientTimer::Request(port, _)
            | ClientTimer::Heartbeat(port)
            | ClientTimer::Retry(port)
            | ClientTimer::Delivery(port)
            | ClientTimer::Poll(port) => port,
        }
    }
}

/// Timers of the broker and its clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BrokerTimer {
    /// Of a group's coordinator.
    Group(GroupTimer),
    /// A parked fetch's `fetch.max.wait.ms`.
    Fetch(Ticket),
    /// Of a producer or consumer.
    Client(ClientTimer),
}

/// What the broker and its clients emit into.
pub trait BrokerOut: Emit<BrokerFact, Post<BrokerCargo>, BrokerTimer> {}
impl<T: Emit<BrokerFact, Post<BrokerCargo>, BrokerTimer>> BrokerOut for T {}
