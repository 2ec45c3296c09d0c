//! Why does it stand still?

use std::collections::BTreeSet;

use crosstalk::board::{Action, DeadLetterDoc, Gap, Often, OnFailure, PinAction, PinDoes, Setting, send_dead_letters};
use crosstalk::check::Check;
use crosstalk::rpc::RpcFact;
use crosstalk::service::ServiceFact;
use crosstalk::session::Session;
use crosstalk::sim::{IntentId, LineId, Span, WireId};
use crosstalk::store::StoreFact;
use crosstalk::world::Fact;

use super::rig::*;
use crate::support::{ORDERS, PAYMENTS, SHOP, board, edited, seconds};

/// Intents whose handling failed in Payments, each with how often.
fn failures(session: &Session) -> std::collections::BTreeMap<IntentId, usize> {
    let mut all = std::collections::BTreeMap::new();
    for entry in session.facts() {
        if let Fact::Service(ServiceFact::Failed { message, .. }) = entry.fact {
            *all.entry(message.intent).or_insert(0) += 1;
        }
    }
    all
}

/// The orders that were published more than some seconds before the end, by their partitions.
fn published(session: &Session, before: u64) -> Vec<(u16, IntentId)> {
    let old: BTreeSet<IntentId> = rows(session)
        .into_iter()
        .filter(|(.., at)| *at + Span::secs(before) < session.now())
        .map(|(_, message, _)| message.intent)
        .collect();
    let all = log(session).into_iter().map(|(record, message)| (record.partition, message.intent));
    all.filter(|(_, intent)| old.contains(intent)).collect()
}

#[test]
fn an_order_that_fails_every_time_is_tried_for_ever_and_what_lies_behind_it_waits() {
    let session = played("poison", 60);
    let poison = only(&session, Check::Poison).intent;
    let pin = board("poison").pins[0];
    assert_eq!((pin.does, pin.often, pin.key), (PinDoes::Fail, Often::Always, Some(1)), "every order of the second customer, B");
    let failed = failures(&session);
    assert_eq!(failed.keys().copied().collect::<Vec<_>>(), [poison], "only the first order of customer B is reached");
    assert!(failed[&poison] > 15, "{failed:?}");
    let published = published(&session, 15);
    let (of_it, _) = *published.iter().find(|(_, intent)| *intent == poison).expect("it lies in a partition");
    let behind = published.iter().skip_while(|(_, intent)| *intent != poison).filter(|(partition, _)| *partition == of_it);
    let charged = charged(&session, PAYMENTS);
    assert!(behind.clone().count() > 3 && behind.into_iter().all(|(_, intent)| !charged.contains_key(intent)));
    let others: Vec<_> = published.iter().filter(|(partition, _)| *partition != of_it).collect();
    assert!(others.len() > 3 && others.iter().all(|(_, intent)| charged.contains_key(intent)), "the other partition goes on");
}

fn skips(session: &mut Session) {
    let policy = OnFailure::RetryThenSkip(3);
    assert_eq!(policy.words(), "tries again 3 times, then skips");
    edited(session, |board| board.service_mut(PAYMENTS).expect("it is on the board").handlers[0].on_failure = policy)
        .expect("a handler can skip");
}

#[test]
fn what_is_given_up_after_three_more_tries_lets_the_others_of_its_partition_through() {
    let session = changed("poison", 60, skips);
    let failed = failures(&session);
    assert!(failed.len() > 1 && failed.values().rev().skip(1).all(|times| *times <= 4), "{failed:?}");
    let charged = charged(&session, PAYMENTS);
    let published = published(&session, 20);
    let (given_up, done): (Vec<_>, Vec<_>) = published.iter().partition(|(_, intent)| failed.contains_key(intent));
    assert!(given_up.iter().all(|(_, intent)| !charged.contains_key(intent)), "the orders of B are given up");
    let of_it = given_up[0].0;
    assert!(done.iter().filter(|(partition, _)| *partition == of_it).count() > 1);
    assert!(done.iter().all(|(_, intent)| charged.contains_key(intent)), "the others are charged");
}

fn keeps(session: &mut Session) {
    let to = DeadLetterDoc { retries: 3, topic: "order-events.DLT".to_owned() };
    assert_eq!(OnFailure::RetryThenDeadLetter(to.clone()).words(), "tries again 3 times, then sends it to order-events.DLT");
    let handler = board("poison").service(PAYMENTS).expect("it is on the board").handlers[0].id;
    edited(session, |board| assert!(send_dead_letters(board, (PAYMENTS, handler), to, WireId(99))))
        .expect("a handler can keep them");
}

#[test]
fn what_is_kept_as_a_dead_letter_lies_in_the_new_topic_and_is_not_lost() {
    let session = changed("poison", 60, keeps);
    assert_eq!(found(&session), []);
    let failed = failures(&session);
    let charged = charged(&session, PAYMENTS);
    let (kept, done): (Vec<_>, Vec<_>) = published(&session, 20).into_iter().partition(|(_, intent)| failed.contains_key(intent));
    assert!(kept.len() > 1 && kept.iter().all(|(_, intent)| !charged.contains_key(intent)), "the orders of B are not charged");
    assert!(done.len() > 5 && done.iter().all(|(_, intent)| charged.contains_key(intent)), "the others are charged");
    let letters = count(&session, |fact| matches!(fact, Fact::Service(ServiceFact::DeadLettered { .. })));
    assert!(letters > 1, "{letters} dead letters");
}

fn mended(session: &mut Session) {
    act(session, Action::Pin(PinAction::Clear { service: PAYMENTS, gap: Gap::After(LineId(1)) }));
}

#[test]
fn without_its_pin_every_order_is_charged() {
    let session = changed("poison", 60, mended);
    assert_eq!(found(&session), []);
    let charged = charged(&session, PAYMENTS);
    let published = published(&session, 20);
    assert!(published.len() > 10 && published.iter().all(|(_, intent)| charged.contains_key(intent)));
}

#[test]
fn the_steps_of_the_poison() {
    let skip = |session: &mut Session| {
        session.reset(false);
        skips(session);
    };
    let mend = |session: &mut Session| {
        session.reset(false);
        mended(session);
    };
    let keep = |session: &mut Session| {
        session.reset(false);
        keeps(session);
    };
    follow("poison", &[&play, &skip, &keep, &mend]);
}

fn gave_up(session: &Session) -> usize {
    count(session, |fact| matches!(fact, Fact::Rpc(RpcFact::GaveUp { .. })))
}

fn waited(session: &Session) -> usize {
    count(session, |fact| matches!(fact, Fact::Store(StoreFact::ConnectionAwaited { .. })))
}

fn works_first(session: &mut Session) {
    move_before(session, ORDERS, 10, 1);
}

fn ten_connections(session: &mut Session) {
    set(session, ORDERS, Setting::StoreConnections, 10);
}

#[test]
fn work_in_the_middle_of_a_transaction_holds_a_connection_until_the_shop_gives_up() {
    let session = played("slow-database", 60);
    assert!(waited(&session) > 10 && gave_up(&session) > 3, "{} {}", waited(&session), gave_up(&session));
    only(&session, Check::PoolDry);
    let orders = board("slow-database");
    let settings = &orders.service(ORDERS).expect("it is on the board").settings;
    assert_eq!(
        [Setting::StoreConnections, Setting::Workers].map(|setting| settings.0.get(&setting).copied()),
        [Some(2), Some(4)]
    );
    let given_up = first(&session, |entry| matches!(entry.fact, Fact::Rpc(RpcFact::GaveUp { .. })));
    assert!(given_up.at < seconds(30) && given_up.who.node == SHOP, "at {}", given_up.at);
}

#[test]
fn with_the_work_before_the_transaction_or_with_ten_connections_no_order_is_given_up() {
    for cure in [works_first, ten_connections] {
        let session = changed("slow-database", 120, cure);
        assert_eq!((gave_up(&session), found(&session)), (0, vec![]));
    }
    let few = changed("slow-database", 60, |session| set(session, SHOP, Setting::ArrivalInterval, 3_000));
    assert_eq!(gave_up(&few), 0, "two are enough for few orders");
}

#[test]
fn the_steps_of_the_pool_that_runs_dry() {
    let first = |session: &mut Session| {
        session.reset(false);
        works_first(session);
    };
    let ten = |session: &mut Session| {
        session.reset(false);
        lines(session, ORDERS, |lines| {
            let work = lines.remove(0);
            lines.insert(3, work);
        });
        ten_connections(session);
    };
    follow("slow-database", &[&play, &ask_how, &first, &ten]);
}

fn ten_rows(session: &mut Session) {
    set(session, ORDERS, Setting::RelayBatch, 10);
}

/// How many rows wait in the outbox after so many seconds.
fn waiting(session: &mut Session, s: u64) -> u32 {
    session.seek(seconds(s));
    session.world().service(ORDERS).expect("it runs").store.unpublished_count()
}

fn most_read(session: &Session) -> u32 {
    let read = session.facts().iter().filter_map(|entry| match entry.fact {
        Fact::Service(ServiceFact::RowsRead { rows }) => Some(rows),
        _ => None,
    });
    read.max().unwrap_or(0)
}

#[test]
fn a_relay_that_reads_one_row_at_a_time_falls_behind() {
    let mut session = played("outbox-grows", 0);
    let waits = [15, 30, 45, 60].map(|s| waiting(&mut session, s));
    assert!(waits[0] > 3 && waits.is_sorted_by(|a, b| a + 2 < *b), "{waits:?}");
    assert_eq!(most_read(&session), 1);
    only(&session, Check::OutboxGrowing);
}

#[test]
fn a_relay_that_reads_ten_rows_at_once_keeps_up() {
    let mut session = changed("outbox-grows", 0, ten_rows);
    let waits = [15, 30, 45, 60, 120].map(|s| waiting(&mut session, s));
    assert!(waits.iter().all(|count| *count < 5), "{waits:?}");
    assert!((2..=10).contains(&most_read(&session)));
    assert_eq!(found(&session), []);
}

#[test]
fn the_steps_of_the_outbox_that_grows() {
    let ten = |session: &mut Session| {
        session.reset(false);
        ten_rows(session);
    };
    follow("outbox-grows", &[&play, &ask_prevent, &ten]);
}
