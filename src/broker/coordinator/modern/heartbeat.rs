//! ConsumerGroupHeartbeat: joining, keeping alive, saying what is owned, learning what is assigned.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::broker::protocol::{ConsumerHeartbeat, ConsumerHeartbeatAnswer, ErrorCode, ReplyTo, Response};
use crate::broker::{BrokerFact, BrokerOut, GroupTimer, RebalanceWhy};

use super::member::{AWAY, MemberState, ModernMember};
use super::{Catalog, ModernGroup, Place};
use crate::broker::coordinator::turn::Turn;

/// What every request must be, whatever the group. Kafka: `throwIfConsumerGroupHeartbeatRequestIsInvalid`.
///
/// Errors: INVALID_REQUEST for a first request that does not say all, or an epoch below −2.
pub(in crate::broker::coordinator) fn validate(request: &ConsumerHeartbeat) -> Result<(), ErrorCode> {
    let owns_nothing = request.owned.as_ref().is_some_and(|owned| owned.is_empty());
    let reads = request.topics.as_ref().is_some_and(|topics| !topics.is_empty());
    let is_valid = match request.epoch {
        0 => request.rebalance_timeout.is_some() && owns_nothing && reads,
        1.. | -1 => !request.member.is_empty(),
        AWAY => !request.member.is_empty() && request.instance.is_some(),
        _ => false,
    };
    if is_valid { Ok(()) } else { Err(ErrorCode::InvalidRequest) }
}

impl ModernGroup {
    /// Acts on a valid request that does not leave. Kafka: `consumerGroupHeartbeat`.
    ///
    /// Errors: GROUP_MAX_SIZE_REACHED, UNKNOWN_MEMBER_ID, FENCED_MEMBER_EPOCH, and of static members
    /// UNRELEASED_INSTANCE_ID and FENCED_INSTANCE_ID.
    pub fn heartbeat<O: BrokerOut>(
        &mut self,
        turn: &mut Turn<'_, O>,
        catalog: &Catalog,
        from: ReplyTo,
        request: &ConsumerHeartbeat,
    ) {
        let owned: Option<BTreeSet<Place>> = request.owned.as_ref().map(|owned| owned.iter().copied().collect());
        let member = match self.speaker(turn, from, request, owned.as_ref()) {
            Ok(member) => member,
            Err(error) => {
                let because = self.reason_to_refuse(from.conn.client, error);
                return refuse(turn, from, error, because);
            }
        };
        let updated = updated(&member, from, request, turn.cx.cause.trigger);
        let counts = self.read_counts(catalog, &updated.id, &updated.topics);
        let is_bumped = updated.topics != member.topics || counts != self.counts;
        let is_new = !self.members.contains_key(&updated.id);
        let mut because = None;
        if is_new {
            because = Some(turn.fact(BrokerFact::MemberAdded { group: self.id, member: updated.actor }, None));
        }
        if let Some(instance) = &updated.instance {
            self.statics.insert(instance.clone(), updated.id.clone());
        }
        self.counts = counts;
        self.members.insert(updated.id.clone(), updated.clone());
        if is_bumped {
            self.bump(RebalanceWhy::Joined);
        }
        if self.epoch > self.assignment_epoch {
            self.tell(turn, because);
            self.assign(catalog, turn.config.consumer_assignor);
        }
        let arrived = self.reconciled(&updated, owned.as_ref());
        if arrived != updated {
            let timer = GroupTimer::Revoke(self.id, arrived.number);
            match arrived.state {
                MemberState::UnrevokedPartitions => turn.timer(timer, arrived.rebalance_timeout),
                _ => turn.cancel(timer),
            }
        }
        turn.timer(GroupTimer::Session(self.id, arrived.number), turn.config.consumer_session_timeout);
        let is_full =
            request.epoch == 0 || (request.rebalance_timeout.is_some() && request.topics.is_some() && request.owned.is_some());
        let tells = is_full || arrived.assigned != member.assigned;
        let answer = ConsumerHeartbeatAnswer {
            error: ErrorCode::None,
            member: arrived.id.clone(),
            epoch: arrived.epoch,
            interval: turn.config.consumer_heartbeat_interval,
            assignment: tells.then(|| arrived.assigned.iter().copied().collect()),
        };
        self.members.insert(arrived.id.clone(), arrived);
        self.tell(turn, because);
        turn.answer(from, Response::ConsumerHeartbeat(answer), self.since);
    }

    /// Who speaks, as the group knows it so far; a new member is not added yet.
    fn speaker<O: BrokerOut>(
        &mut self,
        turn: &mut Turn<'_, O>,
        from: ReplyTo,
        request: &ConsumerHeartbeat,
        owned: Option<&BTreeSet<Place>>,
    ) -> Result<ModernMember, ErrorCode> {
        let joins = request.epoch == 0;
        if !self.members.contains_key(&request.member) && self.members.len() >= turn.config.consumer_max_size as usize {
            return Err(ErrorCode::GroupMaxSizeReached);
        }
        let holder = request.instance.as_ref().and_then(|instance| self.statics.get(instance)).cloned();
        match (holder, joins) {
            (Some(holder), true) => self.returned(turn, from, &holder, request),
            (Some(holder), false) if holder != request.member => Err(ErrorCode::FencedInstanceId),
            (None, false) if request.instance.is_some() => Err(ErrorCode::UnknownMemberId),
            (_, _) => match self.members.get(&request.member) {
                Some(member) => {
                    let known = member.clone();
                    check_epoch(&known, request.epoch, owned)?;
                    Ok(known)
                }
                None if joins => {
                    let contact = turn.cx.cause.trigger;
                    Ok(ModernMember::new(request.member.clone(), self.next_number(), from.conn.client, contact))
                }
                None => Err(ErrorCode::UnknownMemberId),
            },
        }
    }

    /// A static member comes back under a new id: it takes the place of the one that has left for a while.
    fn returned<O: BrokerOut>(
        &mut self,
        turn: &mut Turn<'_, O>,
        from: ReplyTo,
        holder: &Arc<str>,
        request: &ConsumerHeartbeat,
    ) -> Result<ModernMember, ErrorCode> {
        if self.members.get(holder).is_some_and(|member| member.epoch != AWAY) {
            return Err(ErrorCode::UnreleasedInstanceId);
        }
        let Some(former) = self.members.remove(holder) else { return Err(ErrorCode::UnknownMemberId) };
        self.cancel_timers(turn, former.number);
        if let Some(target) = self.target.remove(holder) {
            self.target.insert(request.member.clone(), target);
        }
        let number = self.next_number();
        let member = ModernMember { id: request.member.clone(), number, actor: from.conn.client, epoch: 0, before: 0, ..former };
        self.members.insert(member.id.clone(), member.clone());
        Ok(member)
    }

    pub(super) fn cancel_timers<O: BrokerOut>(&self, turn: &mut Turn<'_, O>, number: u32) {
        turn.cancel(GroupTimer::Session(self.id, number));
        turn.cancel(GroupTimer::Revoke(self.id, number));
    }
}

/// An epoch ahead is fenced, and one behind as well, unless it is the one before and what is owned is part of what is
/// assigned: then the answer that told the new epoch may have been lost.
fn check_epoch(member: &ModernMember, epoch: i32, owned: Option<&BTreeSet<Place>>) -> Result<(), ErrorCode> {
    let answer_was_lost = || epoch == member.before && owned.is_some_and(|owned| owned.is_subset(&member.assigned));
    if epoch == member.epoch || (epoch < member.epoch && answer_was_lost()) {
        return Ok(());
    }
    Err(ErrorCode::FencedMemberEpoch)
}

/// The member with what the request says anew.
fn updated(member: &ModernMember, from: ReplyTo, request: &ConsumerHeartbeat, contact: crate::sim::FactId) -> ModernMember {
    let topics = request.topics.as_ref().map(|topics| topics.iter().cloned().collect());
    ModernMember {
        actor: from.conn.client,
        instance: request.instance.clone().or_else(|| member.instance.clone()),
        rack: request.rack.clone().or_else(|| member.rack.clone()),
        rebalance_timeout: request.rebalance_timeout.unwrap_or(member.rebalance_timeout),
        assignor: request.assignor.or(member.assignor),
        topics: topics.unwrap_or_else(|| member.topics.clone()),
        last_contact: contact,
        ..member.clone()
    }
}

/// Answers a request that failed.
pub(in crate::broker::coordinator) fn refuse<O: BrokerOut>(
    turn: &mut Turn<'_, O>,
    to: ReplyTo,
    error: ErrorCode,
    because: Option<crate::sim::FactId>,
) {
    turn.answer(to, Response::ConsumerHeartbeat(ConsumerHeartbeatAnswer::refusal(error)), because);
}
