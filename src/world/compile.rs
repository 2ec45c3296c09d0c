//! From the document to settings and programs: names become numbers, milliseconds spans.

use crate::sim::Gather;
use std::sync::Arc;

use crate::board::{
    Arrivals, Board, BrokerNode, ClientNode, Do, FieldSource, Gap, HandlerDoc, KeyDistribution, LineDoc, Names, Often, OnFailure,
    Pin, PinDoes, RelayDoc, ServiceNode, Setting, Settings, Timings, ValueDoc, Wire, WireKind,
};
use crate::broker::assignor::{Assignor, ServerAssignor};
use crate::broker::client::{Cluster, ConsumerConfig, GroupProtocol, ProducerConfig, Reset, Strategy};
use crate::broker::coordinator::GroupConfig;
use crate::broker::partitioner::Partitioner;
use crate::broker::protocol::Acks;
use crate::net::Latency;
use crate::rpc::{CallConfig, Target};
use crate::service::{
    AckOf, Change, ClientConfig, FailurePolicy, FieldDraw, GapAt, Gaps, Instruction, Line, Making, PinConfig, PinEffect,
    PinTimes, Program, PublishConfig, RelayConfig, RetryPauses, ServiceConfig, StoreConfig,
};
use crate::sim::{Actor, Few, NodeId, Role, Span, Time, TopicId, TypeId, WireId, Zipf};

fn small(value: u64) -> u16 {
    u16::try_from(value).unwrap_or(u16::MAX)
}

fn count(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// A wire's latency. The spread is at most nine tenths of the mean: if a packet could arrive at once, two processes that
/// answer each other at once would stop time.
pub(super) fn latency(wire: &Wire, timings: Timings) -> Latency {
    let mean = wire.settings.span(Setting::Latency, timings);
    Latency { mean, spread: wire.settings.span(Setting::LatencySpread, timings).min(Span(mean.0 / 10 * 9)) }
}

/// A broker's group settings.
pub(super) fn groups(broker: &BrokerNode, timings: Timings) -> GroupConfig {
    let span = |setting| broker.settings.span(setting, timings);
    GroupConfig {
        initial_rebalance_delay: span(Setting::InitialRebalanceDelay),
        max_size: count(broker.settings.get(Setting::GroupMaxSize, timings)),
        consumer_max_size: count(broker.settings.get(Setting::ConsumerMaxSize, timings)),
        consumer_session_timeout: span(Setting::ConsumerSession),
        consumer_heartbeat_interval: span(Setting::ConsumerHeartbeat),
        min_session_timeout: span(Setting::GroupMinSession),
        max_session_timeout: span(Setting::GroupMaxSession),
        ..GroupConfig::default()
    }
}

/// How long what a broker writes stays in memory before it is on disk.
pub(super) fn flush(broker: &BrokerNode, timings: Timings) -> Span {
    broker.settings.span(Setting::LogFlush, timings)
}

/// How many instances a service has.
pub(super) fn instances(service: &ServiceNode, timings: Timings) -> u16 {
    small(service.settings.get(Setting::Instances, timings))
}

/// A client's settings; also what its requests are drawn by.
pub fn request_config(board: &Board, names: &Names, client: &ClientNode) -> ClientConfig {
    let get = |setting| client.settings.get(setting, board.timings);
    let span = |setting| client.settings.span(setting, board.timings);
    let fields = board.message(&client.sends).map_or(&[][..], |kind| &kind.fields);
    let fields = fields.iter().map(|field| match &field.from {
        FieldSource::Number => FieldDraw::Number,
        FieldSource::Cents(low, high) => FieldDraw::Cents(*low, *high),
        FieldSource::Key(name) => {
            let set = board.keys.iter().find(|set| set.name == *name);
            let size = set.map_or(1, |set| set.size);
            match set.map_or(KeyDistribution::Uniform, |set| set.distribution) {
                KeyDistribution::Uniform => FieldDraw::Uniform(size),
                KeyDistribution::Zipf => FieldDraw::Zipf(Arc::new(Zipf::new(size))),
                KeyDistribution::OneBig => FieldDraw::OneBig(size),
            }
        }
    });
    let target = board.wires.iter().find_map(|wire| match wire.is {
        WireKind::Call { from, to } if from == client.id => Some((wire.id, to)),
        _ => None,
    });
    ClientConfig {
        kind: names.type_id(&client.sends).unwrap_or_default(),
        fields: fields.collect(),
        gaps: match client.arrivals {
            Arrivals::Fixed => Gaps::Fixed,
            Arrivals::Poisson => Gaps::Poisson,
        },
        interval: span(Setting::ArrivalInterval),
        first: Time::ZERO + span(Setting::FirstArrival),
        target: target.map(|(over, to)| Target {
            service: Actor::new(to, Role::Instance, 0),
            instances: board.service(to).map_or(1, |service| instances(service, board.timings)).max(1),
            over,
        }),
        call: CallConfig {
            timeout: span(Setting::CallTimeout),
            retries: count(get(Setting::CallRetries)),
            backoff: span(Setting::CallBackoff),
        },
    }
}

/// The topics of a board, as its consumers know them.
pub(super) fn cluster(board: &Board) -> Cluster {
    let topics = board.brokers.iter().flat_map(|broker| &broker.topics);
    Arc::new(topics.map(|topic| (topic.name.as_str().into(), topic.partitions)).into_map())
}

/// A service's settings and programs.
pub(super) fn service(board: &Board, names: &Names, cluster: &Cluster, service: &ServiceNode) -> ServiceConfig {
    let (settings, timings) = (&service.settings, board.timings);
    let (mut publishes, mut consumes) = (Few::new(), Few::new());
    for wire in &board.wires {
        match &wire.is {
            WireKind::Publish { from, topic } if *from == service.id => {
                if let Some((id, config)) = publish(board, names, wire.id, topic, settings) {
                    publishes.insert(id, config);
                }
            }
            WireKind::Consume { to, topic, group } if *to == service.id => {
                if let Some(config) = consume(board, names, cluster, wire.id, (topic, group), settings) {
                    consumes.insert(wire.id, config);
                }
            }
            _ => {}
        }
    }
    ServiceConfig {
        line_time: settings.span(Setting::LineTime, timings),
        workers: small(settings.get(Setting::Workers, timings)),
        requests_waiting: count(settings.get(Setting::RequestsWaiting, timings)),
        retry: RetryPauses {
            first: settings.span(Setting::RetryPause, timings),
            multiplier: settings.get(Setting::RetryMultiplier, timings),
            longest: settings.span(Setting::RetryMaximum, timings),
        },
        concurrent: settings.get(Setting::ConcurrentHandling, timings) == 1,
        ack_of: if settings.get(Setting::AckOf, timings) == 1 { AckOf::OwnOffset } else { AckOf::LowestUnfinished },
        processed_keep: Some(settings.span(Setting::ProcessedKeep, timings)).filter(|keep| keep.0 > 0),
        store: StoreConfig {
            round_trip: settings.span(Setting::StoreRoundTrip, timings),
            commit: settings.span(Setting::StoreCommit, timings),
            connections: count(settings.get(Setting::StoreConnections, timings)),
            connection_timeout: settings.span(Setting::StoreConnectionTimeout, timings),
            lock_timeout: settings.span(Setting::StoreLockTimeout, timings),
            idle_timeout: Some(settings.span(Setting::StoreIdleTimeout, timings)).filter(|idle| idle.0 > 0),
        },
        handlers: service.handlers.iter().map(|handler| Arc::new(program(board, names, handler))).collect(),
        relay: service.relay.as_ref().map(|relay| relay_config(relay, settings, timings)),
        publishes,
        consumes,
        pins: board.pins.iter().filter(|pin| pin.service == service.id).map(pin).collect(),
        client_id: format!("n{}", service.id.0).into(),
    }
}

fn broker_of(board: &Board, topic: &str) -> Option<(Actor, u16)> {
    board.topic(topic).map(|(broker, topic)| (Actor::new(broker.id, Role::Broker, 0), topic.partitions))
}

fn publish(board: &Board, names: &Names, wire: WireId, topic: &str, settings: &Settings) -> Option<(TopicId, PublishConfig)> {
    let (broker, partitions) = broker_of(board, topic)?;
    let span = |setting| settings.span(setting, board.timings);
    let producer = ProducerConfig {
        acks: match settings.get(Setting::Acks, board.timings) {
            0 => Acks::None,
            1 => Acks::Leader,
            _ => Acks::All,
        },
        request_timeout: span(Setting::RequestTimeout),
        delivery_timeout: span(Setting::DeliveryTimeout),
        retry_backoff: span(Setting::RetryBackoff),
        max_in_flight: small(settings.get(Setting::MaxInFlight, board.timings)),
        batch_size: count(settings.get(Setting::BatchSize, board.timings)),
        partitioner: match settings.get(Setting::Partitioner, board.timings) {
            0 => Partitioner::Default,
            1 => Partitioner::ConsistentRandom,
            _ => Partitioner::Murmur2Random,
        },
        broker,
        wire,
        port: 0,
    };
    Some((names.topic_id(topic)?, PublishConfig { partitions, producer }))
}

fn consume(
    board: &Board,
    names: &Names,
    cluster: &Cluster,
    wire: WireId,
    (topic, group): (&str, &str),
    settings: &Settings,
) -> Option<ConsumerConfig> {
    let (broker, partitions) = broker_of(board, topic)?;
    let span = |setting| settings.span(setting, board.timings);
    let get = |setting| settings.get(setting, board.timings);
    Some(ConsumerConfig {
        group: names.group_id(group)?,
        topic: names.topic_id(topic)?,
        topic_name: cluster.get_key_value(topic)?.0.clone(),
        partitions,
        cluster: cluster.clone(),
        client_id: "".into(),
        protocol: if get(Setting::GroupProtocol) == 1 { GroupProtocol::Consumer } else { GroupProtocol::Classic },
        remote_assignor: match get(Setting::RemoteAssignor) {
            0 => None,
            1 => Some(ServerAssignor::Uniform),
            _ => Some(ServerAssignor::Range),
        },
        strategy: match get(Setting::AssignmentStrategy) {
            0 => Strategy::RangeThenCooperative,
            1 => Strategy::Only(Assignor::Range),
            2 => Strategy::Only(Assignor::RoundRobin),
            3 => Strategy::Only(Assignor::Sticky),
            _ => Strategy::Only(Assignor::CooperativeSticky),
        },
        instance: (get(Setting::GroupInstanceId) == 1).then(|| "".into()),
        rack: None,
        session_timeout: span(Setting::SessionTimeout),
        heartbeat_interval: span(Setting::HeartbeatInterval),
        max_poll_interval: span(Setting::MaxPollInterval),
        fetch_max_wait: span(Setting::FetchMaxWait),
        max_poll_records: small(get(Setting::MaxPollRecords)),
        request_timeout: span(Setting::RequestTimeout),
        retry_backoff: span(Setting::RetryBackoff),
        auto_commit: (get(Setting::AutoCommit) == 1).then(|| span(Setting::AutoCommitInterval)),
        auto_offset_reset: if get(Setting::OffsetReset) == 0 { Reset::Earliest } else { Reset::Latest },
        broker,
        wire,
        port: 0,
    })
}

fn place_of(board: &Board, kind: &str, field: &str) -> u8 {
    let fields = board.message(kind).map_or(&[][..], |kind| &kind.fields);
    let place = fields.iter().position(|known| known.name == field);
    place.and_then(|place| u8::try_from(place).ok()).unwrap_or(u8::MAX)
}

fn program(board: &Board, names: &Names, handler: &HandlerDoc) -> Program {
    let line = |line: &LineDoc| Line { id: line.id, does: instruction(board, names, &handler.on, &line.does) };
    Program {
        id: handler.id,
        on: type_id(names, &handler.on),
        from: handler.from.as_deref().and_then(|topic| names.topic_id(topic)),
        on_failure: match &handler.on_failure {
            OnFailure::Retry => FailurePolicy::Retry,
            OnFailure::RetryThenSkip(times) => FailurePolicy::Skip(*times),
            OnFailure::RetryThenDeadLetter(to) => {
                FailurePolicy::DeadLetter { retries: to.retries, topic: names.topic_id(&to.topic).unwrap_or_default() }
            }
            OnFailure::Skip => FailurePolicy::Skip(0),
            OnFailure::Stop => FailurePolicy::Stop,
        },
        lines: handler.lines.iter().map(line).collect(),
        says: handler.lines.iter().map(|line| (line.does.word(), line.does.rest())).collect(),
    }
}

fn type_id(names: &Names, kind: &str) -> TypeId {
    names.type_id(kind).unwrap_or(TypeId(u16::MAX))
}

fn relay_config(relay: &RelayDoc, settings: &Settings, timings: Timings) -> RelayConfig {
    let span = |setting| settings.span(setting, timings);
    // At 0 what is kept is kept for ever.
    let keep = |setting| Some(span(setting)).filter(|keep| *keep > Span::ZERO);
    let elects = settings.get(Setting::RelayInstances, timings) > 1 && settings.get(Setting::RelayLeader, timings) == 1;
    RelayConfig {
        program: Arc::new(relay_program(relay)),
        interval: span(Setting::RelayInterval),
        batch: count(settings.get(Setting::RelayBatch, timings)),
        flush: span(Setting::RelayFlush),
        lease: elects.then(|| span(Setting::RelayLease)),
        keep: keep(Setting::OutboxKeep),
        log_keep: keep(Setting::LogKeep),
    }
}

fn relay_program(relay: &RelayDoc) -> Program {
    let does = |does: &Do| match does {
        Do::PublishRows => Instruction::PublishRows,
        Do::Mark => Instruction::Mark,
        Do::PollAfter => Instruction::PollAfter,
        Do::Tail => Instruction::Tail,
        Do::Save => Instruction::Save,
        _ => Instruction::Poll,
    };
    let lines = relay.lines.iter().map(|line| Line { id: line.id, does: does(&line.does) }).collect();
    Program { id: relay.id, on: TypeId(u16::MAX), from: None, on_failure: FailurePolicy::default(), lines, says: [].into() }
}

fn instruction(board: &Board, names: &Names, on: &str, does: &Do) -> Instruction {
    let ms = |ms: u32| Span::ms(u64::from(ms));
    match does {
        Do::Work { ms: mean, spread } => Instruction::Work { mean: ms(*mean), spread: ms(*spread) },
        Do::Begin => Instruction::Begin,
        Do::Commit => Instruction::Commit,
        Do::Track => Instruction::Track,
        Do::TrackOffset => Instruction::TrackOffset,
        Do::Fence => Instruction::Fence,
        Do::Require(require) => Instruction::Require {
            table: names.table_id(&require.table).unwrap_or_default(),
            key: place_of(board, on, &require.key),
            least: place_of(board, on, &require.at_least),
        },
        Do::Reply => Instruction::Reply,
        Do::Ack => Instruction::Ack,
        Do::Poll => Instruction::Poll,
        Do::PublishRows => Instruction::PublishRows,
        Do::Mark => Instruction::Mark,
        Do::PollAfter => Instruction::PollAfter,
        Do::Tail => Instruction::Tail,
        Do::Save => Instruction::Save,
        Do::Write(write) => Instruction::Write {
            table: names.table_id(&write.table).unwrap_or_default(),
            key: place_of(board, on, &write.key),
            from: place_of(board, on, write.op.field()),
            op: match &write.op {
                ValueDoc::Set(_) => Change::Set,
                ValueDoc::Add(_) => Change::Add,
                ValueDoc::Subtract(_) => Change::Subtract,
                ValueDoc::Insert(_) => Change::Insert,
                ValueDoc::SetIfNewer { by, .. } => Change::SetIfNewer(place_of(board, on, by)),
            },
        },
        Do::Outbox { message, topic, key } => Instruction::Outbox(making(board, names, on, (message, topic, key.as_deref()))),
        Do::Publish { message, topic, key } => Instruction::Publish(making(board, names, on, (message, topic, key.as_deref()))),
    }
}

fn making(board: &Board, names: &Names, on: &str, (message, topic, key): (&str, &str, Option<&str>)) -> Making {
    let fields = board.message(message).map_or(&[][..], |kind| &kind.fields);
    Making {
        kind: type_id(names, message),
        topic: names.topic_id(topic).unwrap_or_default(),
        copies: fields.iter().map(|field| place_of(board, on, &field.name)).collect(),
        key: key.map(|key| place_of(board, message, key)),
    }
}

fn pin(pin: &Pin) -> PinConfig {
    PinConfig {
        gap: match pin.gap {
            Gap::Start(handler) => GapAt::Start(handler),
            Gap::After(line) => GapAt::After(line),
        },
        does: match pin.does {
            PinDoes::Crash => PinEffect::Crash,
            PinDoes::Pause => PinEffect::Pause,
            PinDoes::Fail => PinEffect::Fail,
            PinDoes::DropReply => PinEffect::DropReply,
            PinDoes::Delay(ms) => PinEffect::Delay(Span::ms(u64::from(ms))),
        },
        times: match pin.often {
            Often::Once => PinTimes::Once,
            Often::Always => PinTimes::Always,
            Often::Nth(nth) => PinTimes::Nth(nth),
        },
        only: pin.only,
        key: pin.key,
        back_after: pin.back_after_ms.map(|ms| Span::ms(u64::from(ms))),
    }
}

/// All nodes that run something, with their processes' first lives: brokers, services' instances and relays, clients.
pub(super) fn processes(board: &Board) -> Vec<Actor> {
    let brokers = board.brokers.iter().map(|broker| Actor::new(broker.id, Role::Broker, 0));
    let services = board.services.iter().flat_map(|service| service_processes(service, board.timings));
    let clients = board.clients.iter().map(|client| Actor::new(client.id, Role::Client, 0));
    brokers.chain(services).chain(clients).collect()
}

/// The processes that a service should have.
pub(super) fn service_processes(service: &ServiceNode, timings: Timings) -> Vec<Actor> {
    let id: NodeId = service.id;
    let instances = (0..instances(service, timings)).map(|ordinal| Actor::new(id, Role::Instance, ordinal));
    let relays = service.relay.as_ref().map_or(0, |_| small(service.settings.get(Setting::RelayInstances, timings)));
    instances.chain((0..relays).map(|ordinal| Actor::new(id, Role::Relay, ordinal))).collect()
}
