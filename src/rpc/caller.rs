//! A caller: the requests of one process that wait for their responses.

use crate::net::{ConnId, Delivery, Message, Post, Side};
use crate::sim::{Actor, Cause, Cx, FactId, Few, MessageId, Span, WireId};

use super::facts::{CallCargo, CallTimer, RpcFact, RpcOut};

/// How a call behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallConfig {
    /// How long each attempt waits for a response.
    pub timeout: Span,
    /// How many more attempts follow a failed one.
    pub retries: u32,
    /// The pause before each further attempt.
    pub backoff: Span,
}

/// Whom a call is for: the instances of a service as the caller knows them, whether they run or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The first instance; the others differ in their ordinal.
    pub service: Actor,
    /// How many instances there are.
    pub instances: u16,
    /// The wire to them.
    pub over: WireId,
}

/// What a caller is told.
#[derive(Clone, Debug, PartialEq)]
pub enum CallInput {
    /// Something arrived for it.
    Delivery(Delivery<CallCargo>),
    /// One of its timers is due.
    Timer(CallTimer),
}

/// A call that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallDone {
    /// The request.
    pub message: MessageId,
    /// Whether a response came.
    pub answered: bool,
    /// The fact that says so.
    pub fact: FactId,
}

/// The requests of one process that wait for their responses. Each attempt opens a connection of its own, whose port
/// is the number of the call; nobody is omniscient, so a dead instance is found out by its refusal.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    calls: Few<u32, Call>,
}

#[derive(Clone, Debug)]
struct Call {
    message: Message,
    target: Target,
    config: CallConfig,
    attempt: u32,
    /// How many instances refused within this attempt.
    refused: u16,
    conn: Option<ConnId>,
    opened: u32,
    last: FactId,
}

impl Caller {
    /// Sends a request. `number` must not be in use at this caller.
    pub fn call(&mut self, cx: &Cx, number: u32, message: Message, target: Target, config: CallConfig, out: &mut impl RpcOut) {
        let call = Call { message, target, config, attempt: 1, refused: 0, conn: None, opened: 0, last: cx.cause.trigger };
        let call = self.calls.or_insert_with(number, || call);
        call.start_attempt(cx, number, cx.cause, out);
    }

    /// Takes a delivery or a timer; what is over comes back.
    pub fn handle(&mut self, cx: &Cx, input: CallInput, out: &mut impl RpcOut) -> Option<CallDone> {
        match input {
            CallInput::Delivery(Delivery::Arrived { conn, cargo: CallCargo::Response(id), .. }) => {
                let call = self.calls.get_mut(&conn.port).filter(|call| call.conn == Some(conn) && call.message.id == id)?;
                let fact = out.fact(RpcFact::Answered { message: id, attempt: call.attempt }, cx.cause);
                out.send(Post::Close { conn, by: Side::Client }, Cause::by(fact));
                out.cancel(CallTimer::Timeout(conn.port));
                self.calls.remove(&conn.port);
                Some(CallDone { message: id, answered: true, fact })
            }
            CallInput::Delivery(Delivery::Arrived { conn, cargo: CallCargo::Error(id), .. }) => {
                let call = self.calls.get_mut(&conn.port).filter(|call| call.conn == Some(conn) && call.message.id == id)?;
                call.conn = None;
                out.send(Post::Close { conn, by: Side::Client }, cx.cause);
                let fact = RpcFact::ErrorAnswered { message: id, attempt: call.attempt };
                self.attempt_failed(cx, conn.port, fact, out)
            }
            CallInput::Delivery(Delivery::Arrived { .. }) => None,
            CallInput::Delivery(Delivery::Closed { conn, why, .. }) => {
                let call = self.calls.get_mut(&conn.port).filter(|call| call.conn == Some(conn))?;
                call.conn = None;
                if why == crate::net::Closed::Refused {
                    let fact = RpcFact::Refused { message: call.message.id, attempt: call.attempt };
                    call.last = out.fact(fact, cx.cause);
                    call.refused += 1;
                    if call.refused < call.target.instances {
                        call.open_and_send(cx, conn.port, Cause::by(call.last), out);
                        return None;
                    }
                }
                let (message, attempt) = (call.message.id, call.attempt);
                self.attempt_failed(cx, conn.port, RpcFact::AttemptFailed { message, attempt, timed_out: false }, out)
            }
            CallInput::Timer(CallTimer::Timeout(number)) => {
                let call = self.calls.get_mut(&number)?;
                if let Some(conn) = call.conn.take() {
                    out.send(Post::Close { conn, by: Side::Client }, cx.cause);
                }
                let (message, attempt) = (call.message.id, call.attempt);
                self.attempt_failed(cx, number, RpcFact::AttemptFailed { message, attempt, timed_out: true }, out)
            }
            CallInput::Timer(CallTimer::Retry(number)) => {
                let call = self.calls.get_mut(&number)?;
                call.attempt += 1;
                call.refused = 0;
                call.start_attempt(cx, number, Cause::by(call.last), out);
                None
            }
        }
    }

    /// An attempt is over, as the fact says: the next one follows after a pause, if there is one.
    fn attempt_failed(&mut self, cx: &Cx, number: u32, fact: RpcFact, out: &mut impl RpcOut) -> Option<CallDone> {
        let call = self.calls.get_mut(&number)?;
        let message = call.message.id;
        out.cancel(CallTimer::Timeout(number));
        call.last = out.fact(fact, cx.cause);
        if call.attempt <= call.config.retries {
            out.timer(CallTimer::Retry(number), cx.now + call.config.backoff, Cause::by(call.last));
            return None;
        }
        let fact = out.fact(RpcFact::GaveUp { message, attempts: call.attempt }, Cause::by(call.last));
        self.calls.remove(&number);
        Some(CallDone { message, answered: false, fact })
    }

    /// Where requests that wait go from their next attempt on, if they went to somebody else or over another wire.
    pub fn set_target(&mut self, target: &Target) {
        for call in self.calls.values_mut() {
            if (call.target.service, call.target.over) != (target.service, target.over) {
                call.target = target.clone();
            }
        }
    }

    /// Gives up all requests that wait, and says how many they were.
    pub fn quit(&mut self, cx: &Cx, out: &mut impl RpcOut) -> u32 {
        let calls = std::mem::take(&mut self.calls);
        for (number, call) in calls.iter() {
            for timer in [CallTimer::Timeout(*number), CallTimer::Retry(*number)] {
                out.cancel(timer);
            }
            if let Some(conn) = call.conn {
                out.send(Post::Close { conn, by: Side::Client }, cx.cause);
            }
            let given_up = RpcFact::GaveUp { message: call.message.id, attempts: call.attempt };
            out.fact(given_up, cx.cause.because(call.last));
        }
        u32::try_from(calls.len()).unwrap_or(u32::MAX)
    }

    /// Of a request that waits: its latest attempt, counted from 1, and the connection on which that waits; none while it
    /// rests before the next one.
    pub fn attempt(&self, message: MessageId) -> Option<(u32, Option<ConnId>)> {
        self.calls.values().find(|call| call.message.id == message).map(|call| (call.attempt, call.conn))
    }

    /// How many requests wait for a response.
    pub fn waiting(&self) -> usize {
        self.calls.len()
    }
}

impl Call {
    fn start_attempt(&mut self, cx: &Cx, number: u32, why: Cause, out: &mut impl RpcOut) {
        self.last = out.fact(RpcFact::Called { message: self.message.id, attempt: self.attempt }, why);
        out.timer(CallTimer::Timeout(number), cx.now + self.config.timeout, Cause::by(self.last));
        self.open_and_send(cx, number, Cause::by(self.last), out);
    }

    /// Instances are taken in turn: by the request's number, moved on by attempts and refusals.
    fn open_and_send(&mut self, cx: &Cx, number: u32, why: Cause, out: &mut impl RpcOut) {
        let turn = u64::from(self.message.id.intent.n) + u64::from(self.attempt) + u64::from(self.refused);
        let ordinal = u16::try_from(turn % u64::from(self.target.instances.max(1))).unwrap_or(0);
        let conn = ConnId { client: cx.me, port: number, nth: self.opened };
        self.opened += 1;
        self.conn = Some(conn);
        out.send(Post::Open { conn, to: Actor { ordinal, ..self.target.service }, over: self.target.over }, why);
        let cargo = CallCargo::Request(self.message.clone());
        out.send(Post::Send { conn, by: Side::Client, cargo, attempt: conn.nth }, why);
    }
}
