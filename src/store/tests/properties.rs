//! Whatever three processes do at once, crashes included, equals what they committed, one transaction after the other.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// Each of three processes handles two messages at a time: six lanes, one open transaction each.
const LANES: usize = 6;

#[derive(Clone, Copy, Debug)]
enum Statement {
    Write(u32, WriteOp),
    Track(u32),
    Outbox(u32),
}

/// What a lane is told to do. A lane with nothing open begins a transaction first.
#[derive(Clone, Copy, Debug)]
enum Order {
    Do(Statement),
    Commit,
    Rollback,
    Crash,
    /// The relay marks what it finds, at most so many rows.
    Mark(u32),
}

/// What a transaction got to know, to be held against the serial reference.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Seen {
    Value(Option<i32>),
    Duplicate(bool),
    Nothing,
}

#[derive(Clone, Debug, Default)]
struct Lane {
    open: Option<TxId>,
    done: Vec<(Statement, Seen)>,
    /// A statement that waits.
    blocked: Option<Statement>,
    /// Whether its transaction was woken.
    woken: bool,
}

struct Run {
    desk: Desk,
    lanes: [Lane; LANES],
    lives: [u16; 3],
    begun: u32,
    history: Vec<Vec<(Statement, Seen)>>,
    marked: BTreeSet<u32>,
}

impl Run {
    fn new() -> Run {
        Run { desk: Desk::new(), lanes: Default::default(), lives: [0; 3], begun: 0, history: vec![], marked: BTreeSet::new() }
    }

    fn step(&mut self, at: usize, order: Order) {
        match order {
            Order::Mark(limit) => self.mark(limit),
            Order::Crash => self.crash(at),
            Order::Rollback => {
                if let Some(tx) = self.lanes[at].open {
                    let ended = self.desk.store.rollback(&cx(tx), tx, Rollback::Failure, &mut self.desk.out);
                    self.lanes[at] = Lane::default();
                    self.wake(ended.expect("an open transaction can be rolled back"));
                }
            }
            Order::Do(statement) => {
                let statement = self.lanes[at].blocked.unwrap_or(statement);
                self.perform(at, statement);
            }
            Order::Commit => match (self.lanes[at].open, self.lanes[at].blocked) {
                (_, Some(statement)) => self.perform(at, statement),
                (Some(tx), None) => {
                    let ended = self.desk.commit(tx);
                    self.history.push(std::mem::take(&mut self.lanes[at]).done);
                    self.wake(ended);
                }
                (None, None) => {}
            },
        }
    }

    fn perform(&mut self, at: usize, statement: Statement) {
        let tx = self.open(at);
        let outcome = match statement {
            Statement::Write(row, op) => self.desk.write(tx, row, op),
            Statement::Track(n) => self.desk.track(tx, n),
            Statement::Outbox(n) => self.desk.outbox(tx, n),
        };
        let lane = &mut self.lanes[at];
        let seen = match (&outcome, statement) {
            (Outcome::Done(_), Statement::Write(row, _)) => Seen::Value(self.desk.store.value_in(tx, ACCOUNTS, row)),
            (Outcome::Done(_), Statement::Track(_)) => Seen::Duplicate(false),
            (Outcome::Duplicate { .. }, _) => Seen::Duplicate(true),
            _ => Seen::Nothing,
        };
        match outcome {
            Outcome::Done(_) | Outcome::Duplicate { .. } => {
                lane.done.push((statement, seen));
                lane.blocked = None;
            }
            Outcome::Waits(holder) => {
                assert!(!lane.woken, "a woken statement had to wait for {holder:?}");
                lane.blocked = Some(statement);
            }
            Outcome::Deadlock(ended) => {
                *lane = Lane::default();
                self.wake(ended);
            }
            Outcome::Guarded(fact) => panic!("nothing was required: {fact:?}"),
            Outcome::FencedOff(fact) => panic!("nothing was fenced: {fact:?}"),
            Outcome::NoTransaction => panic!("the transaction of lane {at} is open"),
        }
        self.lanes[at].woken = false;
    }

    fn open(&mut self, at: usize) -> TxId {
        if let Some(tx) = self.lanes[at].open {
            return tx;
        }
        self.begun += 1;
        let mut tx = tx((at / 2) as u16, self.begun);
        tx.owner.life = self.lives[at / 2];
        self.desk.store.begin(&cx(tx), tx, &mut self.desk.out);
        self.lanes[at].open = Some(tx);
        tx
    }

    fn crash(&mut self, at: usize) {
        let process = at / 2;
        let mut owner = tx(process as u16, 0);
        owner.owner.life = self.lives[process];
        let ended = self.desk.store.crash(&cx(owner), owner.owner, &mut self.desk.out);
        self.lives[process] += 1;
        self.lanes[process * 2] = Lane::default();
        self.lanes[process * 2 + 1] = Lane::default();
        ended.into_iter().for_each(|ended| self.wake(ended));
    }

    fn mark(&mut self, limit: u32) {
        let ids: Vec<OutboxId> = self.desk.store.unpublished(limit).map(|row| row.id).collect();
        assert!(ids.is_sorted());
        self.desk.store.mark(&cx(tx(0, 0)), &ids, &mut self.desk.out);
        assert!(ids.iter().all(|id| self.marked.insert(id.0)), "a marked row was polled again");
    }

    fn wake(&mut self, ended: Ended) {
        for tx in ended.woken {
            let lane = self.lanes.iter_mut().find(|lane| lane.open == Some(tx)).expect("a living transaction is woken");
            assert!(lane.blocked.is_some() && !lane.woken, "woken without waiting, or twice");
            lane.woken = true;
        }
    }

    /// Lets every transaction end. If none can go on while one waits, a circle was overlooked.
    fn finish(&mut self) {
        while let Some(at) = self.lanes.iter().position(|lane| lane.open.is_some() && (lane.woken || lane.blocked.is_none())) {
            self.step(at, Order::Commit);
        }
        assert!(self.lanes.iter().all(|lane| lane.open.is_none()), "transactions wait for ever: {:?}", self.lanes);
    }

    /// Replays what was committed, one transaction after the other, on plain maps.
    fn check(&self) {
        let mut rows = BTreeMap::new();
        let mut tracked = BTreeSet::new();
        let mut outbox = Vec::new();
        for (statement, seen) in self.history.iter().flatten() {
            let should_see = match *statement {
                Statement::Write(row, op) => {
                    let value = op.apply(rows.get(&row).copied());
                    rows.insert(row, value);
                    Seen::Value(Some(value.0))
                }
                Statement::Track(n) => Seen::Duplicate(!tracked.insert(n)),
                Statement::Outbox(n) => {
                    outbox.push(message(n).id);
                    Seen::Nothing
                }
            };
            assert_eq!(*seen, should_see, "{statement:?}");
        }
        let store = &self.desk.store;
        assert_eq!(store.rows(ACCOUNTS).map(|(row, at)| (row, (at.value, at.stamp))).collect::<BTreeMap<_, _>>(), rows);
        let rows: BTreeMap<u32, i32> = rows.into_iter().map(|(row, (value, _))| (row, value)).collect();
        let ids: BTreeSet<MessageId> = tracked.iter().map(|n| message(*n).id).collect();
        assert_eq!(store.tracked_rows().map(|(row, _)| row.message).collect::<BTreeSet<_>>(), ids);
        let published = store.outbox_rows().filter(|row| row.published).map(|row| row.id.0).collect();
        assert_eq!(self.marked, published);
        assert_eq!(store.unpublished_count() as usize + self.marked.len(), outbox.len());
        self.check_log(&rows, &outbox);
        assert_eq!((store.locks().count(), store.transactions().count()), (0, 0));
    }

    /// The log and the facts tell the same story as the tables.
    fn check_log(&self, rows: &BTreeMap<u32, i32>, outbox: &[MessageId]) {
        let store = &self.desk.store;
        let mut logged = BTreeMap::new();
        let mut sent = Vec::new();
        for (_, entry) in store.log_from(0) {
            match entry.what {
                Logged::Row { row, value, .. } => drop(logged.insert(row, value)),
                Logged::Outbox(id) => sent.extend(store.outbox_row(id).map(|row| row.message.id)),
                Logged::Tracked { .. } => {}
            }
        }
        assert_eq!((&logged, sent.as_slice()), (rows, outbox));
        let mut sums: BTreeMap<u32, i32> = BTreeMap::new();
        for (fact, cause) in &self.desk.out.facts {
            if let StoreFact::Changed { row, delta, .. } = *fact {
                *sums.entry(row).or_default() += delta;
                let trigger = self.desk.out.facts[cause.trigger.index()].0;
                assert!(matches!(trigger, StoreFact::Committed { .. }));
            }
        }
        assert_eq!(&sums, rows);
        assert_eq!(&serial::serial_rows(&self.desk.out.facts), rows);
    }
}

fn statement() -> impl Strategy<Value = Statement> {
    let op = (0..4, -20..20).prop_map(|(kind, n)| match kind {
        0 => WriteOp::Set(n),
        1 => WriteOp::Add(n),
        2 => WriteOp::Insert(n),
        _ => WriteOp::SetIfNewer { value: n, stamp: n.unsigned_abs() % 7 },
    });
    prop_oneof![
        4 => (0..4u32, op).prop_map(|(row, op)| Statement::Write(row, op)),
        3 => (0..3u32).prop_map(Statement::Track),
        1 => (0..9u32).prop_map(Statement::Outbox),
    ]
}

fn order() -> impl Strategy<Value = Order> {
    prop_oneof![
        12 => statement().prop_map(Order::Do),
        4 => Just(Order::Commit),
        1 => Just(Order::Rollback),
        1 => Just(Order::Crash),
        1 => (0..4u32).prop_map(Order::Mark),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn transactions_at_once_equal_the_committed_ones_one_after_the_other(steps in vec((0..LANES, order()), 0..150)) {
        let mut run = Run::new();
        for (at, order) in steps {
            run.step(at, order);
        }
        run.finish();
        run.check();
    }
}
