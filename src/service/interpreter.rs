//! How an activation goes from line to line.

use std::sync::Arc;

use crate::net::Message;
use crate::sim::{Cause, Cx, HandlerId, LineId, What, between};
use crate::store::Rollback;

use super::activation::{Activation, Source, Wait};
use super::config::GapAt;
use super::facts::{ServiceFact, ServiceOut, ServiceTimer};
use super::program::{Instruction, Line, Program};
use super::runtime::Service;

impl Service {
    /// Begins to handle a message.
    pub(super) fn begin(
        &mut self,
        cx: &Cx,
        (source, orphan): (Source, bool),
        message: Message,
        why: Cause,
        out: &mut impl ServiceOut,
    ) {
        let program = self.program_for(source, &message);
        let nth = self.nth(program.id, message.id);
        let handler = program.id;
        let last = out.fact(ServiceFact::Started { handler, message: message.id, nth }, why);
        let Some(instance) = self.instances.get_mut(&cx.me.ordinal) else { return };
        let number = instance.next_activation;
        instance.next_activation = number.wrapping_add(1);
        let (entered, until) = (cx.now, cx.now);
        let (tx, wait) = (None, Wait::Time);
        let activation = Activation { program, at: 0, message, source, nth, tx, orphan, wait, last, entered, until };
        instance.activations.insert(number, activation);
        self.leave_gap(cx, number, GapAt::Start(handler), out);
    }

    /// The handler for a message. A record that nobody handles is only acknowledged, so that it does not come again.
    fn program_for(&self, source: Source, message: &Message) -> Arc<Program> {
        let from = match source {
            Source::Request(_) => None,
            Source::Record(_, record) => Some(record.topic),
        };
        let fits = |program: &&Arc<Program>| program.on == message.kind && program.from == from;
        self.config.handlers.iter().find(fits).cloned().unwrap_or_else(|| {
            let does = if from.is_some() { Instruction::Ack } else { Instruction::Reply };
            let lines = vec![Line { id: LineId(0), does }];
            Arc::new(Program { id: HandlerId(0), on: message.kind, from, lines })
        })
    }

    pub(super) fn activation(&mut self, cx: &Cx, number: u32) -> Option<&mut Activation> {
        self.instances.get_mut(&cx.me.ordinal)?.activations.get_mut(&number)
    }

    /// An activation is in a gap: a pin acts there, or it comes to the next line.
    fn leave_gap(&mut self, cx: &Cx, number: u32, gap: GapAt, out: &mut impl ServiceOut) {
        let Some(activation) = self.activation(cx, number) else { return };
        let (handler, why) = (activation.program.id, Cause::by(activation.last));
        // A pin that kills ends this activation in the same microsecond; one that pauses lets its timers wait.
        self.pin_acts(cx, handler, gap, why, out);
        self.enter(cx, number, out);
    }

    /// Comes to the line at its place, or to the end.
    fn enter(&mut self, cx: &Cx, number: u32, out: &mut impl ServiceOut) {
        let line_time = self.config.line_time;
        let node = self.node;
        let Some(activation) = self.activation(cx, number) else { return };
        let Some(line) = activation.program.lines.get(activation.at) else {
            let (handler, message) = (activation.program.id, activation.message.id);
            out.fact(ServiceFact::Finished { handler, message }, Cause::by(activation.last));
            if let Some(instance) = self.instances.get_mut(&cx.me.ordinal) {
                instance.activations.remove(&number);
            }
            return;
        };
        let takes = match line.does {
            Instruction::Work { mean, spread } => {
                let [a, b, c] = activation.message.id.name();
                let place = u64::from(node.0) << 16 | u64::from(line.id.0);
                let mut rng = cx.draw.at(What::Work, &[place, a, b, c, u64::from(activation.nth)]);
                crate::sim::Span(between(&mut rng, mean.minus(spread).0, (mean + spread).0))
            }
            _ => line_time,
        };
        activation.wait = Wait::Time;
        activation.entered = cx.now;
        activation.until = cx.now + takes;
        out.timer(ServiceTimer::Line(number), activation.until, Cause::by(activation.last));
    }

    /// A line has taken its time.
    pub(super) fn line_is_due(&mut self, cx: &Cx, number: u32, out: &mut impl ServiceOut) {
        if self.activation(cx, number).is_some_and(|activation| activation.wait == Wait::Time) {
            self.execute(cx, number, out);
        }
    }

    /// A line is done: the activation leaves it, by the gap behind it.
    pub(super) fn line_done(&mut self, cx: &Cx, number: u32, why: Cause, out: &mut impl ServiceOut) {
        let Some(activation) = self.activation(cx, number) else { return };
        let Some(line) = activation.program.lines.get(activation.at).map(|line| line.id) else { return };
        let (handler, message) = (activation.program.id, activation.message.id);
        let last = activation.last;
        let cause = if why.trigger == last { why } else { why.because(last) };
        activation.last = out.fact(ServiceFact::LineDone { handler, line, message }, cause);
        activation.at += 1;
        self.leave_gap(cx, number, GapAt::After(line), out);
    }

    /// Leaves a line without having done it, and without passing the gap behind it.
    pub(super) fn skip_line(&mut self, cx: &Cx, number: u32, out: &mut impl ServiceOut) {
        if let Some(activation) = self.activation(cx, number) {
            activation.at += 1;
        }
        self.enter(cx, number, out);
    }

    /// Jumps to a place, as after a duplicate was found.
    pub(super) fn jump(&mut self, cx: &Cx, number: u32, place: usize, out: &mut impl ServiceOut) {
        if let Some(activation) = self.activation(cx, number) {
            activation.at = place;
        }
        self.enter(cx, number, out);
    }

    /// A line failed: roll back, rest, start the program again. The partition waits behind it.
    pub(super) fn fail(&mut self, cx: &Cx, number: u32, why: Cause, out: &mut impl ServiceOut) {
        self.roll_back(cx, number, Rollback::Failure, why, out);
        let pause = self.config.retry_pause;
        let Some(activation) = self.activation(cx, number) else { return };
        let Some(line) = activation.program.lines.get(activation.at).map(|line| line.id) else { return };
        let (handler, message) = (activation.program.id, activation.message.id);
        activation.last = out.fact(ServiceFact::Failed { handler, line, message }, why);
        activation.wait = Wait::Again;
        activation.entered = cx.now;
        activation.until = cx.now + pause;
        out.timer(ServiceTimer::Again(number), activation.until, Cause::by(activation.last));
    }

    /// After a failure: the program from its first line, as it is now.
    pub(super) fn begin_again(&mut self, cx: &Cx, number: u32, out: &mut impl ServiceOut) {
        let Some(activation) = self.activation(cx, number).filter(|activation| activation.wait == Wait::Again) else { return };
        let (source, message, last) = ((activation.source, activation.orphan), activation.message.clone(), activation.last);
        if let Some(instance) = self.instances.get_mut(&cx.me.ordinal) {
            instance.activations.remove(&number);
        }
        self.begin(cx, source, message, Cause::by(last), out);
    }

    pub(super) fn roll_back(&mut self, cx: &Cx, number: u32, reason: Rollback, why: Cause, out: &mut impl ServiceOut) {
        let Some(tx) = self.activation(cx, number).and_then(|activation| activation.tx.take()) else { return };
        if let Some(ended) = self.store.rollback(&Cx { cause: why, ..*cx }, tx, reason, out) {
            self.wake(&ended);
        }
    }

    /// The transaction that a statement waited for has ended: the statement is tried again.
    pub(super) fn woken(&mut self, cx: &Cx, tx: u32, out: &mut impl ServiceOut) {
        let number = self.instances.get(&cx.me.ordinal).and_then(|instance| {
            let waits = |activation: &Activation| {
                activation.wait == Wait::Lock && activation.tx.is_some_and(|of| of.n == tx && of.owner == cx.me)
            };
            instance.activations.iter().find(|(_, activation)| waits(activation)).map(|(number, _)| *number)
        });
        if let Some(number) = number {
            self.execute(cx, number, out);
        }
    }
}
