//! Open transactions: what they have done and nobody else sees.

use crate::sim::{Actor, FactId, Time};

use super::fences::Fence;
use super::outbox::OutboxRow;
use super::tracked::Tracking;
use super::write::Write;

/// A transaction: whose, and which of that process's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TxId {
    /// The process, in the life in which it began.
    pub owner: Actor,
    /// Counts the transactions of that life.
    pub n: u32,
}

/// An open transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Transaction {
    /// The fact that it began.
    pub began: FactId,
    /// When its latest statement is done, or began to wait.
    pub since: Time,
    /// Its writes and the facts that they were done, in order.
    pub writes: Vec<(Write, FactId)>,
    /// What it put into `processed_messages`, and the facts of that.
    pub tracked: Vec<(Tracking, FactId)>,
    /// What it put into the outbox.
    pub outbox: Vec<OutboxRow>,
    /// What it put into `fences`, and the facts of that.
    pub fences: Vec<(Fence, u32, FactId)>,
}

impl Transaction {
    /// One that has done nothing.
    pub(super) fn new(began: FactId, since: Time) -> Transaction {
        Transaction { began, since, writes: Vec::new(), tracked: Vec::new(), outbox: Vec::new(), fences: Vec::new() }
    }
}
