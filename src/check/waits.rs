//! What a message waits for at the cursor, and what keeps it, before any check holds it for stuck. It is read off the world as
//! it stands; the fact that made it so leads on to its reasons.

use crate::board::{Process, WireKind};
use crate::broker::BrokerFact;
use crate::net::{Cut, NetFact};
use crate::rpc::RpcFact;
use crate::service::{Activation, Instance, Service, ServiceFact, Source, Wait};
use crate::sim::{Actor, FactId, GroupId, LineId, MessageId, NodeId, RecordId, Role, TopicId, WireId};
use crate::store::{OutboxRow, RelayKind, StoreFact};
use crate::world::{Condition, Entry, Fact, Facts, World};

use super::kept::{Awaited, Kept};

/// A message that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waits {
    /// For what.
    pub awaited: Awaited,
    /// What keeps it.
    pub kept: Kept,
    /// The message before it that is kept, where it is not itself.
    pub front: Option<MessageId>,
    /// The fact that made it so, or else the latest that names the message.
    pub since: FactId,
    /// The latest fact that names the message.
    pub last: FactId,
}

/// What a message waits for, by the facts up to the cursor, those among them that are seen from afar, and the world there;
/// none if nothing is to become of it any more. Where several groups have not handled a record, it is the one that something
/// keeps.
pub fn waits(message: MessageId, facts: Facts<'_>, notable: &[(FactId, Entry)], world: &World) -> Option<Waits> {
    let named = facts.around(message.intent).filter(|(_, entry)| entry.fact.message() == Some(message));
    let named: Vec<(FactId, &Entry)> = named.map(|(place, entry)| (FactId::at(place), entry)).collect();
    let last = named.last()?.0;
    let looking = Looking { message, notable, named, world };
    let found = if message.line == LineId(0) { looking.request() } else { looking.made() };
    let (awaited, Hold { kept, front, since }) = found?;
    Some(Waits { awaited, kept, front, since: since.unwrap_or(last), last })
}

/// What keeps a message, with the message before it that is kept, and the fact that made it so.
struct Hold {
    kept: Kept,
    front: Option<MessageId>,
    since: Option<FactId>,
}

impl Hold {
    fn of(kept: Kept, since: Option<FactId>) -> Hold {
        Hold { kept, front: None, since }
    }
}

struct Looking<'a> {
    message: MessageId,
    notable: &'a [(FactId, Entry)],
    named: Vec<(FactId, &'a Entry)>,
    world: &'a World,
}

impl<'a> Looking<'a> {
    fn request(&self) -> Option<(Awaited, Hold)> {
        let over = |entry: &Entry| matches!(entry.fact, Fact::Rpc(RpcFact::Answered { .. } | RpcFact::GaveUp { .. }));
        if self.named.iter().any(|(_, entry)| over(entry)) {
            return None;
        }
        let called = self.world.board().wires.iter().find_map(|wire| match wire.is {
            WireKind::Call { from, to } if from == self.message.by => Some((wire.id, to)),
            _ => None,
        });
        let Some((wire, to)) = called else { return Some((Awaited::Answer, Hold::of(Kept::Nobody, None))) };
        let service = self.world.service(to)?;
        let hold = self.in_hand(service);
        let hold = hold.or_else(|| service.instances.values().find_map(|instance| self.in_line(service, instance)));
        let hold = hold.or_else(|| self.all_down(to, Role::Instance)).or_else(|| self.cut(wire)).or_else(|| self.asked());
        Some((Awaited::Answer, hold.unwrap_or(Hold::of(Kept::Nothing, None))))
    }

    /// A request that no instance has in hand or in line: the one that it was sent to stands still, or it is to be sent again.
    fn asked(&self) -> Option<Hold> {
        let client = self.world.client(self.message.by)?;
        match client.caller.attempt(self.message)? {
            (_, Some(conn)) => self.down(self.world.net().server(conn)?),
            (times, None) => {
                let who = Actor::new(self.message.by, Role::Client, 0);
                let failed = |entry: &Entry| {
                    matches!(entry.fact, Fact::Rpc(RpcFact::AttemptFailed { .. } | RpcFact::ErrorAnswered { .. }))
                };
                let since = self.named.iter().rev().find(|(_, entry)| failed(entry)).map(|(id, _)| *id);
                Some(Hold::of(Kept::Resends(who, times), since))
            }
        }
    }

    /// A message that a line made: it lies in a log, or in an outbox, or is on its way to a log.
    fn made(&self) -> Option<(Awaited, Hold)> {
        let record = self.named.iter().rev().find_map(|(_, entry)| match entry.fact {
            Fact::Broker(BrokerFact::Appended { record, .. }) => Some(record),
            _ => None,
        });
        if let Some(record) = record {
            return self.record(record);
        }
        let by = self.message.by;
        let service = self.world.service(by)?;
        let row = self.named.iter().rev().find_map(|(id, entry)| match entry.fact {
            Fact::Store(StoreFact::OutboxVisible { row, .. }) => service.store.outbox_row(row).map(|row| (row, *id)),
            _ => None,
        });
        if let Some((row, visible)) = row {
            if row.published {
                return None;
            }
            let hold = self.never_read(service, row, visible).unwrap_or_else(|| self.relay(service, row.topic));
            return Some((Awaited::Relay(by), hold));
        }
        let inserted = self.named.iter().any(|(_, entry)| matches!(entry.fact, Fact::Store(StoreFact::OutboxInserted { .. })));
        let maker = |activation: &&Activation| activation.message.id.intent == self.message.intent;
        let making = service.instances.values().find_map(|instance| {
            instance.activations.values().find(maker).map(|activation| self.activation(service, instance, activation))
        });
        match making {
            Some(hold) if inserted => Some((Awaited::Relay(by), hold)),
            Some(hold) => Some((Awaited::Log(by), hold)),
            None => None,
        }
    }

    /// A row that no relay has in hand and none will read, whether they run or not.
    fn never_read(&self, service: &Service, row: &OutboxRow, visible: FactId) -> Option<Hold> {
        let store = &service.store;
        let in_hand = service.relays.values().any(|relay| relay.waiting.contains(&self.message));
        if in_hand || !store.passed_over().any(|passed| passed.id == row.id) {
            return None;
        }
        let tails = service.relays.values().any(|relay| relay.kind() == RelayKind::Tail);
        let kept = if tails { Kept::Dropped } else { Kept::Skipped(row.id, store.cursor()) };
        Some(Hold::of(kept, Some(visible)))
    }

    /// What keeps the relays of a service.
    fn relay(&self, service: &Service, topic: TopicId) -> Hold {
        let nobody = service.relays.values().next().is_none();
        if let Some(hold) = self.all_down(service.node, Role::Relay).or_else(|| self.no_broker(service.node, topic)) {
            return hold;
        }
        let has = service.relays.values().find(|relay| relay.waiting.contains(&self.message));
        match has {
            Some(relay) => Hold::of(Kept::Ack(relay.actor), None),
            None if nobody => Hold::of(Kept::Nobody, None),
            None => Hold::of(Kept::Nothing, None),
        }
    }

    /// A broker that is down, or a cut wire from a service to one of its topics.
    fn no_broker(&self, from: NodeId, topic: TopicId) -> Option<Hold> {
        let (board, name) = (self.world.board(), self.world.names().topic(topic));
        let wire = board.wires.iter().find(|wire| match &wire.is {
            WireKind::Publish { from: known, topic } => (*known, topic.as_str()) == (from, name),
            _ => false,
        });
        let (broker, _) = board.topic(name)?;
        self.all_down(broker.id, Role::Broker).or_else(|| self.cut(wire?.id))
    }

    /// The groups that have not handled a record, and what keeps them: the first that something keeps.
    fn record(&self, record: RecordId) -> Option<(Awaited, Hold)> {
        let (board, names) = (self.world.board(), self.world.names());
        let name = names.topic(record.topic);
        let (broker, _) = board.topic(name)?;
        let mut waiting = board.wires.iter().filter_map(|wire| {
            let WireKind::Consume { to, topic, group } = &wire.is else { return None };
            let group = names.group_id(group).filter(|_| topic == name)?;
            let handled = |entry: &Entry| {
                let over = matches!(
                    entry.fact,
                    Fact::Service(ServiceFact::Finished { .. } | ServiceFact::Skipped { .. } | ServiceFact::DeadLettered { .. })
                );
                over && entry.who.node == *to
            };
            if self.named.iter().any(|(_, entry)| handled(entry)) {
                return None;
            }
            let hold = self.reader(record, (wire.id, *to, group), broker.id)?;
            Some((Awaited::Group(group, *to), hold))
        });
        let first = waiting.next()?;
        let idle = |(_, hold): &(Awaited, Hold)| hold.kept.by_itself();
        if idle(&first) { Some(waiting.find(|other| !idle(other)).unwrap_or(first)) } else { Some(first) }
    }

    fn reader(&self, record: RecordId, (wire, to, group): (WireId, NodeId, GroupId), at: NodeId) -> Option<Hold> {
        let (broker, service) = (self.world.broker(at)?, self.world.service(to)?);
        if let Some(hold) = self.in_hand(service) {
            return Some(hold);
        }
        let stopped = self
            .named
            .iter()
            .rev()
            .find(|(_, entry)| entry.who.node == to)
            .filter(|(_, entry)| matches!(entry.fact, Fact::Service(ServiceFact::StoppedReading { .. })));
        if let Some((id, entry)) = stopped {
            return Some(Hold::of(Kept::Stopped(entry.who), Some(*id)));
        }
        let (topic, partition) = (record.topic, record.partition);
        let committed = broker.committed(group, topic, partition);
        if let Some(beyond) = committed.filter(|committed| *committed > record.offset) {
            return Some(Hold::of(Kept::PassedOver(beyond), broker.coordinator().last_commit_fact(group, topic, partition)));
        }
        let cut_off = || self.all_down(at, Role::Broker).or_else(|| self.cut(wire));
        let owner = service.instances.values().find_map(|instance| {
            let consumer = instance.consumers.get(&wire)?;
            let mut mine = consumer.positions().filter(|(of, nth, _)| (*of, *nth) == (topic, partition));
            mine.next().map(|(_, _, position)| (instance, position))
        });
        let Some((instance, position)) = owner else {
            let members = broker.group(group).map(|view| view.members).unwrap_or_default();
            let gone = members.iter().find_map(|member| self.down(member.actor));
            let gone = gone.or_else(cut_off).or_else(|| self.all_down(to, Role::Instance));
            let nobody = service.instances.values().next().is_none();
            return Some(gone.unwrap_or(Hold::of(if nobody { Kept::Nobody } else { Kept::Rebalance }, None)));
        };
        let before = |source: &Source| matches!(source, Source::Record(_, other) if (other.topic, other.partition) == (topic, partition) && other.offset < record.offset);
        let front = instance.activations.values().find(|activation| before(&activation.source));
        let front = front.map(|activation| (activation, self.activation(service, instance, activation)));
        if let Some((activation, hold)) = front.filter(|(_, hold)| !hold.kept.by_itself()) {
            return Some(Hold { front: Some(activation.message.id), ..hold });
        }
        if let Some(hold) = self.down(instance.actor).or_else(cut_off) {
            return Some(hold);
        }
        let unread =
            instance.consumers.get(&wire).is_some_and(|consumer| consumer.unread().any(|place| place == (topic, partition)));
        if unread && !self.fetched(instance) {
            let told = |entry: &Entry| {
                matches!(entry.fact, Fact::Broker(BrokerFact::ReadingPaused { topic: t, partition: p, .. })
                    if (entry.who, t, p) == (instance.actor, topic, partition))
            };
            return Some(Hold::of(Kept::Unread(instance.actor), self.latest(told)));
        }
        let behind = record.offset - committed.unwrap_or(0).min(record.offset);
        let passed = position > record.offset && !self.fetched(instance);
        Some(match behind {
            _ if passed => Hold::of(Kept::PassedOver(position), self.assigned(instance.actor, group, topic, partition)),
            0 => Hold::of(Kept::Nothing, None),
            behind => Hold::of(Kept::Behind(behind), None),
        })
    }

    /// Whether an instance has the record, and has not come to it yet.
    fn fetched(&self, instance: &Instance) -> bool {
        instance.records.iter().any(|(_, record, _)| record.message.id == self.message)
            || self
                .named
                .iter()
                .any(|(_, entry)| entry.who == instance.actor && matches!(entry.fact, Fact::Broker(BrokerFact::Fetched { .. })))
    }

    fn assigned(&self, who: Actor, group: GroupId, topic: TopicId, partition: u16) -> Option<FactId> {
        self.latest(|entry| {
            entry.who == who
                && matches!(entry.fact, Fact::Broker(BrokerFact::Assigned { group: g, topic: t, partition: p, .. }) if (g, t, p) == (group, topic, partition))
        })
    }

    /// Who has the message in hand in a service, and what keeps that one; where several have it, the one that gets on.
    fn in_hand(&self, service: &Service) -> Option<Hold> {
        let mut holds = service.instances.values().filter_map(|instance| {
            let has = instance.activations.values().find(|activation| activation.message.id == self.message)?;
            Some(self.activation(service, instance, has))
        });
        let first = holds.next()?;
        if first.kept.by_itself() { Some(first) } else { Some(holds.find(|hold| hold.kept.by_itself()).unwrap_or(first)) }
    }

    /// A request that waits for a worker, and what keeps those that have one.
    fn in_line(&self, service: &Service, instance: &Instance) -> Option<Hold> {
        let place = instance.requests.iter().position(|(_, message, _)| message.id == self.message)?;
        if let Some(hold) = self.down(instance.actor) {
            return Some(hold);
        }
        let busy = instance.activations.values().next();
        let hold = busy.map(|activation| (activation.message.id, self.activation(service, instance, activation)));
        Some(match hold.filter(|(_, hold)| !hold.kept.by_itself()) {
            Some((front, hold)) => Hold { front: Some(front), ..hold },
            None => Hold::of(Kept::Behind(u32::try_from(place + 1).unwrap_or(u32::MAX)), None),
        })
    }

    /// What keeps a message that is in hand.
    fn activation(&self, service: &Service, instance: &Instance, activation: &Activation) -> Hold {
        let who = instance.actor;
        if let Some(hold) = self.down(who) {
            return hold;
        }
        let last = Some(activation.last);
        match activation.wait {
            Wait::Lock => {
                let holder = activation.tx.and_then(|tx| service.store.waits_for(tx)).map(|tx| tx.owner);
                let Some(holder) = holder else { return Hold::of(Kept::Work(who), last) };
                // Who holds it may stand still: that is then the reason.
                let since = self.down(holder).and_then(|hold| hold.since).or(last);
                Hold::of(Kept::Lock(who, holder), since)
            }
            Wait::Connection => Hold::of(Kept::Connection(who), last),
            Wait::Again => Hold::of(Kept::Again(who, activation.failures), last),
            Wait::Held => Hold::of(Kept::Pinned(who), last),
            Wait::Publish(_) => {
                let topic = activation.program.lines.get(activation.at).and_then(|line| line.does.publishes_to());
                topic.and_then(|topic| self.no_broker(who.node, topic)).unwrap_or(Hold::of(Kept::Ack(who), last))
            }
            Wait::Offset(record) => {
                let Source::Record(wire, _) = activation.source else { return Hold::of(Kept::Ack(who), last) };
                let broker = self.world.board().topic(self.world.names().topic(record.topic)).map(|(broker, _)| broker.id);
                let down = broker.and_then(|broker| self.all_down(broker, Role::Broker));
                down.or_else(|| self.cut(wire)).unwrap_or(Hold::of(Kept::Ack(who), last))
            }
            Wait::Time | Wait::Statement => Hold::of(Kept::Work(who), last),
        }
    }

    /// A process that does not run.
    fn down(&self, who: Actor) -> Option<Hold> {
        let process = Process { node: who.node, role: who.role, ordinal: who.ordinal };
        let record = self.world.process(process).filter(|record| !record.is_gone() && record.condition != Condition::Up)?;
        Some(Hold::of(Kept::Down(record.actor, record.condition), Some(record.since)))
    }

    /// A process of a node, where there are some of a kind and none of them runs: the one that ran last.
    fn all_down(&self, node: NodeId, role: Role) -> Option<Hold> {
        let mut latest: Option<Hold> = None;
        for (_, record) in self.world.processes_of(node, role).filter(|(_, record)| !record.is_gone()) {
            let hold = self.down(record.actor)?;
            if latest.as_ref().is_none_or(|known| known.since < hold.since) {
                latest = Some(hold);
            }
        }
        latest
    }

    fn cut(&self, wire: WireId) -> Option<Hold> {
        if self.world.net().cut_of(wire) == Cut::None {
            return None;
        }
        let was = |entry: &Entry| matches!(entry.fact, Fact::Net(NetFact::WireCut { wire: of, .. }) if of == wire);
        Some(Hold::of(Kept::Cut(wire), self.latest(was)))
    }

    fn latest(&self, fits: impl Fn(&Entry) -> bool) -> Option<FactId> {
        self.notable.iter().rev().find(|(_, entry)| fits(entry)).map(|(id, _)| *id)
    }
}
