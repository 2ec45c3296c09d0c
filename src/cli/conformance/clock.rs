//! A coordinator with a clock that moves as the recorder's did: in ticks, with the timers that are due served at the next.

use std::collections::BTreeMap;

use crate::broker::coordinator::{Coordinator, GroupConfig, GroupInput};
use crate::broker::protocol::{BrokerCargo, ReplyTo, Request, RequestId, Response};
use crate::broker::{BrokerFact, BrokerTimer, GroupTimer};
use crate::net::{ConnId, Post};
use crate::sim::{Actor, Cause, Cx, Draw, Effects, FactId, NodeId, Role, Span, Time};

/// How far the recorder's clock moved at once.
pub const TICK_MS: u64 = 50;

/// What came of an input, by the request that it answers.
pub type Answers = Vec<(RequestId, Response)>;

/// The coordinator, what it has set, and the time.
pub struct Clocked {
    pub coordinator: Coordinator,
    pub now: Time,
    out: Effects<BrokerFact, Post<BrokerCargo>, BrokerTimer>,
    /// Timers by key: when they are due, and the order in which they were set.
    timers: BTreeMap<GroupTimer, (Time, u64)>,
    timers_set: u64,
}

impl Clocked {
    /// A coordinator without groups, at time 0.
    pub fn new(config: GroupConfig) -> Clocked {
        Clocked {
            coordinator: Coordinator::new(config),
            now: Time::ZERO,
            out: Effects::default(),
            timers: BTreeMap::new(),
            timers_set: 0,
        }
    }

    /// A process sends a request of that number.
    pub fn ask(&mut self, client: Actor, number: u32, request: Request) -> Result<Answers, String> {
        let conn = ConnId { client, port: number, nth: 0 };
        self.handle(GroupInput::Request { from: ReplyTo { conn, id: RequestId(number) }, request })
    }

    /// The clock moves by one tick.
    pub fn tick(&mut self) {
        self.now += Span::ms(TICK_MS);
    }

    /// Serves the timer that is due and was set first; `None` if none is due.
    pub fn serve(&mut self) -> Result<Option<Answers>, String> {
        let due = self.timers.iter().filter(|(_, (at, _))| *at <= self.now).min_by_key(|(_, order)| **order);
        let Some(key) = due.map(|(key, _)| *key) else { return Ok(None) };
        self.timers.remove(&key);
        self.handle(GroupInput::Timer(key)).map(Some)
    }

    fn handle(&mut self, input: GroupInput) -> Result<Answers, String> {
        let me = Actor::new(NodeId(99), Role::Broker, 0);
        let cx = Cx { now: self.now, me, draw: Draw::new(1), cause: Cause::by(FactId::FIRST) };
        self.coordinator.handle(&cx, input, &mut self.out);
        for ask in std::mem::take(&mut self.out.timers) {
            let BrokerTimer::Group(key) = ask.key else { return Err(format!("not a group's timer: {ask:?}")) };
            self.timers.remove(&key);
            if let Some(at) = ask.at {
                self.timers_set += 1;
                self.timers.insert(key, (at, self.timers_set));
            }
        }
        let answer = |(post, _)| match post {
            Post::Send { cargo: BrokerCargo::Response(id, response), .. } => Ok((id, response)),
            other => Err(format!("not an answer: {other:?}")),
        };
        std::mem::take(&mut self.out.sends).into_iter().map(answer).collect()
    }
}
