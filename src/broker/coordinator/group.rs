//! One group: its state, its members, and the changes of membership that every request shares.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::broker::protocol::{ErrorCode, Join, MemberId, ReplyTo};
use crate::broker::{BrokerFact, BrokerOut, GroupState, GroupTimer, RebalanceWhy};
use crate::sim::{Actor, FactId, Few, GroupId, Span, What, between};

use super::member::Member;
use super::turn::Turn;
use super::written::Written;

/// A group. Kafka: `ClassicGroup`.
///
/// Where Kafka goes through its members in hash order, here it is the order of member ids: the list that the leader
/// gets, answers sent together, and who leads when the leader is gone. A group is never `Dead`: nothing deletes one.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub id: GroupId,
    pub state: GroupState,
    /// The state before this one: a rebalance of a group that was empty waits for the initial delay.
    pub before: GroupState,
    /// 0 before the first join phase has ended.
    pub generation: u32,
    pub protocol: Option<Arc<str>>,
    /// The first member added, as long as it rejoins. None only without members.
    pub leader: Option<MemberId>,
    pub members: Few<MemberId, Member>,
    /// Member ids by `group.instance.id`.
    pub statics: BTreeMap<Arc<str>, MemberId>,
    /// Ids that were given out and not yet used to join, with the number of their timer.
    pub pending: BTreeMap<MemberId, u32>,
    /// Members that have not synced since the join phase. May name a static member's former id, as in Kafka.
    pub unsynced: BTreeSet<MemberId>,
    /// A member was added during the initial delay. As in Kafka, only an extension clears it.
    pub member_added: bool,
    /// The initial delay that runs now: how long it is, and what is left of the rebalance timeout after it.
    pub initial: Option<(Span, Span)>,
    /// What set off the last rebalance.
    pub why: RebalanceWhy,
    /// The fact of the last change of state.
    pub since: Option<FactId>,
    /// The last fact by which a process lost its membership, by its first life.
    pub removed: BTreeMap<Actor, FactId>,
    /// The group as it was last written to the log.
    pub written: Arc<Written>,
    /// The group as it was last written to disk.
    pub on_disk: Arc<Written>,
    /// Member ids that each process was given, by its first life: part of the name of the next id's draw.
    drawn: BTreeMap<Actor, u64>,
    numbers: u32,
}

impl Group {
    pub fn new(id: GroupId) -> Group {
        Group {
            id,
            state: GroupState::Empty,
            before: GroupState::Dead,
            generation: 0,
            protocol: None,
            leader: None,
            members: Few::new(),
            statics: BTreeMap::new(),
            pending: BTreeMap::new(),
            unsynced: BTreeSet::new(),
            member_added: false,
            initial: None,
            why: RebalanceWhy::Joined,
            since: None,
            removed: BTreeMap::new(),
            written: Arc::default(),
            on_disk: Arc::default(),
            drawn: BTreeMap::new(),
            numbers: 0,
        }
    }

    /// Moves to a state and says so.
    pub fn enter<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>, state: GroupState, because: Option<FactId>) {
        self.before = self.state;
        self.state = state;
        let fact = BrokerFact::GroupBecame { group: self.id, generation: self.generation, state, why: self.why };
        self.since = Some(turn.fact(fact, because));
    }

    /// A number for the timers of a member or of a pending id.
    pub fn next_number(&mut self) -> u32 {
        self.numbers = self.numbers.wrapping_add(1);
        self.numbers
    }

    /// A member id for a process: `<client.id>-<hex>`, for a static member `<instance>-<hex>`. Kafka ends it with
    /// a UUID; 16 digits do, since one that is taken is drawn again.
    pub fn draw_id<O>(&mut self, turn: &Turn<'_, O>, actor: Actor, join: &Join) -> MemberId {
        let prefix = join.instance.as_ref().unwrap_or(&join.client_id);
        let process = first_life(actor);
        let nth = self.drawn.entry(process).or_default();
        loop {
            let role_and_ordinal = u64::from(actor.ordinal) << 8 | actor.role as u64;
            let name = [u64::from(self.id.0), u64::from(actor.node.0), role_and_ordinal, *nth];
            *nth += 1;
            let hex = between(&mut turn.cx.draw.at(What::Member, &name), 0, u64::MAX);
            let id: MemberId = format!("{prefix}-{hex:016x}").into();
            if !self.members.contains_key(&id) && !self.pending.contains_key(&id) {
                return id;
            }
        }
    }

    /// Adds a member whose join is parked; the first one leads. Kafka: `ClassicGroup.add`.
    pub fn add<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>, from: ReplyTo, join: &Join, id: MemberId) -> FactId {
        let number = self.forget_pending(turn, &id).unwrap_or_else(|| self.next_number());
        if let Some(instance) = &join.instance {
            self.statics.insert(instance.clone(), id.clone());
        }
        self.leader.get_or_insert_with(|| id.clone());
        let member = Member {
            id: id.clone(),
            number,
            actor: from.conn.client,
            instance: join.instance.clone(),
            session_timeout: join.session_timeout,
            rebalance_timeout: join.rebalance_timeout,
            protocols: join.protocols.clone(),
            assignment: Arc::from([]),
            join: Some(from),
            sync: None,
            is_new: true,
            timer: None,
            last_contact: turn.cx.cause.trigger,
        };
        self.members.insert(id, member);
        turn.fact(BrokerFact::MemberAdded { group: self.id, member: from.conn.client }, None)
    }

    /// Removes a member or a pending id with its timer. A leader is followed by the first of the others by id. A
    /// parked join must have been answered before; a parked sync is dropped, as in Kafka. `None` if no member was
    /// removed. Kafka: `ClassicGroup.remove`.
    pub fn remove<O: BrokerOut>(
        &mut self,
        turn: &mut Turn<'_, O>,
        id: &MemberId,
        why: RebalanceWhy,
        because: Option<FactId>,
    ) -> Option<FactId> {
        self.forget_pending(turn, id);
        self.unsynced.remove(id);
        let member = self.members.remove(id)?;
        if let Some(timer) = member.timer {
            turn.cancel(timer);
        }
        if let Some(instance) = &member.instance {
            self.statics.remove(instance);
        }
        if self.leader.as_ref() == Some(id) {
            self.leader = self.members.keys().next().cloned();
        }
        Some(self.say_removed(turn, member.actor, why, because))
    }

    /// Says that a process is no member any more, and keeps the fact as a reason for what it is refused later.
    pub fn say_removed<O: BrokerOut>(
        &mut self,
        turn: &mut Turn<'_, O>,
        member: Actor,
        why: RebalanceWhy,
        because: Option<FactId>,
    ) -> FactId {
        let fact = turn.fact(BrokerFact::MemberRemoved { group: self.id, member, why }, because);
        self.removed.insert(first_life(member), fact);
        fact
    }

    /// Takes an id off the pending ones; gives the number of its timer if it was there.
    pub fn forget_pending<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>, id: &MemberId) -> Option<u32> {
        let number = self.pending.remove(id)?;
        turn.cancel(GroupTimer::Pending(self.id, number));
        Some(number)
    }

    /// Starts a member's session timer anew. Kafka: `rescheduleClassicGroupMemberHeartbeat`.
    pub fn keep_alive<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>, id: &MemberId) {
        let Some(member) = self.members.get_mut(id) else { return };
        let key = GroupTimer::Session(self.id, member.number);
        let after = member.session_timeout;
        member.last_contact = turn.cx.cause.trigger;
        set_timer(turn, member, key, after);
    }

    /// Lets a new member's parked join be dropped after `new_member_join_timeout`, in place of its session.
    pub fn limit_new_member<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>, id: &MemberId) {
        let Some(member) = self.members.get_mut(id) else { return };
        let key = GroupTimer::NewMember(self.id, member.number);
        set_timer(turn, member, key, turn.config.new_member_join_timeout);
    }

    /// Who a request says it comes from: an unknown instance id, one that another member has taken over, or an
    /// unknown member id is refused, in this order. Kafka: `ClassicGroup.validateMember`.
    pub fn validate(&self, member: &MemberId, instance: Option<&Arc<str>>) -> Result<(), ErrorCode> {
        if let Some(instance) = instance {
            let holder = self.statics.get(instance).ok_or(ErrorCode::UnknownMemberId)?;
            if holder != member {
                return Err(ErrorCode::FencedInstanceId);
            }
        }
        if self.members.contains_key(member) { Ok(()) } else { Err(ErrorCode::UnknownMemberId) }
    }

    /// Refuses any generation but the current one.
    pub fn validate_generation(&self, generation: i32) -> Result<(), ErrorCode> {
        if i64::from(generation) == i64::from(self.generation) { Ok(()) } else { Err(ErrorCode::IllegalGeneration) }
    }

    /// Whether one of these assignors is listed by all members; any will do in an empty group.
    pub fn supports(&self, join: &Join) -> bool {
        join.protocols
            .iter()
            .any(|(name, _)| self.state == GroupState::Empty || self.members.values().all(|member| member.supports(name)))
    }

    pub fn is_leader(&self, id: &MemberId) -> bool {
        self.leader.as_ref() == Some(id)
    }

    /// How long a phase of a rebalance may take: the longest that any member asks for.
    pub fn rebalance_timeout(&self) -> Span {
        self.members.values().map(|member| member.rebalance_timeout).max().unwrap_or(Span::ZERO)
    }

    /// How many members wait for the join phase to end.
    pub fn parked_in_join(&self) -> usize {
        self.members.values().filter(|member| member.join.is_some()).count()
    }

    /// Whether the join phase can end: all members are parked and no pending id is missing.
    pub fn all_joined(&self) -> bool {
        self.pending.is_empty() && self.members.values().all(|member| member.join.is_some())
    }

    /// Why a process is refused: that it lost its membership, or else that the group moved on.
    pub fn reason_to_refuse(&self, actor: Actor, error: ErrorCode) -> Option<FactId> {
        match error {
            ErrorCode::UnknownMemberId | ErrorCode::FencedInstanceId => {
                self.removed.get(&first_life(actor)).copied().or(self.since)
            }
            _ => self.since,
        }
    }
}

fn set_timer<O: BrokerOut>(turn: &mut Turn<'_, O>, member: &mut Member, key: GroupTimer, after: Span) {
    if let Some(other) = member.timer.replace(key).filter(|other| *other != key) {
        turn.cancel(other);
    }
    turn.timer(key, after);
}

fn first_life(actor: Actor) -> Actor {
    Actor { life: 0, ..actor }
}
