//! Effects counted: by intent, service and line, as far back as they can still change, and in total.

use std::collections::{BTreeMap, VecDeque};

use crate::sim::{FactId, IntentId, LineId, MessageId, NodeId};
use crate::store::BlockMap;

use super::case::Aside;

/// How many effects of settled intents are kept, for the table and for what nobody foresaw.
const KEPT: usize = 1_000;

/// An effect: how often it was expected and happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EffectCount {
    /// What the business meant.
    pub intent: IntentId,
    /// The line that writes.
    pub line: LineId,
    /// Whether the intent was accepted and should have this effect, once.
    pub expected: bool,
    /// How many committed writes changed the row. A first one that found it as it should be counts as well.
    pub count: u16,
    /// What they added up to, in cents or as a count.
    pub sum: i32,
    /// The first of them.
    pub first: Option<FactId>,
    /// The last of them.
    pub last: Option<FactId>,
    /// Why it is not to come, though it was expected and has not happened.
    pub aside: Option<Aside>,
}

/// Expected and actual effects of one line over the whole run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Intents that were accepted and should have the effect once.
    pub expected: u64,
    /// Effects that happened.
    pub actual: u64,
    /// Expected effects whose messages were set aside: they are not to come.
    pub aside: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    expected: bool,
    /// Whether a write changed the row; one that found it as it should be may be followed by one that changes it.
    changed: bool,
    count: u16,
    sum: i32,
    first: Option<FactId>,
    last: Option<FactId>,
    aside: Option<Aside>,
    /// The message that the first of them handled, beside its intent.
    by: (NodeId, LineId, u16),
}

/// The second time that a line had an effect for an intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Second {
    /// The first effect.
    pub(super) first: FactId,
    /// Whether both handled the same message.
    pub(super) same_message: bool,
}

type Effects = BlockMap<(IntentId, LineId), Slot>;

/// All effects that are kept, and the totals.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    services: BTreeMap<NodeId, Effects>,
    /// The services in which an intent that is not settled has effects, or should have.
    places: BTreeMap<IntentId, Vec<NodeId>>,
    settled: VecDeque<(NodeId, IntentId, LineId)>,
    totals: BTreeMap<(NodeId, LineId), Totals>,
}

impl Ledger {
    /// An accepted intent should have an effect.
    pub(super) fn expect(&mut self, intent: IntentId, service: NodeId, line: LineId) {
        self.note(intent, service);
        let slot = self.services.entry(service).or_default().entry((intent, line));
        if !slot.expected {
            slot.expected = true;
            self.totals.entry((service, line)).or_default().expected += 1;
        }
    }

    /// A committed write of a handler of that message. Says whether it is the second effect.
    pub(super) fn wrote(
        &mut self,
        (message, service, line): (MessageId, NodeId, LineId),
        (delta, changed): (i32, bool),
        fact: FactId,
    ) -> Option<Second> {
        let (intent, by) = (message.intent, (message.by, message.line, message.nth));
        self.note(intent, service);
        let slot = self.services.entry(service).or_default().entry((intent, line));
        let again = changed && slot.changed;
        slot.changed |= changed;
        if again || slot.count == 0 {
            slot.count = slot.count.saturating_add(1);
            self.totals.entry((service, line)).or_default().actual += 1;
        }
        if changed {
            slot.sum = slot.sum.saturating_add(delta);
            slot.last = Some(fact);
        }
        if slot.first.is_none() {
            slot.by = by;
        }
        let first = *slot.first.get_or_insert(fact);
        slot.last.get_or_insert(fact);
        (again && slot.count == 2).then_some(Second { first, same_message: slot.by == by })
    }

    /// The message that would bring an effect was set aside.
    pub(super) fn set_aside(&mut self, intent: IntentId, service: NodeId, line: LineId, why: Aside) {
        let slot = self.services.entry(service).or_default().entry((intent, line));
        if slot.aside.replace(why).is_none() {
            self.totals.entry((service, line)).or_default().aside += 1;
        }
    }

    fn note(&mut self, intent: IntentId, service: NodeId) {
        let places = self.places.entry(intent).or_default();
        if let Err(place) = places.binary_search(&service) {
            places.insert(place, service);
        }
    }

    /// Whether an intent had an effect.
    pub(super) fn happened(&self, intent: IntentId, service: NodeId, line: LineId) -> bool {
        let slot = self.services.get(&service).and_then(|effects| effects.get((intent, line)));
        slot.is_some_and(|slot| slot.count > 0)
    }

    /// The first effect of a line for an intent.
    pub(super) fn first(&self, intent: IntentId, service: NodeId, line: LineId) -> Option<FactId> {
        self.services.get(&service).and_then(|effects| effects.get((intent, line)))?.first
    }

    /// Nothing of an intent can change any more.
    pub(super) fn settle(&mut self, intent: IntentId) {
        for service in self.places.remove(&intent).unwrap_or_default() {
            let Some(effects) = self.services.get(&service) else { continue };
            for (key, _) in effects.between((intent, LineId(0)), (intent, LineId(u16::MAX))) {
                self.settled.push_back((service, key.0, key.1));
            }
        }
        while self.settled.len() > KEPT {
            if let Some((service, intent, line)) = self.settled.pop_front()
                && let Some(effects) = self.services.get_mut(&service)
            {
                effects.remove((intent, line));
            }
        }
    }

    /// How many effects are kept.
    pub(super) fn len(&self) -> usize {
        self.services.values().map(|effects| effects.count() as usize).sum()
    }

    /// The effects in a service's store, in the order of intents.
    pub(super) fn of(&self, service: NodeId) -> impl DoubleEndedIterator<Item = EffectCount> + '_ {
        self.services.get(&service).into_iter().flat_map(BlockMap::iter).map(|((intent, line), slot)| {
            let Slot { expected, count, sum, first, last, aside, .. } = *slot;
            EffectCount { intent, line, expected, count, sum, first, last, aside: aside.filter(|_| count == 0) }
        })
    }

    /// Expected and actual effects by service and line.
    pub(super) fn totals(&self) -> impl Iterator<Item = (NodeId, LineId, Totals)> + '_ {
        self.totals.iter().map(|(&(service, line), totals)| (service, line, *totals))
    }
}
