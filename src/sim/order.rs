//! Sorting and gathering with little code. The standard library's sorts are made for each type that is sorted, some ten
//! thousand bytes each, and a tree that is collected sorts first: together they were an eighth of the page. Here one sort of
//! numbers serves all lists, for half of the speed; what is sorted in every frame keeps the standard one.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Sorts a list's places: equals stay in their order.
fn order_of(len: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..len).collect();
    order.sort_by(|one, other| compare(*one, *other));
    order
}

/// Puts a list in order. Equals stay in their order.
pub trait InOrder<T> {
    /// By a comparison.
    fn in_order_by(&mut self, compare: impl Fn(&T, &T) -> Ordering);

    /// By a key.
    fn in_order_by_key<K: Ord>(&mut self, key: impl Fn(&T) -> K) {
        self.in_order_by(|one, other| key(one).cmp(&key(other)));
    }

    /// By itself.
    fn in_order(&mut self)
    where
        T: Ord,
    {
        self.in_order_by(T::cmp);
    }
}

impl<T> InOrder<T> for [T] {
    fn in_order_by(&mut self, compare: impl Fn(&T, &T) -> Ordering) {
        let mut order = order_of(self.len(), &mut |one, other| compare(&self[one], &self[other]));
        // Each cycle of places is gone round once: what belongs to a place is swapped into it.
        for start in 0..order.len() {
            let mut at = start;
            loop {
                let from = std::mem::replace(&mut order[at], at);
                if from == start {
                    break;
                }
                self.swap(at, from);
                at = from;
            }
        }
    }
}

/// Gathers into trees, item by item.
pub trait Gather: Iterator + Sized {
    /// A map; of equal keys the last one stays.
    fn into_map<K: Ord, V>(self) -> BTreeMap<K, V>
    where
        Self: Iterator<Item = (K, V)>,
    {
        let mut map = BTreeMap::new();
        for (key, value) in self {
            map.insert(key, value);
        }
        map
    }

    /// A set.
    fn into_set(self) -> BTreeSet<Self::Item>
    where
        Self::Item: Ord,
    {
        let mut set = BTreeSet::new();
        for item in self {
            set.insert(item);
        }
        set
    }
}

impl<I: Iterator> Gather for I {}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lists_come_out_as_the_standard_sort_leaves_them(items: Vec<(u8, u32)>) {
            let (mut ours, mut theirs) = (items.clone(), items.clone());
            ours.in_order_by_key(|(key, _)| *key);
            theirs.sort_by_key(|(key, _)| *key);
            prop_assert_eq!(&ours, &theirs, "equals stay in their order");
            ours.in_order();
            theirs.sort();
            prop_assert_eq!(ours, theirs);
        }

        #[test]
        fn trees_hold_what_collecting_would(items: Vec<(u8, u32)>) {
            prop_assert_eq!(items.iter().copied().into_map(), items.iter().copied().collect::<BTreeMap<_, _>>());
            prop_assert_eq!(items.iter().copied().into_set(), items.iter().copied().collect::<BTreeSet<_>>());
        }
    }
}
