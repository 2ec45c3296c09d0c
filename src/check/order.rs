//! In which order messages were produced, and which of them changed a row last.

use crate::sim::{FactId, IntentId, Lookup, NodeId, TableId, TopicId};

use super::expect::Source;

/// Which messages are in an order with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Line {
    /// Those of one source, as they were produced.
    Source(Source),
    /// Those of several sources in one topic, as they came into it.
    Topic(TopicId),
}

/// A row of a service's store, as the messages of one line change it.
pub(super) type Place = (NodeId, Line, TableId, u32);

/// The latest of the messages that have changed a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Newest {
    /// The fact by which it was produced, or came into its topic.
    pub(super) produced: FactId,
    pub(super) intent: IntentId,
    /// What made it.
    pub(super) by: Source,
    /// What it did to the row.
    pub(super) effect: FactId,
}

/// The rows that an older message may still come to.
#[derive(Clone, Debug, Default)]
pub(super) struct Orders {
    rows: Lookup<Place, Newest>,
    /// How many there may be before they are gone through.
    room: usize,
}

/// How many rows are always kept.
const KEPT: usize = 256;

impl Orders {
    /// A message changes a row. Gives back a later one that has changed it before.
    pub(super) fn changes(&mut self, place: Place, this: Newest) -> Option<Newest> {
        let newest = self.rows.or_insert(place, this);
        let is_other = match place.1 {
            Line::Source(_) => true,
            Line::Topic(_) => newest.by != this.by,
        };
        if newest.produced > this.produced && newest.intent != this.intent && is_other {
            return Some(*newest);
        }
        if newest.produced <= this.produced {
            *newest = this;
        }
        None
    }

    /// Whether there are so many that it is worth while to go through them.
    pub(super) fn is_full(&self) -> bool {
        self.rows.len() > self.room.max(KEPT)
    }

    /// Forgets the rows that no message has changed since: nothing comes any more that is older than this.
    pub(super) fn forget(&mut self, oldest: FactId) {
        self.rows.retain(|_, newest| newest.produced >= oldest);
        self.room = self.rows.len() * 2;
    }

    /// How many rows are kept.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }
}
