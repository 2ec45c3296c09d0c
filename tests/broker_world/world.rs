//! A world of one broker, producers and consumers: a network with one fixed latency, timers, and faults by hand.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crosstalk::broker::client::{Producer, ProducerEvent, ProducerInput};
use crosstalk::broker::coordinator::GroupConfig;
use crosstalk::broker::protocol::BrokerCargo;
use crosstalk::broker::{Broker, BrokerFact, BrokerInput, BrokerTimer};
use crosstalk::net::{Closed, ConnId, Delivery, Post, Side};
use crosstalk::sim::{
    Actor, Cause, Cx, Draw, Due, Effects, Emit, FactId, GroupId, MessageId, NodeId, Queue, Role, Span, Time, TopicId, What,
    between,
};

use crate::owner::Owner;

pub const TOPIC: TopicId = TopicId(0);
pub const GROUP: GroupId = GroupId(0);
pub const HOP: Span = Span::ms(10);

/// One fact, with when, who and why.
#[derive(Clone, Debug)]
pub struct Entry {
    pub at: Time,
    pub who: Actor,
    pub fact: BrokerFact,
    pub cause: Cause,
}

enum Item {
    Deliver(Actor, Delivery<BrokerCargo>, FactId),
    Timer(Actor, BrokerTimer, FactId),
    /// The owner's worker has finished a record.
    Worked(Actor, FactId),
}

/// Which ends of a connection are open.
#[derive(Clone, Copy)]
struct Ends {
    client: bool,
    server: bool,
    /// Whether the server has seen a packet yet, and in which life.
    accepted: Option<u16>,
}

pub struct World {
    pub now: Time,
    pub broker: Broker,
    pub broker_actor: Actor,
    broker_up: bool,
    pub producers: BTreeMap<Actor, (Producer, Vec<ProducerEvent>)>,
    pub owners: BTreeMap<Actor, Owner>,
    pub facts: Vec<Entry>,
    pub packets: u32,
    /// Whether connections differ in latency, between 5 and 400 ms.
    pub uneven: bool,
    paused: BTreeSet<Actor>,
    held: VecDeque<Item>,
    conns: BTreeMap<ConnId, Ends>,
    timers: BTreeMap<(Actor, BrokerTimer), Due>,
    queue: Queue<Item>,
    out: Effects<BrokerFact, Post<BrokerCargo>, BrokerTimer>,
    draw: Draw,
}

impl World {
    pub fn new(partitions: u16) -> World {
        let broker_actor = Actor::new(NodeId(2), Role::Broker, 0);
        let mut broker = Broker::new(GroupConfig { initial_rebalance_delay: Span::ZERO, ..GroupConfig::default() });
        broker.add_topic(TOPIC, partitions);
        broker.name_topic(TOPIC, "orders".into());
        let mut world = World {
            now: Time::ZERO,
            broker,
            broker_actor,
            broker_up: true,
            producers: BTreeMap::new(),
            owners: BTreeMap::new(),
            facts: Vec::new(),
            packets: 0,
            uneven: false,
            paused: BTreeSet::new(),
            held: VecDeque::new(),
            conns: BTreeMap::new(),
            timers: BTreeMap::new(),
            queue: Queue::default(),
            out: Effects::default(),
            draw: Draw::new(1),
        };
        // Stands for "the run began".
        let message = crate::message(0, None).id;
        let out: &mut dyn Emit<BrokerFact, Post<BrokerCargo>, BrokerTimer> = &mut world.out;
        out.fact(BrokerFact::ProduceFailed { message }, Cause::by(FactId::FIRST));
        world.flush(broker_actor);
        world
    }

    fn cx(&self, me: Actor, trigger: FactId) -> Cx {
        Cx { now: self.now, me, draw: self.draw, cause: Cause::by(trigger) }
    }

    /// Runs for a while.
    pub fn run(&mut self, span: Span) {
        let until = self.now + span;
        while self.queue.next_time().is_some_and(|at| at <= until) {
            self.step();
        }
        self.now = until;
    }

    /// Runs until something holds, for a minute at most.
    pub fn run_until(&mut self, what: &str, mut holds: impl FnMut(&World) -> bool) {
        let limit = self.now + Span::secs(60);
        while !holds(self) {
            assert!(self.now < limit && self.step(), "a minute passed and still not: {what}");
        }
    }

    fn step(&mut self) -> bool {
        let Some((at, item)) = self.queue.pop() else { return false };
        self.now = at;
        self.serve(item);
        true
    }

    fn serve(&mut self, item: Item) {
        let to = match &item {
            Item::Deliver(to, ..) | Item::Timer(to, ..) | Item::Worked(to, _) => *to,
        };
        if self.paused.contains(&to) {
            self.held.push_back(item);
            return;
        }
        match item {
            Item::Deliver(to, delivery, why) => self.deliver(to, delivery, why),
            Item::Timer(to, key, why) => {
                self.timers.remove(&(to, key));
                let cx = self.cx(to, why);
                match (self.producers.get_mut(&to), self.owners.get_mut(&to), key) {
                    (Some((producer, events)), _, BrokerTimer::Client(timer)) => {
                        events.extend(producer.handle(&cx, ProducerInput::Timer(timer), &mut self.out));
                    }
                    (_, Some(owner), BrokerTimer::Client(timer)) => owner.timer(&cx, timer, &mut self.out),
                    _ if to == self.broker_actor && self.broker_up => {
                        self.broker.handle(&cx, BrokerInput::Timer(key), &mut self.out);
                    }
                    _ => {}
                }
                self.flush(to);
            }
            Item::Worked(to, why) => {
                let cx = self.cx(to, why);
                if let Some(owner) = self.owners.get_mut(&to) {
                    owner.worked(&cx, &mut self.out);
                }
                self.flush(to);
            }
        }
    }

    fn deliver(&mut self, to: Actor, delivery: Delivery<BrokerCargo>, why: FactId) {
        let (conn, at) = match &delivery {
            Delivery::Arrived { conn, at, .. } | Delivery::Closed { conn, at, .. } => (*conn, *at),
        };
        let up = self.broker_up;
        let life = self.broker_actor.life;
        let Some(ends) = self.conns.get_mut(&conn) else { return };
        match at {
            Side::Client if !ends.client => return,
            Side::Server if !up || !ends.server || ends.accepted.is_some_and(|accepted| accepted != life) => {
                ends.server = false;
                self.tell(conn, Side::Client, Closed::Refused, why);
                return;
            }
            Side::Server => ends.accepted = Some(life),
            Side::Client => {}
        }
        if let Delivery::Closed { .. } = delivery {
            match at {
                Side::Client => ends.client = false,
                Side::Server => ends.server = false,
            }
        }
        let cx = self.cx(to, why);
        self.packets += 1;
        if at == Side::Server {
            let cx = self.cx(self.broker_actor, why);
            self.broker.handle(&cx, BrokerInput::Delivery(delivery), &mut self.out);
            self.flush(self.broker_actor);
        } else if let Some((producer, events)) = self.producers.get_mut(&to) {
            events.extend(producer.handle(&cx, ProducerInput::Delivery(delivery), &mut self.out));
            self.flush(to);
        } else if let Some(owner) = self.owners.get_mut(&to) {
            owner.delivery(&cx, delivery, &mut self.out);
            self.flush(to);
        }
    }

    fn hop(&self, conn: ConnId) -> Span {
        if !self.uneven {
            return HOP;
        }
        let name = [u64::from(conn.client.ordinal), u64::from(conn.port), u64::from(conn.nth)];
        Span::ms(between(&mut self.draw.at(What::Latency, &name), 5, 400))
    }

    fn tell(&mut self, conn: ConnId, at: Side, why: Closed, trigger: FactId) {
        let to = if at == Side::Client { conn.client } else { self.broker_actor };
        self.queue.push(self.now + self.hop(conn), Item::Deliver(to, Delivery::Closed { conn, at, why }, trigger));
    }

    /// Puts what was asked for to work.
    fn flush(&mut self, who: Actor) {
        let facts: Vec<_> = self.out.facts.drain(..).collect();
        for (fact, cause) in facts {
            self.facts.push(Entry { at: self.now, who, fact, cause });
        }
        let posts: Vec<_> = self.out.sends.drain(..).collect();
        for (post, why) in posts {
            self.post(post, why.trigger);
        }
        let asks: Vec<_> = self.out.timers.drain(..).collect();
        for ask in asks {
            if let Some(due) = self.timers.remove(&(who, ask.key)) {
                self.queue.cancel(due);
            }
            if let Some(at) = ask.at {
                let due = self.queue.push(at, Item::Timer(who, ask.key, ask.why.trigger));
                self.timers.insert((who, ask.key), due);
            }
        }
        let work = self.owners.get_mut(&who).and_then(|owner| Some((owner.begin_work()?, owner.work)));
        if let Some((why, work)) = work {
            self.queue.push(self.now + work, Item::Worked(who, why));
        }
    }

    fn post(&mut self, post: Post<BrokerCargo>, why: FactId) {
        match post {
            Post::Open { conn, .. } => {
                let fresh = self.conns.insert(conn, Ends { client: true, server: true, accepted: None });
                assert!(fresh.is_none(), "{conn:?} was opened twice");
            }
            Post::Send { conn, by, cargo, .. } => {
                let open = self.conns.get(&conn).is_some_and(|ends| if by == Side::Client { ends.client } else { ends.server });
                if open {
                    let to = if by == Side::Client { self.broker_actor } else { conn.client };
                    let arrived = Delivery::Arrived { conn, at: by.other(), cargo };
                    self.queue.push(self.now + self.hop(conn), Item::Deliver(to, arrived, why));
                }
            }
            Post::Close { conn, by } => {
                if let Some(ends) = self.conns.get_mut(&conn) {
                    match by {
                        Side::Client => ends.client = false,
                        Side::Server => ends.server = false,
                    }
                    self.tell(conn, by.other(), Closed::ByPeer, why);
                }
            }
            Post::Lose { .. } => unreachable!("only pins ask for this"),
        }
    }

    /// Lets a consumer's owner act.
    pub fn with_owner<R>(
        &mut self,
        who: Actor,
        act: impl FnOnce(&mut Owner, &Cx, &mut Effects<BrokerFact, Post<BrokerCargo>, BrokerTimer>) -> R,
    ) -> R {
        let cx = self.cx(who, FactId::FIRST);
        let owner = self.owners.get_mut(&who).expect("the consumer is there");
        let result = act(owner, &cx, &mut self.out);
        self.flush(who);
        result
    }

    /// Lets a producer send.
    pub fn send(&mut self, who: Actor, n: u32, key: Option<u32>) {
        let partitions = self.broker.topics().next().map_or(1, |topic| topic.count());
        let cx = self.cx(who, FactId::FIRST);
        let (producer, events) = self.producers.get_mut(&who).expect("the producer is there");
        let input = ProducerInput::Send { topic: TOPIC, partitions, message: crate::message(n, key) };
        events.extend(producer.handle(&cx, input, &mut self.out));
        self.flush(who);
    }

    /// Breaks all connections of a process: what is under way on them is gone, both ends are told one hop later.
    pub fn break_connections(&mut self, who: Actor) {
        let broken: Vec<ConnId> = self.conns.keys().copied().filter(|conn| conn.client == who).collect();
        let mut kept = Queue::default();
        let mut moved = BTreeMap::new();
        let places: BTreeMap<_, _> = self.timers.keys().map(|key| (*key, ())).collect();
        while let Some((at, item)) = self.queue.pop() {
            let lost = matches!(&item, Item::Deliver(_, Delivery::Arrived { conn, .. }, _) if broken.contains(conn));
            let key = match &item {
                Item::Timer(who, key, _) if places.contains_key(&(*who, *key)) => Some((*who, *key)),
                _ => None,
            };
            if !lost {
                let due = kept.push(at, item);
                moved.extend(key.map(|key| (key, due)));
            }
        }
        self.queue = kept;
        self.timers = moved;
        for conn in broken {
            for at in [Side::Client, Side::Server] {
                self.tell(conn, at, Closed::ByPeer, FactId::FIRST);
            }
        }
    }

    /// Kills a client's process; what it had sent still arrives, and the broker sees the close one hop later.
    pub fn kill(&mut self, who: Actor) {
        self.owners.remove(&who);
        self.producers.remove(&who);
        let conns: Vec<ConnId> = self.conns.keys().copied().filter(|conn| conn.client == who).collect();
        for conn in conns {
            self.post(Post::Close { conn, by: Side::Client }, FactId::FIRST);
        }
    }

    /// Kills the broker's process.
    pub fn kill_broker(&mut self) {
        self.broker_up = false;
        let open: Vec<ConnId> = self.conns.iter().filter(|(_, ends)| ends.server).map(|(conn, _)| *conn).collect();
        for conn in open {
            self.post(Post::Close { conn, by: Side::Server }, FactId::FIRST);
        }
        let timers: Vec<_> = self.timers.keys().copied().filter(|(who, _)| *who == self.broker_actor).collect();
        for key in timers {
            if let Some(due) = self.timers.remove(&key) {
                self.queue.cancel(due);
            }
        }
    }

    /// Starts it again.
    pub fn restart_broker(&mut self) {
        self.broker_up = true;
        self.broker_actor.life += 1;
        let cx = self.cx(self.broker_actor, FactId::FIRST);
        self.broker.restart(&cx, &mut self.out);
        self.flush(self.broker_actor);
    }

    /// Stops a process without its noticing.
    pub fn pause(&mut self, who: Actor) {
        self.paused.insert(who);
    }

    /// Lets it go on: what has become due meanwhile comes first, in order.
    pub fn resume(&mut self, who: Actor) {
        self.paused.remove(&who);
        for item in std::mem::take(&mut self.held) {
            self.serve(item);
        }
    }

    /// The messages in a partition's log, by number.
    pub fn log(&self, partition: u16) -> Vec<u32> {
        let log = self.broker.log(TOPIC, partition).expect("the partition is there");
        log.iter_from(0).map(|(_, entry)| entry.message.id.intent.n).collect()
    }

    /// The message numbers that consumers fetched, in order.
    pub fn fetched(&self) -> Vec<u32> {
        let fetched = |entry: &Entry| match entry.fact {
            BrokerFact::Fetched { message: MessageId { intent, .. }, .. } => Some(intent.n),
            _ => None,
        };
        self.facts.iter().filter_map(fetched).collect()
    }

    /// Which partitions each living consumer reads.
    pub fn owned(&self) -> BTreeMap<Actor, Vec<u16>> {
        let partitions = |owner: &Owner| owner.consumer.positions().map(|(_, partition, _)| partition).collect();
        self.owners.iter().map(|(who, owner)| (*who, partitions(owner))).collect()
    }

    /// Sum of the group's lag over all partitions; a partition without a committed offset counts with all it has.
    pub fn lag(&self) -> u32 {
        let topic = self.broker.topics().next().expect("there is a topic");
        let of = |p: u16| self.broker.lag(GROUP, TOPIC, p).or(self.broker.log(TOPIC, p).map(|log| log.end())).unwrap_or(0);
        (0..topic.count()).map(of).sum()
    }
}
