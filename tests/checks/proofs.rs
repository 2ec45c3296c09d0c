//! Three proofs of each check: a bad design with a failure is flagged, by that check alone; the same design without the
//! failure is not; the design that the explanation offers, with the same failure, is not.

use crosstalk::board::{
    Acknowledges, Action, Arrivals, Board, Do, IfAgain, KeyDistribution, KeySet, Often, OnFailure, Pattern, PinDoes, Process,
    ProcessAction, ProcessDoes, Publishes, Setting,
};
use crosstalk::check::Check;
use crosstalk::sim::{NodeId, Role, Time};
use crosstalk::store::RelayKind;

use crate::designs::*;
use crate::rig::*;

const BROKER: NodeId = NodeId(3);

#[test]
fn lost() {
    let design = set(&calm(&board("orders")), SHOP, Setting::CallRetries, 0);
    let mut bad = design.clone();
    let broker = Process { node: BROKER, role: Role::Broker, ordinal: 0 };
    let process = |does| Action::Process(ProcessAction { who: broker, does });
    bad.plan(Time(9_300_000), process(ProcessDoes::PowerLoss));
    bad.plan(Time(12_000_000), process(ProcessDoes::Restart));
    let told = proves(Check::Lost, &bad, &design, 60);
    assert!(told.how.contains("lost its power at "), "{}", told.how);
}

#[test]
fn committed_early() {
    let early = with(&calm(&board("orders")), PAYMENTS, Pattern::Acknowledges(HANDLER, Acknowledges::BeforeHandling));
    let told = proves(Check::CommittedEarly, &failing(&early, PAYMENTS, "work", PinDoes::Crash, None), &early, 60);
    assert!(told.sentence.ends_with(" was never charged."), "{}", told.sentence);
    assert!(told.how.starts_with("The offset was committed first: "), "{}", told.how);
}

/// Payments' consumers commit by themselves, as often as they can.
fn commits_by_itself(board: &Board) -> Board {
    set(&set(board, PAYMENTS, Setting::AutoCommit, 1), PAYMENTS, Setting::AutoCommitInterval, 100)
}

#[test]
fn committed_early_by_a_consumer_that_commits_what_another_worker_has_in_hand() {
    let design = set(&commits_by_itself(&calm(&board("orders"))), PAYMENTS, Setting::Workers, 2);
    let told = proves(Check::CommittedEarly, &failing(&design, PAYMENTS, "work", PinDoes::Crash, None), &design, 60);
    assert!(told.prevent.starts_with("Set enable.auto.commit of Payments to off: "), "{}", told.prevent);
}

#[test]
fn done_twice_since_the_consumer_had_not_committed_yet_by_itself() {
    let design = set(&calm(&board("orders")), PAYMENTS, Setting::AutoCommit, 1);
    let told = proves(Check::DoneTwice, &failing(&design, PAYMENTS, "commit", PinDoes::Crash, None), &design, 60);
    assert!(told.sentence.ends_with(" was charged twice."), "{}", told.sentence);
}

#[test]
fn passed_over() {
    let bad = board("newcomer");
    let told = proves(Check::PassedOver, &bad, &calm(&bad), 60);
    assert!(told.sentence.starts_with("Invoices began to read partition 0 behind "), "{}", told.sentence);
    assert!(told.how.contains(" had committed no offset there, so that auto.offset.reset decided: latest, "), "{}", told.how);
    assert!(told.prevent.starts_with("Set auto.offset.reset of Invoices to earliest: "), "{}", told.prevent);
}

#[test]
fn a_zombie_that_does_it_again() {
    let bad = board("zombie");
    let told = proves(Check::Zombie, &bad, &calm(&bad), 60);
    assert!(told.sentence.ends_with(" was charged by two members of one group."), "{}", told.sentence);
    assert!(told.how.starts_with("payments-2 stood still between begin and write."), "{}", told.how);
    assert!(told.how.ends_with("payments-2 did the work as well, and committed it after payments-1 had."), "{}", told.how);
    assert!(told.prevent.contains("“is fenced” would do here, too: "), "{}", told.prevent);
}

#[test]
fn a_zombie_that_does_it_before_the_new_owner() {
    let mut bad = board("zombie");
    bad.pins[0].back_after_ms = Some(10_000);
    let told = proves(Check::Zombie, &bad, &calm(&bad), 60);
    assert!(told.how.ends_with("payments-2 committed its work all the same, and payments-1 did it again."), "{}", told.how);
    assert!(!told.prevent.contains("is fenced"), "nobody had worked there when it woke: {}", told.prevent);
}

#[test]
fn done_twice() {
    let bad = board("delivered-twice");
    proves(Check::DoneTwice, &bad, &calm(&bad), 60);
}

#[test]
fn row_without_message() {
    let bad = board("dual-write");
    proves(Check::RowWithoutMessage, &bad, &calm(&bad), 60);
}

#[test]
fn message_without_row() {
    let design = with(&calm(&board("dual-write")), ORDERS, Pattern::Publishes(HANDLER, Publishes::BeforeCommit));
    let design = set(&design, SHOP, Setting::CallRetries, 0);
    let told = proves(Check::MessageWithoutRow, &failing(&design, ORDERS, "publish", PinDoes::Crash, Some(2_000)), &design, 60);
    assert!(
        told.sentence.starts_with("OrderPlaced of order ") && told.sentence.ends_with("never committed it."),
        "{}",
        told.sentence
    );
    assert!(told.how.contains("before its transaction had committed"), "{}", told.how);
    assert!(told.how.ends_with("The client gave up, so that nobody tries again."), "{}", told.how);
}

#[test]
fn out_of_order_by_an_old_value_that_is_delivered_again() {
    let design = keeps_last_amount(&one_customer(&calm(&board("orders"))));
    let design = set(&design, SHOP, Setting::ArrivalInterval, 500);
    let told = proves(Check::OutOfOrder, &failing(&design, ORDERS, "publish the rows", PinDoes::Crash, Some(2_000)), &design, 60);
    assert!(told.how.contains("It was delivered again after it"), "{}", told.how);
}

#[test]
fn out_of_order_by_a_relay_that_reads_by_id() {
    let design = one_customer(&calm(&board("orders")));
    let design = set(&set(&design, ORDERS, Setting::Instances, 2), ORDERS, Setting::RelayInterval, 20_000);
    let told = proves(Check::OutOfOrder, &failing(&design, ORDERS, "outbox", PinDoes::Pause, Some(4_000)), &design, 60);
    assert!(told.how.contains("The relay reads by id"), "{}", told.how);
}

#[test]
fn out_of_order_by_senders_that_overtake_each_other() {
    let design = one_customer(&calm(&board("dual-write")));
    let design = set(&design, ORDERS, Setting::Instances, 2);
    let told = proves(Check::OutOfOrder, &failing(&design, ORDERS, "commit", PinDoes::Pause, Some(4_000)), &design, 60);
    assert!(told.how.contains("was sent sooner"), "{}", told.how);
}

#[test]
fn out_of_order_between_partitions() {
    let mut design = set(&keyed_by_number(&one_customer(&calm(&board("orders")))), SHOP, Setting::ArrivalInterval, 3_000);
    design.clients[0].arrivals = Arrivals::Fixed;
    let told = proves(Check::OutOfOrder, &failing(&design, PAYMENTS, "work", PinDoes::Pause, Some(5_000)), &design, 60);
    assert!(told.how.contains("between partitions there is no order"), "{}", told.how);
    assert!(told.prevent.starts_with("Have Orders key OrderPlaced by customer: "), "{}", told.prevent);
}

#[test]
fn skipped_row() {
    let design = relay(&set(&calm(&board("orders")), ORDERS, Setting::Instances, 2), RelayKind::Cursor);
    let told = proves(Check::SkippedRow, &failing(&design, ORDERS, "outbox", PinDoes::Pause, Some(4_000)), &design, 60);
    assert!(told.sentence.ends_with("its OrderPlaced was passed over and never published."), "{}", told.sentence);
    assert!(told.how.contains("from then on it reads only greater ids"), "{}", told.how);
}

#[test]
fn skipped_row_by_a_log_that_is_not_kept_long_enough() {
    let design = set(&relay(&calm(&board("orders")), RelayKind::Tail), ORDERS, Setting::LogKeep, 5_000);
    let told = proves(Check::SkippedRow, &failing(&design, ORDERS, "tail", PinDoes::Crash, Some(12_000)), &design, 60);
    assert!(told.how.contains("no longer went back to row"), "{}", told.how);
}

#[test]
fn outbox_grows_behind_a_relay_that_is_too_slow() {
    let design = set(&calm(&board("orders")), ORDERS, Setting::RelayBatch, 1);
    let design = set(&set(&design, ORDERS, Setting::LineTime, 0), PAYMENTS, Setting::LineTime, 0);
    let loaded = set(&design, SHOP, Setting::ArrivalInterval, 300);
    let told = proves(Check::OutboxGrowing, &loaded, &design, 90);
    assert!(told.how.starts_with("The relay reads one row at a time"), "{}", told.how);
}

#[test]
fn outbox_grows_when_its_relay_is_down() {
    let design = calm(&board("orders"));
    let told = proves(Check::OutboxGrowing, &failing(&design, ORDERS, "poll", PinDoes::Crash, None), &design, 80);
    assert!(told.how.starts_with("Orders relay crashed between poll and publish."), "{}", told.how);
}

#[test]
fn outbox_grows_when_nobody_deletes_published_rows() {
    let alone = without_reader(&without_reader(&calm(&board("orders")), PAYMENTS), EMAILS);
    let design = set(&set(&alone, ORDERS, Setting::RelayBatch, 100), ORDERS, Setting::LineTime, 0);
    let design = set(&design, ORDERS, Setting::OutboxKeep, 0);
    let design = set(&design, ORDERS, Setting::MaxInFlight, 100);
    let loaded = set(&design, SHOP, Setting::ArrivalInterval, 25);
    let told = proves(Check::OutboxGrowing, &loaded, &design, 120);
    assert!(told.sentence.ends_with("published rows, and none is deleted."), "{}", told.sentence);
}

#[test]
fn stuck_when_the_only_member_of_a_group_is_gone() {
    let design = set(&calm(&board("orders")), PAYMENTS, Setting::Instances, 1);
    let told = proves(Check::Stuck, &failing(&design, PAYMENTS, "work", PinDoes::Crash, None), &design, 120);
    assert!(told.sentence.starts_with("Payments has got nowhere with partition "), "{}", told.sentence);
    assert!(told.how.starts_with("payments-1 crashed between work and begin."), "{}", told.how);
}

#[test]
fn tracking_in_the_transaction_keeps_a_redelivered_value_from_being_set_again() {
    let design = keeps_last_amount(&one_customer(&calm(&board("orders"))));
    let design = set(&design, SHOP, Setting::ArrivalInterval, 500);
    let tracked = with(&design, PAYMENTS, Pattern::IfAgain(HANDLER, IfAgain::TracksIds));
    assert_eq!(ran(&failing(&tracked, ORDERS, "publish the rows", PinDoes::Crash, Some(2_000)), 60).found(), []);
}

#[test]
fn dedup_hole_before_the_effect() {
    let design = tracks_outside(&calm(&board("orders")), true);
    let told = proves(Check::DedupHole, &failing(&design, PAYMENTS, "track", PinDoes::Crash, Some(2_000)), &design, 60);
    assert!(told.sentence.ends_with("was never charged, although Payments tracks messages."), "{}", told.sentence);
    assert!(told.how.contains("in a transaction of its own, before the effect."), "{}", told.how);
    assert!(told.how.contains("its id was known, and it was turned away"), "{}", told.how);
}

#[test]
fn dedup_hole_after_the_effect() {
    let design = tracks_outside(&calm(&board("orders")), false);
    let told = proves(Check::DedupHole, &failing(&design, PAYMENTS, "commit", PinDoes::Crash, Some(2_000)), &design, 60);
    assert!(told.sentence.ends_with("was charged twice, although Payments tracks messages."), "{}", told.sentence);
    assert!(told.how.contains("its id was not known, and it was done again"), "{}", told.how);
}

#[test]
fn dedup_hole_by_tracking_where_a_record_lies() {
    let mut design = with(&calm(&board("orders")), PAYMENTS, Pattern::IfAgain(HANDLER, IfAgain::TracksIds));
    for line in design.service_mut(PAYMENTS).into_iter().flat_map(|node| &mut node.handlers[0].lines) {
        if line.does == Do::Track {
            line.does = Do::TrackOffset;
        }
    }
    let told = proves(Check::DedupHole, &failing(&design, ORDERS, "publish the rows", PinDoes::Crash, Some(2_000)), &design, 60);
    assert!(told.how.contains("in a new place, which was not known"), "{}", told.how);
}

#[test]
fn dedup_hole_by_forgetting_too_early() {
    let design = with(&calm(&board("orders")), PAYMENTS, Pattern::IfAgain(HANDLER, IfAgain::TracksIds));
    let design = set(&design, PAYMENTS, Setting::ProcessedKeep, 3_000);
    let told = proves(Check::DedupHole, &failing(&design, ORDERS, "publish the rows", PinDoes::Crash, Some(12_000)), &design, 60);
    assert!(told.how.contains("had been deleted from processed_messages after"), "{}", told.how);
}

#[test]
fn out_of_order_by_handling_one_partition_side_by_side() {
    let design = one_customer(&calm(&board("orders")));
    let design = set(&set(&design, PAYMENTS, Setting::Workers, 4), PAYMENTS, Setting::ConcurrentHandling, 1);
    let mut design = set(&set(&design, PAYMENTS, Setting::MaxPollRecords, 10), SHOP, Setting::ArrivalInterval, 6_000);
    design.clients[0].arrivals = Arrivals::Fixed;
    for line in design.service_mut(PAYMENTS).into_iter().flat_map(|node| &mut node.handlers[0].lines) {
        if let Do::Work { ms, spread } = &mut line.does {
            (*ms, *spread) = (1_000, 900);
        }
    }
    let loaded = set(&design, SHOP, Setting::ArrivalInterval, 300);
    let told = proves(Check::OutOfOrder, &loaded, &design, 40);
    assert!(told.how.contains("were handled side by side"), "{}", told.how);
}

#[test]
fn poison_that_blocks_its_partition() {
    let design = wants_money(&calm(&board("orders")));
    let told = proves(Check::Poison, &design, &free(&design), 60);
    assert!(told.sentence.contains(" has failed 5 times in a row in Payments."), "{}", told.sentence);
    assert!(told.how.contains("What is behind it waits."), "{}", told.how);
}

#[test]
fn poison_that_fails_however_often_it_is_tried() {
    let design = calm(&board("orders"));
    let mut bad = failing(&design, PAYMENTS, "write", PinDoes::Fail, None);
    (bad.pins[0].often, bad.pins[0].key) = (Often::Always, Some(1));
    let told = proves(Check::Poison, &bad, &design, 60);
    assert!(told.prevent.contains("tries again 3 times, then sends it to order-events.DLT"), "{}", told.prevent);
    assert!(told.prevent.ends_with("order-events.DLT keeps the message until somebody handles it."), "{}", told.prevent);
}

/// The board on which the first message that comes to a line of Payments fails there.
fn failing_once(board: &Board) -> Board {
    failing(board, PAYMENTS, "write", PinDoes::Fail, None)
}

#[test]
fn poison_that_is_given_up() {
    let design = on_failure(&calm(&board("orders")), OnFailure::Skip);
    let told = proves(Check::Poison, &failing_once(&design), &design, 60);
    assert!(told.sentence.ends_with("was given up in Payments, and nobody was told."), "{}", told.sentence);
    assert!(told.how.contains(" failed once, and the message was given up"), "{}", told.how);
}

#[test]
fn stuck_when_a_failure_has_everybody_stop_reading() {
    let design = set(&on_failure(&calm(&board("orders")), OnFailure::Stop), PAYMENTS, Setting::Instances, 1);
    let told = proves(Check::Stuck, &failing_once(&design), &design, 120);
    assert!(told.how.starts_with("payments-1 failed between write and commit and stopped reading."), "{}", told.how);
}

#[test]
fn stuck_when_the_only_relay_is_gone() {
    let mut design = set(&calm(&board("orders")), SHOP, Setting::ArrivalInterval, 100_000);
    design.clients[0].arrivals = Arrivals::Fixed;
    let told = proves(Check::Stuck, &failing(&design, ORDERS, "poll", PinDoes::Crash, None), &design, 110);
    assert!(told.sentence.starts_with("Nothing was published from the outbox of Orders for "), "{}", told.sentence);
    assert!(told.how.starts_with("Orders relay crashed between poll and publish."), "{}", told.how);
}

#[test]
fn stuck_in_the_middle_of_a_transaction() {
    let design = set(&calm(&board("orders")), ORDERS, Setting::Instances, 2);
    assert_eq!(ran(&design, 120).found(), []);
    let run = ran(&failing(&design, ORDERS, "write", PinDoes::Pause, None), 120);
    // The order is asked for again, and each time the other instance waits for a lock in vain.
    assert_eq!(run.found(), [Check::Poison, Check::Stuck]);
    let told = run.told(1);
    assert!(told.sentence.starts_with("orders-1 has been in the middle of PlaceOrder of order "), "{}", told.sentence);
    assert!(told.how.starts_with("orders-1 stood still between write and outbox."), "{}", told.how);
    assert!(told.how.ends_with("What it has locked stays locked, and what it has read nobody else handles."), "{}", told.how);
}

#[test]
fn stuck_behind_a_transaction_that_is_never_ended() {
    // The others wait for its lock as long as it takes, so that none of them fails.
    let design = set(&calm(&board("orders")), ORDERS, Setting::Instances, 2);
    let design = set(&design, ORDERS, Setting::StoreLockTimeout, 600_000);
    let told = proves(Check::Stuck, &failing(&design, ORDERS, "write", PinDoes::Pause, None), &design, 120);
    assert!(told.how.starts_with("orders-1 stood still between write and outbox."), "{}", told.how);
    assert!(told.prevent.starts_with("Set store.idle.timeout.ms of Orders to "), "{}", told.prevent);
}

#[test]
fn the_pool_runs_dry_behind_work_inside_a_transaction() {
    let loaded = board("slow-database");
    let design = set(&loaded, SHOP, Setting::ArrivalInterval, 3_000);
    let told = proves(Check::PoolDry, &loaded, &design, 60);
    let said = "Somebody has waited for a connection to the store of Orders nearly all the time for ";
    assert!(told.sentence.starts_with(said), "{}", told.sentence);
    assert!(told.how.starts_with("There are 2 connections, and up to 5 workers and relays that need one"), "{}", told.how);
    assert!(told.how.ends_with("in a transaction that has “work 1500 ms” in it."), "{}", told.how);
}

#[test]
fn the_pool_runs_dry_when_who_has_the_connection_stands_still() {
    let design = set(&set(&calm(&board("orders")), ORDERS, Setting::StoreConnections, 1), ORDERS, Setting::Instances, 2);
    let run = ran(&failing(&design, ORDERS, "begin", PinDoes::Pause, Some(15_000)), 60);
    assert_eq!((run.found(), ran(&design, 60).found()), (vec![Check::PoolDry], vec![]));
    let told = run.told(0);
    assert!(told.how.ends_with("orders-1 held one longest."), "{}", told.how);
}

#[test]
fn rebalance_storm_of_members_that_are_late_with_their_poll() {
    let bad = board("late-with-its-poll");
    let calm = set(&bad, SHOP, Setting::ArrivalInterval, 3_600_000);
    let calm = set(&calm, SHOP, Setting::FirstArrival, 3_000_000);
    let told = proves(Check::RebalanceStorm, &bad, &calm, 60);
    assert!(told.sentence.starts_with("The group of Payments has rebalanced "), "{}", told.sentence);
    assert!(told.how.contains(" and max.poll.interval.ms is 3 s: a member that does not poll in that time"), "{}", told.how);
    assert!(told.prevent.starts_with("Set max.poll.interval.ms of Payments to "), "{}", told.prevent);
}

#[test]
fn stuck_group_behind_one_member_that_is_slow() {
    let bad = board("everybody-waits");
    let told = proves(Check::StuckGroup, &bad, &calm(&bad), 60);
    assert!(told.sentence.starts_with("Nobody in the group of Payments was handed anything for 6 s"), "{}", told.sentence);
    assert!(told.how.contains(" has been in the middle of a message since "), "{}", told.how);
    assert!(told.prevent.contains("partition.assignment.strategy of Payments to cooperative-sticky"), "{}", told.prevent);
}

#[test]
fn hot_partition_of_one_big_customer() {
    let bad = board("hot-partition");
    let mut even = bad.clone();
    even.keys[0] = KeySet { size: 5_000, distribution: KeyDistribution::Uniform, ..even.keys[0].clone() };
    let told = proves(Check::HotPartition, &bad, &even, 60);
    assert!(told.sentence.starts_with("Of 60 records, "), "{}", told.sentence);
    assert!(told.how.contains(" is keyed by customer: "), "{}", told.how);
    assert!(told.prevent.starts_with("Have Orders key OrderPlaced by order: "), "{}", told.prevent);
}
