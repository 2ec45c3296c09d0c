//! Worlds of earlier times, so that seeking back need not start at time 0.

use std::sync::Arc;

use crate::sim::Time;
use crate::world::World;

use super::record::Folds;

/// The most that are kept; beyond it every other one goes, and the distance between them doubles.
const MOST: usize = 128;
/// At first, one every so many facts.
const SPACING: u32 = 4_000;

/// A world of an earlier time with the folds that go with it.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    pub world: World,
    pub folds: Folds,
    /// How many actions of the path the world has seen.
    pub applied: usize,
}

/// Snapshots in order of time; the first is of time 0 and stays. Branches share those of what they have in common.
#[derive(Clone, Debug)]
pub(super) struct Snapshots {
    kept: Vec<Arc<Snapshot>>,
    spacing: u32,
}

impl Snapshots {
    pub fn new(world: &World, folds: &Folds) -> Snapshots {
        let first = Snapshot { world: world.clone(), folds: folds.clone(), applied: 0 };
        Snapshots { kept: vec![Arc::new(first)], spacing: SPACING }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.kept.len()
    }

    /// Takes one if the last is far enough behind.
    pub fn offer(&mut self, world: &World, folds: &Folds, applied: usize) {
        if world.facts() < self.last().world.facts().saturating_add(self.spacing) {
            return;
        }
        self.kept.push(Arc::new(Snapshot { world: world.clone(), folds: folds.clone(), applied }));
        if self.kept.len() > MOST {
            let mut place = 0;
            self.kept.retain(|_| {
                place += 1;
                place % 2 == 1
            });
            self.spacing = self.spacing.saturating_mul(2);
        }
    }

    /// The latest.
    pub fn last(&self) -> &Snapshot {
        &self.kept[self.kept.len() - 1]
    }

    /// The latest whose time is before, or at, a time.
    pub fn before(&self, at: Time) -> &Snapshot {
        let after = self.kept.partition_point(|snapshot| snapshot.world.now() <= at);
        &self.kept[after.saturating_sub(1)]
    }

    /// The latest that has not seen the fact of an index.
    pub fn before_fact(&self, index: usize) -> &Snapshot {
        let after = self.kept.partition_point(|snapshot| snapshot.world.facts() as usize <= index);
        &self.kept[after.saturating_sub(1)]
    }

    /// Those of times before a time, and the first.
    pub fn until(&self, at: Time) -> Snapshots {
        let mut until = self.clone();
        until.forget_after(at);
        until
    }

    /// Forgets those of a time and later, but for the first: their future was left.
    pub fn forget_after(&mut self, at: Time) {
        let keep = self.kept.partition_point(|snapshot| snapshot.world.now() < at).max(1);
        self.kept.truncate(keep);
    }
}
