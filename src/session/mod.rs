//! The one facade between the core and whoever looks at it: a run, its cursor, its branches.

mod again;
mod branch;
mod breakpoints;
mod chunks;
mod compare;
mod derive;
mod playback;
mod quiet;
mod rebalances;
mod record;
mod repro;
mod snapshots;
mod stepping;
mod steps;
mod structure;
mod told;
mod tree;

use crate::board::{Action, ActionError, Board, BoardError, Edit, Looks, Patch, Stamped, validate};
use crate::check::Checks;
use crate::sim::{FactHash, FactId, NodeId, Time};
use crate::world::{Entry, Facts, World};

pub use again::Change;
pub use breakpoints::Breakpoint;
pub use compare::{Comparison, Difference};
pub use playback::Progress;
pub use quiet::Quiet;
use record::Record;
pub use repro::{MOST_ACTIONS, Opening, Repro, open};
use snapshots::Snapshots;
pub use stepping::Stride;
pub use steps::StepView;
use steps::Ticks;
use told::Told;
use tree::Tree;
pub use tree::{Branch, BranchError, BranchId, Tally};

/// How many facts the page holds of a run: 32 MB.
pub const HELD_IN_A_TAB: usize = 500_000;

/// A board in play: one path of actions from time 0, a record of its facts up to the frontier, and a cursor on it.
#[derive(Debug)]
pub struct Session {
    /// The document at time 0 of the current path.
    start: Board,
    seed: u64,
    /// What was done, by time. What is planned stands in the document: the world does it when its time comes.
    path: Vec<Stamped>,
    /// The world at the cursor.
    world: World,
    /// How many actions of the path the world at the cursor has seen.
    applied: usize,
    record: Record,
    frontier: Time,
    snapshots: Snapshots,
    tree: Tree,
    breakpoints: Vec<Breakpoint>,
    told: Told,
    /// The steps of the card that were done at any time, on any branch.
    ticks: Ticks,
    /// Titles and places that were changed. They are no part of the run.
    looks: Looks,
    /// How many facts are recorded at the most.
    most_facts: usize,
    /// How many of them are held at the most; others are derived when they are looked at.
    most_held: usize,
    /// One more whenever what the run follows from has changed.
    edition: u64,
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
        let mut record = Record::new(&board);
        let world = World::new(&board, seed, &mut record)?;
        record.facts.begin();
        Ok(Session {
            snapshots: Snapshots::new(&world, &record.folds),
            ticks: Ticks::of(&board),
            start: board,
            seed,
            path: Vec::new(),
            world,
            applied: 0,
            record,
            frontier: Time::ZERO,
            tree: Tree::default(),
            breakpoints: Vec::new(),
            told: Told::default(),
            looks: Looks::default(),
            most_facts: usize::MAX,
            most_held: usize::MAX,
            edition: 0,
        })
    }

    /// The world at the cursor.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The board as it is at the cursor, with the latest titles and places.
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
    pub fn facts(&self) -> Facts<'_> {
        Facts::of(self, (self.world.facts() as usize).min(self.record.facts.len()))
    }

    /// All facts up to the frontier.
    pub fn all_facts(&self) -> Facts<'_> {
        Facts::of(self, self.record.facts.len())
    }

    /// Those facts up to the frontier that tell of what is seen from afar: failures, rebalances and who got which partitions,
    /// what somebody did. They are always at hand.
    pub fn notable(&self) -> &[(FactId, Entry)] {
        &self.record.notable
    }

    /// One of them.
    pub fn notable_fact(&self, id: FactId) -> Option<&Entry> {
        let place = self.record.notable.binary_search_by_key(&id, |(known, _)| *known).ok()?;
        self.record.notable.get(place).map(|(_, entry)| entry)
    }

    /// The checks at the cursor.
    pub fn checks(&self) -> &Checks {
        &self.record.folds.checks
    }

    /// The checks at the frontier.
    pub fn frontier_checks(&self) -> &Checks {
        self.record.frontier_checks()
    }

    /// One more whenever the document, the seed or the path of actions has changed: what [`Session::repro`] gives has not
    /// changed otherwise, but for its time.
    pub fn edition(&self) -> u64 {
        self.edition
    }

    /// The path of actions that were done; those after the cursor are still to come.
    pub fn path(&self) -> &[Stamped] {
        &self.path
    }

    /// The hash of all facts up to the cursor. The same board, seed and actions give the same, here and on the command
    /// line.
    pub fn fingerprint(&self) -> FactHash {
        self.world.hash()
    }

    /// Moves a card: what [`Session::edit`] does with a patch that moves one node, at less cost.
    pub fn move_node(&mut self, node: NodeId, x: i32, y: i32) {
        self.edition += 1;
        self.looks.place(node, x, y);
        self.world.dress(&self.looks);
    }

    /// The document as it is now: the end of the current branch, with the latest titles and places.
    pub fn document(&self) -> Board {
        let mut board = self.board_at_frontier();
        self.looks.put_on(&mut board);
        board
    }

    /// Records no more than about so many facts (64 bytes each): then the run stands at its frontier. Without a limit
    /// unless this is called.
    pub fn record_at_most(&mut self, facts: usize) {
        self.most_facts = facts;
    }

    /// Holds no more than about so many facts (64 bytes each), those around the cursor: others are derived again from a
    /// snapshot when they are looked at. Without a limit unless this is called.
    pub fn hold_at_most(&mut self, facts: usize) {
        self.most_held = facts;
    }

    /// How many facts are held, and how many snapshots are kept.
    pub fn held(&self) -> (usize, usize) {
        (self.record.facts.held(), self.snapshots.count())
    }

    /// Whether the record is full and the cursor stands at its end: nothing runs on from here.
    pub fn is_full(&self) -> bool {
        self.record.facts.len() >= self.most_facts && self.now() >= self.frontier
    }

    /// Starts again at time 0 with another seed; live actions are forgotten.
    pub fn set_seed(&mut self, seed: u64) {
        let board = self.document();
        self.restart(board, seed);
    }

    /// Starts again at time 0 from the document as it is now; failures done live are kept on request.
    pub fn reset(&mut self, keep_live_failures: bool) {
        let board = self.document();
        let live: Vec<Stamped> = self.path.iter().filter(|stamped| stamped.action.is_live_failure()).cloned().collect();
        self.restart(board, self.seed);
        if keep_live_failures {
            self.path.extend(live);
        }
    }

    fn restart(&mut self, board: Board, seed: u64) {
        if let Ok(fresh) = Session::with_seed(board, seed) {
            self.renew(fresh);
        }
    }

    /// Becomes another session, and keeps what belongs to no run: titles, places, branches, breakpoints, ticks, limits.
    fn renew(&mut self, fresh: Session) {
        let (looks, tree) = (std::mem::take(&mut self.looks), std::mem::take(&mut self.tree));
        let breakpoints = std::mem::take(&mut self.breakpoints);
        let ticks = std::mem::take(&mut self.ticks).over(&fresh.start);
        let (most_facts, most_held, edition) = (self.most_facts, self.most_held, self.edition + 1);
        *self = Session { looks, tree, breakpoints, ticks, most_facts, most_held, edition, ..fresh };
        self.world.dress(&self.looks);
        self.tick();
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
        self.world.apply(&action, &mut self.record)?;
        self.world.dress(&self.looks);
        self.record.folds.board_changed(self.world.board(), self.world.now());
        self.record.seen(self.world.facts() as usize);
        self.tick();
        self.edition += 1;
        self.path.insert(self.applied, Stamped { at: self.now(), action });
        self.applied += 1;
        Ok(())
    }

    /// Changes the document at the cursor.
    ///
    /// Titles and places are no part of the run: they change at once, in all branches, and leave no trace. Before
    /// anything has run or been done, the run starts from the changed document. Otherwise it is an action now.
    ///
    /// # Errors
    /// Says what is not there or does not fit together, and what would be right; then nothing has changed.
    pub fn edit(&mut self, patch: &Patch) -> Result<(), ActionError> {
        let is_layout = patch.is_layout(self.board());
        if is_layout || self.is_untouched() {
            let mut changed = if is_layout { self.board() } else { &self.start }.clone();
            patch.apply(&mut changed)?;
            validate(&changed).map_err(|problem| ActionError::Refused(problem.to_string()))?;
            self.edition += 1;
            self.looks.take(patch);
            if is_layout {
                self.world.dress(&self.looks);
            } else {
                let path = std::mem::take(&mut self.path);
                self.restart(changed, self.seed);
                self.path = path;
            }
            return Ok(());
        }
        self.act(Action::Edit(Edit::Change(Box::new(patch.clone()))))?;
        self.looks.take(patch);
        self.world.dress(&self.looks);
        Ok(())
    }

    /// Whether the run stands at time 0, and nothing but what was planned has been done there.
    fn is_untouched(&self) -> bool {
        self.frontier == Time::ZERO && self.applied == 0
    }
}
