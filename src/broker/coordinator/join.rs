//! JoinGroup: how a process becomes a member, or a member takes part in the next generation.

use std::sync::Arc;

use crate::broker::protocol::{ErrorCode, Join, Joined, MemberId, MemberMetadata, ReplyTo, Response};
use crate::broker::{BrokerOut, GroupState, GroupTimer, RebalanceWhy};
use crate::sim::FactId;

use super::group::Group;
use super::turn::Turn;

impl Group {
    /// Answers or parks a JoinGroup. Kafka: `GroupMetadataManager.classicGroupJoinToClassicGroup`.
    ///
    /// Errors: GROUP_MAX_SIZE_REACHED; INCONSISTENT_GROUP_PROTOCOL if no assignor is common to all members;
    /// MEMBER_ID_REQUIRED with the id to use; UNKNOWN_MEMBER_ID; FENCED_INSTANCE_ID.
    pub fn join<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>, from: ReplyTo, join: &Join) {
        let new = join.member.is_empty();
        if !self.has_room_for(turn, &join.member) {
            let removed = self.remove(turn, &join.member, RebalanceWhy::GroupFull, self.since);
            turn.refuse_join(from, Arc::from(""), ErrorCode::GroupMaxSizeReached, removed);
        } else if !self.supports(join) {
            turn.refuse_join(from, join.member.clone(), ErrorCode::InconsistentGroupProtocol, self.since);
        } else if new {
            self.join_new(turn, from, join);
        } else {
            self.join_known(turn, from, join);
        }
    }

    /// Whether the group may grow by this member, or has it already. Kafka: `acceptJoiningMember`.
    fn has_room_for<O>(&self, turn: &Turn<'_, O>, id: &MemberId) -> bool {
        let max = turn.config.max_size as usize;
        match self.state {
            GroupState::Empty | GroupState::Dead | GroupState::Assigning | GroupState::Reconciling => true,
            // Those that rejoined first stay: a group above a lowered maximum shrinks to it.
            GroupState::PreparingRebalance => {
                self.members.get(id).is_some_and(|member| member.join.is_some()) || self.parked_in_join() < max
            }
            GroupState::CompletingRebalance | GroupState::Stable => self.members.contains_key(id) || self.members.len() < max,
        }
    }

    /// A process without a member id.
    fn join_new<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>, from: ReplyTo, join: &Join) {
        let id = self.draw_id(turn, from.conn.client, join);
        let known = join.instance.as_ref().and_then(|instance| self.statics.get(instance)).cloned();
        match known {
            Some(old) => self.replace_static(turn, from, join, &old, id),
            None if join.instance.is_some() || !join.known_member_id => self.add_and_rebalance(turn, from, join, id),
            // The round trip keeps clients that gave up waiting from leaving members behind that nobody knows. The
            // pending id holds up a rebalance until it joins or its session ends.
            None => {
                let number = self.next_number();
                self.pending.insert(id.clone(), number);
                turn.timer(GroupTimer::Pending(self.id, number), join.session_timeout);
                turn.refuse_join(from, id, ErrorCode::MemberIdRequired, None);
            }
        }
    }

    fn add_and_rebalance<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>, from: ReplyTo, join: &Join, id: MemberId) {
        if self.state == GroupState::PreparingRebalance && self.before == GroupState::Empty {
            self.member_added = true;
        }
        let added = self.add(turn, from, join, id.clone());
        self.limit_new_member(turn, &id);
        self.rebalance_or_complete(turn, RebalanceWhy::Joined, Some(added));
    }

    /// A process with a member id. Kafka: `classicGroupJoinExistingMember`.
    fn join_known<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>, from: ReplyTo, join: &Join) {
        let id = &join.member;
        // A pending id is never a static member's. Kafka fails on one that says so; here it is unknown.
        if self.pending.contains_key(id) && join.instance.is_none() {
            return self.add_and_rebalance(turn, from, join, id.clone());
        }
        if let Err(error) = self.validate(id, join.instance.as_ref()) {
            let because = self.reason_to_refuse(from.conn.client, error);
            return turn.refuse_join(from, id.clone(), error, because);
        }
        let unchanged = self.members.get(id).is_some_and(|member| member.protocols == join.protocols);
        let answer_now = match self.state {
            // The phase that all members wait for: park.
            GroupState::PreparingRebalance => false,
            // It may have missed the answer to its last join, so it gets it again; a change asks for a rebalance.
            GroupState::CompletingRebalance => unchanged,
            // A leader that joins wants to assign anew, as when a topic has grown.
            GroupState::Stable => unchanged && !self.is_leader(id),
            // No members, so none was found: not reached.
            GroupState::Empty | GroupState::Dead | GroupState::Assigning | GroupState::Reconciling => return,
        };
        if answer_now {
            let members = if self.is_leader(id) { self.for_leader() } else { Arc::from([]) };
            let joined = Joined { members, ..self.joined(id) };
            turn.answer(from, Response::from(joined), self.since);
        } else {
            self.update(from, join, id);
            self.rebalance_or_complete(turn, RebalanceWhy::Joined, None);
        }
    }

    /// Parks a member's join and takes over what it says of itself. A join that was parked before is forgotten.
    pub fn update(&mut self, from: ReplyTo, join: &Join, id: &MemberId) {
        if let Some(member) = self.members.get_mut(id) {
            member.actor = from.conn.client;
            member.protocols = join.protocols.clone();
            member.rebalance_timeout = join.rebalance_timeout;
            member.session_timeout = join.session_timeout;
            member.join = Some(from);
        }
    }

    /// The answer of the current generation to a member, with no list of members.
    pub fn joined(&self, id: &MemberId) -> Joined {
        Joined {
            error: ErrorCode::None,
            member: id.clone(),
            generation: i32::try_from(self.generation).unwrap_or(i32::MAX),
            protocol: self.protocol.clone(),
            leader: self.leader.clone().unwrap_or_else(|| Arc::from("")),
            members: Arc::from([]),
            skip_assignment: false,
        }
    }

    /// All members with their subscriptions, as the leader needs them to assign.
    pub fn for_leader(&self) -> Arc<[MemberMetadata]> {
        let protocol = self.protocol.as_deref().unwrap_or("");
        self.members.values().map(|member| member.for_leader(protocol)).collect()
    }

    /// Answers a member's parked join, if there is one.
    pub fn answer_join<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>, id: &MemberId, joined: Joined, because: Option<FactId>) {
        if let Some(to) = self.members.get_mut(id).and_then(|member| member.join.take()) {
            turn.answer(to, Response::from(joined), because);
        }
    }
}
