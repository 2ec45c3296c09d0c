//! The one facade between the core and whoever looks at it: a run, its cursor, its branches.

use crate::board::{Action, ActionError, Board, BoardError};
use crate::sim::{NodeId, Time};
use crate::view::{CheckChip, Dot, Frame, Inspection, Point, Selection, Strip, Target};

/// How far a call to [`Session::play_until`] got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Where the cursor is now.
    pub reached: Time,
    /// How many due items were served; less than asked for when the goal was reached.
    pub items: u32,
}

/// A board in play.
pub struct Session {
    board: Board,
    now: Time,
}

impl Session {
    /// Puts a board to work, at time 0.
    ///
    /// # Errors
    /// Those of a board that does not fit together.
    pub fn new(board: Board) -> Result<Session, BoardError> {
        Ok(Session { board, now: Time::ZERO })
    }
    /// The board as it is at the cursor.
    pub fn board(&self) -> &Board {
        &self.board
    }
    /// Where the cursor is.
    pub fn now(&self) -> Time {
        self.now
    }
    /// How far the run has got.
    pub fn frontier(&self) -> Time {
        self.now
    }
    /// The seed of the run.
    pub fn seed(&self) -> u64 {
        self.board.seed
    }
    /// Starts again at time 0 with another seed.
    pub fn set_seed(&mut self, _seed: u64) {}
    /// Does something at the cursor. In the past it starts a branch; the old future stays, named.
    ///
    /// # Errors
    /// Says why it cannot be done; then nothing has changed.
    pub fn act(&mut self, _action: Action) -> Result<(), ActionError> {
        Ok(())
    }
    /// Serves one due item. False when nothing is due any more.
    pub fn step(&mut self) -> bool {
        false
    }
    /// Goes back to before the latest moment at which something happened.
    pub fn step_back(&mut self) {}
    /// Serves what is due up to a time, at most so many items, and puts the cursor there if it got so far.
    pub fn play_until(&mut self, until: Time, _most: u32) -> Progress {
        self.now = until;
        Progress { reached: until, items: 0 }
    }
    /// Puts the cursor at a time, earlier or later; later than the frontier runs on.
    pub fn seek(&mut self, to: Time) {
        self.now = to;
    }
    /// The next moment after the cursor at which something worth seeing happened or will: failure, rebalance, violation.
    pub fn next_moment(&mut self) -> Option<Time> {
        None
    }
    /// Starts again at time 0 from the document as it is now; failures done live are kept on request.
    pub fn reset(&mut self, _keep_live_failures: bool) {}
    /// Goes to another future.
    pub fn take_branch(&mut self, _index: usize) {}
    /// Moves a card. Layout is no part of the run.
    pub fn move_node(&mut self, _node: NodeId, _x: i32, _y: i32) {}
    /// The board at the cursor.
    pub fn frame(&self, _selected: Selection) -> Frame {
        Frame::default()
    }
    /// Messages on their way at the cursor, into a buffer that is used again.
    pub fn dots(&self, frame: &Frame, out: &mut Vec<Dot>) {
        let _ = frame;
        out.clear();
    }
    /// What is at a place of the board: dots before records before processes before cards before wires.
    pub fn target_at(&self, _frame: &Frame, _dots: &[Dot], _at: Point) -> Option<Target> {
        None
    }
    /// Everything about what is selected; none when it is gone or nothing is.
    pub fn inspect(&self, _selected: Selection) -> Option<Inspection> {
        None
    }
    /// The strip of time.
    pub fn strip(&self) -> Strip {
        Strip::default()
    }
    /// The verdict at the cursor: every check, in a fixed order.
    pub fn verdict(&self) -> Vec<CheckChip> {
        Vec::new()
    }
}
