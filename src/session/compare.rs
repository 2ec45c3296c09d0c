//! Two branches side by side: where they first differ, and what the checks say of each.

use crate::board::{Check, Names};
use crate::sim::{FactHash, Time};
use crate::world::{Entry, Fact, Facts};

use super::Session;
use super::structure::content;
use super::tree::{Branch, BranchError, BranchId, Left, Tally};

/// The first moment at which two branches differ, beside what was done there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// When.
    pub at: Time,
    /// A fact of the branch that is shown that the other one does not have then: its index among all facts.
    pub here: Option<usize>,
    /// A fact of the other branch that the one that is shown does not have then.
    pub there: Option<usize>,
}

/// Another branch beside the one that is shown. It is run apart, and what is done to the shown one does not reach it.
#[derive(Debug)]
pub struct Comparison {
    beside: Session,
    branch: Branch,
    /// What it was compared with, and the edition in which it was last known to be the same.
    shown: Left,
    edition: u64,
    /// Up to here both are the same by what was done.
    since: Time,
    /// How many facts of each were compared, and no difference was found.
    compared: (usize, usize),
    found: Option<Difference>,
}

impl Session {
    /// Puts another branch beside the one that is shown, at the same time.
    ///
    /// # Errors
    /// A branch that is not there or is shown already.
    pub fn compare(&self, other: BranchId) -> Result<Comparison, BranchError> {
        if other == self.branch().id {
            return Err(BranchError::Shown);
        }
        let left = self.tree.get(other)?;
        let mut beside = self.forked(left).ok_or(BranchError::Missing)?;
        beside.most_held = self.most_held;
        beside.most_facts = self.most_facts;
        let shared = beside.record.facts.len();
        beside.dress_as(self);
        let since = beside.frontier;
        beside.play_until(left.branch.frontier, u32::MAX);
        let (branch, shown) = (left.branch.clone(), self.as_left());
        let mut comparison =
            Comparison { beside, branch, shown, edition: self.edition, since, compared: (shared, shared), found: None };
        comparison.follow(self);
        Ok(comparison)
    }

    /// Takes over the titles and places of another branch.
    fn dress_as(&mut self, other: &Session) {
        self.looks = other.looks.clone();
        self.world.dress(&self.looks);
    }
}

impl Comparison {
    /// The other branch, to be looked at.
    pub fn beside(&self) -> &Session {
        &self.beside
    }

    /// Which one it is.
    pub fn branch(&self) -> &Branch {
        &self.branch
    }

    /// Whether the branch that is shown is still the one that was compared, with nothing done to it since.
    pub fn is_of(&self, shown: &Session) -> bool {
        if self.edition == shown.edition {
            return true;
        }
        let known = (self.shown.branch.id, self.shown.seed) == (shown.tree.shown.id, shown.seed);
        known && self.shown.path == shown.path && self.shown.start == shown.start
    }

    /// Puts the other branch where the one that is shown is, and looks for a difference as far as both have got.
    pub fn follow(&mut self, shown: &Session) {
        if self.edition != shown.edition {
            self.edition = shown.edition;
            self.beside.dress_as(shown);
        }
        self.beside.seek(shown.now());
        if self.found.is_none() {
            self.look(shown);
        }
    }

    /// Where they first differ, as far as both have got. What was done to them is no difference, what came of it is.
    pub fn difference(&self) -> Option<Difference> {
        self.found
    }

    /// What the checks say at the cursor where both do not say the same: the check, its violations in the branch that is
    /// shown, and in the other.
    pub fn checks(&self, shown: &Session) -> Vec<(Check, u64, u64)> {
        self.verdicts(shown).into_iter().filter(|(_, here, there)| here != there).collect()
    }

    /// The checks that are violated in either at the cursor: the check, its violations in the branch that is shown, and in
    /// the other.
    pub fn verdicts(&self, shown: &Session) -> Vec<(Check, u64, u64)> {
        let (here, there) = (Tally::of_checks(shown.checks()), Tally::of_checks(self.beside.checks()));
        let both = Check::ALL.into_iter().map(|check| (check, here.of(check), there.of(check)));
        both.filter(|(_, here, there)| here + there > 0).collect()
    }

    /// When the last moment was at which nothing different had been done yet.
    pub fn since(&self) -> Time {
        self.since
    }

    /// Compares moment by moment. The last moment of the one that has got less far may not be over, and is left.
    fn look(&mut self, shown: &Session) {
        let end = shown.frontier().min(self.beside.frontier());
        let (ours, theirs) = (shown.all_facts(), self.beside.all_facts());
        let (here, there) = (shown.world().names(), self.beside.world().names());
        let (mut x, mut y) = self.compared;
        loop {
            let next = [ours.get(x), theirs.get(y)].into_iter().flatten().map(|entry| entry.at).min();
            let Some(at) = next.filter(|at| *at < end) else { break };
            let (our, their) = (Moment::of(ours, x, at, here), Moment::of(theirs, y, at, there));
            if our.said != their.said {
                let only = |one: &Moment, other: &Moment| one.only(other);
                self.found = Some(Difference { at, here: only(&our, &their), there: only(&their, &our) });
                return;
            }
            (x, y) = (our.end, their.end);
            self.compared = (x, y);
        }
    }
}

/// What is said in one moment, in no order.
struct Moment {
    said: Vec<FactHash>,
    /// The same in the order of facts, with their indices.
    facts: Vec<(usize, FactHash)>,
    end: usize,
}

impl Moment {
    fn of(all: Facts<'_>, from: usize, at: Time, names: &Names) -> Moment {
        let then = all.since(from).iter().take_while(|entry| entry.at == at);
        let numbered: Vec<(usize, &Entry)> = (from..).zip(then).collect();
        let end = from + numbered.len();
        let done = |entry: &Entry| matches!(entry.fact, Fact::Acted(_));
        let facts: Vec<(usize, FactHash)> =
            numbered.into_iter().filter(|(_, entry)| !done(entry)).map(|(index, entry)| (index, content(entry, names))).collect();
        let mut said: Vec<FactHash> = facts.iter().map(|(_, hash)| *hash).collect();
        said.sort_unstable_by_key(|hash| hash.0);
        Moment { said, facts, end }
    }

    /// The first fact that is said more often here than there.
    fn only(&self, other: &Moment) -> Option<usize> {
        let count = |said: &[FactHash], hash| said.iter().filter(|known| **known == hash).count();
        let more = |(_, hash): &&(usize, FactHash)| count(&self.said, *hash) > count(&other.said, *hash);
        self.facts.iter().find(more).map(|(index, _)| *index)
    }
}
