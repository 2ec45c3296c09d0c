//! The board: cards, lanes, wires and what moves on them. Lengths are board units: CSS pixels at a zoom of 100%.

use crate::board::Process;
pub use crate::editor::{Point, Rect};
use crate::net::{Cut, Key, Loss, Slow};
use crate::sim::{MessageId, NodeId, RecordId, Span, WireId};

/// A curve from one place to another, leaving and arriving sideways: a cubic with these four points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Path(pub [Point; 4]);

impl Path {
    /// The place at a share of the way, from 0 to 1.
    pub fn at(&self, t: f32) -> Point {
        let u = 1.0 - t;
        let weights = [u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t];
        let sum = |of: fn(&Point) -> f32| self.0.iter().zip(weights).map(|(point, weight)| of(point) * weight).sum();
        Point { x: sum(|point| point.x), y: sum(|point| point.y) }
    }
}

/// Whether a process runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProcessState {
    /// It runs.
    #[default]
    Up,
    /// It has crashed.
    Crashed,
    /// It stands still.
    Paused,
    /// Its machine has lost its power, and what was not on disk with it.
    NoPower,
}

impl ProcessState {
    /// In a word or two.
    pub const fn name(self) -> &'static str {
        match self {
            ProcessState::Up => "up",
            ProcessState::Crashed => "crashed",
            ProcessState::Paused => "paused",
            ProcessState::NoPower => "without power",
        }
    }

    /// Whether it is dead, and has to be started again.
    pub const fn is_down(self) -> bool {
        matches!(self, ProcessState::Crashed | ProcessState::NoPower)
    }
}

/// A message's shape: what kind of message it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// A command: a square.
    Square,
    /// An event: a circle.
    #[default]
    Circle,
    /// A document: a diamond.
    Diamond,
    /// A reply: a triangle.
    Triangle,
}

/// A client's card.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientCard {
    /// Its node.
    pub id: NodeId,
    /// Its name.
    pub title: String,
    /// Where it is.
    pub rect: Rect,
    /// What it does and how it goes, a line each: `1 order / s`, `7 customers, A–G`, `39 placed`.
    pub lines: Vec<String>,
    /// Whether it runs.
    pub state: ProcessState,
}

/// A running instance on its service's card.
#[derive(Clone, Debug, PartialEq)]
pub struct InstanceRow {
    /// The process, for actions.
    pub process: Process,
    /// The number on its badge, from 1.
    pub number: u16,
    /// Its name, as in `payments-2`.
    pub name: String,
    /// Whether it runs.
    pub state: ProcessState,
    /// What it does: the line's first word, `waiting`, `joining`, `refused`, `crashed`, `paused`.
    pub doing: String,
    /// How far the line has come, from 0 to 1.
    pub progress: f32,
    /// It has no partition to read while its group deals them anew.
    pub waits_for_group: bool,
    /// Where the row is on the board.
    pub rect: Rect,
}

/// Instances that have no row of their own.
#[derive(Clone, Debug, PartialEq)]
pub struct RestRow {
    /// Their numbers, as in [`Process`]; sorted.
    pub ordinals: Vec<u16>,
    /// What all instances of the service do: `46 wait · 3 work · 1 crashed`.
    pub text: String,
    /// Where the row is on the board.
    pub rect: Rect,
}

/// A relay of an outbox.
#[derive(Clone, Debug, PartialEq)]
pub struct RelayMark {
    /// The process, for actions.
    pub process: Process,
    /// Its name, as in `orders relay-2`.
    pub name: String,
    /// Whether it runs.
    pub state: ProcessState,
    /// It waits until the one that leads is gone.
    pub follows: bool,
    /// What it does: `polls in 0.2 s`, `publish`, `mark`, `crashed`.
    pub doing: String,
    /// Of one that tails the log: how many rows that nobody has published lie before it.
    pub behind: Option<u32>,
}

/// The outbox, on its service's edge.
#[derive(Clone, Debug, PartialEq)]
pub struct Tray {
    /// Rows that are not published, oldest first, by their key; at most 4 are listed.
    pub rows: Vec<Option<Key>>,
    /// How many rows are not published.
    pub waiting: usize,
    /// How long the oldest of them has waited, in whole seconds; none before a second is over.
    pub oldest: Option<Span>,
    /// The relays: none, or 1 to 8 that run, stand still or have crashed.
    pub relays: Vec<RelayMark>,
    /// Where the tray is on the board.
    pub rect: Rect,
}

impl Tray {
    /// Whether any relay runs; if none does, whether one of them could go on.
    pub fn state(&self) -> ProcessState {
        let any = |state| self.relays.iter().any(|relay| relay.state == state);
        [ProcessState::Up, ProcessState::Paused, ProcessState::Crashed].into_iter().find(|state| any(*state)).unwrap_or_default()
    }

    /// What waits, and what each relay does, in words.
    pub fn words(&self) -> String {
        let rows = match self.waiting {
            0 => "empty".to_owned(),
            1 => "1 row to publish".to_owned(),
            rows => format!("{rows} rows to publish"),
        };
        let oldest = self.oldest.map_or_else(String::new, |age| format!(", the oldest for {age}"));
        let several = self.relays.len() > 1;
        let does = |relay: &RelayMark| {
            let who = if several { relay.name.as_str() } else { "the relay" };
            let behind = relay.behind.filter(|behind| *behind > 0).map_or_else(String::new, |rows| format!(", {rows} behind"));
            match relay.state {
                ProcessState::Up => format!("; {who}: {}{behind}", relay.doing),
                ProcessState::Crashed | ProcessState::NoPower => format!("; {who} has crashed"),
                ProcessState::Paused => format!("; {who} stands still{behind}"),
            }
        };
        let relays: String = self.relays.iter().map(does).collect();
        rows + &oldest + if relays.is_empty() { "; no relay" } else { &relays }
    }
}

/// A service's card.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceCard {
    /// Its node.
    pub id: NodeId,
    /// Its name.
    pub title: String,
    /// On the right of the title: `2 instances`, `generation 3`, `rebalancing`.
    pub note: String,
    /// Where it is.
    pub rect: Rect,
    /// Its instances; of very many those to look at, crashed ones first.
    pub instances: Vec<InstanceRow>,
    /// The row that stands for the others, where there are very many.
    pub rest: Option<RestRow>,
    /// Figures at the bottom: `accounts 7`, `5 behind`.
    pub foot: Vec<String>,
    /// Its outbox, where it has one.
    pub tray: Option<Tray>,
}

/// A record in a lane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecordView {
    /// Where it lies.
    pub id: RecordId,
    /// What it holds.
    pub message: MessageId,
    /// Its key.
    pub key: Option<Key>,
    /// Its shape.
    pub shape: Shape,
    /// Every group has committed past it.
    pub done: bool,
    /// It was delivered more than once to one group, or its message is in the log more than once.
    pub again: bool,
    /// A check names it.
    pub bad: bool,
    /// Where it is on the board.
    pub rect: Rect,
}

/// A group's place in a lane, under the record that it reads next.
#[derive(Clone, Debug, PartialEq)]
pub struct Caret {
    /// The groups that are there.
    pub groups: Vec<String>,
    /// The offset that is read next.
    pub offset: u32,
    /// Solid: the committed offset. Hollow: the position.
    pub committed: bool,
    /// Of the group that is selected, or of the only one.
    pub accent: bool,
    /// The tip of the caret on the board.
    pub at: Point,
}

/// How far a group has come in a lane.
#[derive(Clone, Debug, PartialEq)]
pub struct LaneGroup {
    /// The group.
    pub name: String,
    /// Its committed offset, once there is one.
    pub committed: Option<u32>,
    /// The offset that its member reads next, while one has the partition.
    pub position: Option<u32>,
    /// How many records it has still to commit.
    pub lag: u32,
    /// It is selected, or the only one.
    pub accent: bool,
}

/// A partition.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// Its number.
    pub partition: u16,
    /// How many records it has.
    pub end: u32,
    /// The groups that read it.
    pub groups: Vec<LaneGroup>,
    /// It has too many lanes beside it for records to be seen: they are drawn as a bar.
    pub bar: bool,
    /// How long a bar of all its records is, from 0 to 1: the topic's fullest lane has 1.
    pub full: f32,
    /// It has more than twice as many records as the topic's lanes have on average.
    pub hot: bool,
    /// How many older records are not shown.
    pub hidden: u32,
    /// The newest records, oldest first.
    pub records: Vec<RecordView>,
    /// Where the groups are.
    pub carets: Vec<Caret>,
    /// Where its rail is on the board.
    pub rect: Rect,
}

/// A topic on the broker's card.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicView {
    /// Its name.
    pub name: String,
    /// Beside the name: `3 partitions by customer · 36 records · 0.9 / s`.
    pub note: String,
    /// Its partitions.
    pub lanes: Vec<Lane>,
    /// Where it is on the board.
    pub rect: Rect,
}

/// A broker's card.
#[derive(Clone, Debug, PartialEq)]
pub struct BrokerCard {
    /// Its node.
    pub id: NodeId,
    /// The process, for actions.
    pub process: Process,
    /// Its name.
    pub title: String,
    /// On the right of the title: `1 of 1 up`.
    pub note: String,
    /// Whether it runs.
    pub state: ProcessState,
    /// Where it is.
    pub rect: Rect,
    /// Its topics.
    pub topics: Vec<TopicView>,
}

/// A wire as it is drawn; a consuming wire has a path for each partition that is assigned.
#[derive(Clone, Debug, PartialEq)]
pub struct WireView {
    /// The wire.
    pub id: WireId,
    /// What it is called: `Web shop to Orders`.
    pub label: String,
    /// Its curves, from the node on the left of its label to the other.
    pub paths: Vec<Path>,
    /// So many of the last curves are of partitions that are being given up: drawn dashed.
    pub leaving: usize,
    /// No partition is assigned over it: drawn dashed.
    pub idle: bool,
    /// Which ways it is cut.
    pub cut: Cut,
    /// How much slower it is than its settings say.
    pub slow: Slow,
    /// What it loses.
    pub loss: Loss,
    /// Of so many partitions nothing is fetched over it, although they are assigned.
    pub unread: usize,
}

/// A message on its way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dot {
    /// Where it is.
    pub at: Point,
    /// Its shape.
    pub shape: Shape,
    /// Its key.
    pub key: Option<Key>,
    /// It was delivered, or sent, before.
    pub again: bool,
    /// A cut holds it.
    pub held: bool,
    /// The message.
    pub message: MessageId,
    /// Its wire.
    pub wire: WireId,
}

/// The board at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    /// Clients.
    pub clients: Vec<ClientCard>,
    /// Services.
    pub services: Vec<ServiceCard>,
    /// Brokers.
    pub brokers: Vec<BrokerCard>,
    /// Wires.
    pub wires: Vec<WireView>,
    /// The smallest rectangle around all cards.
    pub bounds: Rect,
}

/// What is under the pointer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// A message on its way.
    Dot(MessageId),
    /// A record in a lane.
    Record(RecordId),
    /// A process.
    Process(Process),
    /// A card.
    Node(NodeId),
    /// A wire.
    Wire(WireId),
}
