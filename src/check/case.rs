//! One intent that is not settled: what has happened of it, and what is still under way.

use std::sync::Arc;

use crate::net::PacketId;
use crate::sim::{Actor, FactId, GroupId, HandlerId, LineId, MessageId, NodeId, RecordId, Time};
use crate::store::OutboxId;

use super::course::Course;
use super::expect::{Expectations, Expected, Route, Source, source};
use super::ledger::Effects;
use super::mishaps::{Jump, Mishaps};
use super::readers::Turn;

/// What has become of the client's call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Call {
    /// It was not seen.
    #[default]
    Unseen,
    /// It is open: it will be tried again, or answered.
    Open,
    /// It was answered: the system has accepted the intent.
    Answered,
    /// It was given up.
    Over,
}

/// Something under way from which more can come.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// A request or produce request on the network.
    Packet(PacketId),
    /// A request that has arrived and waits for a worker.
    Waiting { at: Actor, arrived: FactId },
    /// An activation. `plan` is of the programs as they were when it started, `turn` that in which its record was fetched.
    Active { by: Actor, handler: HandlerId, failed: bool, turn: Option<Turn>, plan: Arc<Expectations> },
    /// A record that was handed out and waits for a worker.
    Held { by: Actor, turn: Turn, fetched: FactId },
    /// A record that a service of the group may still be handed.
    Record { group: GroupId, service: NodeId, record: RecordId },
    /// A row of an outbox that a relay will read, or has read and not recorded.
    Outbox { service: NodeId, row: OutboxId },
    /// A producer that will send again.
    Producing(Actor),
}

impl Part {
    /// The process in whose memory it is.
    pub(super) fn holder(&self) -> Option<Actor> {
        match *self {
            Part::Waiting { at: by, .. } | Part::Active { by, .. } | Part::Held { by, .. } | Part::Producing(by) => Some(by),
            Part::Packet(_) | Part::Record { .. } | Part::Outbox { .. } => None,
        }
    }

    /// Whether it can still lead to a handler, or to a message that `made` makes.
    fn leads(&self, message: MessageId, route: &Route, made: Option<Source>) -> bool {
        let from = source(message);
        match self {
            Part::Packet(_) | Part::Outbox { .. } | Part::Producing(_) => made == Some(from) || route.leads(from),
            Part::Waiting { at: Actor { node, .. }, .. }
            | Part::Active { by: Actor { node, .. }, .. }
            | Part::Held { by: Actor { node, .. }, .. }
            | Part::Record { service: node, .. } => route.leads_by(from, *node),
        }
    }
}

/// A committed row whose message has not reached a log.
#[derive(Clone, Debug)]
pub(super) struct RowDue {
    pub(super) service: NodeId,
    pub(super) line: LineId,
    /// The line that sends the message.
    pub(super) sends: LineId,
    /// The row.
    pub(super) fact: FactId,
    /// The message that was handled.
    pub(super) message: MessageId,
    pub(super) route: Route,
}

/// A message in a log whose row is not committed.
#[derive(Clone, Debug)]
pub(super) struct MessageDue {
    /// The program that makes the message and writes the row.
    pub(super) handler: HandlerId,
    pub(super) message: MessageId,
    /// Its way into a log.
    pub(super) fact: FactId,
    pub(super) route: Route,
}

/// Why a message is not handled, and nobody means it to be: its effects are neither lost nor to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aside {
    /// Its group began to read behind it, since `auto.offset.reset` is `latest` and it had committed nothing.
    Reset,
    /// Its handling had failed, and its record was kept in a topic for dead letters.
    DeadLetter,
}

/// An intent that is not settled.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) call: Call,
    /// What is under way, each with its message.
    pub(super) parts: Vec<(MessageId, Part)>,
    pub(super) course: Course,
    pub(super) rows: Vec<RowDue>,
    pub(super) messages: Vec<MessageDue>,
    /// The effects that it should have, and has.
    pub(super) effects: Effects,
    mishaps: Option<Box<Mishaps>>,
    /// The programs when the intent was first sent.
    pub(super) plan: Arc<Expectations>,
    /// The latest fact that changed anything here, and its time.
    pub(super) last: (FactId, Time),
    /// Whether something has happened since it was last judged by which something can be found. That more is under way
    /// is no such thing: it only keeps alive what may come.
    pub(super) to_judge: bool,
}

impl Case {
    pub(super) fn new(plan: Arc<Expectations>, effects: Effects, fact: FactId, at: Time) -> Case {
        let (parts, course, rows, messages, mishaps) = Default::default();
        let (call, last) = (Call::Unseen, (fact, at));
        Case { call, parts, course, rows, messages, effects, mishaps, plan, last, to_judge: true }
    }

    /// What has gone wrong.
    pub(super) fn mishaps(&self) -> &Mishaps {
        static NONE: Mishaps = Mishaps::NONE;
        self.mishaps.as_deref().unwrap_or(&NONE)
    }

    /// The same, to change.
    pub(super) fn mishaps_mut(&mut self) -> &mut Mishaps {
        self.mishaps.get_or_insert_default()
    }

    /// Whether anything can still lead to a handler, or to a message that `made` makes.
    pub(super) fn alive(&self, route: &Route, made: Option<Source>) -> bool {
        self.call == Call::Open || self.parts.iter().any(|(message, part)| part.leads(*message, route, made))
    }

    /// Whether nothing can change any more.
    pub(super) fn is_settled(&self) -> bool {
        self.call != Call::Open && self.parts.is_empty()
    }

    /// The handling of a message has come to its end: its failures are over, and what it has not done by now it never will.
    pub(super) fn finishes(&mut self, service: NodeId, handler: HandlerId, message: MessageId) {
        let mut expected = self.plan.write_lines(service, handler).iter();
        let misses = expected.any(|line| !self.effects.happened(service, *line));
        if self.mishaps.is_none() && !misses {
            return;
        }
        let mishaps = self.mishaps_mut();
        mishaps.failures.retain(|one| (one.service, one.handler, one.message) != (service, handler, message));
        if misses && !mishaps.done_otherwise.contains(&(service, message)) {
            mishaps.done_otherwise.push((service, message));
        }
    }

    /// Something has become of the client's call.
    pub(super) fn becomes(&mut self, call: Call) {
        self.call = call;
        self.to_judge = true;
    }

    /// A message has reached a log or a worker.
    pub(super) fn lands(&mut self, message: MessageId, fact: FactId) {
        self.course.lands(message, fact);
        self.to_judge = true;
    }

    /// Removes the first part that fits, and says which.
    pub(super) fn remove(&mut self, fits: impl Fn(MessageId, &Part) -> bool) -> Option<Part> {
        let place = self.parts.iter().position(|(message, part)| fits(*message, part));
        self.to_judge |= place.is_some();
        place.map(|place| self.parts.remove(place).1)
    }

    /// Removes all parts that are gone.
    pub(super) fn drop_parts(&mut self, gone: impl Fn(&Part) -> bool) {
        let before = self.parts.len();
        self.parts.retain(|(_, part)| !gone(part));
        self.to_judge |= self.parts.len() < before;
    }

    /// Why what is handled at the end of a route by a service was set aside there.
    pub(super) fn aside_at(&self, route: &Route, service: NodeId) -> Option<Aside> {
        let found = self.mishaps().aside.iter().rfind(|(at, message, _)| *at == service && route.ends(source(*message)));
        found.map(|(_, _, why)| *why)
    }

    /// By what jump of its group a service has passed over what is handled at the end of a route.
    pub(super) fn jump_at(&self, route: &Route, service: NodeId) -> Option<Jump> {
        let found = self.mishaps().jumps.iter().rfind(|(at, message, _)| *at == service && route.ends(source(*message)));
        found.map(|(_, _, jump)| *jump)
    }

    /// Whether a record that a group may still be handed has had all effects that it should have there.
    pub(super) fn has_done(&self, group: GroupId, record: RecordId) -> bool {
        let of_record = self.parts.iter().find_map(|(message, part)| match *part {
            Part::Record { group: g, service, record: r } if (g, r) == (group, record) => Some((*message, service)),
            _ => None,
        });
        let Some((message, service)) = of_record else { return false };
        let expected = self.plan.of_client(message.intent.client).iter();
        let here = |one: &&Expected| one.service == service && one.route.ends(source(message));
        let mut lines = expected.filter(here).peekable();
        lines.peek().is_some() && lines.all(|one| self.effects.happened(service, one.line))
    }

    /// The activation of a process in whose program a line writes.
    pub(super) fn active(&self, who: Actor, line: LineId) -> Option<Writer> {
        self.parts.iter().find_map(|(message, part)| match part {
            Part::Active { by, handler, plan, turn, .. } if *by == who && plan.writes(who.node, *handler, line) => {
                Some(Writer { message: *message, handler: *handler, turn: *turn, plan: plan.clone() })
            }
            _ => None,
        })
    }
}

/// An activation that writes.
pub(super) struct Writer {
    /// What it handles.
    pub(super) message: MessageId,
    pub(super) handler: HandlerId,
    pub(super) turn: Option<Turn>,
    pub(super) plan: Arc<Expectations>,
}
