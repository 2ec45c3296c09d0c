//! The network's promises, on a small network of its own.

use proptest::prelude::*;

use crate::sim::{Actor, Cause, Cx, Draw, Effects, FactId, MessageId, NodeId, Queue, Role, Span, Time, WireId};

use super::*;

/// A numbered packet.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Numbered(u32);

impl Cargo for Numbered {
    fn api(&self) -> u8 {
        1
    }
    fn subject(&self) -> Subject {
        Subject::Position(crate::sim::TopicId(0), 0, self.0)
    }
    fn messages(&self) -> impl Iterator<Item = MessageId> + '_ {
        std::iter::empty()
    }
}

/// What the network set in motion: facts, and a timer for each packet.
type Out = Effects<NetFact, Post<Numbered>, PacketDue>;

impl From<std::convert::Infallible> for Post<Numbered> {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

const WIRE: WireId = WireId(1);

fn client() -> Actor {
    Actor::new(NodeId(1), Role::Client, 0)
}

fn server() -> Actor {
    Actor::new(NodeId(2), Role::Instance, 0)
}

fn conn(nth: u32) -> ConnId {
    ConnId { client: client(), port: 7, nth }
}

struct Bench {
    net: Network<Numbered>,
    queue: Queue<PacketDue>,
    now: Time,
    out: Out,
    got: Vec<(Time, Actor, Delivery<Numbered>)>,
    server_up: bool,
}

impl Bench {
    fn new(mean: u64, spread: u64) -> Bench {
        let mut net = Network::default();
        net.set_wire(WIRE, Latency { mean: Span::ms(mean), spread: Span::ms(spread) });
        let (queue, got) = (Queue::default(), Vec::new());
        Bench { net, queue, now: Time::ZERO, out: Effects::default(), got, server_up: true }
    }

    fn cx(&self, me: Actor) -> Cx {
        Cx { now: self.now, me, draw: Draw::new(1), cause: Cause::by(FactId::FIRST) }
    }

    fn post(&mut self, me: Actor, post: Post<Numbered>) {
        let cx = self.cx(me);
        self.net.post(&cx, post, &mut self.out);
        self.set_timers();
    }

    fn open(&mut self, nth: u32) {
        self.post(client(), Post::Open { conn: conn(nth), to: server(), over: WIRE });
    }

    fn send(&mut self, nth: u32, number: u32) {
        let post = Post::Send { conn: conn(nth), by: Side::Client, cargo: Numbered(number), attempt: 0 };
        self.post(client(), post);
    }

    fn cut(&mut self, cut: Cut) {
        let cx = self.cx(client());
        self.net.cut(&cx, WIRE, cut, &mut self.out);
        self.set_timers();
    }

    fn set_timers(&mut self) {
        for ask in std::mem::take(&mut self.out.timers) {
            if let Some(at) = ask.at {
                self.queue.push(at, ask.key);
            }
        }
    }

    fn run_until(&mut self, until: Time) {
        while self.queue.next_time().is_some_and(|at| at <= until) {
            let Some((at, due)) = self.queue.pop() else { break };
            self.now = at;
            let (cx, up) = (self.cx(server()), self.server_up);
            let arrived = self.net.arrive(&cx, due, |_| up.then(server), &mut self.out);
            self.set_timers();
            if let Some((who, delivery, _)) = arrived {
                self.got.push((at, who, delivery));
            }
        }
        self.now = until;
    }

    /// Whether no connection and no packet is left.
    fn is_empty(&self) -> bool {
        self.net.conns.is_empty() && self.net.conn_places.is_empty() && self.net.packets.is_empty()
    }

    fn numbers(&self) -> Vec<u32> {
        let number = |(_, _, delivery): &(Time, Actor, Delivery<Numbered>)| match delivery {
            Delivery::Arrived { cargo, .. } => Some(cargo.0),
            Delivery::Closed { .. } => None,
        };
        self.got.iter().filter_map(number).collect()
    }

    fn closings(&self) -> Vec<(Actor, Closed)> {
        let closed = |(_, who, delivery): &(Time, Actor, Delivery<Numbered>)| match delivery {
            Delivery::Closed { why, .. } => Some((*who, *why)),
            Delivery::Arrived { .. } => None,
        };
        self.got.iter().filter_map(closed).collect()
    }
}

fn at(ms: u64) -> Time {
    Time::ZERO + Span::ms(ms)
}

#[test]
fn a_packet_arrives_after_its_latency() {
    let mut bench = Bench::new(300, 50);
    bench.open(0);
    bench.send(0, 1);
    bench.run_until(at(249));
    assert!(bench.got.is_empty());
    bench.run_until(at(350));
    assert_eq!(bench.numbers(), [1]);
}

#[test]
fn nobody_listens_and_the_client_learns_it_a_hop_later() {
    let mut bench = Bench::new(100, 0);
    bench.server_up = false;
    bench.open(0);
    bench.send(0, 1);
    bench.run_until(at(199));
    assert!(bench.got.is_empty());
    bench.run_until(at(200));
    assert_eq!(bench.closings(), [(client(), Closed::Refused)]);
}

#[test]
fn a_wire_that_is_taken_away_lets_what_it_held_arrive_and_refuses_whoever_tries_it_until_it_is_back() {
    let mut bench = Bench::new(100, 0);
    bench.open(0);
    bench.send(0, 1);
    bench.run_until(at(100));
    bench.cut(Cut::Both);
    bench.send(0, 2);
    let cx = bench.cx(client());
    bench.net.remove_wire(&cx, WIRE, &mut bench.out);
    bench.set_timers();
    assert_eq!((bench.net.wires().count(), bench.net.cut_of(WIRE)), (0, Cut::None));
    bench.open(1);
    bench.send(1, 3);
    bench.run_until(at(300));
    assert_eq!(bench.numbers(), [1, 2]);
    assert_eq!(bench.closings(), [(client(), Closed::Refused)]);
    bench.net.set_wire(WIRE, Latency { mean: Span::ms(100), spread: Span::ZERO });
    bench.open(2);
    bench.send(2, 4);
    bench.run_until(at(500));
    assert_eq!(bench.numbers(), [1, 2, 4]);
}

#[test]
fn both_ends_of_a_severed_connection_learn_of_it_behind_what_was_sent_and_nothing_more_goes_out() {
    let mut bench = Bench::new(100, 0);
    bench.open(0);
    bench.send(0, 1);
    bench.run_until(at(100));
    bench.send(0, 2);
    let open = bench.net.connections(WIRE);
    let cx = bench.cx(client());
    open.iter().for_each(|conn| bench.net.sever(&cx, *conn, &mut bench.out));
    bench.set_timers();
    bench.send(0, 3);
    assert!(bench.net.connections(WIRE).is_empty());
    bench.run_until(at(400));
    assert_eq!(bench.numbers(), [1, 2]);
    assert_eq!(bench.closings(), [(client(), Closed::ByPeer), (server(), Closed::ByPeer)]);
}

#[test]
fn a_cut_holds_packets_where_they_are_and_a_heal_lets_them_go_the_rest_of_their_way() {
    let mut bench = Bench::new(100, 0);
    bench.open(0);
    bench.send(0, 1);
    bench.run_until(at(60));
    bench.cut(Cut::Both);
    bench.send(0, 2);
    bench.run_until(at(1_000));
    assert!(bench.got.is_empty());
    let progress: Vec<f32> = bench.net.in_flight(bench.now).map(|packet| packet.progress).collect();
    assert!((progress[0] - 0.6).abs() < 0.01 && progress[1] == 0.0, "{progress:?}");
    bench.cut(Cut::None);
    bench.run_until(at(1_040));
    assert_eq!(bench.numbers(), [1]);
    bench.run_until(at(1_100));
    assert_eq!(bench.numbers(), [1, 2]);
}

#[test]
fn a_cut_one_way_lets_the_other_way_pass() {
    let mut bench = Bench::new(100, 0);
    bench.open(0);
    bench.send(0, 1);
    bench.run_until(at(100));
    bench.cut(Cut::ToServer);
    bench.send(0, 2);
    bench.post(server(), Post::Send { conn: conn(0), by: Side::Server, cargo: Numbered(9), attempt: 0 });
    bench.run_until(at(500));
    assert_eq!(bench.numbers(), [1, 9]);
}

#[test]
fn what_a_cut_holds_is_gone_once_an_end_has_closed_the_connection() {
    let mut bench = Bench::new(100, 0);
    bench.open(0);
    bench.send(0, 1);
    bench.run_until(at(100));
    bench.cut(Cut::Both);
    bench.send(0, 2);
    bench.post(client(), Post::Close { conn: conn(0), by: Side::Client });
    bench.cut(Cut::None);
    bench.run_until(at(1_000));
    assert_eq!(bench.numbers(), [1], "the second was held, and is gone");
    assert_eq!(bench.closings(), [(server(), Closed::ByPeer)], "the other end learns of it");
}

#[test]
fn what_a_crashed_process_had_sent_still_arrives_and_then_its_end_is_closed() {
    let mut bench = Bench::new(100, 0);
    bench.open(0);
    bench.send(0, 1);
    let cx = bench.cx(client());
    bench.net.crash(&cx, client(), &mut bench.out);
    bench.set_timers();
    bench.run_until(at(1_000));
    assert_eq!(bench.numbers(), [1]);
    assert_eq!(bench.closings(), [(server(), Closed::ByPeer)]);
}

#[test]
fn what_is_on_its_way_when_both_ends_have_closed_is_dropped_where_it_should_have_arrived_and_leaves_nothing_behind() {
    let mut bench = Bench::new(100, 0);
    bench.open(0);
    bench.send(0, 1);
    bench.run_until(at(100));
    bench.out.facts.clear();
    bench.post(server(), Post::Send { conn: conn(0), by: Side::Server, cargo: Numbered(2), attempt: 0 });
    bench.post(server(), Post::Close { conn: conn(0), by: Side::Server });
    bench.post(client(), Post::Close { conn: conn(0), by: Side::Client });
    let on_the_way: Vec<ConnId> = bench.net.in_flight(bench.now).map(|packet| packet.conn).collect();
    assert_eq!(on_the_way, [conn(0); 2]);
    bench.run_until(at(300));
    assert_eq!((bench.numbers(), bench.closings()), (vec![1], vec![]));
    let dropped = bench.out.facts.iter().filter(|(fact, _)| matches!(fact, NetFact::Discarded { wire: WIRE, .. })).count();
    assert_eq!(dropped, 2);
    assert!(bench.is_empty());
}

proptest! {
    #[test]
    fn order_holds_within_a_connection_and_nothing_is_lost_or_doubled_however_often_the_wire_is_cut(
        steps in prop::collection::vec((0u64..400, 0u8..6), 1..60),
    ) {
        let mut bench = Bench::new(200, 190);
        bench.open(0);
        let mut sent = 0;
        for (wait, what) in steps {
            let until = bench.now + Span::ms(wait);
            bench.run_until(until);
            match what {
                0 => bench.cut(Cut::Both),
                1 => bench.cut(Cut::ToServer),
                2 => bench.cut(Cut::None),
                _ => {
                    bench.send(0, sent);
                    sent += 1;
                }
            }
        }
        bench.cut(Cut::None);
        bench.run_until(bench.now + Span::secs(5));
        prop_assert_eq!(bench.numbers(), (0..sent).collect::<Vec<_>>());
    }

    #[test]
    fn nothing_is_left_of_connections_that_are_closed_whatever_has_become_of_them(
        steps in prop::collection::vec((0u64..300, 0u8..12, 0u32..4), 1..80),
    ) {
        let mut bench = Bench::new(200, 190);
        for (wait, what, nth) in steps {
            bench.run_until(bench.now + Span::ms(wait));
            let cx = bench.cx(client());
            let name = bench.net.in_flight(bench.now).filter_map(|packet| packet.name).nth(nth as usize);
            match (what, name) {
                (0, _) => bench.cut(Cut::Both),
                (1, _) => bench.cut(Cut::None),
                (2, _) => bench.post(client(), Post::Close { conn: conn(nth), by: Side::Client }),
                (3, _) => bench.post(server(), Post::Close { conn: conn(nth), by: Side::Server }),
                (4, _) => bench.net.sever(&cx, conn(nth), &mut bench.out),
                (5, _) => bench.net.crash(&cx, if nth == 0 { client() } else { server() }, &mut bench.out),
                (6, Some(name)) => bench.net.disturb(&cx, name, PacketDoes::Break, &mut bench.out).unwrap_or_default(),
                (7, Some(name)) => bench.net.disturb(&cx, name, PacketDoes::Delay(50), &mut bench.out).unwrap_or_default(),
                (8, _) => bench.server_up = nth > 0,
                (9, _) => bench.post(server(), Post::Send { conn: conn(nth), by: Side::Server, cargo: Numbered(nth), attempt: 0 }),
                _ => {
                    bench.open(nth);
                    bench.send(nth, nth);
                }
            }
            bench.set_timers();
        }
        bench.cut(Cut::None);
        for nth in 0..4 {
            bench.post(client(), Post::Close { conn: conn(nth), by: Side::Client });
            bench.post(server(), Post::Close { conn: conn(nth), by: Side::Server });
        }
        bench.run_until(bench.now + Span::secs(60));
        prop_assert!(bench.is_empty());
    }
}
