//! Whether a fact takes longer on a large board: a thousand nodes against ten of the same parts.

use crosstalk::board::Board;
use crosstalk::check::Checks;
use crosstalk::sim::{Span, Time};
use crosstalk::world::World;

use crate::boards::{burdened, grouped};
use crate::report::{Budget, Row};
use crate::rounds::{alternate, timed};

/// How many facts each takes.
const FACTS: u32 = 300_000;
/// What the large board needs lies mostly beyond the nearest caches, where every neighbour of the machine disturbs it: it takes
/// some rounds until one is quiet.
const ROUNDS: u32 = 25;
/// By then groups have formed and clients send.
const WARM: Time = Time(10_000_000);

/// 1,000 nodes against 10.
pub fn rows() -> Vec<Row> {
    let (Ok(large), Ok(small)) = (grouped(1_000), grouped(10)) else { return Vec::new() };
    let pair = alternate(ROUNDS, || a_fact(&large), || a_fact(&small));
    let figures = format!("{:.0} ns a fact at 1,000 nodes, {:.0} at 10", pair.ours, pair.base);
    let plain = Row::ratio(format!("{FACTS} facts at 1,000 nodes against 10"), pair.ratio(), Budget::AtMost(2.0), figures);
    let (large, small) = (burdened(large), burdened(small));
    let pair = alternate(ROUNDS, || a_fact(&large), || a_fact(&small));
    let figures = format!("{:.0} ns a fact at 1,000 nodes, {:.0} at 10", pair.ours, pair.base);
    vec![plain, Row::ratio("the same with locks, tracking and three relays", pair.ratio(), Budget::AtMost(2.0), figures)]
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
