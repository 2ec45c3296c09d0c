//! What may go wrong with an intent. Most have nothing of it.

use crate::sim::{FactId, GroupId, HandlerId, LineId, MessageId, NodeId, RecordId, TopicId};

use super::case::Aside;

/// A row of an outbox that its relay has passed without having sent it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Passed {
    pub(super) message: MessageId,
    /// The commit of the row.
    pub(super) visible: FactId,
}

/// How often the handling of a message has failed since it last came to its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failures {
    pub(super) service: NodeId,
    pub(super) handler: HandlerId,
    pub(super) message: MessageId,
    pub(super) count: u32,
    /// The first of them.
    pub(super) first: FactId,
}

/// A group that had committed nothing began to read a partition behind records.
#[derive(Clone, Copy, Debug)]
pub(super) struct Jump {
    pub(super) group: GroupId,
    /// One of them.
    pub(super) record: RecordId,
    /// For the how manieth time.
    pub(super) number: u32,
    /// How many it had not handled.
    pub(super) records: u32,
}

/// What has gone wrong with an intent.
#[derive(Clone, Debug, Default)]
pub(super) struct Mishaps {
    pub(super) passed: Vec<Passed>,
    /// Messages that a service has found to be duplicates.
    pub(super) turned_away: Vec<(NodeId, MessageId)>,
    pub(super) failures: Vec<Failures>,
    /// Messages whose handling was given up.
    pub(super) skipped: Vec<(NodeId, HandlerId, MessageId)>,
    /// Messages that a service makes dead letters of, and the topic that it has read each of them from.
    pub(super) dead: Vec<(NodeId, MessageId, TopicId)>,
    /// Messages that a service has set aside.
    pub(super) aside: Vec<(NodeId, MessageId, Aside)>,
    /// By what a service has set those aside that its group has passed over.
    pub(super) jumps: Vec<(NodeId, MessageId, Jump)>,
    /// Messages whose handling has come to its end without all that was expected of it.
    pub(super) done_otherwise: Vec<(NodeId, MessageId)>,
    /// The lost effects that were reported.
    pub(super) lost: Vec<(NodeId, LineId)>,
}

impl Mishaps {
    /// Nothing has gone wrong.
    pub(super) const NONE: Mishaps = Mishaps {
        passed: Vec::new(),
        turned_away: Vec::new(),
        failures: Vec::new(),
        skipped: Vec::new(),
        dead: Vec::new(),
        aside: Vec::new(),
        jumps: Vec::new(),
        done_otherwise: Vec::new(),
        lost: Vec::new(),
    };
}
