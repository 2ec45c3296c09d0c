//! Effects counted: by intent, service and line, as far back as they can still change, and in total.

use std::collections::VecDeque;

use crate::sim::{Dense, FactId, Few, IntentId, LineId, Lookup, MessageId, NodeId};

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
    /// Whether the first of them was late.
    late: bool,
}

/// A committed write as it counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written {
    /// What it added, in cents or as a count.
    pub(super) delta: i32,
    /// Whether the row became another.
    pub(super) changed: bool,
    /// Whether it was done by a process whose turn with the record's partition was over.
    pub(super) late: bool,
}

/// The second time that a line had an effect for an intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Second {
    /// The first effect.
    pub(super) first: FactId,
    /// Whether both handled the same message.
    pub(super) same_message: bool,
    /// Whether one of them was late.
    pub(super) late: bool,
}

/// The effects of one intent, by service and line.
#[derive(Clone, Debug, Default)]
pub(super) struct Effects(Few<(NodeId, LineId), Slot>);

impl Effects {
    /// It is accepted and should have an effect. Says whether that is new.
    pub(super) fn expect(&mut self, service: NodeId, line: LineId) -> bool {
        let slot = self.0.or_default((service, line));
        !std::mem::replace(&mut slot.expected, true)
    }

    /// A committed write of a handler of that message. Says whether it counts, and whether it is the second effect.
    pub(super) fn wrote(
        &mut self,
        (message, service, line): (MessageId, NodeId, LineId),
        Written { delta, changed, late }: Written,
        fact: FactId,
    ) -> (bool, Option<Second>) {
        let by = (message.by, message.line, message.nth);
        let slot = self.0.or_default((service, line));
        let again = changed && slot.changed;
        slot.changed |= changed;
        let counts = again || slot.count == 0;
        if counts {
            slot.count = slot.count.saturating_add(1);
        }
        if changed {
            slot.sum = slot.sum.saturating_add(delta);
            slot.last = Some(fact);
        }
        if slot.first.is_none() {
            (slot.by, slot.late) = (by, late);
        }
        let first = *slot.first.get_or_insert(fact);
        slot.last.get_or_insert(fact);
        (counts, (again && slot.count == 2).then_some(Second { first, same_message: slot.by == by, late: late || slot.late }))
    }

    /// The message that would bring an effect was set aside. Says whether that is new.
    pub(super) fn set_aside(&mut self, service: NodeId, line: LineId, why: Aside) -> bool {
        self.0.or_default((service, line)).aside.replace(why).is_none()
    }

    /// Whether one of those that it should have has not happened.
    pub(super) fn awaits_any(&self) -> bool {
        self.0.values().any(|slot| slot.expected && slot.count == 0)
    }

    /// Whether it had an effect.
    pub(super) fn happened(&self, service: NodeId, line: LineId) -> bool {
        self.0.get(&(service, line)).is_some_and(|slot| slot.count > 0)
    }

    /// The first effect of a line.
    pub(super) fn first(&self, service: NodeId, line: LineId) -> Option<FactId> {
        self.0.get(&(service, line))?.first
    }

    /// How many effects it has or should have.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Those in a service's store, as effects of that intent.
    pub(super) fn of(&self, intent: IntentId, service: NodeId) -> impl Iterator<Item = EffectCount> + '_ {
        self.0.between((service, LineId(0)), (service, LineId(u16::MAX))).map(move |((_, line), slot)| {
            let Slot { expected, count, sum, first, last, aside, .. } = *slot;
            EffectCount { intent, line: *line, expected, count, sum, first, last, aside: aside.filter(|_| count == 0) }
        })
    }
}

/// The effects of settled intents as far as they are kept, and the totals of all.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    /// Each with its number in the order in which they were settled.
    settled: Lookup<IntentId, (u64, Effects)>,
    /// The settled intents, oldest first; one that was opened again is here by an old number.
    order: VecDeque<(IntentId, u64)>,
    /// How many effects are kept.
    len: usize,
    /// The number of the next one that is settled.
    next: u64,
    totals: Dense<(NodeId, LineId), Totals>,
}

impl Ledger {
    /// One more intent should have an effect.
    pub(super) fn is_expected(&mut self, place: (NodeId, LineId)) {
        self.totals.or_default(place).expected += 1;
    }

    /// One more effect has happened.
    pub(super) fn has_happened(&mut self, place: (NodeId, LineId)) {
        self.totals.or_default(place).actual += 1;
    }

    /// One more expected effect is not to come.
    pub(super) fn is_aside(&mut self, place: (NodeId, LineId)) {
        self.totals.or_default(place).aside += 1;
    }

    /// Nothing of an intent can change any more: of these, so many are kept.
    pub(super) fn settle(&mut self, intent: IntentId, effects: Effects) {
        if effects.len() == 0 {
            return;
        }
        self.len += effects.len();
        self.order.push_back((intent, self.next));
        self.settled.insert(intent, (self.next, effects));
        self.next += 1;
        while self.len > KEPT
            && let Some((intent, number)) = self.order.pop_front()
        {
            if self.settled.get(&intent).is_some_and(|(known, _)| *known == number) {
                self.reopen(intent);
            }
        }
    }

    /// Something happens to an intent that was settled, or to a new one: gives up what was kept of it.
    pub(super) fn reopen(&mut self, intent: IntentId) -> Effects {
        let effects = self.settled.remove(&intent).map(|(_, effects)| effects).unwrap_or_default();
        self.len -= effects.len();
        effects
    }

    /// How many effects are kept.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The effects of settled intents that are kept, by intent.
    pub(super) fn settled(&self) -> impl Iterator<Item = (IntentId, &Effects)> + '_ {
        self.settled.sorted().into_iter().map(|(intent, (_, effects))| (intent, effects))
    }

    /// Expected and actual effects by service and line.
    pub(super) fn totals(&self) -> impl Iterator<Item = (NodeId, LineId, Totals)> + '_ {
        self.totals.iter().map(|(&(service, line), totals)| (service, line, *totals))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: NodeId = NodeId(1);
    const STORE: NodeId = NodeId(2);
    const LINES: usize = 2;

    fn intent(n: usize) -> IntentId {
        IntentId { client: SHOP, n: n as u32, manual: false }
    }

    fn settle(ledger: &mut Ledger, n: usize) {
        let mut effects = ledger.reopen(intent(n));
        for line in 0..LINES {
            let _is_new = effects.expect(STORE, LineId(line as u16));
        }
        ledger.settle(intent(n), effects);
    }

    fn kept(ledger: &Ledger) -> Vec<u32> {
        ledger.settled().map(|(intent, _)| intent.n).collect()
    }

    #[test]
    fn effects_beyond_the_limit_are_dropped_by_whole_intents_the_one_settled_longest_ago_first() {
        let mut ledger = Ledger::default();
        let full = KEPT / LINES;
        (0..full).for_each(|n| settle(&mut ledger, n));
        assert_eq!((ledger.len(), kept(&ledger).len()), (KEPT, full), "exactly as many as are kept");
        settle(&mut ledger, full);
        assert_eq!((ledger.len(), kept(&ledger).first().copied()), (KEPT, Some(1)));
        assert_eq!(ledger.reopen(intent(0)).len(), 0, "nothing is known of it any more");
        // One that was opened again counts as settled when it was settled last.
        settle(&mut ledger, 1);
        settle(&mut ledger, full + 1);
        assert_eq!((ledger.len(), kept(&ledger)[..3].to_vec()), (KEPT, vec![1, 3, 4]));
    }
}
