//! What a fact says, apart from numbers that are local to a branch: so facts of two branches can be compared.

use crate::board::Names;
use crate::broker::BrokerFact;
use crate::net::{NetFact, PacketId};
use crate::service::ServiceFact;
use crate::sim::{FactHash, FactHasher, GroupId, TableId, TopicId};
use crate::store::StoreFact;
use crate::world::{Acted, Edited, Entry, Fact};

/// The hash of what a fact says and of whom. Packets and transactions are numbered anew in each branch, and causes are
/// numbers of facts: they are left out. Topics, groups and tables go by their names.
pub(super) fn content(entry: &Entry, names: &Names) -> FactHash {
    let mut plain = Plain { names, hasher: FactHasher::default() };
    let mut fact = entry.fact;
    match &mut fact {
        Fact::Net(fact) => plain.net(fact),
        Fact::Broker(fact) => plain.broker(fact),
        Fact::Store(fact) => plain.store(fact),
        Fact::Acted(Acted::Edited { what: Edited::Topic(topic) }) => plain.topic(topic),
        Fact::Service(ServiceFact::DeadLettered { topic, .. }) => plain.topic(topic),
        Fact::Acted(_) | Fact::Process(_) | Fact::Rpc(_) | Fact::Service(_) | Fact::Limit(_) => {}
    }
    plain.hasher.add(&(entry.who, fact));
    plain.hasher.value()
}

/// Takes numbers out of a fact, and adds the names in their place.
struct Plain<'a> {
    names: &'a Names,
    hasher: FactHasher,
}

impl Plain<'_> {
    fn topic(&mut self, id: &mut TopicId) {
        self.hasher.add(&self.names.topic(*id));
        *id = TopicId(0);
    }

    fn group(&mut self, id: &mut GroupId) {
        self.hasher.add(&self.names.group(*id));
        *id = GroupId(0);
    }

    fn table(&mut self, id: &mut TableId) {
        self.hasher.add(&self.names.table(*id));
        *id = TableId(0);
    }

    fn net(&mut self, fact: &mut NetFact) {
        match fact {
            NetFact::Sent { packet, .. }
            | NetFact::Carries { packet, .. }
            | NetFact::Arrived { packet, .. }
            | NetFact::Discarded { packet, .. }
            | NetFact::Retransmitted { packet, .. }
            | NetFact::Delayed { packet, .. }
            | NetFact::ConnectionBroke { packet, .. } => *packet = PacketId(0),
            NetFact::ConnectionLost { .. } | NetFact::WireCut { .. } | NetFact::WireSlowed { .. } | NetFact::WireLossy { .. } => {
            }
        }
    }

    fn broker(&mut self, fact: &mut BrokerFact) {
        match fact {
            BrokerFact::Appended { record, .. } | BrokerFact::Acked { record, .. } => self.topic(&mut record.topic),
            BrokerFact::Fetched { group, record, .. } => {
                self.group(group);
                self.topic(&mut record.topic);
            }
            BrokerFact::LogCut { topic, .. } => self.topic(topic),
            BrokerFact::OffsetCommitted { group, topic, .. }
            | BrokerFact::CommitsLost { group, topic, .. }
            | BrokerFact::OffsetCommitRefused { group, topic, .. }
            | BrokerFact::ReadingPaused { group, topic, .. }
            | BrokerFact::Assigned { group, topic, .. }
            | BrokerFact::Revoked { group, topic, .. } => {
                self.group(group);
                self.topic(topic);
            }
            BrokerFact::MemberAdded { group, .. }
            | BrokerFact::MemberRemoved { group, .. }
            | BrokerFact::GroupBecame { group, .. }
            | BrokerFact::MembershipRefused { group, .. } => self.group(group),
            BrokerFact::ProduceRetried { .. } | BrokerFact::ProduceFailed { .. } => {}
        }
    }

    fn store(&mut self, fact: &mut StoreFact) {
        match fact {
            StoreFact::Wrote { tx, table, .. } | StoreFact::Checked { tx, table, .. } => {
                *tx = 0;
                self.table(table);
            }
            StoreFact::Fenced { tx, group, topic, .. } | StoreFact::FencedOff { tx, group, topic, .. } => {
                *tx = 0;
                self.group(group);
                self.topic(topic);
            }
            StoreFact::Changed { table, .. } => self.table(table),
            StoreFact::Waited { tx, holder } => {
                *tx = 0;
                holder.n = 0;
            }
            StoreFact::Began { tx }
            | StoreFact::TrackedMessage { tx, .. }
            | StoreFact::DuplicateFound { tx, .. }
            | StoreFact::Committed { tx }
            | StoreFact::RolledBack { tx, .. } => *tx = 0,
            _ => {}
        }
    }
}
