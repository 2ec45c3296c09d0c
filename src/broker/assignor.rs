//! Who reads which partitions: computed by a group's leader, from what all members subscribed to.

use crate::sim::{Gather, InOrder};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A member as an assignor sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscriber {
    /// The member id.
    pub id: Arc<str>,
    /// `group.instance.id` of a static member.
    pub instance: Option<Arc<str>>,
    /// The topics that it subscribed to, by name.
    pub topics: Vec<Arc<str>>,
}

/// Partitions by member id, each list in the order in which it was dealt. Every member has an entry.
pub type Assignment = BTreeMap<Arc<str>, Vec<(Arc<str>, u16)>>;

/// A way to deal partitions out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Assignor {
    /// Each topic by itself, in runs of consecutive partitions. Kafka: `RangeAssignor`.
    Range,
}

impl Assignor {
    /// The name under which members vote for it.
    pub const fn name(self) -> &'static str {
        match self {
            Assignor::Range => "range",
        }
    }

    /// The assignor of that name, if there is one.
    pub fn by_name(name: &str) -> Option<Assignor> {
        [Assignor::Range].into_iter().find(|assignor| assignor.name() == name)
    }

    /// Deals out the partitions of `topics` (name to partition count) among the members. Depends on nothing else,
    /// not even on the order of `members`. A topic that is not in `topics` is skipped.
    pub fn assign(self, topics: &BTreeMap<Arc<str>, u16>, members: &[Subscriber]) -> Assignment {
        match self {
            Assignor::Range => range(topics, members),
        }
    }
}

/// Topic by topic: with P partitions and M subscribers each gets P/M in a row, and the first P mod M one more. So
/// many topics of one partition all go to the first member.
fn range(topics: &BTreeMap<Arc<str>, u16>, members: &[Subscriber]) -> Assignment {
    let mut ordered: Vec<&Subscriber> = members.iter().collect();
    ordered.in_order_by(|a, b| member_order(a, b));
    let mut assignment: Assignment = ordered.iter().map(|member| (member.id.clone(), Vec::new())).into_map();

    let mut names: Vec<(&Arc<str>, u16)> = topics.iter().map(|(name, count)| (name, *count)).collect();
    names.in_order_by(|a, b| java_order(a.0, b.0));
    for (topic, partitions) in names {
        let subscribers: Vec<&&Subscriber> = ordered.iter().filter(|member| member.topics.contains(topic)).collect();
        let mut dealt = 0..partitions;
        for (place, member) in subscribers.iter().enumerate() {
            let extra = usize::from(place < usize::from(partitions) % subscribers.len());
            let share = usize::from(partitions) / subscribers.len() + extra;
            let run = dealt.by_ref().take(share).map(|partition| (topic.clone(), partition));
            assignment.entry(member.id.clone()).or_default().extend(run);
        }
    }
    assignment
}

/// Static members first, by instance id; then the others by member id. Kafka: `MemberInfo.compareTo`.
fn member_order(a: &Subscriber, b: &Subscriber) -> Ordering {
    match (&a.instance, &b.instance) {
        (Some(x), Some(y)) => java_order(x, y),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => java_order(&a.id, &b.id),
    }
}

/// Java's `String.compareTo`: by UTF-16 code units, which puts characters above U+FFFF before U+E000.
pub fn java_order(a: &str, b: &str) -> Ordering {
    a.encode_utf16().cmp(b.encode_utf16())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(id: &str, topics: &[&str]) -> Subscriber {
        Subscriber { id: id.into(), instance: None, topics: topics.iter().map(|topic| Arc::from(*topic)).collect() }
    }

    fn counts(topics: &[(&str, u16)]) -> BTreeMap<Arc<str>, u16> {
        topics.iter().map(|(name, count)| (Arc::from(*name), *count)).collect()
    }

    fn given(assignment: &Assignment, id: &str) -> Vec<(String, u16)> {
        assignment[id].iter().map(|(topic, partition)| (topic.to_string(), *partition)).collect()
    }

    #[test]
    fn the_first_members_get_one_more_where_partitions_do_not_divide() {
        let members = [member("c", &["t"]), member("a", &["t"]), member("b", &["t"])];
        let assignment = Assignor::Range.assign(&counts(&[("t", 7)]), &members);
        let sizes = ["a", "b", "c"].map(|id| given(&assignment, id).len());
        assert_eq!(sizes, [3, 2, 2]);
        assert_eq!(given(&assignment, "b"), [("t".into(), 3), ("t".into(), 4)]);
    }

    #[test]
    fn topics_of_one_partition_all_go_to_the_first_member() {
        let members = [member("a", &["s", "t"]), member("b", &["s", "t"])];
        let assignment = Assignor::Range.assign(&counts(&[("s", 1), ("t", 1)]), &members);
        assert_eq!(given(&assignment, "a").len(), 2);
        assert_eq!(given(&assignment, "b").len(), 0);
    }

    #[test]
    fn static_members_come_before_others_whatever_their_ids() {
        let still = Subscriber { instance: Some("z".into()), ..member("z-1", &["t"]) };
        let assignment = Assignor::Range.assign(&counts(&[("t", 1)]), &[member("a", &["t"]), still]);
        assert_eq!(given(&assignment, "z-1").len(), 1);
    }

    #[test]
    fn a_topic_that_nobody_subscribed_to_and_one_that_is_unknown_are_skipped() {
        let assignment = Assignor::Range.assign(&counts(&[("t", 3)]), &[member("a", &["u"])]);
        assert_eq!(given(&assignment, "a"), []);
    }

    #[test]
    fn a_character_beyond_the_basic_plane_sorts_before_a_private_one_as_in_java() {
        assert_eq!(java_order("\u{1f600}", "\u{e000}"), Ordering::Less);
        assert_eq!("\u{1f600}".cmp("\u{e000}"), Ordering::Greater);
    }
}
