//! What a service's consumers do in their group under the settings that say what kind of members they are.

use crosstalk::board::{Action, Board, Edit, Place, ProcessDoes, Setting};
use crosstalk::broker::coordinator::modern::MemberState;
use crosstalk::broker::protocol::{COMMITS, ErrorCode};
use crosstalk::broker::{Broker, BrokerFact, GroupState};
use crosstalk::check::Check;
use crosstalk::net::NetFact;
use crosstalk::session::Session;
use crosstalk::view::{Inspection, Selection};
use crosstalk::world::{Entry, Fact};

use crate::support::{BROKER, PAYMENTS, board, instance, on, process, seconds};

/// The first board with three processes of Payments, one for each partition.
fn three(settings: &[(Setting, u64)]) -> Board {
    let mut board = board("orders");
    let payments = board.services.iter_mut().find(|node| node.id == PAYMENTS).expect("Payments is there");
    payments.settings.0.insert(Setting::Instances, 3);
    payments.settings.0.extend(settings.iter().copied());
    board
}

fn broker(session: &Session) -> &Broker {
    session.world().broker(BROKER).expect("there is a broker")
}

fn set(session: &mut Session, setting: Setting, value: u64) {
    let edit = Edit::Set { place: Place::Node(PAYMENTS), setting, value: Some(value) };
    session.act(Action::Edit(edit)).expect("it is within its limits");
}

/// The members of Payments' group of the consumer protocol that have all that they are to have.
fn settled(session: &Session) -> Option<usize> {
    let group = session.world().names().group_id("payments")?;
    let view = broker(session).coordinator().modern_group(group)?;
    Some(view.members.iter().filter(|member| member.state == MemberState::Stable).count())
}

fn count(session: &Session, fits: impl Fn(BrokerFact) -> bool) -> usize {
    session.facts().iter().filter(|entry| matches!(entry.fact, Fact::Broker(fact) if fits(fact))).count()
}

fn rebalances(session: &Session) -> usize {
    count(session, |fact| matches!(fact, BrokerFact::GroupBecame { state: GroupState::PreparingRebalance, .. }))
}

/// Each process of Payments crashes and is back two seconds later, one after the other. Gives how often the group
/// rebalanced meanwhile.
fn rolling_restart(settings: &[(Setting, u64)]) -> usize {
    let mut session = Session::new(three(settings)).expect("it is a board");
    session.seek(seconds(12));
    let before = rebalances(&session);
    for n in 0..3 {
        let who = instance(PAYMENTS, n);
        session.act(process(who, ProcessDoes::Crash)).expect("it runs");
        on(&mut session, 2);
        session.act(process(who, ProcessDoes::Restart)).expect("it is down");
        on(&mut session, 12);
    }
    on(&mut session, 40);
    assert_eq!(session.checks().count(Check::Lost), 0);
    rebalances(&session) - before
}

#[test]
fn a_rolling_restart_costs_no_rebalance_with_a_group_instance_id_and_some_without() {
    assert_eq!(rolling_restart(&[(Setting::GroupInstanceId, 1)]), 0);
    assert!(rolling_restart(&[]) >= 3);
}

#[test]
fn a_process_that_stops_for_good_keeps_its_partition_from_the_others_until_its_session_ends() {
    let gone_after = |settings: &[(Setting, u64)]| {
        let mut session = Session::new(three(settings)).expect("it is a board");
        session.seek(seconds(12));
        set(&mut session, Setting::Instances, 2);
        on(&mut session, 30);
        let (from, entry) = session
            .facts()
            .iter()
            .enumerate()
            .find(|(_, entry)| matches!(entry.fact, Fact::Broker(BrokerFact::MemberRemoved { .. })))
            .expect("the member is removed");
        assert!(from > 0);
        entry.at.since(seconds(12)).as_ms()
    };
    assert!(gone_after(&[]) < 3_000, "it says that it leaves");
    assert!(gone_after(&[(Setting::GroupInstanceId, 1)]) > 4_000, "its session has to run out");
}

#[test]
fn turning_it_on_while_the_board_runs_makes_new_members_of_all_and_nothing_is_lost() {
    let mut session = Session::new(three(&[])).expect("it is a board");
    session.seek(seconds(12));
    set(&mut session, Setting::GroupInstanceId, 1);
    on(&mut session, 40);
    let group = session.world().names().group_id("payments").expect("Payments reads in a group");
    let members = broker(&session).group(group).expect("it was joined").members;
    assert!(members.len() == 3 && members.iter().all(|member| member.instance.is_some()), "{members:?}");
    assert_eq!(session.checks().count(Check::Lost), 0);
}

const MODERN: (Setting, u64) = (Setting::GroupProtocol, 1);

#[test]
fn under_the_consumer_protocol_the_others_go_on_while_one_crashes_and_comes_back() {
    let mut session = Session::new(three(&[MODERN])).expect("it is a board");
    session.seek(seconds(16));
    assert_eq!(settled(&session), Some(3));
    let (before, others) = (session.facts().len(), rebalances(&session));
    let who = instance(PAYMENTS, 1);
    session.act(process(who, ProcessDoes::Crash)).expect("it runs");
    on(&mut session, 10);
    session.act(process(who, ProcessDoes::Restart)).expect("it is down");
    on(&mut session, 60);
    assert_eq!(settled(&session), Some(3));
    // Of a partition that it keeps nobody gives up anything: all that was revoked was dealt to another one.
    let lost = session
        .facts()
        .iter()
        .skip(before)
        .filter(|entry| matches!(entry.fact, Fact::Broker(BrokerFact::Revoked { lost: true, .. })));
    assert_eq!(lost.count(), 0);
    assert_eq!(rebalances(&session) - others, 0, "the group never stops as a whole");
    assert_eq!(session.checks().count(Check::Lost), 0);
}

#[test]
fn a_board_changes_from_one_protocol_to_the_other_and_back_while_it_runs() {
    let mut session = Session::new(three(&[])).expect("it is a board");
    session.seek(seconds(12));
    set(&mut session, Setting::GroupProtocol, 1);
    on(&mut session, 30);
    assert_eq!(settled(&session), Some(3));
    set(&mut session, Setting::GroupProtocol, 0);
    on(&mut session, 40);
    let group = session.world().names().group_id("payments").expect("Payments reads in a group");
    let view = broker(&session).group(group).expect("it was joined");
    assert_eq!((view.state, view.members.len()), (GroupState::Stable, 3));
    on(&mut session, 40);
    assert_eq!(session.checks().count(Check::Lost), 0);
}

#[test]
fn a_member_that_stood_still_for_too_long_is_refused_its_commit_under_the_consumer_protocol_too() {
    let mut board = three(&[MODERN]);
    board.clients[0].settings.0.insert(Setting::ArrivalInterval, 300);
    let mut session = Session::new(board).expect("it is a board");
    session.seek(seconds(20));
    let busy = |session: &Session| {
        let service = session.world().service(PAYMENTS).expect("Payments runs");
        service.instances.values().find(|one| !one.activations.is_empty()).map(|one| one.actor.ordinal)
    };
    let ordinal = (0..400).find_map(|_| {
        session.seek(session.now() + crosstalk::sim::Span::ms(50));
        busy(&session)
    });
    let who = instance(PAYMENTS, ordinal.expect("one handles something"));
    session.act(process(who, ProcessDoes::Pause)).expect("it runs");
    on(&mut session, 20);
    session.act(process(who, ProcessDoes::Resume)).expect("it stands still");
    on(&mut session, 40);
    let refused = |fact| {
        let by = |error| matches!(error, ErrorCode::UnknownMemberId | ErrorCode::StaleMemberEpoch);
        matches!(fact, BrokerFact::OffsetCommitRefused { error, .. } if by(error))
    };
    assert!(count(&session, refused) > 0);
    assert_eq!(settled(&session), Some(3), "it is a member again");
    assert_eq!(session.checks().count(Check::Lost), 0);
}

#[test]
fn the_settings_of_a_consumer_are_those_of_its_protocol() {
    let names = |settings: &[(Setting, u64)]| {
        let session = Session::new(three(settings)).expect("it is a board");
        let found = |name: &str| {
            session.settings_search(&format!("payments {name}")).iter().any(|hit| hit.row.setting.info().name == name)
        };
        ["session.timeout.ms", "partition.assignment.strategy", "group.remote.assignor"].map(found)
    };
    assert_eq!(names(&[]), [true, true, false]);
    assert_eq!(names(&[MODERN]), [false, false, true]);
}

#[test]
fn heartbeats_that_come_no_sooner_than_the_session_ends_are_refused() {
    let mut session = Session::new(three(&[MODERN])).expect("it is a board");
    let slow = Edit::Set { place: Place::Node(BROKER), setting: Setting::ConsumerHeartbeat, value: Some(6_000) };
    let problem = session.act(Action::Edit(slow)).expect_err("the session ends after 6 s").to_string();
    assert!(problem.contains("heartbeats of members every 6 s, and their sessions end after 6 s"), "{problem}");
}

#[test]
fn with_automatic_commits_the_program_says_that_ack_does_nothing_and_nobody_commits_but_the_consumer() {
    let mut session =
        Session::new(three(&[(Setting::AutoCommit, 1), (Setting::AutoCommitInterval, 2_000)])).expect("it is a board");
    session.seek(seconds(40));
    let Some(Inspection::Service(view)) = session.inspect(Selection::Node(PAYMENTS)) else { panic!("Payments is a service") };
    let notes: Vec<String> = view.programs[0].lines.iter().map(|line| line.note.clone()).collect();
    assert_eq!(notes.last().map(String::as_str), Some("does nothing: enable.auto.commit"));
    let requests = |api: u8| {
        let sent = |entry: &&Entry| matches!(entry.fact, Fact::Net(NetFact::Sent { api: of, .. }) if of == api);
        session.facts().iter().filter(sent).filter(|entry| entry.who.node == PAYMENTS).count()
    };
    let commits = requests(COMMITS);
    assert!((30..=60).contains(&commits), "three members, every two seconds: {commits}");
    assert_eq!(session.checks().count(Check::DoneTwice) + session.checks().count(Check::Lost), 0);
}

#[test]
fn who_finds_its_group_full_is_refused_and_stays_out_until_it_is_started_again() {
    for (protocol, limit) in [(0, Setting::GroupMaxSize), (1, Setting::ConsumerMaxSize)] {
        let mut board = three(&[(Setting::GroupProtocol, protocol)]);
        board.brokers[0].settings.0.insert(limit, 2);
        let mut session = Session::new(board).expect("it is a board");
        session.seek(seconds(20));
        let doing = |session: &Session| {
            let frame = session.frame(Selection::Nothing);
            let card = frame.services.iter().find(|card| card.id == PAYMENTS).expect("it is on the board");
            card.instances.iter().filter(|row| row.doing == "refused").map(|row| row.process).collect::<Vec<_>>()
        };
        let [out] = doing(&session)[..] else { panic!("{limit:?}: {:?}", doing(&session)) };
        let full = |fact| matches!(fact, BrokerFact::MembershipRefused { error: ErrorCode::GroupMaxSizeReached, .. });
        assert_eq!(count(&session, full), 1, "Kafka's client ends with that");
        let Some(Inspection::Service(view)) = session.inspect(Selection::Node(PAYMENTS)) else { panic!("Payments is a service") };
        let said: Vec<&str> = view.groups[0].members.iter().filter(|member| member.outside).map(|member| member.does).collect();
        assert_eq!(said, ["was refused, since the group is full, until it is started again"]);
        assert_eq!(view.groups[0].partitions.iter().filter(|row| row.owner.is_empty()).count(), 0, "the others have all");

        let room = Edit::Set { place: Place::Node(BROKER), setting: limit, value: Some(3) };
        session.act(Action::Edit(room)).expect("it can be changed");
        on(&mut session, 10);
        assert_eq!(doing(&session), [out], "it does not try again by itself");
        session.act(process(out, ProcessDoes::Crash)).expect("it runs");
        session.act(process(out, ProcessDoes::Restart)).expect("it is down");
        on(&mut session, 20);
        assert_eq!(doing(&session), [], "{limit:?}");
        assert_eq!(session.checks().count(Check::Lost) + session.checks().count(Check::Stuck), 0);
    }
}
