//! Stories of groups whose members keep what they have through a rebalance, and of sticky ones that come back.

use crosstalk::broker::BrokerFact;
use crosstalk::broker::assignor::Assignor;
use crosstalk::broker::client::{ConsumerConfig, Phase, Strategy};
use crosstalk::broker::protocol::{Acks, ErrorCode};
use crosstalk::sim::{Actor, FactId, NodeId, Role, Span};

use crate::world::{GROUP, World};
use crate::{assert_honest, config, everybody_stable, producer, start};

fn member(world: &mut World, ordinal: u16, assignor: Assignor) -> Actor {
    let who = Actor::new(NodeId(3), Role::Instance, ordinal);
    let config = ConsumerConfig { strategy: Strategy::Only(assignor), ..config(world, 4) };
    start(world, who, config);
    who
}

/// A group of one reads four partitions; then a second member comes while records flow. Gives the world, the first member,
/// and the fact before the second came.
fn joined_by_a_second(assignor: Assignor) -> (World, Actor, usize) {
    let mut world = World::new(4);
    let client = producer(&mut world, Acks::All);
    let first = member(&mut world, 0, assignor);
    world.run(Span::secs(5));
    let before = world.facts.len();
    member(&mut world, 1, assignor);
    for n in 1..=120 {
        world.send(client, n, Some(n));
        world.run(Span::ms(50));
    }
    world.run(Span::secs(10));
    assert!(everybody_stable(&world));
    assert_eq!(world.lag(), 0);
    assert_honest(&world);
    (world, first, before)
}

fn generation(world: &World) -> u32 {
    world.broker.group(GROUP).expect("the group is there").generation
}

/// How many partitions a member gave up since then, and the fewest that it had at any time.
fn seen(world: &World, who: Actor, since: usize) -> (usize, usize) {
    let (mut revoked, mut has, mut fewest) = (0, 0, usize::MAX);
    for (at, entry) in world.facts.iter().enumerate().filter(|(_, entry)| entry.who == who) {
        match entry.fact {
            BrokerFact::Assigned { .. } => has += 1,
            BrokerFact::Revoked { .. } => {
                has -= 1;
                revoked += usize::from(at >= since);
            }
            _ => {}
        }
        fewest = if at >= since { fewest.min(has) } else { fewest };
    }
    (revoked, fewest)
}

#[test]
fn an_eager_group_stops_for_a_rebalance_and_gives_everything_up() {
    let (world, first, before) = joined_by_a_second(Assignor::Range);
    assert_eq!(generation(&world), 2);
    assert_eq!(seen(&world, first, before), (4, 0));
}

#[test]
fn a_cooperative_member_reads_on_gives_up_only_what_moves_and_a_second_rebalance_follows() {
    let (world, first, before) = joined_by_a_second(Assignor::CooperativeSticky);
    assert_eq!(generation(&world), 3, "one to take two partitions from the first, one to give them to the second");
    assert_eq!(seen(&world, first, before), (2, 2), "it reads on from the other two all the time");
    let sizes: Vec<usize> = world.owned().values().map(Vec::len).collect();
    assert_eq!(sizes, [2, 2]);
}

#[test]
fn a_commit_in_a_generation_that_a_crash_of_the_broker_forgot_is_sent_again() {
    let mut world = World::new(4);
    let client = producer(&mut world, Acks::All);
    let first = member(&mut world, 0, Assignor::CooperativeSticky);
    world.run(Span::secs(5));
    member(&mut world, 1, Assignor::CooperativeSticky);
    world.run_until("the leader joined", |world| world.owners[&first].consumer.phase() == Phase::Joining);
    world.send(client, 1, Some(1));
    world.run_until("it works while it waits for the sync", |world| {
        let owner = &world.owners[&first];
        owner.consumer.phase() == Phase::Syncing && !owner.batch.is_empty()
    });
    world.kill_broker();
    world.restart_broker();
    world.run(Span::secs(30));

    let refused = |fact| matches!(fact, BrokerFact::OffsetCommitRefused { error: ErrorCode::IllegalGeneration, .. });
    assert_eq!(world.facts.iter().filter(|entry| refused(entry.fact)).count(), 1, "the broker is back in the generation before");
    assert_eq!(world.fetched().len(), 1, "the member kept what it had, so nobody reads the record again");
    assert_eq!(world.lag(), 0, "and its commit landed in the generation that came");
    assert!(everybody_stable(&world));
    assert_honest(&world);
}

#[test]
fn a_sticky_member_gets_back_what_it_had_before_an_eager_rebalance() {
    let (mut world, first, _) = joined_by_a_second(Assignor::Sticky);
    let had = world.owned()[&first].clone();
    let since = FactId::at(world.facts.len());
    member(&mut world, 2, Assignor::Sticky);
    world.run(Span::secs(10));
    let has = world.owned()[&first].clone();
    assert!(has.iter().all(|partition| had.contains(partition)), "{has:?} after {had:?}");
    assert!(world.facts.iter().skip(since.index()).any(|entry| matches!(entry.fact, BrokerFact::Revoked { .. })));
    assert_honest(&world);
}
