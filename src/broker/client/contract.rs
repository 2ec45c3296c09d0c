//! What a consumer is set up with, what it is told, and what it tells its owner.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::net::Delivery;
use crate::sim::{Actor, FactId, GroupId, Span, TopicId, WireId};

use super::super::ClientTimer;
use super::super::assignor::{Assignor, ServerAssignor};
use super::super::protocol::{BrokerCargo, ErrorCode, Record};

/// Where reading begins without a committed offset (semantics 6.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reset {
    /// `auto.offset.reset=earliest`: at the first record.
    Earliest,
    /// `auto.offset.reset=latest`, Kafka's default: behind the last record.
    Latest,
}

/// `partition.assignment.strategy`: the assignors that a member lists, the preferred one first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Strategy {
    /// Kafka's default: range, then cooperative sticky. As long as range is listed, rebalances are eager.
    #[default]
    RangeThenCooperative,
    /// One alone.
    Only(Assignor),
}

impl Strategy {
    /// The assignors, the preferred one first.
    pub fn listed(self) -> Vec<Assignor> {
        match self {
            Strategy::RangeThenCooperative => vec![Assignor::Range, Assignor::CooperativeSticky],
            Strategy::Only(assignor) => vec![assignor],
        }
    }

    /// Whether the member keeps what it owns through a rebalance: only if all that it lists can (semantics 2.11).
    pub fn is_cooperative(self) -> bool {
        self.listed().into_iter().all(Assignor::is_cooperative)
    }
}

/// `group.protocol`: how a consumer is a member of its group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum GroupProtocol {
    /// Kafka's default: members join and sync, and one of them assigns.
    #[default]
    Classic,
    /// That of KIP-848: the broker assigns, and each member comes to its part by itself.
    Consumer,
}

/// Partition counts of the topics of a cluster, by name. All consumers share one.
pub type Cluster = Arc<BTreeMap<Arc<str>, u16>>;

/// Settings of a consumer (semantics 4.13).
///
/// In this order in memory: what every fetch and heartbeat reads lies together at the beginning.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct ConsumerConfig {
    /// `auto.commit.interval.ms` where `enable.auto.commit` is on; none where the owner commits.
    pub auto_commit: Option<Span>,
    /// `request.timeout.ms`. Kafka: 30 s. It should be longer than `fetch_max_wait`.
    pub request_timeout: Span,
    /// `fetch.max.wait.ms`. Kafka: 500 ms.
    pub fetch_max_wait: Span,
    /// `group.id`.
    pub group: GroupId,
    /// The topic that it subscribes to.
    pub topic: TopicId,
    /// How many partitions the topic has; see [`super::Consumer::set_metadata`].
    pub partitions: u16,
    /// `max.poll.records`. Kafka: 500.
    pub max_poll_records: u16,
    /// The process's port for its coordinator connection; the one for fetching is the next.
    pub port: u32,
    /// The wire that it consumes over.
    pub wire: WireId,
    /// `max.poll.interval.ms`. Kafka: 5 min. It is also how long a rebalance waits for this member.
    pub max_poll_interval: Span,
    /// `heartbeat.interval.ms`, of the classic protocol. Kafka: 3 s.
    pub heartbeat_interval: Span,
    /// `group.protocol`. Kept for the consumer's life.
    pub protocol: GroupProtocol,
    /// `partition.assignment.strategy`, of the classic protocol. Read at the next join.
    pub strategy: Strategy,
    /// `group.remote.assignor`, of the consumer protocol; the broker's default where there is none.
    pub remote_assignor: Option<ServerAssignor>,
    /// `retry.backoff.ms`. Kafka: 100 ms.
    pub retry_backoff: Span,
    /// `session.timeout.ms`, of the classic protocol. Kafka: 45 s. Read at the next join.
    pub session_timeout: Span,
    /// The topic's name, which assignors sort by.
    pub topic_name: Arc<str>,
    /// The topics of the cluster, to which members of the same group may subscribe: the leader assigns those too. A topic
    /// that the leader does not know is assigned to nobody; of its own, `partitions` says how many there are.
    pub cluster: Cluster,
    /// `client.id`; member ids begin with it.
    pub client_id: Arc<str>,
    /// `group.instance.id` of a static member: no other consumer of its group has the same. Kept for the consumer's life.
    pub instance: Option<Arc<str>>,
    /// `client.rack`; none is as good as empty.
    pub rack: Option<Arc<str>>,
    /// `auto.offset.reset`.
    pub auto_offset_reset: Reset,
    /// The broker's process.
    pub broker: Actor,
}

/// What reaches a consumer.
#[derive(Clone, Debug, PartialEq)]
pub enum ConsumerInput {
    /// The owner subscribes: the first join goes out.
    Start,
    /// Something from the network.
    Delivery(Delivery<BrokerCargo>),
    /// A timer that the consumer had set is due.
    Timer(ClientTimer),
    /// The owner has room for up to `max.poll.records` more records.
    Poll,
    /// The owner commits an offset: the next one to read.
    Commit {
        /// The topic.
        topic: TopicId,
        /// The partition.
        partition: u16,
        /// The next offset to read.
        offset: u32,
    },
    /// Fetches no more of the partitions that are assigned now, or fetches on (`KafkaConsumer.pause` and `resume`). It stays a
    /// member, and forgets it of what it gives up.
    Reading {
        /// Whether it stops.
        stops: bool,
    },
    /// The answer to the next commit will be lost, and its connection will break: the pin that says so.
    LoseCommit(FactId),
    /// Nothing that [`ConsumerEvent::Drain`] asked to finish runs any more.
    Drained,
    /// The owner closes the consumer.
    Leave,
}

/// What a consumer tells its owner.
#[derive(Clone, Debug, PartialEq)]
pub enum ConsumerEvent {
    /// Records to handle, each with the fact that it was fetched. The next come after another poll.
    Records(Vec<(Record, FactId)>),
    /// These partitions are to be given up, since the group rebalances: finish what runs of them, commit it, then answer
    /// [`ConsumerInput::Drained`]. Nothing else of them is begun, unless the consumer commits by itself: then all that was
    /// handed out of them is finished, since it is committed as read.
    Drain(Arc<[(TopicId, u16)]>),
    /// The partitions are lost already. What runs goes on, but its commits will be refused. It ends a drain, too.
    Lost,
    /// What became of a commit. `CoordinatorNotAvailable`: no answer, so nobody knows.
    CommitDone {
        /// The topic.
        topic: TopicId,
        /// The partition.
        partition: u16,
        /// The offset that was to be committed.
        offset: u32,
        /// What went wrong, if anything.
        error: ErrorCode,
        /// What brought the outcome.
        fact: FactId,
    },
    /// The coordinator refused it for good, as for a session timeout out of range; the consumer has ended. What runs goes
    /// on, but its commits are refused.
    Failed(ErrorCode),
    /// It has left the group and ended.
    Left,
}
