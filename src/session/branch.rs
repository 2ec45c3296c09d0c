//! Branches: an action in the past leaves the old future, which stays and can be taken again.

use crate::board::{Action, Board, Edit, PinAction, ProcessDoes, Stamped, check_pin};
use crate::net::PacketDoes;
use crate::sim::Time;

use super::Session;

/// A future that was left.
#[derive(Clone, Debug)]
pub struct Branch {
    /// What distinguishes it: the action that was done instead, and when.
    pub name: String,
    /// When it was left.
    pub left_at: Time,
    /// How far it had got.
    pub frontier: Time,
    pub(super) start: Board,
    pub(super) seed: u64,
    pub(super) path: Vec<Stamped>,
}

/// The most futures that are kept; the oldest goes.
const MOST: usize = 12;

impl Session {
    /// Leaves the future beyond the cursor, taking along later failures and pins, not later edits or sends.
    pub(super) fn leave_future(&mut self, instead: &Action) {
        self.keep_branch(format!("before {} at {}", in_words(instead, self.board()), self.now()));
        let later = self.path.split_off(self.applied);
        self.path.extend(later.into_iter().filter(|stamped| stamped.action.is_failure()));
        self.record.cut(self.world.facts() as usize);
        self.told.forget_after(self.record.facts.len());
        self.frontier = self.now();
        self.snapshots.forget_after(self.now());
    }

    fn keep_branch(&mut self, name: String) {
        self.branches.push(Branch {
            name,
            left_at: self.now(),
            frontier: self.frontier,
            start: self.start.clone(),
            seed: self.seed,
            path: self.path.clone(),
        });
        if self.branches.len() > MOST {
            self.branches.remove(0);
        }
    }

    /// Goes to another future, at the cursor's time; the current one is kept in its place. Nothing if there is none
    /// of that number.
    pub fn take_branch(&mut self, index: usize) {
        if index >= self.branches.len() {
            return;
        }
        let taken = self.branches.remove(index);
        let now = self.now();
        self.keep_branch(format!("the run that was shown at {now}"));
        let Ok(fresh) = Session::with_seed(taken.start, taken.seed) else { return };
        self.renew(Session { path: taken.path, ..fresh });
        self.play_until(taken.frontier, u32::MAX);
        self.seek(now.min(taken.frontier));
    }

    /// The document at the end of the current branch.
    pub(super) fn board_at_frontier(&self) -> Board {
        if self.now() >= self.frontier && self.applied == self.path.len() {
            return self.world.board().clone();
        }
        let mut board = self.world.board().clone();
        for stamped in &self.path[self.applied..] {
            // What no longer makes sense is passed over, as it is when it is played.
            match &stamped.action {
                Action::Edit(change) => {
                    let _passed_over = crate::board::edit(&mut board, change);
                }
                Action::Pin(PinAction::Set(pin)) if check_pin(&board, pin).is_ok() => {
                    board.pins.retain(|known| (known.service, known.gap) != (pin.service, pin.gap));
                    board.pins.push(*pin);
                }
                Action::Pin(PinAction::Clear { service, gap }) => {
                    board.pins.retain(|known| (known.service, known.gap) != (*service, *gap));
                }
                _ => {}
            }
        }
        board
    }
}

/// An action in a few words.
fn in_words(action: &Action, board: &Board) -> String {
    match action {
        Action::Send { .. } => "a request by hand".to_owned(),
        Action::Process(action) => match action.does {
            ProcessDoes::Crash => "a crash".to_owned(),
            ProcessDoes::Restart => "a restart".to_owned(),
            ProcessDoes::Pause => "a pause".to_owned(),
            ProcessDoes::Resume => "a resume".to_owned(),
            ProcessDoes::PowerLoss => "a power loss".to_owned(),
        },
        Action::Cut { .. } => "a cut".to_owned(),
        Action::Slow { .. } => "a slow wire".to_owned(),
        Action::Lossy { .. } => "a lossy wire".to_owned(),
        Action::Heal { .. } => "a wire's repair".to_owned(),
        Action::Packet { does: PacketDoes::Break, .. } => "a broken connection".to_owned(),
        Action::Packet { does: PacketDoes::Delay(_), .. } => "a message's delay".to_owned(),
        Action::Packet { does: PacketDoes::Overtake, .. } => "a message that is overtaken".to_owned(),
        Action::SlowStore { .. } => "a slow database".to_owned(),
        Action::Pin(PinAction::Set(_)) => "a pin".to_owned(),
        Action::Pin(PinAction::Clear { .. }) => "a pin's removal".to_owned(),
        Action::Edit(Edit::Set { setting, .. }) => format!("a change of {}", setting.info().name),
        Action::Edit(Edit::Partitions { topic, .. }) => format!("more partitions of {topic}"),
        Action::Edit(Edit::Pattern { pattern, .. }) => format!("“{}”", pattern.words()),
        Action::Edit(Edit::Relay { kind, .. }) => format!("“{}”", kind.words()),
        Action::Edit(Edit::Change(patch)) => patch.words(board),
    }
}
