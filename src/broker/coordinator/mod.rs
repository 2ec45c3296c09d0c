//! The coordinator of consumer groups: Kafka's classic group protocol.

mod config;
mod view;

pub use config::GroupConfig;
pub use view::{GroupView, MemberView};

use crate::broker::protocol::{ReplyTo, Request};
use crate::broker::{BrokerOut, GroupTimer};
use crate::sim::{Cx, FactId, GroupId, TopicId};

/// The coordinator of all groups of a broker.
#[derive(Clone, Debug)]
pub struct Coordinator {
    config: GroupConfig,
}

/// What reaches the coordinator.
#[derive(Clone, Debug, PartialEq)]
pub enum GroupInput {
    /// A request; those that are not for a group are ignored.
    Request {
        /// Where the answer goes.
        from: ReplyTo,
        /// The request.
        request: Request,
    },
    /// A timer that the coordinator had set is due.
    Timer(GroupTimer),
}

impl Coordinator {
    /// A coordinator without groups.
    pub fn new(config: GroupConfig) -> Self {
        Coordinator { config }
    }

    /// Acts on a request or a timer. Requests that cannot be answered yet are parked and answered later.
    pub fn handle(&mut self, _cx: &Cx, _input: GroupInput, _out: &mut impl BrokerOut) {}

    /// The committed offset of a partition: the next one to read.
    pub fn committed(&self, _group: GroupId, _topic: TopicId, _partition: u16) -> Option<u32> {
        None
    }

    /// The fact that wrote the committed offset of a partition.
    pub fn last_commit_fact(&self, _group: GroupId, _topic: TopicId, _partition: u16) -> Option<FactId> {
        None
    }

    /// Comes back after a crash of the broker's process: groups and offsets as last written, parked requests lost,
    /// session timers started anew.
    pub fn restart(&mut self, _cx: &Cx, _out: &mut impl BrokerOut) {}

    /// A group as it is now.
    pub fn group(&self, _group: GroupId) -> Option<GroupView> {
        None
    }

    /// Changes the settings; they are read when the next rebalance, join or timer needs them.
    pub fn set_config(&mut self, config: GroupConfig) {
        self.config = config;
    }
}
