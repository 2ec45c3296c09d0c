//! Branches: an action in the past leaves the old future, which stays and can be taken again.

use crate::board::{Action, ActionError, Board, Edit, PinAction, ProcessDoes, check_pin};
use crate::net::PacketDoes;
use crate::sim::Time;

use super::Session;
use super::tree::{Branch, BranchError, BranchId, Left, Tally};

impl Session {
    /// The branch that is shown.
    pub fn branch(&self) -> Branch {
        let tally = Tally::of_checks(self.frontier_checks());
        Branch { frontier: self.frontier, tally, ..self.tree.shown.clone() }
    }

    /// The futures that were left, the one that was left last at the end.
    pub fn branches(&self) -> Vec<&Branch> {
        self.tree.left().iter().map(|left| &left.branch).collect()
    }

    /// All branches with how deep they stand in the tree, each behind what it grew out of.
    pub fn tree(&self) -> Vec<(usize, Branch)> {
        let shown = self.branch();
        let whole = |branch: &Branch| if branch.id == shown.id { shown.clone() } else { branch.clone() };
        self.tree.listed().into_iter().map(|(depth, branch)| (depth, whole(branch))).collect()
    }

    /// Gives a branch another name.
    ///
    /// # Errors
    /// A name that is empty or has more than 80 characters, or a branch that is not there.
    pub fn rename_branch(&mut self, id: BranchId, name: &str) -> Result<(), BranchError> {
        self.tree.rename(id, name)
    }

    /// Deletes a branch.
    ///
    /// # Errors
    /// One that is shown, that another one grew out of, or that is not there.
    pub fn delete_branch(&mut self, id: BranchId) -> Result<(), BranchError> {
        self.tree.delete(id)
    }

    /// Shows another branch, at the cursor's time if it has got that far. Nothing changes in either.
    ///
    /// # Errors
    /// A branch that is not there. The one that is shown already stays shown.
    pub fn switch(&mut self, to: BranchId) -> Result<(), BranchError> {
        if to == self.tree.shown.id {
            return Ok(());
        }
        let (now, left) = (self.now(), self.as_left());
        let taken = self.tree.switch(to, left)?;
        let frontier = taken.branch.frontier;
        if let Some(fresh) = self.forked(&taken) {
            self.renew(fresh);
            self.play_until(frontier, u32::MAX);
            self.seek(now.min(frontier));
        }
        Ok(())
    }

    /// Does something at a time, in a branch of its own if the run has got further: later failures are carried over, and
    /// the cursor comes back to where it was. So it is seen what would have been otherwise.
    ///
    /// # Errors
    /// Says why it cannot be done; then nothing has changed.
    pub fn branch_with(&mut self, action: Action, at: Time) -> Result<(), ActionError> {
        let now = self.now();
        self.seek(at);
        let done = self.act(action);
        self.seek(now);
        done
    }

    /// Leaves the future beyond the cursor, taking along later failures and pins, not later edits or sends.
    pub(super) fn leave_future(&mut self, instead: &Action) {
        let seen = self.world.facts() as usize;
        let name = format!("{} at {}", in_words(instead, self.board()), self.now());
        self.tree.grow(self.as_left(), self.now(), name);
        // A chunk is derived on the path that it was recorded on.
        self.fetch(seen);
        let later = self.path.split_off(self.applied);
        self.path.extend(later.into_iter().filter(|stamped| stamped.action.is_failure()));
        self.record.cut(seen);
        self.told.forget_after(seen);
        self.frontier = self.now();
        self.snapshots.forget_after(self.now());
    }

    pub(super) fn as_left(&self) -> Left {
        Left { branch: self.branch(), start: self.start.clone(), seed: self.seed, path: self.path.clone() }
    }

    /// A session on the path of another branch that stands where both were last the same, as far as snapshots tell. It
    /// shares what both have in common.
    pub(super) fn forked(&self, other: &Left) -> Option<Session> {
        let fresh = Session::with_seed(other.start.clone(), other.seed).ok()?;
        if (&other.start, other.seed) != (&self.start, self.seed) {
            return Some(Session { path: other.path.clone(), ..fresh });
        }
        let shared = self.path.iter().zip(&other.path).take_while(|(ours, theirs)| ours == theirs).count();
        let parts = [&self.path, &other.path].into_iter().filter_map(|path| path.get(shared)).map(|stamped| stamped.at).min();
        let snapshots = self.snapshots.until(parts.unwrap_or(Time(u64::MAX)));
        let last = snapshots.last();
        let facts = last.world.facts() as usize;
        self.fetch(facts);
        Some(Session {
            path: other.path.clone(),
            world: last.world.clone(),
            applied: last.applied,
            record: self.record.first(facts, last.folds.clone()),
            frontier: last.world.now(),
            snapshots,
            ..fresh
        })
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
                action => pin(&mut board, action),
            }
        }
        board
    }
}

/// Puts a pin into a document, or takes it out, if that is what an action does and it still makes sense.
pub(super) fn pin(board: &mut Board, action: &Action) {
    let Action::Pin(action) = action else { return };
    let place = match action {
        PinAction::Set(pin) if check_pin(board, pin).is_err() => return,
        PinAction::Set(pin) => (pin.service, pin.gap),
        PinAction::Clear { service, gap } => (*service, *gap),
    };
    board.pins.retain(|known| (known.service, known.gap) != place);
    if let PinAction::Set(pin) = action {
        board.pins.push(*pin);
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
        Action::Reading { stops: true, .. } => "a stop of reading".to_owned(),
        Action::Reading { stops: false, .. } => "reading on".to_owned(),
        Action::Pin(PinAction::Set(_)) => "a pin".to_owned(),
        Action::Pin(PinAction::Clear { .. }) => "a pin's removal".to_owned(),
        Action::Edit(Edit::Set { setting, .. }) => format!("a change of {}", setting.info().name),
        Action::Edit(Edit::Partitions { topic, .. }) => format!("more partitions of {topic}"),
        Action::Edit(Edit::Pattern { pattern, .. }) => format!("“{}”", pattern.words()),
        Action::Edit(Edit::Mend { mend, .. }) => format!("“{}”", mend.words()),
        Action::Edit(Edit::Relay { kind, .. }) => format!("“{}”", kind.words()),
        Action::Edit(Edit::Change(patch)) => patch.words(board),
    }
}
