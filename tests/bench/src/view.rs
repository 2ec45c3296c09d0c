//! Where the time of a frame goes: what the page asks the core for while the busy board runs, natively and for information.

use crosstalk::session::Session;
use crosstalk::sim::{Span, Time};
use crosstalk::view::Selection;

use crate::boards::{busy, woven};
use crate::report::{Budget, Row};
use crate::rounds::timed;

/// By then the wires of the busy board are full.
const FULL: Time = Time(40_000_000);
const ROUNDS: u32 = 20;

/// Each question that a frame, or a tenth of a second, asks.
pub fn rows() -> Vec<Row> {
    let Some(mut session) = woven(100, 200).ok().and_then(|board| Session::new(busy(board)).ok()) else { return Vec::new() };
    session.seek(FULL);
    let frame = session.frame(Selection::Nothing);
    let mut dots = Vec::new();
    session.dots(&frame, &mut dots);
    let mut next = FULL;
    vec![
        ask("in each frame: serving 1/60 s", String::new(), || {
            next += Span::ms(1_000 / 60);
            session.play_until(next, u32::MAX);
        }),
        ask("in each frame: where the dots are", format!("{} dots", dots.len()), || session.dots(&frame, &mut dots)),
        ask("ten times a second: cards, lanes and wires", String::new(), || {
            std::hint::black_box(session.frame(Selection::Nothing));
        }),
        ask("ten times a second: the strip of time", String::new(), || {
            std::hint::black_box(session.strip());
        }),
        ask("ten times a second: the checks", String::new(), || {
            std::hint::black_box(session.verdict());
        }),
    ]
}

fn ask(measure: &str, figures: String, mut work: impl FnMut()) -> Row {
    let least = (0..ROUNDS).map(|_| timed(&mut work).0).fold(f64::INFINITY, f64::min);
    Row { measure: format!("native, {measure}"), value: least / 1e6, unit: " ms", budget: Budget::None, figures }
}
