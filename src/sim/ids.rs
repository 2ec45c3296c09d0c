//! Structural ids: each says what a thing is, never when it was made, so that two branches can be compared id by id.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);
    };
}

id!(/// A node of the board. Never used again once its node is deleted.
    NodeId(u32));
id!(/// A wire of the board. Never used again once it is deleted.
    WireId(u32));
id!(/// A line of one of a service's programs, unique in its service; survives edits and pattern switches.
    LineId(u16));
id!(/// One program of a service: a handler, or its outbox's relay.
    HandlerId(u16));
id!(/// A topic, numbered by the sorted order of names at the start of the run; later ones follow.
    TopicId(u16));
id!(/// A consumer group, numbered like topics.
    GroupId(u16));
id!(/// A table of a service's store, numbered within the board.
    TableId(u16));
id!(/// A message type, numbered within the board.
    TypeId(u16));

/// What kind of process an actor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The workload: it sends requests and waits for replies.
    Client,
    /// One running process of a service.
    Instance,
    /// The process that publishes a service's outbox.
    Relay,
    /// A broker.
    Broker,
}

/// One process, in one of its lives: what it had in memory dies with the life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// The node it belongs to.
    pub node: NodeId,
    /// Counts the processes of one role from 0.
    pub ordinal: u16,
    /// One more at each restart.
    pub life: u16,
    /// What kind of process it is.
    pub role: Role,
}

impl Actor {
    /// The first life of a process.
    pub const fn new(node: NodeId, role: Role, ordinal: u16) -> Actor {
        Actor { node, ordinal, life: 0, role }
    }

    /// Whether both are the same process, be it in different lives.
    pub fn same_process(self, other: Actor) -> bool {
        Actor { life: 0, ..self } == Actor { life: 0, ..other }
    }

    /// What actors are ordered by: node, ordinal and life as one number, which is quick to compare, and then the role.
    fn number(self) -> (u64, Role) {
        (u64::from(self.node.0) << 32 | u64::from(self.ordinal) << 16 | u64::from(self.life), self.role)
    }
}

impl Ord for Actor {
    fn cmp(&self, other: &Actor) -> Ordering {
        self.number().cmp(&other.number())
    }
}

impl PartialOrd for Actor {
    fn partial_cmp(&self, other: &Actor) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// What the business meant, once: order 27 of client 1. Apart from message id and key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IntentId {
    /// The client that meant it.
    pub client: NodeId,
    /// Counts from 1 for each client; sends by hand are counted apart.
    pub n: u32,
    /// Sent by hand, so that it renames nothing among the arrivals.
    pub manual: bool,
}

impl IntentId {
    /// What intents are ordered by: client and count as one number, which is quick to compare, and then those by hand.
    fn number(self) -> (u64, bool) {
        (u64::from(self.client.0) << 32 | u64::from(self.n), self.manual)
    }
}

impl Ord for IntentId {
    fn cmp(&self, other: &IntentId) -> Ordering {
        self.number().cmp(&other.number())
    }
}

impl PartialOrd for IntentId {
    fn partial_cmp(&self, other: &IntentId) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A message: which intent, written by which line of whom, in which run of that line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId {
    /// The intent it serves.
    pub intent: IntentId,
    /// The node that made it: the client for a request, a service for all others.
    pub by: NodeId,
    /// The line that made it; 0 for a client's request.
    pub line: LineId,
    /// How often that line had run for its message before.
    pub nth: u16,
}

/// Where a record lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId {
    /// The topic.
    pub topic: TopicId,
    /// The partition, from 0.
    pub partition: u16,
    /// The offset, from 0.
    pub offset: u32,
}

impl MessageId {
    /// The id as words for the name of a draw.
    pub fn name(self) -> [u64; 3] {
        [
            u64::from(self.intent.client.0) << 33 | u64::from(self.intent.n) << 1 | u64::from(self.intent.manual),
            u64::from(self.by.0),
            u64::from(self.line.0) << 16 | u64::from(self.nth),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restarted_process_is_the_same_process_but_another_actor() {
        let first = Actor::new(NodeId(3), Role::Instance, 1);
        let second = Actor { life: 1, ..first };
        assert_ne!(first, second);
        assert!(first.same_process(second));
        assert!(!first.same_process(Actor { ordinal: 2, ..first }));
    }

    #[test]
    fn actors_and_intents_are_ordered_by_their_fields_one_after_the_other() {
        let few = [0, 1, u16::MAX];
        let roles = [Role::Client, Role::Relay, Role::Broker];
        let fields = |n: usize| (NodeId(u32::from(few[n / 27])), few[n / 9 % 3], few[n / 3 % 3], roles[n % 3]);
        let actor = |n: usize| {
            let (node, ordinal, life, role) = fields(n);
            Actor { node, ordinal, life, role }
        };
        let intent = |n: usize| IntentId { client: fields(n).0, n: u32::from(fields(n).1), manual: n % 2 == 1 };
        let of_intent = |n: usize| (intent(n).client, intent(n).n, intent(n).manual);
        for (one, other) in (0..81).flat_map(|one| (0..81).map(move |other| (one, other))) {
            assert_eq!(actor(one).cmp(&actor(other)), fields(one).cmp(&fields(other)));
            assert_eq!(intent(one).cmp(&intent(other)), of_intent(one).cmp(&of_intent(other)));
        }
    }
}
