//! Each danger that is named in a program, shown by a run.

use crosstalk::board::{
    Acknowledges, Board, Danger, Do, Often, OnFailure, Pattern, PinDoes, Publishes, RequireDoc, Setting, ValueDoc, apply_pattern,
    hazards,
};
use crosstalk::broker::BrokerFact;
use crosstalk::check::Check;
use crosstalk::sim::{HandlerId, LineId, NodeId};
use crosstalk::store::{RelayKind, StoreFact};
use crosstalk::world::Fact;

use crate::programs::{handler, pinned, program, ran, said, subtract, work, write};
use crate::support::{BROKER, EMAILS, ORDERS, PAYMENTS, board, count, found, set, verdict};

const HANDLER: HandlerId = HandlerId(1);

/// The lines of a service that are in that danger.
fn lines_in(board: &Board, service: NodeId, danger: Danger) -> Vec<Option<LineId>> {
    let all = hazards(board).into_iter().filter(|hazard| (hazard.service, hazard.danger) == (service, danger));
    all.map(|hazard| hazard.line).collect()
}

/// Payments with that program, dying once behind a line, and then coming back.
fn dying(lines: Vec<Do>, after: u16) -> Board {
    let mut board = board("orders");
    program(&mut board, PAYMENTS, lines);
    pinned(&mut board, PAYMENTS, after, PinDoes::Crash).back_after_ms = Some(4_000);
    board
}

#[test]
fn the_shipped_boards_are_in_the_dangers_that_they_are_about_and_in_no_other() {
    let dangerous = [
        ("dual-write", vec![(ORDERS, Danger::PublishesAfter)]),
        ("dedup-hole", vec![(PAYMENTS, Danger::TracksLast)]),
        ("forgotten-too-early", vec![(PAYMENTS, Danger::Forgets)]),
        ("two-relays", vec![(ORDERS, Danger::RelaysRepeat)]),
        ("acknowledged-too-early", vec![(PAYMENTS, Danger::AcksFirst)]),
        ("skipped-row", vec![(ORDERS, Danger::RelaySkips)]),
        ("message-without-row", vec![(ORDERS, Danger::Skips), (ORDERS, Danger::PublishesBefore)]),
        ("old-value-wins", vec![(PAYMENTS, Danger::SetsOldAgain)]),
        ("two-hands", vec![(PAYMENTS, Danger::LosesOrder), (PAYMENTS, Danger::SetsOldAgain)]),
        ("out-of-the-outbox", vec![(PAYMENTS, Danger::SetsOldAgain)]),
        ("two-clients", vec![(PAYMENTS, Danger::SetsOldAgain)]),
        ("moving-keys", vec![(PAYMENTS, Danger::SetsOldAgain)]),
    ];
    for name in crate::boards::names() {
        let found: Vec<(NodeId, Danger)> = hazards(&board(&name)).iter().map(|one| (one.service, one.danger)).collect();
        let known = dangerous.iter().find(|(known, _)| *known == name);
        assert_eq!(found, known.map_or(Vec::new(), |(_, dangers)| dangers.clone()), "{name}");
    }
}

#[test]
fn every_danger_is_told_in_a_sentence_and_has_a_term() {
    let mut board = dying(vec![Do::Ack, Do::Track, subtract()], 1);
    handler(&mut board, PAYMENTS).on_failure = OnFailure::RetryThenSkip(9);
    for hazard in hazards(&board) {
        assert!(hazard.danger.sentence().ends_with('.') && !hazard.danger.term().is_empty());
    }
    let found: Vec<Danger> = hazards(&board).iter().map(|hazard| hazard.danger).collect();
    assert_eq!(found, [Danger::Skips, Danger::AcksFirst, Danger::TracksFirst, Danger::WritesAlone]);
}

#[test]
fn what_is_tracked_before_its_work_is_lost_in_a_crash_and_what_is_tracked_after_it_is_done_twice() {
    let first = dying(vec![Do::Track, work(500), Do::Begin, subtract(), Do::Commit, Do::Ack], 2);
    assert_eq!(found(&ran(&first, 60)), [(Check::DedupHole, 1)]);
    assert_eq!(lines_in(&first, PAYMENTS, Danger::TracksFirst), [Some(LineId(1))]);
    let last = dying(vec![Do::Begin, subtract(), Do::Commit, work(500), Do::Track, Do::Ack], 4);
    assert_eq!(found(&ran(&last, 60)), [(Check::DedupHole, 1)]);
    assert_eq!(lines_in(&last, PAYMENTS, Danger::TracksLast), [Some(LineId(5))]);
    let inside = dying(vec![Do::Begin, Do::Track, subtract(), Do::Commit, work(500), Do::Ack], 5);
    assert_eq!(verdict(&ran(&inside, 60)), [0, 0, 0]);
    assert_eq!(hazards(&inside), []);
}

#[test]
fn tracking_offsets_recognises_a_record_that_comes_again_and_no_message_that_was_published_again() {
    let lines = |track| vec![Do::Begin, track, subtract(), Do::Commit, Do::Ack];
    assert_eq!(verdict(&ran(&dying(lines(Do::TrackOffset), 4), 60)), [0, 0, 0], "the same record");
    let published_again = |track| {
        let mut board = board("orders");
        program(&mut board, PAYMENTS, lines(track));
        pinned(&mut board, ORDERS, 8, PinDoes::Crash).back_after_ms = Some(2_000);
        board
    };
    let by_offset = published_again(Do::TrackOffset);
    assert!(count(&ran(&by_offset, 60), Check::DedupHole) > 0);
    assert_eq!(lines_in(&by_offset, PAYMENTS, Danger::TracksOffsets), [Some(LineId(2))]);
    assert_eq!(verdict(&ran(&published_again(Do::Track), 60)), [0, 0, 0]);
}

#[test]
fn a_write_alone_is_not_taken_back_by_what_fails_after_it() {
    let mut board = dying(vec![subtract(), work(500), Do::Ack], 2);
    board.pins[0].does = PinDoes::Fail;
    assert_eq!(verdict(&ran(&board, 60)), [0, 1, 0]);
    assert_eq!(lines_in(&board, PAYMENTS, Danger::WritesAlone), [Some(LineId(1))]);
    assert_eq!(lines_in(&board, EMAILS, Danger::WritesAlone), [], "one write that changes nothing the second time");
}

#[test]
fn a_condition_outside_the_transaction_of_its_write_can_stop_being_true_in_between() {
    let require = || Do::Require(RequireDoc { table: "accounts".into(), key: "customer".into(), at_least: "amount".into() });
    let fill = || write(ValueDoc::Set("amount".to_owned()));
    let below_zero = |lines: Vec<Do>| {
        let mut board = board("orders");
        program(&mut board, PAYMENTS, lines);
        handler(&mut board, PAYMENTS).on_failure = OnFailure::Skip;
        set(&mut board.clients[0].settings, Setting::ArrivalInterval, 100);
        let payments = &mut board.service_mut(PAYMENTS).expect("there").settings;
        for (setting, value) in [(Setting::Workers, 8), (Setting::MaxPollRecords, 20), (Setting::ConcurrentHandling, 1)] {
            set(payments, setting, value);
        }
        let session = ran(&board, 40);
        let mut rows = std::collections::BTreeMap::<u32, i32>::new();
        let changes = said(&session, PAYMENTS, |entry| match entry.fact {
            Fact::Store(StoreFact::Changed { row, delta, .. }) => Some((row, delta)),
            _ => None,
        });
        let mut balance = |(row, delta): (u32, i32)| {
            let value = rows.entry(row).or_default();
            *value += delta;
            *value
        };
        assert!(changes.len() > 50);
        (lines_in(&board, PAYMENTS, Danger::ChecksAlone), changes.into_iter().any(|change| balance(change) < 0))
    };
    let apart = below_zero(vec![fill(), require(), work(800), Do::Begin, subtract(), Do::Commit, Do::Ack]);
    assert_eq!(apart, (vec![Some(LineId(2))], true));
    let together = below_zero(vec![fill(), Do::Begin, require(), work(800), subtract(), Do::Commit, Do::Ack]);
    assert_eq!(together, (vec![], false));
}

#[test]
fn a_dual_write_leaves_a_row_without_its_message_or_a_message_without_its_row() {
    let after = board("dual-write");
    assert!(verdict(&ran(&after, 60))[2] > 0);
    assert_eq!(lines_in(&after, ORDERS, Danger::PublishesAfter), [Some(LineId(4))]);

    let mut before = board("dual-write");
    before.pins.clear();
    apply_pattern(&mut before, ORDERS, Pattern::Publishes(HANDLER, Publishes::BeforeCommit)).expect("it publishes");
    assert_eq!(lines_in(&before, ORDERS, Danger::PublishesBefore), [Some(LineId(4))]);
    assert_eq!(lines_in(&before, ORDERS, Danger::PublishesAfter), []);
    handler(&mut before, ORDERS).on_failure = OnFailure::Skip;
    set(&mut before.clients[0].settings, Setting::CallRetries, 0);
    pinned(&mut before, ORDERS, 4, PinDoes::Fail).often = Often::Once;
    let session = ran(&before, 60);
    let told = said(&session, BROKER, |entry| match entry.fact {
        Fact::Broker(BrokerFact::Appended { message, .. }) => Some(message.intent),
        _ => None,
    });
    let rows = said(&session, ORDERS, |entry| match entry.fact {
        Fact::Store(StoreFact::Changed { intent, .. }) => Some(intent),
        _ => None,
    });
    let untrue: Vec<_> = told.iter().filter(|intent| !rows.contains(intent)).collect();
    assert_eq!(untrue.len(), 1, "the commit failed behind the message");
    assert_eq!(found(&session), [(Check::MessageWithoutRow, 1)]);
}

#[test]
fn a_relay_by_cursor_passes_over_what_commits_late_and_two_without_a_leader_publish_twice() {
    let by_cursor = crate::relays::overlapping(RelayKind::Cursor);
    assert!(count(&by_cursor, Check::SkippedRow) > 0);
    assert_eq!(lines_in(by_cursor.board(), ORDERS, Danger::RelaySkips), [Some(LineId(7))]);
    assert_eq!(lines_in(crate::relays::overlapping(RelayKind::Flag).board(), ORDERS, Danger::RelaySkips), []);

    let mut two = board("orders");
    set(&mut two.service_mut(ORDERS).expect("there").settings, Setting::RelayInstances, 2);
    assert_eq!(hazards(&two), []);
    set(&mut two.service_mut(ORDERS).expect("there").settings, Setting::RelayLeader, 0);
    assert_eq!(lines_in(&two, ORDERS, Danger::RelaysRepeat), [None]);
    let session = ran(&two, 60);
    let mut told = said(&session, BROKER, |entry| match entry.fact {
        Fact::Broker(BrokerFact::Appended { message, .. }) => Some(message),
        _ => None,
    });
    let all = told.len();
    told.sort_unstable();
    told.dedup();
    assert!(all > told.len() + 5, "{all} records of {} messages", told.len());
}

#[test]
fn a_request_answered_before_its_work_is_lost_in_a_crash() {
    let mut board = board("orders");
    let reply = handler(&mut board, ORDERS).lines.pop().expect("it answers last");
    handler(&mut board, ORDERS).lines.insert(0, reply);
    pinned(&mut board, ORDERS, 5, PinDoes::Crash).back_after_ms = Some(4_000);
    assert!(verdict(&ran(&board, 60))[0] > 0);
    assert_eq!(lines_in(&board, ORDERS, Danger::RepliesFirst), [Some(LineId(5))]);
}

#[test]
fn a_record_acknowledged_before_its_work_is_lost_in_a_crash() {
    let mut board = board("orders");
    apply_pattern(&mut board, PAYMENTS, Pattern::Acknowledges(HANDLER, Acknowledges::BeforeHandling)).expect("it acknowledges");
    pinned(&mut board, PAYMENTS, 1, PinDoes::Crash).back_after_ms = Some(4_000);
    assert_eq!(found(&ran(&board, 60)), [(Check::CommittedEarly, 1)]);
    assert_eq!(lines_in(&board, PAYMENTS, Danger::AcksFirst), [Some(LineId(5))]);
}

#[test]
fn a_consumer_that_commits_by_itself_makes_ack_vain_and_commits_what_other_workers_have_in_hand() {
    let mut board = board("orders");
    let settings = |board: &mut Board, all: &[(Setting, u64)]| {
        all.iter().for_each(|(setting, value)| set(&mut board.service_mut(PAYMENTS).expect("there").settings, *setting, *value));
    };
    settings(&mut board, &[(Setting::AutoCommit, 1)]);
    let ack = LineId(5);
    assert_eq!(lines_in(&board, PAYMENTS, Danger::AcksInVain), [Some(ack)]);
    assert_eq!(hazards(&board).len(), 1);
    let mut acked = board.clone();
    program(&mut acked, PAYMENTS, vec![Do::Begin, subtract(), Do::Commit, Do::Ack, work(100)]);
    pinned(&mut acked, PAYMENTS, 4, PinDoes::Crash).back_after_ms = Some(4_000);
    assert_eq!(found(&ran(&acked, 60)), [(Check::DoneTwice, 1)], "although it was acknowledged");

    settings(&mut board, &[(Setting::AutoCommitInterval, 100), (Setting::Workers, 2)]);
    assert_eq!(lines_in(&board, PAYMENTS, Danger::CommitsUnfinished), [None]);
    pinned(&mut board, PAYMENTS, 1, PinDoes::Crash).back_after_ms = Some(4_000);
    assert_eq!(found(&ran(&board, 60)), [(Check::CommittedEarly, 1)]);
}

#[test]
fn a_fence_in_another_transaction_than_the_work_keeps_no_zombie_off() {
    let stands_still = |lines: Vec<Do>, after: u16| {
        let mut board = board("zombie");
        program(&mut board, PAYMENTS, lines);
        pinned(&mut board, PAYMENTS, after, PinDoes::Pause).back_after_ms = Some(13_000);
        board
    };
    let alone = stands_still(vec![Do::Fence, work(500), Do::Begin, subtract(), Do::Commit, Do::Ack], 1);
    assert_eq!(found(&ran(&alone, 60)), [(Check::Zombie, 1)]);
    assert_eq!(lines_in(&alone, PAYMENTS, Danger::FencesAlone), [Some(LineId(1))]);
    let inside = stands_still(vec![work(500), Do::Begin, Do::Fence, subtract(), Do::Commit, Do::Ack], 2);
    assert_eq!(verdict(&ran(&inside, 60)), [0, 0, 0]);
    assert_eq!(hazards(&inside), []);
}
