//! The checks over real runs: bad design and a failure are flagged, exactly; either without the other is not.

mod designs;
mod every_gap;
mod proofs;
mod reference;
mod rig;

use crosstalk::board::{
    Acknowledges, Action, Board, Edit, IfAgain, Pattern, PinDoes, Place, Process, ProcessAction, ProcessDoes, Publishes, Setting,
};
use crosstalk::check::{Check, StopHow, Story};
use crosstalk::net::{Cut, Loss, Slow};
use crosstalk::sim::{LineId, Role, WireId};
use crosstalk::view::describe;

use rig::*;

#[test]
fn a_board_without_a_failure_violates_nothing() {
    for name in ["orders", "delivered-twice", "dual-write"] {
        for seed in 1..4 {
            let mut run = Run::of(&without_pins(&board(name)), seed);
            assert_eq!(run.until(60).found(), [], "{name}, seed {seed}");
        }
    }
}

#[test]
fn a_crash_between_commit_and_ack_charges_once_more_and_tracking_prevents_it() {
    let bad = board("delivered-twice");
    let run = ran(&bad, 60);
    assert_eq!(run.found(), [Check::DoneTwice]);
    let told = run.told(0);
    assert!(told.sentence.starts_with("Order ") && told.sentence.ends_with(" was charged twice."), "{}", told.sentence);
    assert!(told.how.contains(" crashed between commit and ack."), "{}", told.how);
    assert!(told.how.contains(" seconds later the group noticed, gave partition "), "{}", told.how);
    assert!(told.how.contains("it started again from the last committed offset"), "{}", told.how);
    let fix = Edit::Pattern { service: PAYMENTS, pattern: Pattern::IfAgain(HANDLER, IfAgain::TracksIds) };
    assert_eq!(told.fix, Some(fix.clone()));
    assert_eq!(ran(&edited(&bad, &fix), 60).found(), []);
    assert_eq!(ran(&with(&bad, PAYMENTS, Pattern::IfAgain(HANDLER, IfAgain::IsIdempotent)), 60).found(), []);
}

#[test]
fn a_row_whose_message_was_never_published_is_found_and_an_outbox_prevents_it() {
    let bad = board("dual-write");
    let run = ran(&bad, 60);
    assert_eq!(run.found(), [Check::RowWithoutMessage]);
    let told = run.told(0);
    assert!(told.sentence.contains("was committed in Orders, but its OrderPlaced was never published."), "{}", told.sentence);
    assert!(told.how.contains(" crashed between commit and publish."), "{}", told.how);
    assert!(told.how.contains("was recognised as a duplicate and only answered"), "{}", told.how);
    let fix = Edit::Pattern { service: ORDERS, pattern: Pattern::Publishes(HANDLER, Publishes::ThroughOutbox) };
    assert_eq!(told.fix, Some(fix.clone()));
    assert_eq!(ran(&edited(&bad, &fix), 60).found(), []);
}

#[test]
fn an_ack_before_the_work_loses_what_a_crash_interrupts_and_an_ack_after_it_does_not() {
    let early = with(&without_pins(&board("orders")), PAYMENTS, Pattern::Acknowledges(HANDLER, Acknowledges::BeforeHandling));
    assert_eq!(ran(&early, 60).found(), []);
    let bad = pinned(&early, PAYMENTS, 1, None);
    let run = ran(&bad, 60);
    assert_eq!(run.found(), [Check::CommittedEarly]);
    let Story::AckedFirst { stop: Some(stop), .. } = run.story(0) else { panic!("{:?}", run.story(0)) };
    assert_eq!((stop.how, stop.after), (StopHow::Crashed, Some(LineId(1))));
    let told = run.told(0);
    assert!(told.sentence.ends_with(" was never charged."), "{}", told.sentence);
    assert!(told.how.contains(" crashed between work and begin."), "{}", told.how);
    let fix = Edit::Pattern { service: PAYMENTS, pattern: Pattern::Acknowledges(HANDLER, Acknowledges::AfterHandling) };
    assert_eq!(told.fix, Some(fix.clone()));
    assert_eq!(ran(&edited(&bad, &fix), 60).found(), []);
}

#[test]
fn a_relay_that_crashes_before_it_marks_publishes_again() {
    let run = ran(&pinned(&board("orders"), ORDERS, 8, Some(2_000)), 60);
    // One for each row of the batch.
    assert!(!run.found().is_empty() && run.found().iter().all(|check| *check == Check::DoneTwice), "{:?}", run.found());
    for which in 0..run.found().len() {
        let Story::PublishedAgain { stop: Some(stop), by, records } = run.story(which) else { panic!("{:?}", run.story(which)) };
        assert_eq!((by.role, stop.how, stop.after), (Role::Relay, StopHow::Crashed, Some(LineId(8))));
        assert!(records.0.offset < records.1.offset);
    }
    assert!(run.told(0).how.starts_with("Orders relay crashed between publish and mark."), "{}", run.told(0).how);
    let fixed = with(&run.board, PAYMENTS, Pattern::IfAgain(HANDLER, IfAgain::TracksIds));
    assert_eq!(ran(&fixed, 60).found(), []);
}

#[test]
fn a_relay_that_is_down_keeps_what_it_has_not_published_pending() {
    let mut run = Run::of(&pinned(&board("orders"), ORDERS, 7, None), 1);
    run.until(60);
    assert_eq!(run.found(), [Check::OutboxGrowing]);
    let (lost, rows) = (run.seen.checks.pending(Check::Lost), run.seen.checks.pending(Check::RowWithoutMessage));
    assert!(lost > 20 && rows > 20, "{lost} {rows}");
    let relay = Process { node: ORDERS, role: Role::Relay, ordinal: 0 };
    run.act(Action::Process(ProcessAction { who: relay, does: ProcessDoes::Restart })).until(150);
    assert_eq!(run.found(), [Check::OutboxGrowing]);
    assert!(run.seen.checks.pending(Check::RowWithoutMessage) < 5);
}

#[test]
fn a_client_that_asks_again_is_followed_up_to_where_its_request_ran_twice() {
    let bad = with(&board("orders"), ORDERS, Pattern::IfAgain(HANDLER, IfAgain::DoesItAgain));
    let run = ran(&pinned(&bad, ORDERS, 4, Some(2_000)), 60);
    // Payments does it again; Emails finds its row by the order's number; Orders, too.
    assert_eq!(run.found(), [Check::DoneTwice]);
    let Story::CalledAgain { stop: Some(stop), attempt: 2, .. } = run.story(0) else { panic!("{:?}", run.story(0)) };
    assert_eq!((stop.how, stop.after), (StopHow::Crashed, Some(LineId(4))));
    let pattern = Pattern::IfAgain(HANDLER, IfAgain::TracksIds);
    assert_eq!(run.told(0).fix, Some(Edit::Pattern { service: ORDERS, pattern }));
    let fixed = with(&run.board, ORDERS, Pattern::IfAgain(HANDLER, IfAgain::TracksIds));
    assert_eq!(ran(&fixed, 60).found(), []);
}

#[test]
fn acks_that_are_lost_on_a_cut_wire_make_a_producer_send_again() {
    let mut run = Run::of(&board("orders"), 1);
    run.until(12);
    let wire = WireId(2);
    run.act(Action::Cut { wire, cut: Cut::ToClient }).until(18);
    run.act(Action::Cut { wire, cut: Cut::None }).until(90);
    let found = run.found();
    assert!(!found.is_empty() && found.iter().all(|check| *check == Check::DoneTwice), "{found:?}");
    let produced = |which: usize| matches!(run.story(which), Story::ProducedAgain { by, .. } if by.role == Role::Relay);
    assert!((0..found.len()).all(produced), "{:?}", run.story(0));
    assert!(run.told(0).how.contains("got no acks"), "{}", run.told(0).how);
}

#[test]
fn a_member_that_stands_still_has_its_work_done_by_another() {
    let mut bad = board("delivered-twice");
    bad.pins[0].does = PinDoes::Pause;
    bad.pins[0].back_after_ms = Some(15_000);
    let run = ran(&bad, 60);
    assert_eq!(run.found(), [Check::DoneTwice]);
    let Story::ReadAgain { stop: Some(stop), handover: Some(_), .. } = run.story(0) else { panic!("{:?}", run.story(0)) };
    assert_eq!(stop.how, StopHow::Paused);
    assert!(run.told(0).how.contains(" stood still between commit and ack."), "{}", run.told(0).how);
}

/// Runs a board with failures at random, then heals all, sends nothing new, and lets it come to rest.
fn at_rest(board: &Board, seed: u64) -> Run {
    let mut run = Run::of(board, seed);
    let mut dice = seed;
    let mut roll = |sides: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) % sides
    };
    let processes: Vec<Process> = run.world.processes().map(|(process, _)| process).filter(|p| p.role != Role::Client).collect();
    for second in 5..45 {
        run.until(second);
        let who = processes[roll(processes.len() as u64) as usize];
        let does = [ProcessDoes::Crash, ProcessDoes::Restart, ProcessDoes::Pause, ProcessDoes::Resume][roll(4) as usize];
        let wire = WireId(1 + roll(4) as u32);
        let cut = [Cut::None, Cut::Both, Cut::ToServer, Cut::ToClient, Cut::None][roll(5) as usize];
        let slow = Slow { times: 1 + roll(6) as u16, extra_ms: 0 };
        let loss = Loss { percent: roll(50) as u8, breaks: roll(25) as u8 };
        match roll(6) {
            0 | 1 => run.act(Action::Process(ProcessAction { who, does })),
            2 => run.act(Action::Cut { wire, cut }),
            3 => run.act(Action::Lossy { wire, loss }),
            4 => run.act(Action::Slow { wire, slow }),
            _ => &mut run,
        };
    }
    let interval = Edit::Set { place: Place::Node(SHOP), setting: Setting::ArrivalInterval, value: Some(3_600_000) };
    run.act(Action::Edit(interval));
    for wire in 1..=4 {
        run.act(Action::Heal { wire: WireId(wire) });
    }
    for who in processes {
        run.act(Action::Process(ProcessAction { who, does: ProcessDoes::Resume }));
        run.act(Action::Process(ProcessAction { who, does: ProcessDoes::Restart }));
    }
    run.until(400);
    run
}

#[test]
fn at_rest_everything_is_settled_and_each_deviation_was_reported() {
    let bare = without_pins(&board("orders"));
    let early = with(&bare, PAYMENTS, Pattern::Acknowledges(HANDLER, Acknowledges::BeforeHandling));
    let dual = without_pins(&board("dual-write"));
    for (name, board) in [("orders", bare), ("early", early), ("dual", dual)] {
        for seed in 1..=12 {
            let run = at_rest(&board, seed);
            let checks = &run.seen.checks;
            assert_eq!(checks.kept().0, 0, "{name}, seed {seed}: something is under way");
            for service in [ORDERS, PAYMENTS, EMAILS] {
                for effect in checks.effects_of(service) {
                    let reported = |check| {
                        let same = |v: &&crosstalk::check::Violation| (v.check, v.intent) == (check, effect.intent);
                        checks.violations().iter().find(same)
                    };
                    let place = format!("{name}, seed {seed}, {effect:?}");
                    if effect.count > 1 {
                        assert!(reported(Check::DoneTwice).or(reported(Check::Zombie)).is_some(), "{place}");
                    }
                    if effect.expected && effect.count == 0 {
                        assert!(
                            [Check::Lost, Check::CommittedEarly, Check::RowWithoutMessage]
                                .into_iter()
                                .any(|check| reported(check).is_some()),
                            "{place}"
                        );
                    }
                    if effect.count > 0
                        && reported(Check::Lost).is_some_and(|lost| (lost.service, lost.line) == (service, effect.line))
                    {
                        panic!("taken back: {place}");
                    }
                }
            }
            for which in 0..checks.violations().len() {
                assert!(
                    !matches!(run.story(which), Story::Untold { .. }),
                    "{name}, seed {seed}: {:?}",
                    checks.violations()[which]
                );
            }
        }
    }
}

#[test]
fn a_long_run_keeps_no_more_than_what_is_under_way() {
    let board = board("orders");
    let mut run = Run::of(&board, 1);
    let instances = Edit::Set { place: Place::Node(EMAILS), setting: Setting::Instances, value: Some(3) };
    let keep = Edit::Set { place: Place::Node(ORDERS), setting: Setting::OutboxKeep, value: Some(60_000) };
    run.act(Action::Edit(instances)).act(Action::Edit(keep)).until(900);
    let early = run.seen.checks.kept();
    run.until(2_400);
    let late = run.seen.checks.kept();
    assert!(late.0 < 40 && late.1 < 1_500, "{early:?} {late:?}");
    assert_eq!(run.found(), []);
}

#[test]
fn every_fact_of_a_run_is_said_without_a_name_that_is_not_known() {
    for (board, seed) in [(board("orders"), 1), (board("dual-write"), 5), (board("delivered-twice"), 9)] {
        let run = at_rest(&board, seed);
        for entry in &run.seen.facts {
            let said = describe(entry, run.world.names(), &run.board);
            assert!(!said.is_empty() && !said.contains('?') && !said.contains("somebody"), "{entry:?}: {said}");
        }
    }
}
