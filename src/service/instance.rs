//! The memory of one running instance: everything that a crash takes.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::broker::client::{Consumer, PortUse, Producer};
use crate::broker::protocol::Record;
use crate::net::{ConnId, Message};
use crate::sim::{Actor, FactId, Few, RecordId, TopicId, WireId};

use super::activation::{Activation, Source};

/// Partitions that are to be given up together.
type Places = Arc<[(TopicId, u16)]>;

/// One running instance.
///
/// In this order in memory: what nearly every step reads lies together at the beginning.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Instance {
    /// What is being handled, by number.
    pub activations: Few<u32, Activation>,
    /// The process in its life.
    pub actor: Actor,
    /// It finishes what runs and then ends.
    pub stopping: bool,
    /// Requests that wait for a worker, oldest first.
    pub requests: VecDeque<(ConnId, Message, FactId)>,
    /// Records that were fetched and wait for a worker, oldest first.
    pub records: VecDeque<(WireId, Record, FactId)>,
    /// Its consumers, by wire.
    pub consumers: Few<WireId, Consumer>,
    /// Consumers that wait for what runs of some partitions, since those are to be given up.
    pub draining: Vec<(WireId, Places)>,
    /// Its producers, by the topic that they publish to.
    pub producers: Few<TopicId, Producer>,
    /// Of each partition of a wire, the offset behind the last record that it acknowledged since it was assigned.
    pub(super) acknowledged: Few<(WireId, u16), u32>,
    /// The number of the next activation.
    pub next_activation: u32,
    /// The number of the next transaction.
    pub next_tx: u32,
    /// How far ports have counted whose consumer or producer was dropped.
    pub(super) ports: Few<u32, PortUse>,
}

impl Instance {
    /// One that has just started, with nothing in memory.
    pub fn new(actor: Actor) -> Instance {
        Instance {
            actor,
            consumers: Few::new(),
            producers: Few::new(),
            ports: Few::new(),
            requests: VecDeque::new(),
            records: VecDeque::new(),
            activations: Few::new(),
            next_activation: 0,
            next_tx: 0,
            draining: Vec::new(),
            acknowledged: Few::new(),
            stopping: false,
        }
    }

    /// Forgets what was fetched over a wire of some partitions and not begun, and that its consumer waits for anything.
    pub(super) fn forget_records(&mut self, wire: WireId, partitions: impl Fn(u16) -> bool) {
        self.records.retain(|(of, record, _)| *of != wire || !partitions(record.id.partition));
        self.draining.retain(|(of, _)| *of != wire);
    }

    /// Whether a record of a wire is being handled of a partition that its consumer reads no more, or waits to be: of those
    /// that are committed as read none is forgotten.
    pub(super) fn must_finish(&self, wire: WireId) -> bool {
        let consumer = self.consumers.get(&wire);
        let is_read = |record: RecordId| consumer.is_some_and(|consumer| consumer.reads(record.topic, record.partition));
        let waits = self.records.iter().any(|(of, record, _)| *of == wire && !is_read(record.id));
        waits
            || self.activations.values().any(|activation| match activation.source {
                Source::Record(of, record) => of == wire && !is_read(record),
                Source::Request(_) => false,
            })
    }

    /// Whether the consumer of a wire commits by itself (`enable.auto.commit`), so that acknowledgements do nothing.
    pub(super) fn commits_itself(&self, wire: WireId) -> bool {
        self.consumers.get(&wire).is_some_and(|consumer| consumer.config().auto_commit.is_some())
    }

    /// Whether a record of that partition is being handled: the next one waits for it.
    pub fn partition_busy(&self, wire: WireId, partition: u16) -> bool {
        self.activations.values().any(
            |activation| matches!(activation.source, Source::Record(of, record) if of == wire && record.partition == partition),
        )
    }
}
