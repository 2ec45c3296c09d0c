//! The arguments.

use std::path::PathBuf;

use crate::sim::Span;

/// What `crosstalk help` prints.
pub const HELP: &str = "\
crosstalk run BOARD.json [--seed N] [--for 60s] [--facts OUT.jsonl] [--json]
    Runs a board and prints the checks, the effects expected and actual, and the throughput.
crosstalk hash BOARD.json [--seed N] [--for 60s]
    Prints the hash of the facts.
crosstalk conformance FILE.json...
    Replays what the real systems' own code did, with the code that boards run.
    Prints a line for each file: its name, how many cases passed, how many failed.

BOARD.json is a board, or a run that the page saved when it stopped.

--seed N     the seed, 0 to 18446744073709551615; the file's own unless given
--for TIME   how much virtual time: 60s, 1500ms, 5m; at most 24h; 60s, or as far as a saved run went
--facts FILE writes every fact as a line of JSON
--json       prints the result as JSON

Exit code: 0 no check is violated and no case failed, 1 otherwise, 2 bad input.
";

/// The most virtual time that is run.
pub const LONGEST: Span = Span::secs(24 * 60 * 60);

/// A command.
#[derive(Debug, PartialEq)]
pub enum Command {
    /// Print the help.
    Help,
    /// Run a board.
    Run(Options),
    /// Hash a board's facts.
    Hash(Options),
    /// Replay files of vectors.
    Conformance(Vec<PathBuf>),
}

/// What a command is to do.
#[derive(Debug, PartialEq)]
pub struct Options {
    /// The board's file.
    pub board: PathBuf,
    /// The seed, if not the board's.
    pub seed: Option<u64>,
    /// How much virtual time, if it is said.
    pub span: Option<Span>,
    /// Where to write the facts.
    pub facts: Option<PathBuf>,
    /// Print JSON.
    pub json: bool,
}

/// Reads the arguments.
///
/// # Errors
/// A sentence that names the argument and says what it takes.
pub fn parse(words: &[String]) -> Result<Command, String> {
    let mut words = words.iter().map(String::as_str);
    let command = match words.next() {
        None | Some("help" | "--help" | "-h") => return Ok(Command::Help),
        Some(command @ ("run" | "hash")) => command,
        Some("conformance") => return files(words),
        Some(other) => return Err(format!("there is no command \"{other}\": try run, hash, conformance or help")),
    };
    let mut options = Options { board: PathBuf::new(), seed: None, span: None, facts: None, json: false };
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
        match word {
            "--seed" => options.seed = Some(seed(value()?)?),
            "--for" => options.span = Some(span(value()?)?),
            "--facts" if command == "run" => options.facts = Some(value()?.into()),
            "--json" if command == "run" => options.json = true,
            flag if flag.starts_with("--") => return Err(format!("{command} has no option \"{flag}\": see crosstalk help")),
            file if options.board.as_os_str().is_empty() => options.board = file.into(),
            extra => return Err(format!("one board at a time: \"{extra}\" is one too many")),
        }
    }
    if options.board.as_os_str().is_empty() {
        return Err(format!("{command} needs a board: crosstalk {command} BOARD.json"));
    }
    Ok(if command == "run" { Command::Run(options) } else { Command::Hash(options) })
}

fn files<'a>(words: impl Iterator<Item = &'a str>) -> Result<Command, String> {
    let files: Vec<&str> = words.collect();
    match files.iter().find(|word| word.starts_with("--")) {
        Some(flag) => Err(format!("conformance has no option \"{flag}\": see crosstalk help")),
        None if files.is_empty() => Err("conformance needs files: crosstalk conformance FILE.json...".into()),
        None => Ok(Command::Conformance(files.into_iter().map(PathBuf::from).collect())),
    }
}

fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("--seed takes a whole number from 0 to {}, not \"{text}\"", u64::MAX))
}

/// A span such as `60s`, `1500ms` or `5m`.
fn span(text: &str) -> Result<Span, String> {
    let wrong = || format!("--for takes a time such as 60s, 1500ms or 5m, at most 24h, not \"{text}\"");
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..digits].parse().map_err(|_| wrong())?;
    let unit = match &text[digits..] {
        "ms" => 1_000,
        "s" => 1_000_000,
        "m" => 60_000_000,
        "h" => 3_600_000_000,
        _ => return Err(wrong()),
    };
    let span = number.checked_mul(unit).map(Span).filter(|span| *span <= LONGEST);
    span.ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn a_run_takes_its_options_in_any_order() {
        let parsed = parse(&words("run --for 5m board.json --seed 7 --json"));
        let options = Options { board: "board.json".into(), seed: Some(7), span: Some(Span::secs(300)), facts: None, json: true };
        assert_eq!(parsed, Ok(Command::Run(options)));
    }

    #[test]
    fn every_wrong_argument_is_named() {
        for (line, named) in [
            ("fly board.json", "\"fly\""),
            ("run", "needs a board"),
            ("run a.json b.json", "\"b.json\""),
            ("run a.json --seed", "--seed needs a value"),
            ("run a.json --seed -1", "\"-1\""),
            ("run a.json --for 5", "\"5\""),
            ("run a.json --for 99999999999999999999s", "at most 24h"),
            ("hash a.json --json", "\"--json\""),
            ("conformance", "needs files"),
            ("conformance --all", "\"--all\""),
        ] {
            let problem = parse(&words(line)).expect_err(line);
            assert!(problem.contains(named), "{line}: {problem}");
        }
    }
}
