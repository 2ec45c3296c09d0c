//! Fetches that wait for a record: found by number, and by the partitions that they ask for.

use std::sync::Arc;

use crate::net::ConnId;
use crate::sim::{FactId, Lookup, Span, TopicId};

use super::protocol::ReplyTo;

/// A fetch that waits.
#[derive(Clone, Debug)]
pub(super) struct Parked {
    pub(super) from: ReplyTo,
    pub(super) fetch: Fetch,
    /// What brought the request.
    pub(super) asked: FactId,
}

/// A fetch as it was asked for.
#[derive(Clone, Debug)]
pub(super) struct Fetch {
    pub(super) positions: Arc<[(TopicId, u16, u32)]>,
    pub(super) max_records: u16,
    pub(super) max_wait: Span,
    pub(super) repeat: u32,
    pub(super) retry: u32,
}

/// All fetches that wait, by the number of their timer.
#[derive(Clone, Debug, Default)]
pub(super) struct Parking {
    fetches: Lookup<u32, Parked>,
    /// The numbers of those that ask for a partition, in the order in which they came.
    asking: Lookup<(TopicId, u16), Vec<u32>>,
    next: u32,
}

impl Parking {
    /// Lets a fetch wait, and gives its number.
    pub(super) fn put(&mut self, parked: Parked) -> u32 {
        let number = self.next;
        self.next = number.wrapping_add(1);
        for (topic, partition, _) in parked.fetch.positions.iter() {
            self.asking.or_default((*topic, *partition)).push(number);
        }
        self.fetches.insert(number, parked);
        number
    }

    /// Takes out the fetch of a number.
    pub(super) fn take(&mut self, number: u32) -> Option<Parked> {
        let parked = self.fetches.remove(&number)?;
        for (topic, partition, _) in parked.fetch.positions.iter() {
            self.asking.or_default((*topic, *partition)).retain(|known| *known != number);
        }
        Some(parked)
    }

    /// The fetches that ask for a partition, in the order in which they came.
    pub(super) fn asking_for(&self, topic: TopicId, partition: u16) -> Vec<u32> {
        self.asking.get(&(topic, partition)).cloned().unwrap_or_default()
    }

    /// The fetches of a connection, in the order of their numbers.
    pub(super) fn of(&self, conn: ConnId) -> Vec<u32> {
        self.fetches.keys_where(|parked| parked.from.conn == conn)
    }

    /// Forgets all of them; numbers go on.
    pub(super) fn clear(&mut self) {
        self.fetches.clear();
        self.asking.clear();
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.fetches.len()
    }
}
