//! Dead letters: the topic for records that could not be handled, and the wire to it.

use crate::sim::{HandlerId, NodeId, WireId};

use super::document::{Board, HandlerDoc, TopicDoc, Wire, WireKind};
use super::on_failure::{DeadLetterDoc, OnFailure};
use super::settings::Settings;

/// The topic that dead letters of a topic go to where no other was chosen: as Spring Kafka names it.
pub fn dead_letter_topic(topic: &str) -> String {
    format!("{topic}.DLT")
}

/// Has a handler of records send what it cannot handle to a topic. What is missing comes along: the topic, in the broker
/// that the handler reads from and with as many partitions, and a wire of that id. False for a handler that is not there or
/// takes requests; the board is then as it was.
pub fn send_dead_letters(board: &mut Board, (service, handler): (NodeId, HandlerId), to: DeadLetterDoc, wire: WireId) -> bool {
    let is_it = |known: &&HandlerDoc| known.id == handler;
    let from = board.service(service).and_then(|node| node.handlers.iter().find(is_it)).and_then(|known| known.from.clone());
    let Some(from) = from else { return false };
    if board.topic(&to.topic).is_none() {
        let reads = |known: &&mut super::BrokerNode| known.topics.iter().any(|topic| topic.name == from);
        let Some(broker) = board.brokers.iter_mut().find(reads) else { return false };
        let partitions = broker.topics.iter().find(|topic| topic.name == from).map_or(1, |topic| topic.partitions);
        broker.topics.push(TopicDoc { name: to.topic.clone(), partitions });
    }
    let is = WireKind::Publish { from: service, topic: to.topic.clone() };
    if !board.wires.iter().any(|known| known.is == is) {
        board.wires.push(Wire { id: wire, is, settings: Settings::default() });
    }
    let handlers = board.service_mut(service).into_iter().flat_map(|node| &mut node.handlers);
    for known in handlers.filter(|known| known.id == handler) {
        known.on_failure = OnFailure::RetryThenDeadLetter(to.clone());
    }
    true
}
