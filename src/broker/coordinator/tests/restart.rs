//! What survives a crash of the broker's process.

use super::*;
use crate::broker::RebalanceWhy;

#[test]
fn a_stable_group_comes_back_as_it_was_with_its_offsets_and_new_sessions() {
    let (mut rig, a, _) = Rig::stable();
    rig.send(0, Request::OffsetCommit { who: rig.who(&a), offsets: Arc::from([(TopicId(0), 0, 5)]) });
    let before = rig.view();
    rig.run_until(rig.now + Span::secs(9));
    rig.restart();
    assert_eq!(rig.view(), before);
    assert_eq!(rig.coordinator.committed(GROUP, TopicId(0), 0), Some(5));
    rig.run_until(rig.now + Span::secs(9));
    let beat = rig.send(0, Request::Heartbeat(rig.who(&a)));
    assert_eq!(rig.answers[&beat], Response::Heartbeat(ErrorCode::None));
}

#[test]
fn a_rebalance_under_way_is_forgotten_and_its_parked_joins_are_never_answered() {
    let (mut rig, a, b) = Rig::stable();
    let (newcomer, parked) = rig.come(2);
    assert_eq!(rig.view().state, GroupState::PreparingRebalance);
    rig.restart();
    let view = rig.view();
    assert_eq!((view.state, view.generation), (GroupState::Stable, 1));
    assert_eq!(view.members.iter().map(|member| &member.id).collect::<std::collections::BTreeSet<_>>(), [&a, &b].into());
    let gone = BrokerFact::MemberRemoved { group: GROUP, member: actor(2), why: RebalanceWhy::BrokerRestarted };
    assert!(rig.out.facts.iter().any(|(fact, _)| *fact == gone));
    let retried = rig.send(2, Request::from(join(&newcomer, "range")));
    assert_eq!(rig.joined(retried).error, ErrorCode::UnknownMemberId);
    assert!(!rig.answers.contains_key(&parked));
}

#[test]
fn a_member_whose_leaving_was_not_written_is_back_until_its_session_ends() {
    let (mut rig, _, b) = Rig::stable();
    rig.send(1, Request::Leave(rig.who(&b)));
    assert_eq!(rig.view().members.len(), 1);
    rig.restart();
    assert_eq!(rig.view().members.len(), 2);
    rig.run_until(rig.now + Span::secs(10));
    assert_eq!(rig.view().state, GroupState::Empty);
}

#[test]
fn a_group_above_a_maximum_that_was_lowered_meanwhile_rebalances() {
    let (mut rig, _, _) = Rig::stable();
    rig.coordinator.set_config(GroupConfig { max_size: 1, ..GroupConfig::default() });
    rig.restart();
    assert_eq!(rig.view().state, GroupState::PreparingRebalance);
}

#[test]
fn a_power_loss_takes_a_group_that_was_written_since_the_last_flush_and_leaves_one_from_before() {
    let grown_at = |flushes: [u64; 2]| {
        let mut rig = Rig::new();
        rig.coordinator.flushes(1);
        rig.form();
        flushes.into_iter().for_each(|tick| rig.coordinator.flushes(tick));
        let cx = rig.cx();
        rig.coordinator.lose_power(&cx, &mut rig.out);
        rig.restart();
        rig.view().members.len()
    };
    assert_eq!((grown_at([1, 1]), grown_at([1, 2])), (0, 2));
}
