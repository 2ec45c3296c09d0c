//! Sorted maps in vectors: look-ups touch little memory, which is what counts where there are many owners of few things.

use std::cmp::Ordering;

/// A sorted map of few things, side by side in one vector. Taking out and putting in cost as much as what lies behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Few<K, V>(Vec<Entry<K, V>>);

/// A key with its value, in this order in memory: a look-up touches only the beginning of a large value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Entry<K, V> {
    key: K,
    value: V,
}

impl<K, V> Default for Few<K, V> {
    fn default() -> Self {
        Few(Vec::new())
    }
}

impl<K: Ord, V> Few<K, V> {
    /// Nothing; allocates nothing.
    pub const fn new() -> Few<K, V> {
        Few(Vec::new())
    }

    /// The value of a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.find(key).ok().map(|place| &self.0[place].value)
    }

    /// The value of a key, to change.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.find(key).ok().map(|place| &mut self.0[place].value)
    }

    /// Whether a key has a value.
    pub fn contains_key(&self, key: &K) -> bool {
        self.find(key).is_ok()
    }

    /// Sets the value of a key, and gives back the one that it had.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.find(&key) {
            Ok(place) => Some(std::mem::replace(&mut self.0[place].value, value)),
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
        &mut self.0[place].value
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
        self.find(key).ok().map(|place| self.0.remove(place).value)
    }

    /// Keeps what passes.
    pub fn retain(&mut self, mut pass: impl FnMut(&K, &mut V) -> bool) {
        self.0.retain_mut(|Entry { key, value }| pass(key, value));
    }

    /// All keys with their values, by key.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.0.iter().map(|Entry { key, value }| (key, value))
    }

    /// All keys, in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> {
        self.0.iter().map(|entry| &entry.key)
    }

    /// All values, by key.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.0.iter().map(|entry| &entry.value)
    }

    /// All values by key, to change.
    pub fn values_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut V> {
        self.0.iter_mut().map(|entry| &mut entry.value)
    }

    /// All keys with their values to change, by key.
    pub fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = (&K, &mut V)> {
        self.0.iter_mut().map(|Entry { key, value }| (&*key, value))
    }

    /// Those from one key to another, both included, by key.
    pub fn between(&self, low: K, high: K) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        let from = self.0.partition_point(|entry| entry.key < low);
        let to = self.0.partition_point(|entry| entry.key <= high).max(from);
        self.0[from..to].iter().map(|Entry { key, value }| (key, value))
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where a key is, or where it would go; most come in order, so the end is tried first.
    fn find(&self, key: &K) -> Result<usize, usize> {
        let Some((last, before)) = self.0.split_last() else { return Err(0) };
        match last.key.cmp(key) {
            Ordering::Less => Err(self.0.len()),
            Ordering::Equal => Ok(before.len()),
            Ordering::Greater => before.binary_search_by(|entry| entry.key.cmp(key)),
        }
    }

    fn put(&mut self, place: usize, key: K, value: V) {
        if self.0.len() == self.0.capacity() {
            // A vector would begin with room for four, and most of these never hold more than one or two.
            self.0.reserve_exact(self.0.len().max(1));
        }
        self.0.insert(place, Entry { key, value });
    }
}

impl<K: Ord, V> Extend<(K, V)> for Few<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, all: I) {
        for (key, value) in all {
            self.insert(key, value);
        }
    }
}

impl<K, V> IntoIterator for Few<K, V> {
    type Item = (K, V);
    type IntoIter = std::iter::Map<std::vec::IntoIter<Entry<K, V>>, fn(Entry<K, V>) -> (K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter().map(|Entry { key, value }| (key, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_by_key_and_in_the_order_of_keys() {
        let mut few = Few::new();
        for key in [7, 3, 9, 4] {
            assert_eq!(few.insert(key, key * 10), None);
        }
        assert_eq!(few.insert(4, 41), Some(40));
        assert_eq!((few.get(&4), few.get(&5)), (Some(&41), None));
        assert_eq!((few.remove(&9), few.remove(&9)), (Some(90), None));
        *few.or_default(1) += 5;
        *few.or_default(1) += 5;
        assert_eq!(few.iter().map(|(key, value)| (*key, *value)).collect::<Vec<_>>(), [(1, 10), (3, 30), (4, 41), (7, 70)]);
        few.retain(|key, _| *key > 3);
        assert_eq!(few.keys().copied().collect::<Vec<_>>(), [4, 7]);
    }
}
