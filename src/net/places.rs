//! Where each open connection lies.

use crate::sim::InOrder;

use super::conn::ConnId;
use super::network::Conn;
use super::slab::Slab;

/// The places of connections by name, as a table by hash: what is sent finds its connection at once, however many there
/// are. Nothing goes through it in its order.
#[derive(Clone, Debug, Default)]
pub(super) struct ConnPlaces {
    /// A power of two, at least a quarter of which is free. Who does not lie where its hash says lies behind, with no free
    /// slot between.
    slots: Vec<Option<Slot>>,
    len: usize,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    hash: u32,
    place: u32,
}

/// The fewest slots of a table that is not empty.
const FEWEST: usize = 16;

impl ConnPlaces {
    /// Where a connection lies.
    pub fn get(&self, id: ConnId, conns: &Slab<Conn>) -> Option<u32> {
        let hash = hash(id);
        self.run(hash).map(|(_, slot)| slot).find(|slot| is(*slot, hash, id, conns)).map(|slot| slot.place)
    }

    /// Takes down where a new connection lies.
    pub fn insert(&mut self, id: ConnId, place: u32) {
        if 4 * (self.len + 1) > 3 * self.slots.len() {
            let more = (2 * self.slots.len()).max(FEWEST);
            let all = std::mem::replace(&mut self.slots, vec![None; more]);
            all.into_iter().flatten().for_each(|slot| self.put(slot));
        }
        self.put(Slot { hash: hash(id), place });
        self.len += 1;
    }

    /// Forgets a connection that still lies at its place.
    pub fn remove(&mut self, id: ConnId, conns: &Slab<Conn>) {
        let hash = hash(id);
        let Some((at, _)) = self.run(hash).find(|(_, slot)| is(*slot, hash, id, conns)) else { return };
        self.slots[at] = None;
        self.len -= 1;
        // Those behind it, up to the next free slot, move up as far as they may.
        let mask = self.slots.len() - 1;
        let mut next = (at + 1) & mask;
        while let Some(slot) = self.slots[next].take() {
            self.put(slot);
            next = (next + 1) & mask;
        }
    }

    /// The slots from where a hash says up to the next free one.
    fn run(&self, hash: u32) -> impl Iterator<Item = (usize, Slot)> + '_ {
        let first = hash as usize;
        let places = (0..self.slots.len()).map(move |n| (first + n) & (self.slots.len() - 1));
        places.map_while(|at| self.slots[at].map(|slot| (at, slot)))
    }

    fn put(&mut self, slot: Slot) {
        let mask = self.slots.len() - 1;
        let mut at = slot.hash as usize & mask;
        while self.slots[at].is_some() {
            at = (at + 1) & mask;
        }
        self.slots[at] = Some(slot);
    }
}

/// All connections with their places, by name.
pub(super) fn by_name(conns: &Slab<Conn>) -> Vec<(ConnId, u32)> {
    let mut all: Vec<(ConnId, u32)> = conns.iter().map(|(place, conn)| (conn.id, place)).collect();
    all.in_order();
    all
}

fn is(slot: Slot, hash: u32, id: ConnId, conns: &Slab<Conn>) -> bool {
    slot.hash == hash && conns.get(slot.place).is_some_and(|conn| conn.id == id)
}

fn hash(ConnId { client, port, nth }: ConnId) -> u32 {
    let who = u64::from(client.ordinal) << 32 | u64::from(client.life) << 16 | u64::from(client.role as u8);
    let words = [u64::from(client.node.0), who, u64::from(port), u64::from(nth)];
    let mixed = words.into_iter().fold(0u64, |mixed, word| (mixed.rotate_left(29) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    (mixed >> 32) as u32
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::sim::{Actor, Draw, NodeId, Role, Time, What, below};

    fn conn(id: ConnId) -> Conn {
        let (client_open, server_open) = (true, true);
        let (accepted, severed, last_arrival, sent) = (false, false, [Time::ZERO; 2], [0; 2]);
        Conn { id, over: 0, server: id.client, accepted, client_open, server_open, severed, last_arrival, sent }
    }

    #[test]
    fn ten_thousand_openings_and_closings_agree_with_a_tree() {
        let mut rng = Draw::new(5).at(What::Field, &[]);
        let (mut places, mut conns, mut plain) = (ConnPlaces::default(), Slab::default(), BTreeMap::new());
        for _ in 0..10_000 {
            let client = Actor::new(NodeId(below(&mut rng, 40) as u32), Role::Instance, below(&mut rng, 3) as u16);
            let id = ConnId { client, port: below(&mut rng, 4) as u32, nth: below(&mut rng, 3) as u32 };
            assert_eq!(places.get(id, &conns), plain.get(&id).copied());
            if let Some(place) = plain.remove(&id) {
                places.remove(id, &conns);
                conns.take(place);
            } else {
                let place = conns.put(conn(id));
                places.insert(id, place);
                plain.insert(id, place);
            }
        }
        assert!(plain.iter().all(|(id, place)| places.get(*id, &conns) == Some(*place)));
        assert_eq!(by_name(&conns), plain.into_iter().collect::<Vec<_>>());
    }
}
