//! The state machine as a table, and the rules that are easiest to get wrong.

use super::*;
use crate::broker::RebalanceWhy;
use GroupState::{CompletingRebalance, Empty, PreparingRebalance, Stable};

/// A group of members A (leader) and B in that state.
fn in_state(state: GroupState) -> (Rig, MemberId, MemberId) {
    let (mut rig, a, b) = Rig::stable();
    match state {
        Empty => {
            rig.send(0, Request::Leave(rig.who(&a)));
            rig.send(1, Request::Leave(rig.who(&b)));
        }
        PreparingRebalance => {
            rig.send(0, Request::from(join(&a, "range")));
        }
        CompletingRebalance => {
            rig.send(0, Request::from(join(&a, "range")));
            rig.send(1, Request::from(join(&b, "range")));
        }
        Stable | GroupState::Dead | GroupState::Assigning | GroupState::Reconciling => {}
    }
    assert_eq!(rig.view().state, state);
    (rig, a, b)
}

#[test]
fn each_event_takes_a_group_from_each_state_to_the_next() {
    type Event = fn(&mut Rig, &MemberId, &MemberId);
    let newcomer: Event = |rig, _, _| {
        rig.come(2);
    };
    let leader_joins: Event = |rig, a, _| {
        rig.send(0, Request::from(join(a, "range")));
    };
    let follower_joins: Event = |rig, _, b| {
        rig.send(1, Request::from(join(b, "range")));
    };
    let leader_syncs: Event = |rig, a, _| {
        rig.assign(a, &[]);
    };
    let follower_syncs: Event = |rig, _, b| {
        rig.send(1, Request::Sync { who: rig.who(b), assignments: Arc::from([]) });
    };
    let heartbeat: Event = |rig, a, _| {
        rig.send(0, Request::Heartbeat(rig.who(a)));
    };
    let follower_leaves: Event = |rig, _, b| {
        rig.send(1, Request::Leave(rig.who(b)));
    };
    let silence: Event = |rig, _, _| rig.run_until(rig.now + Span::secs(9));
    let long_silence: Event = |rig, _, _| rig.run_until(rig.now + Span::secs(10));

    let table: [(&str, Event, [GroupState; 4]); 9] = [
        // Event,            from: Empty, PreparingRebalance, CompletingRebalance, Stable
        ("newcomer", newcomer, [PreparingRebalance, PreparingRebalance, PreparingRebalance, PreparingRebalance]),
        ("leader joins", leader_joins, [Empty, PreparingRebalance, CompletingRebalance, PreparingRebalance]),
        ("follower joins", follower_joins, [Empty, CompletingRebalance, CompletingRebalance, Stable]),
        ("leader syncs", leader_syncs, [Empty, PreparingRebalance, Stable, Stable]),
        ("follower syncs", follower_syncs, [Empty, PreparingRebalance, CompletingRebalance, Stable]),
        ("heartbeat", heartbeat, [Empty, PreparingRebalance, CompletingRebalance, Stable]),
        ("follower leaves", follower_leaves, [Empty, CompletingRebalance, PreparingRebalance, PreparingRebalance]),
        ("9 s of silence", silence, [Empty, PreparingRebalance, CompletingRebalance, Stable]),
        // In PreparingRebalance A is parked and stays, so B's end completes the phase. Elsewhere both are gone.
        ("10 s of silence", long_silence, [Empty, CompletingRebalance, Empty, Empty]),
    ];
    for (name, event, expected) in table {
        for (from, to) in [Empty, PreparingRebalance, CompletingRebalance, Stable].into_iter().zip(expected) {
            let (mut rig, a, b) = in_state(from);
            event(&mut rig, &a, &b);
            assert_eq!(rig.view().state, to, "{name} in {from:?}");
        }
    }
}

#[test]
fn a_heartbeat_is_answered_by_state() {
    let answers = [
        (Empty, ErrorCode::UnknownMemberId),
        (PreparingRebalance, ErrorCode::RebalanceInProgress),
        (CompletingRebalance, ErrorCode::None),
        (Stable, ErrorCode::None),
    ];
    for (state, error) in answers {
        let (mut rig, a, _) = in_state(state);
        let sent = rig.send(0, Request::Heartbeat(rig.who(&a)));
        assert_eq!(rig.answers[&sent], Response::Heartbeat(error), "{state:?}");
    }
}

#[test]
fn a_commit_of_the_current_generation_is_accepted_until_the_join_phase_has_ended() {
    let answers = [
        (Empty, ErrorCode::UnknownMemberId),
        (PreparingRebalance, ErrorCode::None),
        (CompletingRebalance, ErrorCode::RebalanceInProgress),
        (Stable, ErrorCode::None),
    ];
    for (state, error) in answers {
        let (mut rig, a, _) = in_state(state);
        let commit = Request::OffsetCommit { who: rig.who(&a), offsets: Arc::from([(TopicId(0), 0, 5)]) };
        let sent = rig.send(0, commit);
        assert_eq!(rig.answers[&sent], Response::OffsetCommit(error), "{state:?}");
        let committed = rig.coordinator.committed(GROUP, TopicId(0), 0);
        assert_eq!(committed, (error == ErrorCode::None).then_some(5), "{state:?}");
    }
}

#[test]
fn a_valid_member_may_move_an_offset_backwards_and_each_commit_is_a_fact() {
    let (mut rig, a, _) = Rig::stable();
    for offset in [9, 4] {
        let offsets = Arc::from([(TopicId(0), 0, offset)]);
        rig.send(0, Request::OffsetCommit { who: rig.who(&a), offsets });
    }
    assert_eq!(rig.coordinator.committed(GROUP, TopicId(0), 0), Some(4));
    let fact = rig.coordinator.last_commit_fact(GROUP, TopicId(0), 0).map(|fact| rig.out.facts[fact.index()].0);
    let expected = BrokerFact::OffsetCommitted { group: GROUP, topic: TopicId(0), partition: 0, offset: 4 };
    assert_eq!(fact, Some(expected));
}

#[test]
fn a_commit_after_the_session_ended_is_refused_because_the_member_was_removed() {
    let (mut rig, a, b) = Rig::stable();
    rig.run_until(rig.now + Span::secs(5));
    rig.send(1, Request::Heartbeat(rig.who(&b)));
    let generation = rig.view().generation;
    rig.run_until(rig.now + Span::secs(5));
    let offsets = Arc::from([(TopicId(0), 0, 5)]);
    rig.send(0, Request::OffsetCommit { who: who(&a, generation), offsets });
    let (fact, cause) = rig.out.facts[rig.out.facts.len() - 1];
    assert!(matches!(fact, BrokerFact::OffsetCommitRefused { error: ErrorCode::UnknownMemberId, .. }), "{fact:?}");
    let reason = cause.because[0].map(|fact| rig.out.facts[fact.index()].0);
    let removal = BrokerFact::MemberRemoved { group: GROUP, member: actor(0), why: RebalanceWhy::SessionExpired };
    assert_eq!(reason, Some(removal));
}

#[test]
fn every_change_of_state_is_a_fact_with_the_one_before_as_its_reason() {
    let (rig, _, _) = Rig::stable();
    let states: Vec<(u32, GroupState)> = rig
        .out
        .facts
        .iter()
        .filter_map(|(fact, _)| match fact {
            BrokerFact::GroupBecame { generation, state, .. } => Some((*generation, *state)),
            _ => None,
        })
        .collect();
    assert_eq!(states, [(0, PreparingRebalance), (1, CompletingRebalance), (1, Stable)]);
}

#[test]
fn a_session_timeout_outside_of_the_allowed_range_is_refused_before_a_group_exists() {
    let mut rig = Rig::new();
    for session_timeout in [Span::secs(5), Span::secs(1_801)] {
        let sent = rig.send(0, Request::from(Join { session_timeout, ..join("", "range") }));
        assert_eq!(rig.joined(sent).error, ErrorCode::InvalidSessionTimeout);
    }
    assert_eq!(rig.coordinator.group(GROUP), None);
}

#[test]
fn a_new_member_that_is_parked_for_five_minutes_is_dropped_and_told_so() {
    let (mut rig, _, b) = Rig::stable();
    let patient =
        |member: &str| Join { session_timeout: Span::secs(1_800), rebalance_timeout: Span::secs(1_000), ..join(member, "range") };
    rig.send(1, Request::from(Join { protocols: Arc::from([(Arc::from("range"), Arc::from(*b"u"))]), ..patient(&b) }));
    let asked = rig.send(2, Request::from(patient("")));
    let id = rig.joined(asked).member.clone();
    let parked = rig.send(2, Request::from(patient(&id)));
    let generation = rig.view().generation;
    // A keeps its session and does not join; the new one's own timer is the only one of 300 s.
    let a = rig.view().leader.unwrap_or_else(|| panic!("no leader"));
    for _ in 0..60 {
        rig.run_until(rig.now + Span::secs(5));
        rig.send(0, Request::Heartbeat(who(&a, generation)));
    }
    assert_eq!((rig.joined(parked).error, &*rig.joined(parked).member), (ErrorCode::UnknownMemberId, ""));
    assert_eq!(rig.view().members.len(), 2);
}

#[test]
fn the_initial_delay_is_extended_while_members_come_but_not_beyond_the_rebalance_timeout() {
    let mut rig = Rig::new();
    rig.coordinator.set_config(GroupConfig::default());
    let hurried = |member: &str| Join { rebalance_timeout: Span::secs(7), ..join(member, "range") };
    for client in 0..7 {
        let asked = rig.send(client, Request::from(hurried("")));
        let id = rig.joined(asked).member.clone();
        rig.send(client, Request::from(hurried(&id)));
        assert_eq!(rig.view().state, PreparingRebalance, "{}", rig.now);
        rig.run_until(rig.now + Span::secs(1));
    }
    assert_eq!((rig.now, rig.view().state), (Time(7_000_000), CompletingRebalance));
}

#[test]
fn the_member_id_is_the_client_id_and_sixteen_digits_that_depend_on_the_process_alone() {
    let (mut one, mut other) = (Rig::new(), Rig::new());
    other.come(1);
    let (id, _) = one.come(0);
    assert_eq!(other.come(0).0, id);
    assert_eq!(id.len(), "n1-0-".len() + 16);
    assert!(id.starts_with("n1-0-"));
}

#[test]
fn a_tie_of_votes_falls_as_java_s_map_would_have_it() {
    let mut rig = Rig::new();
    let listing = |member: &str, first: &str, second: &str| Join {
        protocols: [first, second].map(|name| (Arc::from(name), Arc::from(*b"t"))).into(),
        ..join(member, "")
    };
    for (client, first, second) in [(0, "range", "sticky"), (1, "sticky", "range")] {
        let asked = rig.send(client, Request::from(listing("", first, second)));
        let id = rig.joined(asked).member.clone();
        rig.send(client, Request::from(listing(&id, first, second)));
    }
    rig.run_until(rig.now);
    // Buckets 9 and 8 of 16: the map meets "sticky" first.
    assert_eq!(rig.view().protocol.as_deref(), Some("sticky"));
}
