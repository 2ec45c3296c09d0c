//! What each kind of line does when it has taken its time.

use std::sync::Arc;

use crate::broker::client::ProducerInput;
use crate::net::{Cargo, Post, Side};
use crate::rpc::CallCargo;
use crate::sim::{Cause, Cx, FactId, MessageId, TopicId};
use crate::store::{Outcome, Rollback, Tracking, TxId, Write};

use super::activation::{Source, Token, Wait};
use super::facts::ServiceOut;
use super::program::{Instruction, Making, amount, field, row_key};
use super::runtime::{Service, producer_for};

impl Service {
    /// Does the line that an activation is on.
    pub(super) fn execute(&mut self, cx: &Cx, number: u32, out: &mut impl ServiceOut) {
        let Some(activation) = self.activation(cx, number) else { return };
        // The program is held on to, rather than the line copied.
        let program = Arc::clone(&activation.program);
        let Some(line) = program.lines.get(activation.at) else { return };
        // What a statement waited for, or what the network brought, is a reason beside the line before.
        let why = Cause::by(activation.last).maybe((cx.cause.trigger != activation.last).then_some(cx.cause.trigger));
        let cx = &Cx { cause: why, ..*cx };
        if !self.reaches_store(cx, number, &line.does, out) {
            return;
        }
        match &line.does {
            Instruction::Work { .. } => self.line_done(cx, number, why, out),
            Instruction::Begin => {
                if let Some(tx) = self.open_tx(cx, number) {
                    let began = self.store.begin(cx, tx, out);
                    self.line_done(cx, number, Cause::by(began), out);
                }
            }
            Instruction::Commit => self.commit(cx, number, out),
            Instruction::Write { table, key, from, op } => {
                let Some(activation) = self.activation(cx, number) else { return };
                let values = field(&activation.message, *key).zip(field(&activation.message, *from));
                let intent = activation.message.id.intent;
                let Some((key, value)) = values else { return self.line_done(cx, number, why, out) };
                let op = op.of(value, &activation.message);
                let write = Write { table: *table, row: row_key(key), op, line: line.id, intent };
                self.statement(cx, number, out, |service, cx, tx, out| service.store.write(cx, tx, write, out));
            }
            Instruction::Require { table, key, least } => {
                let Some(activation) = self.activation(cx, number) else { return };
                let values = field(&activation.message, *key).zip(field(&activation.message, *least));
                let Some((key, least)) = values else { return self.line_done(cx, number, why, out) };
                let (row, least) = ((*table, row_key(key)), amount(least));
                self.statement(cx, number, out, |service, cx, tx, out| service.store.require(cx, tx, row, least, out));
            }
            Instruction::Track | Instruction::TrackOffset => {
                let Some(activation) = self.activation(cx, number) else { return };
                let (handler, message) = (activation.program.id, activation.message.id);
                let record = match activation.source {
                    Source::Record(_, record) if line.does == Instruction::TrackOffset => Some(record),
                    _ => None,
                };
                let row = Tracking { handler, message, record };
                self.statement(cx, number, out, |service, cx, tx, out| service.store.track_row(cx, tx, row, out));
            }
            Instruction::Fence => {
                let Some(token) = self.activation(cx, number).and_then(|activation| activation.token) else {
                    return self.line_done(cx, number, why, out);
                };
                let Token { fence, generation } = token;
                self.statement(cx, number, out, |service, cx, tx, out| service.store.fence(cx, tx, fence, generation, out));
            }
            Instruction::Outbox(making) => {
                let Some(message) = self.derive(cx, number, line.id, making) else { return };
                self.statement(cx, number, out, |service, cx, tx, out| service.store.outbox(cx, tx, making.topic, message, out));
            }
            Instruction::Publish(making) => {
                let Some(message) = self.derive(cx, number, line.id, making) else { return };
                self.publish(cx, number, (making.topic, None), message, out);
            }
            Instruction::DeadLetter(topic) => {
                let Some(activation) = self.activation(cx, number) else { return };
                let message = activation.message.clone();
                let Source::Record(_, record) = activation.source else { return self.line_done(cx, number, why, out) };
                self.publish(cx, number, (*topic, Some(record.partition)), message, out);
            }
            Instruction::Reply | Instruction::ReplyError => {
                let Some(activation) = self.activation(cx, number) else { return };
                activation.ended = true;
                if let Source::Request(conn) = activation.source {
                    let answer = if line.does == Instruction::Reply { CallCargo::Response } else { CallCargo::Error };
                    let cargo = answer(activation.message.id);
                    let attempt = u32::from(activation.nth);
                    if let Some(pin) = activation.loses.take() {
                        let (api, subject) = (cargo.api(), cargo.subject());
                        out.send(Post::<CallCargo>::Lose { conn, to: Side::Client, api, subject }, Cause::by(pin));
                    }
                    out.send(Post::<CallCargo>::Send { conn, by: Side::Server, cargo, attempt }, why);
                }
                self.line_done(cx, number, why, out);
            }
            Instruction::Ack => self.acknowledge(cx, number, why, out),
            Instruction::Poll
            | Instruction::PollAfter
            | Instruction::Tail
            | Instruction::PublishRows
            | Instruction::Mark
            | Instruction::Save => self.line_done(cx, number, why, out),
        }
    }

    /// The message that a line makes. Its id says which run of the line made it.
    fn derive(&mut self, cx: &Cx, number: u32, line: crate::sim::LineId, making: &Making) -> Option<crate::net::Message> {
        let node = self.node;
        let activation = self.activation(cx, number)?;
        let id = MessageId { intent: activation.message.id.intent, by: node, line, nth: activation.nth };
        Some(making.make(id, &activation.message))
    }

    fn open_tx(&mut self, cx: &Cx, number: u32) -> Option<TxId> {
        let instance = self.instances.get_mut(&cx.me.ordinal)?;
        let tx = TxId { owner: instance.actor, n: instance.next_tx };
        instance.next_tx = instance.next_tx.wrapping_add(1);
        instance.activations.get_mut(&number)?.tx = Some(tx);
        Some(tx)
    }

    /// Runs a statement in the open transaction, or in one of its own that commits at once.
    fn statement<O: ServiceOut>(
        &mut self,
        cx: &Cx,
        number: u32,
        out: &mut O,
        run: impl FnOnce(&mut Service, &Cx, TxId, &mut O) -> Outcome,
    ) {
        let open = self.activation(cx, number).and_then(|activation| activation.tx);
        let inside = self.inside_transaction(cx, number);
        let tx = match open {
            Some(tx) => tx,
            None => {
                let Some(tx) = self.open_tx(cx, number) else { return };
                self.store.begin(cx, tx, out);
                tx
            }
        };
        match run(self, cx, tx, out) {
            Outcome::Done(fact) if inside => self.line_done(cx, number, Cause::by(fact), out),
            Outcome::Done(fact) => self.commit(&Cx { cause: Cause::by(fact), ..*cx }, number, out),
            Outcome::Duplicate { found, .. } => self.turn_away(cx, number, (Rollback::Duplicate, found), out),
            Outcome::FencedOff(found) => self.turn_away(cx, number, (Rollback::Fenced, found), out),
            Outcome::Guarded(found) => {
                self.roll_back(cx, number, Rollback::Guard, Cause::by(found), out);
                self.fail(cx, number, Cause::by(found), out);
            }
            Outcome::Waits(_) => self.waits_for_lock(cx, number, out),
            Outcome::Deadlock(ended) => {
                self.wake(&ended);
                if let Some(activation) = self.activation(cx, number) {
                    activation.tx = None;
                }
                self.fail(cx, number, Cause::by(ended.fact), out);
            }
            Outcome::NoTransaction => {
                let why = cx.cause;
                if let Some(activation) = self.activation(cx, number) {
                    activation.tx = None;
                }
                self.fail(cx, number, why, out);
            }
        }
    }

    /// The message is somebody else's work, or was done before: rolls back and goes on where the handling ends.
    fn turn_away(&mut self, cx: &Cx, number: u32, (reason, found): (Rollback, FactId), out: &mut impl ServiceOut) {
        self.roll_back(cx, number, reason, Cause::by(found), out);
        let Some(activation) = self.activation(cx, number) else { return };
        activation.last = found;
        let place = activation.program.ending_from(activation.at).unwrap_or(activation.program.lines.len());
        self.jump(cx, number, place, out);
    }

    /// Whether the program has begun a transaction and not committed it before the line that it is on.
    pub(super) fn inside_transaction(&mut self, cx: &Cx, number: u32) -> bool {
        self.activation(cx, number).is_some_and(|activation| {
            let before = activation.program.lines.iter().take(activation.at).rev();
            before
                .map(|line| &line.does)
                .find(|does| matches!(does, Instruction::Begin | Instruction::Commit))
                .is_some_and(|does| *does == Instruction::Begin)
        })
    }

    fn commit(&mut self, cx: &Cx, number: u32, out: &mut impl ServiceOut) {
        let Some(tx) = self.activation(cx, number).and_then(|activation| activation.tx.take()) else {
            return self.line_done(cx, number, cx.cause, out);
        };
        let Some(ended) = self.store.commit(cx, tx, out) else {
            return self.fail(cx, number, cx.cause, out);
        };
        self.wake(&ended);
        self.line_done(cx, number, Cause::by(ended.fact), out);
    }

    /// Publishes a message to a topic: to that partition if the topic has it, or else where the producer places it.
    fn publish(
        &mut self,
        cx: &Cx,
        number: u32,
        (topic, wanted): (TopicId, Option<u16>),
        message: crate::net::Message,
        out: &mut impl ServiceOut,
    ) {
        let id = message.id;
        let Some(instance) = self.instances.get_mut(&cx.me.ordinal) else { return };
        let Some((producer, partitions)) = producer_for(&mut instance.producers, &instance.ports, &self.config, topic) else {
            return self.fail(cx, number, cx.cause, out);
        };
        let send = match wanted.filter(|wanted| *wanted < partitions) {
            Some(partition) => ProducerInput::SendTo { topic, partition, message },
            None => ProducerInput::Send { topic, partitions, message },
        };
        let loses = instance.activations.get_mut(&number).and_then(|activation| activation.loses.take());
        let mut events = producer.handle(cx, send, out);
        if let Some(pin) = loses {
            events.extend(producer.handle(cx, ProducerInput::LoseAnswer(id, pin), out));
        }
        if let Some(activation) = self.activation(cx, number) {
            activation.wait = Wait::Publish(id);
        }
        self.producer_events(cx, events, out);
    }
}
