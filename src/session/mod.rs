//! The one facade between the core and whoever looks at it: a run, its cursor, its branches.

mod branch;
mod playback;
mod record;
mod snapshots;
mod steps;
mod told;

use std::collections::BTreeMap;

use crate::board::{Action, ActionError, Board, BoardError, Stamped};
use crate::check::{Checks, Goals};
use crate::sim::{NodeId, Time};
use crate::world::{Entry, World};

pub use branch::Branch;
pub use playback::Progress;
use record::Recorder;
use snapshots::Snapshots;
pub use steps::StepView;
use steps::Ticks;
use told::Told;

/// A board in play: one path of actions from time 0, a record of its facts up to the frontier, and a cursor on it.
#[derive(Debug)]
pub struct Session {
    /// The document at time 0 of the current path.
    start: Board,
    seed: u64,
    /// Planned and live actions by time.
    path: Vec<Stamped>,
    /// The world at the cursor.
    world: World,
    /// How many actions of the path the world at the cursor has seen.
    applied: usize,
    /// All facts up to the frontier.
    facts: Vec<Entry>,
    frontier: Time,
    /// The checks at the cursor.
    checks: Checks,
    /// The checks at the frontier.
    frontier_checks: Checks,
    /// The steps of the card at the cursor.
    goals: Goals,
    /// The steps that were done at any time, on any branch.
    ticks: Ticks,
    snapshots: Snapshots,
    branches: Vec<Branch>,
    told: Told,
    /// Where cards have been moved to. Layout is no part of the run.
    moved: BTreeMap<NodeId, (i32, i32)>,
    /// How many facts are recorded at the most.
    most_facts: usize,
}

impl Session {
    /// Puts a board to work, at time 0, with its own seed.
    ///
    /// # Errors
    /// Those of a board that does not fit together.
    pub fn new(board: Board) -> Result<Session, BoardError> {
        let seed = board.seed;
        Session::with_seed(board, seed)
    }

    /// Puts a board to work with another seed.
    ///
    /// # Errors
    /// Those of a board that does not fit together.
    pub fn with_seed(board: Board, seed: u64) -> Result<Session, BoardError> {
        let mut facts = Vec::new();
        let mut frontier_checks = Checks::new(&board);
        let mut checks = frontier_checks.clone();
        let mut goals = Goals::new(&board);
        let mut recorder = Recorder { facts: &mut facts, checks: &mut checks, frontier: &mut frontier_checks, goals: &mut goals };
        let world = World::new(&board, seed, &mut recorder)?;
        let mut path = board.planned.clone();
        path.sort_by_key(|action| action.at);
        Ok(Session {
            snapshots: Snapshots::new(&world, &checks, &goals),
            ticks: Ticks::of(&board),
            start: board,
            seed,
            path,
            world,
            applied: 0,
            facts,
            frontier: Time::ZERO,
            checks,
            frontier_checks,
            goals,
            branches: Vec::new(),
            told: Told::default(),
            moved: BTreeMap::new(),
            most_facts: usize::MAX,
        })
    }

    /// The world at the cursor.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The board as it is at the cursor, without the cards' latest places: see [`Session::place_of`].
    pub fn board(&self) -> &Board {
        self.world.board()
    }

    /// The document at time 0 of the current path.
    pub fn start_board(&self) -> &Board {
        &self.start
    }

    /// Where the cursor is.
    pub fn now(&self) -> Time {
        self.world.now()
    }

    /// How far the run has got.
    pub fn frontier(&self) -> Time {
        self.frontier
    }

    /// The seed of the run.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// All facts up to the cursor.
    pub fn facts(&self) -> &[Entry] {
        let seen = (self.world.facts() as usize).min(self.facts.len());
        &self.facts[..seen]
    }

    /// All facts up to the frontier.
    pub fn all_facts(&self) -> &[Entry] {
        &self.facts
    }

    /// The checks at the cursor.
    pub fn checks(&self) -> &Checks {
        &self.checks
    }

    /// The checks at the frontier.
    pub fn frontier_checks(&self) -> &Checks {
        &self.frontier_checks
    }

    /// The path of actions; those after the cursor are still to come.
    pub fn path(&self) -> &[Stamped] {
        &self.path
    }

    /// Futures that were left.
    pub fn branches(&self) -> &[Branch] {
        &self.branches
    }

    /// Where a card is, if it has been moved.
    pub fn place_of(&self, node: NodeId) -> Option<(i32, i32)> {
        self.moved.get(&node).copied()
    }

    /// Moves a card. Layout is no part of the run.
    pub fn move_node(&mut self, node: NodeId, x: i32, y: i32) {
        self.moved.insert(node, (x, y));
    }

    /// The document as it is now: the end of the current branch, with the cards where they are.
    pub fn document(&self) -> Board {
        let mut board = self.board_at_frontier();
        for (node, (x, y)) in &self.moved {
            place(&mut board, *node, *x, *y);
        }
        board
    }

    /// Records no more than about so many facts (64 bytes each): then the run stands at its frontier. Without a limit
    /// unless this is called.
    pub fn record_at_most(&mut self, facts: usize) {
        self.most_facts = facts;
    }

    /// Whether the record is full and the cursor stands at its end: nothing runs on from here.
    pub fn is_full(&self) -> bool {
        self.facts.len() >= self.most_facts && self.now() >= self.frontier
    }

    /// Starts again at time 0 with another seed; live actions are forgotten.
    pub fn set_seed(&mut self, seed: u64) {
        let board = self.document();
        self.restart(board, seed);
    }

    /// Starts again at time 0 from the document as it is now; failures done live are kept on request.
    pub fn reset(&mut self, keep_live_failures: bool) {
        let board = self.document();
        let live: Vec<Stamped> = self
            .path
            .iter()
            .filter(|stamped| !board.planned.contains(stamped))
            .filter(|stamped| matches!(stamped.action, Action::Process(_) | Action::Cut { .. }))
            .cloned()
            .collect();
        self.restart(board, self.seed);
        if keep_live_failures {
            self.path.extend(live);
            self.path.sort_by_key(|action| action.at);
        }
    }

    fn restart(&mut self, board: Board, seed: u64) {
        if let Ok(fresh) = Session::with_seed(board, seed) {
            let (moved, branches) = (std::mem::take(&mut self.moved), std::mem::take(&mut self.branches));
            let ticks = std::mem::take(&mut self.ticks).over(&fresh.start);
            *self = Session { moved, branches, ticks, most_facts: self.most_facts, ..fresh };
            self.tick();
        }
    }

    /// Does something at the cursor. In the past it starts a branch; the old future stays, named.
    ///
    /// # Errors
    /// Says why it cannot be done; then nothing has changed.
    pub fn act(&mut self, action: Action) -> Result<(), ActionError> {
        // A step may have ended within a microsecond: what else is due in it comes before what a person does.
        self.play_until(self.now(), u32::MAX);
        if self.now() < self.frontier {
            // Tried on a copy first: an action that is refused starts no branch.
            self.world.clone().apply(&action, &mut ())?;
            self.leave_future(&action);
        }
        let mut recorder = Recorder {
            facts: &mut self.facts,
            checks: &mut self.checks,
            frontier: &mut self.frontier_checks,
            goals: &mut self.goals,
        };
        self.world.apply(&action, &mut recorder)?;
        self.checks.board_changed(self.world.board());
        self.goals.board_changed(self.world.board(), self.world.now(), &self.checks);
        self.frontier_checks = self.checks.clone();
        self.tick();
        self.path.insert(self.applied, Stamped { at: self.now(), action });
        self.applied += 1;
        Ok(())
    }
}

fn place(board: &mut Board, node: NodeId, x: i32, y: i32) {
    for client in board.clients.iter_mut().filter(|client| client.id == node) {
        (client.x, client.y) = (x, y);
    }
    for service in board.services.iter_mut().filter(|service| service.id == node) {
        (service.x, service.y) = (x, y);
    }
    for broker in board.brokers.iter_mut().filter(|broker| broker.id == node) {
        (broker.x, broker.y) = (x, y);
    }
}
