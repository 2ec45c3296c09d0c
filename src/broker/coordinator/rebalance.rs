//! The join phase: from the first reason to rebalance until every member has its answer.

use std::sync::Arc;

use crate::broker::protocol::{ErrorCode, Joined, MemberId};
use crate::broker::{BrokerOut, GroupState, GroupTimer, RebalanceWhy};
use crate::sim::{FactId, Span};

use super::group::Group;
use super::turn::Turn;
use super::vote;

impl Group {
    /// Begins a rebalance, or in one that is under way looks whether its join phase can end.
    pub fn rebalance_or_complete<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>, why: RebalanceWhy, because: Option<FactId>) {
        match self.state {
            GroupState::Empty | GroupState::CompletingRebalance | GroupState::Stable => self.prepare(turn, why, because),
            GroupState::PreparingRebalance => self.maybe_complete(turn),
            GroupState::Dead | GroupState::Assigning | GroupState::Reconciling => {}
        }
    }

    /// Begins a rebalance. Kafka: `prepareRebalance`.
    pub fn prepare<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>, why: RebalanceWhy, because: Option<FactId>) {
        let was = self.state;
        self.why = why;
        self.enter(turn, GroupState::PreparingRebalance, because);
        self.unsynced.clear();
        turn.cancel(GroupTimer::Sync(self.id));
        match was {
            // The first member of a group: others are probably about to start as well, so it waits for them.
            GroupState::Empty => {
                let delay = turn.config.initial_rebalance_delay;
                self.delay(turn, delay, self.rebalance_timeout().minus(delay));
                return;
            }
            // Whoever waits for an assignment of the generation that ends here has to join again.
            GroupState::CompletingRebalance => self.answer_syncs(turn, ErrorCode::RebalanceInProgress),
            // Members hear of it from their next heartbeat.
            GroupState::PreparingRebalance
            | GroupState::Stable
            | GroupState::Dead
            | GroupState::Assigning
            | GroupState::Reconciling => {}
        }
        if self.all_joined() {
            self.complete(turn);
        } else {
            turn.timer(GroupTimer::Join(self.id), self.rebalance_timeout());
        }
    }

    fn delay<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>, delay: Span, remaining: Span) {
        self.initial = Some((delay, remaining));
        turn.timer(GroupTimer::Join(self.id), delay);
    }

    /// The join phase's timer: an initial delay is extended while members keep coming, up to the rebalance timeout;
    /// otherwise the phase ends without those that are missing. Kafka: `tryCompleteInitialRebalanceElseSchedule`.
    pub fn join_timer<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>) {
        if self.state != GroupState::PreparingRebalance {
            return;
        }
        match self.initial {
            Some((delay, remaining)) if self.member_added && remaining > Span::ZERO => {
                self.member_added = false;
                let next = turn.config.initial_rebalance_delay.min(remaining);
                self.delay(turn, next, remaining.minus(delay));
            }
            _ => self.complete(turn),
        }
    }

    /// Ends the join phase if all are there. Never during the initial delay, which runs its course.
    pub fn maybe_complete<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>) {
        if self.state == GroupState::PreparingRebalance && self.before != GroupState::Empty && self.all_joined() {
            self.complete(turn);
        }
    }

    /// Ends the join phase: the next generation begins with those that are parked. Kafka: `completeClassicGroupJoin`.
    pub fn complete<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>) {
        turn.cancel(GroupTimer::Join(self.id));
        self.initial = None;
        self.remove_missing(turn);
        if !self.elect_joined_leader() && !self.members.is_empty() {
            // Only static members are left and none of them rejoined: their sessions will tell. Kafka's clock moves
            // by milliseconds, so that a timeout of 0 does not come again at once for ever.
            turn.timer(GroupTimer::Join(self.id), self.rebalance_timeout().max(Span::ms(1)));
            return;
        }
        self.generation = self.generation.saturating_add(1);
        self.unsynced.clear();
        self.protocol = vote::elect(&self.members);
        if self.members.is_empty() {
            // The last one left: an empty generation, so that a late commit of the old one is refused.
            self.enter(turn, GroupState::Empty, self.since);
            self.write();
        } else {
            self.enter(turn, GroupState::CompletingRebalance, self.since);
            self.answer_joins(turn);
            turn.timer(GroupTimer::Sync(self.id), self.rebalance_timeout());
        }
    }

    /// Removes members that did not rejoin. Static ones stay: they are expected back until their session ends.
    fn remove_missing<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>) {
        let missing = self.members.values().filter(|member| member.join.is_none() && member.instance.is_none());
        let missing: Vec<MemberId> = missing.map(|member| member.id.clone()).collect();
        for id in missing {
            self.remove(turn, &id, RebalanceWhy::RebalanceTimeout, self.since);
        }
    }

    /// Makes sure that a parked member leads, the first by id if the leader is not parked. False if none is.
    fn elect_joined_leader(&mut self) -> bool {
        let is_parked = |id: &MemberId| self.members.get(id).is_some_and(|member| member.join.is_some());
        if self.leader.as_ref().is_some_and(is_parked) {
            return true;
        }
        let joined = self.members.values().find(|member| member.join.is_some());
        match joined.map(|member| member.id.clone()) {
            Some(id) => {
                self.leader = Some(id);
                true
            }
            None => false,
        }
    }

    /// Tells all parked members the new generation, and the leader who they are. Sessions start anew.
    fn answer_joins<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>) {
        let ids: Vec<MemberId> = self.members.keys().cloned().collect();
        for id in ids {
            let members = if self.is_leader(&id) { self.for_leader() } else { Arc::from([]) };
            let joined = Joined { members, ..self.joined(&id) };
            self.answer_join(turn, &id, joined, self.since);
            self.keep_alive(turn, &id);
            if let Some(member) = self.members.get_mut(&id) {
                member.is_new = false;
            }
            self.unsynced.insert(id);
        }
    }
}
