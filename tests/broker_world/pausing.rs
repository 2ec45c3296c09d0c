//! Stories of consumers that are told to stop reading (`KafkaConsumer.pause`), and to read on.

use crosstalk::broker::BrokerFact;
use crosstalk::broker::assignor::Assignor;
use crosstalk::broker::client::{ConsumerConfig, ConsumerInput, GroupProtocol, Strategy};
use crosstalk::broker::protocol::Acks;
use crosstalk::sim::{Actor, NodeId, Role, Span};

use crate::world::World;
use crate::{SESSION, assert_honest, config, everybody_stable, producer, start};

fn member(world: &mut World, ordinal: u16, change: impl Fn(ConsumerConfig) -> ConsumerConfig) -> Actor {
    let who = Actor::new(NodeId(3), Role::Instance, ordinal);
    let partitions = world.broker.topics().next().map_or(1, |topic| topic.count());
    let config = change(config(world, partitions));
    start(world, who, config);
    who
}

fn stops(world: &mut World, who: Actor, stops: bool) {
    world.with_owner(who, |owner, cx, out| owner.input(cx, ConsumerInput::Reading { stops }, out));
}

/// The partitions of which a process fetches nothing although they are its own.
fn unread(world: &World, who: Actor) -> Vec<u16> {
    world.owners[&who].consumer.unread().map(|(_, partition)| partition).collect()
}

#[test]
fn who_stops_reading_stays_in_its_group_however_long_and_reads_on_where_it_was() {
    let mut world = World::new(2);
    let client = producer(&mut world, Acks::All);
    let who = member(&mut world, 0, |config| ConsumerConfig { max_poll_interval: Span::secs(10), ..config });
    world.run(Span::secs(3));
    world.send(client, 1, Some(1));
    world.run(Span::secs(2));
    stops(&mut world, who, true);
    for n in 2..=5 {
        world.send(client, n, Some(n));
    }
    world.run(Span::secs(60));
    assert_eq!((world.fetched(), world.lag()), (vec![1], 4));
    assert!(everybody_stable(&world) && unread(&world, who) == [0, 1]);
    stops(&mut world, who, false);
    world.run(Span::secs(3));
    assert_eq!((world.fetched().len(), world.lag()), (5, 0));
    let told = |paused| {
        world
            .facts
            .iter()
            .filter(|entry| matches!(entry.fact, BrokerFact::ReadingPaused { paused: is, .. } if is == paused))
            .count()
    };
    assert_eq!((told(true), told(false)), (2, 2));
    assert_honest(&world);
}

#[test]
fn an_eager_member_forgets_it_in_a_rebalance_and_others_keep_it_for_what_they_keep() {
    let eager = |config| config;
    let cooperative = |config| ConsumerConfig { strategy: Strategy::Only(Assignor::CooperativeSticky), ..config };
    let modern = |config| ConsumerConfig { protocol: GroupProtocol::Consumer, ..config };
    let kinds: [(&dyn Fn(ConsumerConfig) -> ConsumerConfig, usize); 3] = [(&eager, 0), (&cooperative, 1), (&modern, 1)];
    for (kind, left) in kinds {
        let mut world = World::new(2);
        let client = producer(&mut world, Acks::All);
        let first = member(&mut world, 0, kind);
        world.run(Span::secs(8));
        stops(&mut world, first, true);
        let second = member(&mut world, 1, kind);
        world.run(Span::secs(30));
        assert_eq!((world.owned()[&first].len(), world.owned()[&second].len()), (1, 1));
        assert_eq!((unread(&world, first).len(), unread(&world, second).len()), (left, 0));
        for n in 1..=8 {
            world.send(client, n, Some(n));
        }
        world.run(Span::secs(5));
        assert_eq!(world.lag() > 0, left > 0);
        assert_honest(&world);
    }
}

#[test]
fn a_crash_forgets_it() {
    let mut world = World::new(1);
    let client = producer(&mut world, Acks::All);
    let who = member(&mut world, 0, |config| config);
    world.run(Span::secs(3));
    stops(&mut world, who, true);
    world.send(client, 1, None);
    world.run(Span::secs(3));
    world.kill(who);
    member(&mut world, 1, |config| config);
    world.run(SESSION + Span::secs(6));
    assert_eq!((world.fetched(), world.lag()), (vec![1], 0));
}
