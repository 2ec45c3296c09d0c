//! One call of the coordinator: the moment, the settings, and where its effects go.

use std::sync::Arc;

use crate::broker::protocol::{BrokerCargo, ErrorCode, Joined, MemberId, ReplyTo, Response};
use crate::broker::{BrokerFact, BrokerOut, BrokerTimer, GroupTimer};
use crate::net::{Post, Side};
use crate::sim::{Cause, Cx, FactId, Span};

use super::GroupConfig;

/// What a group needs to act.
pub(super) struct Turn<'a, O> {
    pub cx: &'a Cx,
    pub config: &'a GroupConfig,
    pub out: &'a mut O,
}

impl<O: BrokerOut> Turn<'_, O> {
    /// Set off by what set off this call, made so by a fact. A fact is not named twice.
    fn why(&self, because: Option<FactId>) -> Cause {
        self.cx.cause.maybe(because.filter(|fact| *fact != self.cx.cause.trigger))
    }

    pub fn fact(&mut self, fact: BrokerFact, because: Option<FactId>) -> FactId {
        let why = self.why(because);
        self.out.fact(fact, why)
    }

    pub fn answer(&mut self, to: ReplyTo, response: Response, because: Option<FactId>) {
        let why = self.why(because);
        let cargo = BrokerCargo::Response(to.id, response);
        // Most answers of a coordinator have no subject: the request's number keeps their latencies apart.
        self.out.send(Post::Send { conn: to.conn, by: Side::Server, cargo, attempt: to.id.0 }, why);
    }

    /// Answers a JoinGroup that failed. `member` is empty where Kafka wants the client to forget its id.
    pub fn refuse_join(&mut self, to: ReplyTo, member: MemberId, error: ErrorCode, because: Option<FactId>) {
        let refusal = Joined {
            error,
            member,
            generation: -1,
            protocol: None,
            leader: Arc::from(""),
            members: Arc::from([]),
            skip_assignment: false,
        };
        self.answer(to, Response::from(refusal), because);
    }

    /// Answers a SyncGroup that failed.
    pub fn refuse_sync(&mut self, to: ReplyTo, error: ErrorCode, because: Option<FactId>) {
        self.answer(to, Response::Sync { error, assignment: Arc::from([]) }, because);
    }

    /// Sets a timer that is due after that time, in place of one that is set.
    pub fn timer(&mut self, key: GroupTimer, after: Span) {
        self.out.timer(BrokerTimer::Group(key), self.cx.now + after, self.cx.cause);
    }

    pub fn cancel(&mut self, key: GroupTimer) {
        self.out.cancel(BrokerTimer::Group(key));
    }
}
