//! What keeping facts and snapshots costs: a session against a world with its checks.

use crosstalk::board::Board;
use crosstalk::session::Session;
use crosstalk::sim::{Span, Time};

use crate::boards::default_board;
use crate::report::{Budget, Row};
use crate::rounds::{alternate, timed};
use crate::world::a_fact;

const SECONDS: u64 = 4_000;

/// The default board, recorded and not.
pub fn rows() -> Vec<Row> {
    let Ok(board) = default_board() else { return Vec::new() };
    let pair = alternate(7, || recorded(&board), || a_fact(&board, SECONDS));
    let figures = format!("{:.0} ns a fact, {:.0} without", pair.ours, pair.base);
    vec![Row::ratio(
        "default board with facts and snapshots kept, against none kept",
        pair.ratio(),
        Budget::AtMost(1.15),
        figures,
    )]
}

fn recorded(board: &Board) -> f64 {
    let Ok(mut session) = Session::new(board.clone()) else { return f64::NAN };
    let (took, ()) = timed(|| session.seek(Time::ZERO + Span::secs(SECONDS)));
    took / session.all_facts().len() as f64
}
