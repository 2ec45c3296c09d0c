//! One transaction at a time, the store and SQLite tell the same.

use rand::{Rng, RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use rusqlite::{Connection, params};

use crate::sim::GroupId;

use super::*;

const HISTORIES: u64 = 10_000;

/// The tables as they are read back: rows, processed messages, and the messages of the outbox with their flags, by id.
#[derive(Debug, PartialEq)]
struct Tables {
    rows: Vec<(u32, i32, u32)>,
    tracked: Vec<u32>,
    outbox: Vec<(u32, bool)>,
    fences: Vec<(u32, u32)>,
}

fn fence(partition: u32) -> Fence {
    Fence { group: GroupId(0), topic: TopicId(1), partition: partition as u16 }
}

fn of_store(store: &Store) -> Tables {
    let number = |id: MessageId| id.intent.n;
    Tables {
        rows: store.rows(ACCOUNTS).map(|(row, at)| (row, at.value, at.stamp)).collect(),
        tracked: store.tracked_rows().map(|(row, _)| number(row.message)).collect(),
        outbox: store.outbox_rows().map(|row| (number(row.message.id), row.published)).collect(),
        fences: store.fences().map(|(fence, generation)| (u32::from(fence.partition), generation)).collect(),
    }
}

struct Other(Connection);

impl Other {
    fn new() -> Other {
        let db = Connection::open_in_memory().expect("a database in memory");
        let tables = "create table accounts (row integer primary key, value integer not null, stamp integer not null);
            create table processed_messages (message integer primary key);
            create table fences (partition integer primary key, generation integer not null);
            create table outbox (id integer primary key autoincrement, message integer not null, published integer default 0);";
        db.execute_batch(tables).expect("the tables are made");
        Other(db)
    }

    fn run(&self, sql: &str, values: &[i64]) -> usize {
        let mut statement = self.0.prepare_cached(sql).expect("it is SQL");
        statement.execute(rusqlite::params_from_iter(values)).expect("it can be done")
    }

    fn pairs(&self, sql: &str) -> Vec<(i64, i64)> {
        let mut statement = self.0.prepare_cached(sql).expect("it is SQL");
        let rows = statement.query_map(params![], |row| Ok((row.get(0)?, row.get(1)?))).expect("it can be asked");
        rows.collect::<Result<_, _>>().expect("both are numbers")
    }

    fn tables(&self) -> Tables {
        let values = self.pairs("select row, value from accounts order by row").into_iter();
        let stamps = self.pairs("select row, stamp from accounts order by row").into_iter();
        let tracked = self.pairs("select message, 0 from processed_messages order by message").into_iter();
        let outbox = self.pairs("select message, published from outbox order by id").into_iter();
        let fences = self.pairs("select partition, generation from fences order by partition").into_iter();
        Tables {
            rows: values.zip(stamps).map(|((row, value), (_, stamp))| (row as u32, value as i32, stamp as u32)).collect(),
            tracked: tracked.map(|(message, _)| message as u32).collect(),
            outbox: outbox.map(|(message, published)| (message as u32, published == 1)).collect(),
            fences: fences.map(|(partition, generation)| (partition as u32, generation as u32)).collect(),
        }
    }

    fn clear(&self) {
        for table in ["accounts", "processed_messages", "outbox", "fences"] {
            self.run(&format!("delete from {table}"), &[]);
        }
    }

    fn write(&self, row: u32, op: WriteOp) {
        let newer = "do update set value = excluded.value, stamp = excluded.stamp where excluded.stamp > stamp";
        let (does, n, stamp) = match op {
            WriteOp::Set(n) => ("do update set value = excluded.value", n, 0),
            WriteOp::Add(n) => ("do update set value = value + excluded.value", n, 0),
            WriteOp::Insert(n) => ("do nothing", n, 0),
            WriteOp::SetIfNewer { value, stamp } => (newer, value, stamp),
        };
        let sql = format!("insert into accounts values (?, ?, ?) on conflict (row) {does}");
        self.run(&sql, &[i64::from(row), i64::from(n), i64::from(stamp)]);
    }
}

/// One history of a few transactions, each statement done in both.
fn history(draws: &mut impl Rng, desk: &mut Desk, other: &Other) {
    for n in 1..=draws.random_range(1..6) {
        let tx = tx(0, n);
        desk.store.begin(&cx(tx), tx, &mut desk.out);
        other.run("begin", &[]);
        for _ in 0..draws.random_range(0..6) {
            let (kind, row, value) = (draws.random_range(0..8), draws.random_range(0..4), draws.random_range(-50..50));
            let op = match kind {
                0 => WriteOp::Set(value),
                1 => WriteOp::Add(value),
                2 => WriteOp::Insert(value),
                3 => WriteOp::SetIfNewer { value, stamp: draws.random_range(0..4) },
                4 => {
                    let new = other.run("insert or ignore into processed_messages values (?)", &[i64::from(row)]) == 1;
                    assert_eq!(matches!(desk.track(tx, row), Outcome::Done(_)), new);
                    continue;
                }
                5 => {
                    let generation = draws.random_range(0..4);
                    let newest = "insert into fences values (?, ?) on conflict (partition)
                        do update set generation = excluded.generation where excluded.generation >= generation";
                    let passes = other.run(newest, &[i64::from(row), i64::from(generation)]) == 1;
                    let outcome = desk.store.fence(&cx(tx), tx, fence(row), generation, &mut desk.out);
                    assert_eq!(matches!(outcome, Outcome::Done(_)), passes);
                    continue;
                }
                _ => {
                    done(desk.outbox(tx, row));
                    other.run("insert into outbox (message) values (?)", &[i64::from(row)]);
                    continue;
                }
            };
            done(desk.write(tx, row, op));
            other.write(row, op);
        }
        if draws.random_range(0..4) > 0 {
            desk.commit(tx);
            other.run("commit", &[]);
        } else {
            desk.rollback(tx);
            other.run("rollback", &[]);
        }
        assert_eq!(of_store(&desk.store), other.tables());
        let most = draws.random_range(0..3);
        let ids: Vec<OutboxId> = desk.store.unpublished(most).map(|row| row.id).collect();
        desk.store.mark(&cx(tx), &ids, &mut desk.out);
        let first = "select id from outbox where published = 0 order by id limit ?";
        other.run(&format!("update outbox set published = 1 where id in ({first})"), &[i64::from(most)]);
        assert_eq!(of_store(&desk.store), other.tables());
    }
}

#[test]
fn ten_thousand_histories_leave_the_same_rows_in_the_store_and_in_sqlite() {
    let other = Other::new();
    for seed in 0..HISTORIES {
        let mut draws = Pcg64Mcg::seed_from_u64(seed);
        other.clear();
        history(&mut draws, &mut Desk::new(), &other);
    }
}
