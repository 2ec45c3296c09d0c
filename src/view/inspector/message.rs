//! A message or a record: what it says, where it lies, what has happened to it.

use crate::board::{Board, Do, MessageKind};
use crate::broker::BrokerFact;
use crate::broker::protocol::{BrokerCargo, Request, Response};
use crate::net::{Key, Message};
use crate::rpc::CallCargo;
use crate::session::Session;
use crate::sim::InOrder;
use crate::sim::{LineId, MessageId, RecordId, TypeId};
use crate::store::StoreFact;
use crate::world::{Entry, Fact, Payload, World};

use super::super::cards::Shape;
use super::super::inspect::{FactLine, MessageInspection};
use super::super::naming::intent_name;
use super::copies::{Trail, copies, readers};
use super::facts::line;

/// How much of a message's path is shown: the latest.
const PATH: usize = 200;

/// A message's full name: `order 27 · from Orders line 5 · run 1`. A client's request is the first of its intent.
pub(super) fn full_name(id: MessageId, board: &Board) -> String {
    let (intent, from) = (intent_name(id.intent, board), board.title_of(id.by));
    if id.line == LineId(0) {
        return format!("{intent} · from {from}");
    }
    let mut programs = board.service(id.by).into_iter().flat_map(|service| service.programs());
    let place = programs.find_map(|(_, lines)| lines.iter().position(|line| line.id == id.line));
    let line = place.map_or_else(String::new, |place| format!(" line {}", place + 2));
    format!("{intent} · from {from}{line} · run {}", u32::from(id.nth) + 1)
}

/// The record at a place in a log.
pub(super) fn record(session: &Session, record: RecordId) -> Option<MessageInspection> {
    let found = in_log(session.world(), record)?;
    let facts = naming(session, found.id);
    Some(view(session, found, &facts, Some(record)))
}

/// A message, once the facts up to the cursor name it.
pub(super) fn message(session: &Session, id: MessageId) -> Option<MessageInspection> {
    let facts = naming(session, id);
    let found = content(session.world(), id, &facts)?;
    Some(view(session, found, &facts, None))
}

fn in_log(world: &World, record: RecordId) -> Option<Message> {
    let logs = world.board().brokers.iter().filter_map(|broker| world.broker(broker.id)?.log(record.topic, record.partition));
    logs.filter_map(|log| log.get(record.offset)).map(|entry| entry.message.clone()).next()
}

fn view(session: &Session, message: Message, facts: &[&Entry], selected: Option<RecordId>) -> MessageInspection {
    let (board, names) = (session.board(), session.world().names());
    let kind = names.message(message.kind);
    let mut records: Vec<RecordId> = facts.iter().filter_map(|entry| appended(entry)).collect();
    if let Some(selected) = selected {
        records.in_order_by_key(|record| *record != selected);
    }
    let pair = |name: &str, value: String| (name.to_owned(), value);
    let mut header = vec![pair("id", full_name(message.id, board)), pair("type", kind.to_owned())];
    header.push(pair("key", message.key.map_or_else(|| "none".to_owned(), |key: Key| key.to_string())));
    if let Some(record) = records.first() {
        header.push(pair("topic", names.topic(record.topic).to_owned()));
        header.push(pair("partition", record.partition.to_string()));
        header.push(pair("offset", record.offset.to_string()));
    }
    let fields = board.message(kind).map_or(&[][..], |kind| &kind.fields);
    let body = fields.iter().zip(message.body.iter()).map(|(field, value)| (field.name.clone(), value.to_string()));
    let path: Vec<FactLine> = facts[facts.len().saturating_sub(PATH)..].iter().map(|entry| line(session, entry)).collect();
    MessageInspection {
        id: message.id,
        title: kind.to_owned(),
        shape: shape_of(board, kind),
        key: message.key,
        header,
        body: body.collect(),
        copies: copies(session, &records, selected),
        readers: records.first().map_or_else(Vec::new, |record| readers(session, *record, facts)),
        failures: session.message_failures(message.id),
        waits: session.waiting(message.id),
        path,
    }
}

/// The shape of a message type.
fn shape_of(board: &Board, kind: &str) -> Shape {
    match board.message(kind).map(|kind| kind.kind) {
        Some(MessageKind::Command) => Shape::Square,
        Some(MessageKind::Document) => Shape::Diamond,
        Some(MessageKind::Reply) => Shape::Triangle,
        Some(MessageKind::Event) | None => Shape::Circle,
    }
}

/// The facts that make a message's path.
fn naming(session: &Session, id: MessageId) -> Vec<&Entry> {
    let mut trail = Trail::default();
    let around = session.facts().around(id.intent);
    around.map(|(_, entry)| entry).filter(|entry| trail.takes(entry, id)).collect()
}

fn appended(entry: &Entry) -> Option<RecordId> {
    match entry.fact {
        Fact::Broker(BrokerFact::Appended { record, .. }) => Some(record),
        _ => None,
    }
}

/// What a message says: from the logs, the outbox, the network or the processes that hold it. One that is nowhere any
/// more is made again, as its line made it: from the request of its intent, by the names of fields.
fn content(world: &World, id: MessageId, named: &[&Entry]) -> Option<Message> {
    if let Some(found) = named.iter().rev().filter_map(|entry| appended(entry)).find_map(|record| in_log(world, record)) {
        return Some(found);
    }
    let row = named.iter().rev().find_map(|entry| match entry.fact {
        Fact::Store(StoreFact::OutboxInserted { row, .. }) => Some(row),
        _ => None,
    });
    let in_outbox = row.and_then(|row| Some(world.service(id.by)?.store.outbox_row(row)?.message.clone()));
    let found = in_outbox.or_else(|| on_the_way(world, id)).or_else(|| held(world, id));
    if found.is_some() || named.is_empty() {
        return found;
    }
    made_again(world, id)
}

fn on_the_way(world: &World, id: MessageId) -> Option<Message> {
    world.net().in_flight(world.now()).find_map(|packet| match packet.cargo? {
        Payload::Call(CallCargo::Request(message)) if message.id == id => Some(message.clone()),
        Payload::Broker(BrokerCargo::Request(_, Request::Produce { message, .. })) if message.id == id => Some(message.clone()),
        Payload::Broker(BrokerCargo::Response(_, Response::Fetch { records, .. })) => {
            records.iter().find(|record| record.message.id == id).map(|record| record.message.clone())
        }
        _ => None,
    })
}

fn held(world: &World, id: MessageId) -> Option<Message> {
    let services = world.board().services.iter().filter_map(|service| world.service(service.id));
    let mut instances = services.flat_map(|service| service.instances.values());
    instances.find_map(|instance| {
        let handled = instance.activations.values().map(|activation| &activation.message);
        let waiting = instance.requests.iter().map(|(_, message, _)| message);
        handled.chain(waiting).find(|message| message.id == id).cloned()
    })
}

fn made_again(world: &World, id: MessageId) -> Option<Message> {
    let (board, names) = (world.board(), world.names());
    let client = board.clients.iter().find(|client| client.id == id.intent.client)?;
    let config = &world.client(client.id)?.config;
    let request = crate::service::request(world.draw(), client.id, id.intent.n, id.intent.manual, config);
    if id.line == LineId(0) {
        return (id == request.id).then_some(request);
    }
    let asked = &board.message(&client.sends)?.fields;
    let mut lines = board.service(id.by)?.programs().flat_map(|(_, lines)| lines);
    let (Do::Outbox { message, key, .. } | Do::Publish { message, key, .. }) = &lines.find(|line| line.id == id.line)?.does
    else {
        return None;
    };
    let fields = &board.message(message)?.fields;
    let value = |name: &str| request.body.get(asked.iter().position(|field| field.name == name)?).copied();
    let body = fields.iter().map(|field| value(&field.name)).collect::<Option<Vec<_>>>()?;
    let key = key.as_deref().and_then(value).and_then(|value| value.key());
    let kind: TypeId = names.type_id(message)?;
    Some(Message { id, kind, key, body: body.into() })
}
