//! Moving the cursor: forward by serving what is due, back by a snapshot and replay.

use crate::broker::{BrokerFact, GroupState};
use crate::sim::{Span, Time};
use crate::world::{Acted, Fact, ProcessFact};

use super::Session;

/// How far a call to [`Session::play_until`] got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Where the cursor is now.
    pub reached: Time,
    /// How many due items were served; as many as allowed when the goal was not reached.
    pub items: u32,
}

/// Items served between two looks at how full the record is.
const CHUNK: u32 = 10_000;

/// How far [`Session::next_moment`] looks beyond the frontier.
const LOOK_AHEAD: Span = Span::secs(120);

impl Session {
    /// Serves what is due up to a time, at most so many items, and puts the cursor there if it got so far.
    pub fn play_until(&mut self, until: Time, most: u32) -> Progress {
        let mut items = 0;
        loop {
            // A full record is played, and not run on.
            let until = if self.record.facts.len() >= self.most_facts { until.min(self.frontier).max(self.now()) } else { until };
            let next = self.next_action().filter(|at| *at <= until);
            let goal = next.unwrap_or(until);
            let progress = self.world.run_until(goal, CHUNK.min(most - items), &mut self.record);
            items += progress.items;
            self.frontier = self.frontier.max(self.world.now());
            if !progress.done && items < most {
                self.snapshots.offer(&self.world, &self.record.folds, self.applied);
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
        }
        self.record.seen(self.world.facts() as usize);
        self.frontier = self.frontier.max(self.now());
        self.snapshots.offer(&self.world, &self.record.folds, self.applied);
        self.tick();
        Progress { reached: self.now(), items }
    }

    /// When the next action comes, planned or done.
    fn next_action(&self) -> Option<Time> {
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

    /// Goes back to the latest moment before the cursor at which something happened.
    pub fn step_back(&mut self) {
        let facts = self.facts();
        let latest = facts.last().map_or(Time::ZERO, |entry| entry.at);
        let before = facts.partition_point(|entry| entry.at < latest);
        let to = before.checked_sub(1).and_then(|at| facts.get(at)).map_or(Time::ZERO, |entry| entry.at);
        self.seek(to);
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

    /// Goes to the next moment at which something worth seeing happens: a failure, a rebalance, a violation, something
    /// that a person did. Looks up to two minutes beyond the frontier; gives where it went, if anywhere.
    pub fn next_moment(&mut self) -> Option<Time> {
        // Nobody has seen what is only looked at in advance.
        let ticks = self.ticks.clone();
        let to = self.look_for_moment();
        self.ticks = ticks;
        self.tick();
        to
    }

    fn look_for_moment(&mut self) -> Option<Time> {
        let now = self.now();
        let limit = self.frontier.max(now) + LOOK_AHEAD;
        let mut goal = now;
        while goal < limit {
            if let Some(at) = self.first_moment_after(now) {
                self.seek(at);
                return Some(at);
            }
            goal = self.frontier.max(goal) + Span::secs(1);
            self.play_until(goal, u32::MAX);
        }
        self.seek(now);
        None
    }

    fn first_moment_after(&self, now: Time) -> Option<Time> {
        let from = self.record.facts.partition_point(|entry| entry.at <= now);
        let fact = self.record.facts[from..].iter().find(|entry| worth_seeing(&entry.fact)).map(|entry| entry.at);
        let violations = self.record.frontier_checks().violations();
        let violation = violations.iter().map(|violation| violation.at).find(|at| *at > now);
        fact.into_iter().chain(violation).min()
    }
}

fn worth_seeing(fact: &Fact) -> bool {
    match fact {
        Fact::Acted(acted) => *acted != Acted::Began,
        Fact::Process(process) => *process != ProcessFact::Started,
        Fact::Broker(BrokerFact::GroupBecame { state, .. }) => {
            matches!(state, GroupState::PreparingRebalance | GroupState::Stable)
        }
        _ => false,
    }
}
