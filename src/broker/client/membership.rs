//! Being a member of a group, classic and eager: join, sync, ask for committed offsets, and begin again.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::sim::{Cause, Cx, FactId, Span};

use super::super::assignor::{Assignor, Subscriber};
use super::super::protocol::{ErrorCode, Identity, Join, Joined, MemberId, MemberMetadata, Opaque, Request, Response};
use super::super::{BrokerOut, BrokerTimer, ClientTimer};
use super::codec::{decode_assignment, decode_subscription, encode_assignment, encode_subscription};
use super::consumer::Consumer;
use super::contract::ConsumerEvent;
use super::fetcher::Place;

/// How much longer than the rebalance timeout a join may take. Kafka: `JOIN_GROUP_TIMEOUT_LAPSE`.
const JOIN_LAPSE: Span = Span::secs(5);

/// What a consumer is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Not a member: before its start, or it has left or was thrown out and joins at the next poll.
    Out,
    /// It has asked to join, or will when the connection has rested.
    Joining,
    /// It waits for its assignment.
    Syncing,
    /// It has its assignment and asks for the committed offsets.
    Positioning,
    /// It consumes.
    Stable,
    /// Its group rebalances, and its owner finishes what runs.
    Draining,
    /// It has said that it leaves.
    Leaving,
    /// It has ended.
    Gone,
}

impl Consumer {
    /// Who it is to the coordinator.
    pub(super) fn identity(&self) -> Identity {
        Identity { group: self.config.group, member: self.member.clone(), instance: None, generation: self.generation }
    }

    /// Asks to join, now or when the connection has rested. Heartbeats pause meanwhile: a parked member does not expire.
    pub(super) fn join(&mut self, cx: &Cx, out: &mut impl BrokerOut) {
        self.phase = Phase::Joining;
        self.forget_steps(out);
        if self.link.resting() {
            return;
        }
        let assignor = Assignor::Range;
        let subscription = encode_subscription([&*self.config.topic_name]);
        let join = Join {
            group: self.config.group,
            member: self.member.clone(),
            client_id: self.config.client_id.clone(),
            instance: None,
            session_timeout: self.config.session_timeout,
            rebalance_timeout: self.config.max_poll_interval,
            protocols: Arc::new([(assignor.name().into(), subscription)]),
            known_member_id: true,
            skip_assignment: true,
        };
        let attempt = self.joins;
        self.joins = attempt.wrapping_add(1);
        self.ask(cx, Request::Join(join), attempt, self.config.max_poll_interval + JOIN_LAPSE, out);
    }

    /// Takes the answer to the join, sync, offset fetch or leave under way.
    pub(super) fn stepped(&mut self, cx: &Cx, response: Response, events: &mut Vec<ConsumerEvent>, out: &mut impl BrokerOut) {
        match (self.phase, response) {
            (Phase::Joining, Response::Join(joined)) => self.joined(cx, joined, events, out),
            (Phase::Syncing, Response::Sync { error, assignment }) => self.synced(cx, error, &assignment, out),
            (Phase::Positioning, Response::OffsetFetch(offsets)) => {
                let committed: Vec<(Place, Option<u32>)> = offsets.iter().map(|(t, p, offset)| ((*t, *p), *offset)).collect();
                let synced = self.given.take().map_or(cx.cause.trigger, |(_, synced)| synced);
                self.settled(cx, synced, &committed, events, out);
            }
            (Phase::Leaving, _) => self.end(cx, ConsumerEvent::Left, events, out),
            _ => {}
        }
    }

    fn joined(&mut self, cx: &Cx, joined: Joined, events: &mut Vec<ConsumerEvent>, out: &mut impl BrokerOut) {
        match joined.error {
            ErrorCode::None => {}
            ErrorCode::MemberIdRequired => {
                self.member = joined.member;
                return self.join(cx, out);
            }
            ErrorCode::UnknownMemberId => {
                self.member = "".into();
                self.generation = -1;
                return self.join(cx, out);
            }
            ErrorCode::IllegalGeneration | ErrorCode::RebalanceInProgress => return self.join(cx, out),
            ErrorCode::FencedInstanceId
            | ErrorCode::InconsistentGroupProtocol
            | ErrorCode::GroupMaxSizeReached
            | ErrorCode::InvalidSessionTimeout => return self.end(cx, ConsumerEvent::Failed(joined.error), events, out),
            ErrorCode::CoordinatorNotAvailable | ErrorCode::UnknownTopicOrPartition | ErrorCode::OffsetOutOfRange => {
                return self.link.rest(cx, self.config.retry_backoff, out);
            }
        }
        let leads = joined.leader == joined.member;
        self.member = joined.member;
        self.generation = joined.generation;
        self.heartbeats = 0;
        self.phase = Phase::Syncing;
        self.next_beat(cx, out);
        let counts = self.metadata();
        let assignments =
            if leads && !joined.skip_assignment { assign(&counts, &joined.members) } else { Arc::new([]) as Arc<[_]> };
        let read = joined.members.iter().flat_map(|(_, _, subscription)| decode_subscription(subscription).unwrap_or_default());
        self.assigned_by = leads.then(|| read.map(|topic| (topic.clone(), counts.get(&topic).copied())).collect());
        let request = Request::Sync { who: self.identity(), assignments };
        self.ask(cx, request, 0, self.config.request_timeout, out);
    }

    fn synced(&mut self, cx: &Cx, error: ErrorCode, assignment: &Opaque, out: &mut impl BrokerOut) {
        match error {
            ErrorCode::None => {}
            ErrorCode::UnknownMemberId => {
                self.member = "".into();
                self.generation = -1;
                return self.join(cx, out);
            }
            ErrorCode::RebalanceInProgress | ErrorCode::IllegalGeneration => return self.join(cx, out),
            _ => {
                self.link.rest(cx, self.config.retry_backoff, out);
                return self.join(cx, out);
            }
        }
        let topic = self.config.topic;
        let mine = decode_assignment(assignment).unwrap_or_default();
        let mine = mine.iter().filter(|(name, _)| *name == self.config.topic_name).map(|(_, partition)| (topic, *partition));
        self.given = Some((mine.collect(), cx.cause.trigger));
        self.phase = Phase::Positioning;
        self.ask_offsets(cx, out);
    }

    /// Asks where to begin, also for no partitions at all: the answer is the last step of every rebalance.
    pub(super) fn ask_offsets(&mut self, cx: &Cx, out: &mut impl BrokerOut) {
        let Some((partitions, _)) = self.given.clone() else { return };
        if self.link.resting() {
            return;
        }
        let attempt = self.offset_fetches;
        self.offset_fetches = attempt.wrapping_add(1);
        let request = Request::OffsetFetch { group: self.config.group, partitions };
        self.ask(cx, request, attempt, self.config.request_timeout, out);
    }

    /// Begins to consume.
    fn settled(
        &mut self,
        cx: &Cx,
        synced: FactId,
        committed: &[(Place, Option<u32>)],
        events: &mut Vec<ConsumerEvent>,
        out: &mut impl BrokerOut,
    ) {
        self.phase = Phase::Stable;
        let generation = u32::try_from(self.generation).unwrap_or(0);
        self.fetcher.assign(cx, &self.config, (generation, synced), committed, out);
        self.compare_metadata(cx, events, out);
    }

    /// Of a leader: rejoins if the partition counts that it assigned by are no longer those it knows.
    pub(super) fn compare_metadata(&mut self, cx: &Cx, events: &mut Vec<ConsumerEvent>, out: &mut impl BrokerOut) {
        let now = self.metadata();
        let changed = |read: &BTreeMap<Arc<str>, Option<u16>>| read.iter().any(|(topic, count)| now.get(topic) != count.as_ref());
        if self.phase == Phase::Stable && self.assigned_by.as_ref().is_some_and(changed) {
            self.rebalance(cx, events, out);
        }
    }

    /// The group rebalances, or should: everything is given up first, after the owner has finished what runs.
    pub(super) fn rebalance(&mut self, cx: &Cx, events: &mut Vec<ConsumerEvent>, out: &mut impl BrokerOut) {
        match self.phase {
            Phase::Stable => {
                self.phase = Phase::Draining;
                self.drain = Some(cx.cause.trigger);
                self.fetcher.pause(out);
                events.push(ConsumerEvent::Drain);
            }
            // Nothing was handed out yet.
            Phase::Positioning => self.join(cx, out),
            // The answer under way will tell.
            Phase::Syncing | Phase::Joining => {}
            Phase::Out | Phase::Draining | Phase::Leaving | Phase::Gone => {}
        }
    }

    /// The owner has finished: gives everything up and joins again. After a loss, that is its next poll, too.
    pub(super) fn drained(&mut self, cx: &Cx, out: &mut impl BrokerOut) {
        match self.phase {
            Phase::Draining => {
                out.cancel(BrokerTimer::Client(ClientTimer::Poll(self.config.port)));
                self.give_up(cx, false, out);
                self.join(cx, out);
            }
            Phase::Out => self.join(cx, out),
            _ => {}
        }
    }

    /// Forgets the answers under way of what belongs to the phase that ends, and stops heartbeats.
    pub(super) fn forget_steps(&mut self, out: &mut impl BrokerOut) {
        for id in self.step.take().into_iter().chain(self.heartbeat.take()) {
            self.link.settle(id, out);
        }
        self.given = None;
        out.cancel(BrokerTimer::Client(ClientTimer::Heartbeat(self.config.port)));
    }

    fn metadata(&self) -> BTreeMap<Arc<str>, u16> {
        let mut counts = self.config.others.clone();
        counts.insert(self.config.topic_name.clone(), self.config.partitions);
        counts
    }

    /// Sends the next request of this phase.
    pub(super) fn ask(&mut self, cx: &Cx, request: Request, attempt: u32, timeout: Span, out: &mut impl BrokerOut) {
        self.step = Some(self.link.send(cx, request, attempt, Some(timeout), Cause::by(cx.cause.trigger), out));
    }
}

/// What a leader brings to the sync: everybody's assignment.
fn assign(counts: &BTreeMap<Arc<str>, u16>, members: &[MemberMetadata]) -> Arc<[(MemberId, Opaque)]> {
    let subscriber = |(id, instance, subscription): &MemberMetadata| Subscriber {
        id: id.clone(),
        instance: instance.clone(),
        topics: decode_subscription(subscription).unwrap_or_default(),
    };
    let subscribers: Vec<Subscriber> = members.iter().map(subscriber).collect();
    let assignment = Assignor::Range.assign(counts, &subscribers);
    assignment.into_iter().map(|(member, partitions)| (member, encode_assignment(&partitions))).collect()
}
