//! What something stands still for.

use crate::board::{Edit, OnFailure, Setting, WireKind};
use crate::net::{Cut, NetFact};
use crate::service::ServiceFact;
use crate::sim::{FactId, NodeId, Role, WireId};
use crate::world::Fact;

use super::super::story::{Explanation, StepKind, Stop, StopHow, Story};
use super::super::{Detail, Idle, Violation};
use super::{Teller, set};

impl Teller<'_> {
    pub(super) fn stuck(mut self) -> Explanation {
        let Violation { service, fact, detail, .. } = *self.violation;
        let Detail::Still(idle, waited) = detail else { return self.untold() };
        self.step(fact, StepKind::Confirmed);
        let role = if matches!(idle, Idle::Outbox(_)) { Role::Relay } else { Role::Instance };
        let own = self.trace.down(fact.next(), |who| (who.node, who.role) == (service, role));
        let mut down = own.clone();
        // Nobody else can do the work of a process that is in the middle of it.
        if let Idle::Process(who) = idle {
            down.retain(|(_, stop)| stop.who == who);
        }
        let brokers = self.trace.down(fact.next(), |who| who.role == Role::Broker);
        let cut = self.cut(service, fact.next());
        let stop = down.pop().or_else(|| self.stopped_reading(service, fact.next())).or_else(|| brokers.into_iter().next());
        let prevent = stop.as_ref().and_then(|(_, stop)| match idle {
            _ if stop.who.role == Role::Broker => None,
            _ if stop.how == StopHow::StoppedReading => {
                let handler =
                    self.board.service(service)?.handlers.iter().find(|handler| handler.on_failure == OnFailure::Stop)?;
                self.on_failure(service, handler.id, OnFailure::Retry)
            }
            Idle::Partition(..) => self.one_more_instance(service),
            Idle::Outbox(_) => self.second_relay(),
            Idle::Process(_) => None,
        });
        let stop = self.stopped(stop);
        let cut = cut.filter(|_| stop.is_none()).map(|(id, wire)| {
            self.step(id, StepKind::Stopped);
            wire
        });
        self.tell(Story::StandsStill { idle, waited, stop, cut }, prevent)
    }

    /// One more instance: the others of a group take over what one leaves.
    fn one_more_instance(&self, service: NodeId) -> Option<Edit> {
        let instances = self.setting(service, Setting::Instances)?;
        set(service, Setting::Instances, (instances + 1).min(Setting::Instances.info().max))
    }

    /// An instance that stopped reading, since a message had failed.
    fn stopped_reading(&self, service: NodeId, before: FactId) -> Option<(FactId, Stop)> {
        self.trace.between(FactId::FIRST, before).rev().find_map(|(id, entry)| match entry.fact {
            Fact::Service(ServiceFact::StoppedReading { .. }) if entry.who.node == service => {
                let after = self.trace.line_before(entry.who, id);
                Some((id, Stop { who: entry.who, at: entry.at, after, how: StopHow::StoppedReading }))
            }
            _ => None,
        })
    }

    /// A wire of a service that was cut when a fact happened.
    fn cut(&self, service: NodeId, before: FactId) -> Option<(FactId, WireId)> {
        let of_service = |wire: WireId| {
            self.board.wire(wire).is_some_and(|wire| match &wire.is {
                WireKind::Call { from, to } => *from == service || *to == service,
                WireKind::Publish { from: node, .. } | WireKind::Consume { to: node, .. } => *node == service,
            })
        };
        let mut cuts: Vec<(FactId, WireId)> = Vec::new();
        for (id, entry) in self.trace.between(FactId::FIRST, before) {
            let Fact::Net(NetFact::WireCut { wire, cut }) = entry.fact else { continue };
            cuts.retain(|(_, known)| *known != wire);
            if cut != Cut::None && of_service(wire) {
                cuts.push((id, wire));
            }
        }
        cuts.first().copied()
    }
}
