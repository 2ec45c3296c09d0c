//! How members stay, go, and are given up: heartbeats, LeaveGroup, session timers.

use std::sync::Arc;

use crate::broker::protocol::{ErrorCode, Identity, MemberId, ReplyTo, Response};
use crate::broker::{BrokerOut, GroupState, RebalanceWhy};
use crate::sim::FactId;

use super::group::Group;
use super::turn::Turn;

impl Group {
    /// Answers a heartbeat. Kafka: `classicGroupHeartbeatToClassicGroup`.
    ///
    /// Errors: UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID, ILLEGAL_GENERATION; REBALANCE_IN_PROGRESS tells the member to
    /// join again, and counts as a sign of life.
    pub fn heartbeat<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>, from: ReplyTo, who: &Identity) {
        let valid = self.validate(&who.member, who.instance.as_ref());
        if let Err(error) = valid.and_then(|()| self.validate_generation(who.generation)) {
            let because = self.reason_to_refuse(from.conn.client, error);
            return turn.answer(from, Response::Heartbeat(error), because);
        }
        self.keep_alive(turn, &who.member);
        let (error, because) = match self.state {
            // This is how members learn of a rebalance.
            GroupState::PreparingRebalance => (ErrorCode::RebalanceInProgress, self.since),
            // Waiting for the leader's assignment is no reason to join again.
            GroupState::CompletingRebalance | GroupState::Stable => (ErrorCode::None, None),
            // No members, so none was found: not reached.
            GroupState::Empty | GroupState::Dead | GroupState::Assigning | GroupState::Reconciling => {
                (ErrorCode::UnknownMemberId, self.since)
            }
        };
        turn.answer(from, Response::Heartbeat(error), because);
    }

    /// Lets a member go, by its id or, for an administrator, by its instance id alone; a pending id as well.
    /// Kafka: `classicGroupLeaveToClassicGroup`.
    ///
    /// Errors: UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID.
    pub fn leave<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>, from: ReplyTo, who: &Identity) {
        let mut removed = None;
        let left = if who.member.is_empty() {
            match who.instance.as_ref().and_then(|instance| self.statics.get(instance)).cloned() {
                Some(id) => {
                    removed = self.dismiss(turn, &id, RebalanceWhy::Left, None);
                    Ok(())
                }
                None => Err(ErrorCode::UnknownMemberId),
            }
        } else if self.forget_pending(turn, &who.member).is_some() {
            Ok(())
        } else {
            let valid = self.validate(&who.member, who.instance.as_ref());
            if valid.is_ok() {
                removed = self.dismiss(turn, &who.member, RebalanceWhy::Left, None);
            }
            valid
        };
        match left {
            Ok(()) => {
                turn.answer(from, Response::Leave(ErrorCode::None), removed);
                // Also for a pending id, as in Kafka; an empty group stays as it is.
                if self.state != GroupState::Empty {
                    self.rebalance_or_complete(turn, RebalanceWhy::Left, removed);
                }
            }
            Err(error) => {
                let because = self.reason_to_refuse(from.conn.client, error);
                turn.answer(from, Response::Leave(error), because);
            }
        }
    }

    /// The timer of a member's session, of a new member's parked join or of a pending id.
    /// Kafka: `expireClassicGroupMemberHeartbeat`.
    pub fn expire<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>, number: u32) {
        let pending = self.pending.iter().find(|(_, timer)| **timer == number).map(|(id, _)| id.clone());
        if let Some(id) = pending {
            self.forget_pending(turn, &id);
            return self.complete_if_all_joined(turn);
        }
        let member = self.members.values().find(|member| member.number == number);
        let Some(member) = member.filter(|member| !member.is_excused()) else { return };
        let (id, last_contact) = (member.id.clone(), member.last_contact);
        let removed = self.dismiss(turn, &id, RebalanceWhy::SessionExpired, Some(last_contact));
        match self.state {
            GroupState::CompletingRebalance | GroupState::Stable => {
                self.prepare(turn, RebalanceWhy::SessionExpired, removed);
            }
            GroupState::PreparingRebalance => self.complete_if_all_joined(turn),
            // No members, so none was found: not reached.
            GroupState::Empty | GroupState::Dead | GroupState::Assigning | GroupState::Reconciling => {}
        }
    }

    /// Ends the join phase if those that are left are all parked; here, as in Kafka, even during an initial delay.
    fn complete_if_all_joined<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>) {
        if self.state == GroupState::PreparingRebalance && self.all_joined() {
            self.complete(turn);
        }
    }

    /// Removes a member and answers its parked join, so that a client that still waits joins as a new member.
    fn dismiss<O: BrokerOut>(
        &mut self,
        turn: &mut Turn<'_, O>,
        id: &MemberId,
        why: RebalanceWhy,
        because: Option<FactId>,
    ) -> Option<FactId> {
        let parked = self.members.get_mut(id).and_then(|member| member.join.take());
        let removed = self.remove(turn, id, why, because);
        if let Some(to) = parked {
            turn.refuse_join(to, Arc::from(""), ErrorCode::UnknownMemberId, removed);
        }
        removed
    }
}
