//! What becomes of a message whose handling fails: tried again, given up, or the end of reading.

use std::sync::Arc;

use crate::broker::client::ConsumerInput;
use crate::sim::{Cause, Cx, LineId, TopicId};
use crate::store::Rollback;

use super::activation::{Activation, Source, Taken, Wait};
use super::facts::{ServiceFact, ServiceOut, ServiceTimer};
use super::program::{FailurePolicy, Instruction, Line, Program};
use super::runtime::Service;

impl Service {
    /// A line failed, or a pin made the handling fail: what it did is rolled back, and its policy says what then.
    pub(super) fn fail(&mut self, cx: &Cx, number: u32, why: Cause, out: &mut impl ServiceOut) {
        self.roll_back(cx, number, Rollback::Failure, why, out);
        let Some(activation) = self.activation(cx, number) else { return };
        let lines = &activation.program.lines;
        let line = lines.get(activation.at).or(lines.last()).map_or(LineId(0), |line| line.id);
        let (handler, message) = (activation.program.id, activation.message.id);
        // A dead letter that could not be published is handled anew, with all its retries.
        activation.failures = if activation.given_up { 0 } else { activation.failures.saturating_add(1) };
        activation.last = out.fact(ServiceFact::Failed { handler, line, message }, why);
        match activation.program.on_failure {
            FailurePolicy::Skip(retries) if activation.failures > retries => self.give_up(cx, number, out),
            FailurePolicy::DeadLetter { retries, topic } if activation.failures > retries => {
                self.set_aside(cx, number, topic, out);
            }
            FailurePolicy::Retry | FailurePolicy::Skip(_) | FailurePolicy::DeadLetter { .. } => self.rest(cx, number, out),
            FailurePolicy::Stop => self.stop_reading(cx, number, out),
        }
    }

    /// Waits before the program starts again. Meanwhile a partition waits behind its record, unless its records are
    /// handled at the same time.
    fn rest(&mut self, cx: &Cx, number: u32, out: &mut impl ServiceOut) {
        let retry = self.config.retry;
        let Some(activation) = self.activation(cx, number) else { return };
        activation.wait = Wait::Again;
        activation.entered = cx.now;
        activation.until = cx.now + retry.after(activation.failures);
        out.timer(ServiceTimer::Again(number), activation.until, Cause::by(activation.last));
    }

    /// After a failure: the program from its first line, as it is now.
    pub(super) fn begin_again(&mut self, cx: &Cx, number: u32, out: &mut impl ServiceOut) {
        let Some(activation) = self.activation(cx, number).filter(|activation| activation.wait == Wait::Again) else { return };
        let Activation { source, orphan, failures, token, .. } = *activation;
        let taken = Taken { source, orphan, failures, token };
        let (message, last) = (activation.message.clone(), activation.last);
        if let Some(instance) = self.instances.get_mut(&cx.me.ordinal) {
            instance.activations.remove(&number);
        }
        self.begin(cx, taken, message, Cause::by(last), out);
    }

    /// Gives a message up: its record is acknowledged, its request answered with an error, unless that is done already.
    fn give_up(&mut self, cx: &Cx, number: u32, out: &mut impl ServiceOut) {
        let Some(activation) = self.activation(cx, number) else { return };
        let (handler, message) = (activation.program.id, activation.message.id);
        activation.last = out.fact(ServiceFact::Skipped { handler, message }, Cause::by(activation.last));
        let end = match activation.source {
            Source::Request(_) => (Instruction::ReplyError, "reply"),
            Source::Record(..) => (Instruction::Ack, "ack"),
        };
        let lines = if activation.ended { Vec::new() } else { vec![end] };
        self.end_with(cx, number, lines, out);
    }

    /// Sends a record on to the topic for dead letters, and acknowledges it once it is there, unless that is done already.
    fn set_aside(&mut self, cx: &Cx, number: u32, topic: TopicId, out: &mut impl ServiceOut) {
        let Some(activation) = self.activation(cx, number) else { return };
        let Source::Record(_, record) = activation.source else { return self.give_up(cx, number, out) };
        let dead = ServiceFact::DeadLettered { message: activation.message.id, topic: record.topic, partition: record.partition };
        activation.last = out.fact(dead, Cause::by(activation.last));
        let ack = (!activation.ended).then_some((Instruction::Ack, "ack"));
        let lines = [(Instruction::DeadLetter(topic), "dead letter")].into_iter().chain(ack).collect();
        self.end_with(cx, number, lines, out);
    }

    /// All that is left to do for a message that was given up, in place of its program.
    fn end_with(&mut self, cx: &Cx, number: u32, does: Vec<(Instruction, &'static str)>, out: &mut impl ServiceOut) {
        let Some(activation) = self.activation(cx, number) else { return };
        let handler = activation.program.id;
        let says = does.iter().map(|(_, word)| (*word, String::new())).collect();
        let lines = does.into_iter().map(|(does, _)| Line { id: LineId(0), does }).collect();
        let (on, from, on_failure) = (activation.program.on, activation.program.from, FailurePolicy::Retry);
        activation.program = Arc::new(Program { id: handler, on, from, on_failure, lines, says });
        activation.at = 0;
        activation.given_up = true;
        self.enter(cx, number, out);
    }

    /// The instance leaves the group of the wire that the record came over. What it has read and not begun is forgotten;
    /// the record itself is not acknowledged.
    fn stop_reading(&mut self, cx: &Cx, number: u32, out: &mut impl ServiceOut) {
        let Some(activation) = self.activation(cx, number) else { return };
        let Source::Record(wire, _) = activation.source else { return self.give_up(cx, number, out) };
        let (handler, message) = (activation.program.id, activation.message.id);
        let stopped = out.fact(ServiceFact::StoppedReading { handler, message }, Cause::by(activation.last));
        let Some(instance) = self.instances.get_mut(&cx.me.ordinal) else { return };
        instance.activations.remove(&number);
        instance.forget_records(wire, |_| true);
        self.consumer_input(&Cx { cause: Cause::by(stopped), ..*cx }, wire, ConsumerInput::Leave, out);
    }

    pub(super) fn roll_back(&mut self, cx: &Cx, number: u32, reason: Rollback, why: Cause, out: &mut impl ServiceOut) {
        let Some(tx) = self.activation(cx, number).and_then(|activation| activation.tx.take()) else { return };
        if let Some(ended) = self.store.rollback(&Cx { cause: why, ..*cx }, tx, reason, out) {
            self.wake(&ended);
        }
    }
}
