//! SyncGroup: the leader brings the assignments, every member takes its own.

use crate::sim::Gather;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::broker::protocol::{ErrorCode, Identity, MemberId, Opaque, ReplyTo, Response};
use crate::broker::{BrokerOut, GroupState, GroupTimer, RebalanceWhy};

use super::group::Group;
use super::turn::Turn;

impl Group {
    /// Answers or parks a SyncGroup. Kafka: `classicGroupSyncToClassicGroup`.
    ///
    /// Errors: UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID, ILLEGAL_GENERATION; REBALANCE_IN_PROGRESS while members join.
    pub fn sync<O: BrokerOut>(
        &mut self,
        turn: &mut Turn<'_, O>,
        from: ReplyTo,
        who: &Identity,
        assignments: &[(MemberId, Opaque)],
    ) {
        let valid = self.validate(&who.member, who.instance.as_ref());
        if let Err(error) = valid.and_then(|()| self.validate_generation(who.generation)) {
            let because = self.reason_to_refuse(from.conn.client, error);
            return turn.refuse_sync(from, error, because);
        }
        match self.state {
            // The generation that it asks about is over.
            GroupState::PreparingRebalance => turn.refuse_sync(from, ErrorCode::RebalanceInProgress, self.since),
            // Followers wait for the leader, and the leader's own answer goes out with theirs.
            GroupState::CompletingRebalance => {
                if let Some(member) = self.members.get_mut(&who.member) {
                    member.sync = Some(from);
                }
                self.has_synced(turn, &who.member);
                if self.is_leader(&who.member) {
                    self.assign(turn, assignments);
                }
            }
            // The leader was faster.
            GroupState::Stable => {
                self.has_synced(turn, &who.member);
                let assignment = self.members.get(&who.member).map(|member| member.assignment.clone());
                let assignment = assignment.unwrap_or_else(|| Arc::from([]));
                turn.answer(from, Response::Sync { error: ErrorCode::None, assignment }, self.since);
            }
            // No members, so none was found: not reached.
            GroupState::Empty | GroupState::Dead | GroupState::Assigning | GroupState::Reconciling => {}
        }
    }

    /// Stores what the leader assigned; a member that it left out gets nothing, and no error.
    fn assign<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>, assignments: &[(MemberId, Opaque)]) {
        let assigned: BTreeMap<&MemberId, &Opaque> = assignments.iter().map(|(id, bytes)| (id, bytes)).into_map();
        for member in self.members.values_mut() {
            member.assignment = assigned.get(&member.id).map_or_else(|| Arc::from([]), |bytes| (*bytes).clone());
        }
        self.enter(turn, GroupState::Stable, self.since);
        self.write();
        self.answer_syncs(turn, ErrorCode::None);
    }

    /// Answers all parked syncs and starts those members' sessions anew. With an error, assignments are forgotten.
    pub fn answer_syncs<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>, error: ErrorCode) {
        let mut answered = Vec::new();
        for member in self.members.values_mut() {
            if error != ErrorCode::None {
                member.assignment = Arc::from([]);
            }
            if let Some(to) = member.sync.take() {
                let assignment = member.assignment.clone();
                turn.answer(to, Response::Sync { error, assignment }, self.since);
                answered.push(member.id.clone());
            }
        }
        for id in answered {
            self.keep_alive(turn, &id);
        }
    }

    fn has_synced<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>, id: &MemberId) {
        self.unsynced.remove(id);
        if self.unsynced.is_empty() {
            turn.cancel(GroupTimer::Sync(self.id));
        }
    }

    /// The sync phase's limit: members that joined and never synced are removed. Kafka: `expirePendingSync`.
    pub fn sync_timer<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>) {
        let in_sync_phase = matches!(self.state, GroupState::CompletingRebalance | GroupState::Stable);
        if !in_sync_phase || self.unsynced.is_empty() {
            return;
        }
        let mut removed = None;
        for id in std::mem::take(&mut self.unsynced) {
            removed = self.remove(turn, &id, RebalanceWhy::RebalanceTimeout, self.since).or(removed);
        }
        self.prepare(turn, RebalanceWhy::RebalanceTimeout, removed);
    }
}
