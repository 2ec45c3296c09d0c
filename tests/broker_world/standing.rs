//! Stories of static members: their place in the group outlasts the process that has it.

use crosstalk::broker::client::{ConsumerConfig, Phase};
use crosstalk::broker::protocol::{Acks, ErrorCode};
use crosstalk::broker::{BrokerFact, RebalanceWhy};
use crosstalk::sim::{Actor, NodeId, Role, Span};

use crate::owner::Owner;
use crate::world::{GROUP, World};
use crate::{SESSION, assert_honest, config, everybody_stable, producer, start};

/// A process under an instance id of its own, or under none.
fn member(world: &mut World, ordinal: u16, life: u16, instance: Option<&str>) -> Actor {
    let who = Actor { life, ..Actor::new(NodeId(3), Role::Instance, ordinal) };
    let config = ConsumerConfig { instance: instance.map(Into::into), ..config(world, 3) };
    start(world, who, config);
    who
}

fn instance(ordinal: u16) -> String {
    format!("shipping-{ordinal}")
}

/// Three members, of which each in turn closes its consumer or crashes and is back three seconds later. Gives the generations
/// before and after.
fn rolling_restart(is_static: bool, crashes: bool) -> (u32, u32) {
    let mut world = World::new(3);
    let client = producer(&mut world, Acks::All);
    let id = |ordinal| is_static.then(|| instance(ordinal));
    let first: Vec<Actor> = (0..3).map(|n| member(&mut world, n, 0, id(n).as_deref())).collect();
    world.run(Span::secs(8));
    let generation = |world: &World| world.broker.group(GROUP).expect("the group is there").generation;
    let before = generation(&world);
    for (n, who) in (0..3).zip(first) {
        if !crashes {
            world.with_owner(who, Owner::leave);
            world.run(Span::ms(50));
        }
        world.kill(who);
        world.run(Span::secs(3));
        world.send(client, u32::from(n) + 1, Some(u32::from(n)));
        member(&mut world, n, 1, id(n).as_deref());
        world.run(Span::secs(8));
    }
    assert!(everybody_stable(&world));
    assert_eq!((world.fetched().len(), world.lag()), (3, 0));
    assert_honest(&world);
    (before, generation(&world))
}

#[test]
fn a_rolling_restart_of_static_members_costs_no_rebalance_and_of_others_two_each() {
    assert_eq!(rolling_restart(true, false), (1, 1));
    assert_eq!(rolling_restart(true, true), (1, 1));
    assert_eq!(rolling_restart(false, false), (1, 7));
}

#[test]
fn a_static_member_that_does_not_come_back_keeps_its_partitions_until_its_session_ends() {
    let mut world = World::new(3);
    let members: Vec<Actor> = (0..3).map(|n| member(&mut world, n, 0, Some(&instance(n)))).collect();
    world.run(Span::secs(8));
    world.with_owner(members[1], Owner::leave);
    world.run(Span::ms(50));
    world.kill(members[1]);
    world.run(SESSION.minus(Span::secs(3)));
    assert_eq!(world.owned().values().map(Vec::len).sum::<usize>(), 2, "nobody reads its partition");
    world.run(Span::secs(8));
    assert_eq!(world.owned().values().map(Vec::len).sum::<usize>(), 3);
    let expired = |why| matches!(why, BrokerFact::MemberRemoved { why: RebalanceWhy::SessionExpired, .. });
    assert_eq!(world.facts.iter().filter(|entry| expired(entry.fact)).count(), 1);
    assert_honest(&world);
}

#[test]
fn of_two_processes_with_one_instance_id_the_older_one_is_fenced_for_good() {
    let mut world = World::new(3);
    let client = producer(&mut world, Acks::All);
    let older = member(&mut world, 0, 0, Some("twin"));
    world.run(Span::secs(5));
    let younger = member(&mut world, 1, 0, Some("twin"));
    world.run(Span::secs(3));
    assert_eq!(world.owners[&older].consumer.phase(), Phase::Gone);
    let refused = BrokerFact::MembershipRefused { group: GROUP, error: ErrorCode::FencedInstanceId };
    assert!(world.facts.iter().any(|entry| entry.who == older && entry.fact == refused));
    assert_eq!(world.owned()[&younger], [0, 1, 2]);
    world.send(client, 1, Some(1));
    world.run(Span::secs(2));
    assert_eq!((world.fetched(), world.lag()), (vec![1], 0));
    assert_honest(&world);
}

#[test]
fn a_static_member_that_does_not_poll_goes_silent_without_leaving_and_takes_its_place_again() {
    let mut world = World::new(1);
    let client = producer(&mut world, Acks::All);
    let who = Actor::new(NodeId(3), Role::Instance, 0);
    let slow = ConsumerConfig { instance: Some("slow".into()), max_poll_interval: Span::secs(8), ..config(&world, 1) };
    start(&mut world, who, slow);
    world.run(Span::secs(5));
    world.owners.get_mut(&who).expect("it runs").work = Span::secs(10);
    world.send(client, 1, Some(1));
    world.run(Span::secs(30));
    let left = |fact| matches!(fact, BrokerFact::MemberRemoved { why: RebalanceWhy::Left, .. });
    assert!(!world.facts.iter().any(|entry| left(entry.fact)));
    let lost = |fact| matches!(fact, BrokerFact::Revoked { lost: true, .. });
    assert!(world.facts.iter().any(|entry| lost(entry.fact)));
    assert!(everybody_stable(&world));
    assert_eq!(world.broker.group(GROUP).map(|group| group.generation), Some(1), "it was back before its session ended");
    assert_honest(&world);
}
