//! Stories of producers: acknowledgements, retries, duplicates, giving up.

use crosstalk::broker::BrokerFact;
use crosstalk::broker::client::ProducerEvent;
use crosstalk::broker::protocol::Acks;
use crosstalk::sim::Span;

use crate::world::{TOPIC, World};
use crate::{assert_honest, producer};

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
