//! Where each open connection lies.

use crate::sim::{Actor, Dense, Few};

use super::conn::ConnId;

/// The places of connections by name: first by the process that opened them, then by its ports.
#[derive(Clone, Debug, Default)]
pub(super) struct ConnPlaces {
    /// Who has closed all stays here for the next one, up to the next clean-up.
    clients: Dense<Actor, Few<(u32, u32), u32>>,
    /// How many clients have no connection.
    idle: u32,
}

/// So many clients without a connection may stay before they are dropped.
const IDLE: u32 = 4_096;

impl ConnPlaces {
    /// Where a connection lies.
    pub fn get(&self, id: ConnId) -> Option<u32> {
        self.clients.get(&id.client)?.get(&(id.port, id.nth)).copied()
    }

    /// Takes down where a new connection lies.
    pub fn insert(&mut self, id: ConnId, place: u32) {
        let mut is_new = false;
        let theirs = self.clients.or_insert_with(id.client, || {
            is_new = true;
            Few::new()
        });
        self.idle -= u32::from(theirs.is_empty() && !is_new);
        theirs.insert((id.port, id.nth), place);
    }

    /// Forgets a connection.
    pub fn remove(&mut self, id: ConnId) {
        let Some(theirs) = self.clients.get_mut(&id.client) else { return };
        if theirs.remove(&(id.port, id.nth)).is_some() && theirs.is_empty() {
            self.idle += 1;
        }
        if self.idle > IDLE {
            self.clients.retain(|_, theirs| !theirs.is_empty());
            self.idle = 0;
        }
    }

    /// All connections with their places, by name.
    pub fn iter(&self) -> impl Iterator<Item = (ConnId, u32)> + '_ {
        self.clients.iter().flat_map(|(client, theirs)| {
            theirs.iter().map(|(&(port, nth), place)| (ConnId { client: *client, port, nth }, *place))
        })
    }
}
