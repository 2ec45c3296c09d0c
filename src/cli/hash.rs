//! `crosstalk hash`: the hash of a board's facts.

use std::io::Write;

use super::FINE;
use super::args::Options;
use super::run::{open, run_to_the_end};

/// Prints the hash.
///
/// # Errors
/// A sentence that names what is wrong with the input.
pub fn hash(options: &Options, out: &mut impl Write) -> Result<u8, String> {
    let (mut session, span) = open(options)?;
    run_to_the_end(&mut session, span, options)?;
    writeln!(out, "{}", session.fingerprint()).map_err(|error| format!("cannot print: {error}"))?;
    Ok(FINE)
}
