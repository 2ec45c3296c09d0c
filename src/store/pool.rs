//! The pool of connections to the store. A connection is held from the begin of a transaction to its end, or for one
//! statement; who finds none free waits, first come, first served.

use std::collections::VecDeque;

use crate::sim::{Actor, Cx, FactId, Few, Role, Time};

use super::Store;
use super::facts::{StoreFact, StoreOut};
use super::meter::{Meter, StoreLoad};
use super::waits::{WaitFigures, Waits};

/// Who has a connection, or waits for one: a process, and which of the things that it does at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId {
    /// The process in its life.
    pub owner: Actor,
    /// The number of its activation; 0 of a relay.
    pub n: u32,
}

/// The connections of a store.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub(super) struct Pool {
    /// Connections that are in use, each with the fact that set off its use.
    held: Few<ConnectionId, FactId>,
    size: u32,
    queue: VecDeque<ConnectionId>,
    meter: Meter,
    waits: Waits<ConnectionId>,
}

impl Default for Pool {
    fn default() -> Self {
        let (held, queue, waits, meter) = Default::default();
        Pool { size: 10, held, queue, waits, meter }
    }
}

impl Pool {
    fn grant(&mut self, who: ConnectionId, now: Time, by: FactId) {
        self.meter.busy(self.held.len() as u32, now);
        self.held.insert(who, by);
    }

    fn free(&mut self, who: ConnectionId, now: Time) -> bool {
        self.meter.busy(self.held.len() as u32, now);
        self.held.remove(&who).is_some()
    }

    /// Gives what is free to those who wait.
    fn serve(&mut self, now: Time, by: FactId) -> Vec<ConnectionId> {
        let mut served = Vec::new();
        while (self.held.len() as u32) < self.size
            && let Some(next) = self.queue.pop_front()
        {
            self.waits.end(next, now);
            self.grant(next, now, by);
            served.push(next);
        }
        served
    }
}

impl Store {
    /// Sets how many connections there are. Those in use stay; who can be served now gets one and is given back.
    pub fn set_connections(&mut self, cx: &Cx, size: u32) -> Vec<ConnectionId> {
        self.pool.size = size;
        self.pool.serve(cx.now, cx.cause.trigger)
    }

    /// Whether that one has a connection now, be it from before. If not, it waits in line, and is served later.
    pub fn connect(&mut self, cx: &Cx, who: ConnectionId, out: &mut impl StoreOut) -> bool {
        let pool = &mut self.pool;
        if pool.held.contains_key(&who) {
            return true;
        }
        if pool.queue.contains(&who) {
            return false;
        }
        if (pool.held.len() as u32) < pool.size {
            pool.grant(who, cx.now, cx.cause.trigger);
            return true;
        }
        let oldest = pool.held.iter().min_by_key(|(_, by)| **by).map(|(id, by)| (id.owner, *by));
        if let Some((holder, by)) = oldest {
            out.fact(StoreFact::ConnectionAwaited { holder }, cx.cause.because(by));
        }
        pool.queue.push_back(who);
        pool.waits.begin(who, cx.now);
        false
    }

    /// One that has waited for a connection learns that it has one.
    pub fn learns_of_connection(&self, cx: &Cx, out: &mut impl StoreOut) {
        out.fact(StoreFact::ConnectionGiven, cx.cause);
    }

    /// One that has waited for a connection long enough gives up.
    pub fn give_up_connecting(&mut self, cx: &Cx, who: ConnectionId, out: &mut impl StoreOut) -> FactId {
        self.pool.queue.retain(|waiting| *waiting != who);
        self.pool.waits.end(who, cx.now);
        out.fact(StoreFact::ConnectionTimedOut, cx.cause)
    }

    /// Gives a connection back. Those who can be served now have one and are given back; `cx.cause` is the reason.
    #[must_use = "those that got a connection have to go on"]
    pub fn disconnect(&mut self, cx: &Cx, who: ConnectionId) -> Vec<ConnectionId> {
        if self.pool.free(who, cx.now) { self.pool.serve(cx.now, cx.cause.trigger) } else { Vec::new() }
    }

    /// A process has died: its connections are closed and it waits for none.
    #[must_use = "those that got a connection have to go on"]
    pub fn disconnect_all(&mut self, cx: &Cx, owner: Actor) -> Vec<ConnectionId> {
        let gone: Vec<ConnectionId> = self.pool.queue.iter().copied().filter(|who| who.owner == owner).collect();
        self.pool.queue.retain(|who| who.owner != owner);
        gone.into_iter().for_each(|who| self.pool.waits.end(who, cx.now));
        let held: Vec<ConnectionId> = self.connections_of(owner).collect();
        for who in held {
            self.pool.free(who, cx.now);
        }
        self.pool.serve(cx.now, cx.cause.trigger)
    }

    /// The connections that a process holds.
    pub fn connections_of(&self, owner: Actor) -> impl Iterator<Item = ConnectionId> + '_ {
        let (low, high) = (ConnectionId { owner, n: 0 }, ConnectionId { owner, n: u32::MAX });
        self.pool.held.between(low, high).map(|(who, _)| *who)
    }

    /// Counts a statement of a process.
    pub fn count_statement(&mut self, cx: &Cx) {
        self.pool.meter.statement(cx.me.role == Role::Relay, cx.now);
    }

    /// How many connections are in use, and how many there are.
    pub fn connections(&self) -> (u32, u32) {
        (self.pool.held.len() as u32, self.pool.size)
    }

    /// How busy the connections were in the last seconds.
    pub fn load(&self, now: Time) -> StoreLoad {
        self.pool.meter.load(self.pool.held.len() as u32, self.pool.size, now)
    }

    /// The waits for a connection.
    pub fn connection_waits(&self, now: Time) -> WaitFigures {
        self.pool.waits.figures(now)
    }

    /// The waits for a lock.
    pub fn lock_waits(&self, now: Time) -> WaitFigures {
        self.lock_waits.figures(now)
    }
}
