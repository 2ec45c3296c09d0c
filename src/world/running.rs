//! The world: models, what is due, and how one thing leads to the next.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::board::{Board, BoardError, BrokerNode, Names, Process, validate};
use crate::broker::{Broker, BrokerInput};
use crate::net::{Network, PacketDue, Post};
use crate::rpc::CallInput;
use crate::service::{After, Client, Service, ServiceTimer};
use crate::sim::{Actor, Cause, Cx, Dense, Draw, Effects, FactHash, FactHasher, FactId, NodeId, Queue, Role, Time};

use super::compile;
use super::due::{Due, Held, Payload, Timer, broker_delivery, call_delivery, service_input};
use super::fact::{Acted, Entry, Fact, Limit, Observer};
use super::planned::Happened;
use super::process::{Condition, ProcessRecord};

/// How far a call to [`World::run_until`] got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The time of the world now.
    pub reached: Time,
    /// How many due items were served.
    pub items: u32,
    /// Whether everything due up to the goal was served.
    pub done: bool,
}

pub(super) type Out = Effects<Fact, Post<Payload>, Timer>;

/// A board at work. A clone is a snapshot.
#[derive(Clone, Debug)]
pub struct World {
    pub(super) board: Arc<Board>,
    pub(super) names: Arc<Names>,
    pub(super) draw: Draw,
    pub(super) now: Time,
    pub(super) queue: Queue<Due>,
    pub(super) net: Network<Payload>,
    pub(super) brokers: Dense<NodeId, Broker>,
    pub(super) services: Dense<NodeId, Service>,
    pub(super) clients: Dense<NodeId, Client>,
    pub(super) processes: Dense<Process, ProcessRecord>,
    /// What waits for processes that stand still, in order.
    pub(super) held: BTreeMap<Process, Vec<Held>>,
    /// What of the plan has happened, in order.
    pub(super) happened: Vec<Happened>,
    pub(super) out: Out,
    hasher: FactHasher,
    facts: u32,
}

impl World {
    /// Puts a board to work: everything starts at time 0.
    ///
    /// # Errors
    /// What [`validate`] finds wrong with the board.
    pub fn new(board: &Board, seed: u64, see: &mut impl Observer) -> Result<World, BoardError> {
        validate(board)?;
        let mut world = World {
            board: Arc::new(board.clone()),
            names: Arc::new(Names::of(board)),
            draw: Draw::new(seed),
            now: Time::ZERO,
            queue: Queue::default(),
            net: Network::default(),
            brokers: Dense::new(),
            services: Dense::new(),
            clients: Dense::new(),
            processes: Dense::new(),
            held: BTreeMap::new(),
            happened: Vec::new(),
            out: Effects::default(),
            hasher: FactHasher::default(),
            facts: 0,
        };
        let nobody = Actor::new(NodeId(0), Role::Client, 0);
        let began = world.record(nobody, Acted::Began, Cause::by(FactId::FIRST), see);
        world.build(Cause::by(began), see);
        Ok(world)
    }

    fn build(&mut self, why: Cause, see: &mut impl Observer) {
        let board = Arc::clone(&self.board);
        for wire in &board.wires {
            self.net.set_wire(wire.id, compile::latency(wire, board.timings));
        }
        for node in &board.brokers {
            self.make_broker(node);
        }
        let cluster = compile::cluster(&board);
        for node in &board.services {
            self.services.insert(node.id, Service::new(node.id, compile::service(&board, &self.names, &cluster, node)));
        }
        for node in &board.clients {
            self.clients.insert(node.id, Client::new(compile::request_config(&board, &self.names, node)));
        }
        for actor in compile::processes(&board) {
            self.start(actor, why, see);
        }
    }

    /// A broker with empty topics.
    pub(super) fn make_broker(&mut self, node: &BrokerNode) {
        let mut broker = Broker::new(compile::groups(node, self.board.timings));
        broker.set_flush(compile::flush(node, self.board.timings));
        for topic in &node.topics {
            if let Some(id) = self.names.topic_id(&topic.name) {
                broker.add_topic(id, topic.partitions);
                broker.name_topic(id, topic.name.as_str().into());
            }
        }
        self.brokers.insert(node.id, broker);
    }

    /// The time of the world.
    pub fn now(&self) -> Time {
        self.now
    }

    /// When the next thing is due.
    pub fn next_time(&mut self) -> Option<Time> {
        self.queue.next_time()
    }

    /// The hash of all facts so far.
    pub fn hash(&self) -> FactHash {
        self.hasher.value()
    }

    /// How many facts there are.
    pub fn facts(&self) -> u32 {
        self.facts
    }

    /// Serves one due item; gives its time, or `None` when nothing is due.
    pub fn step(&mut self, see: &mut impl Observer) -> Option<Time> {
        let (at, due) = self.queue.pop()?;
        self.now = at;
        match due {
            Due::Timer(actor, timer, why) => {
                let record = self.processes.get_mut(&Process::of(actor)).filter(|record| record.actor == actor);
                if let Some(record) = record {
                    record.timers.remove(timer);
                    let condition = record.condition;
                    self.hand(condition, actor, Held::Timer(timer, why), see);
                }
            }
            Due::Packet(packet) => self.packet(packet, see),
            Due::Back(process, since) => self.comes_back(process, since, see),
        }
        Some(at)
    }

    /// Serves what is due up to and including a time, at most so many items, and no more once the observer pauses. When all
    /// of it is served, that is the time.
    pub fn run_until(&mut self, until: Time, most: u32, see: &mut impl Observer) -> Progress {
        let mut items = 0;
        while items < most && self.queue.next_time().is_some_and(|next| next <= until) {
            self.step(see);
            items += 1;
            if see.pauses() {
                return Progress { reached: self.now, items, done: false };
            }
        }
        let done = self.queue.next_time().is_none_or(|next| next > until);
        if done {
            self.now = self.now.max(until);
        }
        Progress { reached: self.now, items, done }
    }

    /// Records a fact of the world's own.
    pub(super) fn record(&mut self, who: Actor, fact: impl Into<Fact>, why: Cause, see: &mut impl Observer) -> FactId {
        let id = crate::sim::Emit::<Fact, Post<Payload>, Timer>::fact(&mut self.out, fact.into(), why);
        self.drain(who, see);
        id
    }

    /// Lets a model act, then takes up what it asked for.
    pub(super) fn act(&mut self, me: Actor, why: Cause, see: &mut impl Observer, acts: impl FnOnce(&mut World, &Cx, &mut Out)) {
        let cx = Cx { now: self.now, me, draw: self.draw, cause: why };
        let mut out = std::mem::take(&mut self.out);
        acts(self, &cx, &mut out);
        self.out = out;
        self.drain(me, see);
    }

    /// Records facts, sets timers and posts sends, until nothing is left.
    fn drain(&mut self, me: Actor, see: &mut impl Observer) {
        let mut out = std::mem::take(&mut self.out);
        // Looked up for the first timer, and not for each.
        let (processes, mut record) = (&mut self.processes, None);
        loop {
            for (fact, cause) in out.facts.drain(..) {
                let entry = Entry { at: self.now, who: me, cause, fact };
                let id = FactId::at(self.facts as usize);
                self.facts += 1;
                self.hasher.add(&entry);
                see.see(id, &entry);
            }
            for ask in out.timers.drain(..) {
                if let Timer::Packet(packet) = ask.key {
                    if let Some(at) = ask.at {
                        self.queue.push(at, Due::Packet(packet));
                    }
                    continue;
                }
                if record.is_none() {
                    record = processes.get_mut(&Process::of(me));
                }
                let Some(record) = &mut record else { continue };
                let before = match ask.at {
                    Some(at) => {
                        let due = self.queue.push(at.max(self.now), Due::Timer(me, ask.key, ask.why));
                        record.timers.insert(ask.key, due)
                    }
                    None => record.timers.remove(ask.key),
                };
                if let Some(due) = before {
                    self.queue.cancel(due);
                }
            }
            if out.sends.is_empty() {
                break;
            }
            // The network sends nothing itself, so the memory of what is posted serves the next time as well.
            let mut sends = std::mem::take(&mut out.sends);
            for (post, cause) in sends.drain(..) {
                let cx = Cx { now: self.now, me, draw: self.draw, cause };
                self.net.post(&cx, post, &mut out);
            }
            out.sends = sends;
        }
        self.out = out;
        if matches!(me.role, Role::Instance | Role::Relay) {
            self.after(me.node, see);
        }
    }

    /// What a service left for the world to do.
    fn after(&mut self, node: NodeId, see: &mut impl Observer) {
        while let Some(service) = self.services.get_mut(&node).filter(|service| !service.after.is_empty()) {
            match service.after.remove(0) {
                After::Pin { who, pauses: false, back_after, fact } => {
                    self.crash(Process::of(who), Cause::by(fact), see);
                    self.schedule_back(who, back_after);
                }
                After::Pin { who, pauses: true, back_after, fact } => {
                    self.pause(Process::of(who), Cause::by(fact), see);
                    self.schedule_back(who, back_after);
                }
                After::Wake { who, tx, fact } => self.reach(who, Held::Wake(tx, Cause::by(fact)), see),
                After::Connected { who, n, fact } => self.reach(who, Held::Connected(n, Cause::by(fact)), see),
                After::Stopped(who) => self.stopped(who, see),
                After::TurnedAway { who, fact } => {
                    self.record(who, Limit::RequestsWaiting, Cause::by(fact), see);
                }
            }
        }
    }

    fn packet(&mut self, packet: PacketDue, see: &mut impl Observer) {
        let processes = &self.processes;
        let accepting = |server: Actor| {
            let record = processes.get(&Process::of(server))?;
            (!matches!(record.condition, Condition::Down { .. })).then_some(record.actor)
        };
        let Some(me) = self.net.destination(packet) else { return };
        let cx = Cx { now: self.now, me, draw: self.draw, cause: Cause::by(FactId::FIRST) };
        let delivered = self.net.arrive(&cx, packet, accepting, &mut self.out);
        let who = delivered.as_ref().map_or(me, |(who, _, _)| *who);
        self.drain(who, see);
        if let Some((who, delivery, why)) = delivered {
            self.reach(who, Held::Delivery(delivery, why), see);
        }
    }

    /// Something reaches a process, unless that life is over; a paused one finds it when it resumes.
    pub(super) fn reach(&mut self, who: Actor, what: Held, see: &mut impl Observer) {
        let record = self.processes.get(&Process::of(who)).filter(|record| record.actor == who);
        if let Some(condition) = record.map(|record| record.condition) {
            self.hand(condition, who, what, see);
        }
    }

    fn hand(&mut self, condition: Condition, who: Actor, what: Held, see: &mut impl Observer) {
        match condition {
            Condition::Up => self.deliver(who, what, see),
            Condition::Paused => self.held.entry(Process::of(who)).or_default().push(what),
            Condition::Down { .. } => {}
        }
    }

    fn deliver(&mut self, who: Actor, what: Held, see: &mut impl Observer) {
        let (Held::Timer(_, why)
        | Held::Delivery(_, why)
        | Held::Wake(_, why)
        | Held::Connected(_, why)
        | Held::TakeUp(why)
        | Held::Reading { why, .. }) = what;
        self.act(who, why, see, |world, cx, out| match who.role {
            Role::Broker => {
                let Some(broker) = world.brokers.get_mut(&who.node) else { return };
                match what {
                    Held::Timer(Timer::Broker(timer), _) => broker.handle(cx, BrokerInput::Timer(timer), out),
                    Held::Delivery(delivery, _) => {
                        if let Some(delivery) = broker_delivery(delivery) {
                            broker.handle(cx, BrokerInput::Delivery(delivery), out);
                        }
                    }
                    _ => {}
                }
            }
            Role::Client => {
                let Some(client) = world.clients.get_mut(&who.node) else { return };
                match what {
                    Held::Timer(Timer::Service(ServiceTimer::Arrival), _) => client.arrival(cx, out),
                    Held::Timer(Timer::Call(timer), _) => client.handle(cx, CallInput::Timer(timer), out),
                    Held::Delivery(delivery, _) => {
                        if let Some(delivery) = call_delivery(delivery) {
                            client.handle(cx, CallInput::Delivery(delivery), out);
                        }
                    }
                    _ => {}
                }
            }
            Role::Instance | Role::Relay => {
                let Some(service) = world.services.get_mut(&who.node) else { return };
                if let Some(input) = service_input(who, what) {
                    service.handle(cx, input, out);
                }
            }
        });
    }
}
