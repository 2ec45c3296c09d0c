//! `crosstalk hash`: the hash of a board's facts.

use std::io::Write;

use crate::sim::Time;

use super::FINE;
use super::args::Options;
use super::run::open;

/// Prints the hash.
///
/// # Errors
/// A sentence that names what is wrong with the input.
pub fn hash(options: &Options, out: &mut impl Write) -> Result<u8, String> {
    let mut session = open(options)?;
    session.seek(Time::ZERO + options.span);
    writeln!(out, "{}", session.world().hash()).map_err(|error| format!("cannot print: {error}"))?;
    Ok(FINE)
}
