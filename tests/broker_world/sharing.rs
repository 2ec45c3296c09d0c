//! Stories of groups: joining, leaving, crashing, being thrown out.

use std::sync::Arc;

use crosstalk::broker::client::{ConsumerConfig, ConsumerEvent, ConsumerInput, Phase};
use crosstalk::broker::protocol::{Acks, ErrorCode};
use crosstalk::broker::{BrokerFact, GroupState};
use crosstalk::sim::{Actor, NodeId, Role, Span, TopicId};

use crate::owner::Owner;
use crate::world::{GROUP, HOP, TOPIC, World};
use crate::{SESSION, assert_honest, config, consumer, everybody_stable, producer, start};

fn sizes(world: &World) -> Vec<usize> {
    world.owned().values().map(Vec::len).collect()
}

#[test]
fn two_consumers_share_three_partitions() {
    let mut world = World::new(3);
    let client = producer(&mut world, Acks::All);
    let (first, second) = (consumer(&mut world, 0), consumer(&mut world, 1));
    world.run(Span::secs(5));
    assert!(everybody_stable(&world));
    assert_eq!(world.owned()[&first].len() + world.owned()[&second].len(), 3);
    assert_eq!(sizes(&world).iter().max(), Some(&2));
    for n in 1..=30 {
        world.send(client, n, Some(n));
        world.run(Span::ms(20));
    }
    world.run(Span::secs(5));
    let mut fetched = world.fetched();
    fetched.sort_unstable();
    assert_eq!(fetched, (1..=30).collect::<Vec<u32>>());
    assert_eq!(world.lag(), 0);
    assert_honest(&world);
}

#[test]
fn a_crashed_consumers_partitions_move_after_the_session_timeout() {
    let mut world = World::new(3);
    let (first, second) = (consumer(&mut world, 0), consumer(&mut world, 1));
    world.run(Span::secs(5));
    world.kill(first);
    world.run(SESSION.minus(Span::secs(2)).minus(HOP));
    assert!(world.owned()[&second].len() < 3, "not before the session timeout");
    world.run(Span::secs(2) + Span::secs(3));
    assert_eq!(world.owned()[&second], [0, 1, 2]);
    assert_honest(&world);
}

#[test]
fn a_third_consumer_triggers_a_rebalance() {
    let mut world = World::new(3);
    for ordinal in 0..2 {
        consumer(&mut world, ordinal);
    }
    world.run(Span::secs(5));
    let before = world.broker.group(GROUP).expect("the group is there").generation;
    consumer(&mut world, 2);
    world.run(Span::secs(5));
    let group = world.broker.group(GROUP).expect("the group is there");
    assert_eq!((group.generation, group.state), (before + 1, GroupState::Stable));
    assert_eq!(sizes(&world), [1, 1, 1]);
    assert_honest(&world);
}

#[test]
fn a_paused_consumer_loses_its_partitions_and_its_commit_is_refused() {
    let mut world = World::new(1);
    let client = producer(&mut world, Acks::All);
    let first = consumer(&mut world, 0);
    world.run(Span::secs(5));
    let second = consumer(&mut world, 1);
    world.run(Span::secs(5));
    let (owner, other) = if world.owned()[&first].is_empty() { (second, first) } else { (first, second) };
    world.send(client, 1, None);
    world.run_until("fetched", |world| world.fetched() == [1]);
    world.pause(owner);
    world.run(SESSION + Span::secs(6));
    assert_eq!(world.fetched(), [1, 1], "the other one has read it, too");
    assert_eq!(world.broker.committed(GROUP, TOPIC, 0), Some(1));
    world.resume(owner);
    world.run(Span::secs(10));
    let events = &world.owners[&owner].events;
    assert!(events.contains(&ConsumerEvent::Lost), "{events:?}");
    let refused = |event: &ConsumerEvent| {
        matches!(event, ConsumerEvent::CommitDone { error: ErrorCode::UnknownMemberId | ErrorCode::IllegalGeneration, .. })
    };
    assert!(events.iter().any(refused), "{events:?}");
    assert_eq!(world.owned()[&owner].len() + world.owned()[&other].len(), 1);
    assert!(everybody_stable(&world));
    assert_honest(&world);
}

#[test]
fn work_from_before_a_loss_is_refused_even_after_the_consumer_has_joined_again() {
    let mut world = World::new(1);
    let client = producer(&mut world, Acks::All);
    let who = consumer(&mut world, 0);
    world.owners.get_mut(&who).expect("there").work = Span::secs(25);
    world.run(Span::secs(5));
    world.send(client, 1, None);
    world.run_until("fetched", |world| world.fetched() == [1]);
    world.pause(who);
    world.run(SESSION + Span::secs(2));
    world.resume(who);
    world.run(Span::secs(1));
    assert_eq!(world.owners[&who].events.last(), Some(&ConsumerEvent::Lost));
    // Another worker of the same process is free; it finds a longer log and no committed offset.
    world.with_owner(who, |owner, cx, out| {
        let other_worker = owner.consumer.handle(cx, ConsumerInput::Poll, out);
        assert!(other_worker.is_empty());
    });
    world.run(Span::ms(10));
    assert_eq!(world.owners[&who].consumer.phase(), Phase::Joining);
    world.with_owner(who, |owner, cx, out| {
        let (topic, partition, offset) = (TOPIC, 0, 1);
        owner.input(cx, ConsumerInput::Commit { topic, partition, offset }, out);
    });
    world.run_until("joined again", |world| world.owners[&who].consumer.phase() == Phase::Positioning);
    world.with_owner(who, |owner, cx, out| {
        let (topic, partition, offset) = (TOPIC, 0, 1);
        owner.input(cx, ConsumerInput::Commit { topic, partition, offset }, out);
    });
    world.run(HOP + HOP);
    let refusals = world.facts.iter().filter(|entry| matches!(entry.fact, BrokerFact::OffsetCommitRefused { .. }));
    assert_eq!(refusals.count(), 2, "by the coordinator, before and after");
    assert_eq!(world.broker.committed(GROUP, TOPIC, 0), None);
}

#[test]
fn a_rebalance_waits_for_running_work_and_its_commit() {
    let mut world = World::new(2);
    let client = producer(&mut world, Acks::All);
    let first = consumer(&mut world, 0);
    world.owners.get_mut(&first).expect("there").work = Span::secs(8);
    world.run(Span::secs(5));
    world.send(client, 1, Some(1));
    world.run_until("fetched", |world| world.fetched() == [1]);
    let second = consumer(&mut world, 1);
    world.run(Span::secs(5));
    assert_eq!(world.owned()[&second], [0; 0], "the first one still works");
    world.run(Span::secs(10));
    assert_eq!(sizes(&world), [1, 1]);
    assert_eq!(world.fetched(), [1], "the commit was accepted while the group was preparing");
}

#[test]
fn a_consumer_that_does_not_poll_in_time_leaves_and_joins_again_at_its_next_poll() {
    let mut world = World::new(2);
    let client = producer(&mut world, Acks::All);
    let slow = consumer(&mut world, 0);
    let other = consumer(&mut world, 1);
    world.run(Span::secs(5));
    world.owners.get_mut(&slow).expect("there").work = Span::secs(40);
    for n in 1..=20 {
        world.send(client, n, Some(n));
    }
    world.run(Span::secs(35));
    assert_eq!(world.owned()[&other].len(), 2);
    assert!(world.owners[&slow].events.contains(&ConsumerEvent::Lost));
    world.owners.get_mut(&slow).expect("there").work = Span::ms(50);
    world.run(Span::secs(15));
    assert_eq!(sizes(&world), [1, 1]);
    assert_eq!(world.lag(), 0);
}

#[test]
fn a_consumer_that_leaves_hands_its_partitions_over_at_once() {
    let mut world = World::new(2);
    let (first, second) = (consumer(&mut world, 0), consumer(&mut world, 1));
    world.run(Span::secs(5));
    world.with_owner(first, Owner::leave);
    world.run(Span::secs(3));
    assert_eq!(world.owners[&first].events.last(), Some(&ConsumerEvent::Left));
    assert_eq!(world.owners[&first].consumer.phase(), Phase::Gone);
    assert_eq!(world.owned()[&second], [0, 1]);
    let late = ConsumerInput::Commit { topic: TOPIC, partition: 0, offset: 1 };
    let answer = world.with_owner(first, |owner, cx, out| owner.consumer.handle(cx, late, out));
    assert!(matches!(answer[..], [ConsumerEvent::CommitDone { error: ErrorCode::UnknownMemberId, .. }]), "{answer:?}");
}

#[test]
fn new_partitions_are_assigned_once_the_leader_knows_of_them() {
    let mut world = World::new(2);
    let members = [consumer(&mut world, 0), consumer(&mut world, 1)];
    world.run(Span::secs(5));
    world.broker.add_topic(TOPIC, 6);
    for who in members {
        world.with_owner(who, |owner, cx, out| {
            let events = owner.consumer.set_metadata(cx, 6, Default::default(), out);
            owner.take(cx, events, out);
        });
    }
    world.run(Span::secs(5));
    assert_eq!(sizes(&world), [3, 3]);
}

#[test]
fn two_topics_of_one_group_are_assigned_by_one_leader() {
    let mut world = World::new(2);
    let other = TopicId(1);
    world.broker.add_topic(other, 2);
    let first = ConsumerConfig { cluster: Arc::new([("payments".into(), 2)].into()), ..config(&world, 2) };
    let second = ConsumerConfig {
        topic: other,
        topic_name: "payments".into(),
        cluster: Arc::new([("orders".into(), 2)].into()),
        ..config(&world, 2)
    };
    let (a, b) = (Actor::new(NodeId(3), Role::Instance, 0), Actor::new(NodeId(4), Role::Instance, 0));
    start(&mut world, a, first);
    start(&mut world, b, second);
    world.run(Span::secs(5));
    assert_eq!(world.owned()[&a], [0, 1]);
    assert_eq!(world.owned()[&b], [0, 1]);
}
