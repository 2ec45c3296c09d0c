use std::convert::Infallible;

use crate::net::Message;
use crate::sim::{
    Actor, Cause, Cx, Draw, Effects, FactId, HandlerId, IntentId, LineId, MessageId, NodeId, Role, TableId, Time, TopicId, TypeId,
};

use super::*;

const ACCOUNTS: TableId = TableId(1);
const PAYMENTS: HandlerId = HandlerId(1);

/// A store, what it emitted, and short ways to speak to it.
pub(super) struct Desk {
    pub store: Store,
    pub out: Effects<StoreFact, Infallible, Infallible>,
}

pub(super) fn cx(tx: TxId) -> Cx {
    Cx { now: Time::ZERO, me: tx.owner, draw: Draw::new(1), cause: Cause::by(FactId::FIRST) }
}

/// The nth transaction of an instance.
pub(super) fn tx(ordinal: u16, n: u32) -> TxId {
    TxId { owner: Actor::new(NodeId(2), Role::Instance, ordinal), n }
}

pub(super) fn message(n: u32) -> Message {
    let intent = IntentId { client: NodeId(1), n, manual: false };
    let id = MessageId { intent, by: NodeId(1), line: LineId(0), nth: 0 };
    Message { id, kind: TypeId(1), key: None, body: [].into() }
}

impl Desk {
    pub fn new() -> Desk {
        Desk { store: Store::default(), out: Effects::default() }
    }

    /// Begins the first transaction of an instance.
    fn begin(&mut self, ordinal: u16) -> TxId {
        let tx = tx(ordinal, 1);
        self.store.begin(&cx(tx), tx, &mut self.out);
        tx
    }

    pub fn write(&mut self, tx: TxId, row: u32, op: WriteOp) -> Outcome {
        let write = Write { table: ACCOUNTS, row, op, line: LineId(3), intent: message(row).id.intent };
        self.store.write(&cx(tx), tx, write, &mut self.out)
    }

    pub fn track(&mut self, tx: TxId, n: u32) -> Outcome {
        self.store.track(&cx(tx), tx, PAYMENTS, message(n).id, &mut self.out)
    }

    pub fn outbox(&mut self, tx: TxId, n: u32) -> Outcome {
        self.store.outbox(&cx(tx), tx, TopicId(1), message(n), &mut self.out)
    }

    fn commit(&mut self, tx: TxId) -> Ended {
        self.store.commit(&cx(tx), tx, &mut self.out).expect("the transaction is open and waits for nothing")
    }

    fn rollback(&mut self, tx: TxId) -> Vec<TxId> {
        let ended = self.store.rollback(&cx(tx), tx, Rollback::Failure, &mut self.out);
        ended.expect("the transaction is open").woken
    }

    pub fn value(&self, row: u32) -> Option<i32> {
        self.store.row(ACCOUNTS, row).map(|row| row.value)
    }

    fn outbox_ids(&self) -> Vec<u32> {
        self.store.unpublished(10).map(|row| row.id.0).collect()
    }

    fn last(&self) -> (StoreFact, Cause) {
        *self.out.facts.last().expect("something has happened")
    }
}

fn done(outcome: Outcome) -> FactId {
    match outcome {
        Outcome::Done(fact) => fact,
        other => panic!("not done: {other:?}"),
    }
}

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
    assert_eq!(desk.store.transactions().map(|(tx, _)| tx).collect::<Vec<_>>(), [other, next_life]);
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
    assert_eq!(desk.store.row(ACCOUNTS, 1), Some(&Row { value: -875, version: 1, by: commit }));
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
    assert_eq!(desk.store.row(ACCOUNTS, 1), Some(&Row { value: 5, version: 1, by: first }));
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
