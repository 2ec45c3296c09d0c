//! A client's connection to the broker: opened when something is sent, opened again after a rest when it broke.

use crate::net::{ConnId, Post, Side, Subject};
use crate::sim::{Actor, Cause, Cx, Span, WireId};

use super::super::protocol::{BrokerCargo, Request, RequestId};
use super::super::{BrokerOut, BrokerTimer, ClientTimer};

/// How far a port has counted its connections and requests. Whoever uses the port next in the same life counts on, so
/// that no name comes twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PortUse {
    opened: u32,
    requests: u32,
}

/// One port of a client. Requests are numbered over all its connections, so a late answer never meets a new request.
///
/// In this order in memory: what every request and answer reads lies together at the beginning.
#[derive(Clone, Debug)]
#[repr(C)]
pub(super) struct Link {
    /// Whether the connection that was opened last is open.
    is_open: bool,
    /// Whether `retry.backoff.ms` runs: nothing is sent until then.
    resting: bool,
    requests: u32,
    port: u32,
    /// How many connections were opened.
    opened: u32,
    broker: Actor,
    wire: WireId,
}

impl Link {
    /// A port that was never opened.
    pub(super) fn new(broker: Actor, wire: WireId, port: u32) -> Link {
        Link { broker, wire, port, is_open: false, opened: 0, requests: 0, resting: false }
    }

    /// The same port, used before.
    pub(super) fn after(self, PortUse { opened, requests }: PortUse) -> Link {
        Link { opened, requests, ..self }
    }

    /// How far it has counted.
    pub(super) fn used(&self) -> PortUse {
        PortUse { opened: self.opened, requests: self.requests }
    }

    /// How many requests were sent from this port in this life.
    pub(super) fn sent(&self) -> u32 {
        self.requests
    }

    /// Sends a request, on a connection opened now if there is none. With a timeout, [`ClientTimer::Request`] is set.
    pub(super) fn send(
        &mut self,
        cx: &Cx,
        request: Request,
        attempt: u32,
        timeout: Option<Span>,
        why: Cause,
        out: &mut impl BrokerOut,
    ) -> RequestId {
        if !self.is_open {
            self.is_open = true;
            self.opened = self.opened.wrapping_add(1);
            out.send(Post::Open { conn: self.conn(cx), to: self.broker, over: self.wire }, why);
        }
        let conn = self.conn(cx);
        let id = RequestId(self.requests);
        self.requests = self.requests.wrapping_add(1);
        let cargo = BrokerCargo::Request(id, request);
        out.send(Post::Send { conn, by: Side::Client, cargo, attempt }, why);
        if let Some(timeout) = timeout {
            out.timer(self.timer(id), cx.now + timeout, why);
        }
        id
    }

    /// The connection that was opened last.
    fn conn(&self, cx: &Cx) -> ConnId {
        ConnId { client: cx.me, port: self.port, nth: self.opened.wrapping_sub(1) }
    }

    /// Lets the next answer of a kind be lost, and the connection with it.
    pub(super) fn lose_answer(&self, cx: &Cx, (api, subject): (u8, Subject), why: Cause, out: &mut impl BrokerOut) {
        if self.is_open {
            out.send(Post::Lose { conn: self.conn(cx), to: Side::Client, api, subject }, why);
        }
    }

    /// Whether that is the connection that is open now, rather than an earlier one or one of another port.
    pub(super) fn is(&self, conn: ConnId) -> bool {
        self.is_open && (conn.port, conn.nth) == (self.port, self.opened.wrapping_sub(1))
    }

    /// Whether that is this client's port.
    pub(super) fn is_port(&self, port: u32) -> bool {
        self.port == port
    }

    /// Clears the timeout of a request that was answered or given up.
    pub(super) fn settle(&self, id: RequestId, out: &mut impl BrokerOut) {
        out.cancel(self.timer(id));
    }

    /// Closes the connection, if it is open.
    pub(super) fn close(&mut self, cx: &Cx, why: Cause, out: &mut impl BrokerOut) {
        if std::mem::take(&mut self.is_open) {
            out.send(Post::Close { conn: self.conn(cx), by: Side::Client }, why);
        }
    }

    /// Takes note that the network has closed the connection.
    pub(super) fn lost(&mut self) {
        self.is_open = false;
    }

    /// Sends nothing before `retry.backoff.ms` is over; then [`ClientTimer::Retry`] is due.
    pub(super) fn rest(&mut self, cx: &Cx, backoff: Span, out: &mut impl BrokerOut) {
        self.resting = true;
        out.timer(BrokerTimer::Client(ClientTimer::Retry(self.port)), cx.now + backoff, Cause::by(cx.cause.trigger));
    }

    /// Whether it rests.
    pub(super) fn resting(&self) -> bool {
        self.resting
    }

    /// Ends the rest.
    pub(super) fn rested(&mut self) {
        self.resting = false;
    }

    fn timer(&self, id: RequestId) -> BrokerTimer {
        BrokerTimer::Client(ClientTimer::Request(self.port, id.0))
    }
}
