//! Stories of a broker with producers and consumers, on a small network with faults by hand.

mod committing;
mod cooperating;
mod owner;
mod pausing;
mod producing;
mod random;
mod reading;
mod reconciling;
mod sharing;
mod standing;
mod world;

use std::sync::Arc;

use crosstalk::broker::client::{Consumer, ConsumerConfig, GroupProtocol, Phase, Producer, ProducerConfig, Reset, Strategy};
use crosstalk::broker::partitioner::Partitioner;
use crosstalk::broker::protocol::Acks;
use crosstalk::net::{Key, Message};
use crosstalk::sim::{Actor, IntentId, LineId, MessageId, NodeId, Role, Span, TypeId, WireId};

use owner::Owner;
use world::{GROUP, TOPIC, World};

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
        partitioner: Partitioner::Default,
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
        cluster: Default::default(),
        client_id: "n3-0".into(),
        protocol: GroupProtocol::Classic,
        strategy: Strategy::default(),
        remote_assignor: None,
        instance: None,
        rack: None,
        session_timeout: SESSION,
        heartbeat_interval: Span::secs(2),
        max_poll_interval: Span::secs(30),
        fetch_max_wait: Span::ms(500),
        max_poll_records: 1,
        request_timeout: Span::secs(3),
        retry_backoff: Span::ms(100),
        auto_offset_reset: Reset::Earliest,
        auto_commit: None,
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

/// Facts name only facts that came before them.
fn assert_honest(world: &World) {
    for (index, entry) in world.facts.iter().enumerate().skip(1) {
        let named = entry.cause.because.iter().flatten().chain([&entry.cause.trigger]);
        assert!(named.clone().all(|fact| fact.index() < index), "{index}: {entry:?}");
        assert!(entry.cause.because.iter().flatten().all(|fact| *fact != entry.cause.trigger), "{index}: {entry:?}");
    }
}
