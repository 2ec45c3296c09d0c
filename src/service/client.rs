//! A client: it sends requests on its own schedule, whatever becomes of them.

use std::sync::Arc;

use crate::net::{Message, Post, Value};
use crate::rpc::{CallCargo, CallConfig, CallDone, CallInput, Caller, RpcOut, Target};
use crate::sim::{
    Cx, Draw, Emit, IntentId, LineId, MessageId, NodeId, Span, Time, TypeId, What, Zipf, below, between, exponential,
};

use super::facts::{ServiceFact, ServiceTimer};

/// The most calls that a client has open; beyond it, orders are not sent.
pub const CALLS: usize = 10_000;

/// How arrivals are spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gaps {
    /// Evenly.
    Fixed,
    /// With exponential gaps.
    Poisson,
}

/// How a field of a request is drawn, by (client, order, field).
#[derive(Clone, Debug, PartialEq)]
pub enum FieldDraw {
    /// The order's number.
    Number,
    /// A key, all alike.
    Uniform(u32),
    /// A key by Zipf's law.
    Zipf(Arc<Zipf>),
    /// A key: four of five times the first, else one of the others, all alike.
    OneBig(u32),
    /// Money, in cents, evenly between the two.
    Cents(i32, i32),
}

/// A client's settings.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientConfig {
    /// The type of its requests.
    pub kind: TypeId,
    /// The fields of its requests.
    pub fields: Arc<[FieldDraw]>,
    /// How arrivals are spread.
    pub gaps: Gaps,
    /// The time between two of them.
    pub interval: Span,
    /// When the first is sent.
    pub first: Time,
    /// Whom it calls; a client without a wire waits.
    pub target: Option<Target>,
    /// How its calls behave.
    pub call: CallConfig,
}

/// What a client emits into.
pub trait ClientOut: Emit<ServiceFact, Post<CallCargo>, ServiceTimer> + RpcOut {}
impl<T: Emit<ServiceFact, Post<CallCargo>, ServiceTimer> + RpcOut> ClientOut for T {}

/// A client as it runs.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its settings.
    pub config: ClientConfig,
    /// Its open calls.
    pub caller: Caller,
    /// How many requests it has sent on its schedule.
    pub sent: u32,
    /// How many it was told to send by hand.
    pub by_hand: u32,
    /// How many were answered.
    pub answered: u32,
    /// How many it gave up.
    pub given_up: u32,
    /// How many it left out, since too many calls were open.
    pub left_out: u32,
}

impl Client {
    /// One that has sent nothing.
    pub fn new(config: ClientConfig) -> Client {
        Client { config, caller: Caller::default(), sent: 0, by_hand: 0, answered: 0, given_up: 0, left_out: 0 }
    }

    /// Sets the timer of the first arrival.
    pub fn start(&mut self, cx: &Cx, out: &mut impl ClientOut) {
        let at = if self.sent == 0 { self.config.first.max(cx.now) } else { cx.now + self.gap(cx) };
        out.timer(ServiceTimer::Arrival, at, cx.cause);
    }

    /// Takes up new settings. The next arrival is counted from now.
    pub fn set_config(&mut self, cx: &Cx, config: ClientConfig, out: &mut impl ClientOut) {
        let schedule = |config: &ClientConfig| (config.interval, config.gaps, config.first);
        let moved = schedule(&self.config) != schedule(&config);
        self.config = config;
        if let Some(target) = &self.config.target {
            self.caller.set_target(target);
        }
        if moved {
            self.start(cx, out);
        }
    }

    /// Ends: it gives up what it waits for. Its counts stay, so that the numbers of its requests never come again.
    pub fn stop(&mut self, cx: &Cx, out: &mut impl ClientOut) {
        self.given_up += self.caller.quit(cx, out);
    }

    fn gap(&self, cx: &Cx) -> Span {
        match self.config.gaps {
            Gaps::Fixed => self.config.interval,
            Gaps::Poisson => {
                let name = [u64::from(cx.me.node.0), u64::from(self.sent) + 1];
                Span(exponential(&mut cx.draw.at(What::Arrival, &name), self.config.interval.0))
            }
        }
    }

    /// The next arrival is due.
    pub fn arrival(&mut self, cx: &Cx, out: &mut impl ClientOut) {
        self.sent += 1;
        self.order(cx, self.sent, false, out);
        out.timer(ServiceTimer::Arrival, cx.now + self.gap(cx), cx.cause);
    }

    /// Sends one by hand.
    pub fn send_by_hand(&mut self, cx: &Cx, out: &mut impl ClientOut) {
        self.by_hand += 1;
        self.order(cx, self.by_hand, true, out);
    }

    fn order(&mut self, cx: &Cx, n: u32, manual: bool, out: &mut impl ClientOut) {
        let Some(target) = self.config.target.clone() else { return };
        if self.caller.waiting() >= CALLS {
            self.left_out += 1;
            return;
        }
        let message = request(cx.draw, cx.me.node, n, manual, &self.config);
        let number = n.wrapping_mul(2) + u32::from(manual);
        self.caller.call(cx, number, message, target, self.config.call, out);
    }

    /// Something arrived, or a timer of its calls is due.
    pub fn handle(&mut self, cx: &Cx, input: CallInput, out: &mut impl ClientOut) {
        match self.caller.handle(cx, input, out) {
            Some(CallDone { answered: true, .. }) => self.answered += 1,
            Some(CallDone { answered: false, .. }) => self.given_up += 1,
            None => {}
        }
    }
}

/// A client's nth request: a function of the seed and its name alone.
pub fn request(draw: Draw, client: NodeId, n: u32, manual: bool, config: &ClientConfig) -> Message {
    let body: Arc<[Value]> = config
        .fields
        .iter()
        .enumerate()
        .map(|(place, field)| {
            let mut rng = draw.at(What::Field, &[u64::from(client.0), u64::from(n), u64::from(manual), place as u64]);
            match field {
                FieldDraw::Number => Value::Number(n),
                FieldDraw::Uniform(size) => Value::Key(below(&mut rng, u64::from((*size).max(1))) as u32),
                FieldDraw::Zipf(zipf) => Value::Key(zipf.sample(&mut rng)),
                FieldDraw::OneBig(size) => {
                    let others = u64::from(size.saturating_sub(1));
                    let is_first = others == 0 || below(&mut rng, 5) < 4;
                    Value::Key(if is_first { 0 } else { 1 + below(&mut rng, others) as u32 })
                }
                FieldDraw::Cents(low, high) => {
                    let span = u64::from(high.abs_diff(*low));
                    Value::Cents(low.saturating_add(between(&mut rng, 0, span) as i32))
                }
            }
        })
        .collect();
    let intent = IntentId { client, n, manual };
    Message { id: MessageId { intent, by: client, line: LineId(0), nth: 0 }, kind: config.kind, key: None, body }
}
