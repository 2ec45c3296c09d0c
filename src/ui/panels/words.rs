//! The interface's words: what settings, states and patterns are called.

use crate::board::{Applies, Edit, Place};
use crate::net::Key;
use crate::sim::NodeId;

/// An edit that would prevent a violation, with what it is called.
#[derive(Clone)]
pub struct Cure {
    /// The edit.
    pub edit: Edit,
    /// Whose programs or settings it changes.
    pub node: NodeId,
    /// What it switches on: `tracks ids`.
    pub words: String,
    /// The same behind the node's title: `publishes through an outbox`.
    pub clause: String,
}

/// What an edit of a node is called.
pub fn cure_of(edit: Edit) -> Option<Cure> {
    let (node, words, clause) = match &edit {
        Edit::Pattern { service, pattern } => (*service, pattern.words().to_owned(), pattern.clause()),
        Edit::Relay { service, kind } => (*service, kind.words().to_owned(), format!("relay {}", kind.words())),
        Edit::Set { place: Place::Node(node), setting, value: Some(value) } => {
            let words = format!("{} {}", setting.info().name, setting.text(*value));
            (*node, words.clone(), words)
        }
        Edit::Mend { service, mend } => (*service, mend.words(), mend.clause()),
        Edit::Set { .. } | Edit::Partitions { .. } | Edit::Change(_) => return None,
    };
    Some(Cure { edit, node, words, clause })
}

/// When a changed setting takes effect.
pub fn applies(when: Applies) -> &'static str {
    match when {
        Applies::Now => "applies at once",
        Applies::NextJoin => "applies when a consumer next joins its group",
        Applies::NextActivation => "applies to the next message",
        Applies::OnReset => "applies when the run is started again",
    }
}

/// The class of a key's colour.
pub fn key_class(key: Option<Key>) -> &'static str {
    const CLASSES: [&str; 8] = ["k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7"];
    match key {
        Some(Key::Letter(n) | Key::Number(n)) => CLASSES[(n % 8) as usize],
        None => "k7",
    }
}
