//! Random comings, goings, crashes and sends: whatever happened, in the end all is read and nothing has two owners.

use std::collections::{BTreeMap, BTreeSet};

use crosstalk::broker::assignor::Assignor;
use crosstalk::broker::client::{self, ConsumerConfig, ConsumerInput, GroupProtocol, ProducerEvent};
use crosstalk::broker::protocol::Acks;
use crosstalk::broker::{BrokerFact, GroupState};
use crosstalk::sim::{Actor, FactHash, FactHasher, NodeId, Role, Span};
use proptest::prelude::*;

use crate::owner::Owner;
use crate::world::{GROUP, World};
use crate::{assert_honest, config, everybody_stable, producer, start};

const PARTITIONS: u16 = 4;
const PROCESSES: u16 = 4;

#[derive(Clone, Debug)]
enum Step {
    Start(u16),
    Leave(u16),
    Crash(u16),
    Pause(u16),
    Resume(u16),
    Break(u16),
    Reading(u16, bool),
    BreakProducer,
    CrashBroker(u64),
    Send(u8),
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let process = 0..PROCESSES;
    prop_oneof![
        4 => process.clone().prop_map(Step::Start),
        1 => process.clone().prop_map(Step::Leave),
        2 => process.clone().prop_map(Step::Crash),
        1 => process.clone().prop_map(Step::Pause),
        1 => process.clone().prop_map(Step::Resume),
        1 => process.clone().prop_map(Step::Break),
        1 => (process, any::<bool>()).prop_map(|(process, stops)| Step::Reading(process, stops)),
        1 => Just(Step::BreakProducer),
        1 => (0u64..4_000).prop_map(Step::CrashBroker),
        5 => (1u8..6).prop_map(Step::Send),
        6 => (0u64..5_000).prop_map(Step::Wait),
    ]
}

/// What kind of members a world has.
#[derive(Clone, Copy, Debug)]
struct Kind {
    strategy: client::Strategy,
    protocol: GroupProtocol,
    is_static: bool,
    /// Whether they commit by themselves, and how often.
    auto_commit: Option<Span>,
}

/// A cooperative static member that is away between the two rebalances comes back into the first one's generation, in Kafka
/// too: nobody gets what it gave up before the next rebalance.
fn kind() -> impl Strategy<Value = Kind> {
    let protocol = prop_oneof![2 => Just(GroupProtocol::Classic), 1 => Just(GroupProtocol::Consumer)];
    let auto_commit = prop_oneof![2 => Just(None), 1 => (100u64..6_000).prop_map(|ms| Some(Span::ms(ms)))];
    (strategy(), protocol, any::<bool>(), auto_commit).prop_map(|(strategy, protocol, is_static, auto_commit)| {
        let is_left_out = protocol == GroupProtocol::Classic && strategy.is_cooperative();
        Kind { strategy, protocol, is_static: is_static && !is_left_out, auto_commit }
    })
}

/// The living process of an ordinal, if there is one.
fn alive(world: &World, ordinal: u16) -> Option<Actor> {
    world.owners.keys().copied().find(|who| who.ordinal == ordinal)
}

fn strategy() -> impl Strategy<Value = client::Strategy> {
    let only = prop::sample::select(Assignor::ALL.to_vec()).prop_map(client::Strategy::Only);
    prop_oneof![1 => Just(client::Strategy::default()), 4 => only]
}

fn play(steps: &[Step], kind: Kind) -> World {
    let mut world = World::new(PARTITIONS);
    world.uneven = true;
    let client = producer(&mut world, Acks::All);
    let mut lives: BTreeMap<u16, u16> = BTreeMap::new();
    let mut left: BTreeSet<Actor> = BTreeSet::new();
    let mut sent = 0;
    let begin = |world: &mut World, lives: &mut BTreeMap<u16, u16>, ordinal: u16| {
        let life = lives.entry(ordinal).or_default();
        let who = Actor { life: *life, ..Actor::new(NodeId(3), Role::Instance, ordinal) };
        *life += 1;
        let Kind { strategy, protocol, is_static, auto_commit } = kind;
        let instance = is_static.then(|| format!("i{ordinal}").into());
        let config = ConsumerConfig { strategy, protocol, instance, auto_commit, ..config(world, PARTITIONS) };
        start(world, who, config);
    };
    for step in steps {
        match *step {
            Step::Start(ordinal) => {
                if alive(&world, ordinal).is_none() {
                    begin(&mut world, &mut lives, ordinal);
                }
            }
            Step::Wait(ms) => world.run(Span::ms(ms)),
            Step::Send(count) => {
                for _ in 0..count {
                    sent += 1;
                    world.send(client, sent, Some(sent));
                }
            }
            Step::BreakProducer => world.break_connections(client),
            Step::CrashBroker(ms) => {
                world.kill_broker();
                world.run(Span::ms(ms));
                world.restart_broker();
            }
            Step::Leave(n) | Step::Crash(n) | Step::Pause(n) | Step::Resume(n) | Step::Break(n) | Step::Reading(n, _) => {
                let Some(who) = alive(&world, n) else { continue };
                match step {
                    Step::Leave(_) => {
                        world.with_owner(who, Owner::leave);
                        left.insert(who);
                    }
                    Step::Reading(_, stops) => {
                        let stops = *stops;
                        world.with_owner(who, |owner, cx, out| owner.input(cx, ConsumerInput::Reading { stops }, out));
                    }
                    Step::Pause(_) => world.pause(who),
                    Step::Resume(_) => world.resume(who),
                    Step::Break(_) => world.break_connections(who),
                    _ => world.kill(who),
                }
            }
        }
    }
    for ordinal in 0..PROCESSES {
        if let Some(who) = alive(&world, ordinal) {
            world.resume(who);
            world.with_owner(who, |owner, cx, out| owner.input(cx, ConsumerInput::Reading { stops: false }, out));
        }
    }
    world.run(Span::secs(5));
    for who in left {
        world.kill(who);
    }
    if world.owners.is_empty() {
        begin(&mut world, &mut lives, 0);
    }
    world.run(Span::secs(60));
    // A static member that took over a place in a rebalance is fenced if the broker crashes before that is written, in Kafka
    // too; who runs the service starts it again.
    let fenced = world.owners.iter().filter(|(_, owner)| owner.consumer.phase() == client::Phase::Gone).map(|(who, _)| *who);
    for who in fenced.collect::<Vec<Actor>>() {
        assert!(kind.is_static, "only a static member can be fenced for good");
        world.kill(who);
        begin(&mut world, &mut lives, who.ordinal);
    }
    // Rebalances of crashed leaders may each cost a rebalance timeout of 30 s.
    world.run(Span::secs(200));
    world
}

fn hash(world: &World) -> FactHash {
    let mut hasher = FactHasher::default();
    for entry in &world.facts {
        hasher.add(&(entry.at, entry.who, entry.fact, entry.cause));
    }
    hasher.value()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_comes_and_goes_all_is_read_and_no_generation_gives_a_partition_twice(
        steps in prop::collection::vec(step(), 1..40),
        kind in kind(),
    ) {
        let world = play(&steps, kind);
        assert_honest(&world);
        prop_assert!(everybody_stable(&world));
        let coordinator = world.broker.coordinator();
        let state = match kind.protocol {
            GroupProtocol::Classic => coordinator.group(GROUP).map(|group| group.state),
            GroupProtocol::Consumer => coordinator.modern_group(GROUP).map(|group| group.state),
        };
        prop_assert_eq!(state, Some(GroupState::Stable));

        let mut owned: Vec<u16> = world.owned().into_values().flatten().collect();
        owned.sort_unstable();
        prop_assert_eq!(owned, (0..PARTITIONS).collect::<Vec<u16>>(), "each partition has one owner");

        let in_logs: BTreeSet<u32> = (0..PARTITIONS).flat_map(|partition| world.log(partition)).collect();
        let fetched: BTreeSet<u32> = world.fetched().into_iter().collect();
        prop_assert_eq!(fetched, in_logs, "every record was delivered");
        prop_assert_eq!(world.lag(), 0, "and committed");

        prop_assert!(world.broker.parked() <= world.owners.len());

        let (producer, events) = world.producers.values().next().expect("there is a producer");
        prop_assert_eq!(producer.pending(), 0);
        for event in events {
            if let ProducerEvent::Acked { message, record, .. } = event {
                let at = record.and_then(|record| world.broker.log(record.topic, record.partition)?.get(record.offset));
                prop_assert_eq!(at.map(|entry| entry.message.id), Some(*message), "an acknowledged record is in the log");
            }
        }

        let mut committed: BTreeMap<u16, u32> = BTreeMap::new();
        for entry in &world.facts {
            if let BrokerFact::OffsetCommitted { partition, offset, .. } = entry.fact {
                let before = committed.insert(partition, offset).unwrap_or(0);
                prop_assert!(before <= offset, "the committed offset of {} went back from {} to {}", partition, before, offset);
            }
        }

        let mut owners: BTreeMap<(u32, u16), Actor> = BTreeMap::new();
        for entry in &world.facts {
            if let BrokerFact::Assigned { generation, partition, .. } = entry.fact {
                // A static member that comes back takes its place again in its next life.
                let who = Actor { life: if kind.is_static { 0 } else { entry.who.life }, ..entry.who };
                let owner = *owners.entry((generation, partition)).or_insert(who);
                prop_assert_eq!(owner, who, "generation {}, partition {}", generation, partition);
            }
        }
    }

    #[test]
    fn the_same_story_gives_the_same_facts(
        steps in prop::collection::vec(step(), 1..15),
        kind in kind(),
    ) {
        prop_assert_eq!(hash(&play(&steps, kind)), hash(&play(&steps, kind)));
    }
}
