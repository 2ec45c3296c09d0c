//! Moving the cursor: forward by serving what is due, back by a snapshot and replay.

use crate::sim::Time;

use super::Session;
use super::breakpoints::Watch;

/// How far a call to [`Session::play_until`] or [`Session::play`] got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Where the cursor is now.
    pub reached: Time,
    /// How many due items were served; as many as allowed when the goal was not reached.
    pub items: u32,
    /// The place of the breakpoint that stopped it, among those of the session.
    pub hit: Option<usize>,
}

/// Items served between two looks at how full the record is.
const SLICE: u32 = 10_000;

impl Session {
    /// Serves what is due up to a time, at most so many items, and puts the cursor there if it got so far. Breakpoints do
    /// not stop it.
    pub fn play_until(&mut self, until: Time, most: u32) -> Progress {
        let progress = self.advance(until, most);
        self.settle();
        progress
    }

    /// Serves what is due as [`Session::play_until`] does, and stops behind what wakes the record's watch.
    pub(super) fn advance(&mut self, until: Time, most: u32) -> Progress {
        let mut items = 0;
        loop {
            // A full record is played, and not run on.
            let until = if self.record.facts.len() >= self.most_facts { until.min(self.frontier).max(self.now()) } else { until };
            let next = self.next_action().filter(|at| *at <= until);
            let goal = next.unwrap_or(until);
            let progress = self.world.run_until(goal, SLICE.min(most - items), &mut self.record);
            items += progress.items;
            self.frontier = self.frontier.max(self.world.now());
            if !self.record.woken.is_empty() {
                break;
            }
            if !progress.done && items < most {
                self.keep();
                continue;
            }
            if !progress.done {
                break;
            }
            // All of this moment is served: what the checks put off to its end can be judged. An action begins another
            // one, whether it is done now or played again.
            self.record.folds.moment_over(self.world.now());
            if next.is_none() {
                break;
            }
            self.apply_next();
            if !self.record.woken.is_empty() {
                break;
            }
        }
        Progress { reached: self.now(), items, hit: None }
    }

    /// Serves what is due until something is to be stopped for, or up to a time.
    pub(super) fn advance_watching(&mut self, watch: Watch, until: Time) {
        self.record.watch = watch;
        self.advance(until, u32::MAX);
        self.record.stop_watching();
        self.settle();
    }

    /// The cursor has come to rest.
    pub(super) fn settle(&mut self) {
        self.record.seen(self.world.facts() as usize);
        self.frontier = self.frontier.max(self.now());
        self.keep();
        self.tick();
    }

    /// Takes a snapshot if it is time for one, and drops facts if too many are held.
    fn keep(&mut self) {
        self.snapshots.offer(&self.world, &self.record.folds, self.applied);
        self.record.facts.hold_at_most(self.most_held, self.world.facts() as usize);
    }

    /// Puts the cursor where the latest snapshot before a fact is.
    pub(super) fn turn_to(&mut self, index: usize) {
        let snapshot = self.snapshots.before_fact(index);
        self.record.turn_to(snapshot.folds.clone());
        self.world = snapshot.world.clone();
        self.applied = snapshot.applied;
        self.world.dress(&self.looks);
    }

    /// When the next action comes, planned or done.
    pub(super) fn next_action(&self) -> Option<Time> {
        let done = self.path.get(self.applied).map(|action| action.at);
        done.into_iter().chain(self.world.next_planned()).min()
    }

    /// Applies the next action: of the same time, what was planned comes before what was done. One that no longer makes
    /// sense, as after a branch, is passed over.
    fn apply_next(&mut self) {
        let planned = self.world.next_planned();
        let applied = match self.path.get(self.applied) {
            Some(stamped) if planned.is_none_or(|planned| stamped.at < planned) => {
                self.applied += 1;
                self.world.apply(&stamped.action, &mut self.record).is_ok()
            }
            _ => self.world.apply_planned(&mut self.record),
        };
        if applied {
            self.world.dress(&self.looks);
            self.record.folds.board_changed(self.world.board(), self.world.now());
        }
    }

    /// Serves one due item, or applies one action. False when nothing is due any more.
    pub fn step(&mut self) -> bool {
        let action = self.next_action();
        let due = self.world.next_time();
        match (action, due) {
            (None, None) => return false,
            (Some(at), due) if due.is_none_or(|due| due > at) => {
                self.play_until(at, 0);
            }
            (_, Some(due)) => {
                self.play_until(due, 1);
            }
            (Some(_), None) => {}
        }
        true
    }

    /// Puts the cursor at a time, earlier or later, after everything that happens in that microsecond.
    pub fn seek(&mut self, to: Time) {
        let snapshot = self.snapshots.before(to);
        if to < self.now() || snapshot.world.facts() > self.world.facts() {
            self.record.turn_to(snapshot.folds.clone());
            self.world = snapshot.world.clone();
            self.applied = snapshot.applied;
            self.world.dress(&self.looks);
        }
        self.play_until(to, u32::MAX);
    }
}
