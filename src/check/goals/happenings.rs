//! What of a run goals speak of: most of it is one fact, some of it takes several.

use std::collections::BTreeMap;

use crate::board::{Gap, Process, ProcessDoes};
use crate::broker::BrokerFact;
use crate::net::{Cut, NetFact};
use crate::rpc::RpcFact;
use crate::service::ServiceFact;
use crate::sim::{Actor, GroupId, IntentId, LineId, NodeId, TopicId, WireId};
use crate::world::{Acted, Entry, Fact, ProcessFact};

/// Something that a goal may wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Happening {
    /// A process failed or came back.
    Did(Process, ProcessDoes),
    /// A client sent one by hand.
    Sent(NodeId),
    /// A service gave a message up.
    Skipped(NodeId),
    /// A service kept a record as a dead letter.
    DeadLettered(NodeId),
    /// A client gave a request up.
    GaveUp(NodeId),
    /// A client got an answer: how many since it last gave a request up.
    Answered(NodeId, u32),
    /// A wire was cut.
    Cut(WireId),
    /// A process came to a pin.
    Hit(NodeId, Gap),
    /// All partitions of a crashed member are assigned to others.
    HandedOver(GroupId),
    /// A record was fetched a second time.
    Redelivered(GroupId),
    /// The message about a request whose handling was cut short is in a log.
    Told(NodeId),
}

/// A partition as a group reads it.
type Place = (GroupId, TopicId, u16);

/// At most so many requests that were cut short are kept; the oldest goes.
const CUT_SHORT: usize = 256;

/// What has to be remembered of the facts so far: bounded by what the board has.
#[derive(Clone, Debug, Default)]
pub(super) struct Scene {
    /// Who reads each partition.
    owners: BTreeMap<Place, Actor>,
    /// Partitions that a crashed process had, and nobody else has yet.
    left: BTreeMap<Place, Actor>,
    /// The offset behind the last that each group has fetched.
    fetched: BTreeMap<Place, u32>,
    /// Requests whose handling a crash cut short, with the service, oldest first.
    cut_short: Vec<(NodeId, IntentId)>,
    /// How many answers each client got since it last gave a request up.
    answers: BTreeMap<NodeId, u32>,
}

impl Scene {
    /// Takes a fact in.
    pub(super) fn see(&mut self, entry: &Entry) -> Vec<Happening> {
        let who = entry.who;
        match entry.fact {
            Fact::Process(what) => self.process(who, what).into_iter().collect(),
            Fact::Acted(Acted::Sent { client }) => vec![Happening::Sent(client)],
            Fact::Net(NetFact::WireCut { wire, cut }) if cut != Cut::None => vec![Happening::Cut(wire)],
            Fact::Rpc(RpcFact::GaveUp { .. }) => {
                self.answers.remove(&who.node);
                vec![Happening::GaveUp(who.node)]
            }
            Fact::Rpc(RpcFact::Answered { .. }) => {
                let answers = self.answers.entry(who.node).or_insert(0);
                *answers = answers.saturating_add(1);
                vec![Happening::Answered(who.node, *answers)]
            }
            Fact::Service(ServiceFact::Skipped { .. }) => vec![Happening::Skipped(who.node)],
            Fact::Service(ServiceFact::DeadLettered { .. }) => vec![Happening::DeadLettered(who.node)],
            Fact::Service(ServiceFact::PinHit { handler, after }) => {
                let gap = if after == LineId(0) { Gap::Start(handler) } else { Gap::After(after) };
                vec![Happening::Hit(who.node, gap)]
            }
            Fact::Service(ServiceFact::Aborted { message, .. }) => {
                if self.cut_short.len() >= CUT_SHORT {
                    self.cut_short.remove(0);
                }
                self.cut_short.push((who.node, message.intent));
                Vec::new()
            }
            Fact::Broker(fact) => self.broker(who, fact).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    fn process(&mut self, who: Actor, what: ProcessFact) -> Option<Happening> {
        let does = match what {
            ProcessFact::Crashed => ProcessDoes::Crash,
            ProcessFact::Paused => ProcessDoes::Pause,
            ProcessFact::Resumed => ProcessDoes::Resume,
            ProcessFact::Started if who.life > 0 => ProcessDoes::Restart,
            ProcessFact::Started | ProcessFact::Stopped => return None,
        };
        if does == ProcessDoes::Crash {
            let lost = self.owners.iter().filter(|(_, owner)| **owner == who).map(|(place, owner)| (*place, *owner));
            let lost: Vec<(Place, Actor)> = lost.collect();
            self.left.extend(lost);
        }
        Some(Happening::Did(Process::of(who), does))
    }

    fn broker(&mut self, who: Actor, fact: BrokerFact) -> Option<Happening> {
        match fact {
            BrokerFact::Assigned { group, topic, partition, .. } => {
                let place = (group, topic, partition);
                self.owners.insert(place, who);
                let before = self.left.remove(&place)?;
                let same = |(of, ..): &Place, left: &Actor| *of == group && *left == before;
                let more = self.left.iter().any(|(place, left)| same(place, left));
                (!more && !before.same_process(who)).then_some(Happening::HandedOver(group))
            }
            BrokerFact::Revoked { group, topic, partition, .. } => {
                let place = (group, topic, partition);
                if self.owners.get(&place) == Some(&who) {
                    self.owners.remove(&place);
                }
                None
            }
            BrokerFact::Fetched { group, record, .. } => {
                let next = self.fetched.entry((group, record.topic, record.partition)).or_insert(0);
                let again = record.offset < *next;
                *next = (*next).max(record.offset.saturating_add(1));
                again.then_some(Happening::Redelivered(group))
            }
            BrokerFact::Appended { message, .. } => {
                let told = self.cut_short.iter().position(|known| *known == (message.by, message.intent))?;
                self.cut_short.remove(told);
                Some(Happening::Told(message.by))
            }
            _ => None,
        }
    }
}
