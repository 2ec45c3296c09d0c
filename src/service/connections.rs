//! What a line costs that speaks to the store: a connection, a round trip, and the flush of a commit.

use crate::sim::{Cause, Cx, Role, Span};
use crate::store::{ConnectionId, Rollback};

use super::activation::{Activation, Wait};
use super::facts::{ServiceOut, ServiceTimer};
use super::program::Instruction;
use super::runtime::{After, Service};

impl Service {
    /// Whether a line can be done now. One that speaks to the store first gets a connection, then waits for its answer.
    pub(super) fn reaches_store(&mut self, cx: &Cx, number: u32, does: &Instruction, out: &mut impl ServiceOut) -> bool {
        let Some(cost) = self.line_cost(cx, number, does) else { return true };
        self.end_idle(cx, out);
        match self.activation(cx, number).map(|activation| activation.wait) {
            Some(Wait::Statement) => return true,
            Some(Wait::Lock) => {
                out.cancel(ServiceTimer::Timeout(number));
                return true;
            }
            Some(Wait::Connection) => out.cancel(ServiceTimer::Timeout(number)),
            _ => {}
        }
        if !self.store.connect(cx, ConnectionId { owner: cx.me, n: number }, out) {
            let timeout = self.config.store.connection_timeout;
            self.waits(cx, number, Wait::Connection, timeout, out);
            return false;
        }
        self.store.count_statement(cx);
        if cost == Span::ZERO {
            return true;
        }
        if let Some(tx) = self.activation(cx, number).and_then(|activation| activation.tx) {
            self.store.is_busy(tx, cx.now + cost);
        }
        if let Some(activation) = self.activation(cx, number) {
            activation.wait = Wait::Statement;
            activation.entered = cx.now;
            activation.until = cx.now + cost;
            out.timer(ServiceTimer::Line(number), activation.until, cx.cause);
        }
        false
    }

    /// What a line's statement takes; none for a line that does not speak to the store.
    fn line_cost(&mut self, cx: &Cx, number: u32, does: &Instruction) -> Option<Span> {
        let (round_trip, commit) = self.store_costs();
        match does {
            Instruction::Begin => Some(round_trip),
            Instruction::Commit => Some(round_trip + commit),
            Instruction::Write { .. }
            | Instruction::Require { .. }
            | Instruction::Track
            | Instruction::TrackOffset
            | Instruction::Fence
            | Instruction::Outbox(_) => Some(if self.inside_transaction(cx, number) { round_trip } else { round_trip + commit }),
            _ => None,
        }
    }

    /// Its statement waits for a lock, and not for ever.
    pub(super) fn waits_for_lock(&mut self, cx: &Cx, number: u32, out: &mut impl ServiceOut) {
        let timeout = self.config.store.lock_timeout;
        self.waits(cx, number, Wait::Lock, timeout, out);
    }

    fn waits(&mut self, cx: &Cx, number: u32, wait: Wait, timeout: Span, out: &mut impl ServiceOut) {
        let Some(activation) = self.activation(cx, number) else { return };
        activation.wait = wait;
        activation.entered = cx.now;
        activation.until = cx.now + timeout;
        self.watch_wait(cx, number, out);
    }

    /// Sets the timer of a wait: its end, or when the store may end a transaction that does nothing, if that is earlier.
    fn watch_wait(&mut self, cx: &Cx, number: u32, out: &mut impl ServiceOut) {
        let idle = self.config.store.idle_timeout;
        let ends = idle.and_then(|idle| self.store.idlest().map(|(_, since)| (since + idle).max(cx.now)));
        let Some(activation) = self.activation(cx, number) else { return };
        let at = ends.map_or(activation.until, |ends| ends.min(activation.until));
        out.timer(ServiceTimer::Timeout(number), at, Cause::by(activation.last));
    }

    /// The store ends the transactions that have done nothing for too long, whoever it is that needs the store now. Their
    /// connections are closed; whose they were finds out with the next statement.
    fn end_idle(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        let Some(limit) = self.config.store.idle_timeout else { return };
        while let Some((tx, _)) = self.store.idlest().filter(|(_, since)| *since + limit <= cx.now) {
            let Some(ended) = self.store.end_idle(cx, tx, out) else { return };
            self.wake(&ended);
            let number = self.instances.get(&tx.owner.ordinal).and_then(|instance| {
                instance.activations.iter().find(|(_, activation)| activation.tx == Some(tx)).map(|(number, _)| *number)
            });
            let cx = &Cx { cause: Cause::by(ended.fact), ..*cx };
            if let Some(n) = number {
                let served = self.store.disconnect(cx, ConnectionId { owner: tx.owner, n });
                self.connect_served(cx, served);
            }
        }
    }

    /// A connection that was waited for is there.
    pub(super) fn connected(&mut self, cx: &Cx, number: u32, out: &mut impl ServiceOut) {
        if cx.me.role == Role::Relay {
            return self.relay_is_connected(cx, out);
        }
        if let Some(activation) = self.activation(cx, number).filter(|activation| activation.wait == Wait::Connection) {
            let cause = Cause::by(activation.last).because(cx.cause.trigger);
            self.store.learns_of_connection(&Cx { cause, ..*cx }, out);
            self.execute(cx, number, out);
        }
    }

    /// A connection or a lock was waited for too long.
    pub(super) fn timed_out(&mut self, cx: &Cx, number: u32, out: &mut impl ServiceOut) {
        let Some(activation) = self.activation(cx, number) else { return };
        let (why, wait, until) = (Cause::by(activation.last), activation.wait, activation.until);
        if matches!(wait, Wait::Connection | Wait::Lock) && cx.now < until {
            self.end_idle(&Cx { cause: why, ..*cx }, out);
            return self.watch_wait(cx, number, out);
        }
        match wait {
            Wait::Connection => {
                let who = ConnectionId { owner: cx.me, n: number };
                let fact = self.store.give_up_connecting(&Cx { cause: why, ..*cx }, who, out);
                self.fail(cx, number, Cause::by(fact), out);
            }
            Wait::Lock => {
                self.roll_back(cx, number, Rollback::LockTimeout, why, out);
                self.fail(cx, number, why, out);
            }
            _ => {}
        }
    }

    /// Gives back the connections of a process that it has no more use for: no transaction and no statement.
    pub(super) fn free_connections(&mut self, cx: &Cx) {
        if self.store.connections().0 == 0 {
            return;
        }
        let held: Vec<ConnectionId> = self.store.connections_of(cx.me).collect();
        for who in held {
            let (in_use, last) = match cx.me.role {
                Role::Relay => {
                    let relay = self.relays.get(&cx.me.ordinal);
                    (relay.is_some_and(|relay| relay.uses_connection()), relay.map(|relay| relay.last()))
                }
                _ => {
                    let activation = self.activation(cx, who.n);
                    let last = activation.as_ref().map(|activation| activation.last);
                    (activation.is_some_and(|activation| uses_connection(activation)), last)
                }
            };
            if !in_use {
                let cause = last.map_or(cx.cause, Cause::by);
                let served = self.store.disconnect(&Cx { cause, ..*cx }, who);
                self.connect_served(&Cx { cause, ..*cx }, served);
            }
        }
    }

    /// Tells those who got a connection.
    pub(super) fn connect_served(&mut self, cx: &Cx, served: Vec<ConnectionId>) {
        let fact = cx.cause.trigger;
        self.after.extend(served.into_iter().map(|who| After::Connected { who: who.owner, n: who.n, fact }));
    }
}

fn uses_connection(activation: &Activation) -> bool {
    activation.tx.is_some() || matches!(activation.wait, Wait::Statement | Wait::Lock)
}
