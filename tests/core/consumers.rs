//! What a service's consumers do in their group under the settings that say what kind of members they are.

use crosstalk::board::{Action, Board, Edit, Place, ProcessDoes, Setting};
use crosstalk::broker::{BrokerFact, GroupState};
use crosstalk::check::Check;
use crosstalk::session::Session;
use crosstalk::world::Fact;

use crate::support::{BROKER, PAYMENTS, board, instance, on, process, seconds};

/// The first board with three processes of Payments, one for each partition.
fn three(settings: &[(Setting, u64)]) -> Board {
    let mut board = board("orders");
    let payments = board.services.iter_mut().find(|node| node.id == PAYMENTS).expect("Payments is there");
    payments.settings.0.insert(Setting::Instances, 3);
    payments.settings.0.extend(settings.iter().copied());
    board
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
        let fewer = Edit::Set { place: Place::Node(PAYMENTS), setting: Setting::Instances, value: Some(2) };
        session.act(Action::Edit(fewer)).expect("it is within its limits");
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
    let on_now = Edit::Set { place: Place::Node(PAYMENTS), setting: Setting::GroupInstanceId, value: Some(1) };
    session.act(Action::Edit(on_now)).expect("it is one of its words");
    on(&mut session, 40);
    let broker = session.world().broker(BROKER).expect("there is a broker");
    let group = session.world().names().group_id("payments").expect("Payments reads in a group");
    let members = broker.group(group).expect("it was joined").members;
    assert!(members.len() == 3 && members.iter().all(|member| member.instance.is_some()), "{members:?}");
    assert_eq!(session.checks().count(Check::Lost), 0);
}
