//! A run as a file: what it takes to see the same again, in the page or on the command line.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::board::{Board, BoardError, MAX_BYTES, Stamped, Version, check_whole, from_json, read_json, readable};
use crate::sim::Time;

use super::Session;

/// The most actions that a file may hold.
pub const MOST_ACTIONS: usize = 10_000;

/// Everything that a run follows from: the document at time 0, the seed, what was done and when, and how far it went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repro {
    /// The document at time 0.
    pub document: Board,
    /// The seed.
    pub seed: u64,
    /// What was done, by time. Files of earlier versions have what the document plans here as well; it is passed over.
    pub path: Vec<Stamped>,
    /// How far the run went, in microseconds of virtual time.
    #[serde(rename = "time_us")]
    pub time: Time,
}

/// What tells a run's file from a board.
#[derive(Deserialize)]
struct Kind {
    #[serde(default)]
    schema: Option<IgnoredAny>,
    #[serde(default)]
    document: Option<Version>,
}

impl Repro {
    /// As JSON text, indented, ending with a line break.
    ///
    /// # Errors
    /// What the writer says; it does not, since all keys are strings and all numbers finite.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }

    fn check(&self) -> Result<(), BoardError> {
        if self.path.len() > MOST_ACTIONS {
            return Err(BoardError::at("path", format!("has {} actions, and at most {MOST_ACTIONS} are read", self.path.len())));
        }
        if let Some(nth) = self.path.windows(2).position(|two| two[1].at < two[0].at) {
            return Err(BoardError::at(format!("path[{}]", nth + 1), "is earlier than the action before it: sort them by time"));
        }
        check_whole(&self.document).map_err(|error| match error {
            BoardError::Malformed { place, problem } => BoardError::at(format!("document.{place}"), problem),
            other => other,
        })
    }
}

/// A file that was opened: a run at time 0, and how far it once went if the file tells.
#[derive(Debug)]
pub struct Opening {
    /// The run.
    pub session: Session,
    /// How far it went; nothing for a board.
    pub until: Option<Time>,
}

/// Opens the text of a board, or of a run's file.
///
/// # Errors
/// Those of a board; for a run's file also too many actions, or actions that are not in the order of time.
pub fn open(text: &str) -> Result<Opening, BoardError> {
    let kind = (text.len() <= MAX_BYTES).then(|| serde_json::from_str::<Kind>(text).ok()).flatten();
    match kind {
        Some(Kind { schema: None, document: Some(version) }) => {
            version.check()?;
            let repro: Repro = read_json(text)?;
            repro.check()?;
            let until = Some(repro.time);
            Ok(Opening { session: Session::of(repro)?, until })
        }
        _ => Ok(Opening { session: Session::new(from_json(text)?)?, until: None }),
    }
}

impl Session {
    /// What this run follows from, up to the cursor; what comes after it on the path is in it as well.
    pub fn repro(&self) -> Repro {
        let mut document = readable(&self.start).into_owned();
        self.looks.put_on(&mut document);
        Repro { document, seed: self.seed, path: self.path.clone(), time: self.now() }
    }

    /// The run that a file tells of, at time 0.
    ///
    /// # Errors
    /// Those of a board that does not fit together.
    pub fn of(repro: Repro) -> Result<Session, BoardError> {
        let Repro { document, seed, mut path, .. } = repro;
        path.retain(|stamped| {
            !document.planned.iter().any(|planned| (planned.at, &planned.action) == (stamped.at, &stamped.action))
        });
        let session = Session::with_seed(document, seed)?;
        Ok(Session { path, ..session })
    }
}
