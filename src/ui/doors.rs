//! Doors for programs that test and measure the page, on `wasmBindings`: a run without the page, for comparing this browser
//! with the command line; any board opened as if it had been chosen; the document as its file would be.

use std::cell::Cell;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::board::{BoardError, from_json, to_json};
use crate::check::Checks;
use crate::session::{HELD_IN_A_TAB, Session};
use crate::sim::{Span, Time};
use crate::world::World;

use super::state::Ui;

thread_local! {
    /// The page that is open.
    static PAGE: Cell<Option<Ui>> = const { Cell::new(None) };
}

/// Lets [`open_board`] reach the page.
pub fn lead_to(ui: Ui) {
    PAGE.set(Some(ui));
}

/// The document that is open, as its file would be; empty while none is.
#[wasm_bindgen]
pub fn document() -> String {
    PAGE.get().and_then(|ui| ui.read(|session| to_json(&session.document()))).unwrap_or_default()
}

/// Opens a board from its text, at time 0 and paused. False if the text is no board; the page then says why.
#[wasm_bindgen]
pub fn open_board(text: &str) -> bool {
    PAGE.get().is_some_and(|ui| {
        ui.pause();
        ui.load_board(text)
    })
}

/// Breaks an invariant of the program, so that what is shown then can be looked at.
///
/// # Panics
/// Always: that is what it is for.
#[wasm_bindgen]
pub fn panic_now() {
    panic!("a test asked for this");
}

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

/// The same with its checks and without a record: gives how many facts there were, 0 for a text that is no board.
#[wasm_bindgen]
pub fn check_board(text: &str, seconds: u32) -> u32 {
    let facts = || -> Result<u32, BoardError> {
        let board = from_json(text)?;
        let mut checks = Checks::new(&board);
        let mut world = World::new(&board, board.seed, &mut checks)?;
        world.run_until(Time::ZERO + Span::secs(u64::from(seconds)), u32::MAX, &mut checks);
        Ok(world.facts())
    };
    facts().unwrap_or(0)
}

/// A run with its record, apart from the page's own.
#[wasm_bindgen]
pub struct RecordedRun(Session);

#[wasm_bindgen]
impl RecordedRun {
    /// A board's run at time 0, held as the page holds its own.
    ///
    /// # Errors
    /// A sentence that says why the text is no board.
    #[wasm_bindgen(constructor)]
    pub fn new(text: &str) -> Result<RecordedRun, String> {
        let mut session = from_json(text).and_then(Session::new).map_err(|problem| problem.to_string())?;
        session.hold_at_most(HELD_IN_A_TAB);
        Ok(RecordedRun(session))
    }

    /// Serves all that is due up to a time, in seconds, without jumping over any of it.
    pub fn play(&mut self, seconds: f64) {
        self.0.play_until(Time((seconds * 1e6) as u64), u32::MAX);
    }

    /// Puts the cursor at a time, in seconds.
    pub fn seek(&mut self, seconds: f64) {
        self.0.seek(Time((seconds * 1e6) as u64));
    }

    /// Where the cursor is, in seconds.
    pub fn now(&self) -> f64 {
        self.0.now().0 as f64 / 1e6
    }

    /// How many facts are recorded.
    pub fn facts(&self) -> u32 {
        self.0.all_facts().len() as u32
    }
}
