//! A service as it runs: its processes, its store, and what they share.

use std::sync::Arc;

use crate::broker::client::{ConsumerConfig, ConsumerInput, PortUse, Producer, ProducerConfig};
use crate::net::{Post, Side};
use crate::sim::{Actor, Cause, Cx, FactId, Few, HandlerId, MessageId, NodeId, Role, Span, TopicId, WireId};
use crate::store::{BlockMap, Ended, Store};

use super::config::{GapAt, PinConfig, PinEffect, PinTimes, ServiceConfig, port};
use super::facts::{ServiceFact, ServiceOut};
use super::instance::Instance;
use super::relay::Relay;

/// What the world has to do once a call to a service has returned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum After {
    /// A process reached a pin.
    Pin {
        /// The process.
        who: Actor,
        /// It stands still; otherwise it dies.
        pauses: bool,
        /// When it comes back.
        back_after: Option<Span>,
        /// The fact that it got there.
        fact: FactId,
    },
    /// A transaction that waited can go on.
    Wake {
        /// Its process.
        who: Actor,
        /// Its number.
        tx: u32,
        /// The end of the transaction that it waited for.
        fact: FactId,
    },
    /// A connection that was waited for is there.
    Connected {
        /// The process that waited.
        who: Actor,
        /// The number of its activation; 0 of a relay.
        n: u32,
        /// What the one who had the connection before did last.
        fact: FactId,
    },
    /// A stopping instance has nothing left to do.
    Stopped(Actor),
    /// A request was turned away, since too many wait.
    TurnedAway {
        /// Its process.
        who: Actor,
        /// The request's arrival.
        fact: FactId,
    },
}

/// A pin and how often it has acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pinned {
    /// The pin.
    pub config: PinConfig,
    /// How often a process that it waits for has come there.
    pub came: u32,
    /// How often it has acted.
    pub fired: u32,
    /// The fact of the last time.
    pub fact: Option<FactId>,
}

impl Pinned {
    /// A pin that nobody has come to.
    pub fn new(config: PinConfig) -> Pinned {
        Pinned { config, came: 0, fired: 0, fact: None }
    }

    /// Takes note that a process came, and says whether it acts now.
    fn comes(&mut self) -> bool {
        self.came = self.came.saturating_add(1);
        match self.config.times {
            PinTimes::Once => self.fired == 0,
            PinTimes::Always => true,
            PinTimes::Nth(nth) => self.came == nth,
        }
    }
}

/// A service: its processes share the store, the pins and the ledger.
///
/// In this order in memory: what nearly every step reads lies together at the beginning, and where the store begins.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub struct Service {
    /// Its running instances, by ordinal.
    pub instances: Few<u16, Instance>,
    /// What the world has to do next.
    pub after: Vec<After>,
    /// Its settings and programs.
    pub config: ServiceConfig,
    /// Its running relays, by ordinal.
    pub relays: Few<u16, Relay>,
    /// Its pins.
    pub pins: Vec<Pinned>,
    /// Its node.
    pub node: NodeId,
    /// So many times as long as its settings say does the store take for each statement.
    pub store_times: u16,
    /// Its database.
    pub store: Store,
    /// How often each message began to be handled. Names draws and derived messages; behaviour never reads it.
    pub(super) ledger: BlockMap<(HandlerId, MessageId), u16>,
}

impl Service {
    /// A service none of whose processes runs yet.
    pub fn new(node: NodeId, config: ServiceConfig) -> Service {
        let pins = config.pins.iter().map(|config| Pinned::new(*config)).collect();
        Service {
            node,
            config,
            instances: Few::new(),
            relays: Few::new(),
            store: Store::default(),
            pins,
            ledger: BlockMap::default(),
            store_times: 1,
            after: Vec::new(),
        }
    }

    /// Starts an instance or a relay, in the life that `cx.me` names. The store is as the last life left it.
    pub fn start(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        self.takes_connections(cx);
        match cx.me.role {
            Role::Relay => self.start_relay(cx, out),
            _ => {
                self.instances.insert(cx.me.ordinal, Instance::new(cx.me));
                self.start_consumers(cx, out);
                self.plan_sweep(cx, out);
                self.look_for_work(cx, out);
            }
        }
    }

    /// A process died (`cx.cause` is that fact): its memory is gone and its transactions are rolled back.
    pub fn crash(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        let ended = self.store.crash(cx, cx.me, out);
        match cx.me.role {
            Role::Relay => drop(self.relays.remove(&cx.me.ordinal)),
            _ => {
                let Some(instance) = self.instances.remove(&cx.me.ordinal) else { return };
                for activation in instance.activations.values() {
                    let handler = activation.program.id;
                    let done = activation.at.checked_sub(1).and_then(|place| activation.program.lines.get(place));
                    let after = done.map_or_else(Default::default, |line| line.id);
                    let aborted = ServiceFact::Aborted { handler, after, message: activation.message.id };
                    out.fact(aborted, cx.cause.because(activation.last));
                }
            }
        }
        ended.iter().for_each(|ended| self.wake(ended));
        let served = self.store.disconnect_all(cx, cx.me);
        self.connect_served(cx, served);
    }

    /// Gives the store as many connections as the settings say.
    pub(super) fn takes_connections(&mut self, cx: &Cx) {
        let served = self.store.set_connections(cx, self.config.store.connections);
        self.connect_served(cx, served);
    }

    /// Asks an instance to finish what it does and end.
    pub fn stop(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        let Some(instance) = self.instances.get_mut(&cx.me.ordinal) else { return };
        instance.stopping = true;
        // A consumer that commits by itself takes all that it has handed out for read.
        let kept: Vec<WireId> = instance.consumers.keys().copied().filter(|wire| instance.commits_itself(*wire)).collect();
        instance.records.retain(|(wire, ..)| kept.contains(wire));
        for (conn, _, _) in std::mem::take(&mut instance.requests) {
            out.send(Post::<crate::rpc::CallCargo>::Close { conn, by: Side::Server }, cx.cause);
        }
        self.look_for_work(cx, out);
    }

    /// Ends an instance that has nothing left to do: it leaves its groups.
    pub fn end(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        self.leave(cx, out);
        self.instances.remove(&cx.me.ordinal);
    }

    /// An instance leaves its groups; a relay saves its position and gives its lease back.
    pub fn leave(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        if cx.me.role == Role::Relay {
            self.relay_saves(cx, out);
            return self.store.give_up_lease(cx);
        }
        let instance = self.instances.get(&cx.me.ordinal);
        let wires: Vec<WireId> = instance.map_or_else(Vec::new, |instance| instance.consumers.keys().copied().collect());
        for wire in wires {
            self.consumer_input(cx, wire, ConsumerInput::Leave, out);
        }
    }

    pub(super) fn wake(&mut self, ended: &Ended) {
        for tx in &ended.woken {
            self.after.push(After::Wake { who: tx.owner, tx: tx.n, fact: ended.fact });
        }
    }

    /// Counts one more beginning of a message's handling, and says how many there were before.
    pub(super) fn nth(&mut self, handler: HandlerId, message: MessageId) -> u16 {
        let before = self.handled(handler, message);
        self.ledger.set((handler, message), before.saturating_add(1));
        before
    }

    /// How often a message began to be handled.
    pub fn handled(&self, handler: HandlerId, message: MessageId) -> u16 {
        self.ledger.get((handler, message)).copied().unwrap_or(0)
    }

    /// What a statement and a commit cost now: what the settings say, and more while the store is slow.
    pub(super) fn store_costs(&self) -> (Span, Span) {
        let times = u64::from(self.store_times);
        let slowed = |cost: Span| Span(cost.0.saturating_mul(times));
        (slowed(self.config.store.round_trip), slowed(self.config.store.commit))
    }

    /// Looks for a pin in a gap that `cx.me` has come to, on the way of a message with that key. Says what it does if it acts
    /// now, with the fact of it. What it does to the handling is left to the caller, what it does to the process is not.
    pub(super) fn pin_acts(
        &mut self,
        cx: &Cx,
        (handler, gap, key): (HandlerId, GapAt, Option<u32>),
        why: Cause,
        out: &mut impl ServiceOut,
    ) -> Option<(PinEffect, FactId)> {
        let me = cx.me;
        let waits_for = |pin: &&mut Pinned| {
            let mine = pin.config.only.is_none_or(|only| only == me.ordinal);
            pin.config.gap == gap && mine && pin.config.key.is_none_or(|wanted| key == Some(wanted))
        };
        let pin = self.pins.iter_mut().filter(waits_for).find_map(|pin| pin.comes().then_some(pin))?;
        let after = match gap {
            GapAt::Start(_) => Default::default(),
            GapAt::After(line) => line,
        };
        let fact = out.fact(ServiceFact::PinHit { handler, after }, why);
        pin.fired = pin.fired.saturating_add(1);
        pin.fact = Some(fact);
        let PinConfig { does, back_after, .. } = pin.config;
        if matches!(does, PinEffect::Crash | PinEffect::Pause) {
            self.after.push(After::Pin { who: me, pauses: does == PinEffect::Pause, back_after, fact });
        }
        Some((does, fact))
    }

    /// The settings of an instance's consumer.
    pub(super) fn consumer_config(&self, me: Actor, wire: WireId, config: &ConsumerConfig) -> ConsumerConfig {
        let client_id: Arc<str> = format!("{}-{}", self.config.client_id, me.ordinal + 1).into();
        // A process may read several topics in one group, as several members.
        let instance = config.instance.as_ref().map(|_| format!("{client_id}.{}", wire.0).into());
        ConsumerConfig { client_id, instance, port: port::consumer(wire), ..config.clone() }
    }
}

/// The producer for a topic, made when it is first needed.
pub(super) fn producer_for<'a>(
    producers: &'a mut Few<TopicId, Producer>,
    ports: &Few<u32, PortUse>,
    config: &ServiceConfig,
    topic: TopicId,
) -> Option<(&'a mut Producer, u16)> {
    let publish = config.publishes.get(&topic)?;
    let port = port::producer(publish.producer.wire);
    let used = ports.get(&port).copied().unwrap_or_default();
    let fresh = || Producer::new(ProducerConfig { port, ..publish.producer }).after(used);
    Some((producers.or_insert_with(topic, fresh), publish.partitions))
}

/// The producer that sends over a wire.
pub(super) fn producer_on(producers: &mut Few<TopicId, Producer>, wire: WireId) -> Option<&mut Producer> {
    producers.values_mut().find(|producer| producer.config().wire == wire)
}
