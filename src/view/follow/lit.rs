//! Where on the board something has been.

use crate::net::NetFact;
use crate::session::Session;
use crate::sim::{FactId, NodeId, Time, WireId};
use crate::world::{Entry, Fact};

/// The way over the board, up to the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lit {
    /// The nodes that it has come to, in that order.
    pub nodes: Vec<NodeId>,
    /// The wires that it went over, in that order.
    pub wires: Vec<WireId>,
}

impl Lit {
    fn node(&mut self, node: NodeId) {
        if node != NodeId(0) && !self.nodes.contains(&node) {
            self.nodes.push(node);
        }
    }

    fn wire(&mut self, wire: WireId) {
        if !self.wires.contains(&wire) {
            self.wires.push(wire);
        }
    }
}

/// The way of these facts, up to a time.
pub(super) fn of(session: &Session, entries: &[(FactId, &Entry)], until: Time) -> Lit {
    let mut lit = Lit::default();
    let seen = session.facts().len();
    for (_, entry) in entries.iter().filter(|(id, entry)| id.index() < seen && entry.at <= until) {
        lit.node(entry.who.node);
        if let Fact::Net(NetFact::Sent { wire, .. }) = entry.fact {
            lit.wire(wire);
        }
    }
    lit
}
