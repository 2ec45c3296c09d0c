//! How the records of a keyed topic spread over its partitions, and whether one of them gets more than is read of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::sim::{Dense, GroupId, RecordId, TopicId};

/// So many records of a topic are looked at together: enough that chance alone does not give one partition most of them,
/// and what that costs in lag stands out.
const WINDOW: u32 = 60;
/// The busiest partition gets at least so many times as much as the others do on average.
const TIMES: u64 = 6;
/// At least so many records wait in it: a quarter of a window.
const WAITING: u32 = WINDOW / 4;

/// All topics whose records have keys.
#[derive(Clone, Debug, Default)]
pub(super) struct Hot(Dense<TopicId, Spread>);

#[derive(Clone, Debug, Default)]
struct Spread {
    count: u32,
    /// How many records came into each partition.
    appended: BTreeMap<u16, u32>,
    /// How many each group was handed of each.
    fetched: BTreeMap<(GroupId, u16), u32>,
    /// The groups of which it was reported.
    told: BTreeSet<GroupId>,
}

/// A partition that gets too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) group: GroupId,
    pub(super) partition: u16,
    /// How many of the records of the window lie in it, and of how many.
    pub(super) records: (u32, u32),
    /// How many wait in it.
    pub(super) lag: u32,
}

impl Hot {
    /// A group is handed a record.
    pub(super) fn fetched(&mut self, group: GroupId, record: RecordId) {
        if let Some(spread) = self.0.get_mut(&record.topic) {
            *spread.fetched.entry((group, record.partition)).or_default() += 1;
        }
    }

    /// A record comes into a topic of more than one partition. At the end of a window, says of which groups a partition is
    /// hot, by how many records wait for them in each.
    pub(super) fn appended(&mut self, record: RecordId, partitions: u16, lag: impl Fn(GroupId, u16) -> u32) -> Vec<Found> {
        let spread = self.0.or_default(record.topic);
        *spread.appended.entry(record.partition).or_default() += 1;
        spread.count += 1;
        if spread.count < WINDOW {
            return Vec::new();
        }
        let busiest = spread.appended.iter().max_by_key(|(partition, count)| (**count, u16::MAX - **partition));
        let Some((&partition, &most)) = busiest else { return Vec::new() };
        let others = u64::from(partitions.saturating_sub(1));
        // Where all go to one partition there is one key, and nothing to spread.
        let uneven = most < spread.count && u64::from(most) * others >= TIMES * u64::from(spread.count - most);
        let groups: BTreeSet<GroupId> = spread.fetched.keys().map(|(group, _)| *group).collect();
        let mut found = Vec::new();
        for group in groups {
            let handed = |of: u16| spread.fetched.get(&(group, of)).copied().unwrap_or(0);
            let waiting = lag(group, partition);
            let elsewhere: u32 = (0..partitions).filter(|of| *of != partition).map(|of| lag(group, of)).sum();
            // One that is read less than another is held up, whatever comes into it.
            let is_read = (0..partitions).all(|of| handed(of) <= handed(partition));
            if uneven && is_read && waiting >= WAITING && waiting > 3 * elsewhere {
                if spread.told.insert(group) {
                    found.push(Found { group, partition, records: (most, spread.count), lag: waiting });
                }
            } else {
                spread.told.remove(&group);
            }
        }
        (spread.count, spread.appended, spread.fetched) = Default::default();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUP: GroupId = GroupId(1);
    const TOPIC: TopicId = TopicId(1);

    /// What is found in three partitions of which the first gets so many of each 10 records, and of which so many wait.
    fn found(first: u32, waiting: [u32; 3], handed: u16) -> Vec<Found> {
        let mut hot = Hot::default();
        let mut all = Vec::new();
        for n in 0..180 {
            let partition = if n % 10 < first { 0 } else { 1 + (n % 2) as u16 };
            let record = RecordId { topic: TOPIC, partition, offset: n };
            all.extend(hot.appended(record, 3, |_, of| waiting[usize::from(of)]));
            hot.fetched(GROUP, RecordId { partition: handed, ..record });
        }
        all
    }

    #[test]
    fn a_partition_that_gets_six_times_as_much_as_others_and_falls_behind_is_hot_and_told_of_once() {
        let all = found(8, [18, 3, 1], 0);
        assert_eq!(all, [Found { group: GROUP, partition: 0, records: (48, 60), lag: 18 }]);
    }

    #[test]
    fn one_that_is_even_or_keeps_up_or_lags_no_more_than_others_or_is_held_up_is_not() {
        assert_eq!(found(7, [18, 3, 1], 0), []);
        assert_eq!(found(8, [14, 0, 0], 0), []);
        assert_eq!(found(8, [18, 5, 1], 0), []);
        assert_eq!(found(8, [18, 3, 1], 1), []);
        assert_eq!(found(10, [18, 0, 0], 0), [], "there is only one key");
    }
}
