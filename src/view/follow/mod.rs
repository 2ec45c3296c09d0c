//! One message, followed through a run: its facts, its way over the board, and a space-time diagram of both.

mod diagram;
mod drawing;
mod gather;
mod lit;
mod mermaid;
mod sketch;
mod svg;
#[cfg(test)]
mod tests;

use crate::check::is_worth_asking;
use crate::rpc::RpcFact;
use crate::session::Session;
use crate::sim::{FactId, IntentId, MessageId, Time};
use crate::world::Fact;

use super::inspect::FactLine;
use super::inspector::fact_line;
use super::naming::{intent_name, message_name};

pub(super) use diagram::is_telling;
pub use diagram::{Arrow, Diagram, DiagramLane, Gone, MarkKind, Moment, RunBar, RunEnd, Still};
pub use drawing::{Drawing, LANE, MARGIN};
pub use gather::Follower;
pub use lit::Lit;

/// What is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Followed {
    /// One message.
    Message(MessageId),
    /// All messages that serve one intent: a request, and whatever came of it.
    Intent(IntentId),
}

impl Followed {
    pub(super) fn takes(self, message: MessageId) -> bool {
        match self {
            Followed::Message(id) => id == message,
            Followed::Intent(id) => id == message.intent,
        }
    }

    /// The intent that it serves, or is.
    pub fn intent(self) -> IntentId {
        match self {
            Followed::Message(id) => id.intent,
            Followed::Intent(id) => id,
        }
    }
}

/// A fact of what is followed.
#[derive(Clone, Debug, PartialEq)]
pub struct FollowedFact {
    /// Its number on the path from time 0.
    pub id: FactId,
    /// When, who and what.
    pub line: FactLine,
    /// It is one of those that a person would tell: no line of a program that was merely done, no packet.
    pub telling: bool,
    /// There is more to learn about it than what set it off.
    pub asks: bool,
}

/// What is followed, as far as the run has got.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Journey {
    /// What it is called: `order 27`, `OrderPlaced of order 27`.
    pub name: String,
    /// Its facts, in order.
    pub facts: Vec<FollowedFact>,
    /// The same as a diagram.
    pub diagram: Diagram,
    /// Where it has been up to the cursor.
    pub lit: Lit,
    /// Where the cursor is.
    pub cursor: Time,
    /// How many facts there were beyond the first 5,000, which are kept.
    pub left_out: usize,
}

impl Session {
    /// The request that was sent last, by the facts up to the cursor.
    pub fn newest_request(&self) -> Option<MessageId> {
        self.facts().iter().rev().find_map(|entry| match entry.fact {
            Fact::Rpc(RpcFact::Called { message, .. }) => Some(message),
            _ => None,
        })
    }
}

impl Follower {
    /// What is followed, as far as the run has got: on the path of actions that is current.
    pub fn journey(&mut self, session: &Session) -> Journey {
        self.catch_up(session);
        let board = session.board();
        let entries = self.entries(session);
        let name = match self.followed() {
            Followed::Message(id) => message_name(id, board),
            Followed::Intent(id) => intent_name(id, board),
        };
        let fact = |(id, entry): &(FactId, &_)| FollowedFact {
            id: *id,
            line: fact_line(session, entry),
            telling: is_telling(entry),
            asks: is_worth_asking(entry),
        };
        Journey {
            name,
            facts: entries.iter().map(fact).collect(),
            diagram: diagram::of(session, &entries),
            lit: lit::of(session, &entries, session.now()),
            cursor: session.now(),
            left_out: self.left_out(),
        }
    }
}
