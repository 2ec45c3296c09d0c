//! Transactions that meet.

use super::*;

#[test]
fn the_second_of_two_concurrent_tracks_waits_and_then_is_a_duplicate() {
    let mut desk = Desk::new();
    let (one, two, three) = (desk.begin(0), desk.begin(1), desk.begin(2));
    let tracked = done(desk.track(one, 7));
    assert_eq!(desk.track(two, 7), Outcome::Waits(one));
    assert_eq!(desk.last(), (StoreFact::Waited { tx: 1, holder: one }, Cause::by(FactId::FIRST).because(tracked)));
    assert_eq!(desk.track(three, 7), Outcome::Waits(one));
    let ended = desk.commit(one);
    assert_eq!(ended.woken, [two, three], "nothing is left to lock: both learn that it is a duplicate");
    assert!(matches!(desk.track(two, 7), Outcome::Duplicate { earlier, .. } if earlier == ended.fact));
    let found = StoreFact::DuplicateFound { tx: 1, handler: PAYMENTS, message: message(7).id };
    assert_eq!(desk.last(), (found, Cause::by(FactId::FIRST).because(ended.fact)));
    assert!(matches!(desk.track(three, 7), Outcome::Duplicate { .. }));
    assert_eq!((desk.store.locks().count(), desk.store.tracked_count()), (0, 1));
}

#[test]
fn when_a_track_is_rolled_back_the_one_that_waited_proceeds() {
    let mut desk = Desk::new();
    let (one, two, three) = (desk.begin(0), desk.begin(1), desk.begin(2));
    done(desk.track(one, 7));
    assert_eq!(desk.track(two, 7), Outcome::Waits(one));
    assert_eq!(desk.track(three, 7), Outcome::Waits(one));
    assert_eq!(desk.rollback(one), [two]);
    assert_eq!(desk.store.waits_for(three), Some(two));
    done(desk.track(two, 7));
    let ended = desk.commit(two);
    assert_eq!(ended.woken, [three]);
    assert!(matches!(desk.track(three, 7), Outcome::Duplicate { earlier, .. } if earlier == ended.fact));
}

#[test]
fn waiters_get_a_row_in_the_order_in_which_they_asked() {
    let mut desk = Desk::new();
    let (one, two, three) = (desk.begin(2), desk.begin(1), desk.begin(0));
    done(desk.write(one, 1, WriteOp::Add(1)));
    assert_eq!(desk.write(two, 1, WriteOp::Add(2)), Outcome::Waits(one));
    assert_eq!(desk.write(three, 1, WriteOp::Set(9)), Outcome::Waits(one));
    assert_eq!(desk.commit(one).woken, [two]);
    assert_eq!(desk.write(three, 1, WriteOp::Set(9)), Outcome::Waits(two), "woken is another");
    done(desk.write(two, 1, WriteOp::Add(2)));
    assert_eq!(desk.store.value_in(two, ACCOUNTS, 1), Some(3));
    assert_eq!(desk.commit(two).woken, [three]);
    done(desk.write(three, 1, WriteOp::Set(9)));
    desk.commit(three);
    assert_eq!(desk.store.row(ACCOUNTS, 1).map(|row| (row.value, row.version)), Some((9, 3)));
}

#[test]
fn a_statement_that_waits_is_recorded_once_and_holds_its_transaction_up() {
    let mut desk = Desk::new();
    let (one, two) = (desk.begin(0), desk.begin(1));
    done(desk.write(one, 1, WriteOp::Add(1)));
    assert_eq!(desk.write(two, 1, WriteOp::Add(2)), Outcome::Waits(one));
    let facts = desk.out.facts.len();
    assert_eq!(desk.write(two, 1, WriteOp::Add(2)), Outcome::Waits(one));
    assert_eq!(desk.outbox(two, 7), Outcome::Waits(one));
    assert_eq!(desk.track(two, 7), Outcome::Waits(one));
    assert_eq!(desk.store.commit(&cx(two), two, &mut desk.out), None);
    assert_eq!(desk.out.facts.len(), facts);
}

#[test]
fn waiting_in_a_circle_rolls_back_the_one_that_would_close_it() {
    let mut desk = Desk::new();
    let (one, two, three) = (desk.begin(0), desk.begin(1), desk.begin(2));
    for (row, tx) in [one, two, three].into_iter().enumerate() {
        done(desk.write(tx, row as u32, WriteOp::Add(1)));
    }
    assert_eq!(desk.write(one, 1, WriteOp::Add(1)), Outcome::Waits(two));
    assert_eq!(desk.write(two, 2, WriteOp::Add(1)), Outcome::Waits(three));
    let Outcome::Deadlock(ended) = desk.write(three, 0, WriteOp::Add(1)) else { panic!("a circle was not seen") };
    assert_eq!(ended.woken, [two]);
    assert_eq!(desk.last().0, StoreFact::RolledBack { tx: 1, why: Rollback::Deadlock });
    assert_eq!(desk.write(three, 0, WriteOp::Add(1)), Outcome::NoTransaction);
    done(desk.write(two, 2, WriteOp::Add(1)));
    assert_eq!(desk.commit(two).woken, [one]);
}

#[test]
fn a_process_that_crashes_while_it_waits_leaves_the_queue() {
    let mut desk = Desk::new();
    let (one, two, three) = (desk.begin(0), desk.begin(1), desk.begin(2));
    done(desk.write(one, 1, WriteOp::Add(1)));
    assert_eq!(desk.write(two, 1, WriteOp::Add(2)), Outcome::Waits(one));
    assert_eq!(desk.write(three, 1, WriteOp::Add(4)), Outcome::Waits(one));
    let ended = desk.store.crash(&cx(two), two.owner, &mut desk.out);
    assert!(ended.iter().all(|ended| ended.woken.is_empty()));
    assert_eq!(desk.commit(one).woken, [three]);
}

#[test]
fn a_woken_transaction_that_crashes_before_it_tries_again_hands_the_lock_on() {
    let mut desk = Desk::new();
    let (one, two, three) = (desk.begin(0), desk.begin(1), desk.begin(2));
    done(desk.write(one, 1, WriteOp::Add(1)));
    assert_eq!(desk.write(two, 1, WriteOp::Add(2)), Outcome::Waits(one));
    assert_eq!(desk.write(three, 1, WriteOp::Add(4)), Outcome::Waits(one));
    assert_eq!(desk.commit(one).woken, [two]);
    let ended = desk.store.crash(&cx(two), two.owner, &mut desk.out);
    assert_eq!(ended.iter().flat_map(|ended| ended.woken.clone()).collect::<Vec<_>>(), [three]);
}

#[test]
fn a_dead_process_is_granted_no_lock_that_another_of_its_transactions_releases() {
    let mut desk = Desk::new();
    let (one, also, other) = (desk.begin(0), tx(0, 2), desk.begin(1));
    desk.store.begin(&cx(also), also, &mut desk.out);
    done(desk.write(one, 1, WriteOp::Add(1)));
    assert_eq!(desk.write(also, 1, WriteOp::Add(1)), Outcome::Waits(one));
    assert_eq!(desk.write(other, 1, WriteOp::Add(1)), Outcome::Waits(one));
    let ended = desk.store.crash(&cx(one), one.owner, &mut desk.out);
    assert_eq!(ended.iter().map(|ended| ended.woken.clone()).collect::<Vec<_>>(), [vec![other], vec![]]);
}
