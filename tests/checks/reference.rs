//! The verdict of a whole run, slowly and plainly: what the board's programs should have done for each request that was
//! answered, held against what the facts say that they did. It knows nothing of what is under way: the run has to have
//! come to rest. It shares no code with the checks.

use std::collections::{BTreeMap, BTreeSet};

use crosstalk::board::{Board, Do, HandlerDoc, ServiceNode, ValueDoc, WireKind};
use crosstalk::broker::BrokerFact;
use crosstalk::check::Check;
use crosstalk::net::NetFact;
use crosstalk::rpc::RpcFact;
use crosstalk::service::ServiceFact;
use crosstalk::sim::{HandlerId, IntentId, LineId, MessageId, NodeId, TableId};
use crosstalk::store::StoreFact;
use crosstalk::world::{Entry, Fact, Facts};

/// What is wrong with which request, and in which service.
pub type Finding = (Check, IntentId, NodeId);

/// Which line makes a message; line 0 of a client.
type Maker = (NodeId, LineId);

/// One committed write.
#[derive(Clone, Copy)]
struct Effect {
    /// Its place among all facts.
    at: usize,
    service: NodeId,
    line: LineId,
    intent: IntentId,
    row: (TableId, u32),
    changed: bool,
    /// The message that was handled.
    message: MessageId,
}

/// A run and its board.
struct Reference<'a> {
    board: &'a Board,
    facts: Facts<'a>,
    effects: Vec<Effect>,
}

/// All findings of a run that has come to rest.
pub fn findings(board: &Board, facts: Facts<'_>) -> BTreeSet<Finding> {
    let mut reference = Reference { board, facts, effects: Vec::new() };
    reference.effects = reference.effects();
    let mut found = BTreeSet::new();
    reference.too_much(&mut found);
    reference.too_little(&mut found);
    reference.half(&mut found);
    reference.failing(&mut found);
    found
}

impl Reference<'_> {
    fn facts(&self) -> impl DoubleEndedIterator<Item = (usize, &Entry)> {
        self.facts.iter().enumerate()
    }

    fn effects(&self) -> Vec<Effect> {
        let mut all = Vec::new();
        for (at, entry) in self.facts() {
            if let Fact::Store(StoreFact::Changed { table, row, line, intent, changed, .. }) = entry.fact {
                let message = self.handled(at);
                all.push(Effect { at, service: entry.who.node, line, intent, row: (table, row), changed, message });
            }
        }
        all
    }

    /// The message in whose handling a fact happened.
    fn handled(&self, at: usize) -> MessageId {
        let mut place = at;
        loop {
            if let Fact::Service(ServiceFact::Started { message, .. }) = self.facts[place].fact {
                return message;
            }
            place = self.facts[place].cause.trigger.index();
        }
    }

    fn handlers(&self) -> impl Iterator<Item = (&ServiceNode, &HandlerDoc)> {
        self.board.services.iter().flat_map(|service| service.handlers.iter().map(move |handler| (service, handler)))
    }

    fn handler_with(&self, service: NodeId, line: LineId) -> Option<&HandlerDoc> {
        let found = self.handlers().find(|(node, handler)| node.id == service && handler.lines.iter().any(|l| l.id == line));
        found.map(|(_, handler)| handler)
    }

    /// Who handles what a line sends, and whether each of them certainly does.
    fn takers(&self, message: &str, topic: &str) -> Vec<(NodeId, &HandlerDoc, bool)> {
        let mut groups: BTreeMap<&str, Vec<NodeId>> = BTreeMap::new();
        for wire in &self.board.wires {
            if let WireKind::Consume { to, topic: of, group } = &wire.is
                && of == topic
            {
                groups.entry(group).or_default().push(*to);
            }
        }
        let mut takers = Vec::new();
        for members in groups.values() {
            for (service, handler) in self.handlers() {
                let fits = handler.on == message && handler.from.as_deref() == Some(topic);
                if fits && members.contains(&service.id) {
                    takers.push((service.id, handler, members.len() == 1));
                }
            }
        }
        takers
    }

    /// The programs that each request of a client should come to, with the lines that make what they handle.
    fn expected(&self, client: NodeId) -> BTreeMap<(NodeId, HandlerId), BTreeSet<Maker>> {
        let mut all: BTreeMap<(NodeId, HandlerId), BTreeSet<Maker>> = BTreeMap::new();
        let sends = self.board.clients.iter().find(|node| node.id == client).map_or("", |node| node.sends.as_str());
        let mut next: Vec<(NodeId, &HandlerDoc, Maker)> = Vec::new();
        for wire in &self.board.wires {
            if let WireKind::Call { from, to } = &wire.is
                && *from == client
            {
                let of = |(service, handler): &(&ServiceNode, &HandlerDoc)| {
                    service.id == *to && handler.on == sends && handler.from.is_none()
                };
                next.extend(self.handlers().find(of).map(|(service, handler)| (service.id, handler, (client, LineId(0)))));
            }
        }
        while let Some((service, handler, maker)) = next.pop() {
            if !all.entry((service, handler.id)).or_default().insert(maker) {
                continue;
            }
            for line in &handler.lines {
                if let Do::Outbox { message, topic, .. } | Do::Publish { message, topic, .. } = &line.does {
                    let takers = self.takers(message, topic).into_iter().filter(|(_, _, certain)| *certain);
                    next.extend(takers.map(|(taker, handler, _)| (taker, handler, (service, line.id))));
                }
            }
        }
        all
    }

    /// Where a kind of message of an intent first came into a log, if it ever did.
    fn appended(&self, maker: Maker, intent: IntentId) -> Option<usize> {
        let fits = |message: MessageId| (message.by, message.line, message.intent) == (maker.0, maker.1, intent);
        let mut all = self.facts();
        all.find(|(_, entry)| matches!(entry.fact, Fact::Broker(BrokerFact::Appended { message, .. }) if fits(message)))
            .map(|(at, _)| at)
    }

    fn outbox(&self, maker: Maker, intent: IntentId) -> Option<usize> {
        let fits = |message: MessageId| (message.by, message.line, message.intent) == (maker.0, maker.1, intent);
        let mut all = self.facts();
        all.find(|(_, entry)| matches!(entry.fact, Fact::Store(StoreFact::OutboxVisible { message, .. }) if fits(message)))
            .map(|(at, _)| at)
    }

    fn was_sent(&self, maker: Maker, intent: IntentId) -> bool {
        let fits = |message: MessageId| (message.by, message.line, message.intent) == (maker.0, maker.1, intent);
        self.facts().any(|(_, entry)| matches!(entry.fact, Fact::Net(NetFact::Carries { message, .. }) if fits(message)))
    }

    /// When the transaction committed that a message is about; without one, when the message came into a log.
    fn produced(&self, message: MessageId) -> Option<usize> {
        let (maker, intent) = ((message.by, message.line), message.intent);
        let appended = self.appended(maker, intent);
        let rows = self.effects.iter().filter(|effect| {
            let handler = self.handler_with(message.by, message.line);
            let writes = handler.is_some_and(|handler| handler.lines.iter().any(|line| line.id == effect.line));
            effect.service == message.by && effect.intent == intent && writes
        });
        let row = rows.map(|effect| effect.at).min().filter(|row| appended.is_none_or(|appended| *row < appended));
        self.outbox(maker, intent).or(row).or(appended)
    }

    /// Effects that came twice, or too late.
    fn too_much(&self, found: &mut BTreeSet<Finding>) {
        for effect in self.effects.iter().filter(|effect| effect.changed) {
            let Effect { at, service, line, intent, row, message, .. } = *effect;
            let Some(handler) = self.handler_with(service, line) else { continue };
            let same: Vec<&Effect> =
                self.effects.iter().filter(|e| (e.service, e.line, e.intent) == (service, line, intent) && e.at < at).collect();
            let before: Vec<&&Effect> = same.iter().filter(|e| e.changed).collect();
            let sets = sets(handler, line);
            let overtaken = message.line != LineId(0)
                && self.effects.iter().any(|other| {
                    let here = other.changed && other.at < at && (other.service, other.row) == (service, row);
                    let one = (other.message.by, other.message.line) == (message.by, message.line);
                    // What several services made is in the order in which it came into the topic.
                    let mixed = || sets && self.handler_with(service, other.line).is_some_and(|of| self::sets(of, other.line));
                    let appended = |message: MessageId| self.appended((message.by, message.line), message.intent);
                    let at_source = one && self.produced(other.message) > self.produced(message);
                    let in_topic = !one && mixed() && appended(other.message) > appended(message);
                    here && other.intent != intent && (at_source || in_topic)
                });
            let second = before.len() == 1;
            let zombie = second && same[0].message == message && (self.is_late(effect) || self.is_late(same[0]));
            let tracks = handler.lines.iter().any(|line| matches!(line.does, Do::Track | Do::TrackOffset));
            if zombie && !tracks && (overtaken || !sets) {
                found.insert((Check::Zombie, intent, service));
            } else if overtaken && (same.is_empty() || (sets && second)) {
                found.insert((Check::OutOfOrder, intent, service));
            } else if second && !sets {
                let hole = tracks && same[0].message == message;
                found.insert((if hole { Check::DedupHole } else { Check::DoneTwice }, intent, service));
            }
        }
    }

    /// Whether another process had been given the partition of what an effect's handler had read.
    fn is_late(&self, effect: &Effect) -> bool {
        let mut place = effect.at;
        let (fetched, here) = loop {
            match self.facts[place].fact {
                Fact::Broker(BrokerFact::Fetched { group, record, .. }) => {
                    break (place, (group, record.topic, record.partition));
                }
                Fact::Rpc(RpcFact::Called { .. }) => return false,
                _ if place == 0 => return false,
                _ => place = self.facts[place].cause.trigger.index(),
            }
        };
        let who = self.facts[effect.at].who;
        let given: Vec<(usize, bool)> = self
            .facts()
            .filter(|(_, entry)| {
                matches!(entry.fact, Fact::Broker(BrokerFact::Assigned { group, topic, partition, .. }) if (group, topic, partition) == here)
            })
            .map(|(at, entry)| (at, entry.who == who))
            .collect();
        let own = given.iter().rfind(|(at, own)| *own && *at < fetched).map(|(at, _)| *at);
        own.is_some_and(|own| given.iter().any(|(at, mine)| !mine && (own..effect.at).contains(at)))
    }

    /// Effects of answered requests that never came, although somebody was told.
    fn too_little(&self, found: &mut BTreeSet<Finding>) {
        let mut jumps: BTreeMap<usize, (IntentId, NodeId)> = BTreeMap::new();
        for (_, entry) in self.facts() {
            let Fact::Rpc(RpcFact::Answered { message: request, .. }) = entry.fact else { continue };
            let intent = request.intent;
            for ((service, handler), makers) in self.expected(intent.client) {
                let told =
                    makers.iter().any(|maker| *maker == (intent.client, LineId(0)) || self.appended(*maker, intent).is_some());
                let program =
                    self.handlers().find(|(node, known)| (node.id, known.id) == (service, handler)).map(|(_, known)| known);
                for line in
                    program.into_iter().flat_map(|program| &program.lines).filter(|line| matches!(line.does, Do::Write(_)))
                {
                    let happened = |effect: &Effect| (effect.service, effect.line, effect.intent) == (service, line.id, intent);
                    if !told || self.effects.iter().any(happened) || self.set_aside(service, intent) {
                        continue;
                    }
                    if let Some(jump) = self.jump_over(service, intent, &makers) {
                        let oldest = jumps.entry(jump).or_insert((intent, service));
                        *oldest = (*oldest).min((intent, service));
                    } else {
                        found.insert((self.why_lost(program, (service, handler), intent), intent, service));
                    }
                }
            }
        }
        found.extend(jumps.into_values().map(|(intent, service)| (Check::PassedOver, intent, service)));
    }

    /// The assignment by which the group of a service, which had committed nothing, began behind a message of an intent.
    fn jump_over(&self, service: NodeId, intent: IntentId, makers: &BTreeSet<Maker>) -> Option<usize> {
        let records = self.facts().filter_map(|(at, entry)| match entry.fact {
            Fact::Broker(BrokerFact::Appended { record, message })
                if message.intent == intent && makers.contains(&(message.by, message.line)) =>
            {
                Some((at, record))
            }
            _ => None,
        });
        let (appended, record) = records.into_iter().next_back()?;
        let (at, (group, ..)) = self.facts().skip(appended).find_map(|(at, entry)| match entry.fact {
            Fact::Broker(BrokerFact::Assigned { group, topic, partition, offset, .. })
                if entry.who.node == service
                    && (topic, partition) == (record.topic, record.partition)
                    && offset > record.offset =>
            {
                Some((at, (group, topic, partition)))
            }
            _ => None,
        })?;
        let committed = self.facts().take(at).any(|(_, entry)| matches!(entry.fact, Fact::Broker(BrokerFact::OffsetCommitted { group: g, topic, partition, .. }) if (g, topic, partition) == (group, record.topic, record.partition)));
        (!committed).then_some(at)
    }

    /// Whether a service has made a dead letter of a message of an intent, and it lies in another topic now.
    fn set_aside(&self, service: NodeId, intent: IntentId) -> bool {
        let dead = self.facts().filter_map(|(_, entry)| match entry.fact {
            Fact::Service(ServiceFact::DeadLettered { message, topic, .. }) if entry.who.node == service => {
                Some((message, topic))
            }
            _ => None,
        });
        dead.into_iter().any(|(dead, from)| {
            let kept = |entry: &Entry| matches!(entry.fact, Fact::Broker(BrokerFact::Appended { message, record }) if message == dead && record.topic != from);
            dead.intent == intent && self.facts().any(|(_, entry)| kept(entry))
        })
    }

    fn why_lost(&self, program: Option<&HandlerDoc>, (service, handler): (NodeId, HandlerId), intent: IntentId) -> Check {
        let here = |entry: &Entry| entry.who.node == service;
        let given_up = self.facts().any(|(_, entry)| {
            matches!(entry.fact, Fact::Service(ServiceFact::Skipped { handler: h, message }) if (h, message.intent) == (handler, intent))
                && here(entry)
        });
        let turned_away = self.facts().any(|(_, entry)| {
            matches!(entry.fact, Fact::Store(StoreFact::DuplicateFound { message, .. }) if message.intent == intent)
                && here(entry)
        });
        let tracks = program.is_some_and(|program| program.lines.iter().any(|l| matches!(l.does, Do::Track | Do::TrackOffset)));
        match (given_up, turned_away && tracks) {
            (true, _) => Check::Poison,
            (false, true) => Check::DedupHole,
            (false, false) if self.committed_unhandled(service, intent) => Check::CommittedEarly,
            (false, false) => Check::Lost,
        }
    }

    /// Whether the group of a service has committed a message of an intent that the service never came to the end with.
    fn committed_unhandled(&self, service: NodeId, intent: IntentId) -> bool {
        let finished = |entry: &Entry| matches!(entry.fact, Fact::Service(ServiceFact::Finished { message, .. }) if message.intent == intent && entry.who.node == service);
        if self.facts().any(|(_, entry)| finished(entry)) {
            return false;
        }
        let fetched = self.facts().filter_map(|(_, entry)| match entry.fact {
            Fact::Broker(BrokerFact::Fetched { group, record, message }) => {
                (message.intent == intent && entry.who.node == service).then_some((group, record))
            }
            _ => None,
        });
        fetched.into_iter().any(|(group, record)| {
            self.facts().any(|(_, entry)| matches!(entry.fact, Fact::Broker(BrokerFact::OffsetCommitted { group: g, topic, partition, offset }) if (g, topic, partition) == (group, record.topic, record.partition) && offset > record.offset))
        })
    }

    /// Rows without their message, and messages without their row.
    fn half(&self, found: &mut BTreeSet<Finding>) {
        let intents: BTreeSet<IntentId> = self
            .facts()
            .filter_map(|(_, entry)| match entry.fact {
                Fact::Rpc(RpcFact::Called { message, .. }) => Some(message.intent),
                _ => None,
            })
            .collect();
        for (service, handler) in self.handlers() {
            let writes: Vec<LineId> = of(handler, |does| matches!(does, Do::Write(_)));
            for sends in of(handler, |does| matches!(does, Do::Outbox { .. } | Do::Publish { .. })) {
                for intent in &intents {
                    let maker = (service.id, sends);
                    let written = |effect: &Effect| {
                        effect.service == service.id && effect.intent == *intent && writes.contains(&effect.line)
                    };
                    let row = self.effects.iter().any(written);
                    let told = self.appended(maker, *intent).is_some();
                    let in_outbox = self.outbox(maker, *intent).is_some();
                    if !told && in_outbox && !self.was_sent(maker, *intent) {
                        found.insert((Check::SkippedRow, *intent, service.id));
                    } else if row && !told {
                        found.insert((Check::RowWithoutMessage, *intent, service.id));
                    } else if told && !row && !writes.is_empty() {
                        found.insert((Check::MessageWithoutRow, *intent, service.id));
                    }
                }
            }
        }
    }

    /// Messages that failed five times and never came to an end in between.
    fn failing(&self, found: &mut BTreeSet<Finding>) {
        let mut failures: BTreeMap<(NodeId, HandlerId, MessageId), u32> = BTreeMap::new();
        for (_, entry) in self.facts() {
            match entry.fact {
                Fact::Service(ServiceFact::Failed { handler, message, .. }) => {
                    let count = failures.entry((entry.who.node, handler, message)).or_default();
                    *count += 1;
                    if *count == 5 {
                        found.insert((Check::Poison, message.intent, entry.who.node));
                    }
                }
                Fact::Service(ServiceFact::Finished { handler, message }) => {
                    failures.remove(&(entry.who.node, handler, message));
                }
                _ => {}
            }
        }
    }
}

fn of(handler: &HandlerDoc, fits: impl Fn(&Do) -> bool) -> Vec<LineId> {
    handler.lines.iter().filter(|line| fits(&line.does)).map(|line| line.id).collect()
}

fn sets(handler: &HandlerDoc, line: LineId) -> bool {
    let sets = |op: &ValueDoc| matches!(op, ValueDoc::Set(_) | ValueDoc::SetIfNewer { .. });
    handler.lines.iter().any(|known| known.id == line && matches!(&known.does, Do::Write(write) if sets(&write.op)))
}
