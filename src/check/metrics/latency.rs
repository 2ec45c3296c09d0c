//! When what has not come to its end began.

use std::collections::BTreeMap;

use crate::sim::{Actor, HandlerId, IntentId, MessageId, NodeId, RecordId, Time};

/// What comes to an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Which {
    /// A request, from its first attempt to its answer.
    Call(MessageId),
    /// A handling.
    Run(Actor, HandlerId, MessageId),
}

/// When what has not come to its end began.
#[derive(Clone, Debug, Default)]
pub(super) struct Latencies {
    open: BTreeMap<Which, Time>,
    /// When each intent's request was sent first.
    asked: BTreeMap<IntentId, Time>,
    /// Which broker each record lies at, and since when.
    records: BTreeMap<RecordId, (NodeId, Time)>,
}

impl Latencies {
    /// It begins; the first time counts.
    pub fn begin(&mut self, which: Which, at: Time) {
        if let Which::Call(message) = which {
            self.asked.entry(message.intent).or_insert(at);
        }
        self.open.entry(which).or_insert(at);
    }

    /// It is over: says when it began.
    pub fn end(&mut self, which: Which) -> Option<Time> {
        self.open.remove(&which)
    }

    /// It did not come to its end.
    pub fn forget(&mut self, which: Which) {
        self.open.remove(&which);
    }

    /// When an intent's request was sent first.
    pub fn asked(&self, intent: IntentId) -> Option<Time> {
        self.asked.get(&intent).copied()
    }

    /// A record lies in a log from now on.
    pub fn lies(&mut self, record: RecordId, broker: NodeId, at: Time) {
        self.records.insert(record, (broker, at));
    }

    /// Which broker a record lies at, and since when.
    pub fn lain(&self, record: RecordId) -> Option<(NodeId, Time)> {
        self.records.get(&record).copied()
    }
}
