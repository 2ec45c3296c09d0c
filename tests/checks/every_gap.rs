//! A crash in every gap of every program, on every shipped board and on designs with each known flaw: the checks say what
//! the slow reference says.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use crosstalk::board::{
    Acknowledges, Action, Board, Edit, Gap, IfAgain, Often, Pattern, Pin, PinDoes, Place, Publishes, Setting,
};
use crosstalk::check::Check;
use crosstalk::sim::NodeId;
use crosstalk::store::RelayKind;

use crate::designs::{dead_letters, keeps_last_amount, one_customer, relay, tracks_outside, wants_money};
use crate::reference::{Finding, findings};
use crate::rig::*;

/// How many seconds requests come, and after how many all has come to rest.
const BUSY: u64 = 20;
const REST: u64 = 110;

/// What the reference knows nothing of: what a time or a window decides.
const BY_TIME: [Check; 6] =
    [Check::OutboxGrowing, Check::Stuck, Check::PoolDry, Check::RebalanceStorm, Check::HotPartition, Check::StuckGroup];

fn gaps(board: &Board) -> Vec<(NodeId, Gap)> {
    let mut all = Vec::new();
    for service in &board.services {
        for (handler, lines) in service.programs() {
            all.push((service.id, Gap::Start(handler)));
            all.extend(lines.iter().map(|line| (service.id, Gap::After(line.id))));
        }
    }
    all
}

/// Runs a board until all has come to rest.
fn rested(board: &Board, seed: u64) -> Run {
    let mut run = Run::of(board, seed);
    run.until(BUSY);
    for client in &board.clients {
        let silent = Edit::Set { place: Place::Node(client.id), setting: Setting::ArrivalInterval, value: Some(3_600_000) };
        run.act(Action::Edit(silent));
    }
    // A group that leaves and comes back all the time would never come to rest.
    for service in board.services.iter().filter(|service| service.settings.0.contains_key(&Setting::MaxPollInterval)) {
        let unhurried = Edit::Set { place: Place::Node(service.id), setting: Setting::MaxPollInterval, value: None };
        run.act(Action::Edit(unhurried));
    }
    run.until(REST);
    run
}

/// What the checks find that the reference does not, and the other way round.
fn compare(name: &str, board: &Board, seed: u64) -> BTreeSet<Finding> {
    let run = rested(board, seed);
    let checks = &run.seen.checks;
    assert_eq!(checks.kept().0, 0, "{name}, seed {seed}: something is under way");
    let violations = checks.violations().iter().filter(|violation| !BY_TIME.contains(&violation.check));
    let by_checks: BTreeSet<Finding> = violations.map(|v| (v.check, v.intent, v.service)).collect();
    let by_reference = findings(board, (&run.seen.facts).into());
    assert_eq!(by_checks, by_reference, "{name}, seed {seed}: the checks, and the reference");
    by_reference
}

/// Compares all runs on as many threads as there are processors, and gives back all that was found.
fn compare_all(boards: Vec<(String, Board)>, seeds: u64) -> BTreeSet<Check> {
    let runs: Vec<(String, Board, u64)> =
        boards.into_iter().flat_map(|(name, board)| (1..=seeds).map(move |seed| (name.clone(), board.clone(), seed))).collect();
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        let work = || {
            let mut found = BTreeSet::new();
            while let Some((name, board, seed)) = runs.get(next.fetch_add(1, Ordering::Relaxed)) {
                found.extend(compare(name, board, *seed).into_iter().map(|(check, ..)| check));
            }
            found
        };
        let all: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        all.into_iter().flat_map(|thread| thread.join().expect("the verdicts are the same")).collect()
    })
}

/// The board with a crash in each of its gaps in turn.
fn crashed_everywhere(name: &str, board: &Board) -> Vec<(String, Board)> {
    let crash = |(service, gap): (NodeId, Gap)| {
        let back_after_ms = Some(2_000);
        let pin = Pin { service, gap, does: PinDoes::Crash, often: Often::Once, only: None, key: None, back_after_ms };
        (format!("{name}, {gap:?} of {}", board.title_of(service)), Board { pins: vec![pin], ..board.clone() })
    };
    gaps(board).into_iter().map(crash).collect()
}

#[test]
fn a_crash_in_every_gap_of_every_shipped_board_is_judged_as_the_reference_judges_it() {
    let boards: Vec<(String, Board)> = shipped().into_iter().map(|name| (name.clone(), calm(&board(&name)))).collect();
    let all = boards.iter().flat_map(|(name, board)| crashed_everywhere(name, board)).collect();
    let found = compare_all(all, 3);
    assert!(found.contains(&Check::DoneTwice) && found.contains(&Check::RowWithoutMessage), "{found:?}");
}

#[test]
fn a_crash_in_every_gap_of_every_flawed_design_is_judged_as_the_reference_judges_it() {
    let orders = set(&one_customer(&calm(&board("orders"))), SHOP, Setting::ArrivalInterval, 700);
    let dual = calm(&board("dual-write"));
    let before = with(&dual, ORDERS, Pattern::Publishes(HANDLER, Publishes::BeforeCommit));
    let designs = [
        ("early ack", with(&orders, PAYMENTS, Pattern::Acknowledges(HANDLER, Acknowledges::BeforeHandling))),
        ("does it again", with(&orders, ORDERS, Pattern::IfAgain(HANDLER, IfAgain::DoesItAgain))),
        ("last amount", keeps_last_amount(&orders)),
        ("tracks before", tracks_outside(&orders, true)),
        ("tracks after", tracks_outside(&orders, false)),
        ("cursor", relay(&set(&orders, ORDERS, Setting::Instances, 2), RelayKind::Cursor)),
        ("tail", relay(&set(&orders, ORDERS, Setting::Instances, 2), RelayKind::Tail)),
        ("publishes first", set(&before, SHOP, Setting::CallRetries, 0)),
        ("dead letters", dead_letters(&wants_money(&set(&orders, SHOP, Setting::ArrivalInterval, 2_000)), 1)),
        ("two senders", set(&one_customer(&dual), ORDERS, Setting::Instances, 2)),
    ];
    let mut all: Vec<(String, Board)> = Vec::new();
    for (name, design) in &designs {
        all.extend(crashed_everywhere(name, design));
    }
    // A pause in the transaction lets others overtake it.
    for kind in [RelayKind::Cursor, RelayKind::Flag] {
        let design = relay(&set(&orders, ORDERS, Setting::Instances, 2), kind);
        all.push((format!("{kind:?}, paused"), failing(&design, ORDERS, "outbox", PinDoes::Pause, Some(4_000))));
    }
    // A member that wakes when its partition is another's has its effect after that one, or before.
    for back_after_ms in [10_000, 13_000] {
        let mut zombie = board("zombie");
        zombie.pins[0].back_after_ms = Some(back_after_ms);
        let gaps = gaps(&zombie).into_iter().filter(|(service, _)| *service == PAYMENTS);
        all.extend(gaps.map(|(_, gap)| {
            let pins = vec![Pin { gap, ..zombie.pins[0] }];
            (format!("zombie, {gap:?} for {back_after_ms} ms"), Board { pins, ..zombie.clone() })
        }));
    }
    all.push(("newcomer".to_owned(), board("newcomer")));
    let found = compare_all(all, 1);
    let of_groups = [Check::Zombie, Check::CommittedEarly, Check::PassedOver];
    assert!(of_groups.iter().all(|check| found.contains(check)), "{found:?}");
    for check in [Check::DoneTwice, Check::MessageWithoutRow, Check::OutOfOrder, Check::SkippedRow, Check::DedupHole] {
        assert!(found.contains(&check), "{check:?} is not among {found:?}");
    }
}
