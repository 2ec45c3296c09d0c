//! A map that only finds: for what is many, comes and goes all the time, and is never gone through in its order.
#![expect(clippy::disallowed_types, reason = "the one place where a table by hash is allowed: no order leaves it")]

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash};

use super::hash::FactHasher;
use super::order::InOrder;

/// A table by hash whose order nobody sees: it would differ between machines. What is listed is sorted first.
#[derive(Clone, Debug)]
pub struct Lookup<K, V>(HashMap<K, V, BuildHasherDefault<FactHasher>>);

impl<K, V> Default for Lookup<K, V> {
    fn default() -> Self {
        Lookup(HashMap::default())
    }
}

impl<K: Copy + Hash + Ord, V> Lookup<K, V> {
    /// The value of a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.0.get(key)
    }

    /// The value of a key, to change; a new one if it has none.
    pub fn or_insert(&mut self, key: K, value: V) -> &mut V {
        self.0.entry(key).or_insert(value)
    }

    /// The same by default.
    pub fn or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        self.0.entry(key).or_default()
    }

    /// Sets the value of a key, and gives back the one that it had.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.0.insert(key, value)
    }

    /// Takes out the value of a key.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.0.remove(key)
    }

    /// Keeps what passes, which must not depend on what else does.
    pub fn retain(&mut self, mut pass: impl FnMut(&K, &V) -> bool) {
        self.0.retain(|key, value| pass(key, value));
    }

    /// All keys with their values, by key: costs a sort.
    pub fn sorted(&self) -> Vec<(K, &V)> {
        let mut all: Vec<(K, &V)> = self.0.iter().map(|(key, value)| (*key, value)).collect();
        all.in_order_by_key(|(key, _)| *key);
        all
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::sim::{Draw, What, below};

    #[test]
    fn what_is_listed_is_in_the_order_of_keys_whatever_the_table_has_held() {
        let mut lookup = Lookup::default();
        for key in (0..100u32).rev() {
            assert_eq!(lookup.insert(key, key * 10), None);
        }
        lookup.retain(|key, _| key % 3 == 0);
        assert_eq!((lookup.remove(&9), lookup.remove(&9), lookup.remove(&10)), (Some(90), None, None));
        *lookup.or_insert(1, 4) += 1;
        *lookup.or_default(2) += 7;
        let first: Vec<(u32, u32)> = lookup.sorted().into_iter().take(5).map(|(key, value)| (key, *value)).collect();
        assert_eq!(first, [(0, 0), (1, 5), (2, 7), (3, 30), (6, 60)]);
        assert_eq!((lookup.len(), lookup.get(&12), lookup.get(&13)), (35, Some(&120), None));
    }

    #[test]
    fn ten_thousand_random_changes_agree_with_a_tree() {
        let mut rng = Draw::new(5).at(What::Field, &[]);
        let (mut lookup, mut tree) = (Lookup::default(), BTreeMap::new());
        for n in 0..10_000u32 {
            let key = (below(&mut rng, 40) as u32, below(&mut rng, 3) as u16, below(&mut rng, 4) as u32);
            assert_eq!(lookup.get(&key), tree.get(&key));
            if below(&mut rng, 2) == 0 {
                assert_eq!(lookup.remove(&key), tree.remove(&key));
            } else {
                assert_eq!(lookup.insert(key, n), tree.insert(key, n));
            }
        }
        assert!(lookup.sorted().into_iter().eq(tree.iter().map(|(key, value)| (*key, value))));
    }
}
