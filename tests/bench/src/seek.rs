//! Going to anywhere in a long run, against running it all again.

use crosstalk::board::Board;
use crosstalk::session::{HELD_IN_A_TAB, Session};
use crosstalk::sim::{Span, Time};

use crate::boards::default_board;
use crate::heap::Gaps;
use crate::report::{Budget, Row};
use crate::rounds::{percentile, timed};

/// How long the record of a long run is.
pub const FACTS: usize = 1_000_000;
const SEEKS: usize = 300;

/// A run of the default board with at least so many facts, held as the page holds it.
pub fn long_run(board: &Board) -> Option<Session> {
    let mut session = Session::new(board.clone()).ok()?;
    session.hold_at_most(HELD_IN_A_TAB);
    while session.all_facts().len() < FACTS {
        session.seek(session.now() + Span::secs(10));
    }
    Some(session)
}

/// The 99th percentile of random seeks against the whole run.
pub fn rows() -> Vec<Row> {
    let Some(mut session) = default_board().ok().and_then(|board| long_run(&board)) else { return Vec::new() };
    let (end, gaps) = (session.now(), Gaps::new());
    let mut whole = f64::INFINITY;
    let mut seeks = Vec::new();
    for round in 0..3 {
        session.seek(Time::ZERO);
        // Played, not sought: every fact is derived again.
        whole = whole.min(timed(|| session.play_until(end, u32::MAX)).0);
        for n in 0..SEEKS {
            // Gaps are not even, their low bits are.
            let share = gaps.at(round * 2 * SEEKS + 2 * n) % 1_000 * 1_000 + gaps.at(round * 2 * SEEKS + 2 * n + 1) % 1_000;
            let to = Time(end.0 / 1_000_000 * share);
            seeks.push(timed(|| session.seek(to)).0);
        }
    }
    let (median, worst) = (percentile(&mut seeks, 0.5), percentile(&mut seeks, 0.99));
    let figures = format!("{:.1} ms, median {:.1}; all of it {:.0} ms", worst / 1e6, median / 1e6, whole / 1e6);
    vec![Row::ratio(
        "a million facts, seeks' 99th percentile against running it all",
        worst / whole,
        Budget::AtMost(1.0 / 50.0),
        figures,
    )]
}
