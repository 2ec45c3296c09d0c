//! Stories of reading: long polls, turns, positions, lag.

use std::collections::BTreeSet;

use crosstalk::broker::BrokerFact;
use crosstalk::broker::client::{ConsumerConfig, Reset};
use crosstalk::broker::protocol::Acks;
use crosstalk::sim::{Actor, NodeId, Role, Span};

use crate::world::{GROUP, HOP, TOPIC, World};
use crate::{assert_honest, config, consumer, everybody_stable, producer, start};

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
