//! The branches of a run as a tree: which grew out of which, what came of them, their names.

use crate::board::{Board, Check, Stamped};
use crate::check::Checks;
use crate::sim::Time;

/// The most futures that are kept beside the one that is shown; beyond it the oldest goes that nothing grew out of.
const MOST: usize = 24;
/// The longest name, in characters.
const LONGEST_NAME: usize = 80;

/// A branch. Numbers are not used again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct BranchId(pub u32);

/// How many violations of each check there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally([u64; Check::ALL.len()]);

impl Tally {
    pub(super) fn of_checks(checks: &Checks) -> Tally {
        Tally(Check::ALL.map(|check| checks.count(check)))
    }

    /// Of one check.
    pub fn of(&self, check: Check) -> u64 {
        self.0[check as usize]
    }

    /// Of all checks.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }
}

/// One future of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// Its number.
    pub id: BranchId,
    /// What it grew out of; nothing for the first run.
    pub parent: Option<BranchId>,
    /// When it departs from that.
    pub departs: Time,
    /// Its name: at first what was done where it departs, `a crash at 0:12.000`.
    pub name: String,
    /// How far it has got.
    pub frontier: Time,
    /// What the checks say at its end.
    pub tally: Tally,
}

/// Why something cannot be done with a branch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BranchError {
    /// There is none of that number.
    #[error("this branch is no longer there")]
    Missing,
    /// The branch that is shown cannot go.
    #[error("this branch is shown: switch to another one before it is deleted")]
    Shown,
    /// Others grew out of it.
    #[error("“{0}” grew out of this branch: delete that one first")]
    Grown(String),
    /// A name that cannot be.
    #[error("a branch has a name of at most {LONGEST_NAME} characters")]
    Name,
}

/// A future that was left, and what it follows from.
#[derive(Clone, Debug)]
pub(super) struct Left {
    pub branch: Branch,
    pub start: Board,
    pub seed: u64,
    pub path: Vec<Stamped>,
}

/// The branch that is shown, and those that were left.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    /// The one that is shown; how far it has got and what came of it is known to the session.
    pub shown: Branch,
    left: Vec<Left>,
    latest: u32,
}

impl Default for Tree {
    fn default() -> Tree {
        let shown = Branch {
            id: BranchId(0),
            parent: None,
            departs: Time::ZERO,
            name: "First run".to_owned(),
            frontier: Time::ZERO,
            tally: Tally::default(),
        };
        Tree { shown, left: Vec::new(), latest: 0 }
    }
}

impl Tree {
    /// The futures that were left, the one that was left last at the end.
    pub fn left(&self) -> &[Left] {
        &self.left
    }

    /// One that was left.
    pub fn get(&self, id: BranchId) -> Result<&Left, BranchError> {
        self.left.iter().find(|left| left.branch.id == id).ok_or(BranchError::Missing)
    }

    /// Leaves the branch that is shown for a new one that departs from it.
    pub fn grow(&mut self, left: Left, departs: Time, name: String) {
        self.latest += 1;
        let (id, parent) = (BranchId(self.latest), Some(left.branch.id));
        let (frontier, tally) = (departs, Tally::default());
        let name = name.chars().take(LONGEST_NAME).collect();
        self.shown = Branch { id, parent, departs, name, frontier, tally };
        self.left.push(left);
        if self.left.len() > MOST {
            let without = self.left.iter().find(|left| self.child(left.branch.id).is_none()).map(|left| left.branch.id);
            let goes = without.unwrap_or(self.left[0].branch.id);
            self.remove(goes);
        }
    }

    /// Shows one that was left in the place of the one that is shown.
    pub fn switch(&mut self, to: BranchId, left: Left) -> Result<Left, BranchError> {
        let place = self.left.iter().position(|left| left.branch.id == to).ok_or(BranchError::Missing)?;
        let taken = self.left.remove(place);
        self.left.push(left);
        self.shown = taken.branch.clone();
        Ok(taken)
    }

    /// Deletes one that was left and that nothing grew out of.
    pub fn delete(&mut self, id: BranchId) -> Result<(), BranchError> {
        if id == self.shown.id {
            return Err(BranchError::Shown);
        }
        self.get(id)?;
        if let Some(child) = self.child(id) {
            return Err(BranchError::Grown(child.name.clone()));
        }
        self.remove(id);
        Ok(())
    }

    /// Gives a branch another name.
    pub fn rename(&mut self, id: BranchId, name: &str) -> Result<(), BranchError> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(BranchError::Name);
        }
        let branch = self.all_mut().find(|branch| branch.id == id).ok_or(BranchError::Missing)?;
        name.clone_into(&mut branch.name);
        Ok(())
    }

    /// All branches with how deep they stand, each behind what it grew out of.
    pub fn listed(&self) -> Vec<(usize, &Branch)> {
        let mut all: Vec<&Branch> = self.all().collect();
        all.sort_unstable_by_key(|branch| branch.id);
        let mut listed = Vec::new();
        let mut open: Vec<(usize, &Branch)> =
            all.iter().rev().filter(|branch| branch.parent.is_none()).map(|b| (0, *b)).collect();
        while let Some((depth, branch)) = open.pop() {
            listed.push((depth, branch));
            let children = all.iter().rev().filter(|child| child.parent == Some(branch.id));
            open.extend(children.map(|child| (depth + 1, *child)));
        }
        listed
    }

    fn all(&self) -> impl Iterator<Item = &Branch> {
        std::iter::once(&self.shown).chain(self.left.iter().map(|left| &left.branch))
    }

    fn all_mut(&mut self) -> impl Iterator<Item = &mut Branch> {
        std::iter::once(&mut self.shown).chain(self.left.iter_mut().map(|left| &mut left.branch))
    }

    fn child(&self, of: BranchId) -> Option<&Branch> {
        self.all().find(|branch| branch.parent == Some(of))
    }

    /// Takes one away; what grew out of it then grows out of what it grew out of.
    fn remove(&mut self, id: BranchId) {
        let Some(place) = self.left.iter().position(|left| left.branch.id == id) else { return };
        let parent = self.left.remove(place).branch.parent;
        self.all_mut().filter(|branch| branch.parent == Some(id)).for_each(|branch| branch.parent = parent);
    }
}
