//! Processes in the middle of a handler, and since when they have done no line of it.

use std::collections::BTreeMap;

use crate::sim::{Actor, Dense, HandlerId, MessageId, NodeId, Span, Time};

/// All processes that handle something, or have.
#[derive(Clone, Debug, Default)]
pub(super) struct Processes(Dense<Actor, Working>);

#[derive(Clone, Debug)]
struct Working {
    /// What it handles, oldest first.
    on: Vec<(HandlerId, MessageId)>,
    /// When it last began a handler or did a line.
    since: Time,
    /// It was reported as stuck since.
    reported: bool,
}

/// A process that has stood still too long.
pub(super) struct Still {
    pub(super) who: Actor,
    /// The oldest message that it handles.
    pub(super) message: MessageId,
    /// When it was too long.
    pub(super) at: Time,
}

impl Processes {
    /// A process begins to handle a message.
    pub(super) fn begins(&mut self, who: Actor, what: (HandlerId, MessageId), now: Time) {
        let working = self.0.or_insert_with(who, || Working { on: Vec::new(), since: now, reported: false });
        working.on.push(what);
        (working.since, working.reported) = (now, false);
    }

    /// A process has done a line.
    pub(super) fn goes_on(&mut self, who: Actor, now: Time) {
        if let Some(working) = self.0.get_mut(&who) {
            (working.since, working.reported) = (now, false);
        }
    }

    /// The oldest message that a process handles, or else that any process of that node does.
    pub(super) fn message_of(&self, who: Actor, node: NodeId) -> Option<MessageId> {
        let own = self.0.get(&who).and_then(|working| working.on.first());
        let any = || self.0.iter().filter(|(known, _)| known.node == node).find_map(|(_, working)| working.on.first());
        own.or_else(any).map(|(_, message)| *message)
    }

    /// A process is done with a message, for now at least.
    pub(super) fn ends(&mut self, who: Actor, what: (HandlerId, MessageId)) {
        let Some(working) = self.0.get_mut(&who) else { return };
        if let Some(place) = working.on.iter().position(|known| *known == what) {
            working.on.remove(place);
        }
    }

    /// A process has come to the end with a message: whoever else of its service is in the middle of it holds nobody up.
    pub(super) fn finishes(&mut self, who: Actor, what: (HandlerId, MessageId)) {
        let (low, high) = (Actor { ordinal: 0, life: 0, ..who }, Actor { ordinal: u16::MAX, life: u16::MAX, ..who });
        for (_, working) in self.0.between_mut(low, high) {
            working.on.retain(|known| *known != what);
        }
    }

    /// A process is no more.
    pub(super) fn gone(&mut self, who: Actor) {
        self.0.remove(&who);
    }

    /// Reports those that have stood still too long by now, and says when the next one may have.
    pub(super) fn look(&mut self, now: Time, limits: &BTreeMap<NodeId, Span>, found: &mut Vec<Still>) -> Time {
        let mut next = Time::MAX;
        for (who, working) in self.0.iter_mut().filter(|(_, working)| !working.reported) {
            let (Some(limit), Some((_, message))) = (limits.get(&who.node), working.on.first()) else { continue };
            let at = working.since + *limit;
            if at <= now {
                working.reported = true;
                found.push(Still { who: *who, message: *message, at });
            } else {
                next = next.min(at);
            }
        }
        next
    }
}
