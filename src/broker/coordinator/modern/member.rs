//! A member of a group of the consumer protocol, as the coordinator keeps it.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::broker::assignor::{ServerAssignor, Subscriber};
use crate::broker::protocol::MemberId;
use crate::sim::{Actor, FactId, Span};

use super::{Catalog, Place};

/// How far a member has come towards its target. Kafka: `MemberState`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MemberState {
    /// It has all that it is to have, in its epoch.
    Stable,
    /// It must give partitions up, and has not said yet that it has.
    UnrevokedPartitions,
    /// Partitions of its target are still with others.
    UnreleasedPartitions,
}

impl MemberState {
    /// Kafka's own name.
    pub const fn name(self) -> &'static str {
        match self {
            MemberState::Stable => "STABLE",
            MemberState::UnrevokedPartitions => "UNREVOKED_PARTITIONS",
            MemberState::UnreleasedPartitions => "UNRELEASED_PARTITIONS",
        }
    }
}

/// The epoch of a static member that has left for a while.
pub(super) const AWAY: i32 = -2;

/// A member. Kafka: `ConsumerGroupMember`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ModernMember {
    pub id: MemberId,
    /// Names its timers; never used again in its group.
    pub number: u32,
    /// The process that last spoke under this id.
    pub actor: Actor,
    pub instance: Option<Arc<str>>,
    pub rack: Option<Arc<str>>,
    pub rebalance_timeout: Span,
    pub topics: BTreeSet<Arc<str>>,
    pub assignor: Option<ServerAssignor>,
    /// 0 before its first target; [`AWAY`] for a static member that is away.
    pub epoch: i32,
    /// Its epoch before this one; a request that still has it is believed if its answer may have been lost.
    pub before: i32,
    pub state: MemberState,
    /// What it has or may take.
    pub assigned: BTreeSet<Place>,
    /// What it must give up.
    pub to_revoke: BTreeSet<Place>,
    /// What brought its last request.
    pub last_contact: FactId,
}

impl ModernMember {
    /// A member that nobody has heard of.
    pub fn new(id: MemberId, number: u32, actor: Actor, contact: FactId) -> ModernMember {
        ModernMember {
            id,
            number,
            actor,
            instance: None,
            rack: None,
            rebalance_timeout: Span::ZERO,
            topics: BTreeSet::new(),
            assignor: None,
            epoch: 0,
            before: -1,
            state: MemberState::Stable,
            assigned: BTreeSet::new(),
            to_revoke: BTreeSet::new(),
            last_contact: contact,
        }
    }

    /// Whether it has arrived at a target.
    pub fn is_reconciled_to(&self, epoch: u32) -> bool {
        self.state == MemberState::Stable && i64::from(self.epoch) == i64::from(epoch)
    }

    /// As an assignor sees it; `target` is what it was given last.
    pub fn subscriber(&self, catalog: &Catalog, target: Option<&BTreeSet<Place>>) -> Subscriber {
        let named = |(topic, partition): &Place| Some((catalog.name(*topic)?, *partition));
        Subscriber {
            instance: self.instance.clone(),
            rack: self.rack.clone(),
            owned: target.into_iter().flatten().filter_map(named).collect(),
            ..Subscriber::new(self.id.clone(), self.topics.iter().cloned())
        }
    }
}
