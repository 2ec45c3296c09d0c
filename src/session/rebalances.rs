//! Which facts belong to a rebalance: the requests and responses by which members join, sync and leave, heartbeats while it
//! goes on, and what the coordinator and the members made of them.

use crate::board::WireKind;
use crate::broker::protocol::{Errand, errand};
use crate::broker::{BrokerFact, GroupState};
use crate::net::NetFact;
use crate::sim::{GroupId, WireId};
use crate::world::{Entry, Fact};

use super::Session;

impl Session {
    /// Whether the fact of an index up to the frontier belongs to a rebalance.
    pub fn is_of_a_rebalance(&self, index: usize, entry: &Entry) -> bool {
        match entry.fact {
            Fact::Broker(fact) => is_group_fact(&fact),
            Fact::Net(NetFact::Sent { wire, .. } | NetFact::Arrived { wire, .. }) => {
                self.api_of(entry).is_some_and(|api| self.belongs(index, wire, errand(api)))
            }
            _ => false,
        }
    }

    /// Which request or response it is that was sent, or that arrived, with a fact.
    pub fn api_of(&self, entry: &Entry) -> Option<u8> {
        let sent = match entry.fact {
            Fact::Net(NetFact::Arrived { .. }) => self.all_facts().get(entry.cause.trigger.index())?.fact,
            fact => fact,
        };
        match sent {
            Fact::Net(NetFact::Sent { api, .. }) => Some(api),
            _ => None,
        }
    }

    fn belongs(&self, index: usize, wire: WireId, errand: Errand) -> bool {
        match errand {
            Errand::Rebalance => true,
            Errand::Heartbeat => self.group_of(wire).is_some_and(|group| self.rebalances_at(index, group)),
            Errand::Other => false,
        }
    }

    fn group_of(&self, wire: WireId) -> Option<GroupId> {
        match &self.board().wire(wire)?.is {
            WireKind::Consume { group, .. } => self.world().names().group_id(group),
            _ => None,
        }
    }

    /// Whether a group was on its way to another assignment when the fact of an index happened.
    fn rebalances_at(&self, index: usize, of: GroupId) -> bool {
        let notable = &self.record.notable;
        let before = &notable[..notable.partition_point(|(id, _)| id.index() <= index)];
        let last = before.iter().rev().find_map(|(_, entry)| match entry.fact {
            Fact::Broker(BrokerFact::GroupBecame { group, state, .. }) if group == of => Some(state),
            _ => None,
        });
        last.is_some_and(GroupState::is_rebalancing)
    }
}

fn is_group_fact(fact: &BrokerFact) -> bool {
    matches!(
        fact,
        BrokerFact::GroupBecame { .. }
            | BrokerFact::MemberAdded { .. }
            | BrokerFact::MemberRemoved { .. }
            | BrokerFact::Assigned { .. }
            | BrokerFact::Revoked { .. }
    )
}
