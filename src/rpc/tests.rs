//! A caller by itself: attempts, refusals, retries, late responses.

use crate::net::{Closed, ConnId, Delivery, Message, Post, Side};
use crate::sim::{
    Actor, Cause, Cx, Draw, Effects, FactId, IntentId, LineId, MessageId, NodeId, Role, Span, Time, TypeId, WireId,
};

use super::*;

type Out = Effects<RpcFact, Post<CallCargo>, CallTimer>;

struct Bench {
    caller: Caller,
    out: Out,
    now: Time,
}

fn message() -> Message {
    let intent = IntentId { client: NodeId(1), n: 3, manual: false };
    let id = MessageId { intent, by: NodeId(1), line: LineId(0), nth: 0 };
    Message { id, kind: TypeId(0), key: None, body: [].into() }
}

impl Bench {
    fn calling(instances: u16, retries: u32) -> Bench {
        let mut bench = Bench { caller: Caller::default(), out: Effects::default(), now: Time::ZERO };
        let service = Actor::new(NodeId(2), Role::Instance, 0);
        let target = Target { service, instances, over: WireId(1) };
        let config = CallConfig { timeout: Span::secs(5), retries, backoff: Span::secs(1) };
        let cx = bench.cx();
        bench.caller.call(&cx, 7, message(), target, config, &mut bench.out);
        bench
    }

    fn cx(&self) -> Cx {
        let me = Actor::new(NodeId(1), Role::Client, 0);
        Cx { now: self.now, me, draw: Draw::new(1), cause: Cause::by(FactId::FIRST) }
    }

    fn input(&mut self, input: CallInput) -> Option<bool> {
        let cx = self.cx();
        self.caller.handle(&cx, input, &mut self.out).map(|done| done.answered)
    }

    /// The connections opened since the last look, with the instance that each is to.
    fn opened(&mut self) -> Vec<(ConnId, u16)> {
        let sends = std::mem::take(&mut self.out.sends);
        let opened = |(post, _): (Post<CallCargo>, Cause)| match post {
            Post::Open { conn, to, .. } => Some((conn, to.ordinal)),
            _ => None,
        };
        sends.into_iter().filter_map(opened).collect()
    }

    fn facts(&mut self) -> Vec<RpcFact> {
        self.out.facts.drain(..).map(|(fact, _)| fact).collect()
    }
}

fn closed(conn: ConnId, why: Closed) -> CallInput {
    CallInput::Delivery(Delivery::Closed { conn, at: Side::Client, why })
}

fn answer(conn: ConnId) -> CallInput {
    let cargo = CallCargo::Response(message().id);
    CallInput::Delivery(Delivery::Arrived { conn, at: Side::Client, cargo })
}

#[test]
fn a_response_ends_the_call_and_its_timeout() {
    let mut bench = Bench::calling(2, 3);
    let (conn, _) = bench.opened()[0];
    assert_eq!(bench.input(answer(conn)), Some(true));
    assert_eq!(bench.caller.waiting(), 0);
    assert_eq!(bench.out.timers.last().map(|timer| (timer.key, timer.at)), Some((CallTimer::Timeout(7), None)));
}

#[test]
fn a_refusal_moves_to_the_next_instance_within_the_same_attempt() {
    let mut bench = Bench::calling(3, 3);
    let (first, ordinal) = bench.opened()[0];
    assert_eq!(bench.input(closed(first, Closed::Refused)), None);
    let (_, next) = bench.opened()[0];
    assert_eq!(next, (ordinal + 1) % 3);
    let id = message().id;
    assert_eq!(bench.facts(), [RpcFact::Called { message: id, attempt: 1 }, RpcFact::Refused { message: id, attempt: 1 }]);
}

#[test]
fn when_every_instance_refuses_the_attempt_has_failed_and_the_next_follows_after_the_backoff() {
    let mut bench = Bench::calling(2, 3);
    for _ in 0..2 {
        let (conn, _) = bench.opened()[0];
        bench.input(closed(conn, Closed::Refused));
    }
    assert!(bench.opened().is_empty());
    assert!(bench.facts().contains(&RpcFact::AttemptFailed { message: message().id, attempt: 1, timed_out: false }));
    let retry = bench.out.timers.last().map(|timer| (timer.key, timer.at));
    assert_eq!(retry, Some((CallTimer::Retry(7), Some(Time::ZERO + Span::secs(1)))));
    bench.input(CallInput::Timer(CallTimer::Retry(7)));
    assert_eq!(bench.facts(), [RpcFact::Called { message: message().id, attempt: 2 }], "under the same id");
}

#[test]
fn a_timeout_closes_the_connection_and_a_late_response_is_not_heard() {
    let mut bench = Bench::calling(1, 1);
    let (conn, _) = bench.opened()[0];
    bench.input(CallInput::Timer(CallTimer::Timeout(7)));
    assert!(bench.out.sends.iter().any(|(post, _)| matches!(post, Post::Close { conn: closed, .. } if *closed == conn)));
    assert_eq!(bench.input(answer(conn)), None);
    assert_eq!(bench.caller.waiting(), 1);
}

#[test]
fn after_the_last_retry_it_gives_up() {
    let mut bench = Bench::calling(1, 1);
    bench.input(CallInput::Timer(CallTimer::Timeout(7)));
    bench.input(CallInput::Timer(CallTimer::Retry(7)));
    assert_eq!(bench.input(CallInput::Timer(CallTimer::Timeout(7))), Some(false));
    assert_eq!(bench.facts().last(), Some(&RpcFact::GaveUp { message: message().id, attempts: 2 }));
    assert_eq!(bench.caller.waiting(), 0);
}
