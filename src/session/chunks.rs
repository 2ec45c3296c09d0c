//! Facts in chunks. Those far from the cursor may be dropped, and are derived again when somebody looks at them.

use std::cell::OnceCell;
use std::sync::Arc;

use crate::broker::BrokerFact;
use crate::broker::protocol::COMMITS;
use crate::net::NetFact;
use crate::sim::{FactHash, FactHasher, IntentId, Time};
use crate::world::{Entry, Fact};

/// How many facts a full chunk has: a quarter of a mebibyte.
pub(super) const CHUNK: usize = 4_096;

/// From a fact that names a message to the offset that is committed for it there are at most so many facts: the request, its
/// way, and those with which it was sent again.
const WAY: usize = 8;

/// However tight the limit, so many chunks around the cursor stay.
const LEAST: usize = 2;

/// What stays of a chunk that was dropped.
#[derive(Clone, Copy, Debug)]
struct Digest {
    /// The hash of its facts: those that are derived again have the same.
    hash: FactHash,
    named: Named,
}

/// The intents that some facts name: a set that may take others for them, but none of them for another.
#[derive(Clone, Copy, Debug, Default)]
struct Named([u64; 16]);

impl Named {
    fn bit(intent: IntentId) -> (usize, u64) {
        let mut hasher = FactHasher::default();
        hasher.add(&intent);
        let place = hasher.value().0 % (64 * 16);
        ((place / 64) as usize, 1 << (place % 64))
    }

    fn add(&mut self, intent: IntentId) {
        let (word, bit) = Named::bit(intent);
        self.0[word] |= bit;
    }

    /// Takes in all of another set.
    fn join(&mut self, other: Named) {
        self.0.iter_mut().zip(other.0).for_each(|(word, more)| *word |= more);
    }

    fn has(&self, intent: IntentId) -> bool {
        let (word, bit) = Named::bit(intent);
        self.0[word] & bit != 0
    }
}

#[derive(Clone, Debug)]
struct Chunk {
    facts: OnceCell<Arc<[Entry]>>,
    /// When the first and the last of its facts happened.
    times: (Time, Time),
    /// Known once it has been dropped.
    digest: Option<Digest>,
    /// The intents on whose behalf an offset was committed here, or something on the way to that happened here, which name
    /// them no more.
    answered: Named,
}

impl Chunk {
    fn of(facts: &[Entry]) -> Chunk {
        let times = facts.first().zip(facts.last()).map_or((Time::ZERO, Time::ZERO), |(first, last)| (first.at, last.at));
        Chunk { facts: OnceCell::from(Arc::from(facts)), times, digest: None, answered: Named::default() }
    }

    fn drop_facts(&mut self) {
        let Some(facts) = self.facts.take() else { return };
        self.digest.get_or_insert_with(|| {
            let (mut hasher, mut named) = (FactHasher::default(), Named::default());
            for entry in facts.iter() {
                hasher.add(entry);
                if let Some(intent) = entry.fact.intent() {
                    named.add(intent);
                }
            }
            Digest { hash: hasher.value(), named }
        });
    }

    /// Takes facts that were derived again.
    fn put(&self, derived: Arc<[Entry]>) -> &Arc<[Entry]> {
        if let Some(digest) = self.digest {
            let mut hasher = FactHasher::default();
            derived.iter().for_each(|entry| hasher.add(entry));
            assert_eq!(hasher.value(), digest.hash, "a chunk is derived as it was (facts from {})", self.times.0);
        }
        self.facts.get_or_init(|| derived)
    }
}

/// All facts of a run up to its frontier: full chunks, of which some are held and others were dropped, and the latest facts.
#[derive(Clone, Debug, Default)]
pub(super) struct Chunked {
    full: Vec<Chunk>,
    open: Vec<Entry>,
    /// The facts of a dropped chunk, from its first, as a replay comes by them; and which chunk that is.
    replayed: (usize, Vec<Entry>),
    /// How many facts there were before anything was due: no world can be run over those again.
    first: usize,
}

impl Chunked {
    /// The facts so far are those with which every world begins: they are always held.
    pub fn begin(&mut self) {
        self.first = self.len();
    }

    /// How many facts there are, held or not.
    pub fn len(&self) -> usize {
        self.full.len() * CHUNK + self.open.len()
    }

    /// How many of them are held.
    pub fn held(&self) -> usize {
        self.full.iter().filter(|chunk| chunk.facts.get().is_some()).count() * CHUNK + self.open.len()
    }

    /// Takes a fact that a world tells of: a new one, or one that is known already.
    pub fn see(&mut self, index: usize, entry: &Entry) {
        let (nth, place) = (index / CHUNK, index % CHUNK);
        let Some(chunk) = self.full.get(nth) else {
            match self.open.get(place) {
                Some(known) => same(known, entry, index),
                None => self.push(entry),
            }
            return;
        };
        if let Some(facts) = chunk.facts.get() {
            same(&facts[place], entry, index);
            return;
        }
        let (chunk_replayed, facts) = &mut self.replayed;
        if place == 0 {
            *chunk_replayed = nth;
            facts.clear();
        }
        if (*chunk_replayed, facts.len()) == (nth, place) {
            facts.push(*entry);
            if facts.len() == CHUNK {
                chunk.put(Arc::from(facts.as_slice()));
                facts.clear();
            }
        }
    }

    fn push(&mut self, entry: &Entry) {
        if self.open.len() == self.open.capacity() {
            let room = CHUNK.min((2 * self.open.len()).max(256));
            self.open.reserve_exact(room - self.open.len());
        }
        self.open.push(*entry);
        if self.open.len() == CHUNK {
            self.full.push(Chunk::of(&self.open));
            self.open.clear();
            self.note_commits();
        }
    }

    /// Notes for whom offsets were committed in the chunk that has just become full: such a fact names nobody, and may come
    /// long after the last one that does. Where the way back leads into a chunk that was dropped, it may be for any that this
    /// one and the one before it name.
    fn note_commits(&mut self) {
        let Some(facts) = self.full.last().and_then(|chunk| chunk.facts.get()).map(Arc::clone) else { return };
        let first = (self.full.len() - 1) * CHUNK;
        // The request for it may come as late, and its own chunk be dropped before the commit: so it is noted, too.
        let asks = |fact: &Fact| matches!(fact, Fact::Net(NetFact::Sent { api: COMMITS, .. }));
        let commits = |(_, entry): &(usize, &Entry)| {
            matches!(entry.fact, Fact::Broker(BrokerFact::OffsetCommitted { .. })) || asks(&entry.fact)
        };
        for (index, entry) in (first..).zip(facts.iter()).filter(commits) {
            let (mut way, mut at) = ([index; WAY], *entry);
            for step in 1..WAY {
                let trigger = at.cause.trigger.index();
                let Some(chunk) = self.full.get(trigger / CHUNK) else { break };
                let Some(before) = chunk.facts.get().and_then(|facts| facts.get(trigger % CHUNK)) else {
                    let known = self.known_of_dropped(trigger / CHUNK);
                    way[..step].iter().for_each(|place| self.full[place / CHUNK].answered.join(known));
                    break;
                };
                if let Some(intent) = before.fact.intent() {
                    for place in &way[..step] {
                        self.full[place / CHUNK].answered.add(intent);
                    }
                    break;
                }
                (way[step], at) = (trigger, *before);
            }
        }
    }

    /// All that a dropped chunk and the one before it may name.
    fn known_of_dropped(&self, nth: usize) -> Named {
        let mut known = Named::default();
        for chunk in &self.full[nth.saturating_sub(1)..=nth] {
            known.join(chunk.answered);
            known.join(chunk.digest.map(|digest| digest.named).unwrap_or_default());
        }
        known
    }

    /// The chunk that holds the fact of an index, with the index of its first. `derive` is asked for one that was dropped.
    pub fn chunk(&self, index: usize, derive: impl FnOnce() -> Arc<[Entry]>) -> Option<(usize, &[Entry])> {
        let first = index / CHUNK * CHUNK;
        let Some(chunk) = self.full.get(index / CHUNK) else {
            return (index < self.len()).then_some((first, self.open.as_slice()));
        };
        let facts = chunk.facts.get().unwrap_or_else(|| chunk.put(derive()));
        Some((first, facts))
    }

    /// Where the chunk of a fact begins and ends, and whether it may name an intent.
    pub fn bounds(&self, index: usize, intent: IntentId) -> Option<(usize, usize, bool)> {
        let first = index / CHUNK * CHUNK;
        let Some(chunk) = self.full.get(index / CHUNK) else {
            return (index < self.len()).then_some((first, self.len(), true));
        };
        // What was done in answer to a fact may name the intent no more: most of it follows soon.
        let before = (index / CHUNK).checked_sub(1).and_then(|before| self.full.get(before));
        let may_name = |chunk: &Chunk| chunk.digest.is_none_or(|digest| digest.named.has(intent));
        let held = chunk.facts.get().is_some();
        let named = held || may_name(chunk) || before.is_some_and(may_name) || chunk.answered.has(intent);
        Some((first, first + CHUNK, named))
    }

    /// How many facts there are up to a time, if that can be said without looking into a chunk; otherwise the index of the
    /// chunk's first fact.
    pub fn count_until(&self, at: Time) -> Result<usize, usize> {
        let begun = self.full.partition_point(|chunk| chunk.times.0 <= at);
        match begun.checked_sub(1).and_then(|last| self.full.get(last)) {
            Some(last) if last.times.1 > at => Err((begun - 1) * CHUNK),
            _ if begun < self.full.len() => Ok(begun * CHUNK),
            _ => Ok(begun * CHUNK + self.open.partition_point(|entry| entry.at <= at)),
        }
    }

    /// Drops the chunks that are farthest from a fact until no more than so many facts are held, or few enough.
    pub fn hold_at_most(&mut self, most: usize, around: usize) {
        if self.len() <= most {
            return;
        }
        let allowed = (most / CHUNK).max(LEAST);
        let first = self.first.div_ceil(CHUNK);
        let held = |(nth, chunk): (usize, &Chunk)| chunk.facts.get().map(|_| nth.abs_diff(around / CHUNK));
        let mut distances: Vec<usize> = self.full.iter().enumerate().skip(first).filter_map(held).collect();
        if distances.len() <= allowed {
            return;
        }
        distances.sort_unstable();
        let farthest = distances[allowed - 1];
        let mut equal = distances[..allowed].iter().filter(|distance| **distance == farthest).count();
        for (nth, chunk) in self.full.iter_mut().enumerate().skip(first).filter(|(_, chunk)| chunk.facts.get().is_some()) {
            let distance = nth.abs_diff(around / CHUNK);
            if distance > farthest || distance == farthest && equal == 0 {
                chunk.drop_facts();
            } else if distance == farthest {
                equal -= 1;
            }
        }
    }

    /// Forgets all but the first so many facts; the chunk with the last of them is held.
    pub fn cut(&mut self, facts: usize) {
        if let Some(chunk) = self.full.get(facts / CHUNK) {
            let known = chunk.facts.get().map_or(&[][..], |facts| facts);
            assert!(facts.is_multiple_of(CHUNK) || !known.is_empty(), "the chunk that is cut is held");
            self.open = known[..facts % CHUNK].to_vec();
            self.full.truncate(facts / CHUNK);
        } else {
            self.open.truncate(facts - self.full.len() * CHUNK);
        }
        self.replayed.1.clear();
    }
}

fn same(known: &Entry, entry: &Entry, index: usize) {
    assert_eq!(known, entry, "a replay derives the same facts (fact {index}, at {})", entry.at);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{PacketId, Side};
    use crate::service::ServiceFact;
    use crate::sim::{Actor, Cause, FactId, GroupId, HandlerId, LineId, MessageId, NodeId, Role, TopicId, WireId};
    use crate::world::ProcessFact;

    fn entry(fact: impl Into<Fact>, trigger: usize) -> Entry {
        let who = Actor { node: NodeId(2), ordinal: 0, life: 0, role: Role::Instance };
        Entry { at: Time::ZERO, who, cause: Cause::by(FactId::at(trigger)), fact: fact.into() }
    }

    /// Which chunks are known to name two intents: facts of the one are followed by a late commit, and a chunk may be dropped
    /// before that.
    fn chunks_of_a_late_commit(drops_early: bool) -> [Vec<usize>; 2] {
        let intent = |n| IntentId { client: NodeId(1), n, manual: false };
        let message = MessageId { intent: intent(4), by: NodeId(2), line: LineId(3), nth: 0 };
        let (acked, left) = (10, 2 * CHUNK + 7);
        let (arrived, committed) = (5 * CHUNK + 3, 5 * CHUNK + 4);
        let packet = PacketId(9);
        let mut all = Chunked::default();
        for index in 0..8 * CHUNK {
            let done = ServiceFact::LineDone { handler: HandlerId(1), line: LineId(1), message };
            let commit = BrokerFact::OffsetCommitted { group: GroupId(0), topic: TopicId(0), partition: 0, offset: 5 };
            let next = match index {
                _ if index == acked => entry(done, 0),
                _ if index == left => entry(NetFact::Sent { packet, wire: WireId(1), to: Side::Server, api: COMMITS }, acked),
                _ if index == arrived => entry(NetFact::Arrived { packet, wire: WireId(1), at: Side::Server }, left),
                _ if index == committed => entry(commit, arrived),
                _ => entry(ProcessFact::Started, 0),
            };
            all.see(index, &next);
            if drops_early && index % CHUNK == 0 {
                all.hold_at_most(0, index);
            }
        }
        all.hold_at_most(0, 8 * CHUNK);
        let named = |of, chunk: usize| all.bounds(chunk * CHUNK, of).is_some_and(|(_, _, named)| named);
        let chunks = |of| (0..6).filter(|chunk| named(of, *chunk)).collect::<Vec<_>>();
        [chunks(intent(4)), chunks(intent(5))]
    }

    #[test]
    fn the_chunks_of_an_offset_that_is_committed_late_are_known_for_those_of_its_message() {
        let [its, others] = chunks_of_a_late_commit(false);
        assert_eq!(its, [0, 1, 2, 5], "the fact that names it and what follows, the request, the commit");
        assert_eq!(others, Vec::<usize>::new());
    }

    #[test]
    fn the_chunk_of_a_late_commit_is_known_also_where_its_reason_was_dropped_before() {
        let [its, others] = chunks_of_a_late_commit(true);
        assert!([0, 1, 5].iter().all(|chunk| its.contains(chunk)), "{its:?}");
        assert_eq!(others, Vec::<usize>::new());
    }
}
