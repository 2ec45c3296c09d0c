//! A producer: it chooses partitions, sends in order, and sends again what was not acknowledged.

use std::collections::VecDeque;

use crate::net::{Delivery, Message, Side};
use crate::sim::{Actor, Cause, Cx, FactId, MessageId, RecordId, Span, Time, TopicId, WireId, rewind_if_empty};

use super::super::partitioner::Partitioner;
use super::super::protocol::{Acks, BrokerCargo, ErrorCode, Request, RequestId, Response, produce_answer};
use super::super::{BrokerFact, BrokerOut, BrokerTimer, ClientTimer};
use super::link::{Link, PortUse};
use super::placing::{Choosing, Placing};

/// Settings of a producer (semantics 8.1). One record travels in each request: batches are not modelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProducerConfig {
    /// `acks`.
    pub acks: Acks,
    /// `request.timeout.ms`: how long an answer may take before the connection is given up. Kafka: 30 s.
    pub request_timeout: Span,
    /// `delivery.timeout.ms`: how long after its send a message is given up. Kafka: 2 min.
    pub delivery_timeout: Span,
    /// `retry.backoff.ms`: the rest after a failure. Kafka: 100 ms.
    pub retry_backoff: Span,
    /// `max.in.flight.requests.per.connection`. Kafka: 5. At 1 nothing is ever reordered.
    pub max_in_flight: u16,
    /// `batch.size` in bytes: how much a record without a key sticks to one partition. Kafka: 16384.
    pub batch_size: u32,
    /// How records find their partition. Kafka's Java client: `partitioner.class`; librdkafka: `partitioner`.
    pub partitioner: Partitioner,
    /// The broker's process.
    pub broker: Actor,
    /// The wire that it produces over.
    pub wire: WireId,
    /// The process's port for it.
    pub port: u32,
}

/// What reaches a producer.
#[derive(Clone, Debug, PartialEq)]
pub enum ProducerInput {
    /// The owner sends a message.
    Send {
        /// The topic.
        topic: TopicId,
        /// How many partitions it has.
        partitions: u16,
        /// The message.
        message: Message,
    },
    /// The owner sends a message to a partition of its choice.
    SendTo {
        /// The topic.
        topic: TopicId,
        /// The partition; the topic has it.
        partition: u16,
        /// The message.
        message: Message,
    },
    /// The answer to the first attempt to send a message will be lost, and its connection will break: the message, and the
    /// pin that says so.
    LoseAnswer(MessageId, FactId),
    /// Something from the network.
    Delivery(Delivery<BrokerCargo>),
    /// A timer that the producer had set is due.
    Timer(ClientTimer),
}

/// What a producer tells its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProducerEvent {
    /// The message was acknowledged; with `acks=0` as soon as it was sent, so that nobody knows its record.
    Acked {
        /// The message.
        message: MessageId,
        /// Where it lies, if that is known.
        record: Option<RecordId>,
        /// The fact of it; with `acks=0` what set off the send.
        fact: FactId,
    },
    /// The message was given up. It may be in the log all the same.
    Failed {
        /// The message.
        message: MessageId,
        /// The fact of it.
        fact: FactId,
    },
}

/// The producer of one wire of one process, in one life.
#[derive(Clone, Debug)]
pub struct Producer {
    config: ProducerConfig,
    link: Link,
    /// What is not acknowledged yet, in the order of the sends; those in flight come first.
    queue: VecDeque<Pending>,
    in_flight: u16,
    placing: Placing,
    /// When [`ClientTimer::Delivery`] is due, if it is set.
    due: Option<Time>,
}

/// A message that is not acknowledged yet.
#[derive(Clone, Debug)]
struct Pending {
    topic: TopicId,
    /// Chosen once, kept over retries.
    partition: u16,
    message: Message,
    /// How often it was sent before.
    attempts: u32,
    sent: Option<RequestId>,
    deadline: Time,
    /// Its send, or its last failure.
    since: FactId,
    /// The answer to its next attempt will be lost: the pin that says so.
    loses: Option<FactId>,
}

impl Producer {
    /// A producer that has no connection yet.
    pub fn new(config: ProducerConfig) -> Producer {
        let link = Link::new(config.broker, config.wire, config.port);
        Producer { config, link, queue: VecDeque::new(), in_flight: 0, placing: Placing::default(), due: None }
    }

    /// The same, on a port that a producer before it has used.
    pub fn after(self, used: PortUse) -> Producer {
        Producer { link: self.link.after(used), ..self }
    }

    /// How far its port has counted.
    pub fn used(&self) -> PortUse {
        self.link.used()
    }

    /// Its settings.
    pub fn config(&self) -> &ProducerConfig {
        &self.config
    }

    /// Changes settings, from the next request on; broker, wire and port stay.
    pub fn set_config(&mut self, config: ProducerConfig) {
        let ProducerConfig { broker, wire, port, .. } = self.config;
        self.config = ProducerConfig { broker, wire, port, ..config };
    }

    /// How many messages are not acknowledged yet.
    pub fn pending(&self) -> usize {
        self.queue.len()
    }

    /// Acts on a send, an answer or a timer. Answers to requests that it has given up are ignored.
    pub fn handle(&mut self, cx: &Cx, input: ProducerInput, out: &mut impl BrokerOut) -> Vec<ProducerEvent> {
        let mut events = Vec::new();
        match input {
            ProducerInput::Send { topic, partitions, message } => {
                let how = Choosing { partitioner: self.config.partitioner, batch_size: self.config.batch_size };
                let partition = self.placing.partition(cx, topic, partitions, &message, how);
                self.enqueue(cx, topic, partition, message);
            }
            ProducerInput::SendTo { topic, partition, message } => self.enqueue(cx, topic, partition, message),
            ProducerInput::LoseAnswer(message, pin) => {
                if let Some(pending) = self.queue.iter_mut().find(|pending| pending.message.id == message) {
                    pending.loses = Some(pin);
                    self.lose_answers(cx, out);
                }
            }
            ProducerInput::Delivery(Delivery::Arrived { conn, at: Side::Client, cargo }) if self.link.is(conn) => {
                if let BrokerCargo::Response(id, Response::Produce { error, record, .. }) = cargo {
                    self.answered(cx, id, error, record, &mut events, out);
                }
            }
            ProducerInput::Delivery(Delivery::Closed { conn, at: Side::Client, .. }) if self.link.is(conn) => {
                self.link.lost();
                self.fail_all(cx, out);
            }
            ProducerInput::Delivery(_) => {}
            ProducerInput::Timer(ClientTimer::Request(port, id)) if self.link.is_port(port) => {
                if self.queue.iter().any(|pending| pending.sent == Some(RequestId(id))) {
                    self.link.close(cx, Cause::by(cx.cause.trigger), out);
                    self.fail_all(cx, out);
                }
            }
            ProducerInput::Timer(ClientTimer::Retry(port)) if self.link.is_port(port) => self.link.rested(),
            ProducerInput::Timer(ClientTimer::Delivery(port)) if self.link.is_port(port) => {
                self.due = None;
                self.expire(cx, &mut events, out);
            }
            ProducerInput::Timer(_) => {}
        }
        self.send_waiting(cx, &mut events, out);
        self.watch(cx, out);
        events
    }

    fn enqueue(&mut self, cx: &Cx, topic: TopicId, partition: u16, message: Message) {
        let deadline = cx.now + self.config.delivery_timeout;
        let since = cx.cause.trigger;
        self.queue.push_back(Pending { topic, partition, message, attempts: 0, sent: None, deadline, since, loses: None });
    }

    fn answered(
        &mut self,
        cx: &Cx,
        id: RequestId,
        error: ErrorCode,
        record: RecordId,
        events: &mut Vec<ProducerEvent>,
        out: &mut impl BrokerOut,
    ) {
        let Some(place) = self.queue.iter().position(|pending| pending.sent == Some(id)) else { return };
        self.link.settle(id, out);
        self.in_flight = self.in_flight.saturating_sub(1);
        if error == ErrorCode::None {
            if let Some(Pending { message, .. }) = self.queue.remove(place) {
                rewind_if_empty(&mut self.queue);
                let message = message.id;
                let fact = out.fact(BrokerFact::Acked { record, message }, Cause::by(cx.cause.trigger));
                events.push(ProducerEvent::Acked { message, record: Some(record), fact });
            }
        } else if let Some(pending) = self.queue.get_mut(place) {
            // What was sent behind it may be appended before it: with more than one in flight, order is not kept
            // (semantics 8.3).
            pending.fail(cx, out);
            self.link.rest(cx, self.config.retry_backoff, out);
        }
    }

    /// The connection is gone: all that was in flight will be sent again, in order.
    fn fail_all(&mut self, cx: &Cx, out: &mut impl BrokerOut) {
        for pending in &mut self.queue {
            if let Some(id) = pending.sent {
                self.link.settle(id, out);
                pending.fail(cx, out);
            }
        }
        self.in_flight = 0;
        self.link.rest(cx, self.config.retry_backoff, out);
    }

    /// Gives up what is past its deadline. A request for it may still be on its way.
    fn expire(&mut self, cx: &Cx, events: &mut Vec<ProducerEvent>, out: &mut impl BrokerOut) {
        let (expired, kept) = std::mem::take(&mut self.queue).into_iter().partition(|pending| pending.deadline <= cx.now);
        self.queue = kept;
        let expired: VecDeque<Pending> = expired;
        for pending in expired {
            events.push(self.give_up(cx, &pending, out));
        }
    }

    fn give_up(&mut self, cx: &Cx, pending: &Pending, out: &mut impl BrokerOut) -> ProducerEvent {
        if let Some(id) = pending.sent {
            self.link.settle(id, out);
            self.in_flight = self.in_flight.saturating_sub(1);
        }
        let message = pending.message.id;
        let why = pending.because(Cause::by(cx.cause.trigger));
        let fact = out.fact(BrokerFact::ProduceFailed { message }, why);
        ProducerEvent::Failed { message, fact }
    }

    /// The owner drops the producer: what is not acknowledged is given up.
    pub fn quit(&mut self, cx: &Cx, out: &mut impl BrokerOut) -> Vec<ProducerEvent> {
        let pending = std::mem::take(&mut self.queue);
        let events = pending.iter().map(|pending| self.give_up(cx, pending, out)).collect();
        self.link.close(cx, Cause::by(cx.cause.trigger), out);
        for timer in [ClientTimer::Retry(self.config.port), ClientTimer::Delivery(self.config.port)] {
            out.cancel(BrokerTimer::Client(timer));
        }
        events
    }

    /// Sends what waits, in order, as long as fewer than `max_in_flight` requests are unanswered.
    fn send_waiting(&mut self, cx: &Cx, events: &mut Vec<ProducerEvent>, out: &mut impl BrokerOut) {
        let acks = self.config.acks;
        while !self.link.resting() && (acks == Acks::None || self.in_flight < self.config.max_in_flight.max(1)) {
            let Some(place) = self.queue.iter().position(|pending| pending.sent.is_none()) else { return };
            let Some(pending) = self.queue.get_mut(place) else { return };
            let Pending { topic, partition, attempts, .. } = *pending;
            let message = pending.message.clone();
            let id = message.id;
            let why = pending.because(Cause::by(cx.cause.trigger));
            let request = Request::Produce { topic, partition, message, acks, attempt: attempts };
            let timeout = (acks != Acks::None).then_some(self.config.request_timeout);
            let sent = self.link.send(cx, request, attempts, timeout, why, out);
            if acks == Acks::None {
                self.queue.remove(place);
                events.push(ProducerEvent::Acked { message: id, record: None, fact: cx.cause.trigger });
            } else {
                pending.sent = Some(sent);
                pending.attempts += 1;
                self.in_flight += 1;
                self.lose_answers(cx, out);
            }
        }
    }

    /// Lets the answers to what was sent be lost where a pin says so.
    fn lose_answers(&mut self, cx: &Cx, out: &mut impl BrokerOut) {
        for pending in self.queue.iter_mut().filter(|pending| pending.sent.is_some()) {
            if let Some(pin) = pending.loses.take() {
                self.link.lose_answer(cx, produce_answer(pending.message.id), Cause::by(pin), out);
            }
        }
    }

    /// Keeps the timer at the earliest deadline.
    fn watch(&mut self, cx: &Cx, out: &mut impl BrokerOut) {
        let timer = BrokerTimer::Client(ClientTimer::Delivery(self.config.port));
        // Sends come in order of time, so the first deadline is the earliest unless the setting was lowered between;
        // then the others are given up when the first one is.
        let earliest = self.queue.front().map(|pending| pending.deadline);
        if earliest == self.due {
            return;
        }
        self.due = earliest;
        match earliest {
            Some(at) => out.timer(timer, at.max(cx.now), Cause::by(cx.cause.trigger)),
            None => out.cancel(timer),
        }
    }
}

impl Pending {
    /// Takes note that its request failed; it will be sent again.
    fn fail(&mut self, cx: &Cx, out: &mut impl BrokerOut) {
        self.sent = None;
        let retried = BrokerFact::ProduceRetried { message: self.message.id, attempt: self.attempts };
        self.since = out.fact(retried, Cause::by(cx.cause.trigger));
    }

    /// With its send or last failure as a reason, unless that is the trigger itself.
    fn because(&self, why: Cause) -> Cause {
        if self.since == why.trigger { why } else { why.because(self.since) }
    }
}
