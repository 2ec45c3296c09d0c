//! The default board with its real protocol and its checks, fact by fact, against the bare heap's event.

use std::process::ExitCode;

use crosstalk::board::{Board, BoardError};
use crosstalk::check::Checks;
use crosstalk::sim::{Span, Time};
use crosstalk::world::World;

use crate::boards::{burdened, default_board, grouped, shipped};
use crate::heap::{Gaps, hold};
use crate::report::{Budget, Row};
use crate::rounds::{alternate, timed};

const SECONDS: u64 = 4_000;
const EVENTS: usize = 1_000_000;

/// Runs a board with its checks: nanoseconds, and how many facts.
///
/// # Errors
/// If the board is none.
pub fn run(board: &Board, seconds: u64) -> Result<(f64, u32), BoardError> {
    let mut checks = Checks::new(board);
    let mut world = World::new(board, board.seed, &mut checks)?;
    let (took, _) = timed(|| world.run_until(Time::ZERO + Span::secs(seconds), u32::MAX, &mut checks));
    std::hint::black_box(checks.violations());
    Ok((took, world.facts()))
}

/// Nanoseconds a fact.
pub fn a_fact(board: &Board, seconds: u64) -> f64 {
    run(board, seconds).map_or(f64::NAN, |(took, facts)| took / f64::from(facts))
}

/// The default board against the bare heap; the other boards for information.
pub fn rows() -> Vec<Row> {
    let Ok(board) = default_board() else { return Vec::new() };
    let gaps = Gaps::new();
    let pair = alternate(7, || a_fact(&board, SECONDS), || hold(&gaps, 10_000, EVENTS));
    let figures = format!("{:.0} ns a fact, bare heap {:.0} ns an event", pair.ours, pair.base);
    let judged =
        Row::ratio("default board with checks, a fact against a bare heap's event", pair.ratio(), Budget::AtMost(12.0), figures);
    let heavy = burdened(board);
    let pair = alternate(5, || a_fact(&heavy, SECONDS), || hold(&gaps, 10_000, EVENTS));
    let figures = format!("{:.0} ns a fact, bare heap {:.0} ns an event", pair.ours, pair.base);
    let burdened = Row::ratio("the same with locks, tracking and three relays", pair.ratio(), Budget::AtMost(12.0), figures);
    let mut rows = vec![judged, burdened];
    rows.extend(shipped().iter().map(|(name, board)| speed(name, board, SECONDS)));
    rows.extend(grouped(100).iter().map(|board| speed("100 nodes", board, 400)));
    rows
}

fn speed(name: &str, board: &Board, seconds: u64) -> Row {
    let runs = (0..3).filter_map(|_| run(board, seconds).ok());
    let (took, facts) = runs.min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((f64::NAN, 0));
    let million = f64::from(facts) / took * 1e3;
    let figures = format!(
        "{facts} facts of {seconds} virtual seconds in {:.0} ms, {:.0} times as fast as life",
        took / 1e6,
        seconds as f64 / took * 1e9
    );
    Row { measure: format!("{name}: million facts a second"), value: million, unit: "", budget: Budget::None, figures }
}

/// Prints how many nanoseconds a fact of the default board takes, and how many facts there are: one round of a
/// comparison that somebody else makes.
pub fn once(seconds: &str) -> ExitCode {
    let seconds = seconds.parse().unwrap_or(SECONDS);
    // The least of some: a new process has to warm up, and the tab that it is compared with is warm.
    let least = |board: &Board| -> Result<(f64, u32), BoardError> {
        let runs = (0..4).map(|_| run(board, seconds)).collect::<Result<Vec<_>, _>>()?;
        Ok(runs.into_iter().min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((f64::NAN, 1)))
    };
    match default_board().and_then(|board| least(&board)) {
        Ok((took, facts)) => {
            println!("{} {facts}", took / f64::from(facts));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}
