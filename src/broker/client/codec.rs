//! The bytes that members pass each other through the coordinator: subscriptions as version 3 of Kafka's
//! `ConsumerProtocolSubscription`, assignments as version 0 of `ConsumerProtocolAssignment` (big-endian).

use std::sync::Arc;

use super::super::protocol::Opaque;

/// What a member tells the leader.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subscription {
    /// The topics that it reads, by name.
    pub topics: Vec<Arc<str>>,
    /// What a sticky member was given last, and in which generation: it remembers that even when it was thrown out.
    /// Kafka: `StickyAssignor`'s user data.
    pub remembered: Option<Given>,
    /// What it owns and keeps; nothing before an eager rebalance.
    pub owned: Vec<(Arc<str>, u16)>,
    /// Its generation; −1 outside of one.
    pub generation: i32,
    /// `client.rack`.
    pub rack: Option<Arc<str>>,
}

/// A generation, and the partitions that were given in it.
pub type Given = (i32, Vec<(Arc<str>, u16)>);

const VERSION: u16 = 3;

/// A subscription as bytes.
pub fn encode_subscription(subscription: &Subscription) -> Opaque {
    let mut bytes = Vec::new();
    put_u16(&mut bytes, VERSION);
    put_u32(&mut bytes, count(subscription.topics.len()));
    for topic in &subscription.topics {
        put_text(&mut bytes, topic);
    }
    match &subscription.remembered {
        Some((generation, partitions)) => {
            let mut data = Vec::new();
            put_partitions(&mut data, partitions);
            put_u32(&mut data, generation.cast_unsigned());
            put_u32(&mut bytes, count(data.len()));
            bytes.extend(data);
        }
        None => put_u32(&mut bytes, NONE),
    }
    put_partitions(&mut bytes, &subscription.owned);
    put_u32(&mut bytes, subscription.generation.cast_unsigned());
    match &subscription.rack {
        Some(rack) => put_text(&mut bytes, rack),
        None => put_u16(&mut bytes, u16::MAX),
    }
    bytes.into()
}

/// A subscription that bytes hold; `None` if they hold none.
pub fn decode_subscription(bytes: &[u8]) -> Option<Subscription> {
    let mut rest = Reader(bytes);
    rest.u16()?;
    let topics = (0..rest.u32()?).map(|_| rest.text()).collect::<Option<_>>()?;
    let remembered = match rest.u32()? {
        NONE => None,
        length => {
            let mut data = Reader(rest.take(usize::try_from(length).ok()?)?);
            let partitions = data.partitions()?;
            Some((data.u32()?.cast_signed(), partitions))
        }
    };
    let owned = rest.partitions()?;
    let generation = rest.u32()?.cast_signed();
    let rack = if rest.0.starts_with(&u16::MAX.to_be_bytes()) { None } else { Some(rest.text()?) };
    Some(Subscription { topics, remembered, owned, generation, rack })
}

/// An assignment of partitions; those of one topic stand together.
pub fn encode_assignment(partitions: &[(Arc<str>, u16)]) -> Opaque {
    let mut bytes = Vec::new();
    put_u16(&mut bytes, 0);
    put_partitions(&mut bytes, partitions);
    put_u32(&mut bytes, NONE);
    bytes.into()
}

/// The partitions of an assignment; `None` if the bytes are none. No bytes at all are an empty assignment: it is
/// what the coordinator gives to a member that the leader left out (semantics 4.4).
pub fn decode_assignment(bytes: &[u8]) -> Option<Vec<(Arc<str>, u16)>> {
    if bytes.is_empty() {
        return Some(Vec::new());
    }
    let mut rest = Reader(bytes);
    rest.u16()?;
    rest.partitions()
}

/// The length of bytes that are not there.
const NONE: u32 = u32::MAX;

/// Partitions, in runs of one topic.
fn put_partitions(bytes: &mut Vec<u8>, partitions: &[(Arc<str>, u16)]) {
    let runs: Vec<&[(Arc<str>, u16)]> = partitions.chunk_by(|(a, _), (b, _)| a == b).collect();
    put_u32(bytes, count(runs.len()));
    for run in runs {
        let topic = run.first().map_or("", |(topic, _)| topic);
        put_text(bytes, topic);
        put_u32(bytes, count(run.len()));
        for (_, partition) in run {
            put_u32(bytes, u32::from(*partition));
        }
    }
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

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
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

    fn partitions(&mut self) -> Option<Vec<(Arc<str>, u16)>> {
        let mut partitions = Vec::new();
        for _ in 0..self.u32()? {
            let topic = self.text()?;
            for _ in 0..self.u32()? {
                partitions.push((topic.clone(), u16::try_from(self.u32()?).ok()?));
            }
        }
        Some(partitions)
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
        let partitions = vec![(Arc::from("a"), 0), (Arc::from("a"), 7), (Arc::from("b"), 63)];
        assert_eq!(decode_assignment(&encode_assignment(&partitions)), Some(partitions.clone()));
        for remembered in [None, Some((4, partitions.clone()))] {
            for rack in [None, Some(Arc::from("r1"))] {
                let topics = vec!["orders".into(), "größe".into()];
                let subscription =
                    Subscription { topics, remembered: remembered.clone(), owned: partitions.clone(), generation: -1, rack };
                let bytes = encode_subscription(&subscription);
                assert_eq!(decode_subscription(&bytes), Some(subscription));
                assert!((0..bytes.len()).all(|cut| decode_subscription(&bytes[..cut]).is_none()), "cut ones are none");
            }
        }
    }

    #[test]
    fn a_subscription_has_the_bytes_that_kafka_writes() {
        let subscription =
            Subscription { topics: vec!["ab".into()], owned: vec![("ab".into(), 3)], generation: 5, ..Subscription::default() };
        let owned = [0, 0, 0, 1, 0, 2, b'a', b'b', 0, 0, 0, 1, 0, 0, 0, 3];
        let expected = [&[0, 3, 0, 0, 0, 1, 0, 2, b'a', b'b', 255, 255, 255, 255][..], &owned, &[0, 0, 0, 5, 255, 255]].concat();
        assert_eq!(*encode_subscription(&subscription), *expected);
    }

    #[test]
    fn no_bytes_are_an_empty_assignment_and_cut_ones_are_none() {
        assert_eq!(decode_assignment(&[]), Some(Vec::new()));
        let whole = encode_assignment(&[(Arc::from("orders"), 1)]);
        for cut in 1..whole.len() - 4 {
            assert_eq!(decode_assignment(&whole[..cut]), None, "the first {cut} bytes");
        }
        assert_eq!(decode_subscription(&[0, 3, 255, 255, 255, 255]), None);
    }
}
