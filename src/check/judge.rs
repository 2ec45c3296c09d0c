//! What is judged when a moment is over: what can no longer come, and what has taken too long.

use crate::sim::{FactId, InOrder, IntentId, LineId, MessageId, NodeId, Span, Time};

use super::case::{Call, Case, MessageDue, Part, RowDue};
use super::checks::Checks;
use super::dues::when_due;
use super::expect::{Expected, source};
use super::growth::Grown;
use super::ledger::Ledger;
use super::mishaps::{Jump, Passed};
use super::outboxes::Trouble;
use super::readers::Readers;
use super::{Check, Detail, Idle, Violation};

impl Checks {
    /// No more facts come up to this time: judges what changed, and what has taken too long.
    pub fn moment_over(&mut self, now: Time) {
        self.judge_changed();
        self.time_passes(now);
    }

    /// A fact comes at a later time: all before it is over.
    pub(super) fn comes_to(&mut self, at: Time) {
        self.judge_changed();
        self.time_passes(Time(at.0.saturating_sub(1)));
        self.now = at;
    }

    fn judge_changed(&mut self) {
        if self.changed.is_empty() {
            return;
        }
        let mut changed = std::mem::take(&mut self.changed);
        for intent in changed.drain(..) {
            self.judge(intent);
        }
        self.changed = changed;
        if self.orders.is_full() {
            let open = self.cases.iter().filter_map(|(_, case)| case.course.first_produced());
            self.orders.forget(open.min().unwrap_or(self.latest.next()));
        }
    }

    fn judge(&mut self, intent: IntentId) {
        let Some(case) = self.cases.get_mut(intent).filter(|case| case.to_judge) else { return };
        case.to_judge = false;
        let (fact, at) = case.last;
        let mut found = Findings { intent, fact, at, all: Vec::new() };
        passed_rows(case, &mut found);
        rows(case, &mut found);
        messages(case, &mut found);
        lost(case, (&mut self.ledger, &mut self.readers), &mut found);
        if case.is_settled() {
            self.ledger.settle(intent, std::mem::take(&mut case.effects));
            self.cases.remove(intent);
        }
        for violation in found.all {
            self.report(violation);
        }
    }

    /// It is so late now: what has got nowhere, or has grown, for too long?
    fn time_passes(&mut self, now: Time) {
        if now < self.dues.first() {
            return;
        }
        let limits = self.limits.clone();
        let (shortest, dues) = (limits.shortest, &mut self.dues);
        let (mut partitions, mut processes, mut outboxes) = (Vec::new(), Vec::new(), Vec::new());
        let (mut pools, mut groups) = (Vec::new(), Vec::new());
        when_due(&mut dues.partitions, now, shortest.partitions, || {
            let storm = |id| limits.groups.get(&id).map_or(Span::ZERO, |limits| limits.storm);
            let restless = |id| self.groups.is_restless(id, storm(id), now);
            self.readers.look(now, &limits.partitions, restless, &mut partitions)
        });
        when_due(&mut dues.processes, now, shortest.processes, || self.processes.look(now, &limits.processes, &mut processes));
        when_due(&mut dues.outboxes, now, shortest.outboxes, || self.outboxes.look(now, &limits.outboxes, &mut outboxes));
        when_due(&mut dues.pools, now, shortest.pools, || self.pools.look(now, &limits.pools, &mut pools));
        when_due(&mut dues.groups, now, shortest.groups, || self.groups.look(now, &limits.groups, &mut groups));
        let fact = self.latest;
        let mut found = Vec::new();
        for still in partitions {
            let case = self.cases.get(still.intent);
            let is = |part: &Part| matches!(*part, Part::Record { group, record, .. } if (group, record) == (still.group, still.record));
            let part = case.and_then(|case| case.parts.iter().find(|(_, part)| is(part)));
            let Some((message, Part::Record { service, .. })) = part else { continue };
            let limit = limits.partitions.get(&(still.group, still.record.topic)).copied().unwrap_or_default();
            let detail = Detail::Still(Idle::Partition(still.group, still.record), limit);
            found.push(stuck(*message, *service, (fact, still.at), detail));
        }
        for still in processes {
            let limit = limits.processes.get(&still.who.node).copied().unwrap_or_default();
            let detail = Detail::Still(Idle::Process(still.who), limit);
            found.push(stuck(still.message, still.who.node, (fact, still.at), detail));
        }
        for (service, trouble) in outboxes {
            let (at, oldest) = (trouble.at(), trouble.oldest());
            let grew = |kept, grown: Grown| Detail::Grew { kept, from: grown.from, to: grown.to, over: grown.over, oldest };
            let (check, row, detail) = match trouble {
                Trouble::Still(row, _) => {
                    let limit = limits.outboxes.get(&service).map_or_else(Default::default, |limits| limits.still);
                    (Check::Stuck, row, Detail::Still(Idle::Outbox(service), limit))
                }
                Trouble::Waiting(row, grown) => (Check::OutboxGrowing, row, grew(false, grown)),
                Trouble::Kept(row, _, grown) => (Check::OutboxGrowing, row, grew(true, grown)),
            };
            let mut violation = stuck(row.message, service, (fact, at), detail);
            if check == Check::OutboxGrowing {
                (violation.line, violation.first) = (row.message.line, Some(row.visible));
            }
            found.push(Violation { check, ..violation });
        }
        found.extend(pools.iter().filter_map(|dry| self.dry(dry, fact)));
        found.extend(groups.into_iter().filter_map(|(group, at)| self.halted(group, fact, at)));
        found.in_order_by_key(|violation| violation.at);
        for violation in found {
            self.report(violation);
        }
    }
}

fn stuck(message: MessageId, service: NodeId, (fact, at): (FactId, Time), detail: Detail) -> Violation {
    let (check, line) = (Check::Stuck, LineId(0));
    Violation { check, at, fact, intent: message.intent, service, line, message, first: None, detail }
}

/// What is found of one intent at the end of a moment.
struct Findings {
    intent: IntentId,
    fact: FactId,
    at: Time,
    all: Vec<Violation>,
}

impl Findings {
    fn push(&mut self, check: Check, place: Place, detail: Detail) {
        let Findings { intent, fact, at, .. } = *self;
        let Place { service, line, message, first } = place;
        self.all.push(Violation { check, at, fact, intent, service, line, message, first: Some(first), detail });
    }
}

/// Where something is missing.
struct Place {
    service: NodeId,
    line: LineId,
    message: MessageId,
    first: FactId,
}

/// Rows of an outbox that were passed, and whose message nothing can send any more.
fn passed_rows(case: &mut Case, found: &mut Findings) {
    if case.mishaps().passed.is_empty() {
        return;
    }
    for row in std::mem::take(&mut case.mishaps_mut().passed) {
        let Passed { message, visible: first } = row;
        let made = source(message);
        if case.course.has_landed(made) {
            continue;
        }
        let handler = case.plan.program_of(made);
        let route = handler.and_then(|handler| case.plan.route(message.intent.client, message.by, handler)).cloned();
        if case.alive(&route.unwrap_or_default(), Some(made)) {
            case.mishaps_mut().passed.push(row);
            continue;
        }
        // It is the same row that nobody was told of; this says it more exactly.
        case.rows.retain(|row| (row.service, row.sends) != made);
        let (service, line) = made;
        found.push(Check::SkippedRow, Place { service, line, message, first }, Detail::None);
    }
}

/// Committed rows whose message can no longer reach a log.
fn rows(case: &mut Case, found: &mut Findings) {
    if case.rows.is_empty() {
        return;
    }
    for row in std::mem::take(&mut case.rows) {
        let made = (row.service, row.sends);
        if case.course.has_landed(made) {
            continue;
        }
        if case.alive(&row.route, Some(made)) {
            case.rows.push(row);
            continue;
        }
        let RowDue { service, line, message, fact: first, .. } = row;
        found.push(Check::RowWithoutMessage, Place { service, line, message, first }, Detail::None);
    }
}

/// Messages in a log whose row can no longer be committed.
fn messages(case: &mut Case, found: &mut Findings) {
    if case.messages.is_empty() {
        return;
    }
    for due in std::mem::take(&mut case.messages) {
        let (service, line) = source(due.message);
        let mut writes = case.plan.write_lines(service, due.handler).iter();
        if writes.any(|line| case.effects.happened(service, *line)) {
            continue;
        }
        if case.alive(&due.route, None) {
            case.messages.push(due);
            continue;
        }
        let MessageDue { message, fact: first, .. } = due;
        found.push(Check::MessageWithoutRow, Place { service, line, message, first }, Detail::None);
    }
}

/// Effects that an accepted intent should have, and that can no longer happen.
fn lost(case: &mut Case, (ledger, readers): (&mut Ledger, &mut Readers), found: &mut Findings) {
    if case.call != Call::Answered || !case.effects.awaits_any() {
        return;
    }
    let plan = case.plan.clone();
    for expected in plan.of_client(found.intent.client) {
        let (service, line) = (expected.service, expected.line);
        if case.effects.happened(service, line) || case.mishaps().lost.contains(&(service, line)) {
            continue;
        }
        let Some((message, first)) = case.course.landed_at(&expected.route) else { continue };
        if !case.alive(&expected.route, None) {
            if let Some(why) = case.aside_at(&expected.route, service) {
                if case.effects.set_aside(service, line, why) {
                    ledger.is_aside((service, line));
                }
                if let Some(Jump { group, record, records, number }) = case.jump_at(&expected.route, service)
                    && readers.tells_of((group, record.topic, record.partition), number)
                {
                    let detail = Detail::Jumped { group, record, records };
                    found.push(Check::PassedOver, Place { service, line, message, first }, detail);
                }
                continue;
            }
            case.mishaps_mut().lost.push((service, line));
            let (check, detail) = why_lost(case, expected, message, readers);
            found.push(check, Place { service, line, message, first }, detail);
        }
    }
}

/// The most exact check for an effect that is lost: a message that was given up is poison, a handler that tracks and
/// turned the message away, although it had never done it, has a hole, and a record that was committed before it was
/// handled was committed early.
fn why_lost(case: &Case, expected: &Expected, message: MessageId, readers: &Readers) -> (Check, Detail) {
    let of_it = |service, other| service == expected.service && source(other) == source(message);
    if case.mishaps().skipped.iter().any(|(service, handler, other)| *handler == expected.handler && of_it(*service, *other)) {
        return (Check::Poison, Detail::GivenUp);
    }
    if case.plan.tracks(expected.service, expected.handler)
        && case.mishaps().turned_away.iter().any(|(service, other)| of_it(*service, *other))
    {
        return (Check::DedupHole, Detail::Hole { twice: false });
    }
    let reads = |group, topic| case.plan.readers(topic, source(message)).any(|known| known == (group, expected.service));
    if !case.mishaps().done_otherwise.iter().any(|(service, other)| of_it(*service, *other))
        && readers.has_committed(message, reads)
    {
        return (Check::CommittedEarly, Detail::None);
    }
    (Check::Lost, Detail::None)
}
