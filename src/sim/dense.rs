//! A sorted map of many things that are looked up all the time and seldom come or go: nodes, processes.

/// A sorted map in two vectors: the keys lie close together, apart from the values, so that a search stays within little
/// memory and only the value that was meant is touched. Taking out and putting in cost as much as what lies behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dense<K, V> {
    keys: Vec<K>,
    values: Vec<V>,
}

impl<K, V> Default for Dense<K, V> {
    fn default() -> Self {
        Dense { keys: Vec::new(), values: Vec::new() }
    }
}

impl<K: Copy + Ord, V> Dense<K, V> {
    /// Nothing; allocates nothing.
    pub const fn new() -> Dense<K, V> {
        Dense { keys: Vec::new(), values: Vec::new() }
    }

    /// The value of a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.keys.binary_search(key).ok().map(|place| &self.values[place])
    }

    /// The value of a key, to change.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.keys.binary_search(key).ok().map(|place| &mut self.values[place])
    }

    /// Whether a key has a value.
    pub fn contains_key(&self, key: &K) -> bool {
        self.keys.binary_search(key).is_ok()
    }

    /// Sets the value of a key, and gives back the one that it had.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.keys.binary_search(&key) {
            Ok(place) => Some(std::mem::replace(&mut self.values[place], value)),
            Err(place) => {
                self.keys.insert(place, key);
                self.values.insert(place, value);
                None
            }
        }
    }

    /// The value of a key, to change; one that is made if it has none.
    pub fn or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        let place = self.keys.binary_search(&key).unwrap_or_else(|place| {
            self.keys.insert(place, key);
            self.values.insert(place, make());
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
        let place = self.keys.binary_search(key).ok()?;
        self.keys.remove(place);
        Some(self.values.remove(place))
    }

    /// Keeps what passes.
    pub fn retain(&mut self, mut pass: impl FnMut(&K, &mut V) -> bool) {
        let mut keys = self.keys.iter();
        let mut passed = Vec::with_capacity(self.keys.len());
        self.values.retain_mut(|value| {
            let Some(key) = keys.next() else { return false };
            let passes = pass(key, value);
            passed.extend(passes.then_some(*key));
            passes
        });
        self.keys = passed;
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
        let from = self.keys.partition_point(|key| *key < low);
        let to = self.keys.partition_point(|key| *key <= high).max(from);
        self.keys[from..to].iter().zip(&self.values[from..to])
    }

    /// The same, to change.
    pub fn between_mut(&mut self, low: K, high: K) -> impl DoubleEndedIterator<Item = (&K, &mut V)> {
        let from = self.keys.partition_point(|key| *key < low);
        let to = self.keys.partition_point(|key| *key <= high).max(from);
        self.keys[from..to].iter().zip(&mut self.values[from..to])
    }

    /// All values, by key.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.values.iter()
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

    #[test]
    fn values_come_back_by_key_and_in_the_order_of_keys() {
        let mut dense = Dense::new();
        for key in [7, 3, 9, 4] {
            assert_eq!(dense.insert(key, key * 10), None);
        }
        assert_eq!(dense.insert(4, 41), Some(40));
        assert_eq!((dense.get(&4), dense.get(&5)), (Some(&41), None));
        assert_eq!((dense.remove(&9), dense.remove(&9)), (Some(90), None));
        *dense.or_default(1) += 10;
        assert_eq!(dense.iter().map(|(key, value)| (*key, *value)).collect::<Vec<_>>(), [(1, 10), (3, 30), (4, 41), (7, 70)]);
        assert_eq!(dense.between(2, 4).map(|(key, _)| *key).collect::<Vec<_>>(), [3, 4]);
        assert_eq!(dense.between(8, 2).count(), 0);
        dense.retain(|key, value| *key > 3 && *value > 41);
        assert_eq!((dense.len(), dense.get(&7)), (1, Some(&70)));
    }
}
