//! Groups of the consumer protocol (KIP-848, `group.protocol=consumer`): one request, no barrier. The broker deals
//! partitions out; each member comes to its part by itself, first giving up, then taking what others have given up.

mod catalog;
mod heartbeat;
mod leaving;
mod member;
mod reconcile;
mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(super) use catalog::Catalog;
pub(super) use heartbeat::{refuse, validate};
pub use member::MemberState;
pub use view::{ModernMemberView, ModernView};

use crate::broker::assignor::{ServerAssignor, Subscriber, Topics};
use crate::broker::protocol::{ErrorCode, MemberId};
use crate::broker::{BrokerFact, BrokerOut, GroupState, GroupTimer, RebalanceWhy};
use crate::sim::{Actor, FactId, Gather, GroupId, Time, TopicId};

use super::turn::Turn;
use member::ModernMember;

/// A partition.
pub type Place = (TopicId, u16);

/// A group. Kafka: `ConsumerGroup`. Where Kafka goes through members in hash order, here it is the order of their ids.
#[derive(Clone, Debug)]
pub(super) struct ModernGroup {
    pub id: GroupId,
    /// Counts the changes of members and subscriptions.
    pub epoch: u32,
    /// The epoch that the target is for.
    pub assignment_epoch: u32,
    members: BTreeMap<MemberId, ModernMember>,
    /// Member ids by `group.instance.id`.
    statics: BTreeMap<Arc<str>, MemberId>,
    /// What each member is to have.
    target: BTreeMap<MemberId, BTreeSet<Place>>,
    /// The partition counts of the topics that members read, as the last epoch knew them.
    counts: BTreeMap<Arc<str>, u16>,
    /// The state that was last told.
    pub state: GroupState,
    /// What set off the last change of epoch.
    why: RebalanceWhy,
    /// The fact of the last change of state.
    since: Option<FactId>,
    /// The last fact by which a process lost its membership, by its first life.
    removed: BTreeMap<Actor, FactId>,
    numbers: u32,
    /// When a member was last given up.
    expired: Option<Time>,
    /// As it was last written to disk.
    on_disk: Option<Box<ModernGroup>>,
}

impl ModernGroup {
    /// An empty group.
    pub fn new(id: GroupId) -> ModernGroup {
        ModernGroup {
            id,
            epoch: 0,
            assignment_epoch: 0,
            members: BTreeMap::new(),
            statics: BTreeMap::new(),
            target: BTreeMap::new(),
            counts: BTreeMap::new(),
            state: GroupState::Empty,
            why: RebalanceWhy::Joined,
            since: None,
            removed: BTreeMap::new(),
            numbers: 0,
            expired: None,
            on_disk: None,
        }
    }

    /// What others may see.
    pub fn view(&self) -> ModernView {
        view::of(self)
    }

    pub fn has_members(&self) -> bool {
        !self.members.is_empty()
    }

    /// A group that nobody has joined yet is not there for anybody else.
    pub fn is_new(&self) -> bool {
        self.epoch == 0
    }

    /// The partition counts of what is read, with one member's subscription taken for another's.
    fn read_counts(&self, catalog: &Catalog, changed: &MemberId, topics: &BTreeSet<Arc<str>>) -> BTreeMap<Arc<str>, u16> {
        let others = self.members.values().filter(|member| member.id != *changed);
        let names = others.flat_map(|member| member.topics.iter()).chain(topics);
        names.filter_map(|name| Some((name.clone(), catalog.topic(name)?.1))).into_map()
    }

    /// Computes what everybody is to have in this epoch.
    fn assign(&mut self, catalog: &Catalog, default: ServerAssignor) {
        let wish = |assignor: ServerAssignor| self.members.values().filter(|member| member.assignor == Some(assignor)).count();
        let wished = ServerAssignor::ALL.into_iter().rev().max_by_key(|assignor| wish(*assignor));
        let assignor = wished.filter(|assignor| wish(*assignor) > 0).unwrap_or(default);
        let subscriber = |member: &ModernMember| member.subscriber(catalog, self.target.get(&member.id));
        let subscribers: Vec<Subscriber> = self.members.values().map(subscriber).collect();
        let dealt = assignor.assign(&Topics::counted(self.counts.clone()), &subscribers);
        let place = |(name, partition): (Arc<str>, u16)| Some((catalog.topic(&name)?.0, partition));
        self.target = dealt
            .into_iter()
            .map(|(member, partitions)| (member, partitions.into_iter().filter_map(place).into_set()))
            .into_map();
        self.assignment_epoch = self.epoch;
    }

    /// Says so if the group's state is another one than before. Kafka: `maybeUpdateGroupState`.
    fn tell<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>, because: Option<FactId>) {
        let state = if self.members.is_empty() {
            GroupState::Empty
        } else if self.epoch > self.assignment_epoch {
            GroupState::Assigning
        } else if self.members.values().all(|member| member.is_reconciled_to(self.assignment_epoch)) {
            GroupState::Stable
        } else {
            GroupState::Reconciling
        };
        if self.state != state {
            self.state = state;
            let fact = BrokerFact::GroupBecame { group: self.id, generation: self.epoch, state, why: self.why };
            self.since = Some(turn.fact(fact, because));
        }
    }

    fn bump(&mut self, why: RebalanceWhy) {
        self.epoch += 1;
        self.why = why;
    }

    fn next_number(&mut self) -> u32 {
        self.numbers = self.numbers.wrapping_add(1);
        self.numbers
    }

    /// Whether a commit is accepted: by a member in its own epoch, or by nobody while the group is empty. Kafka:
    /// `ConsumerGroup.validateOffsetCommit`.
    ///
    /// Errors: UNKNOWN_MEMBER_ID, STALE_MEMBER_EPOCH.
    pub fn accept_commit(&self, member: &MemberId, epoch: i32) -> Result<(), ErrorCode> {
        if epoch < 0 && self.members.is_empty() {
            return Ok(());
        }
        let member = self.members.get(member).ok_or(ErrorCode::UnknownMemberId)?;
        if member.epoch == epoch { Ok(()) } else { Err(ErrorCode::StaleMemberEpoch) }
    }

    /// Why a process is refused: that it lost its membership, or else that the group moved on.
    pub fn reason_to_refuse(&self, actor: Actor, error: ErrorCode) -> Option<FactId> {
        match error {
            ErrorCode::UnknownMemberId | ErrorCode::FencedInstanceId | ErrorCode::FencedMemberEpoch => {
                self.removed.get(&first_life(actor)).copied().or(self.since)
            }
            _ => self.since,
        }
    }

    /// Comes back after a crash of the broker's process. Every change was written before it was answered, so nothing is
    /// lost; timers start anew. Kafka: `GroupMetadataManager.onLoaded`.
    pub fn restart<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>) {
        for member in self.members.values() {
            turn.timer(GroupTimer::Session(self.id, member.number), turn.config.consumer_session_timeout);
            if member.state == MemberState::UnrevokedPartitions {
                turn.timer(GroupTimer::Revoke(self.id, member.number), member.rebalance_timeout);
            }
        }
        self.tell(turn, None);
    }

    /// What is written is on disk.
    pub fn flush(&mut self) {
        self.on_disk = Some(Box::new(ModernGroup { on_disk: None, ..self.clone() }));
    }

    /// The machine lost power: what was written and is not on disk is gone. Member numbers are not given again.
    pub fn lose_power<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>) {
        let before = self.on_disk.take().map_or_else(|| ModernGroup::new(self.id), |on_disk| *on_disk);
        let lost = std::mem::replace(self, ModernGroup { numbers: self.numbers, state: self.state, ..before });
        for member in lost.members.values().filter(|member| !self.members.contains_key(&member.id)) {
            let fact = BrokerFact::MemberRemoved { group: self.id, member: member.actor, why: RebalanceWhy::BrokerRestarted };
            self.removed.insert(first_life(member.actor), turn.fact(fact, None));
        }
        self.flush();
    }
}

fn first_life(actor: Actor) -> Actor {
    Actor { life: 0, ..actor }
}
