//! What a long run takes of the machine's memory, in a process of its own.

use std::process::{Command, ExitCode};

use crosstalk::world::Entry;

use crate::boards::default_board;
use crate::report::{Budget, Row};
use crate::seek::long_run;

const MIB: f64 = 1_048_576.0;

/// A million facts with their snapshots. Linux only: elsewhere there is no row.
pub fn rows() -> Vec<Row> {
    let said = std::env::current_exe().ok().and_then(|program| Command::new(program).args(["once", "memory"]).output().ok());
    let Some(said) = said.and_then(|said| String::from_utf8(said.stdout).ok()) else { return Vec::new() };
    let figures: Vec<f64> = said.split_whitespace().filter_map(|figure| figure.parse().ok()).collect();
    let [bytes, held, snapshots] = figures[..] else { return Vec::new() };
    let each = (bytes - held * size_of::<Entry>() as f64) / snapshots;
    let figures =
        format!("{held:.0} facts held, {snapshots:.0} snapshots, {:.0} KiB for each with all that is no fact", each / 1024.0);
    vec![Row {
        measure: "a million facts and snapshots, native".to_owned(),
        value: bytes / MIB,
        unit: " MiB",
        budget: Budget::AtMost(96.0),
        figures,
    }]
}

/// Prints by how many bytes a long run makes this process larger, and how many facts and snapshots it keeps.
pub fn once() -> ExitCode {
    let Ok(board) = default_board() else { return ExitCode::from(2) };
    let before = resident();
    let run = long_run(&board);
    match (before, resident()) {
        (Some(before), Some(after)) => {
            let (held, snapshots) = run.map_or((0, 0), |run| run.held());
            println!("{} {held} {snapshots}", after - before);
            ExitCode::SUCCESS
        }
        _ => ExitCode::from(2),
    }
}

fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches(" kB").parse::<u64>().ok().map(|kib| kib * 1024)
}
