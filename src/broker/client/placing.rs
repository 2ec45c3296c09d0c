//! Which partition a producer sends a message to: by its key, or, without one, to the one it sticks to.

use rand::Rng;

use crate::net::Message;
use crate::sim::{Cx, Few, TopicId, What};

use super::super::partitioner::Partitioner;
use super::super::sticky::{Candidates, Sticky};

/// The partitioners of one producer (semantics 1.1).
#[derive(Clone, Debug, Default)]
pub(super) struct Placing {
    sticky: Few<TopicId, Choice>,
}

/// The sticky partitioner of one topic, with the number of its draws.
#[derive(Clone, Debug)]
struct Choice {
    sticky: Sticky,
    draws: u64,
}

/// How a producer chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Choosing {
    pub partitioner: Partitioner,
    /// In bytes; read when a topic is first sent to.
    pub batch_size: u32,
}

impl Placing {
    /// The partition for a message among all of its topic; draws are named by process, topic and their number.
    pub(super) fn partition(&mut self, cx: &Cx, topic: TopicId, partitions: u16, message: &Message, how: Choosing) -> u16 {
        let keyed = message.key.and_then(|key| how.partitioner.of_key(key.to_string().as_bytes(), partitions));
        if let Some(partition) = keyed {
            return partition;
        }
        let choice = self.sticky.or_insert_with(topic, || Choice { sticky: Sticky::new(how.batch_size), draws: 0 });
        let all = partitions.max(1);
        let available: Vec<u16> = (0..all).collect();
        let among = Candidates { all, available: &available };
        let mut random = || {
            let (node, role, ordinal) = (u64::from(cx.me.node.0), cx.me.role as u64, u64::from(cx.me.ordinal));
            let name = [node, role, ordinal, u64::from(topic.0), choice.draws];
            choice.draws += 1;
            cx.draw.at(What::Partition, &name).next_u32().cast_signed()
        };
        if how.partitioner != Partitioner::Default {
            // librdkafka draws for each record anew.
            return (random().cast_unsigned() % u32::from(all)) as u16;
        }
        let partition = choice.sticky.partition(among, &mut random);
        choice.sticky.appended(bytes(message), true, among, &mut random);
        partition
    }
}

/// About as many bytes as the record takes in a batch of its own: 61 for the batch's header, 8 for the record's, 16
/// for the message's header, 8 for each field.
fn bytes(message: &Message) -> u32 {
    u32::try_from(85 + 8 * message.body.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::Key;
    use crate::sim::{Actor, Cause, Draw, FactId, IntentId, LineId, MessageId, NodeId, Role, Time, TypeId};
    use std::collections::BTreeSet;
    use std::sync::Arc;

    fn place(placing: &mut Placing, key: Option<Key>) -> u16 {
        place_by(Partitioner::Default, placing, key)
    }

    fn place_by(partitioner: Partitioner, placing: &mut Placing, key: Option<Key>) -> u16 {
        let cause = Cause::by(FactId::FIRST);
        let cx = Cx { now: Time::ZERO, me: Actor::new(NodeId(1), Role::Client, 0), draw: Draw::new(5), cause };
        let intent = IntentId { client: NodeId(1), n: 1, manual: false };
        let id = MessageId { intent, by: NodeId(1), line: LineId(0), nth: 0 };
        let message = Message { id, kind: TypeId(0), key, body: Arc::new([]) };
        placing.partition(&cx, TopicId(0), 8, &message, Choosing { partitioner, batch_size: 850 })
    }

    #[test]
    fn messages_with_the_same_key_always_go_to_the_same_partition() {
        let mut placing = Placing::default();
        let first = place(&mut placing, Some(Key::Letter(3)));
        assert!((0..20).all(|_| place(&mut placing, Some(Key::Letter(3))) == first));
        assert_ne!(place(&mut placing, Some(Key::Letter(0))), first);
    }

    #[test]
    fn two_clients_with_other_partitioners_put_one_key_on_two_partitions_and_murmur2_random_mends_it() {
        let mut placing = Placing::default();
        let mut at = |partitioner, letter| place_by(partitioner, &mut placing, Some(Key::Letter(letter)));
        let keys: Vec<u32> = (0..26).collect();
        assert!(keys.iter().any(|key| at(Partitioner::Default, *key) != at(Partitioner::ConsistentRandom, *key)));
        assert!(keys.iter().all(|key| at(Partitioner::Default, *key) == at(Partitioner::Murmur2Random, *key)));
    }

    #[test]
    fn messages_without_a_key_go_anywhere_one_by_one_with_librdkafka() {
        let mut placing = Placing::default();
        let partitions: Vec<u16> = (0..40).map(|_| place_by(Partitioner::ConsistentRandom, &mut placing, None)).collect();
        assert!(partitions.windows(2).filter(|pair| pair[0] != pair[1]).count() > 20, "{partitions:?}");
    }

    #[test]
    fn messages_without_a_key_stick_to_one_partition_for_a_batch_and_then_move_on() {
        let mut placing = Placing::default();
        let partitions: Vec<u16> = (0..200).map(|_| place(&mut placing, None)).collect();
        assert!(partitions.chunks(10).all(|batch| batch.iter().all(|partition| *partition == batch[0])), "{partitions:?}");
        assert!(partitions.iter().collect::<BTreeSet<_>>().len() > 4, "{partitions:?}");
    }
}
