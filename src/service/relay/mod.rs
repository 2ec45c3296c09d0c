//! The outbox's relays: processes of their own that read the outbox, publish what they find, and record it.

mod leading;
mod publishing;
mod recording;
mod statements;

use std::sync::Arc;

use crate::broker::client::{PortUse, Producer, ProducerInput};
use crate::net::Delivery;
use crate::sim::{Actor, Cause, Cx, FactId, Few, HandlerId, MessageId, Time, TopicId};
use crate::store::{OutboxId, OutboxRow, RelayKind};

use super::config::{GapAt, PinEffect};
use super::facts::{ServiceFact, ServiceOut, ServiceTimer};
use super::inputs::ServiceInput;
use super::program::{Instruction, Program};
use super::runtime::Service;

/// What a relay waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelayWait {
    /// That its line has taken its time.
    Line,
    /// A connection to the store: all are in use.
    Connection,
    /// The store's answer.
    Statement,
    /// The acknowledgements of the rows that it publishes.
    Acks,
    /// It sleeps, since it found nothing to publish or a publish failed.
    Sleep,
    /// Another relay holds the lease.
    Lease,
    /// A pin holds it up in a gap.
    Held,
}

/// What follows on the end of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    Sleep,
    Round,
}

/// The memory of a running relay.
#[derive(Clone, Debug)]
pub struct Relay {
    /// The process in its life.
    pub actor: Actor,
    /// Its program, in the version with which its round began.
    pub program: Arc<Program>,
    /// The place of the line that it is on.
    pub at: usize,
    /// What it waits for.
    pub wait: RelayWait,
    /// The rows that it has read.
    pub batch: Vec<OutboxRow>,
    /// Those whose acknowledgement it waits for.
    pub waiting: Vec<MessageId>,
    /// When it came to its line, or fell asleep.
    pub entered: Time,
    /// When its line will have taken its time, or when it wakes.
    pub until: Time,
    /// It believes that it holds the lease.
    pub leads: bool,
    /// Of one that tails: the place in the log that it reads on from; none before it has looked the saved one up.
    pub position: Option<u32>,
    /// The place in the log behind the rows that it has read.
    next: u32,
    /// Of one that tails: the last row that was acknowledged, while its position is not saved.
    unsaved: Option<OutboxId>,
    /// When it saved its position last, or started.
    saved: Time,
    failed: bool,
    /// The answer to the next row that it publishes is lost: the pin that says so.
    loses: Option<FactId>,
    /// Its round is over, and it deletes published rows. Then it sleeps, or begins the next round.
    cleans: Option<Then>,
    pub(super) producers: Few<TopicId, Producer>,
    /// How far ports have counted whose producer was dropped.
    pub(super) ports: Few<u32, PortUse>,
    last: FactId,
}

impl Relay {
    /// Whether it is on none of its lines.
    pub fn is_idle(&self) -> bool {
        matches!(self.wait, RelayWait::Sleep | RelayWait::Lease)
    }

    /// How it reads and records.
    pub fn kind(&self) -> RelayKind {
        self.program.relay_kind()
    }

    /// Whether it deletes published rows, between two rounds.
    pub fn cleans(&self) -> bool {
        self.cleans.is_some()
    }

    pub(super) fn uses_connection(&self) -> bool {
        self.wait == RelayWait::Statement
    }

    pub(super) fn last(&self) -> FactId {
        self.last
    }

    fn message(&self) -> Option<MessageId> {
        self.batch.first().map(|row| row.message.id)
    }
}

impl Service {
    pub(super) fn start_relay(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        let Some(config) = &self.config.relay else { return };
        let relay = Relay {
            actor: cx.me,
            program: config.program.clone(),
            at: 0,
            wait: RelayWait::Line,
            batch: Vec::new(),
            waiting: Vec::new(),
            entered: cx.now,
            until: cx.now,
            leads: false,
            position: None,
            next: 0,
            unsaved: None,
            saved: cx.now,
            failed: false,
            loses: None,
            cleans: None,
            producers: Few::new(),
            ports: Few::new(),
            last: cx.cause.trigger,
        };
        self.relays.insert(cx.me.ordinal, relay);
        self.relay_round(cx, out);
    }

    pub(super) fn relay(&mut self, cx: &Cx) -> Option<&mut Relay> {
        self.relays.get_mut(&cx.me.ordinal)
    }

    pub(super) fn relay_handles(&mut self, cx: &Cx, input: ServiceInput, out: &mut impl ServiceOut) {
        match input {
            ServiceInput::Broker(delivery) => {
                let (Delivery::Arrived { conn, .. } | Delivery::Closed { conn, .. }) = &delivery;
                self.relay_producer(cx, conn.port, ProducerInput::Delivery(delivery), out);
            }
            ServiceInput::Client(timer) => self.relay_producer(cx, timer.port(), ProducerInput::Timer(timer), out),
            ServiceInput::Timer(ServiceTimer::Line(_)) => self.relay_is_due(cx, out),
            ServiceInput::Timer(ServiceTimer::Timeout(_)) => self.relay_times_out(cx, out),
            ServiceInput::Connected(number) => self.connected(cx, number, out),
            ServiceInput::Timer(ServiceTimer::RelayPoll) => self.relay_round(cx, out),
            ServiceInput::Timer(ServiceTimer::RelayLease) => self.relay_renews(cx, out),
            ServiceInput::TakeUp => self.relay_takes_up(cx, out),
            ServiceInput::Timer(_) | ServiceInput::Call(_) | ServiceInput::Wake(_) | ServiceInput::Reading { .. } => {}
        }
    }

    /// A round from the first line, on the program as it is now, unless another relay leads.
    pub(super) fn relay_round(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        let Some(program) = self.config.relay.as_ref().map(|config| config.program.clone()) else { return };
        if !self.relay_may_work(cx, out) {
            return;
        }
        let (handler, kind) = (program.id, program.relay_kind());
        if self.relay(cx).is_some_and(|relay| relay.kind() != kind) {
            self.relay_saves(cx, out);
        }
        let Some(relay) = self.relay(cx) else { return };
        if relay.kind() != kind {
            relay.position = None;
        }
        relay.program = program;
        relay.at = 0;
        relay.failed = false;
        relay.batch.clear();
        relay.waiting.clear();
        relay.last = cx.cause.trigger;
        let why = Cause::by(relay.last);
        self.store.relay_begins(&Cx { cause: why, ..*cx }, kind, out);
        self.relay_leaves_gap(cx, (handler, GapAt::Start(handler)), why, out);
    }

    /// It is in a gap: a pin acts there, or it comes to the next line.
    fn relay_leaves_gap(&mut self, cx: &Cx, (handler, gap): (HandlerId, GapAt), why: Cause, out: &mut impl ServiceOut) {
        let acts = self.pin_acts(cx, (handler, gap, None), why, out);
        let Some(relay) = self.relay(cx) else { return };
        match acts {
            Some((PinEffect::Delay(span), fact)) => {
                relay.wait = RelayWait::Held;
                relay.entered = cx.now;
                relay.until = cx.now + span;
                relay.last = fact;
                return out.timer(ServiceTimer::Line(0), relay.until, Cause::by(fact));
            }
            Some((PinEffect::DropReply, fact)) => relay.loses = Some(fact),
            _ => {}
        }
        self.relay_enters(cx, out);
    }

    fn relay_enters(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        let line_time = self.config.line_time;
        let Some(relay) = self.relay(cx) else { return };
        if relay.at >= relay.program.lines.len() {
            let cx = Cx { cause: Cause::by(relay.last), ..*cx };
            return self.relay_round_is_over(&cx, Then::Round, out);
        }
        relay.wait = RelayWait::Line;
        relay.entered = cx.now;
        relay.until = cx.now + line_time;
        out.timer(ServiceTimer::Line(0), relay.until, Cause::by(relay.last));
    }

    fn relay_sleeps(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        let Some(interval) = self.config.relay.as_ref().map(|config| config.interval) else { return };
        let Some(relay) = self.relay(cx) else { return };
        relay.wait = RelayWait::Sleep;
        relay.at = 0;
        relay.batch.clear();
        relay.entered = cx.now;
        relay.until = cx.now + interval;
        out.timer(ServiceTimer::RelayPoll, relay.until, Cause::by(relay.last));
    }

    /// Does the line that it is on, or deletes published rows.
    fn relay_executes(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        let Some(relay) = self.relay(cx) else { return };
        let cx = &Cx { cause: Cause::by(relay.last), ..*cx };
        let does = relay.program.lines.get(relay.at).map(|line| line.does.clone());
        if !self.relay_reaches_store(cx, out) {
            return;
        }
        match does {
            None => self.relay_cleans(cx, out),
            Some(does @ (Instruction::Poll | Instruction::PollAfter | Instruction::Tail)) => self.relay_reads(cx, &does, out),
            Some(Instruction::PublishRows) => self.relay_publishes(cx, out),
            Some(_) => {
                self.relay_records(cx, out);
                self.relay_line_done(cx, out);
            }
        }
    }

    fn relay_reads(&mut self, cx: &Cx, does: &Instruction, out: &mut impl ServiceOut) {
        let Some(most) = self.config.relay.as_ref().map(|config| config.batch) else { return };
        let batch = match does {
            Instruction::Tail => self.relay_tails(cx, most, out),
            Instruction::PollAfter => self.store.after_cursor(most).cloned().collect(),
            _ => self.store.unpublished(most).cloned().collect(),
        };
        let Some(newest) = batch.last().map(|row| row.committed) else {
            self.relay_saves_in_time(cx, out);
            return self.relay_round_is_over(cx, Then::Sleep, out);
        };
        let rows = u32::try_from(batch.len()).unwrap_or(u32::MAX);
        let Some(relay) = self.relay(cx) else { return };
        relay.batch = batch;
        relay.last = out.fact(ServiceFact::RowsRead { rows }, cx.cause.maybe(newest));
        self.relay_line_done(cx, out);
    }

    /// Reads the log from the position in memory; one that has just started begins at the saved one.
    fn relay_tails(&mut self, cx: &Cx, most: u32, out: &mut impl ServiceOut) -> Vec<OutboxRow> {
        let saved = self.store.log_position();
        let keep = self.config.relay.as_ref().and_then(|config| config.log_keep);
        let Some(relay) = self.relays.get_mut(&cx.me.ordinal) else { return Vec::new() };
        let mut from = *relay.position.get_or_insert(saved);
        if let Some(keep) = keep {
            from = self.store.drop_expired(cx, from, keep, out);
        }
        let read = self.store.outbox_log(from, most);
        relay.next = read.next;
        // What is not to be published is behind it at once.
        relay.position = Some(if read.rows.is_empty() { read.next } else { from });
        read.rows
    }

    fn relay_line_done(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        let Some(relay) = self.relay(cx) else { return };
        let (Some(line), Some(message)) = (relay.program.lines.get(relay.at).map(|line| line.id), relay.message()) else {
            return;
        };
        let handler = relay.program.id;
        relay.last = out.fact(ServiceFact::LineDone { handler, line, message }, Cause::by(relay.last));
        relay.at += 1;
        let why = Cause::by(relay.last);
        self.relay_leaves_gap(cx, (handler, GapAt::After(line)), why, out);
    }
}
