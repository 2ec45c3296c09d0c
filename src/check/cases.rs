//! The intents that are not settled.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::sim::{Dense, IntentId, NodeId};

use super::case::Case;

/// Cases by intent. A client's begin in the order of its intents and end in nearly the same, so those of each lie in a
/// queue. Clones share each case until it changes: most of a backlog stands still.
#[derive(Clone, Debug, Default)]
pub(super) struct Cases {
    clients: Dense<NodeId, VecDeque<(IntentId, Arc<Case>)>>,
    len: usize,
}

impl Cases {
    /// The case of an intent.
    pub(super) fn get(&self, intent: IntentId) -> Option<&Case> {
        let theirs = self.clients.get(&intent.client)?;
        find(theirs, intent).ok().map(|place| &*theirs[place].1)
    }

    /// The case of an intent, to change.
    pub(super) fn get_mut(&mut self, intent: IntentId) -> Option<&mut Case> {
        let theirs = self.clients.get_mut(&intent.client)?;
        find(theirs, intent).ok().map(|place| Arc::make_mut(&mut theirs[place].1))
    }

    /// The same; one that is made if there is none.
    pub(super) fn or_insert_with(&mut self, intent: IntentId, make: impl FnOnce() -> Case) -> &mut Case {
        let theirs = self.clients.or_default(intent.client);
        let place = find(theirs, intent).unwrap_or_else(|place| {
            theirs.insert(place, (intent, Arc::new(make())));
            self.len += 1;
            place
        });
        Arc::make_mut(&mut theirs[place].1)
    }

    /// Takes a case out.
    pub(super) fn remove(&mut self, intent: IntentId) {
        let Some(theirs) = self.clients.get_mut(&intent.client) else { return };
        if let Ok(place) = find(theirs, intent) {
            theirs.remove(place);
            self.len -= 1;
        }
    }

    /// All cases by intent.
    pub(super) fn iter(&self) -> impl Iterator<Item = (IntentId, &Case)> {
        self.clients.values().flatten().map(|(intent, case)| (*intent, &**case))
    }

    /// All cases by intent, each shared or not.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (IntentId, &mut Arc<Case>)> {
        self.clients.iter_mut().flat_map(|(_, theirs)| theirs).map(|(intent, case)| (*intent, case))
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }
}

fn find(theirs: &VecDeque<(IntentId, Arc<Case>)>, intent: IntentId) -> Result<usize, usize> {
    theirs.binary_search_by(|(known, _)| known.cmp(&intent))
}
