//! What the facts of stores mean for the checks: rows, outboxes, tracking.

use crate::sim::{Actor, FactId, IntentId, LineId, MessageId, NodeId, TableId, Time};
use crate::store::StoreFact;

use super::case::{Part, RowDue, Writer};
use super::checks::Checks;
use super::expect::source;
use super::ledger::Written;
use super::mishaps::Passed;
use super::order::{Line, Newest};
use super::outboxes::Row;
use super::pools::Dry;
use super::{Check, Detail, Violation};

impl Checks {
    pub(super) fn see_store(&mut self, who: Actor, fact: StoreFact, when: (FactId, Time)) {
        let service = who.node;
        match fact {
            StoreFact::Changed { table, row, line, intent, delta, changed } => {
                self.wrote(who, Wrote { table, row, line, intent, delta, changed }, when);
            }
            StoreFact::DuplicateFound { message, .. } => {
                if let Some(case) = self.open_case(message.intent, when.0, when.1)
                    && !case.mishaps().turned_away.contains(&(service, message))
                {
                    case.mishaps_mut().turned_away.push((service, message));
                }
            }
            StoreFact::OutboxVisible { row: id, message } => {
                let row = Row { id, message, visible: when.0, since: when.1 };
                self.case(message.intent, when.0, when.1).course.produces(message, when.0);
                if self.outboxes.visible(service, row) {
                    self.add(message, Part::Outbox { service, row: id }, when);
                } else {
                    self.relayed(service, vec![row], when);
                }
            }
            StoreFact::Marked { row, .. } => {
                let row = self.outboxes.marked(service, row, when.1);
                self.relayed(service, row.into_iter().collect(), when);
            }
            StoreFact::CursorSaved { row } => {
                let behind = self.outboxes.cursor_saved(service, row, when.1);
                self.relayed(service, behind, when);
            }
            StoreFact::LogPositionSaved { row, .. } | StoreFact::LogDropped { row, .. } => {
                let behind = self.outboxes.log_passed(service, row, when.1);
                self.relayed(service, behind, when);
            }
            StoreFact::ConnectionAwaited { .. } => self.pools.awaits(who, when),
            StoreFact::ConnectionGiven => self.pools.ends(who, when.1),
            StoreFact::ConnectionTimedOut => {
                let dry = self.pools.times_out(who, when.1);
                self.pools.ends(who, when.1);
                if let Some(violation) = dry.and_then(|dry| self.dry(&dry, when.0)) {
                    self.report(violation);
                }
            }
            StoreFact::Cleaned { rows } => self.outboxes.cleaned(service, rows, when.1),
            _ => {}
        }
    }

    /// A pool is dry. It is told of what the one handles who has waited longest; of a relay, what anybody handles.
    pub(super) fn dry(&self, dry: &Dry, fact: FactId) -> Option<Violation> {
        let Dry { service, first, who, waiting, at, over } = *dry;
        let message = self.processes.message_of(who, service)?;
        let (check, line, first) = (Check::PoolDry, LineId(0), Some(first));
        let detail = Detail::Dry { waiting, over };
        Some(Violation { check, at, fact, intent: message.intent, service, line, message, first, detail })
    }

    /// Rows of an outbox that no relay will read again: published, or passed over.
    fn relayed(&mut self, service: NodeId, rows: Vec<Row>, when: (FactId, Time)) {
        for row in rows {
            let Row { id, message, visible, .. } = row;
            let is = |part: &Part| matches!(*part, Part::Outbox { service: s, row } if (s, row) == (service, id));
            self.remove(message, when, is);
            let case = self.case(message.intent, when.0, when.1);
            if case.course.has_sent(source(message)) {
                self.outboxes.recorded(service, row, when.1);
            } else {
                case.mishaps_mut().passed.push(Passed { message, visible });
                case.to_judge = true;
            }
        }
    }

    fn wrote(&mut self, who: Actor, wrote: Wrote, (fact, at): (FactId, Time)) {
        let Wrote { table, row, line, intent, delta, changed } = wrote;
        let service = who.node;
        let case = self.case(intent, fact, at);
        case.to_judge = true;
        let active = case.active(who, line);
        if let Some(Writer { message, handler, plan, .. }) = &active
            && let Some(route) = plan.route(intent.client, service, *handler)
        {
            for sends in plan.sends(service, *handler) {
                let known = case.rows.iter().any(|row| (row.service, row.sends) == (service, *sends));
                if !known && !case.course.has_landed((service, *sends)) {
                    let (sends, message, route) = (*sends, *message, route.clone());
                    case.rows.push(RowDue { service, line, sends, fact, message, route });
                }
            }
        }
        let request = MessageId { intent, by: intent.client, line: LineId(0), nth: 0 };
        let message = active.as_ref().map_or(request, |writer| writer.message);
        let produced = case.course.produced(source(message));
        let turn = active.as_ref().and_then(|writer| writer.turn);
        let late = turn.is_some_and(|turn| self.readers.is_over(turn));
        let handled = active.map(|Writer { handler, plan, .. }| {
            let sets = plan.sets(service, handler, line);
            (plan.tracks(service, handler), sets, sets && plan.is_mixed(service, handler))
        });
        let (tracks, sets, mixed) = handled.unwrap_or_default();
        let Some(case) = self.cases.get_mut(intent) else { return };
        let first_time = !case.effects.happened(service, line);
        let (counts, second) = case.effects.wrote((message, service, line), Written { delta, changed, late }, fact);
        if counts {
            self.ledger.has_happened((service, line));
        }
        let appended = case.course.first_landed(message);
        let by = source(message);
        let later = produced.filter(|_| changed).and_then(|produced| {
            self.orders.changes((service, Line::Source(by), table, row), Newest { produced, intent, by, effect: fact })
        });
        // Makers of their own know nothing of each other: what brings their messages into an order is the topic.
        let other = turn.zip(appended).filter(|_| changed && mixed).and_then(|(turn, produced)| {
            let place = (service, Line::Topic(turn.place.1), table, row);
            self.orders.changes(place, Newest { produced, intent, by, effect: fact })
        });
        let later = later.or(other);
        let violation =
            |check, first, detail| Violation { check, at, fact, intent, service, line, message, first: Some(first), detail };
        match (later, second) {
            // The second of two members was no longer, or the first not yet, to do it.
            (later, Some(second)) if second.late && second.same_message && !tracks && (!sets || later.is_some()) => {
                self.report(violation(Check::Zombie, second.first, Detail::None));
            }
            // An older value in the place of a newer one is out of order, however often the older one came.
            (Some(later), second) if first_time || (sets && second.is_some()) => {
                self.report(violation(Check::OutOfOrder, later.effect, Detail::None));
            }
            // A value that is put back as it has to be adds nothing to what it was.
            (_, Some(_)) if sets => {}
            (_, Some(second)) if tracks && second.same_message => {
                self.report(violation(Check::DedupHole, second.first, Detail::Hole { twice: true }));
            }
            (_, Some(second)) => self.report(violation(Check::DoneTwice, second.first, Detail::None)),
            (_, None) => {}
        }
    }
}

/// A committed write.
struct Wrote {
    table: TableId,
    row: u32,
    line: LineId,
    intent: IntentId,
    delta: i32,
    changed: bool,
}
