//! A sorted map of many things that are looked up all the time and seldom come or go: nodes, processes.

use super::ids::{Actor, GroupId, NodeId, TopicId};

/// A key whose order begins with a small number, that of a node or a group, by which it is found at once.
pub trait Lead: Copy + Ord {
    /// Whether that number is all of the key.
    const IS_ALL: bool = false;

    /// The number that keys are ordered by first.
    fn lead(&self) -> u32;
}

impl Lead for NodeId {
    const IS_ALL: bool = true;

    fn lead(&self) -> u32 {
        self.0
    }
}

impl Lead for GroupId {
    const IS_ALL: bool = true;

    fn lead(&self) -> u32 {
        self.0.into()
    }
}

impl Lead for TopicId {
    const IS_ALL: bool = true;

    fn lead(&self) -> u32 {
        self.0.into()
    }
}

impl Lead for Actor {
    fn lead(&self) -> u32 {
        self.node.0
    }
}

impl<A: Lead, B: Copy + Ord> Lead for (A, B) {
    fn lead(&self) -> u32 {
        self.0.lead()
    }
}

impl<A: Lead, B: Copy + Ord, C: Copy + Ord> Lead for (A, B, C) {
    fn lead(&self) -> u32 {
        self.0.lead()
    }
}

/// A sorted map in two vectors: the keys lie close together, apart from the values, so that a search stays within little
/// memory and only the value that was meant is touched. A third one says where the keys of each leading number begin: a
/// thousand nodes are found as quickly as ten. Taking out and putting in cost as much as what lies behind.
#[derive(Clone, Debug)]
pub struct Dense<K, V> {
    keys: Vec<K>,
    values: Vec<V>,
    /// How many keys have a smaller leading number than each, up to one above the largest below [`LED`].
    starts: Vec<u32>,
}

/// Keys with a leading number from here on, which only a board written by hand has, are searched for by halves. The largest
/// number is one of them, and so is the largest place there is where addresses have 32 bits.
const LED: u32 = 1 << 14;

impl<K, V> Default for Dense<K, V> {
    fn default() -> Self {
        Dense { keys: Vec::new(), values: Vec::new(), starts: Vec::new() }
    }
}

impl<K: PartialEq, V: PartialEq> PartialEq for Dense<K, V> {
    fn eq(&self, other: &Dense<K, V>) -> bool {
        self.keys == other.keys && self.values == other.values
    }
}

impl<K: Eq, V: Eq> Eq for Dense<K, V> {}

impl<K: Lead, V> Dense<K, V> {
    /// Nothing; allocates nothing.
    pub const fn new() -> Dense<K, V> {
        Dense { keys: Vec::new(), values: Vec::new(), starts: Vec::new() }
    }

    /// The value of a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.find(key).ok().map(|place| &self.values[place])
    }

    /// The value of a key, to change.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.find(key).ok().map(|place| &mut self.values[place])
    }

    /// Whether a key has a value.
    pub fn contains_key(&self, key: &K) -> bool {
        self.find(key).is_ok()
    }

    /// Sets the value of a key, and gives back the one that it had.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.find(&key) {
            Ok(place) => Some(std::mem::replace(&mut self.values[place], value)),
            Err(place) => {
                self.put(place, key, value);
                None
            }
        }
    }

    /// The value of a key, to change; one that is made if it has none.
    pub fn or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        let place = self.find(&key).unwrap_or_else(|place| {
            self.put(place, key, make());
            place
        });
        &mut self.values[place]
    }

    /// The same by default.
    pub fn or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        self.or_insert_with(key, V::default)
    }

    /// Takes out the value of a key.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let place = self.find(key).ok()?;
        self.keys.remove(place);
        self.behind(key).for_each(|start| *start -= 1);
        Some(self.values.remove(place))
    }

    /// Keeps what passes.
    pub fn retain(&mut self, mut pass: impl FnMut(&K, &mut V) -> bool) {
        let mut kept = Dense::new();
        for (key, mut value) in std::mem::take(&mut self.keys).into_iter().zip(std::mem::take(&mut self.values)) {
            if pass(&key, &mut value) {
                kept.put(kept.len(), key, value);
            }
        }
        *self = kept;
    }

    /// Where a key is, or where it would go.
    fn find(&self, key: &K) -> Result<usize, usize> {
        let (from, to) = self.led_by(key.lead());
        match &self.keys[from..to] {
            [_] if K::IS_ALL && key.lead() < LED => Ok(from),
            [only] if only == key => Ok(from),
            several => several.binary_search(key).map(|place| from + place).map_err(|place| from + place),
        }
    }

    /// Where the keys lie that a leading number may have.
    fn led_by(&self, lead: u32) -> (usize, usize) {
        let lead = lead as usize;
        let from = self.starts.get(lead).or(self.starts.last()).map_or(0, |start| *start as usize);
        (from, self.starts.get(lead.saturating_add(1)).map_or(self.keys.len(), |start| *start as usize))
    }

    fn put(&mut self, place: usize, key: K, value: V) {
        let needed = if key.lead() < LED { key.lead() as usize + 2 } else { 0 };
        if self.starts.len() < needed {
            // All keys that are not led by a number yet are led by one above all that are.
            let all = self.starts.last().copied().unwrap_or(0);
            self.starts.resize(needed, all);
        }
        self.behind(&key).for_each(|start| *start += 1);
        self.keys.insert(place, key);
        self.values.insert(place, value);
    }

    /// Where the keys of each larger leading number begin.
    fn behind(&mut self, key: &K) -> impl Iterator<Item = &mut u32> {
        self.starts.iter_mut().skip((key.lead() as usize).saturating_add(1))
    }

    /// All keys with their values, by key.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.keys.iter().zip(&self.values)
    }

    /// All keys with their values to change, by key.
    pub fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = (&K, &mut V)> {
        self.keys.iter().zip(&mut self.values)
    }

    /// Those from one key to another, both included, by key.
    pub fn between(&self, low: K, high: K) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        let (from, to) = self.range(low, high);
        self.keys[from..to].iter().zip(&self.values[from..to])
    }

    /// The same, to change.
    pub fn between_mut(&mut self, low: K, high: K) -> impl DoubleEndedIterator<Item = (&K, &mut V)> {
        let (from, to) = self.range(low, high);
        self.keys[from..to].iter().zip(&mut self.values[from..to])
    }

    fn range(&self, low: K, high: K) -> (usize, usize) {
        let (first, _) = self.led_by(low.lead());
        let (_, last) = self.led_by(high.lead());
        let among = &self.keys[first..last.max(first)];
        let from = first + among.partition_point(|key| *key < low);
        (from, (first + among.partition_point(|key| *key <= high)).max(from))
    }

    /// All values, by key.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.values.iter()
    }

    /// All values by key, to change.
    pub fn values_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut V> {
        self.values.iter_mut()
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{Draw, What, below};
    use std::collections::BTreeMap;

    #[test]
    fn values_come_back_by_key_and_in_the_order_of_keys() {
        let mut dense = Dense::new();
        for key in [7, 3, 9, 4] {
            assert_eq!(dense.insert(NodeId(key), key * 10), None);
        }
        assert_eq!(dense.insert(NodeId(4), 41), Some(40));
        assert_eq!((dense.get(&NodeId(4)), dense.get(&NodeId(5))), (Some(&41), None));
        assert_eq!((dense.remove(&NodeId(9)), dense.remove(&NodeId(9))), (Some(90), None));
        *dense.or_default(NodeId(1)) += 10;
        let all: Vec<(u32, u32)> = dense.iter().map(|(key, value)| (key.0, *value)).collect();
        assert_eq!(all, [(1, 10), (3, 30), (4, 41), (7, 70)]);
        assert_eq!(dense.between(NodeId(2), NodeId(4)).map(|(key, _)| key.0).collect::<Vec<_>>(), [3, 4]);
        assert_eq!(dense.between(NodeId(8), NodeId(2)).count(), 0);
        dense.retain(|key, value| key.0 > 3 && *value > 41);
        assert_eq!((dense.len(), dense.get(&NodeId(7))), (1, Some(&70)));
    }

    #[test]
    fn ten_thousand_random_changes_and_look_ups_agree_with_a_tree() {
        let mut rng = Draw::new(5).at(What::Field, &[]);
        let mut dense: Dense<(NodeId, u16), u32> = Dense::new();
        let mut tree = BTreeMap::new();
        for n in 0..10_000u32 {
            // Few numbers, some far apart, and a few that are searched for by halves.
            let far = [0, 0, 0, 900, LED - 3, LED + 7, u32::MAX - 5][below(&mut rng, 7) as usize];
            let key = (NodeId(far + below(&mut rng, 6) as u32), below(&mut rng, 4) as u16);
            match below(&mut rng, 8) {
                0..=2 => assert_eq!(dense.insert(key, n), tree.insert(key, n)),
                3 => assert_eq!(*dense.or_default(key), *tree.entry(key).or_default()),
                4 | 5 => assert_eq!(dense.remove(&key), tree.remove(&key)),
                6 => {
                    let high = (NodeId(key.0.0.saturating_add(below(&mut rng, 1_000) as u32)), 3);
                    assert!(dense.between(key, high).eq(tree.range(key..=high)));
                }
                _ if n % 50 == 0 => {
                    dense.retain(|key, value| key.1 != 1 || *value % 2 == 0);
                    tree.retain(|key, value| key.1 != 1 || *value % 2 == 0);
                }
                _ => assert_eq!(dense.get(&key), tree.get(&key)),
            }
            assert!(dense.len() == tree.len() && dense.iter().eq(&tree));
        }
    }

    #[test]
    fn maps_are_equal_that_hold_the_same_whatever_they_have_held() {
        let mut one = Dense::new();
        one.insert(NodeId(1), "kept");
        let other = one.clone();
        one.insert(NodeId(400), "gone");
        assert_ne!(one, other);
        one.remove(&NodeId(400));
        assert_eq!(one, other);
    }
}
