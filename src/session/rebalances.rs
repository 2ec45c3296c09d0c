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
            Fact::Net(NetFact::Sent { wire, api, .. }) => self.belongs(index, wire, errand(api)),
            Fact::Net(NetFact::Arrived { wire, .. }) => {
                let sent = self.all_facts().get(entry.cause.trigger.index()).map(|entry| entry.fact);
                let Some(Fact::Net(NetFact::Sent { api, .. })) = sent else { return false };
                self.belongs(index, wire, errand(api))
            }
            _ => false,
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
        matches!(
            last,
            Some(
                GroupState::PreparingRebalance
                    | GroupState::CompletingRebalance
                    | GroupState::Assigning
                    | GroupState::Reconciling
            )
        )
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
