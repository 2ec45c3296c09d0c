//! Watching a world: facts beyond the frontier are recorded, those before it were recorded already.

use crate::board::Board;
use crate::broker::BrokerFact;
use crate::check::{Checks, Goals};
use crate::net::NetFact;
use crate::sim::{FactId, Time};
use crate::world::{Entry, Fact, Observer};

use super::breakpoints::Watch;
use super::chunks::Chunked;

/// What is folded over the facts up to some moment.
#[derive(Clone, Debug)]
pub(super) struct Folds {
    /// The checks.
    pub checks: Checks,
    /// The steps of the card.
    pub goals: Goals,
}

impl Folds {
    /// Those of a board at the start of its run.
    fn new(board: &Board) -> Folds {
        Folds { checks: Checks::new(board), goals: Goals::new(board) }
    }

    /// All of a moment is served: what was put off to its end can be judged.
    pub fn moment_over(&mut self, now: Time) {
        self.checks.moment_over(now);
        self.goals.moment_over(now, &self.checks);
    }

    /// The document has changed.
    pub fn board_changed(&mut self, board: &Board, now: Time) {
        self.checks.board_changed(board);
        self.goals.board_changed(board, now, &self.checks);
    }
}

/// The record of a run, and what is folded over it.
#[derive(Clone, Debug)]
pub(super) struct Record {
    /// All facts up to the frontier.
    pub facts: Chunked,
    /// Those of them that tell of what is seen from afar: failures, rebalances and who
    /// got what, what somebody did. They are always held.
    pub notable: Vec<(FactId, Entry)>,
    /// The folds at the cursor.
    pub folds: Folds,
    /// The checks at the frontier, while the cursor is behind it.
    ahead: Option<Checks>,
    /// What the world is to be stopped for.
    pub watch: Watch,
    /// The facts of the last item that it is stopped for.
    pub woken: Vec<Entry>,
}

impl Record {
    /// That of a board at the start of its run.
    pub fn new(board: &Board) -> Record {
        Record {
            facts: Chunked::default(),
            notable: Vec::new(),
            folds: Folds::new(board),
            ahead: None,
            watch: Watch::Nothing,
            woken: Vec::new(),
        }
    }

    /// The checks at the frontier.
    pub fn frontier_checks(&self) -> &Checks {
        self.ahead.as_ref().unwrap_or(&self.folds.checks)
    }

    /// The cursor goes elsewhere, to where the folds were these.
    pub fn turn_to(&mut self, folds: Folds) {
        let left = std::mem::replace(&mut self.folds, folds);
        self.ahead.get_or_insert(left.checks);
    }

    /// The cursor has seen so many facts: once it has seen all, its checks are those at the frontier.
    pub fn seen(&mut self, facts: usize) {
        if facts >= self.facts.len() {
            self.ahead = None;
        }
    }

    /// The world is not to be stopped any more.
    pub fn stop_watching(&mut self) {
        self.watch = Watch::Nothing;
        self.woken.clear();
    }

    /// Forgets all but the first so many facts: the cursor is the frontier now.
    pub fn cut(&mut self, facts: usize) {
        self.facts.cut(facts);
        self.notable.truncate(self.notable.partition_point(|(id, _)| id.index() < facts));
        self.ahead = None;
    }

    /// A copy of the first so many facts with the folds that go with them.
    pub fn first(&self, facts: usize, folds: Folds) -> Record {
        let mut first = Record {
            facts: self.facts.clone(),
            notable: self.notable.clone(),
            folds,
            ahead: None,
            watch: Watch::Nothing,
            woken: Vec::new(),
        };
        first.cut(facts);
        first
    }
}

impl Observer for Record {
    fn see(&mut self, id: FactId, entry: &Entry) {
        self.folds.checks.see(id, entry);
        self.folds.goals.see(entry, &self.folds.checks);
        if id.index() >= self.facts.len() && is_notable(&entry.fact) {
            self.notable.push((id, *entry));
        }
        self.facts.see(id.index(), entry);
        if self.watch.wakes(id, entry) {
            self.woken.push(*entry);
        }
    }

    fn pauses(&self) -> bool {
        !self.woken.is_empty()
    }
}

fn is_notable(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Acted(_)
            | Fact::Process(_)
            | Fact::Net(NetFact::WireCut { .. } | NetFact::WireSlowed { .. } | NetFact::WireLossy { .. })
            | Fact::Broker(
                BrokerFact::GroupBecame { .. }
                    | BrokerFact::Assigned { .. }
                    | BrokerFact::Revoked { .. }
                    | BrokerFact::ReadingPaused { .. }
            )
    )
}
