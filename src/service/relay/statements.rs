//! What a relay's statements cost: as those of handlers, a connection, a round trip, and the flush of a commit.

use crate::sim::{Cause, Cx, Span};
use crate::store::{ConnectionId, RelayKind};

use super::super::facts::{ServiceOut, ServiceTimer};
use super::super::program::Instruction;
use super::super::runtime::Service;
use super::RelayWait;

impl Service {
    /// Its line has taken its time, or the store has answered.
    pub(super) fn relay_is_due(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        match self.relay(cx).map(|relay| relay.wait) {
            Some(RelayWait::Line | RelayWait::Statement) => self.relay_executes(cx, out),
            Some(RelayWait::Held) => self.relay_enters(cx, out),
            _ => {}
        }
    }

    /// Whether what it is about to do can be done now.
    pub(super) fn relay_reaches_store(&mut self, cx: &Cx, out: &mut impl ServiceOut) -> bool {
        let Some(cost) = self.relay_cost(cx) else { return true };
        match self.relay(cx).map(|relay| relay.wait) {
            Some(RelayWait::Statement) => return true,
            Some(RelayWait::Connection) => out.cancel(ServiceTimer::Timeout(0)),
            _ => {}
        }
        let connected = self.store.connect(cx, ConnectionId { owner: cx.me, n: 0 }, out);
        let timeout = self.config.store.connection_timeout;
        if connected {
            self.store.count_statement(cx);
        }
        let Some(relay) = self.relay(cx) else { return false };
        if connected && cost == Span::ZERO {
            return true;
        }
        let (wait, takes, key) = match connected {
            true => (RelayWait::Statement, cost, ServiceTimer::Line(0)),
            false => (RelayWait::Connection, timeout, ServiceTimer::Timeout(0)),
        };
        relay.wait = wait;
        relay.entered = cx.now;
        relay.until = cx.now + takes;
        out.timer(key, relay.until, cx.cause);
        false
    }

    /// What it is about to ask of the store takes; none for what needs no connection. The log is not read over one, and
    /// the position in it is not saved over one.
    fn relay_cost(&mut self, cx: &Cx) -> Option<Span> {
        let (round_trip, commit) = self.store_costs();
        let relay = self.relay(cx)?;
        match relay.program.lines.get(relay.at).map(|line| &line.does) {
            Some(Instruction::Poll | Instruction::PollAfter) => Some(round_trip),
            Some(Instruction::Mark) | None => Some(round_trip + commit),
            Some(Instruction::Save) => (relay.kind() == RelayKind::Cursor).then_some(round_trip + commit),
            Some(_) => None,
        }
    }

    pub(in crate::service) fn relay_is_connected(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        if let Some(relay) = self.relay(cx).filter(|relay| relay.wait == RelayWait::Connection) {
            let cause = Cause::by(relay.last).because(cx.cause.trigger);
            self.store.learns_of_connection(&Cx { cause, ..*cx }, out);
            self.relay_executes(cx, out);
        }
    }

    /// It got no connection in time: it rests, and begins again from the first line.
    pub(super) fn relay_times_out(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        let Some(relay) = self.relay(cx).filter(|relay| relay.wait == RelayWait::Connection) else { return };
        let cx = &Cx { cause: Cause::by(relay.last), ..*cx };
        let fact = self.store.give_up_connecting(cx, ConnectionId { owner: cx.me, n: 0 }, out);
        if let Some(relay) = self.relay(cx) {
            relay.last = fact;
            relay.cleans = None;
        }
        self.relay_sleeps(cx, out);
    }
}
