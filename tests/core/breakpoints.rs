//! Breakpoints: play stops exactly where what was chosen happens, and nothing that happens depends on it.

use crosstalk::board::ProcessDoes;
use crosstalk::broker::{BrokerFact, GroupState};
use crosstalk::check::Check;
use crosstalk::service::ServiceFact;
use crosstalk::session::{Breakpoint, Session, Stride};
use crosstalk::sim::{LineId, NodeId, Span, Time};
use crosstalk::view::{StepBy, StopKind};
use crosstalk::world::{Fact, ProcessFact};

use crate::support::{EMAILS, ORDERS, PAYMENTS, instance, process, seconds, session};

/// Plays to a time in slices as the page does, and gives when it stopped each time.
fn stops(session: &mut Session, until: Time) -> Vec<Time> {
    let mut stops = Vec::new();
    while session.now() < until {
        let progress = session.play((session.now() + Span::ms(160)).min(until), 64);
        if progress.hit.is_some() {
            stops.push(progress.reached);
        }
    }
    stops
}

/// Stops on the way to 40 s, having checked that the same has happened as without.
fn stopped(name: &str, breakpoint: Breakpoint) -> (Session, Vec<Time>) {
    let mut plain = session(name);
    plain.seek(seconds(40));
    let mut session = session(name);
    session.set_breakpoints(vec![breakpoint]);
    let stops = stops(&mut session, seconds(40));
    assert_eq!(session.fingerprint(), plain.fingerprint(), "watching changes nothing");
    assert_eq!(session.checks().violations(), plain.checks().violations());
    (session, stops)
}

fn times(session: &Session, fits: impl Fn(&Fact, NodeId) -> bool) -> Vec<Time> {
    session.facts().iter().filter(|entry| fits(&entry.fact, entry.who.node)).map(|entry| entry.at).collect()
}

#[test]
fn play_stops_at_the_moment_from_which_a_violation_is_certain() {
    for name in ["delivered-twice", "dual-write"] {
        let (session, stops) = stopped(name, Breakpoint::Violated(None));
        let mut violated: Vec<Time> = session.checks().violations().iter().map(|violation| violation.at).collect();
        violated.dedup();
        assert!(!violated.is_empty());
        assert_eq!(stops, violated, "{name}");
    }
    let (_, stops) = stopped("delivered-twice", Breakpoint::Violated(Some(Check::Lost)));
    assert_eq!(stops, []);
}

#[test]
fn play_stops_where_a_group_begins_to_rebalance() {
    let begins =
        |fact: &Fact| matches!(fact, Fact::Broker(BrokerFact::GroupBecame { state: GroupState::PreparingRebalance, .. }));
    let (session, any) = stopped("orders", Breakpoint::Rebalances(None));
    assert_eq!(any, times(&session, |fact, _| begins(fact)));
    let (session, one) = stopped("orders", Breakpoint::Rebalances(Some("payments".to_owned())));
    let group = session.world().names().group_id("payments").expect("it is on the board");
    let mine =
        |fact: &Fact, _| begins(fact) && matches!(fact, Fact::Broker(BrokerFact::GroupBecame { group: g, .. }) if *g == group);
    assert_eq!(one, times(&session, mine));
    assert!(!one.is_empty() && one.len() < any.len());
}

#[test]
fn play_stops_where_a_process_crashes_now_or_again_in_the_past() {
    let mut session = session("orders");
    for (at, ordinal) in [(8, 0), (9, 2)] {
        session.seek(seconds(at));
        session.act(process(instance(PAYMENTS, ordinal), ProcessDoes::Crash)).expect("it runs");
    }
    session.seek(seconds(20));
    let crashed = times(&session, |fact, _| *fact == Fact::Process(ProcessFact::Crashed));
    for (node, expected) in [(None, &crashed[..]), (Some(PAYMENTS), &crashed), (Some(ORDERS), &[])] {
        session.seek(Time::ZERO);
        session.set_breakpoints(vec![Breakpoint::Crashes(node)]);
        assert_eq!(stops(&mut session, seconds(20)), expected);
    }
}

#[test]
fn play_stops_where_a_key_comes_to_a_line_and_the_instance_is_on_it() {
    let line = LineId(3);
    let mut session = session("orders");
    session.set_breakpoints(vec![Breakpoint::KeyReaches { service: PAYMENTS, line, key: 1 }]);
    let mut seen = 0;
    while session.now() < seconds(40) {
        if session.play(seconds(40), u32::MAX).hit.is_some() {
            let service = session.world().service(PAYMENTS).expect("it is on the board");
            let mut activations = service.instances.values().flat_map(|instance| instance.activations.values());
            assert!(activations.any(|activation| activation.program.lines[activation.at].id == line
                && crosstalk::service::key_of(&activation.message) == Some(1)
                && activation.entered == session.now()));
            seen += 1;
        }
    }
    let done = times(&session, |fact, node| {
        node == PAYMENTS && matches!(fact, Fact::Service(ServiceFact::LineDone { line: l, .. }) if *l == line)
    });
    assert!(seen > 1 && seen < done.len(), "{seen} of {}", done.len());
}

#[test]
fn play_stops_where_lag_passes_a_number_and_again_only_once_it_was_below() {
    let mut session = session("orders");
    session.seek(seconds(10));
    for ordinal in 0..3 {
        session.act(process(instance(PAYMENTS, ordinal), ProcessDoes::Crash)).expect("it runs");
    }
    session.set_breakpoints(vec![Breakpoint::Lag { group: "payments".to_owned(), above: 5 }]);
    let stopped = stops(&mut session, seconds(40));
    assert_eq!(stopped.len(), 1, "nobody reads on");
    session.seek(stopped[0]);
    let (world, names) = (session.world(), session.world().names());
    let broker = world.board().brokers[0].id;
    let (group, topic) = (names.group_id("payments").expect("is"), names.topic_id("order-events").expect("is"));
    let broker = world.broker(broker).expect("it is on the board");
    let lag: u32 = (0..8).filter_map(|partition| broker.lag(group, topic, partition)).sum();
    assert_eq!(lag, 6);
}

#[test]
fn breakpoints_stay_with_the_session_and_are_no_part_of_the_run() {
    let mut session = session("orders");
    let all = vec![Breakpoint::Crashes(Some(EMAILS)), Breakpoint::Violated(None)];
    session.set_breakpoints(all.clone());
    session.seek(seconds(10));
    session.reset(false);
    assert_eq!(session.breakpoints(), all);
    let (edition, run) = (session.edition(), session.repro());
    session.set_breakpoints(Vec::new());
    assert_eq!((session.edition(), session.repro()), (edition, run));
}

#[test]
fn every_breakpoint_that_is_offered_can_be_picked_and_is_named_in_words() {
    let session = session("orders");
    for kind in StopKind::ALL {
        let choices = session.stop_choices(kind, &[]);
        assert!(choices.iter().all(|choice| !choice.options.is_empty()), "{kind:?}: {choices:?}");
        for first in 0..choices[0].options.len() {
            let rest = session.stop_choices(kind, &[first]);
            for second in 0..rest.get(1).map_or(1, |choice| choice.options.len()) {
                let point = session.stop_picked(kind, &[first, second]).expect("it is offered");
                assert!(!session.stop_words(&point).contains("gone"), "{point:?}");
            }
        }
        assert_eq!(session.stop_picked(kind, &[1_000, 1_000]), None, "{kind:?} has no such choice");
    }
}

#[test]
fn breakpoints_are_told_in_words_where_they_are_listed_and_where_they_stop() {
    let mut session = session("orders");
    let group = session.stop_choices(StopKind::Rebalances, &[])[0].options.iter().position(|name| name == "payments");
    let point = session.stop_picked(StopKind::Rebalances, &[group.expect("payments is a group")]).expect("it is offered");
    assert_eq!(point, Breakpoint::Rebalances(Some("payments".to_owned())));
    session.set_breakpoints(vec![point, Breakpoint::KeyReaches { service: PAYMENTS, line: LineId(99), key: 2 }]);
    assert_eq!(session.stops(), ["the group payments rebalances", "key C reaches a line that is gone"]);
    let progress = session.play(seconds(10), u32::MAX);
    let said = session.stopped_for(progress.hit.expect("groups form at the start"));
    assert_eq!(said, format!("Stopped at {}: the group payments rebalances.", session.now()));
}

#[test]
fn steps_go_by_a_message_only_where_there_is_one() {
    assert_eq!(StepBy::Message.stride(None), None);
    assert_eq!(StepBy::Fact.stride(None), Some(Stride::Fact));
    assert_eq!(StepBy::Moment.stride(None), Some(Stride::Moment));
}
