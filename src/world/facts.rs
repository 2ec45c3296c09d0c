//! The facts of a run, for whoever reads them: in one piece, or in pieces that are fetched when they are looked at.

use std::fmt;
use std::ops::Index;
use std::slice;

use crate::sim::{IntentId, Time};

use super::fact::Entry;

/// Where facts are kept in pieces.
pub trait Chunks {
    /// The piece that holds the fact of an index, with the index of the piece's first fact. Nothing beyond the last.
    fn chunk(&self, index: usize) -> Option<(usize, &[Entry])>;

    /// The piece that holds the fact of an index, without fetching it: the index of its first fact, that of the first fact
    /// behind it, and whether any of its facts may name an intent.
    fn bounds(&self, index: usize, intent: IntentId) -> Option<(usize, usize, bool)>;

    /// How many facts there are up to and including a time, at most.
    fn count_until(&self, at: Time) -> usize;
}

#[derive(Clone, Copy)]
enum Source<'a> {
    Piece(&'a [Entry]),
    Chunks(&'a dyn Chunks),
}

/// The facts of a run, or a stretch of them, in order. A copy is another look at the same.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    source: Source<'a>,
    from: usize,
    to: usize,
}

impl<'a> Facts<'a> {
    /// The first so many facts of those kept in pieces.
    pub fn of(chunks: &'a dyn Chunks, count: usize) -> Facts<'a> {
        Facts { source: Source::Chunks(chunks), from: 0, to: count }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.to - self.from
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.from == self.to
    }

    /// The fact of an index, from 0.
    pub fn get(&self, index: usize) -> Option<&'a Entry> {
        let place = self.from.checked_add(index).filter(|place| *place < self.to)?;
        let (first, chunk) = self.chunk(place)?;
        chunk.get(place - first)
    }

    /// The last one.
    pub fn last(&self) -> Option<&'a Entry> {
        self.len().checked_sub(1).and_then(|last| self.get(last))
    }

    /// Those from an index on, up to and without another; both are cut to what there is.
    pub fn between(&self, from: usize, to: usize) -> Facts<'a> {
        let to = self.from.saturating_add(to).min(self.to);
        Facts { from: self.from.saturating_add(from).min(to), to, ..*self }
    }

    /// Those from an index on; none beyond the last.
    pub fn since(&self, from: usize) -> Facts<'a> {
        self.between(from, self.len())
    }

    /// How many there are up to and including a time.
    pub fn count_until(&self, at: Time) -> usize {
        let all = match self.source {
            Source::Piece(piece) => piece.partition_point(|entry| entry.at <= at),
            Source::Chunks(chunks) => chunks.count_until(at),
        };
        all.clamp(self.from, self.to) - self.from
    }

    /// All of them, in order.
    pub fn iter(&self) -> Iter<'a> {
        Iter { facts: *self, front: [].iter(), back: [].iter() }
    }

    /// Facts with their indices, in order: all that name an intent, and others. Pieces that do not name it are not fetched.
    pub fn around(self, intent: IntentId) -> impl DoubleEndedIterator<Item = (usize, &'a Entry)> {
        let mut pieces = Vec::new();
        let mut place = self.from;
        while place < self.to {
            let (_, end, named) = match self.source {
                Source::Piece(piece) => (0, piece.len(), true),
                Source::Chunks(chunks) => chunks.bounds(place, intent).unwrap_or((place, self.to, true)),
            };
            let (from, to) = (place - self.from, end.min(self.to) - self.from);
            if named {
                pieces.push(from..to);
            }
            place = end.max(place + 1);
        }
        pieces.into_iter().flat_map(move |piece| piece.clone().zip(self.between(piece.start, piece.end)))
    }

    /// A copy of all of them, in one piece.
    pub fn to_vec(&self) -> Vec<Entry> {
        self.iter().copied().collect()
    }

    fn chunk(&self, place: usize) -> Option<(usize, &'a [Entry])> {
        match self.source {
            Source::Piece(piece) => Some((0, piece)),
            Source::Chunks(chunks) => chunks.chunk(place),
        }
    }
}

impl<'a> From<&'a [Entry]> for Facts<'a> {
    fn from(piece: &'a [Entry]) -> Facts<'a> {
        Facts { source: Source::Piece(piece), from: 0, to: piece.len() }
    }
}

impl<'a> From<&'a Vec<Entry>> for Facts<'a> {
    fn from(piece: &'a Vec<Entry>) -> Facts<'a> {
        Facts::from(piece.as_slice())
    }
}

impl<'a> IntoIterator for Facts<'a> {
    type Item = &'a Entry;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl Index<usize> for Facts<'_> {
    type Output = Entry;

    fn index(&self, index: usize) -> &Entry {
        match self.get(index) {
            Some(entry) => entry,
            None => panic!("there are {} facts, and no fact {index}", self.len()),
        }
    }
}

impl PartialEq for Facts<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl fmt::Debug for Facts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// Facts in order, from both ends.
#[derive(Clone)]
pub struct Iter<'a> {
    /// Those in neither piece.
    facts: Facts<'a>,
    front: slice::Iter<'a, Entry>,
    back: slice::Iter<'a, Entry>,
}

impl<'a> Iterator for Iter<'a> {
    type Item = &'a Entry;

    fn next(&mut self) -> Option<&'a Entry> {
        loop {
            if let Some(entry) = self.front.next() {
                return Some(entry);
            }
            let Facts { from, to, .. } = self.facts;
            let (first, chunk) = if from < to { self.facts.chunk(from)? } else { return self.back.next() };
            let end = (first + chunk.len()).min(to);
            self.front = chunk.get(from - first..end - first)?.iter();
            self.facts.from = end;
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.facts.len() + self.front.len() + self.back.len();
        (left, Some(left))
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(entry) = self.back.next_back() {
                return Some(entry);
            }
            let Facts { from, to, .. } = self.facts;
            let (first, chunk) = if from < to { self.facts.chunk(to - 1)? } else { return self.front.next_back() };
            let begin = first.max(from);
            self.back = chunk.get(begin - first..to - first)?.iter();
            self.facts.to = begin;
        }
    }
}

impl ExactSizeIterator for Iter<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{Actor, Cause, FactId, NodeId, Role};
    use crate::world::{Acted, Fact};

    /// Pieces of three.
    struct Threes(Vec<Entry>);

    impl Chunks for Threes {
        fn chunk(&self, index: usize) -> Option<(usize, &[Entry])> {
            let first = index / 3 * 3;
            Some((first, self.0.get(first..(first + 3).min(self.0.len()))?))
        }

        fn bounds(&self, index: usize, _: IntentId) -> Option<(usize, usize, bool)> {
            let first = index / 3 * 3;
            Some((first, first + 3, first == 3))
        }

        fn count_until(&self, at: Time) -> usize {
            self.0.partition_point(|entry| entry.at <= at)
        }
    }

    fn some(count: u64) -> Vec<Entry> {
        let entry = |at: u64| Entry {
            at: Time(at),
            who: Actor::new(NodeId(0), Role::Client, 0),
            cause: Cause::by(FactId::FIRST),
            fact: Fact::Acted(Acted::Began),
        };
        (0..count).map(entry).collect()
    }

    #[test]
    fn facts_in_pieces_read_like_facts_in_one_piece() {
        let (whole, pieces) = (some(11), Threes(some(11)));
        let (one, many) = (Facts::from(&whole), Facts::of(&pieces, 11));
        assert_eq!(one, many);
        assert!(one.iter().rev().eq(many.iter().rev()));
        for (from, to) in [(0, 11), (2, 3), (3, 6), (4, 11), (5, 5), (9, 40), (12, 40)] {
            let (one, many) = (one.between(from, to), many.between(from, to));
            assert_eq!(one, many);
            assert_eq!((one.len(), one.last(), one.get(1)), (many.len(), many.last(), many.get(1)));
            assert!((0..13).all(|at| one.count_until(Time(at)) == many.count_until(Time(at))));
        }
        let mut both = many.iter();
        let ends: Vec<u64> = std::iter::from_fn(|| Some([both.next()?, both.next_back()?])).flatten().map(|e| e.at.0).collect();
        assert_eq!(ends, [0, 10, 1, 9, 2, 8, 3, 7, 4, 6]);
    }

    #[test]
    fn pieces_that_do_not_name_an_intent_are_passed_over() {
        let pieces = Threes(some(11));
        let intent = IntentId { client: NodeId(1), n: 1, manual: false };
        let seen = |facts: Facts| facts.around(intent).map(|(index, entry)| (index, entry.at.0)).collect::<Vec<_>>();
        assert_eq!(seen(Facts::of(&pieces, 11)), [(3, 3), (4, 4), (5, 5)]);
        assert_eq!(seen(Facts::of(&pieces, 11).since(4)), [(0, 4), (1, 5)]);
        assert_eq!(seen(Facts::of(&pieces, 11).between(2, 5)), [(1, 3), (2, 4)]);
    }
}
