//! The run again from its start: the same seed, failures and whatever else was done, with one change of the board.

use crate::board::{Action, ActionError, Board, Edit, Stamped, edit};
use crate::sim::Time;

use super::Session;
use super::branch::pin;
use super::tree::Left;

/// The edit that gives a document what a run is to have from its start: none if the document has it already, a reason if it
/// cannot have it.
pub type Change<'a> = dyn FnMut(&Board) -> Result<Option<Edit>, String> + 'a;

impl Session {
    /// Runs the same once more, with a change from the start on, in a branch of that name: same seed, same actions, same
    /// plan. Where the document cannot have the change at time 0, because what it is about came later, the change comes as
    /// soon as it can; and it comes again wherever a later edit takes it away. The branch is then the one that is shown, with
    /// the cursor where it was, and has got as far as the run that it repeats.
    ///
    /// # Errors
    /// Why the document can have the change at no time, or that it had it all along. Then nothing has changed.
    pub fn run_again_with(&mut self, name: &str, change: &mut Change<'_>) -> Result<(), ActionError> {
        let (now, frontier) = (self.now(), self.frontier);
        let (path, departs) = self.path_with(change)?;
        let again = Left { branch: self.branch(), start: self.start.clone(), seed: self.seed, path };
        let fresh = self.forked(&again).ok_or_else(|| ActionError::Refused("the run has no start".to_owned()))?;
        self.tree.grow(self.as_left(), departs, name.to_owned());
        self.renew(fresh);
        self.play_until(frontier, u32::MAX);
        self.seek(now);
        Ok(())
    }

    /// The path of actions with the change among them, and when it comes first. It is found out on documents alone.
    fn path_with(&self, change: &mut Change<'_>) -> Result<(Vec<Stamped>, Time), ActionError> {
        let mut board = self.start.clone();
        let (mut path, mut first, mut why_not) = (Vec::with_capacity(self.path.len() + 1), None, None);
        let mut offer = |board: &mut Board, at: Time, path: &mut Vec<Stamped>| match change(board) {
            Ok(None) => {}
            Ok(Some(wanted)) => match edit(board, &wanted) {
                Ok(()) => {
                    first = first.or(Some(at));
                    path.push(Stamped { at, action: Action::Edit(wanted) });
                }
                Err(error) => why_not = Some(error.to_string()),
            },
            Err(reason) => why_not = Some(reason),
        };
        // Of several edits in one moment only what comes of all of them counts.
        let edits_again = |at: Time, next: usize| {
            self.path.get(next).is_some_and(|next| next.at == at && matches!(next.action, Action::Edit(_)))
        };
        if !edits_again(Time::ZERO, 0) {
            offer(&mut board, Time::ZERO, &mut path);
        }
        for (place, stamped) in self.path.iter().enumerate() {
            path.push(stamped.clone());
            match &stamped.action {
                // What no longer makes sense is passed over, as it is when it is played.
                Action::Edit(change) => {
                    if edit(&mut board, change).is_ok() && !edits_again(stamped.at, place + 1) {
                        offer(&mut board, stamped.at, &mut path);
                    }
                }
                action => pin(&mut board, action),
            }
        }
        let reason = || why_not.unwrap_or_else(|| "the run had it from its start on".to_owned());
        first.map(|first| (path, first)).ok_or_else(|| ActionError::Refused(reason()))
    }
}
