//! The outbox's relay in the document: a program of three lines, whose first says how it reads.

use serde::{Deserialize, Serialize};

use crate::sim::{HandlerId, NodeId};
use crate::store::RelayKind;

use super::document::Board;
use super::error::ActionError;
use super::program::{Do, LineDoc};

/// The outbox's relay: a program of three lines in a process of its own, or in several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelayDoc {
    /// Its id, unique among the service's handlers.
    pub id: HandlerId,
    /// Its lines: what it reads, that it publishes, how it records.
    pub lines: Vec<LineDoc>,
}

impl RelayDoc {
    /// How it reads and records; none if its lines are no relay's program.
    pub fn kind(&self) -> Option<RelayKind> {
        RelayKind::ALL.into_iter().find(|kind| self.lines.iter().map(|line| &line.does).eq(&kind.program()))
    }
}

impl RelayKind {
    /// All of them, the usual one first.
    pub const ALL: [RelayKind; 3] = [RelayKind::Flag, RelayKind::Cursor, RelayKind::Tail];

    /// The lines of its program.
    pub const fn program(self) -> [Do; 3] {
        match self {
            RelayKind::Flag => [Do::Poll, Do::PublishRows, Do::Mark],
            RelayKind::Cursor => [Do::PollAfter, Do::PublishRows, Do::Save],
            RelayKind::Tail => [Do::Tail, Do::PublishRows, Do::Save],
        }
    }

    /// The kind in the words of its switch.
    pub const fn words(self) -> &'static str {
        match self {
            RelayKind::Flag => "polls by flag",
            RelayKind::Cursor => "polls by cursor",
            RelayKind::Tail => "tails the log",
        }
    }

    /// What it does and what can go wrong with it, in a sentence or two.
    pub const fn sentence(self) -> &'static str {
        match self {
            RelayKind::Flag => {
                "Reads rows that are not marked as published, by id, and marks them. It loses none; rows of transactions that overlap may go out of order."
            }
            RelayKind::Cursor => {
                "Reads rows with a greater id than the last, and saves that id. A row that commits after one with a greater id was read is passed over for ever."
            }
            RelayKind::Tail => {
                "Reads the log of commits and saves its position now and then. It passes nothing over and keeps the order of commits; after a crash it repeats what it had not saved."
            }
        }
    }
}

/// Has a service's relay read and record in another way. Its lines keep their ids, so that pins stay.
///
/// # Errors
/// Says that there is no such service, or that it has no relay; the board is then as it was.
pub fn set_relay_kind(board: &mut Board, service: NodeId, kind: RelayKind) -> Result<(), ActionError> {
    let node = board.service_mut(service).ok_or_else(|| ActionError::Missing(format!("service {}", service.0)))?;
    let title = &node.title;
    let relay = node.relay.as_mut().ok_or_else(|| ActionError::Refused(format!("{title} has no outbox and no relay")))?;
    for (line, does) in relay.lines.iter_mut().zip(kind.program()) {
        line.does = does;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::load::from_json;
    use super::*;
    use crate::sim::LineId;

    #[test]
    fn a_relay_keeps_the_ids_of_its_lines_whatever_it_becomes() {
        let mut board = from_json(include_str!("../../public/boards/orders.json")).expect("a board");
        let orders = NodeId(2);
        let ids = |board: &Board| -> Vec<LineId> {
            let relay = board.service(orders).and_then(|node| node.relay.as_ref()).expect("Orders has a relay");
            relay.lines.iter().map(|line| line.id).collect()
        };
        let before = ids(&board);
        for kind in [RelayKind::Cursor, RelayKind::Tail, RelayKind::Flag] {
            set_relay_kind(&mut board, orders, kind).expect("Orders has a relay");
            let relay = board.service(orders).and_then(|node| node.relay.as_ref()).expect("Orders has a relay");
            assert_eq!(relay.kind(), Some(kind));
            assert_eq!(ids(&board), before);
            super::super::validate(&board).expect("it is a relay's program");
        }
        assert!(set_relay_kind(&mut board, NodeId(4), RelayKind::Tail).is_err(), "Payments has no relay");
    }
}
