//! Partitioners and the range assignor.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crosstalk::broker::assignor::{Assignor, Subscriber};
use crosstalk::broker::partitioner::{murmur2, partition_for_key};
use crosstalk::broker::sticky::{Candidates, Sticky};
use serde_json::Value;

use crate::{list, load, number, text};

#[test]
fn every_key_goes_to_the_partition_that_java_chose_at_every_count() {
    let file = load("partitioner");
    let vectors = list(&file, "vectors");
    for vector in vectors {
        let id = text(vector, "id");
        let hex = text(vector, "key_hex").as_bytes();
        let digits = |pair: &[u8]| std::str::from_utf8(pair).map(|pair| u8::from_str_radix(pair, 16));
        let key: Vec<u8> = hex.chunks(2).map(|pair| digits(pair).expect("hex is ASCII").expect("two hex digits")).collect();
        assert_eq!(i64::from(murmur2(&key)), number(vector, "murmur2_i32"), "{id}");
        let partitions = vector["partitions"].as_object().expect("partitions by count");
        assert_eq!(partitions.len(), list(&file, "partition_counts").len(), "{id}");
        for (count, expected) in partitions {
            let placed = partition_for_key(&key, count.parse().expect("a count"));
            assert_eq!(Some(u64::from(placed)), expected.as_u64(), "{id} at {count}");
        }
    }
    assert_eq!(vectors.len() as i64, number(&file, "count"));
}

#[test]
fn records_without_a_key_stick_and_switch_as_in_java() {
    let file = load("sticky_partitioner");
    let vectors = list(&file, "vectors");
    for vector in vectors {
        replay_sticky(vector);
    }
    assert_eq!(vectors.len() as i64, number(&file, "count"));
}

fn replay_sticky(vector: &Value) {
    let id = text(vector, "id");
    let all = number(vector, "partitions") as u16;
    let leaderless: BTreeSet<u64> = vector["leaderless"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
    let available: Vec<u16> = (0..all).filter(|partition| !leaderless.contains(&u64::from(*partition))).collect();
    let among = Candidates { all, available: &available };
    let randoms: Vec<i32> = list(vector, "randoms").iter().map(|n| n.as_i64().expect("a random") as i32).collect();
    let mut used = 0;
    let mut random = || {
        used += 1;
        // The last draw of a vector may be one past the list: it decides nothing that is checked.
        randoms[(used - 1) % randoms.len()]
    };
    let mut sticky = Sticky::new(number(vector, "batch_size") as u32);
    let mut placed = Vec::new();
    for event in list(vector, "events") {
        match event.get("load") {
            Some(Value::Null) => sticky.forget_queues(),
            Some(load) => {
                let sizes = list(load, "queue_sizes");
                let counted = load["length"].as_u64().map_or(sizes.len(), |length| length as usize);
                let pairs = list(load, "partition_ids").iter().zip(sizes).take(counted);
                let queues: Vec<(u16, u32)> =
                    pairs.map(|(id, size)| (id.as_u64().expect("an id") as u16, size.as_u64().expect("a size") as u32)).collect();
                sticky.queues(&queues, sizes.len() - counted);
            }
            None => {
                placed.push(u64::from(sticky.partition(among, &mut random)));
                let may_switch = event["enable_switch"].as_bool().unwrap_or(true);
                sticky.appended(number(event, "bytes") as u32, may_switch, among, &mut random);
            }
        }
    }
    let expected: Vec<u64> = list(vector, "expected_partition_per_append").iter().filter_map(Value::as_u64).collect();
    assert_eq!(placed, expected, "{id}");
    assert_eq!(used as i64, number(vector, "randoms_used"), "{id}: randoms used");
}

#[test]
fn range_deals_out_what_java_dealt_out() {
    let file = load("assignors");
    let mut checked = 0;
    for case in list(&file, "cases") {
        let Some(expected) = case["expected"].get("range").and_then(Value::as_object) else { continue };
        let id = text(case, "id");
        let topics: BTreeMap<Arc<str>, u16> = case["topics"]
            .as_object()
            .expect("topics")
            .iter()
            .map(|(name, count)| (name.as_str().into(), count.as_u64().expect("a count") as u16))
            .collect();
        let mut members: Vec<Subscriber> = list(case, "members").iter().map(subscriber).collect();
        let assignment = Assignor::Range.assign(&topics, &members);
        let dealt: BTreeMap<&str, BTreeSet<(String, u64)>> = assignment
            .iter()
            .map(|(member, list)| (&**member, list.iter().map(|(t, p)| (t.to_string(), u64::from(*p))).collect()))
            .collect();
        let wanted: BTreeMap<&str, BTreeSet<(String, u64)>> =
            expected.iter().map(|(member, list)| (member.as_str(), partitions(list))).collect();
        assert_eq!(dealt, wanted, "{id}");
        members.reverse();
        assert_eq!(Assignor::Range.assign(&topics, &members), assignment, "{id}: the order of members matters");
        checked += 1;
    }
    assert!(checked > 0);
    println!("range: {checked} cases");
}

fn subscriber(member: &Value) -> Subscriber {
    Subscriber {
        id: text(member, "id").into(),
        instance: member["instance"].as_str().map(Arc::from),
        topics: list(member, "topics").iter().filter_map(Value::as_str).map(Arc::from).collect(),
    }
}

fn partitions(list: &Value) -> BTreeSet<(String, u64)> {
    let pairs = list.as_array().into_iter().flatten();
    pairs.map(|pair| (pair[0].as_str().expect("a topic").to_string(), pair[1].as_u64().expect("a partition"))).collect()
}
