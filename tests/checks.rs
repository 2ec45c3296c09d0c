//! The checks over real runs of the boards that are shipped.

use crosstalk::board::{Board, from_json};
use crosstalk::check::{Check, Checks, explain};
use crosstalk::sim::{FactId, Time};
use crosstalk::world::{Entry, Observer, World};

struct Run {
    facts: Vec<Entry>,
    checks: Checks,
}

impl Observer for Run {
    fn see(&mut self, id: FactId, entry: &Entry) {
        self.facts.see(id, entry);
        self.checks.see(id, entry);
    }
}

fn board(name: &str) -> Board {
    let path = format!("{}/public/boards/{name}.json", env!("CARGO_MANIFEST_DIR"));
    from_json(&std::fs::read_to_string(path).expect("the board is there")).expect("the board is valid")
}

fn run(board: &Board, seed: u64, seconds: u64) -> Run {
    let mut run = Run { facts: Vec::new(), checks: Checks::new(board) };
    let mut world = World::new(board, seed, &mut run).expect("the board runs");
    world.run_until(Time(seconds * 1_000_000), u32::MAX, &mut run);
    run.checks.moment_over();
    run
}

#[test]
fn look() {
    for name in ["orders", "delivered-twice", "dual-write"] {
        let board = board(name);
        let run = run(&board, 1, 60);
        println!("{name}: {} facts, kept {:?}", run.facts.len(), run.checks.kept());
        for check in Check::ALL {
            println!("  {} {} pending {}", check.name(), run.checks.count(check), run.checks.pending(check));
        }
        for totals in run.checks.totals() {
            println!("  {totals:?}");
        }
        for violation in run.checks.violations() {
            println!("  {violation:?}");
            println!("  {:#?}", explain(violation, &run.facts));
        }
    }
}
