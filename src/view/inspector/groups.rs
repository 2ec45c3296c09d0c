//! Consumer groups: members, and the partitions with their offsets.

use crate::board::{Board, Names, WireKind};
use crate::broker::{Broker, GroupState};
use crate::session::Session;
use crate::sim::{Actor, GroupId, InOrder, NodeId};
use crate::world::World;

use super::super::inspect::{GroupInspection, MemberRow, PartitionRow};
use super::super::naming::process_name;
use super::super::words::why_words;
use super::members::{Known, Place, Roster};

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

/// A group; none before anybody has asked the coordinator for it.
fn group(world: &World, name: &str) -> Option<GroupInspection> {
    let (board, names) = (world.board(), world.names());
    let topics = topics(board, name);
    let id = names.group_id(name)?;
    let node = topics.iter().find_map(|topic| Some(board.topic(topic)?.0.id))?;
    let broker = world.broker(node)?;
    let roster = Roster::of(world, node, id)?;
    let several = topics.len() > 1;
    let row = |member: &Known| MemberRow {
        name: process_name(member.actor, board),
        member: member.id.clone(),
        instance: member.instance.clone(),
        leader: member.leader,
        partitions: partitions_text(&member.assigned, several, names),
        does: member.does,
        gives_up: partitions_text(&member.gives_up, several, names),
        outside: member.outside,
        timers: member.timers.clone(),
    };
    let mut members: Vec<MemberRow> = roster.members.iter().map(row).collect();
    members.in_order_by(|a, b| (a.outside, &a.name, &a.member).cmp(&(b.outside, &b.name, &b.member)));
    let partitions = topics.iter().flat_map(|topic| partitions(world, broker, (id, topic), &roster.members)).collect();
    Some(GroupInspection {
        name: name.to_owned(),
        state: state_name(roster.state).to_owned(),
        generation: roster.generation.0,
        counted: roster.generation.1,
        how: roster.how,
        why: roster.why.map_or("", why_words),
        timers: roster.timers,
        members,
        partitions,
    })
}

/// `0, 2`; with several topics `orders 0, 2 · payments 1`.
fn partitions_text(assigned: &[Place], several: bool, names: &Names) -> String {
    let runs = assigned.chunk_by(|(a, _), (b, _)| a == b).filter_map(|run| {
        let numbers: Vec<String> = run.iter().map(|(_, partition)| partition.to_string()).collect();
        let topic = names.topic(run.first()?.0);
        Some(if several { format!("{topic} {}", numbers.join(", ")) } else { numbers.join(", ") })
    });
    runs.collect::<Vec<_>>().join(" · ")
}

fn partitions(world: &World, broker: &Broker, (group, name): (GroupId, &str), members: &[Known]) -> Vec<PartitionRow> {
    let Some(topic) = world.names().topic_id(name) else { return Vec::new() };
    let count = broker.topics().find(|known| known.id == topic).map_or(0, |topic| topic.count());
    let row = |partition: u16| {
        let committed = broker.committed(group, topic, partition);
        let end = broker.log(topic, partition).map_or(0, |log| log.end());
        let has = |member: &&Known| !member.outside && member.assigned.contains(&(topic, partition));
        let owner = members.iter().find(has).map(|member| member.actor);
        PartitionRow {
            name: format!("{name} {partition}"),
            committed,
            position: owner.and_then(|owner| position(world, owner, group, (topic, partition))),
            end,
            lag: end.saturating_sub(committed.unwrap_or(0)),
            owner: owner.map_or_else(String::new, |owner| process_name(owner, world.board())),
        }
    };
    (0..count).map(row).collect()
}

/// Where the member's process reads on, if it still lives and has begun to.
fn position(world: &World, owner: Actor, group: GroupId, place: Place) -> Option<u32> {
    let instance = world.service(owner.node)?.instances.get(&owner.ordinal)?;
    if instance.actor != owner {
        return None;
    }
    let consumers = instance.consumers.values().filter(|consumer| consumer.config().group == group);
    let mut positions = consumers.flat_map(|consumer| consumer.positions());
    positions.find(|(topic, partition, _)| (*topic, *partition) == place).map(|(.., offset)| offset)
}
