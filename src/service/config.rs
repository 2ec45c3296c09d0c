//! What a service is made of besides its state: the world compiles it from the board.

use std::sync::Arc;

use crate::broker::client::{ConsumerConfig, ProducerConfig};
use crate::sim::{Few, HandlerId, LineId, Span, TopicId, WireId};

use super::program::Program;

/// A service's settings and programs.
///
/// In this order in memory: what nearly every step reads lies together at the beginning.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct ServiceConfig {
    /// What each line takes, `work` apart.
    pub line_time: Span,
    /// How many messages one instance handles at the same time.
    pub workers: u16,
    /// Whether records of the same partition are handled at the same time.
    pub concurrent: bool,
    /// What an acknowledgement commits.
    pub ack_of: AckOf,
    /// The most requests that wait at one instance.
    pub requests_waiting: u32,
    /// What its store costs.
    pub store: StoreConfig,
    /// The handlers.
    pub handlers: Vec<Arc<Program>>,
    /// The outbox's relays, where there are any.
    pub relay: Option<RelayConfig>,
    /// Where each topic is published, by topic.
    pub publishes: Few<TopicId, PublishConfig>,
    /// The pauses before a failed program starts again.
    pub retry: RetryPauses,
    /// How long `processed_messages` remembers; for ever where absent.
    pub processed_keep: Option<Span>,
    /// What is consumed, by wire. `client_id`, ports and, where there is one, `instance` are completed for each instance.
    pub consumes: Few<WireId, ConsumerConfig>,
    /// The pins on its programs.
    pub pins: Vec<PinConfig>,
    /// `n<node>`: client ids begin with it.
    pub client_id: Arc<str>,
}

/// What a store costs, and how long is waited for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct StoreConfig {
    /// What each statement takes.
    pub round_trip: Span,
    /// What a commit takes beside its round trip.
    pub commit: Span,
    /// How long a transaction may do nothing; for ever where absent.
    pub idle_timeout: Option<Span>,
    /// How many connections the processes of the service share.
    pub connections: u32,
    /// How long one waits for a connection.
    pub connection_timeout: Span,
    /// How long a statement waits for a lock.
    pub lock_timeout: Span,
}

/// What a service's relays do.
#[derive(Clone, Debug, PartialEq)]
pub struct RelayConfig {
    /// Their program.
    pub program: Arc<Program>,
    /// How long a relay sleeps when it found nothing to publish.
    pub interval: Span,
    /// How many rows a relay reads at once.
    pub batch: u32,
    /// How long a relay that tails waits before it saves its position again.
    pub flush: Span,
    /// How long the lease of the one that works runs; none where each works for itself.
    pub lease: Option<Span>,
    /// How long published rows stay in the table; none where they stay for ever.
    pub keep: Option<Span>,
    /// How long the log of commits can be read; none where for ever.
    pub log_keep: Option<Span>,
}

/// The pauses before a failed program starts again: the first, then longer by a factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPauses {
    /// After the first failure of a message.
    pub first: Span,
    /// By how much each further one is longer than the one before.
    pub multiplier: u64,
    /// What they grow to at the most.
    pub longest: Span,
}

impl RetryPauses {
    /// The pause after so many failures of a message, counted from 1.
    pub fn after(self, failures: u32) -> Span {
        let grown = self.multiplier.saturating_pow(failures.saturating_sub(1)).saturating_mul(self.first.0);
        self.first.max(Span(grown).min(self.longest))
    }
}

/// What an acknowledgement commits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AckOf {
    /// The first offset of the partition that this instance has taken up and not acknowledged.
    LowestUnfinished,
    /// The offset behind its own record, whatever is unfinished below.
    OwnOffset,
}

/// What a pin does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinEffect {
    /// The process dies there.
    Crash,
    /// The process stands still there.
    Pause,
    /// The handling fails there.
    Fail,
    /// The answer to the next line that waits for one or gives one is lost.
    DropReply,
    /// The handling waits there.
    Delay(Span),
}

/// How often a pin acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinTimes {
    /// The first time.
    Once,
    /// Every time.
    Always,
    /// The nth time, from 1.
    Nth(u32),
}

/// Where a topic is published.
#[derive(Clone, Debug, PartialEq)]
pub struct PublishConfig {
    /// How many partitions it has.
    pub partitions: u16,
    /// How its producer behaves. The port is completed for each process.
    pub producer: ProducerConfig,
}

/// A place between lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GapAt {
    /// Before a program's first line.
    Start(HandlerId),
    /// Behind a line.
    After(LineId),
}

/// A failure between two lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PinConfig {
    /// Where.
    pub gap: GapAt,
    /// What it does.
    pub does: PinEffect,
    /// How often it acts.
    pub times: PinTimes,
    /// The instance that it waits for; any when absent.
    pub only: Option<u16>,
    /// The key that it waits for; any when absent.
    pub key: Option<u32>,
    /// When the process comes back; by itself it does not.
    pub back_after: Option<Span>,
}

/// The ports of a process: three to a wire, so that a connection tells which client it belongs to.
pub mod port {
    use crate::sim::WireId;

    /// Of a consumer's coordinator connection; its fetch connection is the next.
    pub const fn consumer(wire: WireId) -> u32 {
        wire.0.wrapping_mul(4)
    }

    /// Of a producer.
    pub const fn producer(wire: WireId) -> u32 {
        wire.0.wrapping_mul(4).wrapping_add(2)
    }

    /// The wire that a port belongs to, and whether it is a producer's.
    pub const fn owner(port: u32) -> (WireId, bool) {
        (WireId(port / 4), port % 4 == 2)
    }
}
