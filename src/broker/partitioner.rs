//! Which partition a keyed record goes to: murmur2 of the key's bytes, as every Java producer does it, or what other
//! clients do instead.

/// How a producer chooses the partition of a record (semantics 1.7). Two producers that choose differently put one key on
/// two partitions, and its order is lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Partitioner {
    /// Java's own: murmur2 of the key; records without one stick to a partition until a batch is full.
    #[default]
    Default,
    /// librdkafka's default, and so that of the clients built on it: CRC32 of the key; records without a key, or with an
    /// empty one, go anywhere, each by itself.
    ConsistentRandom,
    /// librdkafka's `murmur2_random`, which agrees with Java about keys; records without one go anywhere, each by itself.
    Murmur2Random,
}

impl Partitioner {
    /// All of them, the default first.
    pub const ALL: [Partitioner; 3] = [Partitioner::Default, Partitioner::ConsistentRandom, Partitioner::Murmur2Random];

    /// The partition of a key, from 0; `None` if it goes anywhere. A topic of 0 partitions is taken for one of 1.
    pub fn of_key(self, key: &[u8], partitions: u16) -> Option<u16> {
        match self {
            Partitioner::Default | Partitioner::Murmur2Random => Some(partition_for_key(key, partitions)),
            Partitioner::ConsistentRandom if key.is_empty() => None,
            Partitioner::ConsistentRandom => Some((crc32(key) % u32::from(partitions.max(1))) as u16),
        }
    }
}

/// CRC-32 as in zlib and Ethernet (reflected, polynomial 0x04c11db7).
fn crc32(bytes: &[u8]) -> u32 {
    let shift = |crc: u32| (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 };
    let feed = |crc: u32, byte: &u8| (0..8).fold(crc ^ u32::from(*byte), |crc, _| shift(crc));
    !bytes.iter().fold(!0, feed)
}

/// Murmur2 of some bytes, 32 bits, with Kafka's seed. Kafka: `Utils.murmur2`.
pub fn murmur2(bytes: &[u8]) -> i32 {
    const SEED: u32 = 0x9747_b28c;
    const M: u32 = 0x5bd1_e995;
    const R: u32 = 24;

    // Kafka's own length is an `int`: it is mixed in as 32 bits.
    let mut h = SEED ^ bytes.len() as u32;
    let (blocks, tail) = bytes.as_chunks::<4>();
    for block in blocks {
        let mut k = u32::from_le_bytes(*block).wrapping_mul(M);
        k ^= k >> R;
        h = h.wrapping_mul(M) ^ k.wrapping_mul(M);
    }
    if !tail.is_empty() {
        let mut last = [0; 4];
        last[..tail.len()].copy_from_slice(tail);
        h = (h ^ u32::from_le_bytes(last)).wrapping_mul(M);
    }
    h ^= h >> 13;
    h = h.wrapping_mul(M);
    h ^= h >> 15;
    h.cast_signed()
}

/// The partition of a key, from 0, among all partitions of its topic, with or without a leader. The empty key is
/// a key like others; only a record without one is left to [`super::sticky::Sticky`]. A topic of 0 partitions is
/// taken for one of 1. Kafka: `BuiltInPartitioner.partitionForKey`.
///
/// A change of `partitions` sends keys elsewhere: order by key holds only while the count stays.
pub fn partition_for_key(key: &[u8], partitions: u16) -> u16 {
    // Masked, not made absolute: −2^31 has no absolute value, and Kafka's placement shows which it is.
    let positive = murmur2(key).cast_unsigned() & 0x7fff_ffff;
    (positive % u32::from(partitions.max(1))) as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::Key;

    #[test]
    fn the_empty_key_is_hashed_like_any_other() {
        assert_eq!(murmur2(b""), 275_646_681);
        assert_eq!(partition_for_key(b"", 12), 9);
    }

    #[test]
    fn a_letter_goes_where_a_java_producer_would_send_its_text() {
        assert_eq!(murmur2(b"a"), -1_563_381_124);
        assert_eq!(partition_for_key(b"a", 3), 1);
        assert_eq!(partition_for_key(Key::Number(0).to_string().as_bytes(), 1), 0);
    }

    #[test]
    fn crc32_is_the_usual_one() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn librdkafka_puts_an_empty_key_anywhere_where_java_hashes_it() {
        assert_eq!(Partitioner::ConsistentRandom.of_key(b"", 12), None);
        assert_eq!(Partitioner::Murmur2Random.of_key(b"", 12), Partitioner::Default.of_key(b"", 12));
    }

    #[test]
    fn a_topic_without_partitions_is_no_reason_to_panic() {
        assert_eq!(partition_for_key(b"a", 0), 0);
    }
}
