//! Why there was no connection to a store.

use std::collections::{BTreeMap, BTreeSet};

use crate::board::{Do, Setting};
use crate::service::ServiceFact;
use crate::sim::{Actor, FactId, LineId, MessageId, NodeId, Time};
use crate::store::StoreFact;
use crate::world::Fact;

use super::super::Violation;
use super::super::story::{Explanation, StepKind, Story};
use super::{Teller, set};

impl Teller<'_> {
    pub(super) fn pool_dry(mut self) -> Explanation {
        let Violation { service, fact, first, .. } = *self.violation;
        self.step(fact, StepKind::Confirmed);
        let Some(first) = first else { return self.untold() };
        self.step(first, StepKind::Stopped);
        let Some((holder, granted)) = self.trace.get(first).and_then(|entry| match entry.fact {
            Fact::Store(StoreFact::ConnectionAwaited { holder }) => Some((holder, entry.cause.because[0]?)),
            _ => None,
        }) else {
            return self.untold();
        };
        self.step(granted, StepKind::HandedOver);
        let setting = |setting| self.setting(service, setting).unwrap_or(1);
        let workers = setting(Setting::Instances).max(1) * setting(Setting::Workers);
        let relays = if self.board.service(service).is_some_and(|node| node.relay.is_some()) {
            setting(Setting::RelayInstances)
        } else {
            0
        };
        let (connections, users) = (setting(Setting::StoreConnections), workers + relays);
        let prevent = set(service, Setting::StoreConnections, users.min(Setting::StoreConnections.info().max));
        let on = self.longest_line(holder, (granted, fact));
        self.tell(Story::PoolDry { connections, users, holder, on }, prevent.filter(|_| connections < users))
    }

    /// The line on which a process was longest inside its transactions, among those that it finished between two facts.
    fn longest_line(&self, who: Actor, (from, to): (FactId, FactId)) -> Option<LineId> {
        let inside = self.inside(who.node);
        let mut before: BTreeMap<MessageId, Time> = BTreeMap::new();
        let mut longest = None;
        for (_, entry) in self.trace.between(from, to.next()).filter(|(_, entry)| entry.who == who) {
            let Fact::Service(ServiceFact::LineDone { line, message, .. }) = entry.fact else { continue };
            if let Some(since) = before.insert(message, entry.at)
                && inside.contains(&line)
            {
                longest = longest.max(Some((entry.at.since(since), line)));
            }
        }
        longest.map(|(_, line)| line)
    }

    /// The lines of a service behind a begin, up to its commit.
    fn inside(&self, service: NodeId) -> BTreeSet<LineId> {
        let mut inside = BTreeSet::new();
        for handler in self.board.service(service).into_iter().flat_map(|node| &node.handlers) {
            let mut open = false;
            for line in &handler.lines {
                if open {
                    inside.insert(line.id);
                }
                open = line.does == Do::Begin || (open && line.does != Do::Commit);
            }
        }
        inside
    }
}
