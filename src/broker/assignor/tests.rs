//! Rules of the assignors, each at its smallest.

use std::cmp::Ordering;

use super::*;

fn member(id: &str, topics: &[&str]) -> Subscriber {
    Subscriber::new(id, topics.iter().map(|topic| Arc::from(*topic)))
}

fn counts(topics: &[(&str, u16)]) -> Topics {
    Topics::counted(topics.iter().map(|(name, count)| (Arc::from(*name), *count)).collect())
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
