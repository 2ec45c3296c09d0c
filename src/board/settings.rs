//! Every number that can be set: one table of names, sentences, units, limits and defaults.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::sim::{NodeId, Span, WireId};

/// Which defaults a board's settings have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Timings {
    /// Slow enough to be watched at 1×.
    #[default]
    Classroom,
    /// As the real systems have them.
    Real,
}

/// What a setting belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// A node.
    Node(NodeId),
    /// A wire.
    Wire(WireId),
}

/// The unit of a setting's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Milliseconds.
    Ms,
    /// A plain count.
    Count,
    /// Bytes.
    Bytes,
    /// One of these words, by its place.
    Choice(&'static [&'static str]),
}

/// When a changed setting takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applies {
    /// At once.
    Now,
    /// When the consumer joins its group the next time.
    NextJoin,
    /// For the next message handled.
    NextActivation,
    /// When the run is started again.
    OnReset,
}

/// Whose default is shown beside a setting's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Apache Kafka 4.0: broker, producer and consumer.
    Kafka,
    /// resilience4j 2.3: its retry and its time limiter.
    Resilience4j,
    /// Eventuate Tram's polling relay.
    EventuateTram,
    /// HikariCP 6: a pool of connections.
    HikariCp,
    /// Debezium's connectors on Kafka Connect.
    Debezium,
    /// MySQL 8.4 with InnoDB.
    MySql,
    /// PostgreSQL 17: `idle_in_transaction_session_timeout`.
    PostgreSql,
    /// The leader election of Kubernetes' controllers.
    Kubernetes,
    /// The kernel of Linux: how long it keeps written pages in memory.
    Linux,
    /// Apache Tomcat's connector.
    Tomcat,
    /// Spring Kafka's error handlers.
    Spring,
    /// No system has it: what a quiet machine in a data centre would show.
    Crosstalk,
}

impl Source {
    /// The name of the system.
    pub const fn name(self) -> &'static str {
        match self {
            Source::Kafka => "Kafka",
            Source::Resilience4j => "resilience4j",
            Source::EventuateTram => "Eventuate Tram",
            Source::HikariCp => "HikariCP",
            Source::Debezium => "Debezium",
            Source::MySql => "MySQL",
            Source::PostgreSql => "PostgreSQL",
            Source::Kubernetes => "Kubernetes",
            Source::Linux => "Linux",
            Source::Tomcat => "Tomcat",
            Source::Spring => "Spring Kafka",
            Source::Crosstalk => "real",
        }
    }
}

/// What is known about a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettingInfo {
    /// Its name; Kafka's own where there is one.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub sentence: &'static str,
    /// Its unit.
    pub unit: Unit,
    /// The least value that is taken.
    pub min: u64,
    /// The greatest value that is taken.
    pub max: u64,
    /// The default at classroom timings.
    pub classroom: u64,
    /// The default of the real systems.
    pub real: u64,
    /// Whose default that is.
    pub source: Source,
    /// When a change takes effect.
    pub applies: Applies,
}

macro_rules! settings {
    ($($variant:ident, $name:literal, $unit:expr, $min:literal ..= $max:literal, $classroom:literal, $real:literal $source:ident, $applies:ident, $sentence:literal;)*) => {
        /// A setting.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Setting {
            $(#[doc = $sentence] #[serde(rename = $name)] $variant,)*
        }

        impl Setting {
            /// All of them, in the order of the table.
            pub const ALL: &[Setting] = &[$(Setting::$variant),*];

            /// What is known about it.
            pub const fn info(self) -> SettingInfo {
                match self {
                    $(Setting::$variant => SettingInfo {
                        name: $name, sentence: $sentence, unit: $unit, min: $min, max: $max,
                        classroom: $classroom, real: $real, source: Source::$source, applies: Applies::$applies,
                    },)*
                }
            }
        }
    };
}

settings! {
    ArrivalInterval, "arrivals.interval.ms", Unit::Ms, 10..=3_600_000, 1_500, 1_000 Crosstalk, Now,
        "The time between two requests of the client, on average.";
    FirstArrival, "arrivals.first.ms", Unit::Ms, 0..=3_600_000, 4_000, 4_000 Crosstalk, OnReset,
        "When the client sends its first request.";
    CallTimeout, "call.timeout.ms", Unit::Ms, 1..=3_600_000, 6_000, 1_000 Resilience4j, NextActivation,
        "How long the client waits for a reply before it tries again.";
    CallRetries, "call.retries", Unit::Count, 0..=100, 3, 2 Resilience4j, NextActivation,
        "How often the client tries again, with the same order number.";
    CallBackoff, "call.backoff.ms", Unit::Ms, 0..=3_600_000, 1_000, 500 Resilience4j, NextActivation,
        "How long the client waits before it tries again.";
    Instances, "instances", Unit::Count, 0..=50, 1, 1 Crosstalk, Now,
        "How many processes of the service run.";
    Workers, "workers", Unit::Count, 1..=16, 1, 1 Crosstalk, Now,
        "How many messages one process handles at the same time; one at a time of each partition, if not set otherwise.";
    RequestsWaiting, "requests.waiting.max", Unit::Count, 1..=100_000, 1_000, 100 Tomcat, Now,
        "How many requests wait at one process for a worker; beyond it a connection is closed unread.";
    LineTime, "line.time.ms", Unit::Ms, 0..=60_000, 150, 0 Crosstalk, NextActivation,
        "How long each line of a program takes, so that it can be seen and hit.";
    RetryPause, "handler.retry.ms", Unit::Ms, 1..=3_600_000, 1_000, 1_000 Crosstalk, NextActivation,
        "How long a handler that failed waits before it starts again the first time.";
    RetryMultiplier, "handler.retry.multiplier", Unit::Count, 1..=10, 1, 1 Spring, NextActivation,
        "By how much that pause grows with each further failure of the same message.";
    RetryMaximum, "handler.retry.max.ms", Unit::Ms, 1..=3_600_000, 30_000, 30_000 Spring, NextActivation,
        "The longest pause that it grows to.";
    ConcurrentHandling, "concurrent.handling", Unit::Choice(&["off", "on"]), 0..=1, 0, 0 Crosstalk, Now,
        "Whether the workers of one process handle records of the same partition at the same time: that loses their order.";
    AckOf, "ack.of", Unit::Choice(&["lowest unfinished", "own offset"]), 0..=1, 0, 0 Crosstalk, NextActivation,
        "What an acknowledgement commits: what all before it allow, or its own place, past what is unfinished below.";
    ProcessedKeep, "processed.keep.ms", Unit::Ms, 0..=3_600_000, 0, 0 Crosstalk, Now,
        "How long processed_messages remembers a message before a sweep deletes it; 0 is for ever.";
    StoreRoundTrip, "store.round.trip.ms", Unit::Ms, 0..=60_000, 10, 1 Crosstalk, NextActivation,
        "How long a statement takes to the service's store and back; its connection is in use as long.";
    StoreCommit, "store.commit.ms", Unit::Ms, 0..=60_000, 20, 2 Crosstalk, NextActivation,
        "How long a commit takes beside its round trip: the log has to reach the disk.";
    StoreConnections, "store.connections", Unit::Count, 1..=1_000, 10, 10 HikariCp, Now,
        "How many connections to the store the processes of the service share; a transaction holds one to its end.";
    StoreConnectionTimeout, "store.connection.timeout.ms", Unit::Ms, 1..=3_600_000, 10_000, 30_000 HikariCp, NextActivation,
        "How long one waits for a connection to the store before its line fails.";
    StoreLockTimeout, "store.lock.timeout.ms", Unit::Ms, 1..=3_600_000, 10_000, 50_000 MySql, NextActivation,
        "How long a statement waits for a lock before its transaction is rolled back.";
    StoreIdleTimeout, "store.idle.timeout.ms", Unit::Ms, 0..=3_600_000, 0, 0 PostgreSql, NextActivation,
        "How long a transaction may be open with no statement before the store ends it, as soon as others need the store; 0 is for ever.";
    RelayInterval, "relay.poll.interval.ms", Unit::Ms, 1..=3_600_000, 1_000, 500 EventuateTram, Now,
        "How long the relay sleeps after it found the outbox empty.";
    RelayBatch, "relay.batch.size", Unit::Count, 1..=10_000, 5, 1_000 EventuateTram, Now,
        "How many rows of the outbox the relay reads at once.";
    RelayInstances, "relay.instances", Unit::Count, 1..=8, 1, 1 Crosstalk, Now,
        "How many relay processes of the service run.";
    RelayLeader, "relay.leader", Unit::Choice(&["off", "on"]), 0..=1, 1, 1 EventuateTram, Now,
        "Whether only one of several relays works; without a leader each of them publishes what it finds.";
    RelayLease, "relay.lease.ms", Unit::Ms, 100..=3_600_000, 6_000, 15_000 Kubernetes, Now,
        "How long the leading relay may be silent before another one takes over; it renews three times in that time.";
    RelayFlush, "relay.flush.interval.ms", Unit::Ms, 0..=3_600_000, 5_000, 60_000 Debezium, Now,
        "How long a relay that tails the log waits before it saves its position again; a crash repeats what came since.";
    OutboxKeep, "outbox.keep.ms", Unit::Ms, 0..=2_592_000_000, 600_000, 0 EventuateTram, Now,
        "How long published rows stay in the outbox before the relay deletes them; at 0 they stay for ever.";
    LogKeep, "log.keep.ms", Unit::Ms, 0..=2_592_000_000, 0, 2_592_000_000 MySql, Now,
        "How long the log of commits can be read; a relay that was down longer misses rows. At 0 it is for ever.";
    Acks, "acks", Unit::Choice(&["0", "1", "all"]), 0..=2, 2, 2 Kafka, NextActivation,
        "Which acknowledgement a producer waits for: none, the leader's, or that of all replicas in sync.";
    RequestTimeout, "request.timeout.ms", Unit::Ms, 1..=3_600_000, 3_000, 30_000 Kafka, NextActivation,
        "How long a client of the broker waits for a response before it sends its request again.";
    DeliveryTimeout, "delivery.timeout.ms", Unit::Ms, 1..=3_600_000, 30_000, 120_000 Kafka, NextActivation,
        "How long a producer goes on trying to deliver a record.";
    RetryBackoff, "retry.backoff.ms", Unit::Ms, 1..=3_600_000, 100, 100 Kafka, NextActivation,
        "How long a client of the broker waits before it sends a failed request again.";
    MaxInFlight, "max.in.flight.requests.per.connection", Unit::Count, 1..=1_000, 5, 5 Kafka, NextActivation,
        "How many records a producer sends before the first is acknowledged; at 1 a retry reorders nothing.";
    BatchSize, "batch.size", Unit::Bytes, 1..=16_777_216, 16_384, 16_384 Kafka, NextActivation,
        "How many bytes of records without a key go to one partition before another is chosen.";
    Partitioner, "partitioner", Unit::Choice(&["Java's default", "consistent_random", "murmur2_random"]), 0..=2, 0, 0 Kafka, NextActivation,
        "How a producer finds the partition of a record. librdkafka's consistent_random puts a key elsewhere than Java; its murmur2_random agrees with it.";
    SessionTimeout, "session.timeout.ms", Unit::Ms, 100..=3_600_000, 6_000, 45_000 Kafka, NextJoin,
        "How long the group coordinator waits for a heartbeat before it removes a member.";
    HeartbeatInterval, "heartbeat.interval.ms", Unit::Ms, 1..=600_000, 2_000, 3_000 Kafka, NextJoin,
        "How often a member of a group says that it lives.";
    MaxPollInterval, "max.poll.interval.ms", Unit::Ms, 1_000..=3_600_000, 20_000, 300_000 Kafka, NextJoin,
        "How long a member may take between two polls; a rebalance waits that long for it.";
    MaxPollRecords, "max.poll.records", Unit::Count, 1..=10_000, 1, 500 Kafka, NextJoin,
        "How many records a poll returns at the most.";
    FetchMaxWait, "fetch.max.wait.ms", Unit::Ms, 0..=60_000, 500, 500 Kafka, NextJoin,
        "How long the broker holds a fetch for which it has no records.";
    AssignmentStrategy, "partition.assignment.strategy", Unit::Choice(&["range, cooperative-sticky", "range", "roundrobin", "sticky", "cooperative-sticky"]), 0..=4, 0, 0 Kafka, NextJoin,
        "Who reads which partitions. Only with cooperative-sticky alone do members go on reading what they keep while the group rebalances.";
    GroupProtocol, "group.protocol", Unit::Choice(&["classic", "consumer"]), 0..=1, 0, 0 Kafka, Now,
        "How members are in their group: they stop together and one of them assigns, or the broker assigns and each changes by itself.";
    RemoteAssignor, "group.remote.assignor", Unit::Choice(&["the broker's", "uniform", "range"]), 0..=2, 0, 0 Kafka, NextJoin,
        "Which of the broker's assignors deals out partitions where group.protocol is consumer: the one that most members ask for.";
    GroupInstanceId, "group.instance.id", Unit::Choice(&["off", "on"]), 0..=1, 0, 0 Kafka, Now,
        "Whether each process keeps its place in the group: it does not say that it leaves, and is back without a rebalance if its session has not ended.";
    AutoCommit, "enable.auto.commit", Unit::Choice(&["off", "on"]), 0..=1, 0, 1 Kafka, Now,
        "Whether a consumer commits by itself, when it polls, all that it was handed before, done or not: ack then does nothing.";
    AutoCommitInterval, "auto.commit.interval.ms", Unit::Ms, 1..=3_600_000, 3_000, 5_000 Kafka, Now,
        "How long a consumer for which enable.auto.commit is on waits before it commits again; a crash repeats what came since.";
    OffsetReset, "auto.offset.reset", Unit::Choice(&["earliest", "latest"]), 0..=1, 0, 1 Kafka, NextJoin,
        "Where a group starts to read when it has committed no offset.";
    InitialRebalanceDelay, "group.initial.rebalance.delay.ms", Unit::Ms, 0..=600_000, 1_000, 3_000 Kafka, Now,
        "How long an empty group waits for more members before it first assigns partitions.";
    ConsumerSession, "group.consumer.session.timeout.ms", Unit::Ms, 100..=3_600_000, 6_000, 45_000 Kafka, Now,
        "How long the group coordinator waits for a heartbeat of a member whose group.protocol is consumer before it removes it.";
    ConsumerHeartbeat, "group.consumer.heartbeat.interval.ms", Unit::Ms, 1..=600_000, 2_000, 5_000 Kafka, Now,
        "How often a member whose group.protocol is consumer says that it lives: the broker tells it.";
    GroupMaxSize, "group.max.size", Unit::Count, 1..=2_147_483_647, 2_147_483_647, 2_147_483_647 Kafka, NextJoin,
        "How many members a group may have; one more is refused, and stays out until it is started again.";
    ConsumerMaxSize, "group.consumer.max.size", Unit::Count, 1..=2_147_483_647, 2_147_483_647, 2_147_483_647 Kafka, NextJoin,
        "How many members a group may have where group.protocol is consumer; one more is refused, and stays out until it is started again.";
    GroupMinSession, "group.min.session.timeout.ms", Unit::Ms, 1..=3_600_000, 6_000, 6_000 Kafka, NextJoin,
        "The shortest session timeout that the broker takes from a consumer.";
    GroupMaxSession, "group.max.session.timeout.ms", Unit::Ms, 100..=3_600_000, 1_800_000, 1_800_000 Kafka, NextJoin,
        "The longest session timeout that the broker takes from a consumer.";
    LogFlush, "log.flush.interval.ms", Unit::Ms, 0..=3_600_000, 10_000, 30_000 Linux, Now,
        "How long what the broker writes stays in memory before it is on disk, where a power loss takes it; at 0 not at all.";
    Latency, "latency.ms", Unit::Ms, 1..=600_000, 350, 1 Crosstalk, Now,
        "How long a packet travels this wire one way.";
    LatencySpread, "latency.spread.ms", Unit::Ms, 0..=600_000, 50, 0 Crosstalk, Now,
        "By how much the latency varies, up and down: at most nine tenths of it.";
}

impl Setting {
    /// Its default under those timings.
    pub const fn default_at(self, timings: Timings) -> u64 {
        match timings {
            Timings::Classroom => self.info().classroom,
            Timings::Real => self.info().real,
        }
    }

    /// A value as it is shown, with its unit.
    pub fn text(self, value: u64) -> String {
        match self.info().unit {
            // Nothing is rounded away.
            Unit::Ms if value > 1_000 && !value.is_multiple_of(100) => format!("{value} ms"),
            Unit::Ms => Span::ms(value).to_string(),
            Unit::Count => value.to_string(),
            Unit::Bytes => format!("{value} B"),
            Unit::Choice(words) => {
                usize::try_from(value).ok().and_then(|at| words.get(at)).map_or_else(String::new, |word| (*word).to_owned())
            }
        }
    }

    /// Says why a value is not taken, if it is not.
    ///
    /// # Errors
    /// A sentence that names the setting, its limits and its unit.
    pub fn check(self, value: u64) -> Result<(), String> {
        let info = self.info();
        if (info.min..=info.max).contains(&value) {
            return Ok(());
        }
        let unit = match info.unit {
            Unit::Ms => " ms",
            Unit::Bytes => " bytes",
            Unit::Count | Unit::Choice(_) => "",
        };
        Err(format!("{} takes {} to {}{unit}, not {value}", info.name, info.min, info.max))
    }

    /// The settings of a client.
    pub const CLIENT: &[Setting] =
        &[Setting::ArrivalInterval, Setting::FirstArrival, Setting::CallTimeout, Setting::CallRetries, Setting::CallBackoff];
    /// The settings of a service.
    pub const SERVICE: &[Setting] = &[
        Setting::Instances,
        Setting::Workers,
        Setting::RequestsWaiting,
        Setting::LineTime,
        Setting::RetryPause,
        Setting::RetryMultiplier,
        Setting::RetryMaximum,
        Setting::ConcurrentHandling,
        Setting::AckOf,
        Setting::ProcessedKeep,
        Setting::StoreRoundTrip,
        Setting::StoreCommit,
        Setting::StoreConnections,
        Setting::StoreConnectionTimeout,
        Setting::StoreLockTimeout,
        Setting::StoreIdleTimeout,
        Setting::RelayInterval,
        Setting::RelayBatch,
        Setting::RelayInstances,
        Setting::RelayLeader,
        Setting::RelayLease,
        Setting::RelayFlush,
        Setting::OutboxKeep,
        Setting::LogKeep,
        Setting::Acks,
        Setting::RequestTimeout,
        Setting::DeliveryTimeout,
        Setting::RetryBackoff,
        Setting::MaxInFlight,
        Setting::BatchSize,
        Setting::Partitioner,
        Setting::SessionTimeout,
        Setting::HeartbeatInterval,
        Setting::MaxPollInterval,
        Setting::MaxPollRecords,
        Setting::FetchMaxWait,
        Setting::AssignmentStrategy,
        Setting::GroupProtocol,
        Setting::RemoteAssignor,
        Setting::GroupInstanceId,
        Setting::AutoCommit,
        Setting::AutoCommitInterval,
        Setting::OffsetReset,
    ];
    /// The settings of a broker.
    pub const BROKER: &[Setting] = &[
        Setting::InitialRebalanceDelay,
        Setting::ConsumerSession,
        Setting::ConsumerHeartbeat,
        Setting::GroupMaxSize,
        Setting::ConsumerMaxSize,
        Setting::GroupMinSession,
        Setting::GroupMaxSession,
        Setting::LogFlush,
    ];
    /// The settings of a wire.
    pub const WIRE: &[Setting] = &[Setting::Latency, Setting::LatencySpread];
}

/// The settings of one place that differ from their defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Settings(pub BTreeMap<Setting, u64>);

impl Settings {
    /// Whether all have their defaults.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A setting's value.
    pub fn get(&self, setting: Setting, timings: Timings) -> u64 {
        self.0.get(&setting).copied().unwrap_or(setting.default_at(timings))
    }

    /// A setting's value as a span.
    pub fn span(&self, setting: Setting, timings: Timings) -> Span {
        Span::ms(self.get(setting, timings))
    }
}
