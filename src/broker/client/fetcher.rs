//! Pulling records: where each assigned partition is read from, and the one request that is under way.

use std::sync::Arc;

use crate::net::ConnId;
use crate::sim::{Cause, Cx, FactId, InOrder, TopicId};

use super::super::protocol::{ErrorCode, Record, Request, RequestId, Response};
use super::super::{BrokerFact, BrokerOut};
use super::contract::{ConsumerConfig, Reset};
use super::link::Link;

/// A partition, as a key.
pub(super) type Place = (TopicId, u16);

/// The reading half of a consumer, with a connection of its own: a parked join must not block a fetch (decision 9).
///
/// In this order in memory: what every fetch reads lies together at the beginning.
#[derive(Clone, Debug)]
#[repr(C)]
pub(super) struct Fetcher {
    /// The request under way; the answer to any other is ignored.
    asked: Option<RequestId>,
    /// The assigned partitions, the one that has waited longest for records first.
    positions: Vec<Position>,
    /// Failures since the last answer.
    retries: u32,
    /// Requests for the ends of logs.
    end_requests: u32,
    pub(super) link: Link,
}

/// Where one partition is read.
#[derive(Clone, Debug)]
struct Position {
    place: Place,
    /// It will be given up: nothing more is asked for.
    held: bool,
    /// The generation that it was assigned in.
    generation: u32,
    /// The next offset to read; unknown until the log's end is known for [`Reset::Latest`].
    next: Option<u32>,
    /// Where it was when the owner polled last; all before is taken for read by automatic commits.
    polled: Option<u32>,
    /// Whether the owner wants none of its records for now.
    paused: bool,
    /// Where reading began.
    start: u32,
    /// The fact of its assignment, once its first position is known.
    assigned: Option<FactId>,
    /// How many fetches named this position first.
    repeats: u32,
    /// What brought the assignment.
    synced: FactId,
}

impl Fetcher {
    /// A fetcher of nothing.
    pub(super) fn new(link: Link) -> Fetcher {
        Fetcher { link, positions: Vec::new(), asked: None, retries: 0, end_requests: 0 }
    }

    /// Takes partitions over with their committed offsets. `auto.offset.reset` decides where there is none.
    pub(super) fn assign(
        &mut self,
        cx: &Cx,
        config: &ConsumerConfig,
        (generation, synced): (u32, FactId),
        committed: &[(Place, Option<u32>)],
        out: &mut impl BrokerOut,
    ) {
        for &(place, committed) in committed {
            let next = committed.or(match config.auto_offset_reset {
                Reset::Earliest => Some(0),
                Reset::Latest => None,
            });
            let position = Position {
                place,
                held: false,
                generation,
                next: None,
                polled: None,
                paused: false,
                start: 0,
                assigned: None,
                repeats: 0,
                synced,
            };
            self.put(position);
            if let Some(next) = next {
                self.begin(cx, config, place, next, out);
            }
        }
    }

    /// The assigned partitions, by number.
    pub(super) fn places(&self) -> Vec<Place> {
        self.sorted().into_iter().map(|position| position.place).collect()
    }

    /// Whether a partition is assigned.
    pub(super) fn has(&self, place: Place) -> bool {
        self.position(place).is_some()
    }

    /// The generation in which a partition was assigned.
    pub(super) fn assigned_in(&self, place: Place) -> Option<u32> {
        self.position(place).map(|position| position.generation)
    }

    /// Whether records of a partition are asked for.
    pub(super) fn is_read(&self, place: Place) -> bool {
        self.position(place).is_some_and(|position| !position.held)
    }

    /// Reads no more of these partitions, which will be given up.
    pub(super) fn hold(&mut self, places: &[Place], out: &mut impl BrokerOut) {
        self.pause(out);
        self.positions.iter_mut().filter(|position| places.contains(&position.place)).for_each(|position| position.held = true);
    }

    /// Gives partitions up and says which had begun to be read, each with the fact of its assignment, its generation and
    /// its position. Partitions of which no position was known yet are just dropped.
    pub(super) fn release(&mut self, places: &[Place], out: &mut impl BrokerOut) -> Vec<(Place, FactId, u32, u32)> {
        self.hold(places, out);
        let mut begun = Vec::new();
        for place in places {
            let Some(at) = self.positions.iter().position(|position| position.place == *place) else { continue };
            let position = self.positions.remove(at);
            if let (Some(assigned), Some(next)) = (position.assigned, position.next) {
                begun.push((*place, assigned, position.generation, next));
            }
        }
        begun
    }

    /// Ignores the answer of the request under way, if there is one.
    pub(super) fn pause(&mut self, out: &mut impl BrokerOut) {
        if let Some(id) = self.asked.take() {
            self.link.settle(id, out);
        }
    }

    /// Whether the record before that offset was handed out since the partition was assigned.
    pub(super) fn handed_out(&self, place: Place, offset: u32) -> bool {
        let position = self.position(place);
        position.is_some_and(|position| position.start < offset && position.next.is_some_and(|next| offset <= next))
    }

    /// The positions of the assigned partitions by number, where they are known.
    pub(super) fn positions(&self) -> impl Iterator<Item = (Place, u32)> + '_ {
        self.sorted().into_iter().filter_map(|position| Some((position.place, position.next?)))
    }

    /// Fetches no more of the assigned partitions, or fetches on. What is under way is ignored.
    pub(super) fn stop(&mut self, cx: &Cx, config: &ConsumerConfig, stops: bool, out: &mut impl BrokerOut) {
        let changing: Vec<Place> =
            self.sorted().into_iter().filter(|position| position.paused != stops).map(|position| position.place).collect();
        if changing.is_empty() {
            return;
        }
        for (topic, partition) in changing {
            let fact = BrokerFact::ReadingPaused { group: config.group, topic, partition, paused: stops };
            out.fact(fact, Cause::by(cx.cause.trigger));
        }
        self.positions.iter_mut().for_each(|position| position.paused = stops);
        self.pause(out);
    }

    /// The partitions of which nothing is fetched although they are assigned, by number.
    pub(super) fn paused(&self) -> impl Iterator<Item = Place> + '_ {
        self.sorted().into_iter().filter(|position| position.paused).map(|position| position.place)
    }

    /// The owner polls: what was handed out of these partitions counts as read.
    pub(super) fn polled(&mut self, which: impl Fn(&Place) -> bool) {
        for position in self.positions.iter_mut().filter(|position| which(&position.place)) {
            position.polled = position.next;
        }
    }

    /// Nothing counts as read before the next poll: nobody has watched what was handed out.
    pub(super) fn forget_polls(&mut self) {
        self.positions.iter_mut().for_each(|position| position.polled = None);
    }

    /// The positions as of the last poll by number, where they are known.
    pub(super) fn polled_positions(&self) -> Arc<[(TopicId, u16, u32)]> {
        let of = |position: &Position| Some((position.place.0, position.place.1, position.polled?.min(position.next?)));
        self.sorted().into_iter().filter_map(of).collect()
    }

    /// Sends the next request if none is under way: first for positions that are not known, then, if the owner is
    /// `ready` for records, for records.
    pub(super) fn pump(&mut self, cx: &Cx, config: &ConsumerConfig, ready: bool, out: &mut impl BrokerOut) {
        let read = || self.positions.iter().filter(|position| !position.held);
        if self.asked.is_some() || self.link.resting() || read().next().is_none() {
            return;
        }
        if read().any(|position| position.next.is_none()) {
            let unknown: Arc<[Place]> =
                read().filter(|position| position.next.is_none()).map(|position| position.place).collect();
            let attempt = self.end_requests;
            self.end_requests = attempt.wrapping_add(1);
            let request = Request::ListOffsets { partitions: unknown, attempt };
            return self.ask(cx, config, request, attempt, out);
        }
        if !ready {
            return;
        }
        let next = |position: &Position| Some((position.place.0, position.place.1, position.next?));
        let positions: Arc<[(TopicId, u16, u32)]> = read().filter(|position| !position.paused).filter_map(next).collect();
        let Some(first) = self.positions.iter_mut().find(|position| !position.held && !position.paused) else { return };
        let repeat = first.repeats;
        first.repeats = repeat.wrapping_add(1);
        let request = Request::Fetch {
            group: config.group,
            positions,
            max_records: config.max_poll_records,
            max_wait: config.fetch_max_wait,
            repeat,
            retry: self.retries,
        };
        self.ask(cx, config, request, repeat, out);
    }

    fn ask(&mut self, cx: &Cx, config: &ConsumerConfig, request: Request, attempt: u32, out: &mut impl BrokerOut) {
        let timeout = Some(config.request_timeout);
        self.asked = Some(self.link.send(cx, request, attempt, timeout, Cause::by(cx.cause.trigger), out));
    }

    /// Takes an answer and returns the records to hand out, each with the fact that it was fetched.
    pub(super) fn arrived(
        &mut self,
        cx: &Cx,
        config: &ConsumerConfig,
        (conn, id, response): (ConnId, RequestId, Response),
        out: &mut impl BrokerOut,
    ) -> Vec<(Record, FactId)> {
        if !self.link.is(conn) || self.asked != Some(id) {
            return Vec::new();
        }
        self.asked = None;
        self.retries = 0;
        self.link.settle(id, out);
        match response {
            Response::Fetch { error: ErrorCode::None, records, .. } => self.take(cx, config, &records, out),
            Response::Fetch { error, asked, .. } => {
                self.refused(cx, config, error, asked, out);
                Vec::new()
            }
            Response::ListOffsets(ends) => {
                for &(topic, partition, end) in ends.iter() {
                    self.begin(cx, config, (topic, partition), end, out);
                }
                if self.positions.iter().any(|position| position.next.is_none()) {
                    self.link.rest(cx, config.retry_backoff, out);
                }
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// The connection broke or the answer took too long: asks again after a rest.
    pub(super) fn failed(&mut self, cx: &Cx, config: &ConsumerConfig, out: &mut impl BrokerOut) {
        self.pause(out);
        self.retries = self.retries.wrapping_add(1);
        self.link.rest(cx, config.retry_backoff, out);
    }

    /// Whether that request is under way.
    pub(super) fn waits_for(&self, id: RequestId) -> bool {
        self.asked == Some(id)
    }

    /// Hands records out: positions move past them at once, long before they are processed (semantics 6.1).
    fn take(&mut self, cx: &Cx, config: &ConsumerConfig, records: &[Record], out: &mut impl BrokerOut) -> Vec<(Record, FactId)> {
        let mut taken = Vec::new();
        for record in records {
            let place = (record.id.topic, record.id.partition);
            let Some(position) = self.position_mut(place).filter(|position| position.next == Some(record.id.offset)) else {
                continue;
            };
            position.next = Some(record.id.offset.saturating_add(1));
            position.repeats = 0;
            let fetched = BrokerFact::Fetched { group: config.group, record: record.id, message: record.message.id };
            let fact = out.fact(fetched, Cause::by(cx.cause.trigger).maybe(position.assigned));
            taken.push((record.clone(), fact));
        }
        if let Some((last, _)) = taken.last() {
            let served = (last.id.topic, last.id.partition);
            if let Some(at) = self.positions.iter().position(|position| position.place == served) {
                self.positions[at..].rotate_left(1);
            }
        }
        taken
    }

    fn refused(
        &mut self,
        cx: &Cx,
        config: &ConsumerConfig,
        error: ErrorCode,
        asked: Option<(TopicId, u16, u32)>,
        out: &mut impl BrokerOut,
    ) {
        let position = asked.and_then(|(topic, partition, _)| self.position_mut((topic, partition)));
        match (error, position) {
            // The log was cut by a power loss: it is read on from there, as Kafka's clients do since 2.3 (KIP-320).
            (ErrorCode::OffsetOutOfRange, Some(position)) if asked.is_some_and(|(.., cut)| Some(cut) < position.next) => {
                position.next = asked.map(|(.., cut)| cut);
                position.start = position.start.min(position.next.unwrap_or(0));
                position.repeats = 0;
            }
            (ErrorCode::OffsetOutOfRange, Some(position)) => {
                position.next = match config.auto_offset_reset {
                    Reset::Earliest => Some(0),
                    Reset::Latest => None,
                };
                position.start = 0;
                position.repeats = 0;
            }
            _ => self.link.rest(cx, config.retry_backoff, out),
        }
    }

    /// The position of a partition is known now: reading begins there.
    fn begin(&mut self, cx: &Cx, config: &ConsumerConfig, place: Place, offset: u32, out: &mut impl BrokerOut) {
        let Some(position) = self.position_mut(place).filter(|position| position.next.is_none()) else { return };
        position.next = Some(offset);
        position.polled = Some(offset);
        position.start = offset;
        if position.assigned.is_none() {
            let (topic, partition) = place;
            let generation = position.generation;
            let assigned = BrokerFact::Assigned { group: config.group, generation, topic, partition, offset };
            let why = Cause::by(cx.cause.trigger);
            let why = if position.synced == why.trigger { why } else { why.because(position.synced) };
            position.assigned = Some(out.fact(assigned, why));
        }
    }

    fn position(&self, place: Place) -> Option<&Position> {
        self.positions.iter().find(|position| position.place == place)
    }

    fn position_mut(&mut self, place: Place) -> Option<&mut Position> {
        self.positions.iter_mut().find(|position| position.place == place)
    }

    fn sorted(&self) -> Vec<&Position> {
        let mut all: Vec<&Position> = self.positions.iter().collect();
        all.in_order_by_key(|position| position.place);
        all
    }

    /// Puts a partition behind all others.
    fn put(&mut self, position: Position) {
        self.positions.retain(|known| known.place != position.place);
        if self.positions.len() == self.positions.capacity() {
            // A vector would begin with room for four, and most consumers have one or two.
            self.positions.reserve_exact(self.positions.len().max(1));
        }
        self.positions.push(position);
    }
}
