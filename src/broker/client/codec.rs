//! The bytes that members pass each other through the coordinator: subscriptions and assignments, laid out as version
//! 0 of Kafka's `ConsumerProtocolSubscription` and `ConsumerProtocolAssignment` (big-endian, no user data).

use std::sync::Arc;

use super::super::protocol::Opaque;

/// A subscription to topics by name.
pub fn encode_subscription<'a>(topics: impl IntoIterator<Item = &'a str>) -> Opaque {
    let topics: Vec<&str> = topics.into_iter().collect();
    let mut bytes = Vec::new();
    put_u16(&mut bytes, 0);
    put_u32(&mut bytes, count(topics.len()));
    for topic in topics {
        put_text(&mut bytes, topic);
    }
    put_u32(&mut bytes, u32::MAX);
    bytes.into()
}

/// The topics of a subscription; `None` if the bytes are none.
pub fn decode_subscription(bytes: &[u8]) -> Option<Vec<Arc<str>>> {
    let mut rest = Reader(bytes);
    rest.u16()?;
    (0..rest.u32()?).map(|_| rest.text()).collect()
}

/// An assignment of partitions; those of one topic stand together.
pub fn encode_assignment(partitions: &[(Arc<str>, u16)]) -> Opaque {
    let mut bytes = Vec::new();
    put_u16(&mut bytes, 0);
    let runs: Vec<&[(Arc<str>, u16)]> = partitions.chunk_by(|(a, _), (b, _)| a == b).collect();
    put_u32(&mut bytes, count(runs.len()));
    for run in runs {
        let topic = run.first().map_or("", |(topic, _)| topic);
        put_text(&mut bytes, topic);
        put_u32(&mut bytes, count(run.len()));
        for (_, partition) in run {
            put_u32(&mut bytes, u32::from(*partition));
        }
    }
    put_u32(&mut bytes, u32::MAX);
    bytes.into()
}

/// The partitions of an assignment; `None` if the bytes are none. No bytes at all are an empty assignment: it is
/// what the coordinator gives to a member that the leader left out (semantics 4.4).
pub fn decode_assignment(bytes: &[u8]) -> Option<Vec<(Arc<str>, u16)>> {
    if bytes.is_empty() {
        return Some(Vec::new());
    }
    let mut rest = Reader(bytes);
    let mut partitions = Vec::new();
    rest.u16()?;
    for _ in 0..rest.u32()? {
        let topic = rest.text()?;
        for _ in 0..rest.u32()? {
            partitions.push((topic.clone(), u16::try_from(rest.u32()?).ok()?));
        }
    }
    Some(partitions)
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn put_u16(bytes: &mut Vec<u8>, n: u16) {
    bytes.extend(n.to_be_bytes());
}

fn put_u32(bytes: &mut Vec<u8>, n: u32) {
    bytes.extend(n.to_be_bytes());
}

/// A text with its length in 16 bits; what does not fit is cut off (Kafka's names have at most 249 bytes).
fn put_text(bytes: &mut Vec<u8>, text: &str) {
    let mut end = text.len().min(usize::from(u16::MAX));
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    put_u16(bytes, end as u16);
    bytes.extend(&text.as_bytes()[..end]);
}

/// What is left to read.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take(&mut self, n: usize) -> Option<&[u8]> {
        let (taken, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(taken)
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(self.take(2)?.try_into().ok()?))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    fn text(&mut self) -> Option<Arc<str>> {
        let length = self.u16()?;
        Some(std::str::from_utf8(self.take(usize::from(length))?).ok()?.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subscriptions_and_assignments_are_read_as_they_were_written() {
        let subscription = encode_subscription(["orders", "größe"]);
        assert_eq!(decode_subscription(&subscription), Some(vec!["orders".into(), "größe".into()]));
        let partitions = vec![(Arc::from("a"), 0), (Arc::from("a"), 7), (Arc::from("b"), 63)];
        assert_eq!(decode_assignment(&encode_assignment(&partitions)), Some(partitions));
    }

    #[test]
    fn a_subscription_has_the_bytes_that_kafka_writes() {
        assert_eq!(&*encode_subscription(["ab"]), [0, 0, 0, 0, 0, 1, 0, 2, b'a', b'b', 255, 255, 255, 255]);
    }

    #[test]
    fn no_bytes_are_an_empty_assignment_and_cut_ones_are_none() {
        assert_eq!(decode_assignment(&[]), Some(Vec::new()));
        let whole = encode_assignment(&[(Arc::from("orders"), 1)]);
        for cut in 1..whole.len() - 4 {
            assert_eq!(decode_assignment(&whole[..cut]), None, "the first {cut} bytes");
        }
        assert_eq!(decode_subscription(&[0, 0, 255, 255, 255, 255]), None);
    }
}
