//! Whether a fact takes longer on a large board: a thousand nodes against ten of the same parts.

use crosstalk::board::{Board, BoardError};
use crosstalk::check::Checks;
use crosstalk::sim::{Span, Time};
use crosstalk::world::World;

use crate::boards::{burdened, grouped};
use crate::chase::Chase;
use crate::report::{Budget, Row};
use crate::rounds::timed;

/// How many facts each takes.
const FACTS: u32 = 300_000;
/// A run is timed in parts of about so many: one or two milliseconds, for which a neighbour of the machine may be quiet.
const PART: u32 = 2_500;
/// What the large board needs lies mostly beyond the nearest caches, where every neighbour disturbs it, often for minutes. So
/// rounds go on until some were quiet and so many more make no board quicker by more than [`SETTLED`], or to the most.
const ROUNDS: u32 = 50;
const QUIET_ROUNDS: u32 = 20;
const MOST_ROUNDS: u32 = 600;
const SETTLED: f64 = 0.01;
/// By then groups have formed and clients send.
const WARM: Time = Time(10_000_000);

/// 1,000 nodes against 10, also of a board with more to do. All in the same rounds, so that a quiet moment serves all.
pub fn rows() -> Vec<Row> {
    let (Ok(large), Ok(small)) = (grouped(1_000), grouped(10)) else { return Vec::new() };
    let boards = [burdened(large.clone()), burdened(small.clone()), large, small];
    let Ok(mut runs) = boards.iter().map(Run::warm).collect::<Result<Vec<Run>, BoardError>>() else { return Vec::new() };
    let chase = Chase::new();
    let (mut rounds, mut quiet, mut settled, mut least) = (0, 0, false, f64::INFINITY);
    while rounds < MOST_ROUNDS && (quiet < QUIET_ROUNDS || !settled) {
        let before: Vec<f64> = runs.iter().map(Run::a_fact).collect();
        for _ in 0..ROUNDS {
            let (a_line, is_quiet) = chase.a_line();
            (least, quiet) = (least.min(a_line), quiet + u32::from(is_quiet));
            runs.iter_mut().for_each(Run::again);
        }
        rounds += ROUNDS;
        settled = before.iter().zip(&runs).all(|(before, run)| run.a_fact() > before * (1.0 - SETTLED));
    }
    let row = |what: String, large: f64, small: f64| {
        let figures = format!(
            "{large:.0} ns a fact at 1,000 nodes, {small:.0} at 10; {quiet} of {rounds} rounds quiet, {least:.0} ns to a line of 8 MiB"
        );
        Row::ratio(what, large / small, Budget::AtMost(2.0), figures)
    };
    let a_fact: Vec<f64> = runs.iter().map(Run::a_fact).collect();
    vec![
        row(format!("{FACTS} facts at 1,000 nodes against 10"), a_fact[2], a_fact[3]),
        row("the same with locks, tracking and three relays".to_owned(), a_fact[0], a_fact[1]),
    ]
}

/// A warmed world, and how long what comes next takes: each part of it at its quickest. Every round starts from the same
/// snapshot and does the same work, fact by fact, so the parts that were not disturbed make up a run that was not, though no
/// single one may have been.
struct Run {
    world: World,
    checks: Checks,
    quickest: Vec<f64>,
    facts: u32,
}

impl Run {
    fn warm(board: &Board) -> Result<Run, BoardError> {
        let mut checks = Checks::new(board);
        let mut world = World::new(board, board.seed, &mut checks)?;
        world.run_until(WARM, u32::MAX, &mut checks);
        Ok(Run { world, checks, quickest: Vec::new(), facts: 0 })
    }

    fn again(&mut self) {
        let (mut world, mut checks) = (self.world.clone(), self.checks.clone());
        let before = world.facts();
        for part in 0..FACTS / PART {
            let (took, ()) = timed(|| {
                while world.facts() < before + (part + 1) * PART {
                    world.run_until(world.now() + Span::ms(10), u32::MAX, &mut checks);
                }
            });
            match self.quickest.get_mut(part as usize) {
                Some(least) => *least = least.min(took),
                None => self.quickest.push(took),
            }
        }
        self.facts = world.facts() - before;
    }

    /// Nanoseconds.
    fn a_fact(&self) -> f64 {
        self.quickest.iter().sum::<f64>() / f64::from(self.facts)
    }
}
