//! The inspector, filled from the running world and its facts.

mod copies;
mod effects;
mod facts;
mod forms;
mod groups;
mod load;
mod members;
mod message;
mod others;
mod policies;
mod program;
mod relay;
mod service;
mod settings;
mod sql;
mod tables;
mod values;

use crate::board::Process;
use crate::session::Session;
use crate::sim::{Actor, NodeId};

use super::cards::ProcessState;
use super::inspect::{Inspection, Selection};
use super::naming::process_name;

pub(super) use facts::{line as fact_line, message_of};
pub(super) use forms::{refused, switches};
pub(super) use load::unusual;
pub(super) use policies::{keys, policies};
pub(super) use settings::{of_node, of_wire};
pub use sql::{COPIED, StoreScript};

impl Session {
    /// Everything about what is selected, as it is at the cursor; nothing if it is not there then.
    pub fn inspect(&self, selected: Selection) -> Option<Inspection> {
        match selected {
            Selection::Nothing => None,
            Selection::Node(id) => self.inspect_node(id),
            Selection::Wire(id) => others::wire(self, id).map(Inspection::Wire),
            Selection::Record(id) => message::record(self, id).map(Inspection::Message),
            Selection::Message(id) => message::message(self, id).map(Inspection::Message),
        }
    }

    fn inspect_node(&self, id: NodeId) -> Option<Inspection> {
        if let Some(service) = service::service(self, id) {
            return Some(Inspection::Service(Box::new(service)));
        }
        let client = others::client(self, id).map(Inspection::Client);
        client.or_else(|| others::broker(self, id).map(Inspection::Broker))
    }
}

/// Whether a process runs; nothing for one that does not exist or was stopped for good.
fn state_of(session: &Session, process: Process) -> Option<ProcessState> {
    super::rows::state_of(session.world().process(process)?)
}

/// What a process is called, whatever its life.
fn name_of(session: &Session, process: Process) -> String {
    process_name(Actor::new(process.node, process.role, process.ordinal), session.board())
}
