//! A consumer: it joins a group, pulls records when its owner has room for them, and commits offsets.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::net::{ConnId, Delivery, Side};
use crate::sim::{Cause, Cx, FactId, TopicId};

use super::super::protocol::{BrokerCargo, ErrorCode, MemberId, RequestId, Response};
use super::super::{BrokerOut, BrokerTimer, ClientTimer};
use super::codec::Given;
use super::commits::{Commit, Commits};
use super::contract::{Cluster, ConsumerConfig, ConsumerEvent, ConsumerInput, GroupProtocol};
use super::fetcher::{Fetcher, Place};
use super::link::{Link, PortUse};
use super::membership::Phase;
use super::modern::Modern;

/// The consumer of one wire of one process, in one life.
///
/// In this order in memory: what nearly every step reads lies together at the beginning.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Consumer {
    pub(super) phase: Phase,
    /// Whether the owner has polled since it last got records.
    pub(super) ready: bool,
    /// It was refused and has said so; it tries on.
    pub(super) refused: bool,
    /// It has given up what was dealt to others, and joins once more as soon as it has what was dealt to it.
    pub(super) rejoins: bool,
    /// Of a member of the consumer protocol its epoch. −1 outside of a generation.
    pub(super) generation: i32,
    /// The join, sync, offset fetch or leave under way.
    pub(super) step: Option<RequestId>,
    /// The heartbeat under way; of the consumer protocol also one that joins.
    pub(super) heartbeat: Option<RequestId>,
    pub(super) fetcher: Fetcher,
    /// The connection to the coordinator.
    pub(super) link: Link,
    pub(super) config: ConsumerConfig,
    /// Of a member of the consumer protocol: how far it has come; none of one of the classic protocol.
    pub(super) modern: Option<Box<Modern>>,
    /// Empty before the coordinator has given one, or the member has chosen it.
    pub(super) member: MemberId,
    pub(super) commits: Commits,
    /// Heartbeats sent in this generation; of the consumer protocol in this life.
    pub(super) heartbeats: u32,
    /// What asked for the current drain.
    pub(super) drain: Option<FactId>,
    /// The partitions that it was given and of which it asks for the committed offsets, with what brought them.
    pub(super) given: Option<(Arc<[Place]>, FactId)>,
    /// Why it was refused for good: it has ended.
    pub(super) failed: Option<ErrorCode>,
    /// Joins sent in this life.
    pub(super) joins: u32,
    /// Offset fetches sent in this life.
    pub(super) offset_fetches: u32,
    /// Of a leader: the partition counts of the group's topics that it assigned by; none for a topic that is not there.
    pub(super) assigned_by: Option<BTreeMap<Arc<str>, Option<u16>>>,
    /// What is to be given up when the owner has finished.
    pub(super) revoking: Option<Arc<[Place]>>,
    /// What it was given last, and in which generation; a loss does not take it away.
    pub(super) remembered: Option<Box<Given>>,
}

impl Consumer {
    /// A consumer that has not started.
    pub fn new(config: ConsumerConfig) -> Consumer {
        let link = |port| Link::new(config.broker, config.wire, port);
        Consumer {
            link: link(config.port),
            fetcher: Fetcher::new(link(config.port.wrapping_add(1))),
            commits: Commits::default(),
            phase: Phase::Out,
            member: "".into(),
            generation: -1,
            step: None,
            heartbeat: None,
            heartbeats: 0,
            refused: false,
            failed: None,
            joins: 0,
            offset_fetches: 0,
            assigned_by: None,
            given: None,
            drain: None,
            revoking: None,
            rejoins: false,
            remembered: None,
            ready: false,
            modern: (config.protocol == GroupProtocol::Consumer).then(Box::default),
            config,
        }
    }

    /// The same, on ports that a consumer before it has used: of the coordinator and of fetching.
    pub fn after(self, [coordinator, fetching]: [PortUse; 2]) -> Consumer {
        let fetcher = Fetcher::new(self.fetcher.link.after(fetching));
        Consumer { link: self.link.after(coordinator), fetcher, ..self }
    }

    /// How far its ports have counted: of the coordinator and of fetching.
    pub fn used(&self) -> [PortUse; 2] {
        [self.link.used(), self.fetcher.link.used()]
    }

    /// Acts on what happened. Late answers and stale timers are ignored.
    pub fn handle(&mut self, cx: &Cx, input: ConsumerInput, out: &mut impl BrokerOut) -> Vec<ConsumerEvent> {
        let mut events = Vec::new();
        if self.phase == Phase::Gone {
            // Work that outlives the consumer must not wait for an answer that never comes.
            if let ConsumerInput::Commit { topic, partition, offset } = input {
                let commit = Commit::new((topic, partition), offset, self.identity());
                events.extend(commit.done(ErrorCode::UnknownMemberId, cx.cause.trigger));
            }
            return events;
        }
        match input {
            ConsumerInput::Start => {
                self.commits_later(cx);
                if self.phase == Phase::Out {
                    self.join(cx, out);
                }
            }
            ConsumerInput::Delivery(Delivery::Arrived { conn, at: Side::Client, cargo: BrokerCargo::Response(id, response) }) => {
                self.arrived(cx, (conn, id, response), &mut events, out);
            }
            ConsumerInput::Delivery(Delivery::Closed { conn, at: Side::Client, .. }) => {
                if self.link.is(conn) {
                    self.link.lost();
                    self.coordinator_failed(cx, &mut events, out);
                } else if self.fetcher.link.is(conn) {
                    self.fetcher.link.lost();
                    self.fetcher.failed(cx, &self.config, out);
                }
            }
            ConsumerInput::Delivery(_) => {}
            ConsumerInput::Timer(timer) => self.due(cx, timer, &mut events, out),
            ConsumerInput::Poll => {
                if !self.ready {
                    self.ready = true;
                    out.cancel(BrokerTimer::Client(ClientTimer::Poll(self.config.port)));
                }
                if self.phase == Phase::Out {
                    self.join(cx, out);
                }
                self.polled(cx, out);
            }
            ConsumerInput::Commit { topic, partition, offset } => {
                self.commit(cx, (topic, partition), offset, &mut events, out);
            }
            ConsumerInput::Reading { stops } => self.fetcher.stop(cx, &self.config, stops, out),
            ConsumerInput::LoseCommit(pin) => self.commits.loses = Some(pin),
            ConsumerInput::Drained => self.drained(cx, &mut events, out),
            ConsumerInput::Leave => self.leave(cx, &mut events, out),
        }
        // A cooperative member reads on through a rebalance; an eager one has nothing to read then.
        if !matches!(self.phase, Phase::Out | Phase::Leaving | Phase::Gone) {
            self.fetcher.pump(cx, &self.config, self.ready, out);
        }
        events
    }

    /// Tells the consumer how many partitions its topic has now, and the topics of the cluster. A leader whose
    /// group reads one that has changed rejoins, so that all are assigned.
    pub fn set_metadata(&mut self, cx: &Cx, partitions: u16, cluster: Cluster, out: &mut impl BrokerOut) -> Vec<ConsumerEvent> {
        (self.config.partitions, self.config.cluster) = (partitions, cluster);
        let mut events = Vec::new();
        self.compare_metadata(cx, &mut events, out);
        events
    }

    /// Changes settings, each counting from its next use; group, protocol, topic, instance id, broker, wire, port and
    /// metadata stay.
    pub fn set_config(&mut self, config: ConsumerConfig) {
        let old = self.config.clone();
        let said = (config.max_poll_interval, config.remote_assignor);
        if let Some(modern) = self.modern.as_mut().filter(|_| said != (old.max_poll_interval, old.remote_assignor)) {
            modern.tell_anew();
        }
        if old.auto_commit.is_none() {
            self.fetcher.forget_polls();
        }
        let ConsumerConfig { group, topic, topic_name, partitions, cluster, client_id, instance, .. } = old;
        let ConsumerConfig { protocol, broker, wire, port, .. } = old;
        let metadata = ConsumerConfig { topic, topic_name, partitions, cluster, ..config };
        self.config = ConsumerConfig { group, client_id, instance, protocol, broker, wire, port, ..metadata };
    }

    fn arrived(
        &mut self,
        cx: &Cx,
        (conn, id, response): (ConnId, RequestId, Response),
        events: &mut Vec<ConsumerEvent>,
        out: &mut impl BrokerOut,
    ) {
        if !self.link.is(conn) {
            let records = self.fetcher.arrived(cx, &self.config, (conn, id, response), out);
            if !records.is_empty() {
                self.ready = false;
                let (timer, at) = (ClientTimer::Poll(self.config.port), cx.now + self.config.max_poll_interval);
                out.timer(BrokerTimer::Client(timer), at, Cause::by(cx.cause.trigger));
                events.push(ConsumerEvent::Records(records));
            }
        } else if self.step == Some(id) {
            self.step = None;
            self.link.settle(id, out);
            self.stepped(cx, response, events, out);
        } else if self.heartbeat == Some(id) {
            self.heartbeat = None;
            self.link.settle(id, out);
            match response {
                Response::Heartbeat(error) => self.react(cx, error, events, out),
                Response::ConsumerHeartbeat(answer) => self.told(cx, &answer, events, out),
                _ => {}
            }
        } else if let Some(commit) = self.commits.answered(&self.link, id, out) {
            let error = match response {
                Response::OffsetCommit(error) => error,
                _ => ErrorCode::CoordinatorNotAvailable,
            };
            let is_current = commit.who == self.identity();
            if self.comes_again(&commit, error) {
                // In the same epoch still: the answer that tells the new one is on its way.
                let waits = self.modern.is_some() && commit.who.generation == self.generation;
                self.commits.hold(commit);
                if !waits {
                    self.release_held(cx, out);
                }
            } else {
                events.extend(commit.done(error, cx.cause.trigger));
            }
            // A member of the consumer protocol hears from its heartbeats what it is.
            if is_current && self.modern.is_none() {
                self.react(cx, error, events, out);
            }
        }
    }

    /// Whether a commit was refused only because its group moved on meanwhile, and the partition is still its own: then it
    /// is sent again. Only a cooperative member or one of the consumer protocol has partitions through a rebalance. A member
    /// that joins anew may have been in a generation that the coordinator forgot with a crash before its sync.
    fn comes_again(&self, commit: &Commit, error: ErrorCode) -> bool {
        let Some((place, _)) = commit.asked() else { return false };
        if self.modern.is_some() {
            let is_own = self.fetcher.has(place) && !self.commits.is_of_lost(commit);
            return error == ErrorCode::StaleMemberEpoch && is_own && self.generation >= 0;
        }
        let has_moved_on = match error {
            ErrorCode::RebalanceInProgress => true,
            ErrorCode::IllegalGeneration => {
                let joins = matches!(self.phase, Phase::Joining | Phase::Syncing);
                commit.who.member == self.member && (joins || commit.who.generation != self.generation)
            }
            _ => false,
        };
        has_moved_on && self.config.strategy.is_cooperative() && self.fetcher.has(place)
    }

    /// Outside of a rebalance, sends what was held, as whom the consumer is now.
    pub(super) fn release_held(&mut self, cx: &Cx, out: &mut impl BrokerOut) {
        let is_settled = if self.modern.is_some() { self.in_generation() } else { self.phase == Phase::Stable };
        if is_settled {
            let who = self.identity();
            self.commits.release(cx, &mut self.link, &who, self.config.request_timeout, out);
        }
    }

    fn due(&mut self, cx: &Cx, timer: ClientTimer, events: &mut Vec<ConsumerEvent>, out: &mut impl BrokerOut) {
        let why = Cause::by(cx.cause.trigger);
        match timer {
            ClientTimer::Request(port, id) if self.link.is_port(port) => {
                let id = RequestId(id);
                if self.step == Some(id) || self.heartbeat == Some(id) || self.commits.waits_for(id) {
                    self.link.close(cx, why, out);
                    self.coordinator_failed(cx, events, out);
                }
            }
            ClientTimer::Request(port, id) if self.fetcher.link.is_port(port) && self.fetcher.waits_for(RequestId(id)) => {
                self.fetcher.link.close(cx, why, out);
                self.fetcher.failed(cx, &self.config, out);
            }
            ClientTimer::Retry(port) if self.link.is_port(port) => self.try_again(cx, out),
            ClientTimer::Retry(port) if self.fetcher.link.is_port(port) => self.fetcher.link.rested(),
            ClientTimer::Heartbeat(port) if self.link.is_port(port) => self.beat(cx, out),
            ClientTimer::Poll(port) if self.link.is_port(port) => self.poll_expired(cx, events, out),
            _ => {}
        }
    }

    /// Commits as the member that read the record; as nobody, it is refused without a request (semantics 4.11).
    fn commit(&mut self, cx: &Cx, place: Place, offset: u32, events: &mut Vec<ConsumerEvent>, out: &mut impl BrokerOut) {
        let current = (self.generation >= 0).then(|| self.identity());
        let who = match self.commits.identity_of_lost(place, offset) {
            Some(lost) if !self.fetcher.handed_out(place, offset) => Some(lost),
            _ => current,
        };
        let Some(who) = who else {
            let commit = Commit::new(place, offset, self.identity());
            events.extend(commit.done(ErrorCode::UnknownMemberId, cx.cause.trigger));
            return;
        };
        let commit = Commit::new(place, offset, who);
        self.commits.commit(cx, &mut self.link, commit, self.config.request_timeout, out);
    }
}

/// What others may see.
impl Consumer {
    /// What it is doing.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Why its coordinator refused it for good, if it did: it stays out until its process is started again.
    pub fn failed(&self) -> Option<ErrorCode> {
        self.failed
    }

    /// Whether it reads on from a partition: it has it, and need not give it up.
    pub fn reads(&self, topic: TopicId, partition: u16) -> bool {
        self.fetcher.is_read((topic, partition))
    }

    /// The generation in which a partition that it has was assigned to it, of the consumer protocol the epoch.
    pub fn assigned_in(&self, topic: TopicId, partition: u16) -> Option<u32> {
        self.fetcher.assigned_in((topic, partition))
    }

    /// The partitions that it was told to fetch no more of.
    pub fn unread(&self) -> impl Iterator<Item = (TopicId, u16)> + '_ {
        self.fetcher.paused()
    }

    /// The partitions that it is to give up when its owner has finished what runs of them.
    pub fn gives_up(&self) -> &[(TopicId, u16)] {
        self.revoking.as_deref().unwrap_or_default()
    }

    /// Its member id; empty before it has one.
    pub fn member(&self) -> &MemberId {
        &self.member
    }

    /// Its generation, of the consumer protocol its epoch; −1 outside of one.
    pub fn generation(&self) -> i32 {
        self.generation
    }

    /// Its settings.
    pub fn config(&self) -> &ConsumerConfig {
        &self.config
    }

    /// The next offset to read of each assigned partition, where it is known.
    pub fn positions(&self) -> impl Iterator<Item = (TopicId, u16, u32)> + '_ {
        self.fetcher.positions().map(|((topic, partition), offset)| (topic, partition, offset))
    }
}
