//! Transactions that are open and do nothing: what they keep others from, and how the store ends them.

use crosstalk::board::{Board, PinDoes, Setting};
use crosstalk::service::ServiceFact;
use crosstalk::session::Session;
use crosstalk::store::StoreFact;
use crosstalk::world::Fact;

use crate::programs::{pinned, ran, said};
use crate::support::{ORDERS, board, found, set};

/// One of two instances of Orders stands still for a while behind a line in its transaction.
fn stands_still(after: u16, settings: &[(Setting, u64)]) -> Board {
    let mut board = board("orders");
    let orders = &mut board.service_mut(ORDERS).expect("there").settings;
    set(orders, Setting::Instances, 2);
    settings.iter().for_each(|(setting, value)| set(orders, *setting, *value));
    pinned(&mut board, ORDERS, after, PinDoes::Pause).back_after_ms = Some(20_000);
    board
}

/// The times at which the store ended a transaction, in milliseconds.
fn ended(session: &Session) -> Vec<u64> {
    said(session, ORDERS, |entry| matches!(entry.fact, Fact::Store(StoreFact::EndedIdle { .. })).then_some(entry.at.0 / 1_000))
}

#[test]
fn who_waits_for_a_lock_gets_it_when_its_holder_has_done_nothing_for_too_long() {
    let session = ran(&stands_still(3, &[(Setting::StoreIdleTimeout, 2_000)]), 60);
    let [at] = ended(&session)[..] else { panic!("{:?}", ended(&session)) };
    let stood = said(&session, ORDERS, |entry| {
        matches!(entry.fact, Fact::Service(ServiceFact::PinHit { .. })).then_some(entry.at.0 / 1_000)
    });
    assert!(at >= stood[0] + 2_000 && at < stood[0] + 9_000, "stood at {stood:?}, ended at {at}");
    let failed =
        said(&session, ORDERS, |entry| matches!(entry.fact, Fact::Service(ServiceFact::Failed { .. })).then_some(entry.at));
    assert_eq!(failed.len(), 1, "whose it was finds out with its next statement");
    assert_eq!(found(&session), []);
}

#[test]
fn who_waits_for_a_connection_gets_that_of_a_transaction_that_does_nothing() {
    let one = (Setting::StoreConnections, 1);
    let never = ended(&ran(&stands_still(2, &[one]), 60));
    assert!(never.is_empty(), "for ever where no limit is set");
    let session = ran(&stands_still(2, &[one, (Setting::StoreIdleTimeout, 3_000)]), 60);
    assert_eq!(ended(&session).len(), 1);
    assert_eq!(found(&session), []);
}
