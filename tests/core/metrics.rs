//! Figures of a run against plain counts of its facts and what the world has.

use std::collections::BTreeMap;

use crosstalk::board::from_json;
use crosstalk::check::metrics::{Metrics, Of};
use crosstalk::service::ServiceFact;
use crosstalk::session::Session;
use crosstalk::sim::{NodeId, Span, Time};
use crosstalk::world::Fact;

const ORDERS: &str = include_str!("../../public/boards/orders.json");

fn at(seconds: u64) -> Time {
    Time::ZERO + Span::secs(seconds)
}

fn run(text: &str, seconds: u64) -> (Session, Metrics) {
    let mut session = Session::new(from_json(text).expect("a board")).expect("it fits together");
    session.seek(at(seconds));
    let mut metrics = Metrics::default();
    session.facts().iter().for_each(|entry| metrics.see(entry));
    (session, metrics)
}

#[test]
fn throughput_is_what_a_plain_count_of_the_facts_gives() {
    let (session, metrics) = run(ORDERS, 60);
    let finished = |node: u32, from: Time, to: Time| {
        let within = session.facts().iter().filter(|entry| entry.at > from && entry.at <= to && entry.who.node == NodeId(node));
        within.filter(|entry| matches!(entry.fact, Fact::Service(ServiceFact::Finished { .. }))).count() as f64
    };
    for (from, to) in [(0, 60), (10, 20), (31, 47)] {
        let (from, to) = (at(from), at(to));
        for node in [2, 4, 5] {
            let wanted = finished(node, from, to) / to.since(from).seconds();
            assert!((metrics.throughput(Of::Node(NodeId(node)), from, to) - wanted).abs() < 1e-9);
        }
    }
    let all: f64 = [2, 4, 5].map(|node| finished(node, at(0), at(60))).iter().sum();
    assert!((metrics.throughput(Of::All, at(0), at(60)) * 60.0 - all).abs() < 1e-9);
}

#[test]
fn lag_and_outbox_are_at_each_second_what_the_world_has_then() {
    let (mut session, metrics) = run(ORDERS, 60);
    for second in 5..60 {
        session.seek(at(second));
        let world = session.world();
        let (topic, group) = (world.names().topic_id("order-events"), world.names().group_id("payments"));
        let (topic, group) = (topic.expect("the topic"), group.expect("the group"));
        let broker = world.broker(NodeId(3)).expect("the broker");
        let behind = |partition| {
            let end = broker.log(topic, partition).map_or(0, |log| log.end());
            end - broker.committed(group, topic, partition).unwrap_or(0)
        };
        let wanted: u32 = (0..3).map(behind).sum();
        assert_eq!(metrics.lag(Of::Node(NodeId(4)), at(second)).unwrap_or(0), wanted, "at {second} s");
        let unpublished = world.service(NodeId(2)).map_or(0, |service| service.store.unpublished(u32::MAX).count());
        assert_eq!(metrics.outbox(Of::Node(NodeId(2)), at(second)).unwrap_or(0) as usize, unpublished, "at {second} s");
    }
}

#[test]
fn a_worker_is_busy_from_the_start_of_a_handling_to_its_end() {
    let (session, metrics) = run(ORDERS, 60);
    for node in [2, 4, 5] {
        let share = metrics.utilisation(NodeId(node), at(10), at(60)).expect("its instances run");
        let instances = session.world().service(NodeId(node)).map_or(1, |service| service.instances.len() as u32);
        let (mut busy, mut since) = (0_u64, BTreeMap::new());
        for entry in session.facts().iter().filter(|entry| entry.who.node == NodeId(node)) {
            match entry.fact {
                Fact::Service(ServiceFact::Started { .. }) => {
                    since.insert(entry.who, entry.at);
                }
                Fact::Service(ServiceFact::Finished { .. }) => {
                    let from = since.remove(&entry.who).expect("it had begun");
                    busy += entry.at.since(from.max(at(10))).0;
                }
                _ => {}
            }
        }
        busy += since.values().map(|from| at(60).since((*from).max(at(10))).0).sum::<u64>();
        let wanted = busy as f64 / (50_000_000.0 * f64::from(instances));
        assert!((share - wanted).abs() < 1e-6, "{share} against {wanted}");
    }
}

#[test]
fn latency_goes_from_the_first_attempt_to_the_answer_and_from_start_to_end() {
    let (_, metrics) = run(ORDERS, 60);
    let of = |node| metrics.latency(Of::Node(NodeId(node)), at(0), at(60)).expect("something came to its end");
    let (client, orders, payments, broker) = (of(1), of(2), of(4), of(3));
    assert!(client.p50 > orders.p50, "an answer takes the way there and back besides: {client:?} {orders:?}");
    assert!(payments.p50 <= payments.p95 && payments.p95 <= payments.p99 && payments.p99 <= payments.most);
    assert!(broker.p50.as_ms() >= 100, "a record lies until it is fetched: {broker:?}");
    let through = metrics.latency(Of::All, at(0), at(60)).expect("handlings");
    assert!(through.p99 > payments.p99);
}
