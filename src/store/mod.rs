//! A service's private database: tables, `processed_messages`, `outbox`, transactions and row locks.
//!
//! What a transaction does stays in its buffer and becomes visible at commit, all at once. Each statement locks its row
//! until the transaction ends, waiters are served first come, first served, and a wait that would close a circle rolls
//! the one who asked back. So what has committed equals the same transactions run one after the other, in the order in
//! which they committed. Crashed processes lose their open transactions; what has committed stays.

mod blocks;
mod ending;
mod facts;
mod fences;
mod lease;
mod locks;
mod log;
mod meter;
mod outbox;
mod pool;
mod relaying;
mod statements;
#[cfg(test)]
mod tests;
mod tracked;
mod tx;
mod views;
mod waits;
mod write;

pub use blocks::BlockMap;
pub use ending::Ended;
pub use facts::{Rollback, StoreFact, StoreOut};
pub use fences::Fence;
pub use lease::Lease;
pub use locks::{Lock, LockKey};
pub use log::{LogEntry, Logged};
pub use meter::StoreLoad;
pub use outbox::{OutboxId, OutboxRow};
pub use pool::ConnectionId;
pub use relaying::{LogRead, RelayKind};
pub use statements::Outcome;
pub use tracked::Tracking;
pub use tx::{Transaction, TxId};
pub use waits::WaitFigures;
pub use write::{Row, Write, WriteOp};

use crate::sim::{Few, TableId};

use fences::Fences;
use locks::Locks;
use outbox::Outbox;
use pool::Pool;
use relaying::Positions;
use tracked::Processed;
use waits::Waits;

/// A service's database. Its instances and its relay share it; it survives them. Cloning it shares what is settled.
///
/// In this order in memory: what nearly every step reads lies together at the beginning.
#[derive(Clone, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Store {
    pool: Pool,
    open: Few<TxId, Transaction>,
    locks: Locks,
    lock_waits: Waits<TxId>,
    outbox: Outbox,
    rows: BlockMap<(TableId, u32), Row>,
    log: BlockMap<u32, LogEntry>,
    processed: Processed,
    positions: Positions,
    fences: Fences,
    lease: Option<Lease>,
}
