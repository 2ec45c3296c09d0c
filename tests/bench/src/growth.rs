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
/// A run is timed in parts of about so many.
const PART: u32 = 10_000;
/// What the large board needs lies mostly beyond the nearest caches, where every neighbour of the machine disturbs it, often
/// for minutes: it takes many rounds until one is quiet.
const ROUNDS: u32 = 60;
/// By then groups have formed and clients send.
const WARM: Time = Time(10_000_000);

/// 1,000 nodes against 10, also of a board with more to do. All in the same rounds, so that a quiet moment serves all.
pub fn rows() -> Vec<Row> {
    let (Ok(large), Ok(small)) = (grouped(1_000), grouped(10)) else { return Vec::new() };
    let boards = [burdened(large.clone()), burdened(small.clone()), large, small];
    let chase = Chase::new();
    let (mut quickest, mut a_line) = ([const { Quickest::new() }; 4], f64::INFINITY);
    for _ in 0..ROUNDS {
        a_line = a_line.min(chase.a_line());
        for (quickest, board) in quickest.iter_mut().zip(&boards) {
            quickest.run(board);
        }
    }
    let row = |what: String, large: f64, small: f64| {
        let figures = format!("{large:.0} ns a fact at 1,000 nodes, {small:.0} at 10; {a_line:.0} ns to a line among 8 MiB");
        Row::ratio(what, large / small, Budget::AtMost(2.0), figures)
    };
    let [large_burdened, small_burdened, large, small] = quickest.map(|quickest| quickest.a_fact());
    vec![
        row(format!("{FACTS} facts at 1,000 nodes against 10"), large, small),
        row("the same with locks, tracking and three relays".to_owned(), large_burdened, small_burdened),
    ]
}

/// Each part of a run at its quickest. Every round does the same work, fact by fact, so the parts that were not disturbed
/// make up a run that was not, though no single one may have been.
struct Quickest {
    parts: Vec<f64>,
    facts: u32,
}

impl Quickest {
    const fn new() -> Quickest {
        Quickest { parts: Vec::new(), facts: 0 }
    }

    fn run(&mut self, board: &Board) {
        let mut checks = Checks::new(board);
        let Ok(mut world) = World::new(board, board.seed, &mut checks) else { return };
        world.run_until(WARM, u32::MAX, &mut checks);
        let before = world.facts();
        for part in 0..FACTS / PART {
            let (took, ()) = timed(|| {
                while world.facts() < before + (part + 1) * PART {
                    world.run_until(world.now() + Span::ms(10), u32::MAX, &mut checks);
                }
            });
            match self.parts.get_mut(part as usize) {
                Some(least) => *least = least.min(took),
                None => self.parts.push(took),
            }
        }
        self.facts = world.facts() - before;
    }

    /// Nanoseconds.
    fn a_fact(&self) -> f64 {
        self.parts.iter().sum::<f64>() / f64::from(self.facts)
    }
}
