//! What a transaction can do before it ends. Each statement is done, or its transaction waits and tries it again.

use crate::net::Message;
use crate::sim::{Cause, Cx, FactId, HandlerId, MessageId, TableId, TopicId};

use super::Store;
use super::ending::Ended;
use super::facts::{Rollback, StoreFact, StoreOut};
use super::locks::{Asked, LockKey};
use super::outbox::OutboxRow;
use super::tracked::Tracking;
use super::tx::{Transaction, TxId};
use super::write::Write;

/// What came of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Outcome {
    /// It was done.
    Done(FactId),
    /// The message had been processed. Nothing was done; the transaction is still open.
    Duplicate {
        /// The fact that a duplicate was found.
        found: FactId,
        /// The commit that tracked it first, or the statement of this very transaction.
        earlier: FactId,
    },
    /// A newer generation has worked on the partition. Nothing was done; the transaction is still open.
    FencedOff(FactId),
    /// The condition did not hold. Nothing was done; the transaction is still open.
    Guarded(FactId),
    /// It waits for that transaction. To be tried again when its own transaction is woken.
    Waits(TxId),
    /// It would have waited in a circle: its transaction was rolled back.
    Deadlock(Ended),
    /// There is no such open transaction. Nothing was done.
    NoTransaction,
}

impl Store {
    /// Begins a transaction. Beginning one that is open changes nothing.
    pub fn begin(&mut self, cx: &Cx, tx: TxId, out: &mut impl StoreOut) -> FactId {
        let open = &mut self.open;
        open.or_insert_with(tx, || Transaction::new(out.fact(StoreFact::Began { tx: tx.n }, cx.cause), cx.now)).began
    }

    /// Writes a business row. Its new value is `self.value_in(tx, …)` at once, and visible to others at commit.
    pub fn write(&mut self, cx: &Cx, tx: TxId, write: Write, out: &mut impl StoreOut) -> Outcome {
        let Write { table, row, op, line, .. } = write;
        let key = LockKey::Row(table, row);
        if let Err(blocked) = self.lock(cx, tx, key, out) {
            return blocked;
        }
        let fact = out.fact(StoreFact::Wrote { tx: tx.n, table, row, op, line }, cx.cause);
        self.locks.note(key, fact);
        self.buffer(tx, fact, |open| open.writes.push((write, fact)))
    }

    /// Locks a row and goes on only if its value, as the transaction sees it, is at least that; a missing row has 0.
    pub fn require(&mut self, cx: &Cx, tx: TxId, (table, row): (TableId, u32), least: i32, out: &mut impl StoreOut) -> Outcome {
        let key = LockKey::Row(table, row);
        if let Err(blocked) = self.lock(cx, tx, key, out) {
            return blocked;
        }
        let holds = self.value_in(tx, table, row).unwrap_or(0) >= least;
        let made = self.row(table, row).map(|row| row.by);
        let fact = out.fact(StoreFact::Checked { tx: tx.n, table, row, least, holds }, because(cx, made));
        self.locks.note(key, fact);
        if holds { Outcome::Done(fact) } else { Outcome::Guarded(fact) }
    }

    /// Puts a message into `processed_messages`, unless it is there.
    ///
    /// While another transaction has put it there and not ended, this one waits: it then finds a duplicate, or proceeds
    /// if the other was rolled back. What to do with a duplicate is the caller's affair.
    pub fn track(&mut self, cx: &Cx, tx: TxId, handler: HandlerId, message: MessageId, out: &mut impl StoreOut) -> Outcome {
        self.track_row(cx, tx, Tracking { handler, message, record: None }, out)
    }

    /// The same, keyed by the message or by the record that brought it.
    pub fn track_row(&mut self, cx: &Cx, tx: TxId, wanted: Tracking, out: &mut impl StoreOut) -> Outcome {
        let (Tracking { handler, message, .. }, key) = (wanted, wanted.lock());
        let Some(open) = self.open.get(&tx) else {
            return Outcome::NoTransaction;
        };
        let own = open.tracked.iter().find(|(row, _)| row.lock() == key).map(|(_, fact)| *fact);
        let earlier = own.or(self.processed.get(key));
        if let Some(earlier) = earlier
            && self.locks.awaited(tx).is_none()
        {
            self.lock_waits.end(tx, cx.now);
            self.processed.count_found();
            let found = out.fact(StoreFact::DuplicateFound { tx: tx.n, handler, message }, because(cx, Some(earlier)));
            return Outcome::Duplicate { found, earlier };
        }
        if let Err(blocked) = self.lock(cx, tx, key, out) {
            return blocked;
        }
        let fact = out.fact(StoreFact::TrackedMessage { tx: tx.n, handler, message }, cx.cause);
        self.locks.note(key, fact);
        self.buffer(tx, fact, |open| open.tracked.push((wanted, fact)))
    }

    /// Puts a message into the outbox. It gets its number now, and the relay sees it at commit.
    pub fn outbox(&mut self, cx: &Cx, tx: TxId, topic: TopicId, message: Message, out: &mut impl StoreOut) -> Outcome {
        let Some(open) = self.open.get_mut(&tx) else { return Outcome::NoTransaction };
        open.since = cx.now;
        if let Some(lock) = self.locks.awaited(tx) {
            return Outcome::Waits(lock.holder);
        }
        let id = self.outbox.give();
        let inserted = out.fact(StoreFact::OutboxInserted { row: id, message: message.id }, cx.cause);
        let row = OutboxRow { id, message, topic, published: false, inserted, committed: None, since: cx.now };
        self.buffer(tx, inserted, |open| open.outbox.push(row))
    }

    /// Locks a row for a statement, or says what became of the statement.
    pub(super) fn lock(&mut self, cx: &Cx, tx: TxId, key: LockKey, out: &mut impl StoreOut) -> Result<(), Outcome> {
        let Some(open) = self.open.get_mut(&tx) else { return Err(Outcome::NoTransaction) };
        open.since = cx.now;
        match self.locks.ask(tx, key) {
            Asked::Held => {
                self.lock_waits.end(tx, cx.now);
                Ok(())
            }
            Asked::Waits { holder, by, begins } => {
                if begins {
                    self.lock_waits.begin(tx, cx.now);
                    out.fact(StoreFact::Waited { tx: tx.n, holder }, because(cx, by));
                }
                Err(Outcome::Waits(holder))
            }
            Asked::Circle { by } => {
                let ended = self.roll_back(tx, Rollback::Deadlock, because(cx, by), out);
                Err(ended.map_or(Outcome::NoTransaction, Outcome::Deadlock))
            }
        }
    }

    pub(super) fn buffer(&mut self, tx: TxId, fact: FactId, add: impl FnOnce(&mut Transaction)) -> Outcome {
        match self.open.get_mut(&tx) {
            Some(open) => {
                add(open);
                Outcome::Done(fact)
            }
            None => Outcome::NoTransaction,
        }
    }
}

/// What set this off, with a reason that the store knows before those of the caller.
pub(super) fn because(cx: &Cx, reason: Option<FactId>) -> Cause {
    let [first, second] = cx.cause.because;
    Cause::by(cx.cause.trigger).maybe(reason).maybe(first).maybe(second)
}
