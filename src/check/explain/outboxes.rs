//! Why a row of an outbox was passed over, and why an outbox grows.

use crate::board::{Edit, Place, Setting};
use crate::sim::{Actor, FactId, Role};
use crate::store::{OutboxId, RelayKind, StoreFact};
use crate::world::{Entry, Fact, ProcessFact};

use super::super::stop::{Stop, StopHow};
use super::super::story::{Explanation, StepKind, Story};
use super::super::{Detail, Violation};
use super::{Teller, set};

/// How long published rows should stay at least: long enough for somebody to look what was published, in milliseconds.
const KEEP_MS: u64 = 60_000;
/// How many times as many rows a relay should read at once that is too slow.
const MORE_ROWS: u64 = 10;
const MOST_ROWS: u64 = 10_000;

impl Teller<'_> {
    pub(super) fn skipped_row(mut self) -> Explanation {
        let Violation { message, service, fact, first, .. } = *self.violation;
        let Some(visible) = first else { return self.untold() };
        self.step(visible, StepKind::Effect);
        self.step(fact, StepKind::Confirmed);
        let Some(row) = self.trace.get(visible).and_then(|entry| match entry.fact {
            Fact::Store(StoreFact::OutboxVisible { row, .. }) => Some(row),
            _ => None,
        }) else {
            return self.untold();
        };
        let inserted = self.trace.between(FactId::FIRST, visible).rev().find_map(|(id, entry)| match entry.fact {
            Fact::Store(StoreFact::OutboxInserted { row: r, message: m }) if (r, m) == (row, message) => Some((id, entry.at)),
            _ => None,
        });
        let Some((inserted, at)) = inserted else { return self.untold() };
        self.step(inserted, StepKind::HandedOver);
        let passed =
            self.trace.between(inserted, fact.next()).filter(|(_, entry)| entry.who.node == service).find_map(|(id, entry)| {
                match entry.fact {
                    Fact::Store(StoreFact::CursorSaved { row: to }) if to >= row => Some((id, to, entry, false)),
                    Fact::Store(StoreFact::LogDropped { row: to, .. }) => Some((id, to, entry, true)),
                    _ => None,
                }
            });
        let Some((id, to, entry, dropped)) = passed else { return self.untold() };
        self.step(id, StepKind::Committed);
        if dropped {
            let down = self.down_before(id, service).map(|(id, stop)| {
                self.step(id, StepKind::Stopped);
                stop
            });
            let story = Story::Dropped { row, at: entry.at, down };
            let forever = Edit::Set { place: Place::Node(service), setting: Setting::LogKeep, value: Some(0) };
            return self.tell(story, Some(forever));
        }
        let committed = self.trace.get(visible).map_or(at, |entry| entry.at);
        let overtaken = self.overtaken(row, (inserted, visible));
        let story = Story::PassedOver { row, by: entry.who, position: to, open: committed.since(at), overtaken };
        self.tell(story, Some(Edit::Relay { service, kind: RelayKind::Tail }))
    }

    /// The first row with a greater id that became visible while a row's transaction was open.
    fn overtaken(&mut self, row: OutboxId, (inserted, visible): (FactId, FactId)) -> Option<OutboxId> {
        let service = self.violation.service;
        let (id, other) = self.trace.between(inserted, visible).find_map(|(id, entry)| match entry.fact {
            Fact::Store(StoreFact::OutboxVisible { row: other, .. }) if entry.who.node == service && other > row => {
                Some((id, other))
            }
            _ => None,
        })?;
        self.step(id, StepKind::Effect);
        Some(other)
    }

    pub(super) fn outbox_growing(mut self) -> Explanation {
        let Violation { service, fact, first, detail, .. } = *self.violation;
        let Detail::Grew { kept, .. } = detail else { return self.untold() };
        if let Some(first) = first {
            self.step(first, StepKind::Effect);
        }
        self.step(fact, StepKind::Confirmed);
        if kept {
            return self.tell(Story::NeverCleaned, set(service, Setting::OutboxKeep, KEEP_MS));
        }
        if let Some((id, stop)) = self.down_before(fact.next(), service) {
            self.step(id, StepKind::Stopped);
            let prevent = self.second_relay();
            return self.tell(Story::RelayDown { stop }, prevent);
        }
        let batch = self.setting(service, Setting::RelayBatch).unwrap_or(1);
        let prevent = set(service, Setting::RelayBatch, (batch * MORE_ROWS).min(MOST_ROWS));
        self.tell(Story::RelaySlow { batch }, prevent)
    }

    /// One more relay, of which one leads: it takes over when the other one is gone.
    pub(super) fn second_relay(&self) -> Option<Edit> {
        let relays = self.setting(self.violation.service, Setting::RelayInstances).unwrap_or(1);
        set(self.violation.service, Setting::RelayInstances, (relays + 1).min(Setting::RelayInstances.info().max))
    }

    /// A relay of a service that was down or stood still when a fact happened, and when that began.
    pub(super) fn down_before(&self, before: FactId, service: crate::sim::NodeId) -> Option<(FactId, Stop)> {
        self.trace.down(before, |who| (who.node, who.role) == (service, Role::Relay)).pop()
    }
}

impl super::Trace<'_> {
    /// The processes of a kind that were down or stood still when a fact happened, and since when; the first one last.
    pub(in crate::check) fn down(self, before: FactId, of_kind: impl Fn(Actor) -> bool) -> Vec<(FactId, Stop)> {
        let mut down: Vec<(FactId, Stop)> = Vec::new();
        for (id, entry) in self.between(FactId::FIRST, before).filter(|(_, entry)| of_kind(entry.who)) {
            let Entry { who, at, fact: Fact::Process(what), .. } = *entry else { continue };
            down.retain(|(_, stop)| !stop.who.same_process(who));
            let how = match what {
                ProcessFact::Crashed => StopHow::Crashed,
                ProcessFact::Paused => StopHow::Paused,
                ProcessFact::Stopped => StopHow::Removed,
                ProcessFact::Started | ProcessFact::Resumed => continue,
            };
            down.push((id, Stop { who, at, after: self.line_before(who, id), how }));
        }
        down.reverse();
        down
    }
}
