//! Staying in a group and getting out of it: heartbeats, errors that say one is out, broken connections, leaving.

use crate::sim::{Cause, Cx};

use super::super::protocol::{ErrorCode, Request};
use super::super::{BrokerFact, BrokerOut, BrokerTimer, ClientTimer};
use super::consumer::Consumer;
use super::contract::ConsumerEvent;
use super::fetcher::Place;
use super::membership::Phase;

impl Consumer {
    /// Whether it is in a generation, and so sends heartbeats.
    pub(super) fn in_generation(&self) -> bool {
        matches!(self.phase, Phase::Syncing | Phase::Positioning | Phase::Stable | Phase::Draining)
    }

    /// Sets the next heartbeat's timer. Under the consumer protocol the coordinator says when that is.
    pub(super) fn next_beat(&self, cx: &Cx, out: &mut impl BrokerOut) {
        let interval = self.modern.as_ref().map_or(self.config.heartbeat_interval, |modern| modern.interval());
        let timer = ClientTimer::Heartbeat(self.config.port);
        out.timer(BrokerTimer::Client(timer), cx.now + interval, Cause::by(cx.cause.trigger));
    }

    /// Sends a heartbeat, unless one is unanswered or the connection rests.
    pub(super) fn beat(&mut self, cx: &Cx, out: &mut impl BrokerOut) {
        if !self.in_generation() {
            return;
        }
        self.next_beat(cx, out);
        if self.heartbeat.is_some() || self.link.resting() {
            return;
        }
        if self.modern.is_some() {
            return self.tell(cx, out);
        }
        let attempt = self.heartbeats;
        self.heartbeats = attempt.wrapping_add(1);
        let request = Request::Heartbeat(self.identity());
        let timeout = Some(self.config.request_timeout);
        self.heartbeat = Some(self.link.send(cx, request, attempt, timeout, Cause::by(cx.cause.trigger), out));
    }

    /// Reacts to what a heartbeat or commit of the current generation was answered (semantics 4.11).
    pub(super) fn react(&mut self, cx: &Cx, error: ErrorCode, events: &mut Vec<ConsumerEvent>, out: &mut impl BrokerOut) {
        if !self.in_generation() {
            return;
        }
        match error {
            ErrorCode::RebalanceInProgress => self.rebalance(cx, events, out),
            ErrorCode::UnknownMemberId => self.lose(cx, true, events, out),
            ErrorCode::FencedInstanceId => self.fail(cx, error, events, out),
            ErrorCode::IllegalGeneration => self.lose(cx, false, events, out),
            _ => {}
        }
    }

    /// It is out of its generation: all partitions are lost. It joins again when its owner polls, or at once if the
    /// owner is waiting for records anyway. `forget` drops the member id, too.
    pub(super) fn lose(&mut self, cx: &Cx, forget: bool, events: &mut Vec<ConsumerEvent>, out: &mut impl BrokerOut) {
        let had_work = self.drop_out(cx, events, out);
        if forget {
            self.member = "".into();
        }
        out.cancel(BrokerTimer::Client(ClientTimer::Poll(self.config.port)));
        if self.ready || !had_work {
            self.join(cx, out);
        }
    }

    /// It is no member any more: all partitions are lost. Says whether its owner may have had work.
    pub(super) fn drop_out(&mut self, cx: &Cx, events: &mut Vec<ConsumerEvent>, out: &mut impl BrokerOut) -> bool {
        let had_work = matches!(self.phase, Phase::Stable | Phase::Draining) || !self.fetcher.places().is_empty();
        let places = self.fetcher.places();
        self.commits.drop_held(cx, &places, events);
        self.give_up(cx, &places, true, out);
        self.revoking = None;
        self.rejoins = false;
        self.forget_steps(out);
        self.generation = -1;
        self.phase = Phase::Out;
        if had_work {
            events.push(ConsumerEvent::Lost);
        }
        had_work
    }

    /// Records that partitions are no longer read: given up, or `lost`.
    pub(super) fn give_up(&mut self, cx: &Cx, places: &[Place], lost: bool, out: &mut impl BrokerOut) {
        let who = self.identity();
        let drain = self.drain.take().filter(|drain| *drain != cx.cause.trigger);
        for (place, assigned, generation, position) in self.fetcher.release(places, out) {
            let (group, (topic, partition)) = (self.config.group, place);
            let revoked = BrokerFact::Revoked { group, generation, topic, partition, lost };
            out.fact(revoked, Cause::by(cx.cause.trigger).because(assigned).maybe(drain));
            if lost {
                self.commits.lose(place, who.clone(), position);
            }
        }
    }

    /// The owner has not polled for `max.poll.interval.ms`: leaves the group, to join again at the next poll. A static
    /// member of the classic protocol only stops its heartbeats.
    pub(super) fn poll_expired(&mut self, cx: &Cx, events: &mut Vec<ConsumerEvent>, out: &mut impl BrokerOut) {
        // A cooperative member has work while it joins, too.
        let has_work = self.in_generation() || !self.fetcher.places().is_empty();
        if !has_work || self.ready {
            return;
        }
        if self.says_goodbye() {
            let leave = self.goodbye();
            self.link.send(cx, leave, 0, None, Cause::by(cx.cause.trigger), out);
        }
        if self.modern.is_some() {
            self.drop_out(cx, events, out);
        } else {
            self.lose(cx, true, events, out);
        }
    }

    /// The coordinator's connection broke or an answer took too long: tries again after a rest.
    pub(super) fn coordinator_failed(&mut self, cx: &Cx, events: &mut Vec<ConsumerEvent>, out: &mut impl BrokerOut) {
        for id in self.step.take().into_iter().chain(self.heartbeat.take()) {
            self.link.settle(id, out);
        }
        if let Some(modern) = &mut self.modern {
            modern.tell_anew();
        }
        self.commits.fail(cx, &self.link, events, out);
        self.link.rest(cx, self.config.retry_backoff, out);
        match self.phase {
            // Whether the sync counted is not known; a join tells.
            Phase::Syncing => self.join(cx, out),
            Phase::Leaving => self.end(cx, ConsumerEvent::Left, events, out),
            _ => {}
        }
    }

    /// The rest is over: goes on with what this phase needs.
    pub(super) fn try_again(&mut self, cx: &Cx, out: &mut impl BrokerOut) {
        self.link.rested();
        self.commits.flush(cx, &mut self.link, self.config.request_timeout, out);
        match self.phase {
            Phase::Joining if self.step.is_none() => self.join(cx, out),
            Phase::Positioning if self.step.is_none() => {
                self.ask_offsets(cx, out);
                self.beat(cx, out);
            }
            _ => self.beat(cx, out),
        }
    }

    /// The owner closes the consumer: gives everything up, says so to the coordinator, and ends. A static member of the
    /// classic protocol does not say so: its place is kept until its session ends (semantics 4.8).
    pub(super) fn leave(&mut self, cx: &Cx, events: &mut Vec<ConsumerEvent>, out: &mut impl BrokerOut) {
        if self.phase == Phase::Leaving {
            return;
        }
        let places = self.fetcher.places();
        self.commit_last(cx, &places, out);
        self.give_up(cx, &places, false, out);
        self.forget_steps(out);
        if !self.says_goodbye() {
            self.end(cx, ConsumerEvent::Left, events, out);
            return;
        }
        self.phase = Phase::Leaving;
        out.cancel(BrokerTimer::Client(ClientTimer::Poll(self.config.port)));
        let leave = self.goodbye();
        self.ask(cx, leave, 0, self.config.request_timeout, out);
    }

    /// Whether it tells the coordinator that it leaves.
    fn says_goodbye(&self) -> bool {
        let is_silent = self.config.instance.is_some() && self.modern.is_none();
        !is_silent && !self.member.is_empty() && !self.link.resting()
    }

    fn goodbye(&self) -> Request {
        if self.modern.is_some() { self.leaving_beat() } else { Request::Leave(self.identity()) }
    }

    /// The owner drops the consumer: it says that it leaves, where it can, and ends without waiting for the answer.
    pub fn quit(&mut self, cx: &Cx, out: &mut impl BrokerOut) -> Vec<ConsumerEvent> {
        let mut events = Vec::new();
        if self.phase != Phase::Gone {
            self.commit_polled(cx, out);
            self.give_up(cx, &self.fetcher.places(), false, out);
            if self.phase != Phase::Leaving && self.says_goodbye() {
                let leave = self.goodbye();
                self.link.send(cx, leave, 0, None, Cause::by(cx.cause.trigger), out);
            }
            self.end(cx, ConsumerEvent::Left, &mut events, out);
        }
        events
    }

    /// It cannot be a member as long as others are in its way: members of the other protocol in its group, or its own former
    /// life under its instance id. Kafka's client ends there, and whoever watches over its process starts it again; here it
    /// tries again itself, and says so once.
    pub(super) fn stand_aside(&mut self, cx: &Cx, error: ErrorCode, out: &mut impl BrokerOut) {
        if !std::mem::replace(&mut self.refused, true) {
            out.fact(BrokerFact::MembershipRefused { group: self.config.group, error }, Cause::by(cx.cause.trigger));
        }
        self.link.rest(cx, self.config.retry_backoff, out);
    }

    /// The coordinator refuses it for good.
    pub(super) fn fail(&mut self, cx: &Cx, error: ErrorCode, events: &mut Vec<ConsumerEvent>, out: &mut impl BrokerOut) {
        out.fact(BrokerFact::MembershipRefused { group: self.config.group, error }, Cause::by(cx.cause.trigger));
        self.failed = Some(error);
        self.end(cx, ConsumerEvent::Failed(error), events, out);
    }

    /// Closes the connections and does nothing ever after.
    pub(super) fn end(&mut self, cx: &Cx, last: ConsumerEvent, events: &mut Vec<ConsumerEvent>, out: &mut impl BrokerOut) {
        self.give_up(cx, &self.fetcher.places(), true, out);
        self.phase = Phase::Gone;
        self.commits.end(cx, &self.link, events, out);
        self.forget_steps(out);
        let why = Cause::by(cx.cause.trigger);
        self.link.close(cx, why, out);
        self.fetcher.link.close(cx, why, out);
        let (port, fetch_port) = (self.config.port, self.config.port.wrapping_add(1));
        for timer in [ClientTimer::Poll(port), ClientTimer::Retry(port), ClientTimer::Retry(fetch_port)] {
            out.cancel(BrokerTimer::Client(timer));
        }
        events.push(last);
    }
}
