//! Stories of consumers that commit by themselves (`enable.auto.commit`): when, what, and what a crash then costs.

use crosstalk::broker::BrokerFact;
use crosstalk::broker::assignor::Assignor;
use crosstalk::broker::client::{ConsumerConfig, ConsumerInput, GroupProtocol, Strategy};
use crosstalk::broker::protocol::Acks;
use crosstalk::sim::{Actor, NodeId, Role, Span, Time};

use crate::owner::Owner;
use crate::world::{GROUP, TOPIC, World};
use crate::{SESSION, assert_honest, config, everybody_stable, producer, start};

const INTERVAL: Span = Span::secs(4);

/// A process whose consumer commits by itself, with other settings that it may have.
fn member(world: &mut World, ordinal: u16, change: impl Fn(ConsumerConfig) -> ConsumerConfig) -> Actor {
    let who = Actor::new(NodeId(3), Role::Instance, ordinal);
    let partitions = world.broker.topics().next().map_or(1, |topic| topic.count());
    let config = change(ConsumerConfig { auto_commit: Some(INTERVAL), ..config(world, partitions) });
    start(world, who, config);
    who
}

fn plain(world: &mut World, ordinal: u16) -> Actor {
    member(world, ordinal, |config| config)
}

/// All commits that were written: when, of which partition, and which offset.
fn commits(world: &World) -> Vec<(Time, u16, u32)> {
    let committed = |entry: &crate::world::Entry| match entry.fact {
        BrokerFact::OffsetCommitted { partition, offset, .. } => Some((entry.at, partition, offset)),
        _ => None,
    };
    world.facts.iter().filter_map(committed).collect()
}

fn committed(world: &World, partition: u16) -> Option<u32> {
    world.broker.committed(GROUP, TOPIC, partition)
}

#[test]
fn all_positions_are_committed_in_one_request_each_time_that_the_interval_is_over() {
    let mut world = World::new(2);
    let client = producer(&mut world, Acks::All);
    plain(&mut world, 0);
    world.run(Span::secs(1));
    world.send(client, 1, Some(1));
    world.run(Span::secs(1));
    assert_eq!((world.fetched(), commits(&world).len()), (vec![1], 0), "not before the interval is over");
    world.run(Span::secs(12));
    let all = commits(&world);
    let times: Vec<Time> = all.iter().map(|(at, ..)| *at).collect();
    assert_eq!(times.len(), 6, "both partitions, three times, though nothing has changed: {all:?}");
    assert!(times.chunks(2).all(|pair| pair[0] == pair[1]), "{all:?}");
    let apart = times[2].since(times[0]);
    assert!(apart >= INTERVAL && apart < INTERVAL + Span::secs(1), "at the first poll after it: {apart}");
    assert_eq!(world.lag(), 0);
    assert_honest(&world);
}

#[test]
fn what_was_done_since_the_last_commit_is_read_again_after_a_crash() {
    let mut world = World::new(1);
    let client = producer(&mut world, Acks::All);
    let who = plain(&mut world, 0);
    world.run(Span::secs(6));
    world.send(client, 1, None);
    world.run(Span::secs(1));
    assert_eq!((world.fetched(), world.owners[&who].batch.len()), (vec![1], 0), "it is done");
    world.kill(who);
    plain(&mut world, 1);
    world.run(SESSION + Span::secs(6));
    assert_eq!((world.fetched(), world.lag()), (vec![1, 1], 0));
}

#[test]
fn what_another_worker_has_in_hand_is_committed_with_the_next_poll_and_lost_in_a_crash() {
    let mut world = World::new(1);
    let client = producer(&mut world, Acks::All);
    let who = plain(&mut world, 0);
    world.owners.get_mut(&who).expect("there").work = Span::secs(20);
    world.send(client, 1, None);
    world.run(Span::secs(6));
    assert_eq!((world.fetched(), committed(&world, 0)), (vec![1], None), "who works does not poll");
    world.with_owner(who, |owner, cx, out| owner.input(cx, ConsumerInput::Poll, out));
    world.run(Span::secs(1));
    assert_eq!(committed(&world, 0), Some(1), "handed out counts as read");
    world.kill(who);
    plain(&mut world, 1);
    world.run(SESSION + Span::secs(6));
    assert_eq!(world.fetched(), [1], "nobody reads it again");
}

#[test]
fn an_eager_member_finishes_what_it_was_handed_and_commits_it_before_it_gives_it_up() {
    let mut world = World::new(2);
    let client = producer(&mut world, Acks::All);
    let first = member(&mut world, 0, |config| ConsumerConfig { max_poll_records: 3, ..config });
    world.owners.get_mut(&first).expect("there").work = Span::secs(2);
    world.run(Span::secs(2));
    for n in 1..=3 {
        world.send(client, n, Some(1));
    }
    world.run_until("fetched", |world| world.fetched().len() == 3);
    plain(&mut world, 1);
    world.run(Span::secs(20));
    assert_eq!((world.fetched(), world.lag()), (vec![1, 2, 3], 0));
    assert!(everybody_stable(&world));
    assert_honest(&world);
}

#[test]
fn a_cooperative_member_commits_before_it_joins_and_not_when_it_gives_up() {
    let mut world = World::new(2);
    let client = producer(&mut world, Acks::All);
    let cooperative = |config| ConsumerConfig { strategy: Strategy::Only(Assignor::CooperativeSticky), ..config };
    let rarely = |config| ConsumerConfig { auto_commit: Some(Span::secs(600)), ..cooperative(config) };
    let first = member(&mut world, 0, rarely);
    world.run(Span::secs(3));
    world.send(client, 1, Some(1));
    world.run(Span::secs(2));
    assert_eq!((world.fetched(), commits(&world).len()), (vec![1], 0));
    member(&mut world, 1, rarely);
    world.run_until("the first joins, too", |world| !commits(world).is_empty());
    assert_eq!(world.owned()[&first].len(), 2, "it has given up nothing yet");
    world.run(Span::secs(10));
    assert!(everybody_stable(&world));
    assert_eq!((world.fetched(), world.lag()), (vec![1], 0));
}

#[test]
fn a_member_of_the_consumer_protocol_commits_before_it_gives_up() {
    let mut world = World::new(2);
    let client = producer(&mut world, Acks::All);
    let modern = |config| ConsumerConfig { protocol: GroupProtocol::Consumer, auto_commit: Some(Span::secs(600)), ..config };
    let first = member(&mut world, 0, modern);
    world.run(Span::secs(8));
    for n in 1..=8 {
        world.send(client, n, Some(n));
    }
    world.run(Span::secs(2));
    assert_eq!((world.fetched().len(), commits(&world).len()), (8, 0));
    member(&mut world, 1, modern);
    world.run(Span::secs(20));
    assert_eq!(world.owned()[&first].len(), 1);
    assert_eq!((world.fetched().len(), world.lag()), (8, 0), "none comes again");
    assert_honest(&world);
}

#[test]
fn a_consumer_that_closes_commits_what_it_was_handed_be_it_static_or_not() {
    for instance in [None, Some("shipping-1")] {
        let mut world = World::new(1);
        let client = producer(&mut world, Acks::All);
        let who = member(&mut world, 0, |config| ConsumerConfig { instance: instance.map(Into::into), ..config });
        world.run(Span::secs(2));
        world.send(client, 1, None);
        world.run(Span::secs(1));
        assert_eq!(committed(&world, 0), None);
        world.with_owner(who, Owner::leave);
        world.run(Span::secs(1));
        assert_eq!(committed(&world, 0), Some(1), "{instance:?}");
    }
}

#[test]
fn a_commit_whose_connection_breaks_is_sent_again_and_later_ones_take_the_place_of_earlier_ones() {
    let mut world = World::new(1);
    let client = producer(&mut world, Acks::All);
    let who = plain(&mut world, 0);
    world.run(Span::secs(2));
    world.send(client, 1, None);
    world.run_until("it commits", |world| world.now >= Time::ZERO + Span::ms(4_500));
    world.kill_broker();
    world.run(Span::secs(13));
    world.restart_broker();
    world.run(Span::secs(3));
    let offsets: Vec<u32> = commits(&world).iter().map(|(.., offset)| *offset).collect();
    assert!(offsets.len() <= 3 && offsets.is_sorted() && committed(&world, 0) == Some(1), "{offsets:?}");
    assert!(world.owners[&who].events.iter().all(|event| !format!("{event:?}").contains("CommitDone")), "nobody asked");
}
