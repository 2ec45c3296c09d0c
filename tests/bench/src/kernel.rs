//! Ping-pong through our network, with packets, facts, causes and the hash on, against NeXosim on the same work.

use std::convert::Infallible;

use crosstalk::net::{Cargo, ConnId, Delivery, Latency, NetFact, Network, PacketDue, Post, Side, Subject};
use crosstalk::sim::{
    Actor, Cause, Cx, Draw, Effects, FactHasher, FactId, MessageId, NodeId, Queue, Role, Span, Time, TopicId, WireId,
};

use crate::nexosim;
use crate::report::{Budget, Row};
use crate::rounds::{alternate, timed};

/// How many pairs play.
pub const PAIRS: u32 = 1_000;
/// How long a ball flies: evenly between these, in microseconds.
pub const FLIGHT: (u64, u64) = (50_000, 150_000);
const HITS: u32 = 300_000;

/// A ball that has been hit so often.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Ball(u32);

impl Cargo for Ball {
    fn api(&self) -> u8 {
        1
    }
    fn subject(&self) -> Subject {
        Subject::Position(TopicId(0), 0, self.0)
    }
    fn messages(&self) -> impl Iterator<Item = MessageId> + '_ {
        std::iter::empty()
    }
}

struct Table {
    net: Network<Ball>,
    queue: Queue<PacketDue>,
    out: Effects<NetFact, Infallible, PacketDue>,
    hasher: FactHasher,
    facts: u64,
    now: Time,
}

impl Table {
    fn new() -> Table {
        let mut table = Table {
            net: Network::default(),
            queue: Queue::default(),
            out: Effects::default(),
            hasher: FactHasher::default(),
            facts: 0,
            now: Time::ZERO,
        };
        let latency = Latency { mean: Span((FLIGHT.0 + FLIGHT.1) / 2), spread: Span((FLIGHT.1 - FLIGHT.0) / 2) };
        for pair in 0..PAIRS {
            let (wire, client) = (WireId(pair), Actor::new(NodeId(2 * pair), Role::Client, 0));
            let (conn, to) = (ConnId { client, port: 0, nth: 0 }, Actor::new(NodeId(2 * pair + 1), Role::Instance, 0));
            table.net.set_wire(wire, latency);
            table.post(client, Post::Open { conn, to, over: wire }, Cause::by(FactId::FIRST));
            table.post(client, Post::Send { conn, by: Side::Client, cargo: Ball(0), attempt: 0 }, Cause::by(FactId::FIRST));
        }
        table
    }

    fn cx(&self, me: Actor, cause: Cause) -> Cx {
        Cx { now: self.now, me, draw: Draw::new(1), cause }
    }

    fn post(&mut self, me: Actor, post: Post<Ball>, cause: Cause) {
        let cx = self.cx(me, cause);
        self.net.post(&cx, post, &mut self.out);
        self.drain(me);
    }

    fn drain(&mut self, me: Actor) {
        for (fact, cause) in self.out.facts.drain(..) {
            self.facts += 1;
            self.hasher.add(&(self.now, me, cause, fact));
        }
        for ask in self.out.timers.drain(..) {
            if let Some(at) = ask.at {
                self.queue.push(at, ask.key);
            }
        }
    }

    fn hit(&mut self) {
        let Some((at, due)) = self.queue.pop() else { return };
        self.now = at;
        let Some(me) = self.net.destination(due) else { return };
        let cx = self.cx(me, Cause::by(FactId::FIRST));
        let delivered = self.net.arrive(&cx, due, Some, &mut self.out);
        self.drain(me);
        if let Some((who, Delivery::Arrived { conn, at, cargo: Ball(hits) }, why)) = delivered {
            self.post(who, Post::Send { conn, by: at, cargo: Ball(hits + 1), attempt: 0 }, why);
        }
    }
}

/// Ours against NeXosim 1.0.
pub fn rows() -> Vec<Row> {
    let pair = alternate(5, ours, || nexosim::hit(u64::from(HITS / 3)));
    let figures = format!("{:.0} ns a hit, NeXosim on one thread {:.0}", pair.ours, pair.base);
    vec![Row::ratio(
        format!("ping-pong, {PAIRS} pairs, hits a second against NeXosim 1.0"),
        1.0 / pair.ratio(),
        Budget::AtLeast(6.0),
        figures,
    )]
}

/// Nanoseconds a hit.
fn ours() -> f64 {
    let mut table = Table::new();
    let (took, ()) = timed(|| {
        for _ in 0..HITS {
            table.hit();
        }
    });
    std::hint::black_box((table.hasher.value(), table.facts));
    took / f64::from(HITS)
}
