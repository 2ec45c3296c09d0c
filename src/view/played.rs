//! A run to look at in tests.

use crate::board::from_json;
use crate::session::Session;
use crate::sim::{Span, Time};

/// The board that a visit begins with, after so many seconds of virtual time.
pub(super) fn orders_after(seconds: u64) -> Session {
    let board = from_json(include_str!("../../public/boards/orders.json")).expect("the board can be read");
    let mut session = Session::new(board).expect("the board fits together");
    session.seek(Time::ZERO + Span::secs(seconds));
    session
}
