//! Stories of a broker with producers and consumers, on a small network with faults by hand.

mod owner;
mod random;
mod world;

use std::collections::BTreeSet;
use std::sync::Arc;

use crosstalk::broker::client::{
    Consumer, ConsumerConfig, ConsumerEvent, ConsumerInput, Phase, Producer, ProducerConfig, ProducerEvent, Reset,
};
use crosstalk::broker::protocol::{Acks, ErrorCode};
use crosstalk::broker::{BrokerFact, GroupState};
use crosstalk::net::{Key, Message};
use crosstalk::sim::{Actor, IntentId, LineId, MessageId, NodeId, Role, Span, TypeId, WireId};

use owner::Owner;
use world::{GROUP, HOP, TOPIC, World};

pub(crate) fn message(n: u32, key: Option<u32>) -> Message {
    let intent = IntentId { client: NodeId(1), n, manual: false };
    let id = MessageId { intent, by: NodeId(1), line: LineId(0), nth: 0 };
    Message { id, kind: TypeId(0), key: key.map(Key::Letter), body: Arc::new([]) }
}

const SESSION: Span = Span::secs(6);

fn producer(world: &mut World, acks: Acks) -> Actor {
    let config = ProducerConfig {
        acks,
        request_timeout: Span::secs(3),
        delivery_timeout: Span::secs(20),
        retry_backoff: Span::ms(100),
        max_in_flight: 5,
        batch_size: 16_384,
        broker: world.broker_actor,
        wire: WireId(1),
        port: 0,
    };
    let who = Actor::new(NodeId(1), Role::Client, world.producers.len() as u16);
    world.producers.insert(who, (Producer::new(config), Vec::new()));
    who
}

fn config(world: &World, partitions: u16) -> ConsumerConfig {
    ConsumerConfig {
        group: GROUP,
        topic: TOPIC,
        topic_name: "orders".into(),
        partitions,
        others: Default::default(),
        client_id: "n3-0".into(),
        session_timeout: SESSION,
        heartbeat_interval: Span::secs(2),
        max_poll_interval: Span::secs(30),
        fetch_max_wait: Span::ms(500),
        max_poll_records: 1,
        request_timeout: Span::secs(3),
        retry_backoff: Span::ms(100),
        auto_offset_reset: Reset::Earliest,
        broker: world.broker_actor,
        wire: WireId(2),
        port: 4,
    }
}

fn start(world: &mut World, who: Actor, config: ConsumerConfig) {
    let client_id = format!("n{}-{}", who.node.0, who.ordinal).into();
    let consumer = Consumer::new(ConsumerConfig { client_id, ..config });
    world.owners.insert(who, Owner::new(consumer, Span::ms(50)));
    world.with_owner(who, Owner::start);
}

fn consumer(world: &mut World, ordinal: u16) -> Actor {
    let who = Actor::new(NodeId(3), Role::Instance, ordinal);
    let config = config(world, world.broker.topics().next().map_or(1, |topic| topic.count()));
    start(world, who, config);
    who
}

fn everybody_stable(world: &World) -> bool {
    world.owners.values().all(|owner| owner.consumer.phase() == Phase::Stable)
}

fn sizes(world: &World) -> Vec<usize> {
    world.owned().values().map(Vec::len).collect()
}

/// Facts name only facts that came before them.
fn assert_honest(world: &World) {
    for (index, entry) in world.facts.iter().enumerate().skip(1) {
        let named = entry.cause.because.iter().flatten().chain([&entry.cause.trigger]);
        assert!(named.clone().all(|fact| fact.index() < index), "{index}: {entry:?}");
        assert!(entry.cause.because.iter().flatten().all(|fact| *fact != entry.cause.trigger), "{index}: {entry:?}");
    }
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
fn a_lost_acknowledgement_puts_the_record_into_the_log_twice() {
    let mut world = World::new(1);
    let client = producer(&mut world, Acks::All);
    world.send(client, 7, None);
    world.run_until("appended", |world| world.log(0) == [7]);
    world.break_connections(client);
    world.run(Span::secs(5));
    assert_eq!(world.log(0), [7, 7]);
    let retries = world.facts.iter().filter_map(|entry| match entry.fact {
        BrokerFact::ProduceRetried { attempt, .. } => Some(attempt),
        _ => None,
    });
    assert_eq!(retries.collect::<Vec<u32>>(), [1]);
    assert!(matches!(world.producers[&client].1[..], [ProducerEvent::Acked { record: Some(record), .. }] if record.offset == 1));
    assert_honest(&world);
}

#[test]
fn retries_after_a_broken_connection_keep_the_order() {
    let mut world = World::new(1);
    let client = producer(&mut world, Acks::Leader);
    for n in 1..=8 {
        world.send(client, n, None);
    }
    world.break_connections(client);
    world.run(Span::secs(5));
    assert_eq!(world.log(0), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(world.producers[&client].1.len(), 8);
}

#[test]
fn without_acknowledgements_a_producer_never_waits_and_never_knows() {
    let mut world = World::new(1);
    let client = producer(&mut world, Acks::None);
    for n in 1..=20 {
        world.send(client, n, None);
    }
    assert_eq!(world.producers[&client].1.len(), 20, "all at once");
    world.break_connections(client);
    world.run(Span::secs(5));
    assert_eq!(world.log(0), [0; 0]);
    world.send(client, 21, None);
    world.run(Span::secs(1));
    assert_eq!(world.log(0), [21]);
    assert!(!world.facts.iter().any(|entry| matches!(entry.fact, BrokerFact::Acked { .. })));
}

#[test]
fn a_message_is_given_up_after_the_delivery_timeout() {
    let mut world = World::new(1);
    let client = producer(&mut world, Acks::All);
    world.kill_broker();
    world.send(client, 1, None);
    world.run(Span::secs(19));
    assert!(world.producers[&client].1.is_empty());
    world.run(Span::secs(2));
    assert!(matches!(world.producers[&client].1[..], [ProducerEvent::Failed { .. }]));
    assert_eq!(world.producers[&client].0.pending(), 0);
    world.restart_broker();
    world.send(client, 2, None);
    world.run(Span::secs(1));
    assert_eq!(world.log(0), [2]);
    assert_honest(&world);
}

#[test]
fn a_silent_broker_costs_a_request_timeout_and_then_a_retry() {
    let mut world = World::new(1);
    let client = producer(&mut world, Acks::All);
    world.pause(world.broker_actor);
    world.send(client, 1, None);
    world.run(Span::secs(4));
    world.resume(world.broker_actor);
    world.run(Span::secs(4));
    // The first request had arrived and waited; its answer came on a connection that was closed.
    assert_eq!(world.log(0), [1, 1]);
    assert_eq!(world.producers[&client].1.len(), 1);
}

#[test]
fn a_record_for_an_unknown_partition_is_refused_and_tried_again() {
    let mut world = World::new(1);
    let client = producer(&mut world, Acks::All);
    world.broker.remove_topic(TOPIC);
    world.send(client, 1, None);
    world.run(Span::secs(1));
    assert_eq!(world.producers[&client].0.pending(), 1);
    world.broker.add_topic(TOPIC, 1);
    world.run(Span::secs(1));
    assert_eq!(world.log(0), [1]);
    assert_eq!(world.producers[&client].0.pending(), 0);
}

#[test]
fn after_a_restart_of_the_broker_consumers_go_on_from_the_committed_offsets() {
    let mut world = World::new(3);
    let client = producer(&mut world, Acks::All);
    for ordinal in 0..2 {
        consumer(&mut world, ordinal);
    }
    world.run(Span::secs(5));
    for n in 1..=20 {
        world.send(client, n, Some(n));
    }
    world.run(Span::ms(300));
    world.kill_broker();
    world.run(Span::secs(2));
    world.restart_broker();
    world.run(Span::secs(20));
    let fetched = world.fetched();
    assert_eq!(fetched.iter().copied().collect::<BTreeSet<u32>>(), (1..=20).collect());
    assert!(fetched.len() <= 23, "nothing committed is read again: {fetched:?}");
    assert_eq!(world.lag(), 0);
    assert!(everybody_stable(&world));
    assert_honest(&world);
}

#[test]
fn a_long_poll_is_answered_as_soon_as_a_record_is_appended() {
    let mut world = World::new(2);
    let client = producer(&mut world, Acks::All);
    consumer(&mut world, 0);
    world.run(Span::secs(5));
    world.run_until("a fetch is parked", |world| world.broker.parked() == 1);
    let sent = world.now;
    world.send(client, 1, Some(1));
    world.run_until("fetched", |world| world.fetched() == [1]);
    assert_eq!(world.now.since(sent), HOP + HOP);
}

#[test]
fn an_idle_consumer_polls_twice_a_second_and_not_more() {
    let mut world = World::new(2);
    consumer(&mut world, 0);
    world.run(Span::secs(5));
    let before = world.packets;
    world.run(Span::secs(10));
    // 500 ms of waiting and 2 hops each: 19 polls, 5 heartbeats, each there and back.
    assert!((44..=52).contains(&(world.packets - before)), "{}", world.packets - before);
}

#[test]
fn records_are_read_in_turn_from_all_partitions() {
    let mut world = World::new(3);
    let client = producer(&mut world, Acks::All);
    for n in 1..=60 {
        world.send(client, n, Some(n));
    }
    world.run(Span::secs(2));
    consumer(&mut world, 0);
    world.run_until("15 fetched", |world| world.fetched().len() == 15);
    let partitions = world.facts.iter().filter_map(|entry| match entry.fact {
        BrokerFact::Fetched { record, .. } => Some(record.partition),
        _ => None,
    });
    assert_eq!(partitions.collect::<Vec<u16>>(), [0, 1, 2].repeat(5));
}

#[test]
fn lag_is_the_logs_end_minus_the_committed_offset() {
    let mut world = World::new(1);
    let client = producer(&mut world, Acks::All);
    consumer(&mut world, 0);
    world.run(Span::secs(5));
    for n in 1..=10 {
        world.send(client, n, None);
    }
    world.run_until("3 committed", |world| world.broker.committed(GROUP, TOPIC, 0) == Some(3));
    assert_eq!(world.broker.lag(GROUP, TOPIC, 0), Some(7));
    world.run(Span::secs(5));
    assert_eq!(world.broker.lag(GROUP, TOPIC, 0), Some(0));
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
fn a_fetch_parked_for_a_dead_consumer_is_dropped() {
    let mut world = World::new(1);
    let who = consumer(&mut world, 0);
    world.run(Span::secs(5));
    world.run_until("a fetch is parked", |world| world.broker.parked() == 1);
    world.kill(who);
    world.run(HOP);
    assert_eq!(world.broker.parked(), 0);
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
}

#[test]
fn new_partitions_are_assigned_once_the_leader_knows_of_them() {
    let mut world = World::new(2);
    let members = [consumer(&mut world, 0), consumer(&mut world, 1)];
    world.run(Span::secs(5));
    world.broker.add_topic(TOPIC, 6);
    for who in members {
        world.with_owner(who, |owner, cx, out| {
            let events = owner.consumer.set_partitions(cx, 6, out);
            owner.take(cx, events, out);
        });
    }
    world.run(Span::secs(5));
    assert_eq!(sizes(&world), [3, 3]);
}

#[test]
fn by_latest_reading_begins_behind_what_is_there() {
    let mut world = World::new(1);
    let client = producer(&mut world, Acks::All);
    for n in 1..=3 {
        world.send(client, n, None);
    }
    world.run(Span::secs(1));
    let latest = ConsumerConfig { auto_offset_reset: Reset::Latest, ..config(&world, 1) };
    start(&mut world, Actor::new(NodeId(3), Role::Instance, 0), latest);
    world.run(Span::secs(5));
    world.send(client, 4, None);
    world.run(Span::secs(1));
    assert_eq!(world.fetched(), [4]);
}

#[test]
fn two_topics_of_one_group_are_assigned_by_one_leader() {
    let mut world = World::new(2);
    let other = crosstalk::sim::TopicId(1);
    world.broker.add_topic(other, 2);
    let first = ConsumerConfig { others: [("payments".into(), 2)].into(), ..config(&world, 2) };
    let second = ConsumerConfig {
        topic: other,
        topic_name: "payments".into(),
        others: [("orders".into(), 2)].into(),
        ..config(&world, 2)
    };
    let (a, b) = (Actor::new(NodeId(3), Role::Instance, 0), Actor::new(NodeId(4), Role::Instance, 0));
    start(&mut world, a, first);
    start(&mut world, b, second);
    world.run(Span::secs(5));
    assert_eq!(world.owned()[&a], [0, 1]);
    assert_eq!(world.owned()[&b], [0, 1]);
}
