//! Why an older message came to a row after a newer one: where on their ways the two changed places.

use crate::board::{Do, Edit, IfAgain, Mend, Pattern, Publishes, Setting};
use crate::service::ServiceFact;
use crate::sim::{FactId, MessageId};
use crate::store::{RelayKind, StoreFact};
use crate::world::{Acted, Edited, Fact};

use super::super::story::{Explanation, Overtaking, StepKind, Story};
use super::super::trace::{Run, SetOff};
use super::{Teller, set, switch};

/// The position of `partitioner` at which librdkafka's clients put keys where Java's do.
const MURMUR2_RANDOM: u64 = 2;

/// Whether a partitioner puts keys where Java's default does.
const fn agrees_with_java(partitioner: u64) -> bool {
    partitioner == 0 || partitioner == MURMUR2_RANDOM
}

impl Teller<'_> {
    pub(super) fn out_of_order(mut self) -> Explanation {
        let older = self.violation.fact;
        let Some(newer) = self.violation.first else { return self.untold() };
        self.step(older, StepKind::Effect);
        self.step(newer, StepKind::Effect);
        let (Some(a), Some(b)) = (self.trace.run(older), self.trace.run(newer)) else { return self.untold() };
        let (SetOff::Record { record: x, .. }, SetOff::Record { record: y, .. }) = (a.set_off, b.set_off) else {
            return self.untold();
        };
        let (Some(in_x), Some(in_y)) = (self.trace.appended(x, a.id), self.trace.appended(y, b.id)) else {
            return self.untold();
        };
        self.step(in_x, StepKind::Appended);
        self.step(in_y, StepKind::Appended);
        let messages = (a.message, b.message);
        let before = self.trace.runs_of(a.message, a.who.node, newer).find(|run| self.had_effect(run, newer));
        if let Some(before) = before {
            self.step(before.id, StepKind::Began);
            let pattern = Pattern::IfAgain(a.handler, IfAgain::TracksIds);
            let story = Story::Overtaken { messages, records: (x, y), how: Overtaking::CameAgain };
            return self.tell(story, switch(&a, pattern));
        }
        let (how, prevent) = if (x.topic, x.partition) != (y.topic, y.partition) {
            self.in_other_partitions((&a, &b), (in_x.min(in_y), in_x.max(in_y)))
        } else if x.offset < y.offset {
            (Overtaking::SideBySide, set(a.who.node, Setting::ConcurrentHandling, 0))
        } else {
            self.published_out_of_order(in_x, &a)
        };
        self.tell(Story::Overtaken { messages, records: (x, y), how }, prevent)
    }

    /// Why two messages lie in different partitions: by their keys, or although they have one.
    fn in_other_partitions(&mut self, (a, b): (&Run, &Run), (from, to): (FactId, FactId)) -> (Overtaking, Option<Edit>) {
        let placed = |node| self.setting(node, Setting::Partitioner).filter(|_| a.message.by != b.message.by);
        if let (Some(one), Some(other)) = (placed(a.message.by), placed(b.message.by))
            && agrees_with_java(one) != agrees_with_java(other)
        {
            let elsewhere = if agrees_with_java(one) { b.message.by } else { a.message.by };
            let prevent = set(elsewhere, Setting::Partitioner, MURMUR2_RANDOM);
            return (Overtaking::OtherClient(a.message.by, b.message.by), prevent);
        }
        if let Some(edit) = self.keyed_by_row(a) {
            return (Overtaking::OtherPartition, Some(edit));
        }
        let SetOff::Record { record, .. } = a.set_off else { return (Overtaking::OtherPartition, None) };
        let grown = self.trace.between(from, to).find(
            |(_, entry)| matches!(entry.fact, Fact::Acted(Acted::Edited { what: Edited::Topic(topic) }) if topic == record.topic),
        );
        let Some((id, _)) = grown else { return (Overtaking::OtherPartition, None) };
        self.step(id, StepKind::Stopped);
        (Overtaking::KeysMoved, self.as_many_from_the_start(a))
    }

    /// The topic of what a run handles with as many partitions as it has now.
    fn as_many_from_the_start(&self, run: &Run) -> Option<Edit> {
        let handlers = self.board.service(run.who.node).into_iter().flat_map(|node| &node.handlers);
        let topic = handlers.into_iter().find(|handler| handler.id == run.handler)?.from.clone()?;
        let (_, known) = self.board.topic(&topic)?;
        Some(Edit::Partitions { partitions: known.partitions, topic })
    }

    /// The messages keyed by what names the row that they change: they then lie in one partition, in their order.
    fn keyed_by_row(&self, run: &Run) -> Option<Edit> {
        let (service, message) = (self.violation.service, run.message);
        let handlers = |id| self.board.service(id).into_iter().flat_map(|node| &node.handlers);
        let field = handlers(service).flat_map(|handler| &handler.lines).find_map(|line| match &line.does {
            Do::Write(write) if line.id == self.violation.line => Some(write.key.clone()),
            _ => None,
        })?;
        self.keyed_by(message, field)
    }

    /// A kind of message keyed by another of its fields; nothing where it is keyed by that.
    pub(super) fn keyed_by(&self, message: MessageId, field: String) -> Option<Edit> {
        let mut lines = self.board.service(message.by)?.handlers.iter().flat_map(|handler| &handler.lines);
        let (Do::Publish { key, .. } | Do::Outbox { key, .. }) = &lines.find(|line| line.id == message.line)?.does else {
            return None;
        };
        // It may be so already: the partitions have become more since.
        let mend = Mend::KeyedBy { line: message.line, field: field.clone() };
        (*key != Some(field)).then_some(Edit::Mend { service: message.by, mend })
    }

    /// Whether a run changed what the violation is about, before a fact.
    fn had_effect(&self, run: &Run, before: FactId) -> bool {
        let (intent, line) = (self.violation.intent, self.violation.line);
        self.trace.between(run.id, before).take_while(|(_, entry)| {
            let ends = matches!(entry.fact, Fact::Service(ServiceFact::Finished { message, .. }) if message == run.message);
            entry.who != run.who || !ends
        }).any(|(_, entry)| {
            let changed = matches!(entry.fact, Fact::Store(StoreFact::Changed { line: l, intent: i, changed: true, .. }) if (l, i) == (line, intent));
            changed && entry.who == run.who
        })
    }

    /// The older message came into the log later than the newer one: by a relay that reads by the rows' ids, or since each
    /// was sent by whoever had committed it.
    fn published_out_of_order(&mut self, appended: FactId, run: &Run) -> (Overtaking, Option<Edit>) {
        let message = run.message;
        let inserted = self.trace.between(FactId::FIRST, appended).find_map(|(id, entry)| match entry.fact {
            Fact::Store(StoreFact::OutboxInserted { row, message: m }) if m == message => Some((id, row)),
            _ => None,
        });
        match inserted {
            Some((id, row)) => {
                self.step(id, StepKind::HandedOver);
                let prevent = Edit::Relay { service: message.by, kind: RelayKind::Tail };
                (Overtaking::ByRowId(row), Some(prevent))
            }
            None => {
                let maker = self.trace.made(message, appended);
                let pattern = maker.map(|maker| (maker, Pattern::Publishes(maker.handler, Publishes::ThroughOutbox)));
                (Overtaking::SentBySenders, pattern.and_then(|(maker, pattern)| switch(&maker, pattern)))
            }
        }
    }
}
