//! Fetches that wait for a record: found by ticket, and by the partitions that they ask for.

use std::sync::Arc;

use crate::net::ConnId;
use crate::sim::{FactId, InOrder, Lookup, Slab, Span, TopicId};

use super::protocol::ReplyTo;

/// By what a fetch that waits is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket {
    /// The how manieth it is, of all that have waited at its broker.
    number: u32,
    /// Where it is kept; later ones come to the same place.
    place: u32,
}

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

/// All fetches that wait.
#[derive(Clone, Debug, Default)]
pub(super) struct Parking {
    /// Each with its number.
    fetches: Slab<(Parked, u32)>,
    /// Those that ask for a partition, in the order in which they came.
    asking: Lookup<(TopicId, u16), Vec<Ticket>>,
    next: u32,
}

impl Parking {
    /// Lets a fetch wait, and says by what it is found.
    pub(super) fn put(&mut self, parked: Parked) -> Ticket {
        let number = self.next;
        self.next = number.wrapping_add(1);
        let positions = Arc::clone(&parked.fetch.positions);
        let ticket = Ticket { number, place: self.fetches.put((parked, number)) };
        for (topic, partition, _) in positions.iter() {
            self.asking.or_default((*topic, *partition)).push(ticket);
        }
        ticket
    }

    /// Takes a fetch out, if it waits still.
    pub(super) fn take(&mut self, ticket: Ticket) -> Option<Parked> {
        self.fetches.get(ticket.place).filter(|(_, number)| *number == ticket.number)?;
        let (parked, _) = self.fetches.take(ticket.place)?;
        for (topic, partition, _) in parked.fetch.positions.iter() {
            self.asking.or_default((*topic, *partition)).retain(|known| *known != ticket);
        }
        Some(parked)
    }

    /// The fetches that ask for a partition, in the order in which they came.
    pub(super) fn asking_for(&self, topic: TopicId, partition: u16) -> Vec<Ticket> {
        self.asking.get(&(topic, partition)).cloned().unwrap_or_default()
    }

    /// The fetches of a connection, in the order in which they came.
    pub(super) fn of(&self, conn: ConnId) -> Vec<Ticket> {
        let theirs = self.fetches.iter().filter(|(_, (parked, _))| parked.from.conn == conn);
        let mut theirs: Vec<Ticket> = theirs.map(|(place, (_, number))| Ticket { number: *number, place }).collect();
        theirs.in_order();
        theirs
    }

    /// Forgets all of them; numbers go on.
    pub(super) fn clear(&mut self) {
        (self.fetches, self.asking) = Default::default();
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.fetches.len()
    }
}

#[cfg(test)]
mod tests {
    use super::super::protocol::RequestId;
    use super::*;
    use crate::sim::{Actor, NodeId, Role};

    const TOPIC: TopicId = TopicId(1);

    fn parked(port: u32) -> Parked {
        let conn = ConnId { client: Actor::new(NodeId(2), Role::Instance, 1), port, nth: 0 };
        let fetch = Fetch { positions: [(TOPIC, 0, 0)].into(), max_records: 500, max_wait: Span::ms(500), repeat: 0, retry: 0 };
        Parked { from: ReplyTo { conn, id: RequestId(port) }, fetch, asked: FactId::FIRST }
    }

    #[test]
    fn a_fetch_in_the_place_of_another_is_not_taken_out_by_the_ticket_of_that_one() {
        let mut parking = Parking::default();
        let old = parking.put(parked(1));
        assert!(parking.take(old).is_some());
        let fresh = parking.put(parked(2));
        assert_eq!(old.place, fresh.place);
        assert!(parking.take(old).is_none(), "its timer may have waited for a paused broker");
        assert_eq!((parking.len(), parking.asking_for(TOPIC, 0)), (1, vec![fresh]));
    }

    #[test]
    fn the_fetches_of_a_connection_and_of_a_partition_are_listed_in_the_order_in_which_they_came() {
        let mut parking = Parking::default();
        let first = parking.put(parked(1));
        let second = parking.put(parked(1));
        let other = parking.put(parked(2));
        parking.take(first);
        // In the first place, but the last to come.
        let last = parking.put(parked(1));
        assert_eq!(parking.of(parked(1).from.conn), [second, last]);
        assert_eq!(parking.asking_for(TOPIC, 0), [second, other, last]);
        parking.clear();
        assert_eq!((parking.len(), parking.of(parked(1).from.conn)), (0, vec![]));
        assert_eq!(parking.put(parked(1)).number, 4, "numbers go on");
    }
}
