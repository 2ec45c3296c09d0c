//! A store on a desk, for tests.

use std::convert::Infallible;

use crate::net::Message;
use crate::sim::{
    Actor, Cause, Cx, Draw, Effects, FactId, HandlerId, IntentId, LineId, MessageId, NodeId, Role, TableId, Time, TopicId, TypeId,
};

use super::*;

mod ending;
mod fencing;
#[cfg(not(target_arch = "wasm32"))]
mod properties;
mod relaying;
#[cfg(not(target_arch = "wasm32"))]
mod serial;
#[cfg(not(target_arch = "wasm32"))]
mod sqlite;
mod waiting;

const ACCOUNTS: TableId = TableId(1);
const PAYMENTS: HandlerId = HandlerId(1);

/// A store, what it emitted, and short ways to speak to it.
struct Desk {
    pub store: Store,
    pub out: Effects<StoreFact, Infallible, Infallible>,
}

fn cx(tx: TxId) -> Cx {
    Cx { now: Time::ZERO, me: tx.owner, draw: Draw::new(1), cause: Cause::by(FactId::FIRST) }
}

/// The nth transaction of an instance.
fn tx(ordinal: u16, n: u32) -> TxId {
    TxId { owner: Actor::new(NodeId(2), Role::Instance, ordinal), n }
}

fn message(n: u32) -> Message {
    let intent = IntentId { client: NodeId(1), n, manual: false };
    let id = MessageId { intent, by: NodeId(1), line: LineId(0), nth: 0 };
    Message { id, kind: TypeId(1), key: None, body: [].into() }
}

impl Desk {
    pub fn new() -> Desk {
        Desk { store: Store::default(), out: Effects::default() }
    }

    /// Begins the first transaction of an instance.
    pub fn begin(&mut self, ordinal: u16) -> TxId {
        let tx = tx(ordinal, 1);
        self.store.begin(&cx(tx), tx, &mut self.out);
        tx
    }

    pub fn write(&mut self, tx: TxId, row: u32, op: WriteOp) -> Outcome {
        let write = Write { table: ACCOUNTS, row, op, line: LineId(3), intent: message(row).id.intent };
        self.store.write(&cx(tx), tx, write, &mut self.out)
    }

    pub fn track(&mut self, tx: TxId, n: u32) -> Outcome {
        self.store.track(&cx(tx), tx, PAYMENTS, message(n).id, &mut self.out)
    }

    pub fn outbox(&mut self, tx: TxId, n: u32) -> Outcome {
        self.store.outbox(&cx(tx), tx, TopicId(1), message(n), &mut self.out)
    }

    pub fn commit(&mut self, tx: TxId) -> Ended {
        self.store.commit(&cx(tx), tx, &mut self.out).expect("the transaction is open and waits for nothing")
    }

    pub fn rollback(&mut self, tx: TxId) -> Vec<TxId> {
        let ended = self.store.rollback(&cx(tx), tx, Rollback::Failure, &mut self.out);
        ended.expect("the transaction is open").woken
    }

    pub fn value(&self, row: u32) -> Option<i32> {
        self.store.row(ACCOUNTS, row).map(|row| row.value)
    }

    pub fn outbox_ids(&self) -> Vec<u32> {
        self.store.unpublished(10).map(|row| row.id.0).collect()
    }

    pub fn last(&self) -> (StoreFact, Cause) {
        *self.out.facts.last().expect("something has happened")
    }
}

fn done(outcome: Outcome) -> FactId {
    match outcome {
        Outcome::Done(fact) => fact,
        other => panic!("not done: {other:?}"),
    }
}
