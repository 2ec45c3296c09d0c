//! The checks: one fold over all facts.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::board::{Board, Names};
use crate::net::PacketId;
use crate::sim::{FactId, Gather, InOrder, IntentId, LineId, Lookup, MessageId, NodeId, Time, TopicId};

use super::case::{Call, Case, Part};
use super::cases::Cases;
use super::dues::Dues;
use super::expect::Expectations;
use super::groups::Groups;
use super::hot::Hot;
use super::ledger::{EffectCount, Ledger, Totals};
use super::limits::Limits;
use super::order::Orders;
use super::outboxes::Outboxes;
use super::pools::Pools;
use super::processes::Processes;
use super::readers::Readers;
use super::{Check, Violation};

/// How many violations are kept word for word; more are counted.
const KEPT: usize = 10_000;

/// All checks of a run: a fold over its facts, whose state is bounded by what is under way.
///
/// "Done twice", "out of order" and "poison" are known at once. What is missing is judged when a moment is over, that is
/// with the first fact of a later time, or by [`Checks::moment_over`]; so is what time alone decides.
#[derive(Clone, Debug)]
pub struct Checks {
    pub(super) names: Names,
    pub(super) plan: Arc<Expectations>,
    pub(super) cases: Cases,
    pub(super) packets: Lookup<PacketId, MessageId>,
    /// The packet that was sent last, and what kind it is.
    pub(super) sent: Option<(PacketId, u8)>,
    pub(super) readers: Readers,
    pub(super) outboxes: Outboxes,
    pub(super) processes: Processes,
    pub(super) pools: Pools,
    pub(super) groups: Groups,
    pub(super) hot: Hot,
    pub(super) orders: Orders,
    pub(super) ledger: Ledger,
    pub(super) limits: Arc<Limits>,
    pub(super) dues: Dues,
    /// Intents of which something changed in this moment, in order.
    pub(super) changed: Vec<IntentId>,
    pub(super) now: Time,
    /// The latest fact.
    pub(super) latest: FactId,
    /// The topics of the board, each with its broker.
    topics: BTreeSet<(NodeId, TopicId)>,
    violations: Vec<Violation>,
    counts: [u64; Check::ALL.len()],
}

impl Checks {
    /// The checks of a board at the start of its run.
    pub fn new(board: &Board) -> Checks {
        let names = Names::of(board);
        let topics = topics(board, &names);
        let mut outboxes = Outboxes::default();
        outboxes.board_is(board);
        Checks {
            plan: Arc::new(Expectations::of(board, &names)),
            limits: Arc::new(Limits::of(board, &names)),
            names,
            cases: Cases::default(),
            packets: Lookup::default(),
            sent: None,
            readers: Readers::default(),
            outboxes,
            processes: Processes::default(),
            pools: Pools::default(),
            groups: Groups::default(),
            hot: Hot::default(),
            orders: Orders::default(),
            ledger: Ledger::default(),
            dues: Dues::default(),
            changed: Vec::new(),
            now: Time::ZERO,
            latest: FactId::FIRST,
            topics,
            violations: Vec::new(),
            counts: [0; Check::ALL.len()],
        }
    }

    /// The board was edited. What runs goes on by the programs that it started with; the records of a topic that was
    /// deleted are gone. A service or client that was taken off the board may come back with all that it had stored.
    pub fn board_changed(&mut self, board: &Board) {
        self.names.extend(board);
        self.plan = Arc::new(Expectations::of(board, &self.names));
        self.limits = Arc::new(Limits::of(board, &self.names));
        self.dues = Dues::default();
        self.outboxes.board_is(board);
        let topics = topics(board, &self.names);
        let gone: BTreeSet<TopicId> = self.topics.difference(&topics).map(|(_, topic)| *topic).into_set();
        if !gone.is_empty() {
            self.readers.forget(&gone);
            let gone = |part: &Part| matches!(part, Part::Record { record, .. } if gone.contains(&record.topic));
            self.drop_parts((self.latest, self.now), gone);
        }
        self.topics = topics;
    }

    /// The violations in the order of time: the first 10,000.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// How many violations of a check there are.
    pub fn count(&self, check: Check) -> u64 {
        self.counts[check as usize]
    }

    /// How many there are that may still turn out well; [`Check::pending`] says what that means.
    pub fn pending(&self, check: Check) -> usize {
        let sum = |of: fn(&Case) -> usize| self.cases.iter().map(|(_, case)| of(case)).sum();
        match check {
            Check::Lost => self.cases.iter().map(|(intent, case)| self.missing(intent, case).count()).sum(),
            Check::RowWithoutMessage => sum(|case| case.rows.len()),
            Check::MessageWithoutRow => sum(|case| case.messages.len()),
            Check::SkippedRow => sum(|case| case.mishaps().passed.len()),
            Check::Poison => sum(|case| case.mishaps().failures.len()),
            _ => 0,
        }
    }

    /// The effects in a service's store and those expected there, in the order of intents: all that can still change,
    /// and the latest of the others.
    pub fn effects_of(&self, service: NodeId) -> impl DoubleEndedIterator<Item = EffectCount> + '_ {
        let settled = self.ledger.settled().chain(self.cases.iter().map(|(intent, case)| (intent, &case.effects)));
        let mut all: Vec<EffectCount> = settled.flat_map(|(intent, effects)| effects.of(intent, service)).collect();
        all.in_order_by_key(|effect| (effect.intent, effect.line));
        all.into_iter()
    }

    /// Expected and actual effects of the whole run, by service and line.
    pub fn totals(&self) -> impl Iterator<Item = (NodeId, LineId, Totals)> + '_ {
        self.ledger.totals()
    }

    /// How many intents and effects are kept: what the size of the state is bounded by.
    pub fn kept(&self) -> (usize, usize) {
        let open: usize = self.cases.iter().map(|(_, case)| case.effects.len()).sum();
        (self.cases.len(), self.ledger.len() + open + self.orders.len())
    }

    /// Effects that an accepted intent does not have, may still have, and are not reported as lost.
    fn missing<'a>(&self, intent: IntentId, case: &'a Case) -> impl Iterator<Item = &'a super::Expected> + use<'a> {
        let accepted = case.call == Call::Answered;
        let expected = if accepted { case.plan.of_client(intent.client) } else { &[] };
        expected.iter().filter(move |expected| {
            !case.mishaps().lost.contains(&(expected.service, expected.line))
                && !case.effects.happened(expected.service, expected.line)
                && case.alive(&expected.route, None)
        })
    }

    pub(super) fn report(&mut self, violation: Violation) {
        self.counts[violation.check as usize] += 1;
        if self.violations.len() < KEPT {
            self.violations.push(violation);
        }
    }
}

fn topics(board: &Board, names: &Names) -> BTreeSet<(NodeId, TopicId)> {
    let all = board.brokers.iter().flat_map(|broker| broker.topics.iter().map(|topic| (broker.id, topic)));
    all.filter_map(|(broker, topic)| Some((broker, names.topic_id(&topic.name)?))).into_set()
}
