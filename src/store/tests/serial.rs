//! Whether what a store's facts tell could have happened one transaction after the other.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// What two transactions can be in conflict about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Item {
    Row(TableId, u32),
    Tracked(HandlerId, MessageId),
}

/// A transaction that committed, by its number: what it did, in order.
type Done = BTreeMap<u32, Vec<(Item, Option<WriteOp>)>>;

/// Builds the graph of conflicts between committed transactions: who came to an item first stands before who came later.
/// Finds an order without a circle in it, and says which value each row has after the transactions in that order.
pub fn serial_rows(facts: &[(StoreFact, Cause)]) -> BTreeMap<u32, i32> {
    let committed: BTreeSet<u32> = facts
        .iter()
        .filter_map(|(fact, _)| match fact {
            StoreFact::Committed { tx } => Some(*tx),
            _ => None,
        })
        .collect();
    let mut done = Done::new();
    let mut last: BTreeMap<Item, u32> = BTreeMap::new();
    let mut before: BTreeMap<u32, BTreeSet<u32>> = committed.iter().map(|tx| (*tx, BTreeSet::new())).collect();
    for (fact, _) in facts {
        let (tx, item, op) = match *fact {
            StoreFact::Wrote { tx, table, row, op, .. } => (tx, Item::Row(table, row), Some(op)),
            StoreFact::TrackedMessage { tx, handler, message } | StoreFact::DuplicateFound { tx, handler, message } => {
                (tx, Item::Tracked(handler, message), None)
            }
            _ => continue,
        };
        if !committed.contains(&tx) {
            continue;
        }
        done.entry(tx).or_default().push((item, op));
        // Two that only look at the same are in no conflict.
        let looks = matches!(fact, StoreFact::DuplicateFound { .. });
        let earlier = if looks { last.get(&item).copied() } else { last.insert(item, tx) };
        if let Some(earlier) = earlier.filter(|earlier| *earlier != tx) {
            before.entry(tx).or_default().insert(earlier);
        }
    }
    let mut rows: BTreeMap<u32, (i32, u32)> = BTreeMap::new();
    while !before.is_empty() {
        let free = before.iter().find(|(_, earlier)| earlier.is_empty()).map(|(tx, _)| *tx);
        let free = free.unwrap_or_else(|| panic!("a circle of conflicts: {before:?}"));
        before.remove(&free);
        for earlier in before.values_mut() {
            earlier.remove(&free);
        }
        for (item, op) in done.remove(&free).unwrap_or_default() {
            if let (Item::Row(_, row), Some(op)) = (item, op) {
                let value = op.apply(rows.get(&row).copied());
                rows.insert(row, value);
            }
        }
    }
    rows.into_iter().map(|(row, (value, _))| (row, value)).collect()
}

#[test]
fn a_circle_of_conflicts_would_be_found() {
    let wrote = |tx, row| StoreFact::Wrote { tx, table: ACCOUNTS, row, op: WriteOp::Add(1), line: LineId(3) };
    let facts = [wrote(1, 1), wrote(2, 2), wrote(1, 2), wrote(2, 1)].into_iter();
    let facts: Vec<(StoreFact, Cause)> = facts
        .chain([StoreFact::Committed { tx: 1 }, StoreFact::Committed { tx: 2 }])
        .map(|fact| (fact, Cause::by(FactId::FIRST)))
        .collect();
    assert!(std::panic::catch_unwind(|| serial_rows(&facts)).is_err());
    assert_eq!(serial_rows(&facts[..5]), BTreeMap::from([(1, 1), (2, 1)]), "one of the two alone is a serial run");
}
