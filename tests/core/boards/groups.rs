//! Why does it stand still? The boards whose answer is the group.

use std::collections::BTreeMap;

use crosstalk::board::{Do, Setting};
use crosstalk::broker::{BrokerFact, GroupState};
use crosstalk::check::{Check, Detail};
use crosstalk::service::ServiceFact;
use crosstalk::session::Session;
use crosstalk::sim::{Actor, Span};
use crosstalk::world::{Fact, ProcessFact};

use super::rig::*;
use crate::support::{ORDERS, PAYMENTS, seconds};

fn rebalances(session: &Session) -> usize {
    count(session, |fact| matches!(fact, Fact::Broker(BrokerFact::GroupBecame { state: GroupState::PreparingRebalance, .. })))
}

fn acknowledged(session: &Session) -> usize {
    count(session, |fact| matches!(fact, Fact::Broker(BrokerFact::OffsetCommitted { .. })))
}

fn longer(session: &mut Session) {
    set(session, PAYMENTS, Setting::MaxPollInterval, 12_000);
}

#[test]
fn a_member_that_works_longer_than_its_poll_interval_leaves_and_comes_back_for_ever() {
    let session = played("late-with-its-poll", 60);
    let violation = only(&session, Check::RebalanceStorm);
    let Detail::Storm { returns: 4, rebalances: counted, .. } = violation.detail else { panic!("{violation:?}") };
    assert!(counted >= 4 && rebalances(&session) > 8, "{counted}, {}", rebalances(&session));
    let removed = count(&session, |fact| matches!(fact, Fact::Broker(BrokerFact::MemberRemoved { .. })));
    assert!(removed > 5 && crashes(&session) == 0, "{removed}");
    let longer = changed("late-with-its-poll", 60, longer);
    assert!(acknowledged(&session) * 3 < acknowledged(&longer), "hardly anything is acknowledged");
}

#[test]
fn with_time_for_its_work_no_member_leaves() {
    let session = changed("late-with-its-poll", 60, longer);
    assert_eq!(found(&session), []);
    assert_eq!(count(&session, |fact| matches!(fact, Fact::Broker(BrokerFact::MemberRemoved { .. }))), 0);
}

#[test]
fn the_steps_of_who_is_late_with_its_poll() {
    let cure = |session: &mut Session| {
        session.reset(false);
        longer(session);
    };
    follow("late-with-its-poll", &[&play, &ask_how, &cure]);
}

fn cooperates(session: &mut Session) {
    set(session, PAYMENTS, Setting::AssignmentStrategy, 4);
}

/// The longest time between 10 s and 40 s in which nobody in the group was handed anything.
fn longest_gap(session: &Session) -> Span {
    let fetched = session.facts().iter().filter(|entry| matches!(entry.fact, Fact::Broker(BrokerFact::Fetched { .. })));
    let times: Vec<_> = fetched.map(|entry| entry.at).filter(|at| *at > seconds(8) && *at < seconds(40)).collect();
    times.windows(2).map(|pair| pair[1].since(pair[0])).max().expect("something is read")
}

#[test]
fn one_slow_member_keeps_a_group_from_reading_until_its_next_poll() {
    let session = played("everybody-waits", 60);
    let violation = only(&session, Check::StuckGroup);
    assert_eq!((hits(&session), crashes(&session)), (1, 1));
    let crashed = first(&session, |entry| entry.fact == Fact::Process(ProcessFact::Crashed));
    let slow = first(&session, |entry| matches!(entry.fact, Fact::Service(ServiceFact::PinHit { .. })));
    assert!(slow.at < crashed.at && crashed.at < violation.at && !slow.who.same_process(crashed.who));
    assert!(longest_gap(&session) > Span::secs(6), "{}", longest_gap(&session));
}

#[test]
fn members_that_cooperate_read_on_while_they_wait_for_the_slow_one() {
    let session = changed("everybody-waits", 60, cooperates);
    assert_eq!((found(&session), hits(&session), crashes(&session)), (vec![], 1, 1));
    assert!(longest_gap(&session) < Span::secs(6), "{}", longest_gap(&session));
}

#[test]
fn the_steps_of_everybody_waits() {
    let cure = |session: &mut Session| {
        session.reset(false);
        cooperates(session);
    };
    follow("everybody-waits", &[&play, &ask_how, &cure]);
}

fn keyed_by_order(session: &mut Session) {
    lines(session, ORDERS, |lines| {
        for line in lines {
            if let Do::Outbox { key, .. } = &mut line.does {
                *key = Some("order".to_owned());
            }
        }
    });
}

/// How many orders each instance of Shipping has come to the end with.
fn shipped(session: &Session) -> BTreeMap<Actor, usize> {
    let mut all = BTreeMap::new();
    for entry in session.facts() {
        if matches!(entry.fact, Fact::Service(ServiceFact::Finished { .. })) && entry.who.node == PAYMENTS {
            *all.entry(entry.who).or_insert(0) += 1;
        }
    }
    all
}

#[test]
fn the_partition_of_a_big_customer_falls_behind_while_others_have_little_to_do() {
    let session = played("hot-partition", 60);
    let violation = only(&session, Check::HotPartition);
    let Detail::Hot { records: (most, 60), partitions: 3, lag, .. } = violation.detail else { panic!("{violation:?}") };
    assert!(most >= 45 && lag >= 15, "{most}, {lag}");
    let shipped = shipped(&session);
    let (most, least) = (shipped.values().max().expect("three"), shipped.values().min().expect("three"));
    assert!(shipped.len() == 3 && most > least, "{shipped:?}");
}

#[test]
fn keyed_by_order_all_partitions_get_about_as_much() {
    let session = changed("hot-partition", 60, keyed_by_order);
    assert_eq!(found(&session), []);
    let shipped = shipped(&session);
    let (most, least) = (shipped.values().max().expect("three"), shipped.values().min().expect("three"));
    assert!(shipped.len() == 3 && most < &(2 * least), "{shipped:?}");
}

#[test]
fn the_steps_of_the_hot_partition() {
    let cure = |session: &mut Session| {
        session.reset(false);
        keyed_by_order(session);
    };
    follow("hot-partition", &[&play, &ask_prevent, &cure]);
}
