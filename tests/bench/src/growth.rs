//! Whether a fact takes longer on a large board: a thousand nodes against ten of the same parts.

use crosstalk::board::Board;
use crosstalk::check::Checks;
use crosstalk::sim::{Span, Time};
use crosstalk::world::World;

use crate::boards::{burdened, grouped};
use crate::chase::Chase;
use crate::report::{Budget, Row};
use crate::rounds::timed;

/// How many facts each takes.
const FACTS: u32 = 300_000;
/// What the large board needs lies mostly beyond the nearest caches, where every neighbour of the machine disturbs it, often
/// for minutes: it takes many rounds until one is quiet.
const ROUNDS: u32 = 60;
/// By then groups have formed and clients send.
const WARM: Time = Time(10_000_000);

/// 1,000 nodes against 10, also of a board with more to do. All in the same rounds, so that a quiet one serves all.
pub fn rows() -> Vec<Row> {
    let (Ok(large), Ok(small)) = (grouped(1_000), grouped(10)) else { return Vec::new() };
    let boards = [burdened(large.clone()), burdened(small.clone()), large, small];
    let chase = Chase::new();
    let (mut least, mut a_line) = ([f64::INFINITY; 4], f64::INFINITY);
    for _ in 0..ROUNDS {
        a_line = a_line.min(chase.a_line());
        for (least, board) in least.iter_mut().zip(&boards) {
            *least = least.min(a_fact(board));
        }
    }
    let row = |what: String, large: f64, small: f64| {
        let figures = format!("{large:.0} ns a fact at 1,000 nodes, {small:.0} at 10; {a_line:.0} ns to a line among 8 MiB");
        Row::ratio(what, large / small, Budget::AtMost(2.0), figures)
    };
    let [large_burdened, small_burdened, large, small] = least;
    vec![
        row(format!("{FACTS} facts at 1,000 nodes against 10"), large, small),
        row("the same with locks, tracking and three relays".to_owned(), large_burdened, small_burdened),
    ]
}

fn a_fact(board: &Board) -> f64 {
    let mut checks = Checks::new(board);
    let Ok(mut world) = World::new(board, board.seed, &mut checks) else { return f64::NAN };
    world.run_until(WARM, u32::MAX, &mut checks);
    let before = world.facts();
    let (took, ()) = timed(|| {
        while world.facts() < before + FACTS {
            world.run_until(world.now() + Span::ms(100), u32::MAX, &mut checks);
        }
    });
    took / f64::from(world.facts() - before)
}
