//! The coordinator of consumer groups: Kafka's classic group protocol, as `GroupMetadataManager` plays it.
//!
//! A group goes Empty → PreparingRebalance (members join, their requests are parked) → CompletingRebalance (all know
//! the generation, the leader assigns) → Stable, and back to PreparingRebalance when members come, go or change.
//! It does no I/O: requests and timers come in, answers, timers and facts go out.

mod config;
mod group;
mod join;
mod member;
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

use std::collections::BTreeMap;
use std::sync::Arc;

pub use config::GroupConfig;
pub use view::{GroupView, MemberView};

use crate::broker::protocol::{ErrorCode, Identity, Join, ReplyTo, Request, Response};
use crate::broker::{BrokerFact, BrokerOut, GroupTimer};
use crate::sim::{Cx, FactId, GroupId, TopicId};
use group::Group;
use offsets::OffsetsLog;
use turn::Turn;

/// The coordinator of all groups of a broker.
#[derive(Clone, Debug)]
pub struct Coordinator {
    config: GroupConfig,
    groups: BTreeMap<GroupId, Group>,
    offsets: OffsetsLog,
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
        Coordinator { config, groups: BTreeMap::new(), offsets: OffsetsLog::default() }
    }

    /// Acts on a request or a timer. Requests that cannot be answered yet are parked and answered later, with the
    /// error in the response if there is one; no request is an `Err` here.
    pub fn handle(&mut self, cx: &Cx, input: GroupInput, out: &mut impl BrokerOut) {
        let Coordinator { config, groups, offsets } = self;
        let mut turn = Turn { cx, config, out };
        match input {
            GroupInput::Timer(timer) => on_timer(groups, &mut turn, timer),
            GroupInput::Request { from, request } => on_request(groups, offsets, &mut turn, from, request),
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
        self.offsets.reload();
    }

    /// It is the turn of that flush: whatever was written before an earlier one is on disk.
    pub fn flushes(&mut self, tick: u64) {
        self.offsets.flushes(tick);
        self.groups.values_mut().for_each(|group| group.flushes(tick));
    }

    /// All that is written is on disk.
    pub fn flush(&mut self) {
        self.offsets.flush();
        self.groups.values_mut().for_each(Group::flush);
    }

    /// The machine lost power: committed offsets and groups are as they were last written to disk. The groups themselves
    /// come back with [`Coordinator::restart`].
    pub fn lose_power(&mut self, cx: &Cx, out: &mut impl BrokerOut) {
        for ((group, topic, partition), offset) in self.offsets.lose_power() {
            out.fact(BrokerFact::CommitsLost { group, topic, partition, offset }, cx.cause);
        }
        self.groups.values_mut().for_each(Group::lose_power);
    }

    /// A group as it is now; `None` before its first request.
    pub fn group(&self, group: GroupId) -> Option<GroupView> {
        self.groups.get(&group).map(view::of)
    }

    /// Forgets the committed offsets of a topic that was deleted.
    pub fn forget_topic(&mut self, topic: TopicId) {
        self.offsets.forget(topic);
    }

    /// Changes the settings; they are read when the next rebalance, join or timer needs them.
    pub fn set_config(&mut self, config: GroupConfig) {
        self.config = config;
    }
}

fn on_timer<O: BrokerOut>(groups: &mut BTreeMap<GroupId, Group>, turn: &mut Turn<'_, O>, timer: GroupTimer) {
    let (GroupTimer::Join(id)
    | GroupTimer::Sync(id)
    | GroupTimer::Session(id, _)
    | GroupTimer::Pending(id, _)
    | GroupTimer::NewMember(id, _)) = timer;
    let Some(group) = groups.get_mut(&id) else { return };
    match timer {
        GroupTimer::Join(_) => group.join_timer(turn),
        GroupTimer::Sync(_) => group.sync_timer(turn),
        GroupTimer::Session(_, number) | GroupTimer::Pending(_, number) | GroupTimer::NewMember(_, number) => {
            group.expire(turn, number);
        }
    }
}

fn on_request<O: BrokerOut>(
    groups: &mut BTreeMap<GroupId, Group>,
    offsets: &mut OffsetsLog,
    turn: &mut Turn<'_, O>,
    from: ReplyTo,
    request: Request,
) {
    match request {
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
        Request::OffsetCommit { who, offsets: commits } => commit(groups, offsets, turn, from, &who, &commits),
        Request::OffsetFetch { group, partitions } => {
            let committed = |&(topic, partition): &(TopicId, u16)| {
                (topic, partition, offsets.get((group, topic, partition)).map(|(offset, _)| offset))
            };
            let found: Arc<[_]> = partitions.iter().map(committed).collect();
            turn.answer(from, Response::OffsetFetch(found), None);
        }
        Request::Produce { .. } | Request::Fetch { .. } | Request::ListOffsets { .. } => {}
    }
}

/// Only a process without a member id brings a group into being. Kafka: `GroupCoordinatorService.joinGroup`.
fn join<O: BrokerOut>(groups: &mut BTreeMap<GroupId, Group>, turn: &mut Turn<'_, O>, from: ReplyTo, join: &Join) {
    let allowed = turn.config.min_session_timeout..=turn.config.max_session_timeout;
    if !allowed.contains(&join.session_timeout) {
        return turn.refuse_join(from, join.member.clone(), ErrorCode::InvalidSessionTimeout, None);
    }
    if join.member.is_empty() {
        groups.entry(join.group).or_insert_with(|| Group::new(join.group)).join(turn, from, join);
    } else if let Some(group) = groups.get_mut(&join.group) {
        group.join(turn, from, join);
    } else {
        turn.refuse_join(from, join.member.clone(), ErrorCode::UnknownMemberId, None);
    }
}

/// Writes offsets or refuses all of them. A commit outside of any generation brings a group into being.
/// Kafka: `OffsetMetadataManager.commitOffset`.
fn commit<O: BrokerOut>(
    groups: &mut BTreeMap<GroupId, Group>,
    log: &mut OffsetsLog,
    turn: &mut Turn<'_, O>,
    from: ReplyTo,
    who: &Identity,
    offsets: &[(TopicId, u16, u32)],
) {
    let id = who.group;
    if who.generation < 0 {
        groups.entry(id).or_insert_with(|| Group::new(id));
    }
    let (accepted, because) = match groups.get_mut(&id) {
        Some(group) => {
            let accepted = group.accept_commit(turn, who);
            let because = accepted.err().and_then(|error| group.reason_to_refuse(from.conn.client, error));
            (accepted, because)
        }
        None => (Err(ErrorCode::IllegalGeneration), None),
    };
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
