//! Designs, each with a flaw, and loads that bring it out.

use crosstalk::board::{
    Board, DeadLetterDoc, Do, Edit, FieldSource, IfAgain, LineDoc, OnFailure, Pattern, RequireDoc, ValueDoc, send_dead_letters,
};
use crosstalk::sim::{LineId, WireId};
use crosstalk::store::RelayKind;

use crate::rig::*;

/// Every order is of the same customer, so that all are about one row of Payments.
pub fn one_customer(board: &Board) -> Board {
    let mut board = board.clone();
    for keys in &mut board.keys {
        keys.size = 1;
    }
    board
}

/// Payments keeps the last amount of each customer, and does not look whether it is the latest.
pub fn keeps_last_amount(board: &Board) -> Board {
    let mut board = board.clone();
    let payments = board.service_mut(PAYMENTS).expect("it is on the board");
    for line in payments.handlers.iter_mut().flat_map(|handler| &mut handler.lines) {
        if let Do::Write(write) = &mut line.does {
            write.op = ValueDoc::Set("amount".to_owned());
            write.instead_of = None;
        }
    }
    board
}

pub fn relay(board: &Board, kind: RelayKind) -> Board {
    edited(board, &Edit::Relay { service: ORDERS, kind })
}

/// Payments with its tracking in a transaction of its own: before all else, or after the effect.
pub fn tracks_outside(board: &Board, before: bool) -> Board {
    let mut board = with(board, PAYMENTS, Pattern::IfAgain(HANDLER, IfAgain::TracksIds));
    let payments = board.service_mut(PAYMENTS).expect("it is on the board");
    let lines = &mut payments.handlers[0].lines;
    let place = lines.iter().position(|line| line.does == Do::Track).expect("it tracks");
    let track = lines.remove(place);
    let commit = lines.iter().position(|line| line.does == Do::Commit).expect("it commits");
    lines.insert(if before { 0 } else { commit + 1 }, track);
    board
}

/// Payments takes money only from accounts that have it, and no account has any.
pub fn wants_money(board: &Board) -> Board {
    let mut board = board.clone();
    let payments = board.service_mut(PAYMENTS).expect("it is on the board");
    let lines = &mut payments.handlers[0].lines;
    let write = lines.iter().position(|line| matches!(line.does, Do::Write(_))).expect("it writes");
    let require = RequireDoc { table: "accounts".to_owned(), key: "customer".to_owned(), at_least: "amount".to_owned() };
    lines.insert(write, LineDoc { id: LineId(90), does: Do::Require(require) });
    board
}

/// Every order costs nothing.
pub fn free(board: &Board) -> Board {
    let mut board = board.clone();
    for field in board.messages.iter_mut().flat_map(|kind| &mut kind.fields) {
        if let FieldSource::Cents(..) = field.from {
            field.from = FieldSource::Cents(0, 0);
        }
    }
    board
}

/// Payments keeps what it cannot handle as dead letters, after so many more tries.
pub fn dead_letters(board: &Board, retries: u32) -> Board {
    let mut board = board.clone();
    let to = DeadLetterDoc { retries, topic: "unpaid".to_owned() };
    assert!(send_dead_letters(&mut board, (PAYMENTS, HANDLER), to, WireId(90)), "it handles records");
    board
}

/// Orders are keyed by their numbers, so that those of one customer lie in all partitions.
pub fn keyed_by_number(board: &Board) -> Board {
    let mut board = board.clone();
    let orders = board.service_mut(ORDERS).expect("it is on the board");
    for line in orders.handlers.iter_mut().flat_map(|handler| &mut handler.lines) {
        if let Do::Publish { key, .. } | Do::Outbox { key, .. } = &mut line.does {
            *key = Some("order".to_owned());
        }
    }
    board
}

pub fn on_failure(board: &Board, policy: OnFailure) -> Board {
    let mut board = board.clone();
    board.service_mut(PAYMENTS).expect("it is on the board").handlers[0].on_failure = policy;
    board
}
