//! The command line: the same boards without a browser.

mod args;
mod conformance;
mod hash;
mod report;
mod run;

use std::io::Write;
use std::process::ExitCode;

use args::{Command, parse};

/// No check is violated.
const FINE: u8 = 0;
/// A check is violated.
const VIOLATED: u8 = 1;
/// Bad input; a message has named the place.
const BAD_INPUT: u8 = 2;

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr().lock());
    ExitCode::from(command(&words, &mut out, &mut err))
}

/// Runs one command; gives the exit code.
pub fn command(words: &[String], out: &mut impl Write, err: &mut impl Write) -> u8 {
    let done = match parse(words) {
        Ok(Command::Help) => {
            let _closed = write!(out, "{}", args::HELP);
            return FINE;
        }
        Ok(Command::Run(options)) => run::run(&options, out),
        Ok(Command::Hash(options)) => hash::hash(&options, out),
        Ok(Command::Conformance(files)) => conformance::conformance(&files, out),
        Err(problem) => Err(problem),
    };
    done.unwrap_or_else(|problem| {
        // Nobody is left to tell when standard error is closed.
        let _closed = writeln!(err, "crosstalk: {problem}");
        BAD_INPUT
    })
}
