//! How do the real ones do it?

use crosstalk::board::{IfAgain, RelayPreset, Setting, apply_relay_preset};
use crosstalk::check::Check;
use crosstalk::session::Session;
use crosstalk::sim::{MessageId, Role, Span, Time};
use crosstalk::store::StoreFact;
use crosstalk::world::{Fact, ProcessFact};

use super::rig::*;
use crate::support::{ORDERS, PAYMENTS, board, seconds};

/// When the relay saved its position.
fn saved(session: &Session) -> Vec<Time> {
    let saved = session.facts().iter().filter(|entry| matches!(entry.fact, Fact::Store(StoreFact::LogPositionSaved { .. })));
    saved.map(|entry| entry.at).collect()
}

#[test]
fn the_relay_is_the_one_of_the_preset() {
    let shipped = board("debezium-tails");
    let mut preset = shipped.clone();
    apply_relay_preset(&mut preset, ORDERS, RelayPreset::Debezium).expect("Orders has a relay");
    assert_eq!(preset, shipped);
    let flush = Setting::RelayFlush.info();
    assert_eq!((flush.classroom, flush.real), (5_000, 60_000), "every 5 s, as Debezium does every minute");
}

#[test]
fn a_relay_that_tails_repeats_what_came_since_its_saved_position_in_the_same_order() {
    let session = played("debezium-tails", 60);
    let crash = first(&session, |entry| entry.fact == Fact::Process(ProcessFact::Crashed));
    assert_eq!((crash.who.role, crashes(&session)), (Role::Relay, 1));
    let times = saved(&session);
    assert!(times.is_sorted_by(|before, after| *before + Span::secs(5) <= *after), "{times:?}");
    let last = times.iter().rfind(|at| **at < crash.at).expect("it has saved one before");
    // What was published between the two, in that order, and again behind it.
    let told: Vec<MessageId> = log(&session).into_iter().map(|(_, message)| message).collect();
    let copies = repeated(&session);
    let mut twice: Vec<MessageId> = told.iter().copied().filter(|message| copies.contains_key(message)).collect();
    let again = twice.split_off(twice.len() / 2);
    assert!(again.len() > 1 && twice == again, "{twice:?} {again:?}");
    let since = |entry: &&crosstalk::world::Entry| *last < entry.at && entry.at <= crash.at;
    let published = session.facts().iter().filter(since).filter_map(|entry| match entry.fact {
        Fact::Broker(crosstalk::broker::BrokerFact::Acked { message, .. }) => Some(message),
        _ => None,
    });
    assert!(published.eq(twice.iter().copied()));
    assert_eq!(found(&session), [(Check::DoneTwice, again.len() as u64)], "each of them is charged twice");
    let old = rows(&session).into_iter().filter(|(.., at)| *at + Span::secs(5) < seconds(60));
    assert!(old.map(|(_, message, _)| message).all(|message| told.contains(&message)), "it passes nothing over");
}

#[test]
fn with_the_position_saved_after_every_batch_a_crash_between_two_repeats_nothing() {
    let session = changed("debezium-tails", 60, |session| set(session, ORDERS, Setting::RelayFlush, 0));
    assert_eq!((found(&session), crashes(&session), repeated(&session).len()), (vec![], 1, 0));
}

#[test]
fn with_tracking_the_same_messages_come_again_and_every_order_is_charged_once() {
    let shown = repeated(&played("debezium-tails", 60));
    let session = changed("debezium-tails", 60, |session| if_again(session, IfAgain::TracksIds));
    assert_eq!(found(&session), []);
    assert!(repeated(&session).keys().eq(shown.keys()));
    assert!(charged(&session, PAYMENTS).values().all(|times| *times == 1));
}

#[test]
fn the_steps_of_the_log_that_is_tailed() {
    let flush = |session: &mut Session| {
        session.reset(false);
        set(session, ORDERS, Setting::RelayFlush, 0);
    };
    let tracks = |session: &mut Session| {
        session.reset(false);
        set(session, ORDERS, Setting::RelayFlush, 5_000);
        if_again(session, IfAgain::TracksIds);
    };
    follow("debezium-tails", &[&play, &flush, &tracks]);
}
