//! Why in this order?

use crosstalk::board::{Action, Edit, IfAgain, Setting};
use crosstalk::broker::BrokerFact;
use crosstalk::check::{Check, Violation};
use crosstalk::service::ServiceFact;
use crosstalk::session::Session;
use crosstalk::sim::{IntentId, MessageId, NodeId, RecordId, Role, Span, Time};
use crosstalk::store::{RelayKind, StoreFact};
use crosstalk::world::{Entry, Fact, ProcessFact};

use super::rig::*;
use crate::support::{ORDERS, PAYMENTS, seconds};

/// Shop window has the place of Payments on its boards.
const WINDOW: NodeId = PAYMENTS;

/// The intent whose newer effect an older one has come after.
fn newer(session: &Session, violation: &Violation) -> IntentId {
    let first = fact(session, violation.first.expect("there is a later one"));
    let Fact::Store(StoreFact::Changed { intent, .. }) = first.fact else { panic!("{first:?}") };
    intent
}

fn appended_at(session: &Session, of: IntentId) -> Time {
    let is = |entry: &Entry| matches!(entry.fact, Fact::Broker(BrokerFact::Appended { message, .. }) if message.intent == of);
    first(session, is).at
}

#[test]
fn a_relay_that_stood_still_publishes_an_old_price_after_newer_ones_of_the_other_relay() {
    let session = played("old-value-wins", 60);
    let violation = only(&session, Check::OutOfOrder);
    let (old, new) = (violation.intent, newer(&session, &violation));
    assert!(old.n < new.n && violation.service == WINDOW);
    let paused = first(&session, |entry| entry.fact == Fact::Process(ProcessFact::Paused));
    let resumed = first(&session, |entry| entry.fact == Fact::Process(ProcessFact::Resumed));
    assert_eq!((paused.who.role, resumed.at.since(paused.at)), (Role::Relay, Span::secs(8)));
    let taken = first(&session, |entry| matches!(entry.fact, Fact::Store(StoreFact::LeaseTaken { before: Some(_) })));
    assert!(taken.who.ordinal != paused.who.ordinal && paused.at < taken.at && taken.at < resumed.at, "the other takes over");
    let copies: Vec<_> = repeated(&session).into_iter().collect();
    assert!(matches!(&copies[..], [(message, _)] if message.intent == old), "{copies:?}");
    let gone_out = log(&session).into_iter().filter(|(_, message)| message.intent.n > old.n);
    let before = gone_out.filter(|(_, message)| appended_at(&session, message.intent) < resumed.at).count();
    assert!(before > 1 && violation.at > resumed.at, "{before} newer prices have gone out");
    // The old price stays until the next one of that product.
    let effects = effects(&session, WINDOW, old);
    assert!(effects.len() == 2 && effects[1].1, "{effects:?}");
}

#[test]
fn tracking_turns_the_old_price_away_and_a_versioned_write_keeps_the_newer_one() {
    let old = only(&played("old-value-wins", 60), Check::OutOfOrder).intent;
    let tracks = changed("old-value-wins", 60, |session| if_again(session, IfAgain::TracksIds));
    assert_eq!((found(&tracks), hits(&tracks), turned_away(&tracks, old)), (vec![], 1, 1));
    let newer = changed("old-value-wins", 60, |session| if_again(session, IfAgain::IsIdempotent));
    assert_eq!((found(&newer), hits(&newer), repeated(&newer).len()), (vec![], 1, 1));
    let effects: Vec<bool> = effects(&newer, WINDOW, old).into_iter().map(|(_, changed)| changed).collect();
    assert_eq!(effects, [true, false], "the second time it changes nothing");
}

#[test]
fn the_steps_of_the_old_value_that_wins() {
    let tracks = |session: &mut Session| {
        session.reset(false);
        if_again(session, IfAgain::TracksIds);
    };
    let newer = |session: &mut Session| {
        session.reset(false);
        if_again(session, IfAgain::IsIdempotent);
        let lines = &session.board().service(WINDOW).expect("it is on the board").handlers[0].lines;
        let step = &session.board().tries[2].say;
        assert!(lines.iter().any(|line| step.contains(&format!("\"{}\"", line.does.rest()))), "{step}");
    };
    follow("old-value-wins", &[&play, &tracks, &newer]);
}

/// When Shop window began to handle a message of an intent, each time, and when it failed and finished.
fn handling(session: &Session, of: IntentId) -> (Vec<Time>, Vec<Time>, Vec<Time>) {
    let all = session.facts().iter().filter(|entry| entry.who.node == WINDOW);
    let (mut started, mut failed, mut finished) = (Vec::new(), Vec::new(), Vec::new());
    for entry in all {
        match entry.fact {
            Fact::Service(ServiceFact::Started { message, .. }) if message.intent == of => started.push(entry.at),
            Fact::Service(ServiceFact::Failed { message, .. }) if message.intent == of => failed.push(entry.at),
            Fact::Service(ServiceFact::Finished { message, .. }) if message.intent == of => finished.push(entry.at),
            _ => {}
        }
    }
    (started, failed, finished)
}

#[test]
fn while_one_worker_tries_a_price_again_the_other_sets_a_newer_one() {
    let session = played("two-hands", 60);
    let violation = only(&session, Check::OutOfOrder);
    let (old, new) = (violation.intent, newer(&session, &violation));
    let (started, failed, finished) = handling(&session, old);
    assert!(failed.len() == 1 && started.len() == 2 && started[1].since(failed[0]) == Span::secs(2), "{started:?} {failed:?}");
    assert_eq!(count(&session, |fact| matches!(fact, Fact::Service(ServiceFact::Failed { .. }))), 1, "it fails once");
    let (other, _, done) = handling(&session, new);
    assert!(other[0] < finished[0] && done[0] < violation.at, "both are handled at the same time");
    let partitions: std::collections::BTreeSet<u16> = log(&session).into_iter().map(|(record, _)| record.partition).collect();
    assert_eq!(partitions.len(), 1);
}

#[test]
fn one_at_a_time_the_next_price_waits_for_the_one_that_fails() {
    let shown = played("two-hands", 60);
    let violation = only(&shown, Check::OutOfOrder);
    let (old, new) = (violation.intent, newer(&shown, &violation));
    let session = changed("two-hands", 60, |session| set(session, WINDOW, Setting::ConcurrentHandling, 0));
    assert_eq!((found(&session), hits(&session)), (vec![], 1));
    let ((_, failed, finished), (other, ..)) = (handling(&session, old), handling(&session, new));
    assert!(failed.len() == 1 && finished[0] <= other[0], "{finished:?} {other:?}");
}

#[test]
fn the_steps_of_the_two_hands() {
    let one = |session: &mut Session| {
        session.reset(false);
        set(session, WINDOW, Setting::ConcurrentHandling, 0);
    };
    follow("two-hands", &[&play, &ask_how, &one]);
}

#[test]
fn a_relay_that_reads_by_id_tells_of_commits_in_another_order_than_they_had() {
    let session = played("out-of-the-outbox", 60);
    let violation = only(&session, Check::OutOfOrder);
    let [first, second, ..] = rows(&session)[..] else { panic!("two orders are committed") };
    assert_eq!((first.1.intent.n, second.1.intent.n), (2, 1), "order 2 was committed before order 1");
    assert!(first.0 > second.0, "and has the greater id");
    let told: Vec<u32> = log(&session).into_iter().take(2).map(|(_, message)| message.intent.n).collect();
    assert_eq!(told, [1, 2]);
    assert_eq!((violation.intent.n, newer(&session, &violation).n), (2, 1));
}

#[test]
fn a_relay_that_tails_tells_of_them_in_the_order_of_the_commits() {
    let session = changed("out-of-the-outbox", 60, |session| reads(session, RelayKind::Tail));
    assert_eq!((found(&session), hits(&session)), (vec![], 1));
    let committed: Vec<_> = rows(&session).into_iter().map(|(_, message, _)| message).collect();
    let told: Vec<_> = log(&session).into_iter().map(|(_, message)| message).collect();
    assert!(told.len() > 10 && committed.starts_with(&told));
    assert_eq!((told[0].intent.n, told[1].intent.n), (2, 1), "the same pause");
}

#[test]
fn the_steps_of_what_comes_out_of_the_outbox() {
    let tails = |session: &mut Session| {
        session.reset(false);
        reads(session, RelayKind::Tail);
    };
    follow("out-of-the-outbox", &[&play, &ask_how, &tails]);
}

/// Who sends prices besides Prices.
const IMPORTS: NodeId = NodeId(6);

/// The partitions that a service's messages lie in.
fn partitions_of(session: &Session, service: NodeId) -> Vec<u16> {
    let of = |(record, message): (RecordId, MessageId)| (message.by == service).then_some(record.partition);
    let mut all: Vec<u16> = log(session).into_iter().filter_map(of).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn agree(session: &mut Session) {
    set(session, IMPORTS, Setting::Partitioner, 2);
}

#[test]
fn two_clients_put_one_key_into_two_partitions_and_an_older_price_comes_after_a_newer_one() {
    let session = played("two-clients", 60);
    let violation = only(&session, Check::OutOfOrder);
    assert_eq!((partitions_of(&session, ORDERS), partitions_of(&session, IMPORTS)), (vec![1], vec![2]));
    assert_eq!((violation.message.by, hits(&session)), (ORDERS, 1));
    let newer = fact(&session, violation.first.expect("there is a later one"));
    assert!(newer.at < violation.at && newer.who != fact(&session, violation.fact).who, "two instances");
    let told = session.verdict().swap_remove(Check::OutOfOrder as usize).violations.swap_remove(0);
    assert!(told.how.contains("Prices and Imports put it into different partitions"), "{}", told.how);
    assert!(told.prevent.starts_with("Set partitioner of Imports to murmur2_random: "), "{}", told.prevent);
}

#[test]
fn with_a_partitioner_that_agrees_the_newer_price_waits_behind_the_older_one() {
    let session = changed("two-clients", 60, agree);
    assert_eq!((found(&session), hits(&session)), (vec![], 1));
    assert_eq!((partitions_of(&session, ORDERS), partitions_of(&session, IMPORTS)), (vec![1], vec![1]));
}

#[test]
fn the_steps_of_the_two_clients() {
    let agrees = |session: &mut Session| {
        session.reset(false);
        agree(session);
    };
    follow("two-clients", &[&play, &ask_how, &agrees]);
}

fn one_more_partition(session: &mut Session) {
    act(session, Action::Edit(Edit::Partitions { topic: "price-events".to_owned(), partitions: 3 }));
}

fn adds_one_while_it_plays(session: &mut Session) {
    session.seek(seconds(12));
    one_more_partition(session);
}

#[test]
fn a_partition_that_is_added_while_records_wait_moves_keys_and_new_prices_overtake_old_ones() {
    let session = changed("moving-keys", 60, adds_one_while_it_plays);
    assert!(matches!(found(&session)[..], [(Check::OutOfOrder, 1..)]), "{:?}", found(&session));
    let violation = session.checks().violations()[0];
    assert!(violation.at > seconds(12) && violation.at < seconds(30), "{}", violation.at);
    let view = session.verdict().swap_remove(Check::OutOfOrder as usize).violations.swap_remove(0);
    assert!(view.how.contains("was given more partitions in between, which moved the key"), "{}", view.how);
    assert!(view.prevent.starts_with("Give price-events its 3 partitions before anything is sent"), "{}", view.prevent);
    assert_eq!(view.fix, Some(Edit::Partitions { topic: "price-events".to_owned(), partitions: 3 }));
    assert_eq!(found(&played("moving-keys", 60)), [], "nothing is out of order as long as it has two");
}

#[test]
fn with_all_partitions_from_the_start_no_key_moves() {
    let session = changed("moving-keys", 60, one_more_partition);
    assert_eq!(found(&session), []);
    assert_eq!(partitions_of(&session, ORDERS), [0, 1, 2]);
}

#[test]
fn the_steps_of_the_keys_that_move() {
    let from_the_start = |session: &mut Session| {
        session.reset(false);
        one_more_partition(session);
    };
    follow("moving-keys", &[&adds_one_while_it_plays, &ask_prevent, &from_the_start]);
}
