//! A sorted map in blocks that clones share, so that a snapshot of what has grown costs little.

use std::sync::Arc;

use crate::sim::{HandlerId, IntentId, LineId, MessageId, NodeId, RecordId, TableId, TopicId};

use super::outbox::OutboxId;

/// Neighbouring numbers that share a block: 2 to the power of this.
const NEIGHBOURS: u32 = 6;

/// A key that knows its block. A smaller key never lies in a later block.
pub trait BlockKey: Copy + Ord {
    /// What names a block.
    type Block: Copy + Ord + std::fmt::Debug;
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

impl BlockKey for (HandlerId, RecordId) {
    type Block = (HandlerId, TopicId, u16, u32);
    fn block(self) -> (HandlerId, TopicId, u16, u32) {
        (self.0, self.1.topic, self.1.partition, self.1.offset.block())
    }
}

impl BlockKey for (IntentId, LineId) {
    type Block = (NodeId, u32);
    fn block(self) -> (NodeId, u32) {
        (self.0.client, self.0.n.block())
    }
}

/// A sorted map. A clone shares all blocks; a block is copied when it is changed while shared.
#[derive(Clone, Debug, PartialEq)]
pub struct BlockMap<K: BlockKey, V> {
    /// By name: most come in order, and a vector takes less than a tree.
    blocks: Vec<Named<K, V>>,
    len: u32,
}

/// A block with its name.
type Named<K, V> = (<K as BlockKey>::Block, Arc<Vec<(K, V)>>);

impl<K: BlockKey, V> Default for BlockMap<K, V> {
    fn default() -> Self {
        BlockMap { blocks: Vec::new(), len: 0 }
    }
}

impl<K: BlockKey, V: Clone> BlockMap<K, V> {
    /// How many keys have a value.
    pub fn count(&self) -> u32 {
        self.len
    }

    /// The value of a key.
    pub fn get(&self, key: K) -> Option<&V> {
        let block = &self.blocks.get(self.find(key.block()).ok()?)?.1;
        let place = place_in(block, key).ok()?;
        block.get(place).map(|(_, value)| value)
    }

    /// Sets the value of a key.
    pub fn set(&mut self, key: K, value: V) {
        let at = self.find(key.block()).unwrap_or_else(|at| {
            self.blocks.insert(at, (key.block(), Arc::default()));
            at
        });
        let block = Arc::make_mut(&mut self.blocks[at].1);
        match place_in(block, key) {
            Ok(place) => block[place].1 = value,
            Err(place) => {
                block.insert(place, (key, value));
                self.len += 1;
            }
        }
    }

    /// The value of a key, to change: one that it gets by default if it has none.
    pub fn entry(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        if self.get(key).is_none() {
            self.set(key, V::default());
        }
        let at = self.find(key.block()).expect("the key has a block");
        let block = Arc::make_mut(&mut self.blocks[at].1);
        let place = place_in(block, key).expect("the key has a value");
        &mut block[place].1
    }

    /// Takes out the value of a key.
    pub fn remove(&mut self, key: K) -> Option<V> {
        let at = self.find(key.block()).ok()?;
        let place = place_in(&self.blocks[at].1, key).ok()?;
        let block = Arc::make_mut(&mut self.blocks[at].1);
        let (_, value) = block.remove(place);
        if block.is_empty() {
            self.blocks.remove(at);
        }
        self.len -= 1;
        Some(value)
    }

    /// Where a block is, or where it would go; the last is tried first.
    fn find(&self, name: K::Block) -> Result<usize, usize> {
        match self.blocks.last() {
            Some((last, _)) if *last < name => Err(self.blocks.len()),
            _ => self.blocks.binary_search_by(|(other, _)| other.cmp(&name)),
        }
    }

    /// All values in the order of their keys.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (K, &V)> {
        self.blocks.iter().flat_map(|(_, block)| block.iter().map(|(key, value)| (*key, value)))
    }

    /// The values of the keys from `low` to `high`, both included, in the order of their keys.
    pub fn between(&self, low: K, high: K) -> impl Iterator<Item = (K, &V)> {
        let from = self.blocks.partition_point(|(name, _)| *name < low.block());
        self.blocks[from..]
            .iter()
            .take_while(move |(name, _)| *name <= high.block())
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
        assert_eq!(map.count(), 4);
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
    fn what_is_taken_out_is_gone_and_an_empty_block_with_it() {
        let mut map = BlockMap::default();
        *map.entry(1u32) += 5;
        *map.entry(1) += 5;
        map.set(200, 7);
        let before = map.clone();
        assert_eq!((map.remove(1), map.remove(1)), (Some(10), None));
        assert_eq!((map.count(), map.blocks.len()), (1, 1));
        assert_eq!((before.get(1), before.count()), (Some(&10), 2));
    }

    #[test]
    fn a_smaller_key_never_lies_in_a_later_block() {
        let keys = [(TableId(0), 0), (TableId(0), 31), (TableId(0), 32), (TableId(1), 0), (TableId(1), u32::MAX)];
        assert!(keys.is_sorted_by_key(|key| key.block()));
    }
}
