//! `crosstalk run`: a board from time 0, with its checks.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;
use std::time::Instant;

use crate::board::MAX_BYTES;
use crate::session::{self, Opening, Repro, Session};
use crate::sim::{FactId, Span, Time};
use crate::view::json_line;

use super::args::{LONGEST, Options};
use super::report::Report;
use super::{FINE, VIOLATED};

/// Runs a board and reports.
///
/// # Errors
/// A sentence that names what is wrong with the input, or the file that cannot be written.
pub fn run(options: &Options, out: &mut impl Write) -> Result<u8, String> {
    // The facts' file is opened first: a mistyped path should not cost a run.
    let facts = options.facts.as_deref().map(|path| create(path).map(|file| (path, file))).transpose()?;
    let (mut session, span) = open(options)?;
    #[expect(clippy::disallowed_methods, reason = "the command line reports how long it took; nothing simulated sees it")]
    let began = Instant::now();
    run_to_the_end(&mut session, span, options)?;
    let took = began.elapsed();
    if let Some((path, file)) = facts {
        write_facts(&session, file).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    let report = Report::of(&session, span, took);
    let text = if options.json { report.json() } else { report.text() };
    write!(out, "{text}").map_err(|error| format!("cannot print: {error}"))?;
    Ok(if report.violated() { VIOLATED } else { FINE })
}

/// The most facts of a run: 1.3 GB. A board whose messages multiply would otherwise take all memory.
const MOST_FACTS: usize = 20_000_000;

/// Runs a session for as long as it was asked for.
///
/// # Errors
/// Says when it was stopped, if its record is full before.
pub fn run_to_the_end(session: &mut Session, span: Span, options: &Options) -> Result<(), String> {
    session.record_at_most(MOST_FACTS);
    let end = Time::ZERO + span;
    session.seek(end);
    if session.now() < end {
        let (name, at) = (options.board.display(), session.now());
        return Err(format!("{name}: stopped at {at}, after {MOST_FACTS} facts: run it for less time with --for"));
    }
    Ok(())
}

/// How much virtual time a board is run for unless it is said.
const SPAN: Span = Span::secs(60);

/// Reads a board, or a run that was saved, and puts it to work; says for how long it is to run.
///
/// # Errors
/// A sentence that begins with the file's name.
pub fn open(options: &Options) -> Result<(Session, Span), String> {
    let path = &options.board;
    let named = |problem: String| format!("{}: {problem}", path.display());
    let text = read(path).map_err(named)?;
    let Opening { mut session, until } = session::open(&text).map_err(|problem| named(problem.to_string()))?;
    let saved = until.map(|until| until.since(Time::ZERO));
    if let Some(seed) = options.seed {
        let again = Session::of(Repro { seed, ..session.repro() });
        session = again.map_err(|problem| named(problem.to_string()))?;
    }
    Ok((session, options.span.or(saved).unwrap_or(SPAN).min(LONGEST)))
}

/// Reads no more than a board may have, and one byte more so that a larger one is told.
fn read(path: &Path) -> Result<String, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|error| format!("byte {}: is no UTF-8 text", error.utf8_error().valid_up_to()))
}

fn create(path: &Path) -> Result<File, String> {
    File::create(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// One fact a line: its number, time in microseconds, process, trigger, reasons, and words.
fn write_facts(session: &Session, file: File) -> std::io::Result<()> {
    let mut out = BufWriter::new(file);
    for (number, entry) in session.facts().iter().enumerate() {
        writeln!(out, "{}", json_line(FactId::at(number), entry, session))?;
    }
    out.flush()
}
