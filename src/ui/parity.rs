//! A board run without the page, for comparing this browser with the command line: `wasmBindings.run_board(…)`.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::board::from_json;
use crate::session::Session;
use crate::sim::{Span, Time};

/// Runs a board from its text for some seconds of virtual time and gives `hash facts`, as `crosstalk hash` would print
/// the first. A text that is no board gives the sentence that says so.
#[wasm_bindgen]
pub fn run_board(text: &str, seed: u32, seconds: u32) -> String {
    let session = from_json(text).and_then(|board| Session::with_seed(board, u64::from(seed)));
    match session {
        Ok(mut session) => {
            session.seek(Time::ZERO + Span::secs(u64::from(seconds)));
            format!("{} {}", session.world().hash(), session.world().facts())
        }
        Err(problem) => problem.to_string(),
    }
}
