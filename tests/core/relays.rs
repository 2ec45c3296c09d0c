//! Relays of every kind on the shipped board: what they lose, repeat and reorder, and what they do not.

use std::collections::{BTreeMap, BTreeSet};

use crosstalk::board::{
    Action, Board, Edit, Gap, Often, Pin, PinAction, PinDoes, Place, Process, ProcessDoes, RelayPreset, Setting,
    apply_relay_preset, set_relay_kind,
};
use crosstalk::broker::BrokerFact;
use crosstalk::check::{Check, Story};
use crosstalk::service::ServiceFact;
use crosstalk::session::Session;
use crosstalk::sim::{HandlerId, LineId, MessageId, Role, Time};
use crosstalk::store::{RelayKind, StoreFact};
use crosstalk::world::{Entry, Fact, Facts};
use proptest::prelude::*;

use crate::support::{ORDERS, board, edited, on, process, seconds, set};

/// The relay's lines on the shipped board: it reads, publishes, records.
const LINES: [LineId; 3] = [LineId(7), LineId(8), LineId(9)];
const RELAY: HandlerId = HandlerId(2);

/// The shipped board with a relay of that kind and these settings of Orders.
fn with(kind: RelayKind, settings: &[(Setting, u64)]) -> Board {
    let mut board = board("orders");
    set_relay_kind(&mut board, ORDERS, kind).expect("Orders has a relay");
    let orders = board.service_mut(ORDERS).expect("it is on the board");
    for (setting, value) in settings {
        set(&mut orders.settings, *setting, *value);
    }
    board
}

fn run(board: Board) -> Session {
    Session::new(board).expect("it can be put to work")
}

fn relay(ordinal: u16) -> Process {
    Process { node: ORDERS, role: Role::Relay, ordinal }
}

/// A pin of Orders that acts once.
fn pin(gap: Gap, does: PinDoes, only: Option<u16>, back_after_ms: u32) -> Pin {
    Pin { service: ORDERS, gap, does, often: Often::Once, only, key: None, back_after_ms: Some(back_after_ms) }
}

/// The messages of Orders that became visible in its outbox, in the order of their commits.
fn visible(facts: Facts<'_>) -> Vec<(Time, MessageId)> {
    let visible = facts.iter().filter_map(|entry| match entry.fact {
        Fact::Store(StoreFact::OutboxVisible { message, .. }) => Some((entry.at, message)),
        _ => None,
    });
    visible.collect()
}

/// The messages of Orders that were appended, by partition and in the order of their offsets.
fn appended(facts: Facts<'_>) -> BTreeMap<u16, Vec<MessageId>> {
    let mut all: BTreeMap<u16, Vec<MessageId>> = BTreeMap::new();
    for entry in facts {
        if let Fact::Broker(BrokerFact::Appended { record, message }) = entry.fact
            && message.by == ORDERS
        {
            all.entry(record.partition).or_default().push(message);
        }
    }
    all
}

/// How many messages were appended again.
fn repeated(facts: Facts<'_>) -> usize {
    let all: Vec<MessageId> = appended(facts).into_values().flatten().collect();
    all.len() - all.iter().collect::<BTreeSet<_>>().len()
}

/// The rows that had time enough to be published and were not.
fn unpublished(session: &Session, patience: u64) -> Vec<MessageId> {
    let sent: BTreeSet<MessageId> = appended(session.facts()).into_values().flatten().collect();
    let old = |at: Time| at + crosstalk::sim::Span::secs(patience) <= session.now();
    visible(session.facts()).into_iter().filter(|(at, message)| old(*at) && !sent.contains(message)).map(|(_, is)| is).collect()
}

/// The first of each message, where all partitions have them in the order of their commits.
fn in_commit_order(facts: Facts<'_>) -> bool {
    let order: BTreeMap<MessageId, usize> =
        visible(facts).into_iter().enumerate().map(|(place, (_, message))| (message, place)).collect();
    appended(facts).into_values().all(|log| {
        let mut seen = BTreeSet::new();
        let firsts = log.into_iter().filter(|message| seen.insert(*message));
        firsts.filter_map(|message| order.get(&message)).is_sorted()
    })
}

fn count(facts: Facts<'_>, wanted: impl Fn(&Fact) -> bool) -> usize {
    facts.iter().filter(|entry| wanted(&entry.fact)).count()
}

/// Two instances of Orders, of which the first stands still with an id in hand while the second commits greater ones.
pub fn overlapping(kind: RelayKind) -> Session {
    let mut board = with(kind, &[(Setting::RelayInterval, 300)]);
    board.pins.push(pin(Gap::After(LineId(6)), PinDoes::Pause, Some(0), 5_000));
    board.clients[0].settings.0.insert(Setting::CallTimeout, 20_000);
    let mut session = run(board);
    session.seek(seconds(60));
    session
}

#[test]
fn a_cursor_passes_over_a_row_that_commits_late_and_the_story_says_so() {
    let session = overlapping(RelayKind::Cursor);
    let lost = unpublished(&session, 15);
    assert_eq!(lost.len(), 1, "{lost:?}");
    assert_eq!(session.checks().count(Check::SkippedRow), 1);
    let store = &session.world().service(ORDERS).expect("it runs").store;
    assert_eq!(store.passed_over().map(|row| row.message.id).collect::<Vec<_>>(), lost);
    let violations = session.checks().violations();
    let violation = violations.iter().find(|violation| violation.check == Check::SkippedRow).expect("there is one");
    let explanation = crosstalk::check::explain(violation, session.facts(), session.board());
    let Story::PassedOver { row, position, .. } = explanation.story else { panic!("{:?}", explanation.story) };
    assert!(row < position);
    let told = session.verdict().into_iter().flat_map(|chip| chip.violations).next().expect("it is shown");
    assert!(told.how.contains("for ever"), "{}", told.how);
}

#[test]
fn a_flag_publishes_that_row_late_and_the_log_has_all_in_the_order_of_the_commits() {
    for kind in [RelayKind::Flag, RelayKind::Tail] {
        let session = overlapping(kind);
        assert_eq!((unpublished(&session, 15), repeated(session.facts())), (vec![], 0), "{kind:?}");
        assert_eq!(session.checks().count(Check::SkippedRow), 0, "{kind:?}");
        assert!(kind == RelayKind::Flag || in_commit_order(session.facts()), "{kind:?}");
    }
}

#[test]
fn two_relays_without_a_leader_publish_the_same_rows_and_with_one_they_do_not() {
    for kind in RelayKind::ALL {
        let runs = |leader: u64| {
            let mut session = run(with(kind, &[(Setting::RelayInstances, 2), (Setting::RelayLeader, leader)]));
            session.seek(seconds(60));
            assert_eq!(unpublished(&session, 15), [], "{kind:?}");
            session
        };
        let (alone, led) = (runs(0), runs(1));
        assert!(repeated(alone.facts()) > 5, "{kind:?}: {}", repeated(alone.facts()));
        assert_eq!(repeated(led.facts()), 0, "{kind:?}");
        let follows = |fact: &Fact| matches!(fact, Fact::Service(ServiceFact::Follows { .. }));
        assert_eq!((count(alone.facts(), follows), count(led.facts(), follows)), (0, 1), "{kind:?}");
        let by_two = alone.checks().violations().iter().any(|violation| {
            matches!(crosstalk::check::explain(violation, alone.facts(), alone.board()).story, Story::PublishedByTwo { .. })
        });
        assert!(by_two || alone.checks().count(Check::DoneTwice) == 0, "{kind:?}");
    }
}

#[test]
fn when_the_leader_crashes_another_takes_over_once_its_lease_has_run_out() {
    for kind in RelayKind::ALL {
        let mut session = run(with(kind, &[(Setting::RelayInstances, 3), (Setting::RelayFlush, 0)]));
        session.seek(seconds(20));
        session.act(process(relay(0), ProcessDoes::Crash)).expect("it runs");
        on(&mut session, 40);
        assert_eq!(unpublished(&session, 15), [], "{kind:?}");
        let taken: Vec<(Time, u16)> = session
            .facts()
            .iter()
            .filter(|entry| matches!(entry.fact, Fact::Store(StoreFact::LeaseTaken { .. })))
            .map(|entry| (entry.at, entry.who.ordinal))
            .collect();
        assert_eq!(taken.iter().map(|(_, ordinal)| *ordinal).collect::<Vec<_>>(), [0, 1], "{kind:?}");
        let later = taken[1].0.since(seconds(20));
        assert!(later <= crosstalk::sim::Span::secs(6), "{kind:?}: {later}");
    }
}

#[test]
fn a_leader_that_stood_still_longer_than_its_lease_still_publishes_what_it_had_read() {
    let mut board = with(RelayKind::Flag, &[(Setting::RelayInstances, 2)]);
    board.pins.push(pin(Gap::After(LINES[0]), PinDoes::Pause, Some(0), 15_000));
    let mut session = run(board);
    session.seek(seconds(60));
    assert!(repeated(session.facts()) > 0, "the zombie and the new leader publish the same rows");
    assert_eq!(unpublished(&session, 15), []);
}

#[test]
fn a_relay_that_tails_repeats_after_a_crash_what_came_since_its_position_was_saved() {
    let repeats = |flush: u64| {
        let mut board = with(RelayKind::Tail, &[(Setting::RelayFlush, flush)]);
        board.pins.clear();
        let mut session = run(board);
        session.seek(seconds(30));
        session.act(process(relay(0), ProcessDoes::Crash)).expect("it runs");
        session.act(process(relay(0), ProcessDoes::Restart)).expect("it has crashed");
        on(&mut session, 30);
        assert_eq!(unpublished(&session, 15), []);
        assert!(in_commit_order(session.facts()));
        repeated(session.facts())
    };
    assert!(repeats(60_000) > repeats(0) + 5, "{} and {}", repeats(60_000), repeats(0));
}

#[test]
fn the_kind_of_a_relay_changes_while_it_runs_and_nothing_is_lost_or_published_again() {
    let mut session = run(with(RelayKind::Flag, &[]));
    session.seek(seconds(15));
    for kind in [RelayKind::Tail, RelayKind::Cursor, RelayKind::Flag, RelayKind::Cursor, RelayKind::Tail, RelayKind::Flag] {
        edited(&mut session, |board| set_relay_kind(board, ORDERS, kind).expect("Orders has a relay")).expect("it is valid");
        on(&mut session, 15);
    }
    assert_eq!((unpublished(&session, 14), repeated(session.facts())), (vec![], 0));
    assert_eq!(session.checks().count(Check::SkippedRow), 0);
}

#[test]
fn relays_come_and_go_while_a_board_runs_and_the_one_that_works_goes_on() {
    let mut session = run(with(RelayKind::Flag, &[]));
    session.seek(seconds(15));
    for instances in [3, 1, 2, 8, 1] {
        let (place, setting) = (Place::Node(ORDERS), Setting::RelayInstances);
        session.act(Action::Edit(Edit::Set { place, setting, value: Some(instances) })).expect("it is within the limits");
        on(&mut session, 9);
        let running = session.world().service(ORDERS).map_or(0, |service| service.relays.len());
        assert_eq!(running as u64, instances);
    }
    on(&mut session, 6);
    assert_eq!((unpublished(&session, 12), repeated(session.facts())), (vec![], 0));
}

#[test]
fn published_rows_are_deleted_after_a_while_whatever_the_relay() {
    for kind in RelayKind::ALL {
        let kept = |keep: u64| {
            let mut session = run(with(kind, &[(Setting::OutboxKeep, keep), (Setting::RelayFlush, 0)]));
            session.seek(seconds(90));
            assert_eq!((unpublished(&session, 15), repeated(session.facts())), (vec![], 0), "{kind:?}");
            let store = &session.world().service(ORDERS).expect("it runs").store;
            (store.kept_count(), store.deleted_count())
        };
        let (all, none) = kept(0);
        assert!(all > 40 && none == 0, "{kind:?}: {all}");
        let (few, gone) = kept(5_000);
        assert!(few < 12 && gone > 30, "{kind:?}: {few} kept, {gone} deleted");
    }
}

#[test]
fn a_stream_that_is_not_read_for_longer_than_its_records_are_kept_loses_them() {
    let mut board = board("orders");
    apply_relay_preset(&mut board, ORDERS, RelayPreset::DynamoDbStreams).expect("Orders has a relay");
    let down = |s: u64| {
        let mut session = run(board.clone());
        session.seek(seconds(20));
        session.act(process(relay(0), ProcessDoes::Crash)).expect("it runs");
        on(&mut session, s);
        session.act(process(relay(0), ProcessDoes::Restart)).expect("it has crashed");
        on(&mut session, 30);
        session
    };
    let short = down(10);
    assert_eq!(unpublished(&short, 20), []);
    let long = down(40);
    assert!(unpublished(&long, 20).len() > 5);
    assert!(long.checks().count(Check::SkippedRow) > 5);
    let told =
        long.checks().violations().iter().any(|violation| {
            matches!(crosstalk::check::explain(violation, long.facts(), long.board()).story, Story::Dropped { .. })
        });
    assert!(told);
}

#[test]
fn a_tight_poll_loads_the_store_and_a_handler_waits_when_all_connections_are_in_use() {
    let load = |interval: u64, relays: u64| {
        let settings = [
            (Setting::RelayInterval, interval),
            (Setting::RelayInstances, relays),
            (Setting::RelayLeader, 0),
            (Setting::StoreConnections, 2),
            (Setting::StoreRoundTrip, 100),
            (Setting::LineTime, 0),
        ];
        let mut session = run(with(RelayKind::Flag, &settings));
        session.seek(seconds(40));
        let store = &session.world().service(ORDERS).expect("it runs").store;
        (store.load(session.now()), store.connection_waits(session.now()), session)
    };
    let (calm, calm_waits, _) = load(2_000, 1);
    let (tight, tight_waits, session) = load(1, 8);
    assert!(calm.permille < 400 && calm_waits.now == 0, "{calm:?} {calm_waits:?}");
    assert!(tight.permille > 900 && tight.of_relays > 10 * calm.of_relays, "{tight:?}");
    assert!(tight_waits.count > 100 && tight_waits.longest > crosstalk::sim::Span::ms(100), "{tight_waits:?}");
    let awaited = |entry: &Entry| matches!(entry.fact, Fact::Store(StoreFact::ConnectionAwaited { .. }));
    assert!(session.facts().iter().any(|entry| awaited(entry) && entry.who.role == Role::Instance));
}

#[test]
fn who_waits_too_long_for_a_connection_fails_and_handles_its_message_again() {
    let settings = [(Setting::StoreConnections, 1), (Setting::StoreConnectionTimeout, 2_000), (Setting::Instances, 3)];
    let mut board = with(RelayKind::Tail, &settings);
    board.pins.push(pin(Gap::After(LineId(3)), PinDoes::Pause, None, 12_000));
    let mut session = run(board);
    session.seek(seconds(60));
    let timed_out = |fact: &Fact| matches!(fact, Fact::Store(StoreFact::ConnectionTimedOut));
    assert!(count(session.facts(), timed_out) > 2);
    assert_eq!((unpublished(&session, 20), session.checks().count(Check::SkippedRow)), (vec![], 0));
}

#[test]
fn a_statement_that_waits_too_long_for_a_lock_rolls_its_transaction_back() {
    let payments = crate::support::PAYMENTS;
    let mut board = board("orders");
    // All customers have one account, and one of two instances stands still with its lock.
    board.keys[0].size = 1;
    let node = board.service_mut(payments).expect("it is on the board");
    let write = node.handlers[0].lines.iter().find(|line| matches!(line.does, crosstalk::board::Do::Write(_)));
    let write = write.expect("it writes").id;
    set(&mut node.settings, Setting::Workers, 4);
    set(&mut node.settings, Setting::StoreLockTimeout, 1_500);
    let (often, back_after_ms) = (Often::Once, Some(9_000));
    let gap = Gap::After(write);
    board.pins.push(Pin { service: payments, gap, does: PinDoes::Pause, often, only: Some(0), key: None, back_after_ms });
    for line in board.service_mut(ORDERS).into_iter().flat_map(|node| &mut node.handlers).flat_map(|handler| &mut handler.lines) {
        if let crosstalk::board::Do::Outbox { key, .. } = &mut line.does {
            *key = None;
        }
    }
    set(&mut board.service_mut(ORDERS).expect("it is on the board").settings, Setting::BatchSize, 1);
    let mut session = run(board);
    session.seek(seconds(40));
    let rolled =
        |fact: &Fact| matches!(fact, Fact::Store(StoreFact::RolledBack { why: crosstalk::store::Rollback::LockTimeout, .. }));
    assert!(count(session.facts(), rolled) > 0);
    let waits = session.world().service(payments).expect("it runs").store.lock_waits(session.now());
    assert!(waits.count > 0 && waits.longest >= crosstalk::sim::Span::ms(1_500), "{waits:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    /// By flag and by tail always; by cursor where no two transactions are open at once.
    #[test]
    fn whatever_gap_a_relay_crashes_in_it_publishes_every_row_at_least_once(
        kind in prop::sample::select(RelayKind::ALL.to_vec()),
        gap in 0..4usize,
        often in prop::sample::select(vec![Often::Once, Often::Always]),
        relays in 1..4u64,
        leader in 0..2u64,
        seed in 0..1_000u64,
        crashes in prop::collection::vec(5..50u64, 0..4),
    ) {
        let instances = if kind == RelayKind::Cursor { 1 } else { 2 };
        let settings = [(Setting::Instances, instances), (Setting::RelayInstances, relays), (Setting::RelayLeader, leader)];
        let mut board = with(kind, &settings);
        let gap = gap.checked_sub(1).map_or(Gap::Start(RELAY), |line| Gap::After(LINES[line]));
        board.pins.push(Pin { often, ..pin(gap, PinDoes::Crash, None, 1_000) });
        let mut session = Session::with_seed(board, seed).expect("it can be put to work");
        session.seek(seconds(3));
        let mut crashes = crashes;
        crashes.sort_unstable();
        for at in crashes {
            session.seek(seconds(at));
            // One that a pin has just taken down cannot crash.
            session.act(process(relay(0), ProcessDoes::Crash)).ok();
            on(&mut session, 1);
            session.act(process(relay(0), ProcessDoes::Restart)).ok();
        }
        session.seek(seconds(60));
        let cleared = PinAction::Clear { service: ORDERS, gap };
        session.act(Action::Pin(cleared)).expect("the gap is there");
        on(&mut session, 60);
        prop_assert_eq!(unpublished(&session, 45), vec![]);
        prop_assert_eq!(session.checks().count(Check::SkippedRow), 0);
        prop_assert!(kind != RelayKind::Tail || relays > 1 || in_commit_order(session.facts()));
    }
}
