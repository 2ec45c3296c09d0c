//! Exclusive locks on rows, held until their transaction ends; waiters come in the order in which they asked.

use std::collections::VecDeque;

use crate::sim::{FactId, Few, HandlerId, MessageId, RecordId, TableId};

use super::fences::Fence;
use super::tx::TxId;

/// What a lock is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LockKey {
    /// A business row, be it there or not.
    Row(TableId, u32),
    /// A row of `processed_messages`, be it there or not.
    Tracked(HandlerId, MessageId),
    /// The same, of one that is keyed by its record.
    TrackedRecord(HandlerId, RecordId),
    /// A row of `fences`, be it there or not.
    Fence(Fence),
}

/// A lock that is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// Who holds it.
    pub holder: TxId,
    /// The holder's first statement under it; none while a woken holder has not tried again.
    pub by: Option<FactId>,
    /// Who waits for it, the first in front.
    pub waiters: VecDeque<TxId>,
}

/// What came of asking for a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// It is held by the one who asked.
    Held,
    /// The one who asked waits, for this lock or already for another.
    Waits {
        /// Who holds the lock that is waited for.
        holder: TxId,
        /// The statement under which the holder took it.
        by: Option<FactId>,
        /// Whether the wait began now.
        begins: bool,
    },
    /// To wait would close a circle. Nothing was changed.
    Circle {
        /// The statement under which the lock's holder took it.
        by: Option<FactId>,
    },
}

/// All locks of a store. A transaction waits for at most one, and no circle of waits exists.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Locks {
    locks: Few<LockKey, Lock>,
    waits: Few<TxId, LockKey>,
    held: Few<TxId, Vec<LockKey>>,
}

impl Locks {
    /// Locks that are held.
    pub fn iter(&self) -> impl Iterator<Item = (&LockKey, &Lock)> {
        self.locks.iter()
    }

    /// The lock that a transaction waits for.
    pub fn awaited(&self, tx: TxId) -> Option<&Lock> {
        self.locks.get(self.waits.get(&tx)?)
    }

    /// Asks for a lock.
    pub fn ask(&mut self, tx: TxId, key: LockKey) -> Asked {
        if let Some(lock) = self.awaited(tx) {
            return Asked::Waits { holder: lock.holder, by: lock.by, begins: false };
        }
        let Some(lock) = self.locks.get(&key) else {
            self.grant(tx, key, VecDeque::new());
            return Asked::Held;
        };
        let (holder, by) = (lock.holder, lock.by);
        if holder == tx {
            return Asked::Held;
        }
        if self.leads_to(holder, tx) {
            return Asked::Circle { by };
        }
        if let Some(lock) = self.locks.get_mut(&key) {
            lock.waiters.push_back(tx);
        }
        self.waits.insert(tx, key);
        Asked::Waits { holder, by, begins: true }
    }

    /// Notes the statement under which a lock was taken, if it is the first.
    pub fn note(&mut self, key: LockKey, by: FactId) {
        if let Some(lock) = self.locks.get_mut(&key) {
            lock.by.get_or_insert(by);
        }
    }

    /// Takes a transaction out of the queue it waits in.
    pub fn withdraw(&mut self, tx: TxId) {
        if let Some(key) = self.waits.remove(&tx)
            && let Some(lock) = self.locks.get_mut(&key)
        {
            lock.waiters.retain(|waiter| *waiter != tx);
        }
    }

    /// Releases all locks of a transaction and says who goes on, in the order in which the locks were taken: the first
    /// waiter of each, who then holds it, or all of them where nothing is left to lock because the row is settled.
    pub fn release(&mut self, tx: TxId, settled: impl Fn(LockKey) -> bool) -> Vec<TxId> {
        self.withdraw(tx);
        let mut woken = Vec::new();
        for key in self.held.remove(&tx).unwrap_or_default() {
            let mut waiters = self.locks.remove(&key).map(|lock| lock.waiters).unwrap_or_default();
            if settled(key) {
                woken.extend(waiters.drain(..).inspect(|waiter| {
                    self.waits.remove(waiter);
                }));
            } else if let Some(first) = waiters.pop_front() {
                self.waits.remove(&first);
                self.grant(first, key, waiters);
                woken.push(first);
            }
        }
        woken
    }

    fn grant(&mut self, holder: TxId, key: LockKey, waiters: VecDeque<TxId>) {
        self.locks.insert(key, Lock { holder, by: None, waiters });
        self.held.or_default(holder).push(key);
    }

    /// Whether following who waits for whom from one transaction reaches another. A waiter waits for its lock's holder;
    /// those before it in the queue wait for the same one, so they need not be followed.
    fn leads_to(&self, from: TxId, to: TxId) -> bool {
        std::iter::successors(Some(from), |tx| self.awaited(*tx).map(|lock| lock.holder)).any(|tx| tx == to)
    }
}
