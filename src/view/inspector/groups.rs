//! Consumer groups: members, and the partitions with their offsets.

use crate::sim::InOrder;
use std::sync::Arc;

use crate::board::{Board, Names, WireKind};
use crate::broker::client::decode_assignment;
use crate::broker::coordinator::MemberView;
use crate::broker::{Broker, GroupState};
use crate::session::Session;
use crate::sim::{GroupId, NodeId, TopicId};
use crate::world::World;

use super::super::inspect::{GroupInspection, MemberRow, PartitionRow};
use super::super::naming::process_name;

/// The groups that a service's instances join.
pub(super) fn of_service(session: &Session, service: NodeId) -> Vec<GroupInspection> {
    groups(session, |to| to == service)
}

/// All groups.
pub(super) fn all(session: &Session) -> Vec<GroupInspection> {
    groups(session, |_| true)
}

fn groups(session: &Session, whose: impl Fn(NodeId) -> bool) -> Vec<GroupInspection> {
    let mut names: Vec<&str> = session.board().wires.iter().filter_map(|wire| joined(&wire.is, &whose)).collect();
    names.in_order();
    names.dedup();
    names.into_iter().filter_map(|name| group(session.world(), name)).collect()
}

fn joined(wire: &WireKind, whose: impl Fn(NodeId) -> bool) -> Option<&str> {
    match wire {
        WireKind::Consume { to, group, .. } if whose(*to) => Some(group),
        _ => None,
    }
}

/// The topics that a group reads, in the order of their names.
fn topics<'a>(board: &'a Board, name: &str) -> Vec<&'a str> {
    let read = |wire: &'a crate::board::Wire| match &wire.is {
        WireKind::Consume { topic, group, .. } if group == name => Some(topic.as_str()),
        _ => None,
    };
    let mut topics: Vec<&str> = board.wires.iter().filter_map(read).collect();
    topics.in_order();
    topics.dedup();
    topics
}

/// A state as Kafka names it.
fn state_name(state: GroupState) -> &'static str {
    match state {
        GroupState::Empty => "Empty",
        GroupState::PreparingRebalance => "PreparingRebalance",
        GroupState::CompletingRebalance => "CompletingRebalance",
        GroupState::Stable => "Stable",
        GroupState::Assigning => "Assigning",
        GroupState::Reconciling => "Reconciling",
        GroupState::Dead => "Dead",
    }
}

type Assigned = Vec<(Arc<str>, u16)>;

/// A group; none before anybody has asked the coordinator for it.
fn group(world: &World, name: &str) -> Option<GroupInspection> {
    let (board, names) = (world.board(), world.names());
    let topics = topics(board, name);
    let id = names.group_id(name)?;
    let broker = topics.iter().find_map(|topic| world.broker(board.topic(topic)?.0.id))?;
    let view = broker.group(id)?;
    let assigned: Vec<(&MemberView, Assigned)> =
        view.members.iter().map(|member| (member, decode_assignment(&member.assignment).unwrap_or_default())).collect();
    let members = assigned.iter().map(|(member, partitions)| MemberRow {
        name: process_name(member.actor, board),
        member: member.id.to_string(),
        leader: view.leader.as_ref() == Some(&member.id),
        partitions: partitions_text(partitions, topics.len() > 1),
    });
    let mut members: Vec<MemberRow> = members.collect();
    members.in_order_by(|a, b| (&a.name, &a.member).cmp(&(&b.name, &b.member)));
    let partitions = topics.iter().flat_map(|topic| partitions(world, broker, names, (id, topic), &assigned)).collect();
    let (state, generation) = (state_name(view.state).to_owned(), view.generation);
    Some(GroupInspection { name: name.to_owned(), state, generation, members, partitions })
}

/// `0, 2`; with several topics `orders 0, 2 · payments 1`.
fn partitions_text(assigned: &Assigned, several: bool) -> String {
    let runs = assigned.chunk_by(|(a, _), (b, _)| a == b).filter_map(|run| {
        let numbers: Vec<String> = run.iter().map(|(_, partition)| partition.to_string()).collect();
        let topic = &run.first()?.0;
        Some(if several { format!("{topic} {}", numbers.join(", ")) } else { numbers.join(", ") })
    });
    runs.collect::<Vec<_>>().join(" · ")
}

fn partitions(
    world: &World,
    broker: &Broker,
    names: &Names,
    (group, name): (GroupId, &str),
    assigned: &[(&MemberView, Assigned)],
) -> Vec<PartitionRow> {
    let Some(topic) = names.topic_id(name) else { return Vec::new() };
    let count = broker.topics().find(|known| known.id == topic).map_or(0, |topic| topic.count());
    let row = |partition: u16| {
        let committed = broker.committed(group, topic, partition);
        let end = broker.log(topic, partition).map_or(0, |log| log.end());
        let mine = |(of, number): &(Arc<str>, u16)| **of == *name && *number == partition;
        let owner = assigned.iter().find(|(_, partitions)| partitions.iter().any(mine)).map(|(member, _)| *member);
        PartitionRow {
            name: format!("{name} {partition}"),
            committed,
            position: owner.and_then(|owner| position(world, owner, group, (topic, partition))),
            end,
            lag: end.saturating_sub(committed.unwrap_or(0)),
            owner: owner.map_or_else(String::new, |owner| process_name(owner.actor, world.board())),
        }
    };
    (0..count).map(row).collect()
}

/// Where the member's process reads on, if it still lives and has begun to.
fn position(world: &World, owner: &MemberView, group: GroupId, place: (TopicId, u16)) -> Option<u32> {
    let instance = world.service(owner.actor.node)?.instances.get(&owner.actor.ordinal)?;
    if instance.actor != owner.actor {
        return None;
    }
    let consumers = instance.consumers.values().filter(|consumer| consumer.config().group == group);
    let mut positions = consumers.flat_map(|consumer| consumer.positions());
    positions.find(|(topic, partition, _)| (*topic, *partition) == place).map(|(.., offset)| offset)
}
