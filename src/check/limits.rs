//! How long things may take before they count as stuck, and how long an outbox is watched: from a board's settings.

use std::collections::BTreeMap;

use super::dues::Shortest;
use super::groups::GroupLimits;
use crate::board::{Board, Do, Names, RelayDoc, ServiceNode, Setting, WireKind};
use crate::sim::{Gather, GroupId, NodeId, Span, TopicId};
use crate::store::RelayKind;

/// How many times the longest thing that may rightly take its time has to pass before something is stuck: once for what
/// was under way, once for the failover that follows, and once for what was under way then.
const PATIENCE: u64 = 3;
/// In a storm members go and come back so many times, each as quickly as may be.
const TURNS: u64 = 4;
/// A window is so many rounds of a relay that finds nothing: long enough for it to come round to every row.
const ROUNDS: u64 = 10;

/// All limits of a board.
#[derive(Clone, Debug, Default)]
pub(super) struct Limits {
    /// How long a group may get nowhere with a partition of a topic.
    pub(super) partitions: BTreeMap<(GroupId, TopicId), Span>,
    /// How long a process of a service may do no line of a handler that it is in.
    pub(super) processes: BTreeMap<NodeId, Span>,
    /// How long somebody may wait for a connection to a service's store, with hardly a break.
    pub(super) pools: BTreeMap<NodeId, Span>,
    /// Those of the outboxes that have a relay.
    pub(super) outboxes: BTreeMap<NodeId, OutboxLimits>,
    /// Those of the groups.
    pub(super) groups: BTreeMap<GroupId, GroupLimits>,
    /// The topics into which records with keys are sent, each with how many partitions it has.
    pub(super) keyed: BTreeMap<TopicId, u16>,
    /// The shortest of each kind.
    pub(super) shortest: Shortest,
}

/// The limits of an outbox.
#[derive(Clone, Copy, Debug)]
pub(super) struct OutboxLimits {
    /// How long no row may be published while some wait.
    pub(super) still: Span,
    /// The windows in which the growth of what is not published is watched.
    pub(super) window: Span,
    /// Those in which the growth of what is published and kept is watched: at least as long as it is meant to be kept.
    pub(super) keep_window: Span,
}

impl Limits {
    /// Reads them off a board.
    pub(super) fn of(board: &Board, names: &Names) -> Limits {
        let mut limits = Limits { keyed: keyed(board, names), ..Limits::default() };
        for wire in &board.wires {
            if let WireKind::Consume { to, topic, group } = &wire.is
                && let (Some(service), Some(topic), Some(group)) =
                    (board.service(*to), names.topic_id(topic), names.group_id(group))
            {
                let span = times(PATIENCE, longest(board, service, &READING).max(longest_work(service)));
                let limit = limits.partitions.entry((group, topic)).or_default();
                *limit = span.max(*limit);
                let (storm, halt) = (times(TURNS, cycle(board, service)), longest(board, service, &[Setting::SessionTimeout]));
                let limits = limits.groups.entry(group).or_default();
                (limits.storm, limits.halt) = (limits.storm.max(storm), limits.halt.max(halt));
            }
        }
        for service in &board.services {
            let longest = longest(board, service, &WORKING).max(longest_work(service));
            limits.processes.insert(service.id, times(PATIENCE, longest));
            // As long as one alone would wait before it gives up.
            limits.pools.insert(service.id, service.settings.span(Setting::StoreConnectionTimeout, board.timings));
            if let Some(kind) = service.relay.as_ref().and_then(RelayDoc::kind) {
                limits.outboxes.insert(service.id, OutboxLimits::of(board, service, kind));
            }
        }
        limits.shortest = Shortest::of(&limits);
        limits
    }
}

impl OutboxLimits {
    fn of(board: &Board, service: &ServiceNode, kind: RelayKind) -> OutboxLimits {
        let span = |setting| service.settings.span(setting, board.timings);
        // A relay that tails records its rows only when it saves its position.
        let flush = if kind == RelayKind::Tail { span(Setting::RelayFlush) } else { Span::ZERO };
        let round = span(Setting::RelayInterval);
        let window = times(ROUNDS, round).max(times(2, flush));
        OutboxLimits {
            still: times(PATIENCE, longest(board, service, &RELAYING).max(flush)),
            window,
            keep_window: window.max(span(Setting::OutboxKeep)),
        }
    }
}

const READING: [Setting; 3] = [Setting::SessionTimeout, Setting::MaxPollInterval, Setting::RequestTimeout];
const WORKING: [Setting; 4] =
    [Setting::SessionTimeout, Setting::MaxPollInterval, Setting::RequestTimeout, Setting::DeliveryTimeout];
const RELAYING: [Setting; 4] = [Setting::RelayInterval, Setting::RelayLease, Setting::RequestTimeout, Setting::DeliveryTimeout];

fn longest(board: &Board, service: &ServiceNode, settings: &[Setting]) -> Span {
    settings.iter().map(|setting| service.settings.span(*setting, board.timings)).max().unwrap_or(Span::ZERO)
}

/// How long it takes a member of a group to be removed and come back: it is noticed when it is silent or late with its poll,
/// and late is who is in the middle of what it was handed.
fn cycle(board: &Board, service: &ServiceNode) -> Span {
    let records = service.settings.get(Setting::MaxPollRecords, board.timings);
    let noticed = longest(board, service, &[Setting::SessionTimeout, Setting::MaxPollInterval]);
    Span(noticed.0.saturating_add(times(records, longest_work(service)).0))
}

/// Into which topics lines send records with keys.
fn keyed(board: &Board, names: &Names) -> BTreeMap<TopicId, u16> {
    let lines = board.services.iter().flat_map(|service| &service.handlers).flat_map(|handler| &handler.lines);
    let topics = lines.filter_map(|line| match &line.does {
        Do::Publish { topic, key: Some(_), .. } | Do::Outbox { topic, key: Some(_), .. } => Some(topic),
        _ => None,
    });
    let partitions = |name: &String| {
        let mut all = board.brokers.iter().flat_map(|broker| &broker.topics);
        Some((names.topic_id(name)?, all.find(|topic| topic.name == *name)?.partitions))
    };
    topics.filter_map(partitions).into_map()
}

/// The longest that one line of a service's handlers works.
fn longest_work(service: &ServiceNode) -> Span {
    let lines = service.handlers.iter().flat_map(|handler| &handler.lines);
    let work = lines.filter_map(|line| match line.does {
        Do::Work { ms, spread } => Some(Span::ms(u64::from(ms) + u64::from(spread))),
        _ => None,
    });
    work.max().unwrap_or(Span::ZERO)
}

fn times(count: u64, span: Span) -> Span {
    Span(span.0.saturating_mul(count))
}
