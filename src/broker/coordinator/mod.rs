//! The coordinator of consumer groups, as Kafka's `GroupMetadataManager` plays it: here the classic protocol; the consumer
//! protocol in [`modern`].
//!
//! A group goes Empty → PreparingRebalance (members join, their requests are parked) → CompletingRebalance (all know
//! the generation, the leader assigns) → Stable, and back to PreparingRebalance when members come, go or change.
//! It does no I/O: requests and timers come in, answers, timers and facts go out.

mod config;
mod group;
mod join;
mod member;
pub mod modern;
mod offsets;
mod rebalance;
mod session;
mod statics;
mod sync;
#[cfg(test)]
mod tests;
mod turn;
mod view;
mod vote;
mod written;

use std::sync::Arc;

pub use config::GroupConfig;
pub use view::{GroupView, MemberView};

use crate::broker::protocol::{ConsumerHeartbeat, ErrorCode, Identity, Join, ReplyTo, Request, Response};
use crate::broker::{BrokerFact, BrokerOut, GroupState, GroupTimer};
use crate::sim::{Cx, Dense, FactId, GroupId, TopicId};
use group::Group;
use modern::{Catalog, ModernGroup, ModernView};
use offsets::OffsetsLog;
use turn::Turn;

/// The coordinator of all groups of a broker.
#[derive(Clone, Debug)]
pub struct Coordinator {
    config: GroupConfig,
    groups: Dense<GroupId, Group>,
    /// Groups of the consumer protocol; a group is here or there.
    modern: Dense<GroupId, ModernGroup>,
    catalog: Catalog,
    offsets: OffsetsLog,
    /// Which flush it is the turn of.
    tick: u64,
}

/// What reaches the coordinator.
#[derive(Clone, Debug, PartialEq)]
pub enum GroupInput {
    /// A request; those that are not for a group (Produce, Fetch, ListOffsets) are ignored.
    Request {
        /// Where the answer goes.
        from: ReplyTo,
        /// The request.
        request: Request,
    },
    /// A timer that the coordinator had set is due.
    Timer(GroupTimer),
}

impl Coordinator {
    /// A coordinator without groups.
    pub fn new(config: GroupConfig) -> Self {
        Coordinator {
            config,
            groups: Dense::new(),
            modern: Dense::new(),
            catalog: Catalog::default(),
            offsets: OffsetsLog::default(),
            tick: 0,
        }
    }

    /// Acts on a request or a timer. Requests that cannot be answered yet are parked and answered later, with the
    /// error in the response if there is one; no request is an `Err` here.
    pub fn handle(&mut self, cx: &Cx, input: GroupInput, out: &mut impl BrokerOut) {
        let mut turn = Turn { cx, config: &self.config, out };
        match input {
            GroupInput::Timer(timer) => match self.modern.get_mut(&timer.group()) {
                Some(group) => group.expire(&mut turn, &self.catalog, timer),
                None => on_timer(&mut self.groups, &mut turn, timer),
            },
            GroupInput::Request { from, request: Request::ConsumerHeartbeat(request) } => {
                consumer_heartbeat(&mut self.groups, &mut self.modern, &mut turn, &self.catalog, from, &request);
            }
            GroupInput::Request { from, request: Request::OffsetCommit { who, offsets } } => {
                let accepted = accept(&mut self.groups, &self.modern, &mut turn, from, &who);
                commit(&mut self.offsets, &mut turn, from, &who, &offsets, accepted);
            }
            GroupInput::Request { from, request } => {
                // A group of the consumer protocol that has no members gives way to one of the classic protocol.
                if let Request::Join(join) = &request
                    && self.modern.get(&join.group).is_some_and(|group| !group.has_members())
                {
                    self.modern.remove(&join.group);
                }
                on_request(&mut self.groups, &self.modern, &self.offsets, &mut turn, from, request);
            }
        }
    }

    /// The committed offset of a partition: the next one to read. `None` if nothing was committed.
    pub fn committed(&self, group: GroupId, topic: TopicId, partition: u16) -> Option<u32> {
        self.offsets.get((group, topic, partition)).map(|(offset, _)| offset)
    }

    /// The fact that wrote the committed offset of a partition.
    pub fn last_commit_fact(&self, group: GroupId, topic: TopicId, partition: u16) -> Option<FactId> {
        self.offsets.get((group, topic, partition)).map(|(_, fact)| fact)
    }

    /// Comes back after a crash of the broker's process: groups and offsets as last written, parked requests lost,
    /// session timers started anew. A rebalance that was under way is as if it had never begun.
    pub fn restart(&mut self, cx: &Cx, out: &mut impl BrokerOut) {
        let mut turn = Turn { cx, config: &self.config, out };
        for group in self.groups.values_mut() {
            group.restart(&mut turn);
        }
        for group in self.modern.values_mut() {
            group.restart(&mut turn);
        }
        self.offsets.reload();
    }

    /// It is the turn of that flush: whatever was written before an earlier one is on disk.
    pub fn flushes(&mut self, tick: u64) {
        if self.tick != tick {
            self.tick = tick;
            self.flush();
        }
    }

    /// All that is written is on disk.
    pub fn flush(&mut self) {
        self.offsets.flush();
        self.groups.values_mut().for_each(Group::flush);
        self.modern.values_mut().for_each(ModernGroup::flush);
    }

    /// The machine lost power: committed offsets and groups are as they were last written to disk. The groups themselves
    /// come back with [`Coordinator::restart`].
    pub fn lose_power(&mut self, cx: &Cx, out: &mut impl BrokerOut) {
        for ((group, topic, partition), offset) in self.offsets.lose_power() {
            out.fact(BrokerFact::CommitsLost { group, topic, partition, offset }, cx.cause);
        }
        self.groups.values_mut().for_each(Group::lose_power);
        let mut turn = Turn { cx, config: &self.config, out };
        self.modern.values_mut().for_each(|group| group.lose_power(&mut turn));
    }

    /// A group as it is now; `None` before its first request.
    pub fn group(&self, group: GroupId) -> Option<GroupView> {
        self.groups.get(&group).map(view::of)
    }

    /// A group of the consumer protocol as it is now; `None` before its first member.
    pub fn modern_group(&self, group: GroupId) -> Option<ModernView> {
        self.modern.get(&group).map(ModernGroup::view)
    }

    /// What a group of either protocol is doing, and its generation or epoch; `None` before its first request.
    pub fn state_of(&self, group: GroupId) -> Option<(GroupState, u32)> {
        let modern = self.modern.get(&group).map(|group| (group.state, group.epoch));
        modern.or_else(|| self.groups.get(&group).map(|group| (group.state, group.generation)))
    }

    /// Tells how many partitions a topic has, for groups of the consumer protocol: the next heartbeat of a group that reads
    /// it deals them out.
    pub fn set_topic(&mut self, topic: TopicId, name: Arc<str>, partitions: u16) {
        self.catalog.set(topic, name, partitions);
    }

    /// Forgets a topic that was deleted, with its committed offsets.
    pub fn forget_topic(&mut self, topic: TopicId) {
        self.catalog.remove(topic);
        self.offsets.forget(topic);
    }

    /// Its settings.
    pub fn config(&self) -> &GroupConfig {
        &self.config
    }

    /// Changes the settings; they are read when the next rebalance, join or timer needs them.
    pub fn set_config(&mut self, config: GroupConfig) {
        self.config = config;
    }
}

fn on_timer<O: BrokerOut>(groups: &mut Dense<GroupId, Group>, turn: &mut Turn<'_, O>, timer: GroupTimer) {
    let Some(group) = groups.get_mut(&timer.group()) else { return };
    match timer {
        GroupTimer::Join(_) => group.join_timer(turn),
        GroupTimer::Sync(_) => group.sync_timer(turn),
        GroupTimer::Session(_, number) | GroupTimer::Pending(_, number) | GroupTimer::NewMember(_, number) => {
            group.expire(turn, number);
        }
        GroupTimer::Revoke(..) => {}
    }
}

fn on_request<O: BrokerOut>(
    groups: &mut Dense<GroupId, Group>,
    modern: &Dense<GroupId, ModernGroup>,
    offsets: &OffsetsLog,
    turn: &mut Turn<'_, O>,
    from: ReplyTo,
    request: Request,
) {
    match request {
        Request::Join(request) if modern.contains_key(&request.group) => {
            turn.refuse_join(from, request.member.clone(), ErrorCode::GroupIdNotFound, None);
        }
        Request::Join(request) => join(groups, turn, from, &request),
        Request::Sync { who, assignments } => match groups.get_mut(&who.group) {
            Some(group) => group.sync(turn, from, &who, &assignments),
            None => turn.refuse_sync(from, ErrorCode::UnknownMemberId, None),
        },
        Request::Heartbeat(who) => match groups.get_mut(&who.group) {
            Some(group) => group.heartbeat(turn, from, &who),
            None => turn.answer(from, Response::Heartbeat(ErrorCode::UnknownMemberId), None),
        },
        Request::Leave(who) => match groups.get_mut(&who.group) {
            Some(group) => group.leave(turn, from, &who),
            None => turn.answer(from, Response::Leave(ErrorCode::UnknownMemberId), None),
        },
        Request::OffsetFetch { group, partitions } => {
            let committed = |&(topic, partition): &(TopicId, u16)| {
                (topic, partition, offsets.get((group, topic, partition)).map(|(offset, _)| offset))
            };
            let found: Arc<[_]> = partitions.iter().map(committed).collect();
            turn.answer(from, Response::OffsetFetch(found), None);
        }
        Request::Produce { .. }
        | Request::Fetch { .. }
        | Request::ListOffsets { .. }
        | Request::ConsumerHeartbeat(_)
        | Request::OffsetCommit { .. } => {}
    }
}

/// Only a process without a member id brings a group into being. Kafka: `GroupCoordinatorService.joinGroup`.
fn join<O: BrokerOut>(groups: &mut Dense<GroupId, Group>, turn: &mut Turn<'_, O>, from: ReplyTo, join: &Join) {
    let allowed = turn.config.min_session_timeout..=turn.config.max_session_timeout;
    if !allowed.contains(&join.session_timeout) {
        return turn.refuse_join(from, join.member.clone(), ErrorCode::InvalidSessionTimeout, None);
    }
    if join.member.is_empty() {
        groups.or_insert_with(join.group, || Group::new(join.group)).join(turn, from, join);
    } else if let Some(group) = groups.get_mut(&join.group) {
        group.join(turn, from, join);
    } else {
        turn.refuse_join(from, join.member.clone(), ErrorCode::UnknownMemberId, None);
    }
}

/// A heartbeat of the consumer protocol. It brings a group into being with its first member, or takes the place of an
/// empty group of the classic protocol. Members of both protocols in one group (the migration of KIP-848) are not modelled:
/// whoever comes later does not find the group then, as with `group.consumer.migration.policy=disabled`.
fn consumer_heartbeat<O: BrokerOut>(
    groups: &mut Dense<GroupId, Group>,
    modern: &mut Dense<GroupId, ModernGroup>,
    turn: &mut Turn<'_, O>,
    catalog: &Catalog,
    from: ReplyTo,
    request: &ConsumerHeartbeat,
) {
    if let Err(error) = modern::validate(request) {
        return modern::refuse(turn, from, error, None);
    }
    let id = request.group;
    if request.epoch == 0 && !modern.contains_key(&id) {
        let is_taken = groups.get(&id).is_some_and(|group| group.state != crate::broker::GroupState::Empty);
        if !is_taken {
            groups.remove(&id);
            modern.insert(id, ModernGroup::new(id));
        }
    }
    let Some(group) = modern.get_mut(&id) else {
        return modern::refuse(turn, from, ErrorCode::GroupIdNotFound, None);
    };
    match request.epoch {
        0.. => group.heartbeat(turn, catalog, from, request),
        _ => group.leave(turn, catalog, from, request),
    }
    if group.is_new() {
        // Its first member was refused.
        modern.remove(&id);
    }
}

/// Whether a commit is accepted, and what it is refused for. A commit outside of any generation brings a group into being.
fn accept<O: BrokerOut>(
    groups: &mut Dense<GroupId, Group>,
    modern: &Dense<GroupId, ModernGroup>,
    turn: &mut Turn<'_, O>,
    from: ReplyTo,
    who: &Identity,
) -> (Result<(), ErrorCode>, Option<FactId>) {
    let (id, client) = (who.group, from.conn.client);
    if let Some(group) = modern.get(&id) {
        let accepted = group.accept_commit(&who.member, who.generation);
        return (accepted, accepted.err().and_then(|error| group.reason_to_refuse(client, error)));
    }
    if who.generation < 0 {
        groups.or_insert_with(id, || Group::new(id));
    }
    let Some(group) = groups.get_mut(&id) else { return (Err(ErrorCode::IllegalGeneration), None) };
    let accepted = group.accept_commit(turn, who);
    (accepted, accepted.err().and_then(|error| group.reason_to_refuse(client, error)))
}

/// Writes offsets or refuses all of them. Kafka: `OffsetMetadataManager.commitOffset`.
fn commit<O: BrokerOut>(
    log: &mut OffsetsLog,
    turn: &mut Turn<'_, O>,
    from: ReplyTo,
    who: &Identity,
    offsets: &[(TopicId, u16, u32)],
    (accepted, because): (Result<(), ErrorCode>, Option<FactId>),
) {
    let id = who.group;
    let mut last = because;
    for &(topic, partition, offset) in offsets {
        last = Some(match accepted {
            Ok(()) => {
                let fact = turn.fact(BrokerFact::OffsetCommitted { group: id, topic, partition, offset }, None);
                log.append((id, topic, partition), offset, fact);
                fact
            }
            Err(error) => turn.fact(BrokerFact::OffsetCommitRefused { group: id, topic, partition, error }, because),
        });
    }
    turn.answer(from, Response::OffsetCommit(accepted.err().unwrap_or(ErrorCode::None)), last);
}
