//! What came of a file.

use std::fmt::Debug;

/// How many cases passed, and what the others said.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Cases that passed.
    pub passed: usize,
    /// One text for each case that failed: its id and the difference.
    pub failures: Vec<String>,
}

impl Outcome {
    /// Of each case by its id.
    pub fn of<'a, T: 'a>(cases: &'a [T], id: impl Fn(&T) -> &str, replay: impl Fn(&'a T) -> Result<(), String>) -> Outcome {
        let mut outcome = Outcome::default();
        for case in cases {
            match replay(case) {
                Ok(()) => outcome.passed += 1,
                Err(difference) => outcome.failures.push(format!("{}: {difference}", id(case))),
            }
        }
        outcome
    }
}

/// Whether what came is what was expected; the difference names it.
pub fn same<T: PartialEq + Debug>(what: &str, came: &T, expected: &T) -> Result<(), String> {
    if came == expected { Ok(()) } else { Err(format!("{what} is {came:?}, expected {expected:?}")) }
}
