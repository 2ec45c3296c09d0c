//! The outbox's relay: a process of its own that polls the outbox, publishes what it finds, and marks it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::broker::client::{PortUse, Producer, ProducerEvent, ProducerInput};
use crate::net::Delivery;
use crate::sim::{Actor, Cause, Cx, FactId, MessageId, Time, TopicId};
use crate::store::OutboxRow;

use super::config::{GapAt, port};
use super::facts::{ServiceFact, ServiceOut, ServiceTimer};
use super::inputs::ServiceInput;
use super::program::{Instruction, Program};
use super::runtime::{Service, producer_for, producer_on};

/// The memory of a running relay.
#[derive(Clone, Debug)]
pub struct Relay {
    /// The process in its life.
    pub actor: Actor,
    /// Its program, in the version with which its round began.
    pub program: Arc<Program>,
    /// The place of the line that it is on.
    pub at: usize,
    /// It sleeps, since the outbox was empty or a publish failed.
    pub asleep: bool,
    /// The rows that it has read.
    pub batch: Vec<OutboxRow>,
    /// Those whose acknowledgement it waits for.
    pub waiting: Vec<MessageId>,
    /// When it came to its line, or fell asleep.
    pub entered: Time,
    /// When its line will have taken its time, or when it wakes.
    pub until: Time,
    failed: bool,
    pub(super) producers: BTreeMap<TopicId, Producer>,
    /// How far ports have counted whose producer was dropped.
    pub(super) ports: BTreeMap<u32, PortUse>,
    last: FactId,
}

impl Relay {
    fn message(&self) -> Option<MessageId> {
        self.batch.first().map(|row| row.message.id)
    }
}

impl Service {
    pub(super) fn start_relay(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        let Some(program) = self.config.relay.clone() else { return };
        self.relay = Some(Relay {
            actor: cx.me,
            program,
            at: 0,
            asleep: false,
            batch: Vec::new(),
            waiting: Vec::new(),
            entered: cx.now,
            until: cx.now,
            failed: false,
            producers: BTreeMap::new(),
            ports: BTreeMap::new(),
            last: cx.cause.trigger,
        });
        self.relay_round(cx, out);
    }

    pub(super) fn relay_handles(&mut self, cx: &Cx, input: ServiceInput, out: &mut impl ServiceOut) {
        match input {
            ServiceInput::Broker(delivery) => {
                let (Delivery::Arrived { conn, .. } | Delivery::Closed { conn, .. }) = &delivery;
                self.relay_producer(cx, conn.port, ProducerInput::Delivery(delivery), out);
            }
            ServiceInput::Client(timer) => self.relay_producer(cx, timer.port(), ProducerInput::Timer(timer), out),
            ServiceInput::Timer(ServiceTimer::Line(_)) => self.relay_executes(cx, out),
            ServiceInput::Timer(ServiceTimer::RelayPoll) => self.relay_round(cx, out),
            ServiceInput::TakeUp => self.relay_takes_up(cx, out),
            ServiceInput::Timer(_) | ServiceInput::Call(_) | ServiceInput::Wake(_) => {}
        }
    }

    /// A round from the first line, on the program as it is now.
    fn relay_round(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        let (Some(relay), Some(program)) = (&mut self.relay, self.config.relay.clone()) else { return };
        let handler = program.id;
        relay.program = program;
        relay.at = 0;
        relay.asleep = false;
        relay.failed = false;
        relay.batch.clear();
        relay.waiting.clear();
        relay.last = cx.cause.trigger;
        let why = Cause::by(relay.last);
        self.pin_acts(cx, handler, GapAt::Start(handler), why, out);
        self.relay_enters(cx, out);
    }

    fn relay_enters(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        let line_time = self.config.line_time;
        let Some(relay) = &mut self.relay else { return };
        if relay.at >= relay.program.lines.len() {
            let cx = Cx { cause: Cause::by(relay.last), ..*cx };
            return self.relay_round(&cx, out);
        }
        relay.entered = cx.now;
        relay.until = cx.now + line_time;
        out.timer(ServiceTimer::Line(0), relay.until, Cause::by(relay.last));
    }

    fn relay_sleeps(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        let interval = self.config.relay_interval;
        let Some(relay) = &mut self.relay else { return };
        relay.asleep = true;
        relay.at = 0;
        relay.batch.clear();
        relay.entered = cx.now;
        relay.until = cx.now + interval;
        out.timer(ServiceTimer::RelayPoll, relay.until, Cause::by(relay.last));
    }

    fn relay_executes(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        let batch_size = self.config.relay_batch;
        let Some(relay) = &mut self.relay else { return };
        let Some(does) = relay.program.lines.get(relay.at).map(|line| line.does.clone()) else { return };
        let why = Cause::by(relay.last);
        match does {
            Instruction::Poll => {
                relay.batch = self.store.unpublished(batch_size).cloned().collect();
                let Some(newest) = relay.batch.last().map(|row| row.committed) else { return self.relay_sleeps(cx, out) };
                let rows = u32::try_from(relay.batch.len()).unwrap_or(u32::MAX);
                relay.last = out.fact(ServiceFact::RowsRead { rows }, why.maybe(newest));
                self.relay_line_done(cx, out);
            }
            Instruction::PublishRows => {
                relay.waiting = relay.batch.iter().map(|row| row.message.id).collect();
                for row in relay.batch.clone() {
                    self.relay_publishes(cx, row, out);
                }
                self.relay_may_go_on(cx, out);
            }
            Instruction::Mark => {
                let ids: Vec<_> = relay.batch.iter().map(|row| row.id).collect();
                self.store.mark(&Cx { cause: why, ..*cx }, &ids, out);
                self.relay_line_done(cx, out);
            }
            _ => self.relay_line_done(cx, out),
        }
    }

    fn relay_publishes(&mut self, cx: &Cx, row: OutboxRow, out: &mut impl ServiceOut) {
        let Some(relay) = &mut self.relay else { return };
        let why = Cause::by(relay.last).maybe(row.committed);
        let Some((producer, partitions)) = producer_for(&mut relay.producers, &relay.ports, &self.config, row.topic) else {
            // No wire leads there now: the rows wait in the outbox.
            relay.failed = true;
            relay.waiting.retain(|waiting| *waiting != row.message.id);
            return;
        };
        let send = ProducerInput::Send { topic: row.topic, partitions, message: row.message };
        let events = producer.handle(&Cx { cause: why, ..*cx }, send, out);
        self.relay_events(events);
    }

    fn relay_producer(&mut self, cx: &Cx, at: u32, input: ProducerInput, out: &mut impl ServiceOut) {
        let (wire, _) = port::owner(at);
        let Some(producer) = self.relay.as_mut().and_then(|relay| producer_on(&mut relay.producers, wire)) else { return };
        let events = producer.handle(cx, input, out);
        self.relay_hears(cx, events, out);
    }

    /// What became of what it publishes.
    pub(super) fn relay_hears(&mut self, cx: &Cx, events: Vec<ProducerEvent>, out: &mut impl ServiceOut) {
        let something = !events.is_empty();
        self.relay_events(events);
        if something {
            self.relay_may_go_on(cx, out);
        }
    }

    fn relay_events(&mut self, events: Vec<ProducerEvent>) {
        let Some(relay) = &mut self.relay else { return };
        for event in events {
            let (ProducerEvent::Acked { message, fact, .. } | ProducerEvent::Failed { message, fact }) = event;
            relay.waiting.retain(|waiting| *waiting != message);
            relay.failed |= matches!(event, ProducerEvent::Failed { .. });
            relay.last = fact;
        }
    }

    /// Once every row has been acknowledged or given up.
    fn relay_may_go_on(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        let Some(relay) = &self.relay else { return };
        let publishing = relay.program.lines.get(relay.at).is_some_and(|line| line.does == Instruction::PublishRows);
        if !publishing || relay.asleep || !relay.waiting.is_empty() {
            return;
        }
        if relay.failed {
            // Nothing is marked: the whole batch is read and published again.
            return self.relay_sleeps(cx, out);
        }
        self.relay_line_done(cx, out);
    }

    fn relay_line_done(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        let Some(relay) = &mut self.relay else { return };
        let (Some(line), Some(message)) = (relay.program.lines.get(relay.at).map(|line| line.id), relay.message()) else {
            return;
        };
        let handler = relay.program.id;
        relay.last = out.fact(ServiceFact::LineDone { handler, line, message }, Cause::by(relay.last));
        relay.at += 1;
        let why = Cause::by(relay.last);
        self.pin_acts(cx, handler, GapAt::After(line), why, out);
        self.relay_enters(cx, out);
    }
}
