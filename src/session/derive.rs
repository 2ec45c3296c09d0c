//! Facts that were dropped, derived again: a world of an earlier time is run over them once more.

use std::sync::Arc;

use crate::board::Stamped;
use crate::sim::{FactId, IntentId, Time};
use crate::world::{Chunks, Entry, Observer, World};

use super::Session;
use super::chunks::CHUNK;
use super::snapshots::Snapshot;

/// A world that is run on from a snapshot, apart from the one that is shown.
pub(super) struct Replay<'a> {
    pub world: World,
    /// The actions that it has not seen.
    path: &'a [Stamped],
}

impl<'a> Replay<'a> {
    pub fn of(snapshot: &Snapshot, path: &'a [Stamped]) -> Replay<'a> {
        Replay::from(snapshot.world.clone(), path.get(snapshot.applied..).unwrap_or_default())
    }

    /// A world that has still to see these actions.
    pub fn from(world: World, path: &'a [Stamped]) -> Replay<'a> {
        Replay { world, path }
    }

    /// When the next thing is due, or is to be done.
    pub fn next_time(&mut self) -> Option<Time> {
        let (planned, done) = (self.world.next_planned(), self.path.first().map(|action| action.at));
        planned.into_iter().chain(done).chain(self.world.next_time()).min()
    }

    /// Serves one due item, or does the action that comes before it. False when there is none of either.
    pub fn step(&mut self, see: &mut impl Observer) -> bool {
        let (planned, done) = (self.world.next_planned(), self.path.first().map(|action| action.at));
        let Some(at) = planned.into_iter().chain(done).min() else { return self.world.step(see).is_some() };
        if self.world.next_time().is_some_and(|due| due <= at) {
            return self.world.step(see).is_some();
        }
        self.world.run_until(at, 0, see);
        match self.path.split_first() {
            Some((action, later)) if planned.is_none_or(|planned| action.at < planned) => {
                // One that no longer makes sense is passed over, as it was.
                let _passed_over = self.world.apply(&action.action, see);
                self.path = later;
            }
            _ => drop(self.world.apply_planned(see)),
        }
        true
    }
}

/// The facts of one chunk.
struct Window {
    from: usize,
    facts: Vec<Entry>,
}

impl Observer for Window {
    fn see(&mut self, id: FactId, entry: &Entry) {
        if id.index() >= self.from && self.facts.len() < CHUNK {
            self.facts.push(*entry);
        }
    }
}

impl Session {
    /// Sees to it that the chunk with the fact of an index is held.
    pub(super) fn fetch(&self, index: usize) {
        let _held = self.chunk(index);
    }

    fn derived(&self, from: usize) -> Arc<[Entry]> {
        let mut replay = Replay::of(self.snapshots.before_fact(from), &self.path);
        let mut window = Window { from, facts: Vec::with_capacity(CHUNK) };
        while window.facts.len() < CHUNK && replay.step(&mut window) {}
        Arc::from(window.facts)
    }
}

impl Chunks for Session {
    fn chunk(&self, index: usize) -> Option<(usize, &[Entry])> {
        self.record.facts.chunk(index, || self.derived(index / CHUNK * CHUNK))
    }

    fn bounds(&self, index: usize, intent: IntentId) -> Option<(usize, usize, bool)> {
        self.record.facts.bounds(index, intent)
    }

    fn count_until(&self, at: Time) -> usize {
        self.record.facts.count_until(at).unwrap_or_else(|index| {
            let (first, chunk) = self.chunk(index).unwrap_or((index, &[]));
            first + chunk.partition_point(|entry| entry.at <= at)
        })
    }
}
