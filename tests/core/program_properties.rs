//! Random programs, built as a person builds them, under random pins: nothing panics, transactions are whole, and what no
//! danger is named for does not go wrong.

use std::collections::BTreeMap;

use crosstalk::board::{
    Acknowledges, Board, Danger, DeadLetterDoc, Gap, IfAgain, Often, OnFailure, Pattern, Pin, PinDoes, Setting, apply_pattern,
    check_pin, hazards, pattern_of, validate,
};
use crosstalk::check::Check;
use crosstalk::editor::{Ids, Operation, ProgramEdit, field_offers, line_offers};
use crosstalk::session::Session;
use crosstalk::sim::{Actor, FactId, HandlerId, LineId, NodeId, Time};
use crosstalk::store::StoreFact;
use crosstalk::view::{Selection, describe, tell};
use crosstalk::world::Fact;
use proptest::prelude::*;

use crate::properties::config;
use crate::support::{EMAILS, ORDERS, PAYMENTS, board, seconds};

/// One edit by numbers: what, of which, and how.
type Step = (u8, usize, usize);

/// A pin by numbers: the line, what it does, how often and when the process comes back, whom it waits for.
type Stop = (usize, u8, u8, u8);

fn pick<T>(list: &[T], nth: usize) -> Option<&T> {
    list.get(nth % list.len().max(1))
}

/// What a person would choose from the menus, if that is to be had.
fn change(board: &Board, service: NodeId, (what, nth, how): Step) -> Option<ProgramEdit> {
    let handler = &board.service(service)?.handlers[0];
    let line = pick(&handler.lines, nth).map(|line| line.id);
    Some(match what {
        0..4 => {
            let (id, at) = (handler.id, nth % (handler.lines.len() + 1));
            let open: Vec<_> = line_offers(board, service, id, at).into_iter().filter(|offer| offer.refused.is_none()).collect();
            ProgramEdit::AddLine { handler: id, at, does: pick(&open, how)?.does.clone() }
        }
        4 => ProgramEdit::RemoveLine(line?),
        5 | 6 => ProgramEdit::MoveLine { line: line?, up: how.is_multiple_of(2) },
        7 | 8 => {
            let line = line?;
            let parts = field_offers(board, service, line);
            let choices: Vec<_> = parts.into_iter().flat_map(|part| part.choices).collect();
            ProgramEdit::ChangeLine { line, does: pick(&choices, how)?.does.clone() }
        }
        _ => {
            let dead = DeadLetterDoc { retries: 1, topic: "order-events.DLT".to_owned() };
            let dead = OnFailure::RetryThenDeadLetter(dead);
            let policies = [OnFailure::Retry, OnFailure::RetryThenSkip(2), OnFailure::Skip, OnFailure::Stop, dead];
            ProgramEdit::OnFailure(handler.id, policies[how % 5].clone())
        }
    })
}

/// A board whose programs were edited so, with those settings and pins.
fn built(mut board: Board, services: &[NodeId], steps: &[(usize, Step)], settings: [u8; 4], stops: &[(usize, Stop)]) -> Board {
    let mut ids = Ids::of(&board);
    for (of, step) in steps {
        let service = services[of % services.len()];
        let Some(change) = change(&board, service, *step) else { continue };
        if let Ok(edited) = Operation::Program(service, change).make(&board, &ids, &[]) {
            board = edited.board;
            ids.see(&board);
        }
    }
    for service in services {
        let node = board.service_mut(*service).expect("it is there");
        let [workers, concurrent, own_offset, keeps] = settings.map(u64::from);
        for (setting, value) in [
            (Setting::Workers, 1 + workers % 4),
            (Setting::ConcurrentHandling, concurrent % 2),
            (Setting::AckOf, own_offset % 2),
            (Setting::ProcessedKeep, if keeps.is_multiple_of(4) { 2_000 } else { 0 }),
        ] {
            node.settings.0.insert(setting, value);
        }
    }
    for (of, (nth, does, often, whom)) in stops {
        let service = services[of % services.len()];
        let lines: Vec<LineId> =
            board.service(service).expect("there").programs().flat_map(|(_, lines)| lines.iter().map(|line| line.id)).collect();
        let gap = pick(&lines, *nth).map_or(Gap::Start(HandlerId(1)), |line| Gap::After(*line));
        let pin = Pin {
            service,
            gap,
            does: [PinDoes::Crash, PinDoes::Pause, PinDoes::Fail][usize::from(does % 3)],
            often: if often.is_multiple_of(3) { Often::Always } else { Often::Once },
            only: (whom % 4 == 0).then_some(0),
            key: (whom % 4 == 1).then_some(u32::from(*whom) % 7),
            back_after_ms: (often % 4 != 1).then_some(1_500),
        };
        let taken = board.pins.iter().any(|known| (known.service, known.gap) == (service, gap));
        if !taken && check_pin(&board, &pin).is_ok() {
            board.pins.push(pin);
        }
    }
    board
}

fn steps(most: usize) -> impl Strategy<Value = Vec<(usize, Step)>> {
    prop::collection::vec((0usize..3, (0u8..10, 0usize..20, 0usize..40)), 0..most)
}

fn stops() -> impl Strategy<Value = Vec<(usize, Stop)>> {
    prop::collection::vec((0usize..3, (0usize..20, any::<u8>(), any::<u8>(), any::<u8>())), 0..4)
}

/// What a transaction did, and how it ended: its writes and rows, and what of them became visible.
#[derive(Debug, Default)]
struct Whole {
    done: u32,
    seen: u32,
    committed: bool,
}

fn whole_transactions(session: &Session) -> BTreeMap<(Actor, u32), Whole> {
    let mut all: BTreeMap<(Actor, u32), Whole> = BTreeMap::new();
    let mut commits: BTreeMap<FactId, (Actor, u32)> = BTreeMap::new();
    for (id, entry) in session.facts().iter().enumerate().map(|(at, entry)| (FactId::at(at), entry)) {
        let who = entry.who;
        match entry.fact {
            Fact::Store(StoreFact::Wrote { tx, .. }) => all.entry((who, tx)).or_default().done += 1,
            Fact::Store(StoreFact::Committed { tx }) => {
                all.entry((who, tx)).or_default().committed = true;
                commits.insert(id, (who, tx));
            }
            Fact::Store(StoreFact::Changed { .. }) => {
                let tx = commits[&entry.cause.trigger];
                all.entry(tx).or_default().seen += 1;
            }
            _ => {}
        }
    }
    all
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_program_under_any_pins_runs_and_its_transactions_are_whole(
        seed: u64,
        steps in steps(25),
        settings: [u8; 4],
        stops in stops(),
    ) {
        let board = built(board("orders"), &[ORDERS, PAYMENTS, EMAILS], &steps, settings, &stops);
        prop_assert_eq!(validate(&board), Ok(()));
        let mut session = Session::with_seed(board, seed).expect("what the menus offer can be put to work");
        session.seek(seconds(40));
        for (tx, whole) in whole_transactions(&session) {
            let visible = if whole.committed { whole.done } else { 0 };
            prop_assert_eq!(whole.seen, visible, "{:?}", tx);
        }
        for node in [ORDERS, PAYMENTS, EMAILS] {
            let _shown = (session.frame(Selection::Node(node)), session.inspect(Selection::Node(node)));
        }
        let (names, board) = (session.world().names(), session.board());
        for entry in session.facts() {
            prop_assert!(!describe(entry, names, board).is_empty());
        }
        for violation in session.checks().violations().iter().take(5) {
            let told = tell(violation, &session.explain(violation), session.facts(), names, board);
            prop_assert!(!told.how.is_empty());
        }
        // The session asserts that a replay derives the same facts.
        session.seek(Time::ZERO);
        session.seek(seconds(40));
    }

    #[test]
    fn a_program_in_no_danger_that_tracks_in_its_transaction_does_nothing_twice_and_one_that_acknowledges_last_loses_nothing(
        seed: u64,
        tracks: bool,
        steps in steps(6),
        settings: [u8; 4],
        stops in stops(),
    ) {
        let mut start = board("orders");
        if tracks {
            let pattern = Pattern::IfAgain(HandlerId(1), IfAgain::TracksIds);
            apply_pattern(&mut start, PAYMENTS, pattern).expect("there is a transaction");
        }
        let mut board = built(start.clone(), &[PAYMENTS], &steps, settings, &stops);
        let relay: Vec<Pin> = built(start, &[ORDERS], &[], settings, &stops).pins;
        let of_relay = |pin: &Pin| matches!(pin.gap, Gap::After(LineId(7..=9)));
        board.pins.extend(relay.into_iter().filter(of_relay));
        let forms = pattern_of(&board.service(PAYMENTS).expect("there").handlers[0]);
        let dangers: Vec<Danger> =
            hazards(&board).into_iter().filter(|one| one.service == PAYMENTS).map(|one| one.danger).collect();
        let none_of = |wanted: &[Danger]| !dangers.iter().any(|danger| wanted.contains(danger));
        let mut session = Session::with_seed(board, seed).expect("what the menus offer can be put to work");
        session.seek(seconds(60));
        let found = |check: Check| session.checks().violations().iter().any(|one| (one.check, one.service) == (check, PAYMENTS));
        let apart = [Danger::TracksFirst, Danger::TracksLast, Danger::WritesAlone, Danger::Forgets];
        if forms.if_again == Some(IfAgain::TracksIds) && none_of(&apart) {
            prop_assert!(!found(Check::DoneTwice));
        }
        let early = [Danger::AcksFirst, Danger::AcksPast, Danger::Skips, Danger::TracksFirst];
        if forms.acknowledges == Some(Acknowledges::AfterHandling) && none_of(&early) {
            prop_assert!(!found(Check::Lost));
        }
    }
}
