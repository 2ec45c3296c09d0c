//! What an assignor is told: the members with what they read and own, and the topics.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A member as an assignor sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscriber {
    /// The member id.
    pub id: Arc<str>,
    /// `group.instance.id` of a static member.
    pub instance: Option<Arc<str>>,
    /// `client.rack`.
    pub rack: Option<Arc<str>>,
    /// The topics that it subscribed to, by name.
    pub topics: Vec<Arc<str>>,
    /// What it says that it owns; for the broker's assignors, what they gave it last.
    pub owned: Vec<(Arc<str>, u16)>,
    /// The generation in which it was given that; −1 if it knows of none.
    pub generation: i32,
    /// The generation in its subscription: −1 once it was thrown out, though a sticky member still remembers the
    /// other. Of two that claim a partition, the one that was seen first is judged by this.
    pub subscription_generation: i32,
}

impl Subscriber {
    /// A member that owns nothing yet.
    pub fn new(id: impl Into<Arc<str>>, topics: impl IntoIterator<Item = Arc<str>>) -> Subscriber {
        Subscriber {
            id: id.into(),
            instance: None,
            rack: None,
            topics: topics.into_iter().collect(),
            owned: Vec::new(),
            generation: -1,
            subscription_generation: -1,
        }
    }

    /// The same, owning partitions since a generation.
    pub fn owning(self, generation: i32, owned: impl IntoIterator<Item = (Arc<str>, u16)>) -> Subscriber {
        Subscriber { owned: owned.into_iter().collect(), generation, subscription_generation: generation, ..self }
    }
}

/// The topics that have metadata.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topics {
    /// Partition counts by name. A topic of no partitions counts as one without metadata, as in Kafka.
    pub partitions: BTreeMap<Arc<str>, u16>,
    /// The racks of each partition's replicas, where they are known.
    pub racks: BTreeMap<(Arc<str>, u16), BTreeSet<Arc<str>>>,
}

impl Topics {
    /// Topics whose replicas' racks are not known.
    pub fn counted(partitions: BTreeMap<Arc<str>, u16>) -> Topics {
        Topics { partitions, racks: BTreeMap::new() }
    }
}

/// Java's `String.compareTo`: by UTF-16 code units, which puts characters above U+FFFF before U+E000.
pub fn java_order(a: &str, b: &str) -> Ordering {
    a.encode_utf16().cmp(b.encode_utf16())
}

/// Static members first, by instance id; then the others by member id. Kafka: `MemberInfo.compareTo`.
pub(super) fn static_first(a: &Subscriber, b: &Subscriber) -> Ordering {
    match (&a.instance, &b.instance) {
        (Some(x), Some(y)) => java_order(x, y),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => java_order(&a.id, &b.id),
    }
}
