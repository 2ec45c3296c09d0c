//! What reaches an instance, and how it finds work.

use crate::broker::ClientTimer;
use crate::broker::client::{ConsumerEvent, ConsumerInput, ProducerEvent, ProducerInput};
use crate::broker::protocol::BrokerCargo;
use crate::net::{ConnId, Delivery, Post, Side};
use crate::rpc::CallCargo;
use crate::sim::{Cause, Cx, RecordId, Role, WireId, rewind_if_empty};
use crate::store::Fence;

use super::activation::{Source, Taken, Token, Wait};
use super::config::port;
use super::facts::{ServiceOut, ServiceTimer};
use super::runtime::{After, Service, producer_on};

/// What reaches a process of a service.
#[derive(Clone, Debug, PartialEq)]
pub enum ServiceInput {
    /// From the broker.
    Broker(Delivery<BrokerCargo>),
    /// From a caller.
    Call(Delivery<CallCargo>),
    /// One of its timers is due.
    Timer(ServiceTimer),
    /// A timer of one of its clients of the broker is due.
    Client(ClientTimer),
    /// A transaction of that number can go on.
    Wake(u32),
    /// The connection to the store that the activation of that number, or the relay, waited for is there.
    Connected(u32),
    /// The service has new settings, programs or wires: [`Service::set_config`] was called.
    TakeUp,
    /// Its consumer of a wire is to stop reading what it is assigned, or to read on.
    Reading {
        /// The wire.
        wire: WireId,
        /// Whether it stops.
        stops: bool,
    },
}

impl Service {
    /// Something reached the process `cx.me`.
    pub fn handle(&mut self, cx: &Cx, input: ServiceInput, out: &mut impl ServiceOut) {
        match cx.me.role {
            Role::Relay => self.relay_handles(cx, input, out),
            _ => self.instance_handles(cx, input, out),
        }
        self.free_connections(cx);
    }

    fn instance_handles(&mut self, cx: &Cx, input: ServiceInput, out: &mut impl ServiceOut) {
        match input {
            ServiceInput::Broker(delivery) => {
                let (Delivery::Arrived { conn, .. } | Delivery::Closed { conn, .. }) = &delivery;
                self.broker_input(cx, *conn, delivery, out);
            }
            ServiceInput::Call(Delivery::Arrived { conn, cargo: CallCargo::Request(message), .. }) => {
                let Some(instance) = self.instances.get_mut(&cx.me.ordinal) else { return };
                let waiting = u32::try_from(instance.requests.len()).unwrap_or(u32::MAX);
                if instance.stopping || waiting >= self.config.requests_waiting {
                    self.after.push(After::TurnedAway { who: cx.me, fact: cx.cause.trigger });
                    out.send(Post::<CallCargo>::Close { conn, by: Side::Server }, cx.cause);
                    return;
                }
                instance.requests.push_back((conn, message, cx.cause.trigger));
            }
            ServiceInput::Call(_) => {}
            ServiceInput::Timer(ServiceTimer::Line(number)) => self.line_is_due(cx, number, out),
            ServiceInput::Timer(ServiceTimer::Again(number)) => self.begin_again(cx, number, out),
            ServiceInput::Timer(ServiceTimer::Sweep) => self.sweep(cx, out),
            ServiceInput::Timer(ServiceTimer::Timeout(number)) => self.timed_out(cx, number, out),
            ServiceInput::Timer(_) => {}
            ServiceInput::Connected(number) => self.connected(cx, number, out),
            ServiceInput::Client(timer) => self.client_timer(cx, timer, out),
            ServiceInput::Wake(tx) => self.woken(cx, tx, out),
            ServiceInput::Reading { wire, stops } => self.consumer_input(cx, wire, ConsumerInput::Reading { stops }, out),
            ServiceInput::TakeUp => {
                self.take_up(cx, out);
                self.plan_sweep(cx, out);
            }
        }
        self.look_for_work(cx, out);
    }

    fn broker_input(&mut self, cx: &Cx, conn: ConnId, delivery: Delivery<BrokerCargo>, out: &mut impl ServiceOut) {
        match port::owner(conn.port) {
            (wire, true) => self.producer_input(cx, wire, ProducerInput::Delivery(delivery), out),
            (wire, false) => self.consumer_input(cx, wire, ConsumerInput::Delivery(delivery), out),
        }
    }

    fn client_timer(&mut self, cx: &Cx, timer: ClientTimer, out: &mut impl ServiceOut) {
        match port::owner(timer.port()) {
            (wire, true) => self.producer_input(cx, wire, ProducerInput::Timer(timer), out),
            (wire, false) => self.consumer_input(cx, wire, ConsumerInput::Timer(timer), out),
        }
    }

    fn producer_input(&mut self, cx: &Cx, wire: WireId, input: ProducerInput, out: &mut impl ServiceOut) {
        let instance = self.instances.get_mut(&cx.me.ordinal);
        let Some(producer) = instance.and_then(|instance| producer_on(&mut instance.producers, wire)) else { return };
        let events = producer.handle(cx, input, out);
        self.producer_events(cx, events, out);
    }

    pub(super) fn producer_events(&mut self, cx: &Cx, events: Vec<ProducerEvent>, out: &mut impl ServiceOut) {
        for event in events {
            let (ProducerEvent::Acked { message, fact, .. } | ProducerEvent::Failed { message, fact }) = event;
            let Some(number) = self.waiting(cx, |wait| wait == Wait::Publish(message)) else { continue };
            match event {
                ProducerEvent::Acked { .. } => self.line_done(cx, number, Cause::by(fact), out),
                ProducerEvent::Failed { .. } => self.fail(cx, number, Cause::by(fact), out),
            }
        }
    }

    pub(super) fn consumer_input(&mut self, cx: &Cx, wire: WireId, input: ConsumerInput, out: &mut impl ServiceOut) {
        let instance = self.instances.get_mut(&cx.me.ordinal);
        let Some(consumer) = instance.and_then(|instance| instance.consumers.get_mut(&wire)) else { return };
        let events = consumer.handle(cx, input, out);
        self.consumer_events(cx, wire, events, out);
    }

    pub(super) fn consumer_events(&mut self, cx: &Cx, wire: WireId, events: Vec<ConsumerEvent>, out: &mut impl ServiceOut) {
        for event in events {
            let Some(instance) = self.instances.get_mut(&cx.me.ordinal) else { return };
            match event {
                ConsumerEvent::Records(records) => {
                    instance.records.extend(records.into_iter().map(|(record, fact)| (wire, record, fact)));
                }
                ConsumerEvent::Drain(places) => {
                    if !instance.commits_itself(wire) {
                        instance.forget_records(wire, |partition| places.iter().any(|(_, of)| *of == partition));
                    }
                    instance.draining.push((wire, places));
                }
                ConsumerEvent::Lost => {
                    instance.forget_records(wire, |_| true);
                    instance.acknowledged.retain(|(of, _), _| *of != wire);
                }
                ConsumerEvent::CommitDone { topic, partition, offset, error, fact } => {
                    self.commit_done(cx, (topic, partition, offset), error, Cause::by(fact), out);
                }
                ConsumerEvent::Failed(_) => instance.forget_records(wire, |_| true),
                ConsumerEvent::Left => {}
            }
        }
    }

    pub(super) fn waiting(&self, cx: &Cx, matches: impl Fn(Wait) -> bool) -> Option<u32> {
        let instance = self.instances.get(&cx.me.ordinal)?;
        instance.activations.iter().find(|(_, activation)| matches(activation.wait)).map(|(number, _)| *number)
    }

    /// Gives free workers something to do, answers drains that are over, polls where there is room.
    pub(super) fn look_for_work(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        while let Some((source, message, fact)) = self.next_work(cx) {
            let token = self.token(cx, source);
            self.begin(cx, Taken { source, orphan: false, failures: 0, token }, message, Cause::by(fact), out);
        }
        let Some(instance) = self.instances.get(&cx.me.ordinal) else { return };
        if instance.stopping && instance.activations.is_empty() {
            self.after.push(After::Stopped(cx.me));
            return;
        }
        let drained: Vec<_> = instance.draining.iter().filter(|(wire, _)| !instance.must_finish(*wire)).cloned().collect();
        let idle = instance.activations.len() < usize::from(self.config.workers) && !instance.stopping;
        let polls: Vec<WireId> = instance.consumers.keys().copied().filter(|_| idle && instance.records.is_empty()).collect();
        for (wire, places) in drained {
            if let Some(instance) = self.instances.get_mut(&cx.me.ordinal) {
                instance.draining.retain(|(of, _)| *of != wire);
                let is_given_up = |partition: u16| places.iter().any(|(_, of)| *of == partition);
                instance.acknowledged.retain(|(of, partition), _| *of != wire || !is_given_up(*partition));
            }
            self.consumer_input(cx, wire, ConsumerInput::Drained, out);
        }
        for wire in polls {
            self.consumer_input(cx, wire, ConsumerInput::Poll, out);
        }
    }

    /// By what the partition of a record is fenced for this process.
    fn token(&self, cx: &Cx, source: Source) -> Option<Token> {
        let Source::Record(wire, RecordId { topic, partition, .. }) = source else { return None };
        let consumer = self.instances.get(&cx.me.ordinal)?.consumers.get(&wire)?;
        let fence = Fence { group: consumer.config().group, topic, partition };
        Some(Token { fence, generation: consumer.assigned_in(topic, partition)? })
    }

    /// The next message that a worker is free for: requests first, then records whose partition is not busy, or
    /// whichever comes first where those of a partition are handled at the same time.
    fn next_work(&mut self, cx: &Cx) -> Option<(Source, crate::net::Message, crate::sim::FactId)> {
        let (workers, concurrent) = (usize::from(self.config.workers), self.config.concurrent);
        let instance = self.instances.get_mut(&cx.me.ordinal)?;
        if instance.activations.len() >= workers {
            return None;
        }
        if let Some((conn, message, fact)) = instance.requests.pop_front() {
            rewind_if_empty(&mut instance.requests);
            return Some((Source::Request(conn), message, fact));
        }
        let free = |(wire, record, _): &(WireId, crate::broker::protocol::Record, _)| {
            concurrent || !instance.partition_busy(*wire, record.id.partition)
        };
        let place = instance.records.iter().position(free)?;
        let (wire, record, fact) = instance.records.remove(place)?;
        rewind_if_empty(&mut instance.records);
        Some((Source::Record(wire, record.id), record.message, fact))
    }
}
