//! What crosses the network between the broker and its clients: requests, responses, errors.

mod errand;
mod error;
mod modern;

use std::sync::Arc;

use crate::net::{Cargo, ConnId, Message, Subject};
use crate::sim::{GroupId, MessageId, RecordId, Span, TopicId};

pub use errand::{Errand, errand};
pub use error::ErrorCode;
pub use modern::{ConsumerHeartbeat, ConsumerHeartbeatAnswer};

/// Numbers the requests of one connection, so that a response finds its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u32);

/// Where a response goes: many are sent long after their request, as for a join that was parked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReplyTo {
    /// The connection that the request came on; its client is the process that asked.
    pub conn: ConnId,
    /// The request.
    pub id: RequestId,
}

/// A member's id: `n<node>-<ordinal>-<hex>`. Empty before the coordinator has given one.
pub type MemberId = Arc<str>;

/// Bytes that the coordinator passes on without reading: a member's subscription, or its assignment.
pub type Opaque = Arc<[u8]>;

/// How many acknowledgements a producer waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Acks {
    /// `acks=0`: none; the broker sends no response.
    #[serde(rename = "0")]
    None,
    /// `acks=1`: the leader's own append.
    #[serde(rename = "1")]
    Leader,
    /// `acks=all`: every in-sync replica; the same as 1 while there is one broker.
    #[serde(rename = "all")]
    All,
}

/// JoinGroup. `member` is empty for a first join.
#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    /// The group.
    pub group: GroupId,
    /// The member id, or empty.
    pub member: MemberId,
    /// `client.id`: member ids begin with it.
    pub client_id: Arc<str>,
    /// `group.instance.id` of a static member.
    pub instance: Option<Arc<str>>,
    /// `session.timeout.ms`.
    pub session_timeout: Span,
    /// `max.poll.interval.ms`: how long a rebalance waits for this member.
    pub rebalance_timeout: Span,
    /// Assignors by name, the preferred one first, each with the member's subscription.
    pub protocols: Arc<[(Arc<str>, Opaque)]>,
    /// Whether the client takes part in the MEMBER_ID_REQUIRED round trip (JoinGroup version 4 and later).
    pub known_member_id: bool,
    /// Whether a static leader's restart may be answered with `skipAssignment` (version 9 and later).
    pub skip_assignment: bool,
}

/// Who a member says it is, in all requests after JoinGroup.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    /// The group.
    pub group: GroupId,
    /// The member id.
    pub member: MemberId,
    /// `group.instance.id` of a static member.
    pub instance: Option<Arc<str>>,
    /// The generation it believes to be in; −1 for a simple consumer.
    pub generation: i32,
}

/// A request. Those that are large and seldom are boxed: thousands of the others are under way on a large board.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Appends one record.
    Produce {
        /// The topic.
        topic: TopicId,
        /// The partition that the producer chose.
        partition: u16,
        /// The message.
        message: Message,
        /// Whether a response is wanted, and when.
        acks: Acks,
        /// Counts the attempts from 0; the answer's latency is drawn by it.
        attempt: u32,
    },
    /// Reads from several partitions; waits up to `max_wait` where there is nothing to read. The first of them that
    /// has records is read.
    Fetch {
        /// The group that reads, for what is shown.
        group: GroupId,
        /// The next offset to read, by partition.
        positions: Arc<[(TopicId, u16, u32)]>,
        /// At most so many records.
        max_records: u16,
        /// `fetch.max.wait.ms`.
        max_wait: Span,
        /// Counts the requests that named the same position first; an empty answer's latency is drawn by it.
        repeat: u32,
        /// Counts the failures since the last answer; the latency of an answer with records is drawn by it.
        retry: u32,
    },
    /// Asks for the ends of some partitions' logs: where `auto.offset.reset=latest` begins.
    ListOffsets {
        /// The partitions.
        partitions: Arc<[(TopicId, u16)]>,
        /// Counts the attempts from 0; the answer's latency is drawn by it.
        attempt: u32,
    },
    /// Takes part in a group of the consumer protocol.
    ConsumerHeartbeat(Box<ConsumerHeartbeat>),
    /// Joins a group.
    Join(Box<Join>),
    /// Asks for the assignment; the leader brings everybody's.
    Sync {
        /// Who asks.
        who: Identity,
        /// The leader's assignments by member; empty from the others.
        assignments: Arc<[(MemberId, Opaque)]>,
    },
    /// Keeps the session alive.
    Heartbeat(Identity),
    /// Leaves the group. `member` may be empty when `instance` names a static member to remove.
    Leave(Identity),
    /// Commits offsets: the next offset to read, by partition.
    OffsetCommit {
        /// Who commits.
        who: Identity,
        /// The next offset to read, by partition.
        offsets: Arc<[(TopicId, u16, u32)]>,
    },
    /// Asks for the committed offsets of some partitions.
    OffsetFetch {
        /// The group.
        group: GroupId,
        /// The partitions.
        partitions: Arc<[(TopicId, u16)]>,
    },
}

impl From<Join> for Request {
    fn from(join: Join) -> Request {
        Request::Join(Box::new(join))
    }
}

impl From<ConsumerHeartbeat> for Request {
    fn from(beat: ConsumerHeartbeat) -> Request {
        Request::ConsumerHeartbeat(Box::new(beat))
    }
}

/// A record as it is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Where it lies.
    pub id: RecordId,
    /// What it holds.
    pub message: Message,
}

/// A member as the leader is told of it: its id, its instance id, its subscription.
pub type MemberMetadata = (MemberId, Option<Arc<str>>, Opaque);

/// JoinGroup's answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Joined {
    /// What went wrong, if anything.
    pub error: ErrorCode,
    /// The member's id.
    pub member: MemberId,
    /// The generation; −1 with an error.
    pub generation: i32,
    /// The assignor that was chosen.
    pub protocol: Option<Arc<str>>,
    /// The leader's id.
    pub leader: MemberId,
    /// For the leader only: all members, each with its instance id and subscription.
    pub members: Arc<[MemberMetadata]>,
    /// The leader need not assign: the group goes on as it was.
    pub skip_assignment: bool,
}

/// A response.
#[derive(Clone, Debug, PartialEq)]
pub enum Response {
    /// To Produce: where the record went.
    Produce {
        /// What went wrong, if anything.
        error: ErrorCode,
        /// The record.
        record: RecordId,
        /// The message, so that the answer's latency has a name.
        message: MessageId,
    },
    /// To Fetch: the records, and the first position that was asked for; with an error, the position it is about.
    Fetch {
        /// What went wrong, if anything.
        error: ErrorCode,
        /// The records in order, all of one partition.
        records: Arc<[Record]>,
        /// The position that the request named first.
        asked: Option<(TopicId, u16, u32)>,
    },
    /// To ListOffsets: the offset after the last record of each partition; unknown partitions are left out.
    ListOffsets(Arc<[(TopicId, u16, u32)]>),
    /// To ConsumerGroupHeartbeat.
    ConsumerHeartbeat(ConsumerHeartbeatAnswer),
    /// To JoinGroup.
    Join(Box<Joined>),
    /// To SyncGroup.
    Sync {
        /// What went wrong, if anything.
        error: ErrorCode,
        /// The member's assignment.
        assignment: Opaque,
    },
    /// To Heartbeat.
    Heartbeat(ErrorCode),
    /// To LeaveGroup.
    Leave(ErrorCode),
    /// To OffsetCommit.
    OffsetCommit(ErrorCode),
    /// To OffsetFetch: the committed offset of each partition, where there is one.
    OffsetFetch(Arc<[(TopicId, u16, Option<u32>)]>),
}

impl From<Joined> for Response {
    fn from(joined: Joined) -> Response {
        Response::Join(Box::new(joined))
    }
}

/// What a packet between the broker and a client carries.
#[derive(Clone, Debug, PartialEq)]
pub enum BrokerCargo {
    /// To the broker.
    Request(RequestId, Request),
    /// From the broker.
    Response(RequestId, Response),
}

/// The number of a request to commit an offset, as [`Cargo::api`] gives it.
pub const COMMITS: u8 = 7;
const PRODUCED: u8 = 17;
const COMMITTED: u8 = 23;

/// The answer to a produce request as the network knows it: which it is, and what it is about.
pub(super) const fn produce_answer(message: MessageId) -> (u8, Subject) {
    (PRODUCED, Subject::Message(message))
}

/// The same of the answer to an offset commit.
pub(super) const COMMIT_ANSWER: (u8, Subject) = (COMMITTED, Subject::None);

impl Cargo for BrokerCargo {
    fn api(&self) -> u8 {
        match self {
            BrokerCargo::Request(_, request) => match request {
                Request::Produce { .. } => 1,
                Request::Fetch { .. } => 2,
                Request::Join(_) => 3,
                Request::Sync { .. } => 4,
                Request::Heartbeat(_) => 5,
                Request::Leave(_) => 6,
                Request::OffsetCommit { .. } => COMMITS,
                Request::OffsetFetch { .. } => 8,
                Request::ListOffsets { .. } => 9,
                Request::ConsumerHeartbeat(_) => 10,
            },
            BrokerCargo::Response(_, response) => match response {
                Response::Produce { .. } => PRODUCED,
                Response::Fetch { .. } => 18,
                Response::Join(_) => 19,
                Response::Sync { .. } => 20,
                Response::Heartbeat(_) => 21,
                Response::Leave(_) => 22,
                Response::OffsetCommit(_) => COMMITTED,
                Response::OffsetFetch(_) => 24,
                Response::ListOffsets(_) => 25,
                Response::ConsumerHeartbeat(_) => 26,
            },
        }
    }

    fn subject(&self) -> Subject {
        match self {
            BrokerCargo::Request(_, request) => request.subject(),
            BrokerCargo::Response(_, response) => response.subject(),
        }
    }

    fn messages(&self) -> impl Iterator<Item = MessageId> + '_ {
        let (produced, fetched) = match self {
            BrokerCargo::Request(_, Request::Produce { message, .. }) => (Some(message.id), None),
            BrokerCargo::Response(_, Response::Fetch { records, .. }) => (None, Some(records)),
            _ => (None, None),
        };
        produced.into_iter().chain(fetched.into_iter().flat_map(|records| records.iter().map(|record| record.message.id)))
    }
}

impl Request {
    fn subject(&self) -> Subject {
        match self {
            Request::Produce { message, .. } => Subject::Message(message.id),
            Request::Fetch { positions, .. } => position(positions.first().copied()),
            Request::Join(join) => Subject::Generation(join.group, 0),
            Request::ConsumerHeartbeat(beat) => Subject::Generation(beat.group, u32::try_from(beat.epoch).unwrap_or(0)),
            Request::Sync { who, .. } | Request::Heartbeat(who) | Request::Leave(who) => {
                Subject::Generation(who.group, u32::try_from(who.generation).unwrap_or(0))
            }
            Request::OffsetCommit { offsets, .. } => position(offsets.first().copied()),
            Request::OffsetFetch { group, .. } => Subject::Generation(*group, 0),
            Request::ListOffsets { partitions, .. } => {
                position(partitions.first().map(|(topic, partition)| (*topic, *partition, 0)))
            }
        }
    }
}

impl Response {
    fn subject(&self) -> Subject {
        match self {
            Response::Produce { message, .. } => Subject::Message(*message),
            Response::Fetch { records, asked, .. } => match records.first() {
                Some(record) => position(Some((record.id.topic, record.id.partition, record.id.offset))),
                None => position(*asked),
            },
            Response::ListOffsets(ends) => position(ends.first().map(|(topic, partition, _)| (*topic, *partition, 0))),
            _ => Subject::None,
        }
    }
}

fn position(at: Option<(TopicId, u16, u32)>) -> Subject {
    at.map_or(Subject::None, |(topic, partition, offset)| Subject::Position(topic, partition, offset))
}
