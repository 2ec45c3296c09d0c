//! How transactions end.

use crate::sim::{Actor, Cause, Cx, FactId, Time};

use super::Store;
use super::facts::{Rollback, StoreFact, StoreOut};
use super::log::{LogEntry, Logged};
use super::outbox::OutboxRow;
use super::tracked::Tracking;
use super::tx::{Transaction, TxId};
use super::write::{Row, Write};

/// The end of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The fact that it committed or was rolled back.
    pub fact: FactId,
    /// Transactions whose statement waited for it: each is to try its statement again, set off by `fact`.
    pub woken: Vec<TxId>,
}

impl Store {
    /// Commits a transaction: all it did becomes visible at once. None if it is not open or its statement still waits.
    #[must_use = "those that it woke have to try again"]
    pub fn commit(&mut self, cx: &Cx, tx: TxId, out: &mut impl StoreOut) -> Option<Ended> {
        if self.locks.awaited(tx).is_some() {
            return None;
        }
        let Transaction { writes, tracked, outbox, fences, .. } = self.open.remove(&tx)?;
        let commit = out.fact(StoreFact::Committed { tx: tx.n }, cx.cause);
        for (write, wrote) in writes {
            self.change(write, wrote, commit, out);
        }
        for (row, _) in tracked {
            let Tracking { handler, message, .. } = row;
            self.processed.commit(row, commit, cx.now);
            self.append(commit, Logged::Tracked { handler, message });
        }
        for (fence, generation, _) in fences {
            self.fences.insert(fence, (generation, commit));
        }
        for row in outbox {
            let (id, message) = (row.id, row.message.id);
            let why = Cause::by(commit).because(row.inserted);
            out.fact(StoreFact::OutboxVisible { row: id, message }, why);
            self.outbox.commit(OutboxRow { committed: Some(commit), since: cx.now, ..row });
            self.append(commit, Logged::Outbox(id));
        }
        Some(Ended { fact: commit, woken: self.release(tx) })
    }

    /// Rolls a transaction back, be it waiting or not: it leaves nothing. None if it is not open.
    #[must_use = "those that it woke have to try again"]
    pub fn rollback(&mut self, cx: &Cx, tx: TxId, why: Rollback, out: &mut impl StoreOut) -> Option<Ended> {
        self.lock_waits.end(tx, cx.now);
        self.roll_back(tx, why, cx.cause, out)
    }

    /// Rolls back all that a process had open when it crashed. What it had committed stays.
    #[must_use = "those that it woke have to try again"]
    pub fn crash(&mut self, cx: &Cx, owner: Actor, out: &mut impl StoreOut) -> Vec<Ended> {
        let (low, high) = (TxId { owner, n: 0 }, TxId { owner, n: u32::MAX });
        let theirs: Vec<TxId> = self.open.between(low, high).map(|(tx, _)| *tx).collect();
        // All leave the queues first, so that none is granted a lock that another of them releases.
        for tx in &theirs {
            self.locks.withdraw(*tx);
            self.lock_waits.end(*tx, cx.now);
        }
        theirs.into_iter().filter_map(|tx| self.roll_back(tx, Rollback::Crash, cx.cause, out)).collect()
    }

    /// The transaction that has done nothing for longest and waits for nobody, and since when.
    pub fn idlest(&self) -> Option<(TxId, Time)> {
        let idle = self.open.iter().filter(|(tx, _)| self.locks.awaited(**tx).is_none());
        idle.map(|(tx, open)| (*tx, open.since)).min_by_key(|(tx, since)| (*since, *tx))
    }

    /// A statement of a transaction is under way: until then it does something.
    pub fn is_busy(&mut self, tx: TxId, until: Time) {
        if let Some(open) = self.open.get_mut(&tx) {
            open.since = until;
        }
    }

    /// The store ends a transaction that has done nothing for too long: it leaves nothing. None if it is not open.
    #[must_use = "those that it woke have to try again"]
    pub fn end_idle(&mut self, cx: &Cx, tx: TxId, out: &mut impl StoreOut) -> Option<Ended> {
        self.open.remove(&tx)?;
        let fact = out.fact(StoreFact::EndedIdle { holder: tx.owner }, cx.cause);
        Some(Ended { fact, woken: self.release(tx) })
    }

    /// Ends a transaction without a trace.
    pub(super) fn roll_back(&mut self, tx: TxId, why: Rollback, cause: Cause, out: &mut impl StoreOut) -> Option<Ended> {
        self.open.remove(&tx)?;
        let fact = out.fact(StoreFact::RolledBack { tx: tx.n, why }, cause);
        Some(Ended { fact, woken: self.release(tx) })
    }

    /// Makes one write visible.
    fn change(&mut self, write: Write, wrote: FactId, commit: FactId, out: &mut impl StoreOut) {
        let Write { table, row, op, line, intent } = write;
        let old = self.rows.get((table, row)).copied();
        let (value, stamp) = op.apply(old.map(|row| (row.value, row.stamp)));
        let changed = old.is_none_or(|row| (row.value, row.stamp) != (value, stamp));
        let delta = value.saturating_sub(old.map_or(0, |row| row.value));
        let kept = old.filter(|_| !changed).map(|row| row.by);
        let why = Cause::by(commit).because(wrote).maybe(kept);
        out.fact(StoreFact::Changed { table, row, line, intent, delta, changed }, why);
        if changed {
            let version = match old {
                Some(row) if row.by == commit => row.version,
                Some(row) => row.version.saturating_add(1),
                None => 1,
            };
            self.rows.set((table, row), Row { value, stamp, version, by: commit });
            self.append(commit, Logged::Row { table, row, value });
        }
    }

    fn append(&mut self, commit: FactId, what: Logged) {
        self.log.set(self.log.count(), LogEntry { commit, what });
    }

    /// A row of `processed_messages` is never changed once committed: its waiters all go on at once.
    fn release(&mut self, tx: TxId) -> Vec<TxId> {
        let processed = &self.processed;
        self.locks.release(tx, |key| processed.get(key).is_some())
    }
}
