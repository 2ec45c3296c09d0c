//! Figures of a run over time: throughput, latency, lag, depth of outboxes, redeliveries, utilisation, node by node.
//!
//! A fold over facts like the checks, and kept by whoever looks at figures, not by the run: it costs nothing until then.

mod busy;
mod lag;
mod latency;
mod outboxes;
mod percentiles;
mod series;

use std::collections::BTreeMap;

use crate::broker::BrokerFact;
use crate::rpc::RpcFact;
use crate::service::ServiceFact;
use crate::sim::{NodeId, Span, Time};
use crate::world::{Entry, Fact};

use busy::Busy;
use lag::Lag;
use latency::{Latencies, Which};
use outboxes::Outboxes;
pub use percentiles::Percentiles;
use percentiles::Samples;
use series::{Counts, Gauge};

/// The figures of one node.
#[derive(Clone, Debug, Default)]
struct NodeFigures {
    /// What it brought to an end: handlings, answered requests, appended records.
    done: Counts,
    /// Handlings of what had been handled before.
    again: Counts,
    /// How long each took that it brought to an end.
    took: Samples,
    /// How many records its groups have still to commit.
    lag: Gauge,
    /// How many rows of its outbox are not published.
    outbox: Gauge,
    /// How much of the time its workers had something in hand.
    busy: Busy,
}

/// What a figure is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// One node.
    Node(NodeId),
    /// All of the board: throughput is that of handlings, and latency goes from the request to the end of a handling.
    All,
}

/// Figures of a run over time.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    nodes: BTreeMap<NodeId, NodeFigures>,
    all: NodeFigures,
    latencies: Latencies,
    lag: Lag,
    outboxes: Outboxes,
}

impl Metrics {
    /// Is told each fact once, in order.
    pub fn see(&mut self, entry: &Entry) {
        let (at, node) = (entry.at, entry.who.node);
        match entry.fact {
            Fact::Process(fact) => self.nodes.entry(node).or_default().busy.process(at, entry.who, fact),
            Fact::Service(fact) => self.service(entry, fact),
            Fact::Rpc(RpcFact::Called { message, .. }) => self.latencies.begin(Which::Call(message), at),
            Fact::Rpc(RpcFact::Answered { message, .. }) => self.done(node, Which::Call(message), at),
            Fact::Broker(fact) => self.broker(entry, fact),
            Fact::Store(fact) => {
                let own = self.nodes.entry(node).or_default();
                if let Some(by) = self.outboxes.see(node, fact) {
                    own.outbox.change(at, by);
                    self.all.outbox.change(at, by);
                }
            }
            _ => {}
        }
    }

    fn service(&mut self, entry: &Entry, fact: ServiceFact) {
        let (at, who) = (entry.at, entry.who);
        let own = self.nodes.entry(who.node).or_default();
        match fact {
            ServiceFact::Started { handler, message, nth } => {
                own.busy.begin(at, who);
                if nth > 0 {
                    own.again.one(at);
                    self.all.again.one(at);
                }
                self.latencies.begin(Which::Run(who, handler, message), at);
            }
            ServiceFact::Finished { handler, message } => {
                own.busy.end(at, who);
                self.done(who.node, Which::Run(who, handler, message), at);
                self.all.done.one(at);
                if let Some(asked) = self.latencies.asked(message.intent) {
                    self.all.took.add(at, at.since(asked));
                }
            }
            ServiceFact::Failed { handler, message, .. } => {
                own.busy.end(at, who);
                self.latencies.forget(Which::Run(who, handler, message));
            }
            _ => {}
        }
    }

    fn broker(&mut self, entry: &Entry, fact: BrokerFact) {
        let at = entry.at;
        match fact {
            BrokerFact::Appended { record, .. } => {
                self.nodes.entry(entry.who.node).or_default().done.one(at);
                self.latencies.lies(record, entry.who.node, at);
            }
            BrokerFact::Fetched { record, .. } => {
                if let Some((broker, since)) = self.latencies.lain(record) {
                    self.nodes.entry(broker).or_default().took.add(at, at.since(since));
                }
            }
            _ => {}
        }
        for (node, by) in self.lag.see(fact) {
            self.nodes.entry(node).or_default().lag.change(at, by);
            self.all.lag.change(at, by);
        }
    }

    /// Something came to its end.
    fn done(&mut self, node: NodeId, which: Which, at: Time) {
        let own = self.nodes.entry(node).or_default();
        own.done.one(at);
        if let Some(began) = self.latencies.end(which) {
            own.took.add(at, at.since(began));
        }
    }

    fn of(&self, of: Of) -> Option<&NodeFigures> {
        match of {
            Of::Node(node) => self.nodes.get(&node),
            Of::All => Some(&self.all),
        }
    }

    /// How many came to their end after `from`, up to `to`, a second: handlings of a service, answered requests of a client,
    /// appended records of a broker.
    pub fn throughput(&self, of: Of, from: Time, to: Time) -> f64 {
        per_second(self.of(of).map_or(0, |figures| figures.done.between(from, to)), to.since(from))
    }

    /// How many handlings of what had been handled before began after `from`, up to `to`.
    pub fn redeliveries(&self, of: Of, from: Time, to: Time) -> u32 {
        self.of(of).map_or(0, |figures| figures.again.between(from, to))
    }

    /// How long it took what came to its end after `from`, up to `to`: a handling from its start, a request until its answer, a
    /// record from its append until it is fetched. None if nothing did.
    pub fn latency(&self, of: Of, from: Time, to: Time) -> Option<Percentiles> {
        self.of(of)?.took.between(from, to)
    }

    /// How many records the node's groups had still to commit. None if it reads nothing.
    pub fn lag(&self, of: Of, at: Time) -> Option<u32> {
        self.of(of)?.lag.at(at)
    }

    /// How many rows of the node's outbox were not published. None if it had none at all up to then.
    pub fn outbox(&self, of: Of, at: Time) -> Option<u32> {
        self.of(of)?.outbox.at(at)
    }

    /// The share of the time after `from`, up to `to`, in which the node's running instances had work in hand, from 0 to 1.
    /// None if none ran.
    pub fn utilisation(&self, node: NodeId, from: Time, to: Time) -> Option<f64> {
        self.nodes.get(&node)?.busy.share(from, to)
    }
}

fn per_second(count: u32, span: Span) -> f64 {
    if span.0 == 0 { 0.0 } else { f64::from(count) / span.seconds() }
}
