//! Being a member of a group of the consumer protocol (KIP-848): one request says that it lives and what it owns, its answer
//! what it is to own. It gives up what it is to own no more, takes what is new, and says so with the next request, while it
//! reads on from all the rest.

use std::sync::Arc;

use crate::sim::{Cause, Cx, FactId, Span, What, between};

use super::super::BrokerOut;
use super::super::protocol::{ConsumerHeartbeat, ConsumerHeartbeatAnswer, ErrorCode, MemberId, Request};
use super::consumer::Consumer;
use super::contract::ConsumerEvent;
use super::fetcher::Place;
use super::membership::Phase;

/// The epoch with which a member leaves for good, and the one with which a static member leaves for a while.
const LEAVES: (i32, i32) = (-1, -2);

/// What a member of the consumer protocol remembers beside what members of both protocols do. Kafka:
/// `ConsumerMembershipManager`.
#[derive(Clone, Debug, Default)]
pub(super) struct Modern {
    /// What it is to own, as the coordinator said last.
    target: Option<Target>,
    /// What it is on its way to; the target may have changed since.
    towards: Option<Target>,
    /// The target that it has come to last.
    reached: Option<u32>,
    /// What it says that it owns.
    owned: Arc<[Place]>,
    /// Whether the coordinator was told all about it since the last failure.
    told: bool,
    /// Whether it has come to a target and has not said so yet.
    acks: bool,
    /// How often the coordinator wants to hear of it.
    interval: Span,
}

/// An assignment, numbered by the member. Kafka: `LocalAssignment`.
#[derive(Clone, Debug)]
struct Target {
    number: u32,
    places: Arc<[Place]>,
    /// What brought it.
    brought: FactId,
}

impl Modern {
    /// Has all be told with the next request.
    pub(super) fn tell_anew(&mut self) {
        self.told = false;
    }

    /// How often the coordinator wants to hear of it.
    pub(super) fn interval(&self) -> Span {
        self.interval
    }

    /// Takes a new target, unless it is what the last one was.
    fn aim(&mut self, places: &[Place], brought: FactId) {
        if self.target.as_ref().is_none_or(|target| *target.places != *places) {
            let number = self.target.as_ref().map_or(0, |target| target.number.wrapping_add(1));
            self.target = Some(Target { number, places: places.into(), brought });
        }
    }

    /// The target, if it has not come to it yet.
    fn open_target(&self) -> Option<Target> {
        self.target.clone().filter(|target| self.reached != Some(target.number))
    }
}

impl Consumer {
    /// Asks to join, now or when the connection has rested, owning nothing.
    pub(super) fn join_modern(&mut self, cx: &Cx, out: &mut impl BrokerOut) {
        self.phase = Phase::Joining;
        self.forget_steps(out);
        self.generation = -1;
        if let Some(modern) = &mut self.modern {
            **modern = Modern { interval: modern.interval, ..Modern::default() };
        }
        if self.member.is_empty() {
            self.member = self.draw_member(cx);
        }
        if !self.link.resting() {
            self.tell(cx, out);
        }
    }

    /// A member of this protocol chooses its id itself, for all its life. Kafka: a UUID.
    fn draw_member(&self, cx: &Cx) -> MemberId {
        let (me, port) = (cx.me, self.config.port);
        let process = u64::from(me.ordinal) << 8 | me.role as u64;
        let name = [u64::from(me.node.0), process, u64::from(me.life), u64::from(port), u64::from(self.link.sent()), 0];
        let hex = between(&mut cx.draw.at(What::Member, &name), 0, u64::MAX);
        format!("{}-{hex:016x}", self.config.client_id).into()
    }

    /// Sends a heartbeat with what the coordinator does not know yet.
    pub(super) fn tell(&mut self, cx: &Cx, out: &mut impl BrokerOut) {
        let is_joining = self.phase == Phase::Joining;
        let epoch = self.generation.max(0);
        let Some(modern) = &mut self.modern else { return };
        let all = is_joining || !modern.told;
        let owned = (all || modern.acks).then(|| modern.owned.clone());
        (modern.told, modern.acks) = (true, false);
        let interval = modern.interval;
        let beat = ConsumerHeartbeat {
            rebalance_timeout: all.then_some(self.config.max_poll_interval),
            topics: all.then(|| Arc::new([self.config.topic_name.clone()]) as Arc<[_]>),
            assignor: self.config.remote_assignor.filter(|_| all),
            owned,
            ..self.plain_beat(epoch)
        };
        let attempt = self.heartbeats;
        self.heartbeats = attempt.wrapping_add(1);
        let (timeout, why) = (Some(self.config.request_timeout), Cause::by(cx.cause.trigger));
        self.heartbeat = Some(self.link.send(cx, Request::from(beat), attempt, timeout, why, out));
        if interval > Span::ZERO && !is_joining {
            self.next_beat(cx, out);
        }
    }

    fn plain_beat(&self, epoch: i32) -> ConsumerHeartbeat {
        ConsumerHeartbeat {
            instance: self.config.instance.clone(),
            rack: self.config.rack.clone(),
            ..ConsumerHeartbeat::alive(self.config.group, self.member.clone(), epoch)
        }
    }

    /// The request with which it leaves: a static member for a while only.
    pub(super) fn leaving_beat(&self) -> Request {
        let (for_good, for_a_while) = LEAVES;
        let epoch = if self.config.instance.is_some() { for_a_while } else { for_good };
        Request::from(self.plain_beat(epoch))
    }

    /// Takes the answer to a heartbeat.
    pub(super) fn told(
        &mut self,
        cx: &Cx,
        answer: &ConsumerHeartbeatAnswer,
        events: &mut Vec<ConsumerEvent>,
        out: &mut impl BrokerOut,
    ) {
        match answer.error {
            ErrorCode::None => self.heard(cx, answer, events, out),
            ErrorCode::FencedMemberEpoch | ErrorCode::UnknownMemberId => self.fenced(cx, events, out),
            // A group that a power loss took: as if it were unknown there.
            ErrorCode::GroupIdNotFound if self.phase != Phase::Joining => self.fenced(cx, events, out),
            error @ (ErrorCode::GroupIdNotFound | ErrorCode::UnreleasedInstanceId) => self.stand_aside(cx, error, out),
            ErrorCode::CoordinatorNotAvailable => {
                if let Some(modern) = &mut self.modern {
                    modern.tell_anew();
                }
                self.link.rest(cx, self.config.retry_backoff, out);
            }
            error => self.fail(cx, error, events, out),
        }
    }

    /// It is a member, in that epoch.
    fn heard(&mut self, cx: &Cx, answer: &ConsumerHeartbeatAnswer, events: &mut Vec<ConsumerEvent>, out: &mut impl BrokerOut) {
        let Some(modern) = &mut self.modern else { return };
        let was = (self.phase, modern.interval);
        modern.interval = answer.interval;
        if let Some(places) = &answer.assignment {
            modern.aim(places, cx.cause.trigger);
        }
        self.generation = answer.epoch;
        self.refused = false;
        if was.0 == Phase::Joining {
            self.phase = Phase::Stable;
        }
        if was != (self.phase, answer.interval) {
            self.next_beat(cx, out);
        }
        self.release_held(cx, out);
        self.reconcile(cx, events, out);
        if self.modern.as_ref().is_some_and(|modern| modern.acks) && self.heartbeat.is_none() && !self.link.resting() {
            self.tell(cx, out);
        }
    }

    /// Begins to come to its target, unless it has or is on its way to an earlier one. Kafka: `maybeReconcile`.
    pub(super) fn reconcile(&mut self, cx: &Cx, events: &mut Vec<ConsumerEvent>, out: &mut impl BrokerOut) {
        if self.phase != Phase::Stable {
            return;
        }
        let Some(modern) = &mut self.modern else { return };
        let Some(target) = modern.open_target() else { return };
        let owned = self.fetcher.places();
        let revoked: Arc<[Place]> = owned.into_iter().filter(|place| !target.places.contains(place)).collect();
        modern.towards = Some(target);
        if revoked.is_empty() {
            self.commit_polled(cx, out);
            return self.arrive(cx, out);
        }
        self.drain(cx, revoked, events, out);
    }

    /// Has given up what it had to: all else of its target is its own now. It says so, and asks where to begin.
    pub(super) fn arrive(&mut self, cx: &Cx, out: &mut impl BrokerOut) {
        let Some(modern) = &mut self.modern else { return };
        let Some(target) = modern.towards.take() else { return };
        (modern.reached, modern.acks) = (Some(target.number), true);
        modern.owned = target.places.clone();
        let had = self.fetcher.places();
        let added: Arc<[Place]> = target.places.iter().copied().filter(|place| !had.contains(place)).collect();
        self.phase = if added.is_empty() { Phase::Stable } else { Phase::Positioning };
        if self.heartbeat.is_none() && !self.link.resting() {
            self.tell(cx, out);
        }
        if self.phase == Phase::Positioning {
            self.given = Some((added, target.brought));
            self.ask_offsets(cx, out);
        }
    }

    /// The group does not know it in its epoch: all is lost, and it joins again at once under the same id. Kafka:
    /// `transitionToFenced`.
    fn fenced(&mut self, cx: &Cx, events: &mut Vec<ConsumerEvent>, out: &mut impl BrokerOut) {
        // The coordinator may have its id in another epoch until that session ends.
        if self.phase == Phase::Joining && !self.link.resting() {
            self.link.rest(cx, self.config.retry_backoff, out);
        }
        self.drop_out(cx, events, out);
        self.join_modern(cx, out);
    }
}
