//! A sorted map in blocks that clones share, so that a snapshot of what has grown costs little.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::sim::{HandlerId, MessageId, NodeId, TableId};

use super::outbox::OutboxId;

/// Neighbouring numbers that share a block: 2 to the power of this.
const NEIGHBOURS: u32 = 5;

/// A key that knows its block. A smaller key never lies in a later block.
pub trait BlockKey: Copy + Ord {
    /// What names a block.
    type Block: Copy + Ord;
    /// The block it lies in.
    fn block(self) -> Self::Block;
}

impl BlockKey for u32 {
    type Block = u32;
    fn block(self) -> u32 {
        self >> NEIGHBOURS
    }
}

impl BlockKey for OutboxId {
    type Block = u32;
    fn block(self) -> u32 {
        self.0.block()
    }
}

impl BlockKey for (TableId, u32) {
    type Block = (TableId, u32);
    fn block(self) -> (TableId, u32) {
        (self.0, self.1.block())
    }
}

impl BlockKey for (HandlerId, MessageId) {
    type Block = (HandlerId, NodeId, u32);
    fn block(self) -> (HandlerId, NodeId, u32) {
        (self.0, self.1.intent.client, self.1.intent.n.block())
    }
}

/// A sorted map. A clone shares all blocks; a block is copied when it is changed while shared.
#[derive(Clone, Debug, PartialEq)]
pub struct BlockMap<K: BlockKey, V> {
    blocks: BTreeMap<K::Block, Arc<Vec<(K, V)>>>,
    len: u32,
}

impl<K: BlockKey, V> Default for BlockMap<K, V> {
    fn default() -> Self {
        BlockMap { blocks: BTreeMap::new(), len: 0 }
    }
}

impl<K: BlockKey, V: Clone> BlockMap<K, V> {
    /// How many keys have a value.
    pub fn len(&self) -> u32 {
        self.len
    }

    /// The value of a key.
    pub fn get(&self, key: K) -> Option<&V> {
        let block = self.blocks.get(&key.block())?;
        let place = place_in(block, key).ok()?;
        block.get(place).map(|(_, value)| value)
    }

    /// Sets the value of a key.
    pub fn set(&mut self, key: K, value: V) {
        let block = Arc::make_mut(self.blocks.entry(key.block()).or_default());
        match place_in(block, key) {
            Ok(place) => block[place].1 = value,
            Err(place) => {
                block.insert(place, (key, value));
                self.len += 1;
            }
        }
    }

    /// All values in the order of their keys.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (K, &V)> {
        self.blocks.values().flat_map(|block| block.iter().map(|(key, value)| (*key, value)))
    }

    /// The values of the keys from `low` to `high`, both included, in the order of their keys.
    pub fn between(&self, low: K, high: K) -> impl Iterator<Item = (K, &V)> {
        let blocks = (low <= high).then(|| self.blocks.range(low.block()..=high.block())).into_iter().flatten();
        blocks
            .flat_map(|(_, block)| block.iter().map(|(key, value)| (*key, value)))
            .filter(move |(key, _)| (low..=high).contains(key))
    }
}

/// Where a key is in a block, or where it would go. Most keys come in order, so the end is tried first.
fn place_in<K: Ord + Copy, V>(block: &[(K, V)], key: K) -> Result<usize, usize> {
    match block.last() {
        Some((last, _)) if *last < key => Err(block.len()),
        _ => block.binary_search_by(|(other, _)| other.cmp(&key)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_by_key_and_in_the_order_of_keys() {
        let mut map = BlockMap::default();
        for key in [70, 3, 40, 4, 3] {
            map.set(key, key * 10);
        }
        assert_eq!(map.len(), 4);
        assert_eq!((map.get(40), map.get(41)), (Some(&400), None));
        assert_eq!(map.iter().map(|(key, _)| key).collect::<Vec<u32>>(), [3, 4, 40, 70]);
        assert_eq!(map.between(4, 69).map(|(key, _)| key).collect::<Vec<u32>>(), [4, 40]);
        assert_eq!(map.between(9, 1).count(), 0);
    }

    #[test]
    fn a_clone_keeps_what_it_had() {
        let mut map = BlockMap::default();
        map.set(1u32, 'a');
        let before = map.clone();
        map.set(1, 'b');
        map.set(2, 'c');
        assert_eq!(before.iter().collect::<Vec<_>>(), [(1, &'a')]);
        assert_eq!(map.iter().collect::<Vec<_>>(), [(1, &'b'), (2, &'c')]);
    }

    #[test]
    fn a_smaller_key_never_lies_in_a_later_block() {
        let keys = [(TableId(0), 0), (TableId(0), 31), (TableId(0), 32), (TableId(1), 0), (TableId(1), u32::MAX)];
        assert!(keys.is_sorted_by_key(|key| key.block()));
    }
}
