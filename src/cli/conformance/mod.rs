//! `crosstalk conformance`: what the real systems' own code did, replayed with the code that the world runs.
//!
//! Each file names its format. Whatever is not read from a case is not needed to replay it.

mod assignors;
mod classic;
mod classic_rig;
mod clock;
mod modern;
mod outcome;
mod partitioners;

use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{FINE, VIOLATED};
use outcome::Outcome;

/// How many failures of a file are printed.
const SHOWN: usize = 5;

/// Replays files of vectors and prints a line for each: its name, how many passed and how many failed, and above it
/// the first failures. Gives 1 if anything failed.
///
/// # Errors
/// A sentence that names the file and what is wrong with it; nothing is replayed then.
pub fn conformance(files: &[PathBuf], out: &mut impl Write) -> Result<u8, String> {
    let read: Vec<(String, Replay)> = files.iter().map(|file| Ok((name(file), read(file)?))).collect::<Result<_, String>>()?;
    let mut code = FINE;
    for (name, replay) in read {
        let Outcome { passed, failures } = replay();
        let mut text = String::new();
        for failure in failures.iter().take(SHOWN) {
            text += &format!("{name}: {failure}\n");
        }
        if failures.len() > SHOWN {
            text += &format!("{name}: and {} more\n", failures.len() - SHOWN);
        }
        text += &format!("{name}: passed {passed}, failed {}\n", failures.len());
        out.write_all(text.as_bytes()).map_err(|error| format!("cannot print: {error}"))?;
        if !failures.is_empty() {
            code = VIOLATED;
        }
    }
    Ok(code)
}

/// A file that was read, ready to be replayed.
type Replay = Box<dyn FnOnce() -> Outcome>;

fn name(file: &Path) -> String {
    file.file_name().map_or_else(|| file.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// What every file begins with.
#[derive(Deserialize)]
struct Head {
    format: String,
}

fn read(file: &Path) -> Result<Replay, String> {
    let shown = file.display();
    let text = std::fs::read_to_string(file).map_err(|error| format!("cannot read {shown}: {error}"))?;
    let Head { format } = parse(&text).map_err(|error| format!("{shown} is no file of vectors: {error}"))?;
    let replay: Result<Replay, serde_json::Error> = match &*format {
        "kafka-key-partitioner/1" => ready(&text, partitioners::keys),
        "kafka-sticky-partitioner/1" => ready(&text, partitioners::sticky),
        "kafka-assignor/1" => ready(&text, assignors::cases),
        "kafka-assignor-sequence/1" => ready(&text, assignors::sequences),
        "librdkafka-live-group/1" => ready(&text, assignors::live),
        "kafka-classic-group-coordinator/1" => ready(&text, classic::scenarios),
        "kafka-consumer-group-kip848/1" => ready(&text, modern::scenarios),
        other => return Err(format!("{shown}: the format \"{other}\" is not known: see crosstalk help")),
    };
    replay.map_err(|error| format!("{shown} is not of the format {format}: {error}"))
}

fn ready<T: DeserializeOwned + 'static>(text: &str, replay: fn(&T) -> Outcome) -> Result<Replay, serde_json::Error> {
    let vectors: T = parse(text)?;
    Ok(Box::new(move || replay(&vectors)))
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    serde_json::from_str(text)
}
