//! Where producers put records: keys, and the sticky partition of records without one.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::broker::partitioner::{Partitioner, murmur2, partition_for_key};
use crate::broker::sticky::{Candidates, Sticky};

use super::outcome::{Outcome, same};

/// `kafka-key-partitioner/1`.
#[derive(Deserialize)]
pub struct Keys {
    vectors: Vec<Key>,
}

#[derive(Deserialize)]
struct Key {
    id: String,
    #[serde(deserialize_with = "hex")]
    key_hex: Vec<u8>,
    murmur2_i32: i32,
    /// By partition count.
    partitions: BTreeMap<u16, u16>,
    #[serde(default)]
    other_clients_at_12: BTreeMap<String, u16>,
}

fn hex<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(from)?;
    let byte = |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let whole = text.len().is_multiple_of(2).then(|| text.as_bytes().chunks(2).map(byte).collect::<Option<Vec<u8>>>());
    whole.flatten().ok_or_else(|| serde::de::Error::custom(format!("\"{text}\" is not hex digits in pairs")))
}

/// The hash, the partition at each count, and where librdkafka's default puts the key.
pub fn keys(file: &Keys) -> Outcome {
    Outcome::of(
        &file.vectors,
        |key| &key.id,
        |key| {
            same("murmur2", &murmur2(&key.key_hex), &key.murmur2_i32)?;
            for (count, expected) in &key.partitions {
                same(&format!("the partition of {count}"), &partition_for_key(&key.key_hex, *count), expected)?;
            }
            let elsewhere = key.other_clients_at_12.iter().filter(|(client, _)| client.starts_with("librdkafka"));
            // It puts the empty key anywhere, as if there were none.
            for (client, expected) in elsewhere.filter(|_| !key.key_hex.is_empty()) {
                same(client, &Partitioner::ConsistentRandom.of_key(&key.key_hex, 12), &Some(*expected))?;
            }
            Ok(())
        },
    )
}

/// `kafka-sticky-partitioner/1`.
#[derive(Deserialize)]
pub struct Runs {
    vectors: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    id: String,
    partitions: u16,
    #[serde(default)]
    leaderless: BTreeSet<u16>,
    batch_size: u32,
    randoms: Vec<i32>,
    events: Vec<Event>,
    expected_partition_per_append: Vec<u16>,
    randoms_used: usize,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Event {
    Append { bytes: u32, enable_switch: Option<bool> },
    Load { load: Option<Load> },
}

#[derive(Deserialize)]
struct Load {
    queue_sizes: Vec<u32>,
    partition_ids: Vec<u16>,
    length: Option<usize>,
}

/// The partition of each append, and how many random numbers were drawn.
pub fn sticky(file: &Runs) -> Outcome {
    Outcome::of(
        &file.vectors,
        |run| &run.id,
        |run| {
            let available: Vec<u16> = (0..run.partitions).filter(|partition| !run.leaderless.contains(partition)).collect();
            let among = Candidates { all: run.partitions, available: &available };
            let mut used = 0;
            let mut random = || {
                used += 1;
                // The last draw may be one past the list: it decides nothing that is looked at.
                run.randoms.get((used - 1) % run.randoms.len().max(1)).copied().unwrap_or(0)
            };
            let mut sticky = Sticky::new(run.batch_size);
            let mut placed = Vec::new();
            for event in &run.events {
                match event {
                    Event::Load { load: None } => sticky.forget_queues(),
                    Event::Load { load: Some(load) } => {
                        let counted = load.length.unwrap_or(load.queue_sizes.len());
                        let pairs = load.partition_ids.iter().copied().zip(load.queue_sizes.iter().copied());
                        let queues: Vec<(u16, u32)> = pairs.take(counted).collect();
                        sticky.queues(&queues, load.queue_sizes.len().saturating_sub(counted));
                    }
                    Event::Append { bytes, enable_switch } => {
                        placed.push(sticky.partition(among, &mut random));
                        sticky.appended(*bytes, enable_switch.unwrap_or(true), among, &mut random);
                    }
                }
            }
            same("the partition of each append", &placed, &run.expected_partition_per_append)?;
            same("the count of random numbers", &used, &run.randoms_used)
        },
    )
}
