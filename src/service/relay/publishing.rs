//! A relay publishes its rows in order and waits for every acknowledgement.

use crate::broker::client::{ProducerEvent, ProducerInput};
use crate::sim::{Cause, Cx};
use crate::store::OutboxRow;

use super::super::config::port;
use super::super::facts::ServiceOut;
use super::super::runtime::{Service, producer_for, producer_on};
use super::RelayWait;

impl Service {
    pub(super) fn relay_publishes(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        let Some(relay) = self.relay(cx) else { return };
        relay.wait = RelayWait::Acks;
        relay.waiting = relay.batch.iter().map(|row| row.message.id).collect();
        for row in relay.batch.clone() {
            self.relay_sends(cx, row, out);
        }
        self.relay_may_go_on(cx, out);
    }

    fn relay_sends(&mut self, cx: &Cx, row: OutboxRow, out: &mut impl ServiceOut) {
        let Some(relay) = self.relays.get_mut(&cx.me.ordinal) else { return };
        let why = Cause::by(relay.last).maybe(row.committed);
        let Some((producer, partitions)) = producer_for(&mut relay.producers, &relay.ports, &self.config, row.topic) else {
            // No wire leads there now: the rows wait in the outbox.
            relay.failed = true;
            relay.waiting.retain(|waiting| *waiting != row.message.id);
            return;
        };
        let (message, loses) = (row.message.id, relay.loses.take());
        let send = ProducerInput::Send { topic: row.topic, partitions, message: row.message };
        let mut events = producer.handle(&Cx { cause: why, ..*cx }, send, out);
        if let Some(pin) = loses {
            events.extend(producer.handle(cx, ProducerInput::LoseAnswer(message, pin), out));
        }
        self.relay_events(cx, events);
    }

    pub(super) fn relay_producer(&mut self, cx: &Cx, at: u32, input: ProducerInput, out: &mut impl ServiceOut) {
        let (wire, _) = port::owner(at);
        let Some(producer) = self.relay(cx).and_then(|relay| producer_on(&mut relay.producers, wire)) else { return };
        let events = producer.handle(cx, input, out);
        self.relay_hears(cx, events, out);
    }

    /// What became of what it publishes.
    pub(in crate::service) fn relay_hears(&mut self, cx: &Cx, events: Vec<ProducerEvent>, out: &mut impl ServiceOut) {
        let something = !events.is_empty();
        self.relay_events(cx, events);
        if something {
            self.relay_may_go_on(cx, out);
        }
    }

    fn relay_events(&mut self, cx: &Cx, events: Vec<ProducerEvent>) {
        let Some(relay) = self.relay(cx) else { return };
        for event in events {
            let (ProducerEvent::Acked { message, fact, .. } | ProducerEvent::Failed { message, fact }) = event;
            relay.waiting.retain(|waiting| *waiting != message);
            relay.failed |= matches!(event, ProducerEvent::Failed { .. });
            relay.last = fact;
        }
    }

    /// Once every row has been acknowledged or given up.
    fn relay_may_go_on(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        let Some(relay) = self.relay(cx) else { return };
        if relay.wait != RelayWait::Acks || !relay.waiting.is_empty() {
            return;
        }
        if relay.failed {
            // Nothing is recorded: the whole batch is read and published again.
            return self.relay_sleeps(cx, out);
        }
        relay.unsaved = relay.batch.last().map(|row| row.id);
        relay.position = relay.position.map(|_| relay.next);
        self.relay_line_done(cx, out);
    }
}
