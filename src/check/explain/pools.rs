//! Why there was no connection to a store.

use std::collections::{BTreeMap, BTreeSet};

use crate::board::{Board, Do, Setting};
use crate::service::ServiceFact;
use crate::sim::{Actor, FactId, LineId, MessageId, NodeId, Time};
use crate::store::StoreFact;
use crate::world::Fact;

use super::super::Violation;
use super::super::story::{Explanation, StepKind, Story};
use super::{Teller, set};

/// How many processes of a service may want a connection to its store at once.
pub(in crate::check) fn users_of(board: &Board, service: NodeId) -> u64 {
    let Some(node) = board.service(service) else { return 1 };
    let setting = |setting| node.settings.get(setting, board.timings);
    let workers = setting(Setting::Instances).max(1) * setting(Setting::Workers);
    workers + if node.relay.is_some() { setting(Setting::RelayInstances) } else { 0 }
}

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
        let connections = self.setting(service, Setting::StoreConnections).unwrap_or(1);
        let users = users_of(self.board, service);
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
