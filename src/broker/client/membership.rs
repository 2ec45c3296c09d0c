//! Being a member of a group of the classic protocol: join, sync, ask for committed offsets, and begin again. An eager
//! member gives everything up before it joins; a cooperative one goes on reading, gives up only what was dealt to others, and
//! joins once more so that they get it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::sim::{Cause, Cx, FactId, Span, TopicId};

use super::super::assignor::{Assignor, Subscriber, Topics};
use super::super::protocol::{ErrorCode, Identity, Join, Joined, MemberId, MemberMetadata, Opaque, Request, Response};
use super::super::{BrokerOut, BrokerTimer, ClientTimer};
use super::codec::{Subscription, decode_assignment, decode_subscription, encode_assignment, encode_subscription};
use super::consumer::Consumer;
use super::contract::{Cluster, ConsumerEvent};
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
        Identity {
            group: self.config.group,
            member: self.member.clone(),
            instance: self.config.instance.clone(),
            generation: self.generation,
        }
    }

    /// Asks to join, now or when the connection has rested. Heartbeats pause meanwhile: a parked member does not expire.
    pub(super) fn join(&mut self, cx: &Cx, out: &mut impl BrokerOut) {
        if self.modern.is_some() {
            return self.join_modern(cx, out);
        }
        self.phase = Phase::Joining;
        self.forget_steps(out);
        if self.link.resting() {
            return;
        }
        let protocols = self
            .config
            .strategy
            .listed()
            .into_iter()
            .map(|assignor| (assignor.name().into(), encode_subscription(&self.subscription(assignor))));
        let join = Join {
            group: self.config.group,
            member: self.member.clone(),
            client_id: self.config.client_id.clone(),
            instance: self.config.instance.clone(),
            session_timeout: self.config.session_timeout,
            rebalance_timeout: self.config.max_poll_interval,
            protocols: protocols.collect(),
            known_member_id: true,
            skip_assignment: true,
        };
        let attempt = self.joins;
        self.joins = attempt.wrapping_add(1);
        self.ask(cx, Request::from(join), attempt, self.config.max_poll_interval + JOIN_LAPSE, out);
    }

    /// What it tells the leader under an assignor.
    fn subscription(&self, assignor: Assignor) -> Subscription {
        let owned = |(_, partition): (TopicId, u16)| (self.config.topic_name.clone(), partition);
        Subscription {
            topics: vec![self.config.topic_name.clone()],
            remembered: self.remembered.as_deref().filter(|_| assignor == Assignor::Sticky).cloned(),
            owned: self.fetcher.places().into_iter().map(owned).collect(),
            generation: self.generation,
            rack: self.config.rack.clone(),
        }
    }

    /// Takes the answer to the join, sync, offset fetch or leave under way.
    pub(super) fn stepped(&mut self, cx: &Cx, response: Response, events: &mut Vec<ConsumerEvent>, out: &mut impl BrokerOut) {
        match (self.phase, response) {
            (Phase::Joining, Response::Join(joined)) => self.joined(cx, *joined, events, out),
            (Phase::Syncing, Response::Sync { error, assignment }) => self.synced(cx, error, &assignment, events, out),
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
            ErrorCode::UnknownMemberId => return self.start_over(cx, events, out),
            ErrorCode::IllegalGeneration
            | ErrorCode::RebalanceInProgress
            | ErrorCode::FencedMemberEpoch
            | ErrorCode::StaleMemberEpoch => return self.join(cx, out),
            ErrorCode::FencedInstanceId
            | ErrorCode::InconsistentGroupProtocol
            | ErrorCode::GroupMaxSizeReached
            | ErrorCode::InvalidSessionTimeout
            | ErrorCode::InvalidRequest
            | ErrorCode::UnreleasedInstanceId => return self.fail(cx, joined.error, events, out),
            ErrorCode::GroupIdNotFound => return self.stand_aside(cx, joined.error, out),
            ErrorCode::CoordinatorNotAvailable | ErrorCode::UnknownTopicOrPartition | ErrorCode::OffsetOutOfRange => {
                return self.link.rest(cx, self.config.retry_backoff, out);
            }
        }
        self.refused = false;
        let leads = joined.leader == joined.member;
        self.member = joined.member;
        self.generation = joined.generation;
        self.heartbeats = 0;
        self.phase = Phase::Syncing;
        self.next_beat(cx, out);
        let counts = self.metadata();
        let chosen = joined.protocol.as_deref().and_then(Assignor::by_name).unwrap_or(Assignor::Range);
        let assigns = leads && !joined.skip_assignment;
        let assignments = if assigns { assign(chosen, &counts, &joined.members) } else { Arc::new([]) as Arc<[_]> };
        let read = joined.members.iter().filter_map(|(_, _, subscription)| decode_subscription(subscription));
        let read = read.flat_map(|subscription| subscription.topics);
        self.assigned_by = leads.then(|| read.map(|topic| (topic.clone(), counts.get(&topic).copied())).collect());
        let request = Request::Sync { who: self.identity(), assignments };
        self.ask(cx, request, 0, self.config.request_timeout, out);
    }

    fn synced(
        &mut self,
        cx: &Cx,
        error: ErrorCode,
        assignment: &Opaque,
        events: &mut Vec<ConsumerEvent>,
        out: &mut impl BrokerOut,
    ) {
        match error {
            ErrorCode::None => {}
            ErrorCode::UnknownMemberId => return self.start_over(cx, events, out),
            ErrorCode::RebalanceInProgress => return self.join(cx, out),
            ErrorCode::IllegalGeneration => return self.lose(cx, false, events, out),
            ErrorCode::FencedInstanceId => return self.fail(cx, error, events, out),
            _ => {
                self.link.rest(cx, self.config.retry_backoff, out);
                return self.join(cx, out);
            }
        }
        let topic = self.config.topic;
        let mine = decode_assignment(assignment).unwrap_or_default();
        let read = mine.iter().filter(|(name, _)| *name == self.config.topic_name).map(|(_, partition)| (topic, *partition));
        let given: Vec<Place> = read.collect();
        self.remembered = Some(Box::new((self.generation, mine)));
        let owned = self.fetcher.places();
        let added = given.iter().copied().filter(|place| !owned.contains(place)).collect();
        self.given = Some((added, cx.cause.trigger));
        let revoked: Arc<[Place]> = owned.into_iter().filter(|place| !given.contains(place)).collect();
        if revoked.is_empty() {
            self.phase = Phase::Positioning;
            return self.ask_offsets(cx, out);
        }
        // What was dealt to others: they get it in the rebalance that follows.
        self.rejoins = true;
        self.drain(cx, revoked, events, out);
    }

    /// Has the owner finish what runs of some partitions, which will be given up.
    pub(super) fn drain(&mut self, cx: &Cx, places: Arc<[Place]>, events: &mut Vec<ConsumerEvent>, out: &mut impl BrokerOut) {
        self.phase = Phase::Draining;
        self.drain = Some(cx.cause.trigger);
        self.fetcher.hold(&places, out);
        self.revoking = Some(places.clone());
        events.push(ConsumerEvent::Drain(places));
    }

    /// The coordinator does not know it: whatever it still has is lost, and it joins as somebody new.
    fn start_over(&mut self, cx: &Cx, events: &mut Vec<ConsumerEvent>, out: &mut impl BrokerOut) {
        if self.fetcher.places().is_empty() {
            (self.member, self.generation) = ("".into(), -1);
            return self.join(cx, out);
        }
        self.lose(cx, true, events, out);
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
        self.release_held(cx, out);
        if self.modern.is_some() {
            return self.reconcile(cx, events, out);
        }
        self.commits_later(cx);
        if std::mem::take(&mut self.rejoins) {
            self.commit_polled(cx, out);
            return self.join(cx, out);
        }
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

    /// The group rebalances, or should. An eager member gives everything up first, after its owner has finished what runs.
    pub(super) fn rebalance(&mut self, cx: &Cx, events: &mut Vec<ConsumerEvent>, out: &mut impl BrokerOut) {
        match self.phase {
            Phase::Stable if self.config.strategy.is_cooperative() => {
                self.commit_polled(cx, out);
                self.join(cx, out);
            }
            Phase::Stable => self.drain(cx, self.fetcher.places().into(), events, out),
            // Nothing was handed out yet.
            Phase::Positioning => self.join(cx, out),
            // The answer under way will tell.
            Phase::Syncing | Phase::Joining => {}
            Phase::Out | Phase::Draining | Phase::Leaving | Phase::Gone => {}
        }
    }

    /// The owner has finished: gives up what it was to give up, and joins again or goes on to what it was given. After a
    /// loss, that is its next poll, too.
    pub(super) fn drained(&mut self, cx: &Cx, events: &mut Vec<ConsumerEvent>, out: &mut impl BrokerOut) {
        match self.phase {
            Phase::Draining => {
                let places = self.revoking.take().unwrap_or_default();
                self.commits.drop_held(cx, &places, events);
                // A cooperative member has committed before it joined; what it read since comes again, in Kafka too.
                if self.given.is_none() {
                    self.commit_last(cx, &places, out);
                }
                self.give_up(cx, &places, false, out);
                if self.modern.is_some() {
                    self.arrive(cx, out);
                    return self.reconcile(cx, events, out);
                }
                if self.given.is_some() {
                    self.phase = Phase::Positioning;
                    return self.ask_offsets(cx, out);
                }
                out.cancel(BrokerTimer::Client(ClientTimer::Poll(self.config.port)));
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

    fn metadata(&self) -> Cluster {
        let (own, partitions) = (&self.config.topic_name, self.config.partitions);
        let mut counts = self.config.cluster.clone();
        if counts.get(own) != Some(&partitions) {
            Arc::make_mut(&mut counts).insert(own.clone(), partitions);
        }
        counts
    }

    /// Sends the next request of this phase.
    pub(super) fn ask(&mut self, cx: &Cx, request: Request, attempt: u32, timeout: Span, out: &mut impl BrokerOut) {
        self.step = Some(self.link.send(cx, request, attempt, Some(timeout), Cause::by(cx.cause.trigger), out));
    }
}

/// What a leader brings to the sync: everybody's assignment.
fn assign(assignor: Assignor, counts: &BTreeMap<Arc<str>, u16>, members: &[MemberMetadata]) -> Arc<[(MemberId, Opaque)]> {
    let subscriber = |(id, instance, bytes): &MemberMetadata| {
        let said = decode_subscription(bytes).unwrap_or_default();
        let (generation, owned) = match said.remembered {
            Some(remembered) if assignor == Assignor::Sticky => remembered,
            _ => (said.generation, said.owned),
        };
        Subscriber {
            id: id.clone(),
            instance: instance.clone(),
            rack: said.rack,
            topics: said.topics,
            owned,
            generation,
            subscription_generation: said.generation,
        }
    };
    let subscribers: Vec<Subscriber> = members.iter().map(subscriber).collect();
    let assignment = assignor.assign(&Topics::counted(counts.clone()), &subscribers);
    assignment.into_iter().map(|(member, partitions)| (member, encode_assignment(&partitions))).collect()
}
