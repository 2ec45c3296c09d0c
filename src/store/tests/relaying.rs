//! What relays read and record, on the desk.

use super::*;

/// A desk whose relay is the first one, at a time in milliseconds.
fn at(ms: u64) -> Cx {
    let me = Actor::new(NodeId(2), Role::Relay, 0);
    Cx { now: Time::ZERO + crate::sim::Span::ms(ms), me, draw: Draw::new(1), cause: Cause::by(FactId::FIRST) }
}

fn relay(ordinal: u16, ms: u64) -> Cx {
    Cx { me: Actor::new(NodeId(2), Role::Relay, ordinal), ..at(ms) }
}

const fn ms(ms: u64) -> crate::sim::Span {
    crate::sim::Span::ms(ms)
}

/// Two transactions put rows 1 and 2 into the outbox and commit the other way round; in between something happens.
fn overlapping(between: impl FnOnce(&mut Desk)) -> Desk {
    let mut desk = Desk::new();
    let (first, second) = (desk.begin(0), desk.begin(1));
    done(desk.outbox(first, 1));
    done(desk.outbox(second, 2));
    desk.commit(second);
    between(&mut desk);
    desk.commit(first);
    desk
}

fn ids<'a>(rows: impl Iterator<Item = &'a OutboxRow>) -> Vec<u32> {
    rows.map(|row| row.id.0).collect()
}

#[test]
fn a_cursor_passes_over_a_row_that_commits_after_a_greater_id_was_saved() {
    let desk = overlapping(|desk| {
        desk.store.relay_begins(&at(0), RelayKind::Cursor, &mut desk.out);
        assert_eq!(ids(desk.store.after_cursor(10)), [2]);
        desk.store.save_cursor(&at(1), &[OutboxId(2)], &mut desk.out);
    });
    assert_eq!(ids(desk.store.after_cursor(10)), [0u32; 0]);
    assert_eq!(ids(desk.store.passed_over()), [1]);
    assert_eq!((desk.store.cursor(), desk.store.unpublished_count()), (OutboxId(2), 1));
    assert_eq!(desk.store.oldest_unpublished(Time::ZERO + ms(7)), Some(ms(7)));
}

#[test]
fn a_flag_finds_that_row_late_and_the_log_has_it_in_the_order_of_the_commits() {
    let desk = overlapping(|desk| desk.store.mark(&at(1), &[OutboxId(2)], &mut desk.out));
    assert_eq!(ids(desk.store.unpublished(10)), [1]);
    assert_eq!(ids(desk.store.outbox_log(0, 10).rows.iter()), [2, 1]);
    let first = desk.store.outbox_log(0, 1);
    assert_eq!(ids(desk.store.outbox_log(first.next, 10).rows.iter()), [1]);
}

#[test]
fn a_saved_position_never_goes_back_and_records_what_is_before_it() {
    let mut desk = overlapping(|_| {});
    let Desk { store, out } = &mut desk;
    store.relay_begins(&at(0), RelayKind::Tail, out);
    let all = store.outbox_log(0, 10).next;
    store.save_log_position(&at(1), all, OutboxId(1), out);
    store.save_log_position(&at(2), 1, OutboxId(2), out);
    assert_eq!((store.log_position(), store.unpublished_count(), store.kept_count()), (all, 0, 2));
}

#[test]
fn a_relay_of_another_kind_goes_on_where_the_one_before_had_got() {
    let mut desk = Desk::new();
    let tx = desk.begin(0);
    for n in 1..=4 {
        done(desk.outbox(tx, n));
    }
    desk.commit(tx);
    let Desk { store, out } = &mut desk;
    store.relay_begins(&at(0), RelayKind::Flag, out);
    store.mark(&at(0), &[OutboxId(1), OutboxId(2)], out);
    store.relay_begins(&at(1), RelayKind::Tail, out);
    assert_eq!(ids(store.outbox_log(store.log_position(), 10).rows.iter()), [3, 4]);
    let third = store.outbox_log(store.log_position(), 1).next;
    store.save_log_position(&at(1), third, OutboxId(3), out);
    store.relay_begins(&at(2), RelayKind::Cursor, out);
    assert_eq!(ids(store.after_cursor(10)), [4]);
    store.save_cursor(&at(2), &[OutboxId(4)], out);
    store.relay_begins(&at(3), RelayKind::Flag, out);
    assert_eq!(store.unpublished_count(), 0);
    store.relay_begins(&at(4), RelayKind::Cursor, out);
    assert_eq!(ids(store.after_cursor(10)), [0u32; 0]);
}

#[test]
fn published_rows_are_deleted_when_they_are_old_enough_and_the_log_still_has_them() {
    let mut desk = overlapping(|_| {});
    let Desk { store, out } = &mut desk;
    store.mark(&at(10), &[OutboxId(1)], out);
    store.mark(&at(20), &[OutboxId(2)], out);
    assert_eq!(store.cleanable(ms(10), at(25).now, 9), 1);
    store.clean(&at(25), ms(10), 9, out);
    assert_eq!(ids(store.outbox_rows()), [2]);
    store.clean(&at(30), ms(10), 9, out);
    assert_eq!((store.outbox_rows().count(), store.kept_count(), store.deleted_count()), (0, 0, 2));
    assert_eq!(ids(store.outbox_log(0, 10).rows.iter()), [2, 1]);
}

#[test]
fn what_the_log_has_dropped_is_passed_over_and_counted_once() {
    let mut desk = overlapping(|_| {});
    let Desk { store, out } = &mut desk;
    store.relay_begins(&at(0), RelayKind::Tail, out);
    let kept = store.drop_expired(&at(5), 0, ms(10), out);
    assert_eq!(kept, 0);
    let next = store.drop_expired(&at(10), 0, ms(10), out);
    assert_eq!(out.facts.last().map(|(fact, _)| *fact), Some(StoreFact::LogDropped { rows: 2, row: OutboxId(1) }));
    assert_eq!((store.outbox_log(next, 10).rows.len(), ids(store.passed_over())), (0, vec![1, 2]));
    let facts = out.facts.len();
    store.drop_expired(&at(11), next, ms(10), out);
    assert_eq!(out.facts.len(), facts);
}

#[test]
fn a_lease_is_held_until_it_runs_out_is_renewed_or_is_given_back() {
    let mut desk = Desk::new();
    let Desk { store, out } = &mut desk;
    assert_eq!(store.take_lease(&relay(0, 0), ms(100), out), Ok(()));
    let held = store.take_lease(&relay(1, 99), ms(100), out).expect_err("it has not run out");
    assert_eq!((held.holder, held.until), (relay(0, 0).me, relay(0, 100).now));
    assert_eq!(store.take_lease(&relay(0, 99), ms(100), out), Ok(()));
    assert!(store.take_lease(&relay(1, 100), ms(100), out).is_err(), "it was renewed");
    assert_eq!(store.take_lease(&relay(1, 199), ms(100), out), Ok(()));
    assert!(store.take_lease(&relay(0, 200), ms(100), out).is_err(), "the one that was too late follows");
    store.give_up_lease(&relay(0, 200));
    assert!(store.take_lease(&relay(0, 200), ms(100), out).is_err(), "only the holder can give it back");
    store.give_up_lease(&relay(1, 200));
    assert_eq!(store.take_lease(&relay(0, 200), ms(100), out), Ok(()));
}

fn connection(ordinal: u16) -> ConnectionId {
    ConnectionId { owner: Actor::new(NodeId(2), Role::Instance, ordinal), n: 0 }
}

#[test]
fn connections_go_to_those_who_wait_in_the_order_in_which_they_asked() {
    let mut desk = Desk::new();
    let Desk { store, out } = &mut desk;
    assert_eq!(store.set_connections(&at(0), 1), []);
    assert!(store.connect(&at(0), connection(0), out) && store.connect(&at(0), connection(0), out));
    assert!(!store.connect(&at(1), connection(1), out) && !store.connect(&at(2), connection(2), out));
    assert!(!store.connect(&at(2), connection(1), out), "asking again changes nothing");
    let awaited = StoreFact::ConnectionAwaited { holder: connection(0).owner };
    assert_eq!(out.facts.iter().filter(|(fact, _)| *fact == awaited).count(), 2);
    assert_eq!(store.disconnect(&at(10), connection(0)), [connection(1)]);
    assert_eq!(store.disconnect_all(&at(11), connection(2).owner), []);
    assert_eq!((store.disconnect(&at(12), connection(1)), store.connections()), (vec![], (0, 1)));
    let waits = store.connection_waits(at(20).now);
    assert_eq!((waits.count, waits.now, waits.longest), (2, 0, ms(9)));
}

#[test]
fn who_gives_up_is_passed_by_and_more_connections_serve_those_who_wait() {
    let mut desk = Desk::new();
    let Desk { store, out } = &mut desk;
    assert_eq!(store.set_connections(&at(0), 1), []);
    assert!(store.connect(&at(0), connection(0), out));
    for ordinal in 1..4 {
        assert!(!store.connect(&at(0), connection(ordinal), out));
    }
    store.give_up_connecting(&at(5), connection(1), out);
    assert_eq!(store.set_connections(&at(6), 3), [connection(2), connection(3)]);
    assert_eq!(store.connections(), (3, 3));
}
