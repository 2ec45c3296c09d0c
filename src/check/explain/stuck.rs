//! What something stands still for.

use crate::board::{Do, Edit, OnFailure, Setting, WireKind};
use crate::broker::BrokerFact;
use crate::net::{Cut, NetFact};
use crate::service::ServiceFact;
use crate::sim::{Actor, FactId, NodeId, RecordId, Role, WireId};
use crate::store::StoreFact;
use crate::world::{Fact, ProcessFact};

use super::super::stop::{Stop, StopHow};
use super::super::story::{Explanation, StepKind, Story};
use super::super::{Detail, Idle, Violation};
use super::{Teller, set};

/// A transaction that has done nothing for so many times the longest line is not at work.
const LINES_AT_REST: u64 = 10;
/// The shortest time after which a transaction is ended, in milliseconds.
const SHORTEST_REST_MS: u64 = 1_000;

impl Teller<'_> {
    pub(super) fn stuck(mut self) -> Explanation {
        let Violation { service, fact, detail, .. } = *self.violation;
        let Detail::Still(idle, waited) = detail else { return self.untold() };
        self.step(fact, StepKind::Confirmed);
        let role = if matches!(idle, Idle::Outbox(_)) { Role::Relay } else { Role::Instance };
        let mut down = self.trace.down(fact.next(), |who| (who.node, who.role) == (service, role));
        // Nobody else can do the work of a process that is in the middle of it; it may wait for another one's lock.
        if let Idle::Process(who) = idle {
            let waits = self.waits_for(who, fact.next());
            let blamed = if down.iter().any(|(_, stop)| stop.who == who) { Some(who) } else { waits.map(|(_, holder)| holder) };
            if let Some((id, _)) = waits.filter(|(_, holder)| blamed == Some(*holder)) {
                self.step(id, StepKind::Noticed);
            }
            down.retain(|(_, stop)| Some(stop.who) == blamed);
        }
        let brokers = self.trace.down(fact.next(), |who| who.role == Role::Broker);
        let cut = self.cut(service, fact.next());
        let unread = if let Idle::Partition(_, record) = idle { self.unread(record, fact.next()) } else { None };
        let stop = unread
            .or_else(|| down.pop())
            .or_else(|| self.stopped_reading(service, fact.next()))
            .or_else(|| brokers.into_iter().next());
        let prevent = stop.as_ref().and_then(|(_, stop)| match idle {
            _ if stop.who.role == Role::Broker || stop.how == StopHow::Unread => None,
            _ if stop.how == StopHow::StoppedReading => {
                let handler =
                    self.board.service(service)?.handlers.iter().find(|handler| handler.on_failure == OnFailure::Stop)?;
                self.on_failure(service, handler.id, OnFailure::Retry)
            }
            Idle::Partition(..) => self.one_more_instance(service),
            Idle::Outbox(_) => self.second_relay(),
            Idle::Process(_) => self.goes_on_without(service, stop),
        });
        let stop = self.stopped(stop);
        let cut = cut.filter(|_| stop.is_none()).map(|(id, wire)| {
            self.step(id, StepKind::Stopped);
            wire
        });
        self.tell(Story::StandsStill { idle, waited, stop, cut }, prevent)
    }

    /// The process whose lock another one waits for, with the fact that it began to, if that is the last that it has done.
    fn waits_for(&self, who: Actor, before: FactId) -> Option<(FactId, Actor)> {
        let mut own = self.trace.between(FactId::FIRST, before).rev().filter(|(_, entry)| entry.who == who);
        own.find_map(|(id, entry)| match entry.fact {
            Fact::Store(StoreFact::Waited { holder, .. }) => Some(Some((id, holder.owner))),
            Fact::Service(ServiceFact::LineDone { .. }) => Some(None),
            _ => None,
        })?
    }

    /// What lets others do the work of a process that stands still: an end of the transaction that it has open, or somebody
    /// else where there is nobody.
    fn goes_on_without(&self, service: NodeId, stop: &Stop) -> Option<Edit> {
        let setting = |setting| self.setting(service, setting).unwrap_or(0);
        if setting(Setting::Instances) < 2 {
            return self.one_more_instance(service);
        }
        let node = self.board.service(service)?;
        let open = node.handlers.iter().any(|handler| {
            let place = handler.lines.iter().position(|line| Some(line.id) == stop.after);
            let before = place.and_then(|place| handler.lines.get(..=place)).unwrap_or_default();
            before.iter().rfind(|line| matches!(line.does, Do::Begin | Do::Commit)).is_some_and(|line| line.does == Do::Begin)
        });
        if !open || setting(Setting::StoreIdleTimeout) > 0 {
            return None;
        }
        let works = node.handlers.iter().flat_map(|handler| &handler.lines).filter_map(|line| match line.does {
            Do::Work { ms, spread } => Some(u64::from(ms) + u64::from(spread)),
            _ => None,
        });
        let line = works.max().unwrap_or(0) + setting(Setting::LineTime) + setting(Setting::StoreRoundTrip);
        let most = Setting::StoreIdleTimeout.info().max;
        set(service, Setting::StoreIdleTimeout, (line * LINES_AT_REST).clamp(SHORTEST_REST_MS, most))
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

    /// The instance that has a record's partition, and was told to fetch nothing of it.
    fn unread(&self, record: RecordId, before: FactId) -> Option<(FactId, Stop)> {
        let here = |topic, partition| (topic, partition) == (record.topic, record.partition);
        let mut paused: Option<(FactId, Stop)> = None;
        for (id, entry) in self.trace.between(FactId::FIRST, before) {
            let is_theirs = paused.as_ref().is_some_and(|(_, stop)| stop.who.same_process(entry.who));
            match entry.fact {
                Fact::Broker(BrokerFact::ReadingPaused { topic, partition, paused: is, .. }) if here(topic, partition) => {
                    let stop = Stop { who: entry.who, at: entry.at, after: None, how: StopHow::Unread };
                    paused = is.then_some((id, stop));
                }
                Fact::Broker(BrokerFact::Revoked { topic, partition, .. }) if is_theirs && here(topic, partition) => {
                    paused = None
                }
                Fact::Process(ProcessFact::Crashed | ProcessFact::Stopped) if is_theirs => paused = None,
                _ => {}
            }
        }
        paused
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
