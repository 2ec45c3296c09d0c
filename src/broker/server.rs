//! The broker's process: it appends what producers send, answers or parks fetches, and hosts the coordinator.

use std::sync::Arc;

use crate::net::{ConnId, Delivery, Message, Post, Side};
use crate::sim::{Cause, Cx, Dense, FactId, GroupId, RecordId, Span, Time, TopicId};

use super::coordinator::{Coordinator, GroupConfig, GroupInput, GroupView};
use super::log::Log;
use super::parking::{Fetch, Parked, Parking};
use super::protocol::{Acks, BrokerCargo, ErrorCode, Record, ReplyTo, Request, Response};
use super::topic::Topic;
use super::{BrokerFact, BrokerOut, BrokerTimer};

/// The broker.
///
/// Every request is handled in one go: what is written is written before the answer leaves, and nothing is answered
/// in parts. A crash therefore falls between requests, and what was parked then is simply never answered.
#[derive(Clone, Debug)]
pub struct Broker {
    topics: Dense<TopicId, Topic>,
    coordinator: Coordinator,
    parked: Parking,
    /// How long what is written stays in memory before it is on disk; not at all where it is nothing.
    flush: Span,
}

/// What reaches the broker.
#[derive(Clone, Debug, PartialEq)]
pub enum BrokerInput {
    /// Something from the network.
    Delivery(Delivery<BrokerCargo>),
    /// A timer that the broker had set is due.
    Timer(BrokerTimer),
}

/// Why a fetch is refused, and the position that it is about.
type Refusal = (ErrorCode, (TopicId, u16, u32));

impl Broker {
    /// A broker without topics.
    pub fn new(groups: GroupConfig) -> Broker {
        let coordinator = Coordinator::new(groups);
        Broker { topics: Dense::new(), coordinator, parked: Parking::default(), flush: Span::ZERO }
    }

    /// Changes how long what is written stays in memory. What is there now is written to disk.
    pub fn set_flush(&mut self, flush: Span) {
        if self.flush != flush {
            self.flush = flush;
            self.topics.values_mut().flat_map(|topic| &mut topic.partitions).for_each(Log::flush);
            self.coordinator.flush();
        }
    }

    /// Adds a topic, or partitions to one that is there: they only grow (decision 13). 1 to 64 partitions.
    pub fn add_topic(&mut self, id: TopicId, partitions: u16) {
        self.topics.or_insert_with(id, || Topic::new(id, partitions)).grow(partitions);
    }

    /// Says what a topic is called, which groups of the consumer protocol subscribe by.
    pub fn name_topic(&mut self, id: TopicId, name: Arc<str>) {
        if let Some(topic) = self.topics.get(&id) {
            self.coordinator.set_topic(id, name, topic.count());
        }
    }

    /// Deletes a topic with its records and all that groups have committed of it. Requests for it are answered
    /// UNKNOWN_TOPIC_OR_PARTITION from now on.
    pub fn remove_topic(&mut self, id: TopicId) {
        self.topics.remove(&id);
        self.coordinator.forget_topic(id);
    }

    /// Changes the coordinator's settings.
    pub fn set_config(&mut self, groups: GroupConfig) {
        self.coordinator.set_config(groups);
    }

    /// The machine loses power: the process is gone already, and so is now what was not on disk yet. That is what was
    /// written since the last multiple of the flush interval. Logs, committed offsets and groups go back to that.
    pub fn lose_power(&mut self, cx: &Cx, out: &mut impl BrokerOut) {
        if self.flush == Span::ZERO {
            return;
        }
        let tick = self.tick(cx);
        for topic in self.topics.values_mut() {
            for (partition, log) in (0..).zip(&mut topic.partitions) {
                log.flushes(tick);
                if let Some((from, records)) = log.lose_power() {
                    out.fact(BrokerFact::LogCut { topic: topic.id, partition, from, records }, cx.cause);
                }
            }
        }
        self.coordinator.flushes(tick);
        self.coordinator.lose_power(cx, out);
    }

    /// How many flushes there were until now.
    fn tick(&self, cx: &Cx) -> u64 {
        cx.now.0 / self.flush.0.max(1)
    }

    /// Acts on what arrived or on a timer.
    pub fn handle(&mut self, cx: &Cx, input: BrokerInput, out: &mut impl BrokerOut) {
        if self.flush > Span::ZERO {
            self.coordinator.flushes(self.tick(cx));
        }
        match input {
            BrokerInput::Delivery(Delivery::Arrived { conn, at: Side::Server, cargo: BrokerCargo::Request(id, request) }) => {
                self.request(cx, ReplyTo { conn, id }, request, out);
            }
            BrokerInput::Delivery(Delivery::Closed { conn, at: Side::Server, .. }) => self.unpark(conn, out),
            BrokerInput::Delivery(_) => {}
            BrokerInput::Timer(BrokerTimer::Group(timer)) => self.coordinator.handle(cx, GroupInput::Timer(timer), out),
            BrokerInput::Timer(BrokerTimer::Fetch(ticket)) => {
                if let Some(parked) = self.parked.take(ticket) {
                    self.answer_fetch(&parked, Cause::by(cx.cause.trigger).because(parked.asked), out);
                }
            }
            BrokerInput::Timer(BrokerTimer::Client(_)) => {}
        }
    }

    /// Comes back after a crash: logs, committed offsets and groups as last written, parked requests lost, session
    /// timers started anew (decision 14).
    pub fn restart(&mut self, cx: &Cx, out: &mut impl BrokerOut) {
        self.parked.clear();
        self.coordinator.restart(cx, out);
    }

    fn request(&mut self, cx: &Cx, from: ReplyTo, request: Request, out: &mut impl BrokerOut) {
        match request {
            Request::Produce { topic, partition, message, acks, attempt } => {
                self.produce(cx, from, (topic, partition), (message, acks, attempt), out);
            }
            Request::Fetch { positions, max_records, max_wait, repeat, retry, .. } => {
                self.fetch(cx, from, Fetch { positions, max_records, max_wait, repeat, retry }, out);
            }
            Request::ListOffsets { partitions, attempt } => {
                let end = |&(topic, partition): &(TopicId, u16)| Some((topic, partition, self.log(topic, partition)?.end()));
                let ends = partitions.iter().filter_map(end).collect();
                reply(from, Response::ListOffsets(ends), attempt, Cause::by(cx.cause.trigger), out);
            }
            Request::OffsetCommit { offsets, .. }
                if offsets.iter().any(|(topic, partition, _)| self.log(*topic, *partition).is_none()) =>
            {
                let refused = Response::OffsetCommit(ErrorCode::UnknownTopicOrPartition);
                reply(from, refused, 0, Cause::by(cx.cause.trigger), out);
            }
            Request::OffsetCommit { who, offsets } if offsets.iter().any(|commit| self.is_past_the_end(*commit)) => {
                // What a power loss took cannot be read again: a commit past the end is one of the end.
                let within = |&(topic, partition, offset): &(TopicId, u16, u32)| {
                    (topic, partition, self.log(topic, partition).map_or(offset, |log| offset.min(log.end())))
                };
                let request = Request::OffsetCommit { who, offsets: offsets.iter().map(within).collect() };
                self.coordinator.handle(cx, GroupInput::Request { from, request }, out);
            }
            Request::ConsumerHeartbeat(_)
            | Request::Join(_)
            | Request::Sync { .. }
            | Request::Heartbeat(_)
            | Request::Leave(_)
            | Request::OffsetCommit { .. }
            | Request::OffsetFetch { .. } => self.coordinator.handle(cx, GroupInput::Request { from, request }, out),
        }
    }

    fn is_past_the_end(&self, (topic, partition, offset): (TopicId, u16, u32)) -> bool {
        self.log(topic, partition).is_some_and(|log| log.end() < offset)
    }

    /// Appends one record and acknowledges it. With `acks=all` too at once: the broker is its only replica.
    fn produce(
        &mut self,
        cx: &Cx,
        from: ReplyTo,
        (topic, partition): (TopicId, u16),
        (message, acks, attempt): (Message, Acks, u32),
        out: &mut impl BrokerOut,
    ) {
        let id = message.id;
        let answer = |error, offset| Response::Produce { error, record: RecordId { topic, partition, offset }, message: id };
        let tick = self.tick(cx);
        let log = self.topics.get_mut(&topic).and_then(|topic| topic.partitions.get_mut(usize::from(partition)));
        let Some(log) = log else {
            match acks {
                // Nobody waits for an answer; Kafka closes the connection, so that the producer looks again.
                Acks::None => out.send(Post::Close { conn: from.conn, by: Side::Server }, Cause::by(cx.cause.trigger)),
                Acks::Leader | Acks::All => {
                    let refused = answer(ErrorCode::UnknownTopicOrPartition, 0);
                    reply(from, refused, attempt, Cause::by(cx.cause.trigger), out);
                }
            }
            return;
        };
        let record = RecordId { topic, partition, offset: log.end() };
        let appended = out.fact(BrokerFact::Appended { record, message: id }, Cause::by(cx.cause.trigger));
        log.flushes(tick);
        log.append(message, appended);
        if acks != Acks::None {
            reply(from, answer(ErrorCode::None, record.offset), attempt, Cause::by(appended), out);
        }
        self.wake(topic, partition, appended, out);
    }

    fn fetch(&mut self, cx: &Cx, from: ReplyTo, fetch: Fetch, out: &mut impl BrokerOut) {
        let nothing_yet = matches!(self.read(&fetch), Ok(None));
        let parked = Parked { from, fetch, asked: cx.cause.trigger };
        if !nothing_yet || parked.fetch.max_wait == Span::ZERO {
            self.answer_fetch(&parked, Cause::by(cx.cause.trigger), out);
            return;
        }
        let until: Time = cx.now + parked.fetch.max_wait;
        let ticket = self.parked.put(parked);
        out.timer(BrokerTimer::Fetch(ticket), until, Cause::by(cx.cause.trigger));
    }

    /// Answers the parked fetches that ask for a partition to which a record was just appended.
    fn wake(&mut self, topic: TopicId, partition: u16, appended: FactId, out: &mut impl BrokerOut) {
        for ticket in self.parked.asking_for(topic, partition) {
            if let Some(parked) = self.parked.take(ticket) {
                out.cancel(BrokerTimer::Fetch(ticket));
                self.answer_fetch(&parked, Cause::by(appended).because(parked.asked), out);
            }
        }
    }

    /// The records of the first position that has any, at most `max_records`; or the first position that is wrong.
    fn read(&self, fetch: &Fetch) -> Result<Option<Arc<[Record]>>, Refusal> {
        let mut found = None;
        for &position in fetch.positions.iter() {
            let (topic, partition, from) = position;
            let log = self.log(topic, partition).ok_or((ErrorCode::UnknownTopicOrPartition, position))?;
            // Reading no records still checks that the position is in range.
            let most = if found.is_none() { fetch.max_records.max(1) } else { 0 };
            // Past the end lies a consumer that had read what a power loss then took: it is told where the log was cut.
            let wrong = || log.cut().filter(|cut| *cut < from).map_or(position, |cut| (topic, partition, cut));
            let records = log.read(topic, partition, from, most).map_err(|error| (error, wrong()))?;
            if !records.is_empty() {
                found = Some(records);
            }
        }
        Ok(found)
    }

    fn answer_fetch(&self, parked: &Parked, why: Cause, out: &mut impl BrokerOut) {
        let fetch = &parked.fetch;
        let asked = fetch.positions.first().copied();
        let (response, attempt, why) = match self.read(fetch) {
            Ok(Some(records)) => {
                let first = records.first().and_then(|record| {
                    let log = self.log(record.id.topic, record.id.partition)?;
                    log.get(record.id.offset).map(|entry| entry.appended)
                });
                // The append that woke it is the trigger already.
                let why = if first == Some(why.trigger) { why } else { why.maybe(first) };
                (Response::Fetch { error: ErrorCode::None, records, asked }, fetch.retry, why)
            }
            Ok(None) => (Response::Fetch { error: ErrorCode::None, records: Arc::new([]), asked }, fetch.repeat, why),
            Err((error, at)) => (Response::Fetch { error, records: Arc::new([]), asked: Some(at) }, fetch.repeat, why),
        };
        reply(parked.from, response, attempt, why, out);
    }

    /// Drops the fetches of a connection that is gone.
    fn unpark(&mut self, conn: ConnId, out: &mut impl BrokerOut) {
        for ticket in self.parked.of(conn) {
            self.parked.take(ticket);
            out.cancel(BrokerTimer::Fetch(ticket));
        }
    }
}

/// What others may see.
impl Broker {
    /// The topics, by number.
    pub fn topics(&self) -> impl Iterator<Item = &Topic> + '_ {
        self.topics.values()
    }

    /// A partition's log.
    pub fn log(&self, topic: TopicId, partition: u16) -> Option<&Log> {
        self.topics.get(&topic)?.partitions.get(usize::from(partition))
    }

    /// The fact that appended a record.
    pub fn appended(&self, record: RecordId) -> Option<FactId> {
        Some(self.log(record.topic, record.partition)?.get(record.offset)?.appended)
    }

    /// A group.
    pub fn group(&self, group: GroupId) -> Option<GroupView> {
        self.coordinator.group(group)
    }

    /// The coordinator, for reading.
    pub fn coordinator(&self) -> &Coordinator {
        &self.coordinator
    }

    /// A group's committed offset: the next one to read.
    pub fn committed(&self, group: GroupId, topic: TopicId, partition: u16) -> Option<u32> {
        self.coordinator.committed(group, topic, partition)
    }

    /// How far a group is behind: the log's end − the committed offset, as `kafka-consumer-groups` shows it (semantics
    /// 6.7). `None` without a committed offset.
    pub fn lag(&self, group: GroupId, topic: TopicId, partition: u16) -> Option<u32> {
        let end = self.log(topic, partition)?.end();
        Some(end.saturating_sub(self.committed(group, topic, partition)?))
    }

    /// How many fetches wait for records.
    pub fn parked(&self) -> usize {
        self.parked.len()
    }
}

fn reply(to: ReplyTo, response: Response, attempt: u32, why: Cause, out: &mut impl BrokerOut) {
    let ReplyTo { conn, id } = to;
    let cargo = BrokerCargo::Response(id, response);
    out.send(Post::Send { conn, by: Side::Server, cargo, attempt }, why);
}
