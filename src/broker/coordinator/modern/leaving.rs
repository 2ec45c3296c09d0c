//! How members go: by leaving, for good or for a while, and by being given up.

use std::collections::BTreeSet;

use crate::broker::protocol::{ConsumerHeartbeat, ConsumerHeartbeatAnswer, ErrorCode, MemberId, ReplyTo, Response};
use crate::broker::{BrokerFact, BrokerOut, GroupTimer, RebalanceWhy};
use crate::sim::{FactId, Span};

use super::heartbeat::refuse;
use super::member::{AWAY, MemberState};
use super::{Catalog, ModernGroup, first_life};
use crate::broker::coordinator::turn::Turn;

impl ModernGroup {
    /// Lets a member go: with epoch −1 for good, a static one with −2 for as long as its session lasts. Kafka:
    /// `consumerGroupLeave`.
    ///
    /// Errors: UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID.
    pub fn leave<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>, catalog: &Catalog, from: ReplyTo, request: &ConsumerHeartbeat) {
        let known = match request.instance.as_ref().map(|instance| self.statics.get(instance)) {
            Some(None) => Err(ErrorCode::UnknownMemberId),
            Some(Some(holder)) if *holder != request.member => Err(ErrorCode::FencedInstanceId),
            _ if !self.members.contains_key(&request.member) => Err(ErrorCode::UnknownMemberId),
            _ => Ok(()),
        };
        if let Err(error) = known {
            let because = self.reason_to_refuse(from.conn.client, error);
            return refuse(turn, from, error, because);
        }
        let because = if request.epoch == AWAY {
            self.step_away(turn, &request.member);
            None
        } else {
            self.bump(RebalanceWhy::Left);
            self.remove(turn, catalog, &request.member, RebalanceWhy::Left, None)
        };
        let answer = ConsumerHeartbeatAnswer {
            error: ErrorCode::None,
            member: request.member.clone(),
            epoch: request.epoch,
            interval: Span::ZERO,
            assignment: None,
        };
        turn.answer(from, Response::ConsumerHeartbeat(answer), because);
    }

    /// Its partitions stay its own until it is back or its session ends.
    fn step_away<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>, id: &MemberId) {
        if let Some(member) = self.members.get_mut(id) {
            (member.epoch, member.to_revoke) = (AWAY, BTreeSet::new());
            turn.cancel(GroupTimer::Revoke(self.id, member.number));
        }
        self.tell(turn, None);
    }

    /// A member's session, or its time to give partitions up, is over.
    pub fn expire<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>, catalog: &Catalog, timer: GroupTimer) {
        let (number, why) = match timer {
            GroupTimer::Session(_, number) => (number, RebalanceWhy::SessionExpired),
            GroupTimer::Revoke(_, number) => (number, RebalanceWhy::RebalanceTimeout),
            _ => return,
        };
        let Some(member) = self.members.values().find(|member| member.number == number) else { return };
        if why == RebalanceWhy::RebalanceTimeout && member.state != MemberState::UnrevokedPartitions {
            return;
        }
        let (id, last_contact) = (member.id.clone(), member.last_contact);
        // Those that are given up at one moment share an epoch: Kafka was recorded so.
        let is_first = self.expired.replace(turn.cx.now) != Some(turn.cx.now);
        if is_first {
            self.bump(why);
        }
        self.remove(turn, catalog, &id, why, Some(last_contact));
    }

    /// Removes a member; the group has a new epoch already. What the member had is free at once. Kafka:
    /// `consumerGroupFenceMember`.
    fn remove<O: BrokerOut>(
        &mut self,
        turn: &mut Turn<'_, O>,
        catalog: &Catalog,
        id: &MemberId,
        why: RebalanceWhy,
        because: Option<FactId>,
    ) -> Option<FactId> {
        let member = self.members.remove(id)?;
        self.target.remove(id);
        self.statics.retain(|_, holder| holder != id);
        self.cancel_timers(turn, member.number);
        self.counts = self.read_counts(catalog, id, &BTreeSet::new());
        let fact = turn.fact(BrokerFact::MemberRemoved { group: self.id, member: member.actor, why }, because);
        self.removed.insert(first_life(member.actor), fact);
        self.tell(turn, Some(fact));
        Some(fact)
    }
}
