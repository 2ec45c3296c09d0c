//! Static membership: a process that comes back under its `group.instance.id` takes its own place again.

use crate::broker::protocol::{ErrorCode, Join, Joined, MemberId, ReplyTo};
use crate::broker::{BrokerFact, BrokerOut, GroupState, RebalanceWhy};

use super::group::Group;
use super::turn::Turn;
use super::vote;

impl Group {
    /// Puts a new member id in the place of an old one: it inherits assignment and leadership, and whoever was
    /// parked under the old id is fenced. Kafka: `updateStaticMemberThenRebalanceOrCompleteJoin`.
    pub fn replace_static<O: BrokerOut>(
        &mut self,
        turn: &mut Turn<'_, O>,
        from: ReplyTo,
        join: &Join,
        old: &MemberId,
        new: MemberId,
    ) {
        let old_leader = self.leader.clone();
        let Some(mut member) = self.members.remove(old) else { return };
        let removed = self.say_removed(turn, member.actor, RebalanceWhy::Replaced, None);
        if let Some(parked) = member.join.take() {
            turn.refuse_join(parked, old.clone(), ErrorCode::FencedInstanceId, Some(removed));
        }
        if let Some(parked) = member.sync.take() {
            turn.refuse_sync(parked, ErrorCode::FencedInstanceId, Some(removed));
        }
        if let Some(timer) = member.timer.take() {
            turn.cancel(timer);
        }
        if let Some(instance) = &member.instance {
            self.statics.insert(instance.clone(), new.clone());
        }
        if self.is_leader(old) {
            self.leader = Some(new.clone());
        }
        member.id = new.clone();
        member.number = self.next_number();
        member.is_new = false;
        self.members.insert(new.clone(), member);
        // The session runs with the old timeout until the next contact: the new one is taken over just below.
        self.keep_alive(turn, &new);
        self.update(from, join, &new);
        let added = BrokerFact::MemberAdded { group: self.id, member: from.conn.client };
        let added = turn.fact(added, Some(removed));

        match self.state {
            // Nothing that matters has changed: the same generation goes on, which is what static members are for.
            GroupState::Stable if vote::elect(&self.members) == self.protocol => {
                self.write();
                let joined = if !join.skip_assignment {
                    // Old clients would assign if they were told that they lead: they are told the old leader's id.
                    Joined { leader: old_leader.unwrap_or_else(|| new.clone()), ..self.joined(&new) }
                } else if self.is_leader(&new) {
                    Joined { members: self.for_leader(), skip_assignment: true, ..self.joined(&new) }
                } else {
                    self.joined(&new)
                };
                self.answer_join(turn, &new, joined, Some(added));
            }
            // The vote goes to another assignor now. In CompletingRebalance the leader may be assigning to the old
            // id, which would leave the new one with nothing.
            GroupState::Stable | GroupState::CompletingRebalance => {
                self.prepare(turn, RebalanceWhy::Joined, Some(added));
            }
            GroupState::PreparingRebalance
            | GroupState::Empty
            | GroupState::Dead
            | GroupState::Assigning
            | GroupState::Reconciling => self.maybe_complete(turn),
        }
    }
}
