//! What is shown of a group while it rebalances, and stepping through that by its requests.

use crosstalk::board::{ProcessDoes, Setting};
use crosstalk::session::{Session, Stride};
use crosstalk::sim::{Span, Time};
use crosstalk::view::{GroupInspection, Inspection, MemberRow, Selection, ServiceInspection, WireView};

use crate::support::{PAYMENTS, instance, process, seconds, set};

/// The place of `cooperative-sticky` alone among the values of `partition.assignment.strategy`.
const COOPERATIVE: u64 = 4;

fn service(session: &Session) -> ServiceInspection {
    match session.inspect(Selection::Node(PAYMENTS)) {
        Some(Inspection::Service(service)) => *service,
        other => panic!("{other:?} is no service"),
    }
}

fn group(session: &Session) -> GroupInspection {
    service(session).groups.remove(0)
}

fn member<'a>(group: &'a GroupInspection, name: &str) -> &'a MemberRow {
    group.members.iter().find(|member| member.name == name).unwrap_or_else(|| panic!("no {name} in {:?}", group.members))
}

fn orders(change: impl FnOnce(&mut crosstalk::board::Settings)) -> Session {
    let mut board = crate::support::board("orders");
    let payments = board.services.iter_mut().find(|node| node.id == PAYMENTS).expect("it is there");
    change(&mut payments.settings);
    Session::new(board).expect("it can be put to work")
}

/// The wire over which payments reads, and how many of its rows wait for their group.
fn on_the_board(session: &Session) -> (WireView, usize) {
    let frame = session.frame(Selection::Nothing);
    let wire = frame.wires.iter().find(|wire| wire.label.ends_with("to Payments")).expect("it is there").clone();
    let card = frame.service(PAYMENTS).expect("it is there");
    (wire, card.instances.iter().filter(|row| row.waits_for_group).count())
}

/// Steps through the rebalance that a third instance causes; what is seen at each stop.
fn through_a_rebalance<T>(strategy: u64, see: impl Fn(&Session) -> T) -> Vec<T> {
    let mut session = orders(|settings| {
        set(settings, Setting::Instances, 3);
        set(settings, Setting::AssignmentStrategy, strategy);
    });
    session.act(process(instance(PAYMENTS, 2), ProcessDoes::Crash)).expect("it can crash");
    session.seek(seconds(30));
    assert_eq!(group(&session).members.len(), 2);
    session.act(process(instance(PAYMENTS, 2), ProcessDoes::Restart)).expect("it can start again");
    let mut seen = Vec::new();
    while session.forward(Stride::Rebalance).is_some() {
        seen.push(see(&session));
    }
    assert!(session.now() < seconds(60) && group(&session).members.len() == 3 && group(&session).state == "Stable");
    seen
}

#[test]
fn a_crashed_member_is_thrown_out_when_its_timer_has_run_down() {
    let mut session = orders(|_| {});
    session.seek(seconds(20));
    session.act(process(instance(PAYMENTS, 0), ProcessDoes::Crash)).expect("it can crash");
    let timer = |session: &Session| {
        let group = group(session);
        let timers = &member(&group, "payments-1").timers;
        timers.iter().find(|timer| timer.what.contains("heard")).map(|timer| (timer.left.clone(), timer.share))
    };
    let (_, share) = timer(&session).expect("its session runs");
    session.seek(session.now() + Span::secs(2));
    let (left, later) = timer(&session).expect("its session runs on");
    assert!(later < share && left.ends_with(" s"), "{left}: {later} of {share}");
    let left: f64 = left.trim_end_matches(" s").parse().expect("seconds");
    let end = session.now() + Span::ms((left * 1_000.0) as u64);
    session.seek(Time(end.0 - 100_000));
    assert_eq!(group(&session).members.iter().filter(|member| member.name == "payments-1").count(), 1);
    session.seek(end);
    assert_eq!(group(&session).members.iter().filter(|member| member.name == "payments-1").count(), 0);
    assert_eq!(group(&session).why, "a session timed out");
}

#[test]
fn in_an_eager_rebalance_nobody_reads_and_in_a_cooperative_one_the_others_read_on() {
    let curves = |strategy| {
        through_a_rebalance(strategy, |session| {
            let (wire, stopped) = on_the_board(session);
            (if wire.idle { 0 } else { wire.paths.len() - wire.leaving }, stopped)
        })
    };
    let eager = curves(0);
    assert!(eager.iter().any(|(kept, stopped)| *kept == 0 && *stopped >= 2), "all of them stop: {eager:?}");
    let cooperative = curves(COOPERATIVE);
    assert!(cooperative.iter().all(|(kept, stopped)| *kept >= 2 && *stopped <= 1), "two partitions are read on: {cooperative:?}");
}

#[test]
fn what_is_to_be_given_up_is_shown_until_it_has_been() {
    let seen = through_a_rebalance(COOPERATIVE, |session| {
        let group = group(session);
        let gives_up: Vec<String> = group.members.iter().map(|member| member.gives_up.clone()).collect();
        (gives_up.concat(), on_the_board(session).0.leaving)
    });
    for (gives_up, leaving) in &seen {
        assert_eq!(gives_up.is_empty(), *leaving == 0, "{seen:?}");
    }
    assert!(seen.iter().any(|(gives_up, _)| gives_up.len() == 1), "one partition moves: {seen:?}");
}

#[test]
fn a_rebalance_is_stepped_through_request_by_request_both_ways() {
    let told = through_a_rebalance(0, Session::rebalance_step);
    for request in
        ["sent JoinGroup", "got JoinGroup", "sent the answer to JoinGroup", "sent SyncGroup", "got the answer to SyncGroup"]
    {
        assert!(told.iter().any(|told| told.contains(request)), "nobody {request}: {told:#?}");
    }
    assert!(told.iter().any(|told| told.contains("Heartbeat")), "who hears of it from a heartbeat: {told:#?}");
    assert!(told.iter().all(|told| !told.contains("Fetch") && !told.contains("OffsetCommit")), "{told:#?}");

    let mut session = orders(|_| {});
    let forward: Vec<Time> = std::iter::from_fn(|| session.forward(Stride::Rebalance)).collect();
    let back: Vec<Time> = std::iter::from_fn(|| session.back(Stride::Rebalance)).collect();
    let (_, before) = forward.split_last().expect("both groups form");
    assert!(before.len() > 10 && back.iter().eq(before.iter().rev().chain(&[Time::ZERO])), "{forward:?} {back:?}");
}

#[test]
fn while_it_rebalances_each_member_shows_what_it_does_and_the_group_shows_why() {
    let seen = through_a_rebalance(0, group);
    let does = |what: &str| seen.iter().any(|group| group.members.iter().any(|member| member.does == what));
    for what in ["has joined", "is still to join", "deals the partitions", "is still to sync"] {
        assert!(does(what), "nobody {what}");
    }
    assert!(seen.iter().any(|group| group.why == "a member joined" && group.state == "PreparingRebalance"));
    assert!(seen.iter().any(|group| !group.timers.is_empty()), "the join phase has a limit");
    assert!(seen.last().is_some_and(|group| group.why.is_empty() && group.how == "range: all stop while it rebalances"));
}

#[test]
fn a_process_that_does_not_know_that_it_was_thrown_out_is_shown_beside_the_members() {
    let mut session = orders(|_| {});
    session.seek(seconds(20));
    session.act(process(instance(PAYMENTS, 0), ProcessDoes::Pause)).expect("it can stand still");
    session.seek(seconds(40));
    let group = group(&session);
    let outside = member(&group, "payments-1");
    assert!(outside.outside && !outside.partitions.is_empty() && outside.does.contains("no member"), "{outside:?}");
    let owned: Vec<&str> = group.partitions.iter().map(|row| row.owner.as_str()).collect();
    assert!(!owned.contains(&"payments-1"), "the coordinator has given its partitions to others: {owned:?}");
}
