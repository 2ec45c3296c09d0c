//! Stories of groups of the consumer protocol: each member comes to its part by itself.

use crosstalk::broker::assignor::ServerAssignor;
use crosstalk::broker::client::{ConsumerConfig, ConsumerInput, GroupProtocol, Phase};
use crosstalk::broker::coordinator::modern::ModernView;
use crosstalk::broker::protocol::{Acks, ErrorCode};
use crosstalk::broker::{BrokerFact, GroupState, RebalanceWhy};
use crosstalk::sim::{Actor, NodeId, Role, Span};

use crate::owner::Owner;
use crate::world::{GROUP, TOPIC, World};
use crate::{assert_honest, config, consumer, everybody_stable, producer, start};

/// `group.consumer.session.timeout.ms`, as Kafka has it.
const SESSION: Span = Span::secs(45);

fn member(world: &mut World, ordinal: u16, change: impl FnOnce(ConsumerConfig) -> ConsumerConfig) -> Actor {
    let who = Actor::new(NodeId(3), Role::Instance, ordinal);
    rises(world, who, change)
}

fn rises(world: &mut World, who: Actor, change: impl FnOnce(ConsumerConfig) -> ConsumerConfig) -> Actor {
    let partitions = world.broker.topics().next().map_or(1, |topic| topic.count());
    let config = ConsumerConfig { protocol: GroupProtocol::Consumer, ..config(world, partitions) };
    start(world, who, change(config));
    who
}

fn plain(world: &mut World, ordinal: u16) -> Actor {
    member(world, ordinal, |config| config)
}

fn group(world: &World) -> ModernView {
    world.broker.coordinator().modern_group(GROUP).expect("the group is there")
}

/// How many facts fit.
fn count(world: &World, fits: impl Fn(Actor, BrokerFact) -> bool) -> usize {
    world.facts.iter().filter(|entry| fits(entry.who, entry.fact)).count()
}

#[test]
fn a_second_member_gets_half_while_the_first_reads_on_from_what_it_keeps() {
    let mut world = World::new(4);
    let client = producer(&mut world, Acks::All);
    let first = plain(&mut world, 0);
    world.run(Span::secs(6));
    assert_eq!(world.owned()[&first], [0, 1, 2, 3]);
    let before = world.facts.len();
    let second = plain(&mut world, 1);
    for n in 1..=200 {
        world.send(client, n, Some(n));
        world.run(Span::ms(50));
    }
    world.run(Span::secs(5));
    let revoked = |who: Actor| {
        let own = world.facts.iter().skip(before).filter(|entry| entry.who == who);
        own.filter(|entry| matches!(entry.fact, BrokerFact::Revoked { lost: false, .. })).count()
    };
    assert_eq!((revoked(first), revoked(second)), (2, 0));
    assert_eq!((world.owned()[&first].len(), world.owned()[&second].len()), (2, 2));
    assert_eq!((group(&world).state, group(&world).epoch), (GroupState::Stable, 2));
    assert!(everybody_stable(&world));
    let mut fetched = world.fetched();
    fetched.sort_unstable();
    assert_eq!((fetched, world.lag()), ((1..=200).collect(), 0), "each record once");
    assert_honest(&world);
}

#[test]
fn a_partition_moves_only_when_what_runs_of_it_is_done_and_committed() {
    let mut world = World::new(2);
    let client = producer(&mut world, Acks::All);
    let first = plain(&mut world, 0);
    world.run(Span::secs(6));
    world.owners.get_mut(&first).expect("it runs").work = Span::secs(12);
    for n in 1..=6 {
        world.send(client, n, Some(n));
    }
    world.run_until("fetched", |world| world.fetched().len() == 1);
    let second = plain(&mut world, 1);
    world.run(Span::secs(9));
    assert_eq!(world.owned()[&second], Vec::<u16>::new(), "the first has not finished yet");
    assert_eq!(group(&world).state, GroupState::Reconciling);
    world.owners.get_mut(&first).expect("it runs").work = Span::ms(50);
    world.run(Span::secs(20));
    assert_eq!(world.owned()[&second].len(), 1);
    let mut fetched = world.fetched();
    fetched.sort_unstable();
    assert_eq!((fetched, world.lag()), ((1..=6).collect(), 0), "each record once");
    assert_honest(&world);
}

#[test]
fn a_zombie_is_refused_its_commit_and_joins_again_under_its_id() {
    let mut world = World::new(1);
    let client = producer(&mut world, Acks::All);
    let zombie = plain(&mut world, 0);
    world.run(Span::secs(6));
    let id = world.owners[&zombie].consumer.member().clone();
    let other = plain(&mut world, 1);
    world.run(Span::secs(6));
    world.send(client, 1, None);
    world.run_until("fetched", |world| world.fetched() == [1]);
    world.pause(zombie);
    world.run(SESSION + Span::secs(6));
    assert_eq!((world.fetched(), world.lag()), (vec![1, 1], 0), "{other:?} did it");
    world.resume(zombie);
    world.run(Span::secs(6));
    let refused = |error| matches!(error, ErrorCode::UnknownMemberId | ErrorCode::StaleMemberEpoch);
    let is_refused = |_, fact| matches!(fact, BrokerFact::OffsetCommitRefused { error, .. } if refused(error));
    assert_eq!(count(&world, is_refused), 1);
    assert_eq!(count(&world, |who, fact| who == zombie && matches!(fact, BrokerFact::Revoked { lost: true, .. })), 1);
    assert_eq!((world.owners[&zombie].consumer.member(), group(&world).members.len()), (&id, 2));
    assert!(everybody_stable(&world));
    assert_honest(&world);
}

#[test]
fn a_commit_in_an_epoch_that_the_group_has_just_left_is_sent_again_in_the_new_one() {
    let mut world = World::new(2);
    world.uneven = true;
    let client = producer(&mut world, Acks::All);
    let first = plain(&mut world, 0);
    for n in 1..=400 {
        world.send(client, n, Some(n));
    }
    for ordinal in 1..6 {
        world.run(Span::ms(4_300));
        plain(&mut world, ordinal);
    }
    world.run(Span::secs(400));
    let stale = |_, fact| matches!(fact, BrokerFact::OffsetCommitRefused { error: ErrorCode::StaleMemberEpoch, .. });
    assert!(count(&world, stale) > 0, "epochs change while commits are on their way");
    assert!(everybody_stable(&world) && world.owners[&first].consumer.generation() == 6);
    assert_eq!(world.lag(), 0);
    assert_honest(&world);
}

#[test]
fn a_crashed_members_partitions_move_when_its_session_ends_and_those_of_one_that_leaves_at_once() {
    let mut world = World::new(3);
    let members: Vec<Actor> = (0..3).map(|n| plain(&mut world, n)).collect();
    world.run(Span::secs(12));
    assert_eq!(world.owned().values().map(Vec::len).collect::<Vec<_>>(), [1, 1, 1]);
    world.with_owner(members[0], Owner::leave);
    world.run(Span::secs(6));
    assert_eq!(world.owners[&members[0]].consumer.phase(), Phase::Gone);
    assert_eq!(world.owned().values().map(Vec::len).sum::<usize>(), 3);
    world.kill(members[1]);
    world.run(SESSION.minus(Span::secs(10)));
    assert!(world.owned()[&members[2]].len() < 3, "not before its session ends");
    world.run(Span::secs(20));
    assert_eq!(world.owned()[&members[2]], [0, 1, 2]);
    let expired = |_, fact| matches!(fact, BrokerFact::MemberRemoved { why: RebalanceWhy::SessionExpired, .. });
    assert_eq!(count(&world, expired), 1);
    assert_honest(&world);
}

#[test]
fn a_static_member_that_stops_finds_its_partitions_again_and_one_that_crashed_has_to_wait() {
    let mut world = World::new(2);
    let named = |ordinal: u16| move |config| ConsumerConfig { instance: Some(format!("i{ordinal}").into()), ..config };
    let first = member(&mut world, 0, named(0));
    let second = member(&mut world, 1, named(1));
    world.run(Span::secs(12));
    let (had, epoch) = (world.owned()[&first].clone(), group(&world).epoch);
    world.with_owner(first, Owner::leave);
    world.run(Span::secs(10));
    world.kill(first);
    let first = rises(&mut world, Actor { life: 1, ..first }, named(0));
    world.run(Span::secs(8));
    assert_eq!((&world.owned()[&first], group(&world).epoch), (&had, epoch), "nobody else has changed");

    world.kill(first);
    let first = rises(&mut world, Actor { life: 2, ..first }, named(0));
    world.run(Span::secs(10));
    assert_eq!(world.owners[&first].consumer.phase(), Phase::Joining);
    let refused = BrokerFact::MembershipRefused { group: GROUP, error: ErrorCode::UnreleasedInstanceId };
    assert_eq!(count(&world, |who, fact| who == first && fact == refused), 1, "it says so once");
    world.run(SESSION + Span::secs(5));
    assert_eq!((world.owned()[&first].len(), world.owned()[&second].len()), (1, 1));
    assert!(everybody_stable(&world));
    assert_honest(&world);
}

#[test]
fn members_of_both_protocols_do_not_share_a_group_and_the_later_ones_wait() {
    let mut world = World::new(2);
    let classic = consumer(&mut world, 0);
    world.run(Span::secs(5));
    let modern = plain(&mut world, 1);
    world.run(Span::secs(10));
    let refused = BrokerFact::MembershipRefused { group: GROUP, error: ErrorCode::GroupIdNotFound };
    assert_eq!(count(&world, |who, fact| who == modern && fact == refused), 1);
    assert_eq!(world.owned()[&classic], [0, 1]);
    world.with_owner(classic, Owner::leave);
    world.run(Span::secs(8));
    assert_eq!(world.owned()[&modern], [0, 1]);

    let late = consumer(&mut world, 2);
    world.run(Span::secs(5));
    assert_eq!(count(&world, |who, fact| who == late && fact == refused), 1);
    world.with_owner(modern, Owner::leave);
    world.run(Span::secs(8));
    assert_eq!(world.owned()[&late], [0, 1]);
    assert_honest(&world);
}

#[test]
fn a_member_that_does_not_poll_leaves_and_joins_again_with_its_next_poll() {
    let mut world = World::new(1);
    let client = producer(&mut world, Acks::All);
    let who = member(&mut world, 0, |config| ConsumerConfig { max_poll_interval: Span::secs(8), ..config });
    world.run(Span::secs(6));
    world.owners.get_mut(&who).expect("it runs").work = Span::secs(12);
    world.send(client, 1, Some(1));
    world.run(Span::secs(10));
    assert_eq!(world.owners[&who].consumer.phase(), Phase::Out);
    assert_eq!(group(&world).state, GroupState::Empty);
    world.owners.get_mut(&who).expect("it runs").work = Span::ms(50);
    world.run(Span::secs(10));
    assert_eq!((world.fetched(), world.lag()), (vec![1, 1], 0), "its commit was refused, so it reads it again");
    assert!(everybody_stable(&world));
    assert_honest(&world);
}

#[test]
fn the_group_uses_the_assignor_that_its_members_ask_for() {
    let dealt = |assignor: Option<ServerAssignor>| {
        let mut world = World::new(5);
        for ordinal in 0..3 {
            member(&mut world, ordinal, |config| ConsumerConfig { remote_assignor: assignor, ..config });
            world.run(Span::secs(15));
        }
        assert!(everybody_stable(&world));
        world.owned().into_values().collect::<Vec<Vec<u16>>>()
    };
    assert_eq!(dealt(None), dealt(Some(ServerAssignor::Uniform)), "which is the broker's default");
    assert_eq!(dealt(None), [vec![0, 1], vec![3, 4], vec![2]], "those that were there keep what they can");
    assert_eq!(dealt(Some(ServerAssignor::Range)), [vec![0, 1], vec![2, 3], vec![4]], "each has neighbours");
}

#[test]
fn a_member_that_has_ended_refuses_commits_itself() {
    let mut world = World::new(1);
    let who = plain(&mut world, 0);
    world.run(Span::secs(6));
    world.with_owner(who, Owner::leave);
    world.run(Span::secs(1));
    let commit = ConsumerInput::Commit { topic: TOPIC, partition: 0, offset: 1 };
    let packets = world.packets;
    world.with_owner(who, |owner, cx, out| owner.input(cx, commit, out));
    world.run(Span::secs(1));
    assert_eq!(world.packets, packets);
}
