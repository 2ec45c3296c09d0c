//! Moving the cursor: forward by serving what is due, back by a snapshot and replay.

use crate::broker::{BrokerFact, GroupState};
use crate::sim::{Span, Time};
use crate::world::{Acted, Fact, ProcessFact};

use super::{Recorder, Session};

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
            let until = if self.facts.len() >= self.most_facts { until.min(self.frontier).max(self.now()) } else { until };
            let next = self.path.get(self.applied).map(|action| action.at).filter(|at| *at <= until);
            let goal = next.unwrap_or(until);
            let mut recorder = Recorder {
                facts: &mut self.facts,
                checks: &mut self.checks,
                frontier: &mut self.frontier_checks,
                goals: &mut self.goals,
            };
            let progress = self.world.run_until(goal, CHUNK.min(most - items), &mut recorder);
            items += progress.items;
            self.frontier = self.frontier.max(self.world.now());
            if !progress.done && items < most {
                self.snapshots.offer(&self.world, (&self.checks, &self.goals), self.applied);
                continue;
            }
            if !progress.done {
                break;
            }
            if next.is_none() {
                // All of this moment is served: what the checks put off to its end can be judged.
                self.checks.moment_over();
                self.goals.moment_over(self.world.now(), &self.checks);
                if self.now() >= self.frontier {
                    self.frontier_checks.moment_over();
                }
                break;
            }
            self.apply_next();
        }
        self.frontier = self.frontier.max(self.now());
        self.snapshots.offer(&self.world, (&self.checks, &self.goals), self.applied);
        self.tick();
        Progress { reached: self.now(), items }
    }

    /// Applies the next action of the path. One that no longer makes sense, as after a branch, is passed over.
    fn apply_next(&mut self) {
        let Some(stamped) = self.path.get(self.applied) else { return };
        let mut recorder = Recorder {
            facts: &mut self.facts,
            checks: &mut self.checks,
            frontier: &mut self.frontier_checks,
            goals: &mut self.goals,
        };
        if self.world.apply(&stamped.action, &mut recorder).is_ok() {
            self.checks.board_changed(self.world.board());
            self.goals.board_changed(self.world.board(), self.world.now(), &self.checks);
            if self.now() >= self.frontier {
                self.frontier_checks.board_changed(self.world.board());
            }
        }
        self.applied += 1;
    }

    /// Serves one due item, or applies one action. False when nothing is due any more.
    pub fn step(&mut self) -> bool {
        let action = self.path.get(self.applied).map(|action| action.at);
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
        if to < self.now() {
            let snapshot = self.snapshots.before(to);
            self.world = snapshot.world.clone();
            self.checks = snapshot.checks.clone();
            self.goals = snapshot.goals.clone();
            self.applied = snapshot.applied;
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
        let from = self.facts.partition_point(|entry| entry.at <= now);
        let fact = self.facts[from..].iter().find(|entry| worth_seeing(&entry.fact)).map(|entry| entry.at);
        let violations = self.frontier_checks.violations();
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
