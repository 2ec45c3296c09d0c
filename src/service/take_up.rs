//! A service takes up a changed board: its programs at once, its producers and consumers process by process.

use crate::broker::BrokerOut;
use crate::broker::client::{Consumer, ConsumerConfig, ConsumerInput, PortUse, Producer, ProducerEvent};
use crate::sim::{Cx, Few, Span, TopicId, WireId};

use super::activation::Source;
use super::config::{ServiceConfig, port};
use super::facts::{ServiceOut, ServiceTimer};
use super::runtime::{Pinned, Service};

/// Sweeps are at least so far apart.
const SHORTEST_SWEEP: Span = Span::ms(100);

impl Service {
    /// Takes up new settings and programs. Running activations finish on the program they began with; pins that stay
    /// keep their count. Each process that runs is to be told by [`super::ServiceInput::TakeUp`].
    pub fn set_config(&mut self, config: ServiceConfig) {
        let pinned = |pin: &super::PinConfig| {
            let known = self.pins.iter().find(|known| known.config == *pin).copied();
            known.unwrap_or(Pinned::new(*pin))
        };
        self.pins = config.pins.iter().map(pinned).collect();
        self.config = config;
    }

    /// An instance drops the producers and consumers whose wire has gone or leads elsewhere, and consumers that are to be
    /// other members than they are; it changes the others, and starts those that are new.
    pub(super) fn take_up(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        self.takes_connections(cx);
        let Some(instance) = self.instances.get_mut(&cx.me.ordinal) else { return };
        let given_up = producers_take_up(cx, (&mut instance.producers, &mut instance.ports), &self.config, out);
        let stays = |wire: &WireId, is: &ConsumerConfig| {
            let wanted = self.config.consumes.get(wire);
            let same = |new: &ConsumerConfig| {
                (new.group, new.topic, new.broker) == (is.group, is.topic, is.broker)
                    && (new.protocol, new.instance.is_some()) == (is.protocol, is.instance.is_some())
            };
            wanted.is_some_and(same)
        };
        let dropped: Vec<WireId> =
            instance.consumers.iter().filter(|(wire, is)| !stays(wire, is.config())).map(|(wire, _)| *wire).collect();
        for wire in dropped {
            self.drop_consumer(cx, wire, out);
        }
        self.consumers_take_config(cx, out);
        self.start_consumers(cx, out);
        self.producer_events(cx, given_up, out);
    }

    /// The same for a relay, which only produces. Its program is read at its next round.
    pub(super) fn relay_takes_up(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        self.takes_connections(cx);
        let Some(relay) = self.relays.get_mut(&cx.me.ordinal) else { return };
        let given_up = producers_take_up(cx, (&mut relay.producers, &mut relay.ports), &self.config, out);
        self.relay_hears(cx, given_up, out);
        self.relay_leads_or_follows(cx, out);
    }

    /// Sets the time of the next sweep of `processed_messages`: twice in the time for which it remembers.
    pub(super) fn plan_sweep(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        if let Some(keep) = self.config.processed_keep {
            out.timer(ServiceTimer::Sweep, cx.now + Span((keep.0 / 2).max(SHORTEST_SWEEP.0)), cx.cause);
        }
    }

    /// Deletes what `processed_messages` has remembered long enough.
    pub(super) fn sweep(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        if let Some(keep) = self.config.processed_keep {
            self.store.sweep(cx, keep, out);
            self.plan_sweep(cx, out);
        }
    }

    /// Starts the consumers that an instance lacks, unless it is about to end.
    pub(super) fn start_consumers(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        let lacks = |instance: &&mut super::Instance, wire: &WireId| !instance.stopping && !instance.consumers.contains_key(wire);
        let Some(instance) = self.instances.get_mut(&cx.me.ordinal) else { return };
        let fresh: Vec<WireId> = self.config.consumes.keys().copied().filter(|wire| lacks(&instance, wire)).collect();
        for wire in &fresh {
            let Some(config) = self.config.consumes.get(wire).map(|config| self.consumer_config(cx.me, *wire, config)) else {
                continue;
            };
            let Some(instance) = self.instances.get_mut(&cx.me.ordinal) else { return };
            let used = ports(*wire).map(|port| instance.ports.get(&port).copied().unwrap_or_default());
            instance.consumers.insert(*wire, Consumer::new(config).after(used));
        }
        for wire in fresh {
            self.consumer_input(cx, wire, ConsumerInput::Start, out);
        }
    }

    /// A consumer leaves its group and ends. What it had fetched is forgotten; what is being handled goes on, and is
    /// not acknowledged.
    fn drop_consumer(&mut self, cx: &Cx, wire: WireId, out: &mut impl ServiceOut) {
        let Some(instance) = self.instances.get_mut(&cx.me.ordinal) else { return };
        let Some(mut consumer) = instance.consumers.remove(&wire) else { return };
        instance.forget_records(wire, |_| true);
        instance.acknowledged.retain(|(of, _), _| *of != wire);
        for activation in instance.activations.values_mut() {
            activation.orphan |= matches!(activation.source, Source::Record(of, _) if of == wire);
        }
        let events = consumer.quit(cx, out);
        instance.ports.extend(ports(wire).into_iter().zip(consumer.used()));
        self.consumer_events(cx, wire, events, out);
    }

    fn consumers_take_config(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        for (wire, config) in self.config.consumes.clone() {
            let instance = self.instances.get_mut(&cx.me.ordinal);
            let Some(consumer) = instance.and_then(|instance| instance.consumers.get_mut(&wire)) else { continue };
            let (partitions, cluster) = (config.partitions, config.cluster.clone());
            consumer.set_config(config);
            let events = consumer.set_metadata(cx, partitions, cluster, out);
            self.consumer_events(cx, wire, events, out);
        }
    }
}

/// The ports of a consumer: of the coordinator and of fetching.
fn ports(wire: WireId) -> [u32; 2] {
    [port::consumer(wire), port::consumer(wire).wrapping_add(1)]
}

/// Drops the producers whose wire has gone or leads elsewhere, and changes the others. What they had not got
/// acknowledged comes back.
fn producers_take_up(
    cx: &Cx,
    (producers, ports): (&mut Few<TopicId, Producer>, &mut Few<u32, PortUse>),
    config: &ServiceConfig,
    out: &mut impl BrokerOut,
) -> Vec<ProducerEvent> {
    let mut given_up = Vec::new();
    producers.retain(|topic, producer| {
        let is = *producer.config();
        let wanted = config.publishes.get(topic).map(|publish| publish.producer);
        match wanted.filter(|new| (new.wire, new.broker) == (is.wire, is.broker)) {
            Some(new) => {
                producer.set_config(new);
                true
            }
            None => {
                given_up.extend(producer.quit(cx, out));
                ports.insert(is.port, producer.used());
                false
            }
        }
    });
    given_up
}
