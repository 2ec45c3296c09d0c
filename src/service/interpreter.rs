//! How an activation goes from line to line.

use std::sync::Arc;

use crate::net::Message;
use crate::sim::{Cause, Cx, HandlerId, LineId, What, between};

use super::activation::{Activation, Source, Taken, Wait};
use super::config::{GapAt, PinEffect};
use super::facts::{ServiceFact, ServiceOut, ServiceTimer};
use super::program::{FailurePolicy, Instruction, Line, Program, key_of};
use super::runtime::Service;

impl Service {
    /// Begins to handle a message.
    pub(super) fn begin(&mut self, cx: &Cx, taken: Taken, message: Message, why: Cause, out: &mut impl ServiceOut) {
        let Taken { source, orphan, failures, token } = taken;
        let program = self.program_for(source, &message);
        let nth = self.nth(program.id, message.id);
        let handler = program.id;
        let last = out.fact(ServiceFact::Started { handler, message: message.id, nth }, why);
        let Some(instance) = self.instances.get_mut(&cx.me.ordinal) else { return };
        let number = instance.next_activation;
        instance.next_activation = number.wrapping_add(1);
        let (entered, until) = (cx.now, cx.now);
        let activation = Activation {
            program,
            at: 0,
            message,
            source,
            nth,
            tx: None,
            orphan,
            failures,
            token,
            loses: None,
            ended: false,
            given_up: false,
            wait: Wait::Time,
            last,
            entered,
            until,
        };
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
            let says = [(if from.is_some() { "ack" } else { "reply" }, String::new())].into();
            let lines = vec![Line { id: LineId(0), does }];
            Arc::new(Program { id: HandlerId(0), on: message.kind, from, on_failure: FailurePolicy::Retry, lines, says })
        })
    }

    pub(super) fn activation(&mut self, cx: &Cx, number: u32) -> Option<&mut Activation> {
        self.instances.get_mut(&cx.me.ordinal)?.activations.get_mut(&number)
    }

    /// An activation is in a gap: a pin acts there, or it comes to the next line.
    fn leave_gap(&mut self, cx: &Cx, number: u32, gap: GapAt, out: &mut impl ServiceOut) {
        if self.pins.is_empty() {
            return self.enter(cx, number, out);
        }
        let Some(activation) = self.activation(cx, number) else { return };
        let (handler, why) = (activation.program.id, Cause::by(activation.last));
        let key = key_of(&activation.message);
        match self.pin_acts(cx, (handler, gap, key), why, out) {
            Some((PinEffect::Fail, fact)) => self.fail(cx, number, Cause::by(fact), out),
            Some((PinEffect::Delay(span), fact)) => {
                let Some(activation) = self.activation(cx, number) else { return };
                activation.wait = Wait::Held;
                activation.entered = cx.now;
                activation.until = cx.now + span;
                activation.last = fact;
                out.timer(ServiceTimer::Line(number), activation.until, Cause::by(fact));
            }
            Some((PinEffect::DropReply, fact)) => {
                if let Some(activation) = self.activation(cx, number) {
                    activation.loses = Some(fact);
                }
                self.enter(cx, number, out);
            }
            // A pin that kills ends this activation in the same microsecond; one that pauses lets its timers wait.
            _ => self.enter(cx, number, out),
        }
    }

    /// Comes to the line at its place, or to the end.
    pub(super) fn enter(&mut self, cx: &Cx, number: u32, out: &mut impl ServiceOut) {
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
        match self.activation(cx, number).map(|activation| activation.wait) {
            Some(Wait::Time | Wait::Statement) => self.execute(cx, number, out),
            Some(Wait::Held) => self.enter(cx, number, out),
            _ => {}
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
