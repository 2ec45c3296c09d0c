//! Native measurements: `crosstalk-bench rows NAME…` prints a line for each measure, `table FILE` the table of such lines.
//!
//! Whoever calls it is `scripts/bench`; the rows that need a browser are measured by `tests/bench/browser.mjs`.

mod assign;
mod boards;
mod chase;
mod growth;
mod heap;
mod kernel;
mod memory;
mod nexosim;
mod queue;
mod record;
mod report;
mod rounds;
mod seek;
mod view;
mod world;

use std::process::ExitCode;

use report::Row;

/// A row of the table, measured natively.
type Measure = fn() -> Vec<Row>;

const ROWS: &[(&str, Measure)] = &[
    ("queue", queue::rows),
    ("assign", assign::rows),
    ("kernel", kernel::rows),
    ("world", world::rows),
    ("growth", growth::rows),
    ("record", record::rows),
    ("seek", seek::rows),
    ("memory", memory::rows),
    ("frame", view::rows),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["rows", names @ ..] => measure(names),
        ["table", file] => report::table(file),
        ["once", "world", seconds] => world::once(seconds),
        ["once", "memory"] => memory::once(),
        ["once", "dots", seconds] => boards::print_dots(seconds),
        ["board", nodes, wires, kind] => boards::print(nodes, wires, kind),
        _ => {
            eprintln!(
                "usage: crosstalk-bench rows NAME… | table FILE | once world SECONDS | once memory | once dots SECONDS | board NODES WIRES calm|busy"
            );
            ExitCode::from(2)
        }
    }
}

fn measure(names: &[&str]) -> ExitCode {
    for name in names {
        let Some((_, measure)) = ROWS.iter().find(|(known, _)| known == name) else {
            eprintln!("no native row is called {name}");
            return ExitCode::from(2);
        };
        eprintln!("measuring {name}…");
        for row in measure() {
            println!("{}", row.line(name));
        }
    }
    ExitCode::SUCCESS
}
