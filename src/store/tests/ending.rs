//! What transactions leave behind.

use super::*;

#[test]
fn a_crash_before_the_commit_leaves_nothing() {
    let mut desk = Desk::new();
    let one = desk.begin(0);
    done(desk.track(one, 7));
    done(desk.write(one, 1, WriteOp::Add(-875)));
    done(desk.outbox(one, 7));
    let ended = desk.store.crash(&cx(one), one.owner, &mut desk.out);
    assert_eq!(ended.len(), 1);
    assert_eq!(desk.last().0, StoreFact::RolledBack { tx: 1, why: Rollback::Crash });
    assert_eq!((desk.value(1), desk.store.tracked_count(), desk.store.outbox_rows().count()), (None, 0, 0));
    assert_eq!((desk.store.locks().count(), desk.store.transactions().count(), desk.store.log_from(0).count()), (0, 0, 0));
}

#[test]
fn a_crash_ends_only_the_transactions_of_that_life_of_that_process() {
    let mut desk = Desk::new();
    let (dead, other) = (desk.begin(0), desk.begin(1));
    let next_life = TxId { owner: Actor { life: 1, ..dead.owner }, n: 1 };
    desk.store.begin(&cx(next_life), next_life, &mut desk.out);
    assert_eq!(desk.store.crash(&cx(dead), dead.owner, &mut desk.out).len(), 1);
    assert_eq!(desk.store.transactions().map(|(tx, _)| tx).collect::<Vec<_>>(), [next_life, other]);
}

#[test]
fn what_a_transaction_did_becomes_visible_together_at_its_commit() {
    let mut desk = Desk::new();
    let one = desk.begin(0);
    done(desk.write(one, 1, WriteOp::Add(-875)));
    done(desk.outbox(one, 7));
    done(desk.track(one, 7));
    assert_eq!((desk.value(1), desk.outbox_ids(), desk.store.tracked_count()), (None, vec![], 0));
    let ended = desk.commit(one);
    assert_eq!((desk.value(1), desk.outbox_ids(), desk.store.tracked_count()), (Some(-875), vec![1], 1));
    assert_eq!(desk.store.tracked(PAYMENTS, message(7).id), Some(ended.fact));
    assert_eq!(desk.store.outbox_row(OutboxId(1)).and_then(|row| row.committed), Some(ended.fact));
}

#[test]
fn a_transaction_sees_its_own_writes_and_nobody_elses() {
    let mut desk = Desk::new();
    let (one, two) = (desk.begin(0), desk.begin(1));
    done(desk.write(one, 1, WriteOp::Add(5)));
    done(desk.write(one, 1, WriteOp::Add(6)));
    assert_eq!((desk.store.value_in(one, ACCOUNTS, 1), desk.store.value_in(two, ACCOUNTS, 1)), (Some(11), None));
}

#[test]
fn a_commit_is_recorded_first_and_then_each_of_its_writes_because_of_it() {
    let mut desk = Desk::new();
    let one = desk.begin(0);
    let wrote = done(desk.write(one, 1, WriteOp::Add(-875)));
    done(desk.write(one, 1, WriteOp::Set(-875)));
    let inserted = done(desk.outbox(one, 7));
    let commit = desk.commit(one).fact;
    let intent = message(1).id.intent;
    let changed = |delta, changed| StoreFact::Changed { table: ACCOUNTS, row: 1, line: LineId(3), intent, delta, changed };
    let facts = &desk.out.facts[commit.index()..];
    assert_eq!(facts[0], (StoreFact::Committed { tx: 1 }, Cause::by(FactId::FIRST)));
    assert_eq!(facts[1], (changed(-875, true), Cause::by(commit).because(wrote)));
    assert_eq!(facts[2], (changed(0, false), Cause::by(commit).because(wrote.next()).because(commit)));
    let visible = StoreFact::OutboxVisible { row: OutboxId(1), message: message(7).id };
    assert_eq!(facts[3..], [(visible, Cause::by(commit).because(inserted))]);
    assert_eq!(desk.store.row(ACCOUNTS, 1), Some(&Row { value: -875, stamp: 0, version: 1, by: commit }));
}

#[test]
fn inserting_a_row_that_exists_changes_nothing() {
    let mut desk = Desk::new();
    let one = desk.begin(0);
    done(desk.write(one, 1, WriteOp::Insert(5)));
    let first = desk.commit(one).fact;
    let two = desk.begin(1);
    let wrote = done(desk.write(two, 1, WriteOp::Insert(9)));
    let second = desk.commit(two).fact;
    assert_eq!(desk.store.row(ACCOUNTS, 1), Some(&Row { value: 5, stamp: 0, version: 1, by: first }));
    assert!(matches!(desk.last().0, StoreFact::Changed { delta: 0, changed: false, .. }));
    assert_eq!(desk.last().1, Cause::by(second).because(wrote).because(first));
    assert_eq!(desk.store.log_from(0).count(), 1);
}

#[test]
fn a_new_row_is_a_change_even_if_its_value_is_zero() {
    let mut desk = Desk::new();
    let one = desk.begin(0);
    done(desk.write(one, 1, WriteOp::Insert(0)));
    desk.commit(one);
    assert!(matches!(desk.last().0, StoreFact::Changed { delta: 0, changed: true, .. }));
}

#[test]
fn another_handler_tracks_the_same_message_for_itself() {
    let mut desk = Desk::new();
    let (one, two) = (desk.begin(0), desk.begin(1));
    done(desk.track(one, 7));
    done(desk.store.track(&cx(two), two, HandlerId(2), message(7).id, &mut desk.out));
}

#[test]
fn tracking_a_message_twice_in_one_transaction_is_a_duplicate() {
    let mut desk = Desk::new();
    let one = desk.begin(0);
    let tracked = done(desk.track(one, 7));
    assert!(matches!(desk.track(one, 7), Outcome::Duplicate { earlier, .. } if earlier == tracked));
}

#[test]
fn a_rolled_back_outbox_row_leaves_a_gap_in_the_numbers() {
    let mut desk = Desk::new();
    let (one, two) = (desk.begin(0), desk.begin(1));
    done(desk.outbox(one, 1));
    done(desk.outbox(two, 2));
    desk.rollback(one);
    desk.commit(two);
    assert_eq!(desk.outbox_ids(), [2]);
}

#[test]
fn an_outbox_row_may_become_visible_after_one_with_a_higher_number() {
    let mut desk = Desk::new();
    let (one, two) = (desk.begin(0), desk.begin(1));
    done(desk.outbox(one, 1));
    done(desk.outbox(two, 2));
    desk.commit(two);
    assert_eq!(desk.outbox_ids(), [2]);
    desk.commit(one);
    assert_eq!(desk.outbox_ids(), [1, 2]);
    let log: Vec<Logged> = desk.store.log_from(0).map(|(_, entry)| entry.what).collect();
    assert_eq!(log, [Logged::Outbox(OutboxId(2)), Logged::Outbox(OutboxId(1))], "the log has the order of commits");
}

#[test]
fn the_relay_polls_what_is_not_marked_and_marks_a_row_once() {
    let mut desk = Desk::new();
    let one = desk.begin(0);
    for n in 1..=3 {
        done(desk.outbox(one, n));
    }
    desk.commit(one);
    assert_eq!(desk.store.unpublished(2).map(|row| row.id.0).collect::<Vec<_>>(), [1, 2]);
    let facts = desk.out.facts.len();
    let ids = [OutboxId(2), OutboxId(2), OutboxId(9)];
    desk.store.mark(&cx(one), &ids, &mut desk.out);
    let marked = StoreFact::Marked { row: OutboxId(2), message: message(2).id };
    assert_eq!(desk.out.facts[facts..], [(marked, Cause::by(FactId::FIRST))]);
    assert_eq!((desk.outbox_ids(), desk.store.unpublished_count()), (vec![1, 3], 2));
    assert_eq!(desk.store.outbox_rows().map(|row| row.published).collect::<Vec<_>>(), [false, true, false]);
}

#[test]
fn a_transaction_that_has_ended_can_do_nothing_more() {
    let mut desk = Desk::new();
    let one = desk.begin(0);
    desk.commit(one);
    let facts = desk.out.facts.len();
    assert_eq!(desk.write(one, 1, WriteOp::Set(1)), Outcome::NoTransaction);
    assert_eq!(desk.track(one, 1), Outcome::NoTransaction);
    assert_eq!(desk.outbox(one, 1), Outcome::NoTransaction);
    assert_eq!(desk.store.commit(&cx(one), one, &mut desk.out), None);
    assert_eq!(desk.store.rollback(&cx(one), one, Rollback::Failure, &mut desk.out), None);
    assert_eq!(desk.out.facts.len(), facts);
}

#[test]
fn beginning_an_open_transaction_again_changes_nothing() {
    let mut desk = Desk::new();
    let one = desk.begin(0);
    done(desk.write(one, 1, WriteOp::Set(1)));
    assert_eq!(desk.store.begin(&cx(one), one, &mut desk.out), FactId::FIRST);
    desk.commit(one);
    assert_eq!(desk.value(1), Some(1));
}
