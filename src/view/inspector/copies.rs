//! Where the same message lies, and who has read it there.

use crate::board::WireKind;
use crate::broker::BrokerFact;
use crate::service::ServiceFact;
use crate::session::Session;
use crate::sim::InOrder;
use crate::sim::{Actor, MessageId, RecordId};
use crate::store::StoreFact;
use crate::world::{Entry, Fact};

use super::super::inspect::{CopyRow, ReadRow, ReaderRow};
use super::super::naming::process_name;
use super::facts::message_of;

/// Where a message lies in logs, in the order in which it came there; the one that is looked at is marked.
pub(super) fn copies(session: &Session, records: &[RecordId], shown: Option<RecordId>) -> Vec<CopyRow> {
    let names = session.world().names();
    let row = |record: &RecordId| CopyRow {
        record: *record,
        name: format!("{} {} @ {}", names.topic(record.topic), record.partition, record.offset),
        shown: records.len() == 1 || shown == Some(*record),
    };
    records.iter().map(row).collect()
}

/// The groups that read a record's topic, each with those of its processes that have read the record, in order of time.
pub(super) fn readers(session: &Session, record: RecordId, facts: &[&Entry]) -> Vec<ReaderRow> {
    let (board, names) = (session.board(), session.world().names());
    let topic = names.topic(record.topic);
    let mut groups: Vec<&str> = board.wires.iter().filter_map(|wire| reading(&wire.is, topic)).collect();
    groups.in_order();
    groups.dedup();
    let row = |name: &str| {
        let id = names.group_id(name);
        let read = facts.iter().filter_map(|entry| match entry.fact {
            Fact::Broker(BrokerFact::Fetched { group, record: at, .. }) if at == record && Some(group) == id => {
                Some(ReadRow { who: process_name(entry.who, board), at: entry.at.to_string(), time: entry.at })
            }
            _ => None,
        });
        let broker = board.topic(topic).and_then(|(broker, _)| session.world().broker(broker.id));
        let committed = id.zip(broker).and_then(|(id, broker)| broker.committed(id, record.topic, record.partition));
        ReaderRow {
            group: name.to_owned(),
            read: read.collect(),
            committed: committed.is_some_and(|committed| committed > record.offset),
        }
    };
    groups.into_iter().map(row).collect()
}

fn reading<'a>(kind: &'a WireKind, topic: &str) -> Option<&'a str> {
    match kind {
        WireKind::Consume { topic: read, group, .. } if read == topic => Some(group),
        _ => None,
    }
}

/// What belongs to a message's path without naming it: rows that its handling changed, and offsets committed behind its
/// record.
#[derive(Debug, Default)]
pub(super) struct Trail {
    /// The processes that handle the message.
    handling: Vec<Actor>,
    records: Vec<RecordId>,
}

impl Trail {
    /// Whether a fact belongs to the path of a message. It is asked of all facts in their order.
    pub(super) fn takes(&mut self, entry: &Entry, id: MessageId) -> bool {
        if message_of(&entry.fact) == Some(id) {
            match entry.fact {
                Fact::Service(ServiceFact::Started { .. }) => self.handling.push(entry.who),
                Fact::Service(
                    ServiceFact::Finished { .. }
                    | ServiceFact::Failed { .. }
                    | ServiceFact::Aborted { .. }
                    | ServiceFact::StoppedReading { .. },
                ) => {
                    self.handling.retain(|who| *who != entry.who);
                }
                Fact::Broker(BrokerFact::Appended { record, .. }) => self.records.push(record),
                _ => {}
            }
            return true;
        }
        match entry.fact {
            Fact::Store(StoreFact::Changed { intent, .. }) => intent == id.intent && self.handling.contains(&entry.who),
            Fact::Broker(BrokerFact::OffsetCommitted { topic, partition, offset, .. }) => {
                let behind = |record: &RecordId| record.offset.checked_add(1) == Some(offset);
                let mut there = self.records.iter().filter(|record| (record.topic, record.partition) == (topic, partition));
                there.any(behind)
            }
            _ => false,
        }
    }
}
