//! The inspector: everything about what is selected.

use crate::board::{Applies, Process, Setting};
use crate::net::{Cut, Key};
use crate::sim::{MessageId, NodeId, RecordId, WireId};

use super::cards::{ProcessState, Shape};
use super::failures::Failure;
use super::programs::{ProgramView, RelayChoice};

/// What is selected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Selection {
    /// Nothing.
    #[default]
    Nothing,
    /// A card.
    Node(NodeId),
    /// A wire.
    Wire(WireId),
    /// A record in a lane.
    Record(RecordId),
    /// A message, wherever it is.
    Message(MessageId),
}

/// What the inspector shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Inspection {
    /// A client.
    Client(ClientInspection),
    /// A service.
    Service(Box<ServiceInspection>),
    /// A broker.
    Broker(BrokerInspection),
    /// A wire.
    Wire(WireInspection),
    /// A record or a message.
    Message(MessageInspection),
}

/// A setting as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct SettingRow {
    /// Which.
    pub setting: Setting,
    /// Its value, in its unit.
    pub value: u64,
    /// Its value as it is shown, with its unit.
    pub text: String,
    /// Whether the board gives it a value of its own.
    pub own: bool,
    /// The default at this board's timings, as it is shown.
    pub default: String,
    /// The real system's default, as it is shown.
    pub real: String,
    /// Whose default that is: `Kafka`.
    pub source: &'static str,
    /// What it takes: `100 ms to 3600 s`, `0, 1 or all`.
    pub limits: String,
    /// When a change takes effect.
    pub applies: Applies,
}

/// A client.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientInspection {
    /// Its node.
    pub id: NodeId,
    /// Its name.
    pub title: String,
    /// The message type that it sends.
    pub sends: String,
    /// All message types that it can send: those that whom it calls handles.
    pub kinds: Vec<String>,
    /// Requests sent, answered, given up; a line each with its words.
    pub figures: Vec<(String, String)>,
    /// Its settings.
    pub settings: Vec<SettingRow>,
}

/// A table of a store.
#[derive(Clone, Debug, PartialEq)]
pub struct TableView {
    /// Its name.
    pub name: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// Its rows, newest change last; at most 200.
    pub rows: Vec<Vec<String>>,
    /// How many rows it has.
    pub count: usize,
}

/// A row of an outbox.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboxRow {
    /// Its id.
    pub id: u64,
    /// The message.
    pub message: MessageId,
    /// The message's type and key, as it is shown.
    pub label: String,
    /// The message's key.
    pub key: Option<Key>,
    /// Whether it is marked as published.
    pub published: bool,
}

/// A timer that runs down.
#[derive(Clone, Debug, PartialEq)]
pub struct Countdown {
    /// What happens when it is over: `is thrown out, unless it is heard`.
    pub what: &'static str,
    /// How long that is: `4.8 s`.
    pub left: String,
    /// The same as a share of the whole, from 0 to 1.
    pub share: f32,
}

/// A member of a group, or a process that takes itself for one.
#[derive(Clone, Debug, PartialEq)]
pub struct MemberRow {
    /// The process behind it: `payments-2`.
    pub name: String,
    /// Its member id.
    pub member: String,
    /// Its `group.instance.id`, if it is a static member.
    pub instance: Option<String>,
    /// It assigns the partitions.
    pub leader: bool,
    /// The partitions that the coordinator has dealt to it: `0, 2`. While it deals anew, those that it still reads.
    pub partitions: String,
    /// What it does in a rebalance: `has joined`; empty while it has nothing to do for it.
    pub does: &'static str,
    /// The partitions that it is to give up: `1`.
    pub gives_up: String,
    /// The coordinator does not have it any more, and it has not noticed: the partitions are those that it still takes
    /// for its own.
    pub outside: bool,
    /// Its timers.
    pub timers: Vec<Countdown>,
}

/// A partition as a group sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct PartitionRow {
    /// `order-events 1`.
    pub name: String,
    /// The next offset to read after a crash; none when nothing was committed.
    pub committed: Option<u32>,
    /// The next offset that its owner reads.
    pub position: Option<u32>,
    /// The offset that the next record will get.
    pub end: u32,
    /// End − committed offset.
    pub lag: u32,
    /// Its owner, or empty.
    pub owner: String,
}

/// A consumer group.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupInspection {
    /// Its name.
    pub name: String,
    /// Its state, as Kafka names it.
    pub state: String,
    /// Its generation; of the consumer protocol, its epoch.
    pub generation: u32,
    /// `generation`, or `epoch`.
    pub counted: &'static str,
    /// How partitions are dealt, and what that means for who reads: `range: all stop while it rebalances`.
    pub how: String,
    /// What set off the rebalance that goes on: `a member joined`; empty if none does.
    pub why: &'static str,
    /// Timers of the group as a whole.
    pub timers: Vec<Countdown>,
    /// Its members.
    pub members: Vec<MemberRow>,
    /// The partitions that it reads.
    pub partitions: Vec<PartitionRow>,
}

/// What an order should have done, and what it did.
#[derive(Clone, Debug, PartialEq)]
pub struct EffectRow {
    /// The order's number; `by hand 1` for one sent by hand.
    pub intent: String,
    /// `1 × 8.75`.
    pub expected: String,
    /// `2 × 8.75`, `not yet`, `never`.
    pub actual: String,
    /// `twice`, `lost`, or nothing.
    pub verdict: String,
}

/// A fact as a line of text.
#[derive(Clone, Debug, PartialEq)]
pub struct FactLine {
    /// When: `0:39.500`.
    pub at: String,
    /// When, to go there.
    pub time: crate::sim::Time,
    /// Who: `payments-2`.
    pub who: String,
    /// What.
    pub what: String,
}

/// A service.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceInspection {
    /// Its node.
    pub id: NodeId,
    /// Its name.
    pub title: String,
    /// Its handlers' programs, then its relay's.
    pub programs: Vec<ProgramView>,
    /// Its processes: for failures, with their names and states.
    pub processes: Vec<(Process, String, ProcessState)>,
    /// Its settings.
    pub settings: Vec<SettingRow>,
    /// Its tables.
    pub tables: Vec<TableView>,
    /// Its outbox, where it has one: oldest first, at most 200.
    pub outbox: Option<Vec<OutboxRow>>,
    /// How its store is doing: names and values.
    pub load: Vec<(String, String)>,
    /// How its relay reads, where it has one.
    pub relay: Option<RelayChoice>,
    /// The groups that its instances are members of.
    pub groups: Vec<GroupInspection>,
    /// The name of what it writes, `charged`, for the heading of the table, where it writes.
    pub effects_heading: String,
    /// What orders should have done, and what they did: the latest.
    pub effects: Vec<EffectRow>,
    /// The latest facts about it, newest first.
    pub facts: Vec<FactLine>,
}

/// A broker.
#[derive(Clone, Debug, PartialEq)]
pub struct BrokerInspection {
    /// Its node.
    pub id: NodeId,
    /// Its name.
    pub title: String,
    /// Its process.
    pub process: Process,
    /// Whether it runs.
    pub state: ProcessState,
    /// Topics with their partitions' ends: name, partitions, records.
    pub topics: Vec<(String, u16, u32)>,
    /// All groups.
    pub groups: Vec<GroupInspection>,
    /// Its settings.
    pub settings: Vec<SettingRow>,
    /// The latest facts about it, newest first.
    pub facts: Vec<FactLine>,
}

/// A wire.
#[derive(Clone, Debug, PartialEq)]
pub struct WireInspection {
    /// Its id.
    pub id: WireId,
    /// `Web shop to Orders`.
    pub title: String,
    /// Which ways it is cut.
    pub cut: Cut,
    /// The name of its accepting end, for "cut towards …", and of the other.
    pub ends: [String; 2],
    /// The consumer group that reads through it; empty for a wire that reads nothing.
    pub group: String,
    /// What is wrong with it: `cut one way, 5 × as long`; empty where nothing is.
    pub state: String,
    /// What can be done to it.
    pub failures: Vec<Failure>,
    /// Packets on it now.
    pub packets: usize,
    /// Its settings.
    pub settings: Vec<SettingRow>,
}

/// A record that holds a message.
#[derive(Clone, Debug, PartialEq)]
pub struct CopyRow {
    /// Where it lies.
    pub record: RecordId,
    /// `order-events 1 @ 9`.
    pub name: String,
    /// It is the one that is looked at.
    pub shown: bool,
}

/// A process that has read a record.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadRow {
    /// The process: `payments-2`.
    pub who: String,
    /// When: `0:31.600`.
    pub at: String,
    /// When, to go there.
    pub time: crate::sim::Time,
}

/// A group that reads a record's topic.
#[derive(Clone, Debug, PartialEq)]
pub struct ReaderRow {
    /// Its name.
    pub group: String,
    /// Those of its processes that have read the record, in order of time.
    pub read: Vec<ReadRow>,
    /// Its committed offset is behind the record: it will not be read again after a crash.
    pub committed: bool,
}

/// A message or a record.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageInspection {
    /// The message.
    pub id: MessageId,
    /// Its type.
    pub title: String,
    /// Its shape.
    pub shape: Shape,
    /// Its key.
    pub key: Option<Key>,
    /// Its header: id, type, key, and where it lies if it is a record.
    pub header: Vec<(String, String)>,
    /// Its body's fields.
    pub body: Vec<(String, String)>,
    /// Where it lies in logs: more than once where it was published again.
    pub copies: Vec<CopyRow>,
    /// The groups that read the topic in which it lies, and who of them has read it: of the first copy.
    pub readers: Vec<ReaderRow>,
    /// What can be done to it while it is on its way; empty while it is not.
    pub failures: Vec<Failure>,
    /// What it waits for, in a sentence or two; none if nothing is to become of it any more.
    pub waits: Option<String>,
    /// What has happened to it so far, oldest first.
    pub path: Vec<FactLine>,
}
