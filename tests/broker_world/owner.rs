//! A service instance in miniature: one worker that handles records one by one and commits each.

use std::collections::VecDeque;

use crosstalk::broker::client::{Consumer, ConsumerEvent, ConsumerInput};
use crosstalk::broker::protocol::{BrokerCargo, ErrorCode, Record};
use crosstalk::broker::{BrokerFact, BrokerTimer, ClientTimer};
use crosstalk::net::{Delivery, Post};
use crosstalk::sim::{Cx, Effects, FactId, Span};

type Out = Effects<BrokerFact, Post<BrokerCargo>, BrokerTimer>;

pub struct Owner {
    pub consumer: Consumer,
    /// How long one record takes.
    pub work: Span,
    /// What was handed over and is not done yet; the first is at work.
    pub batch: VecDeque<(Record, FactId)>,
    /// Set when the worker should begin: what it works on.
    begin: Option<FactId>,
    draining: bool,
    /// All events, for tests.
    pub events: Vec<ConsumerEvent>,
}

impl Owner {
    pub fn new(consumer: Consumer, work: Span) -> Owner {
        Owner { consumer, work, batch: VecDeque::new(), begin: None, draining: false, events: Vec::new() }
    }

    pub fn start(&mut self, cx: &Cx, out: &mut Out) {
        self.input(cx, ConsumerInput::Start, out);
        self.input(cx, ConsumerInput::Poll, out);
    }

    pub fn leave(&mut self, cx: &Cx, out: &mut Out) {
        self.input(cx, ConsumerInput::Leave, out);
    }

    pub fn timer(&mut self, cx: &Cx, timer: ClientTimer, out: &mut Out) {
        self.input(cx, ConsumerInput::Timer(timer), out);
        self.poll_again(cx, out);
    }

    pub fn delivery(&mut self, cx: &Cx, delivery: Delivery<BrokerCargo>, out: &mut Out) {
        self.input(cx, ConsumerInput::Delivery(delivery), out);
        self.poll_again(cx, out);
    }

    /// What to begin to work on, once.
    pub fn begin_work(&mut self) -> Option<FactId> {
        self.begin.take()
    }

    /// A poll that has waited in vain is followed by the next: what commits by itself does so then.
    fn poll_again(&mut self, cx: &Cx, out: &mut Out) {
        if self.consumer.config().auto_commit.is_some() && self.batch.is_empty() && !self.draining {
            self.input(cx, ConsumerInput::Poll, out);
        }
    }

    /// The first record is done: commits it, unless the consumer does so.
    pub fn worked(&mut self, cx: &Cx, out: &mut Out) {
        if self.consumer.config().auto_commit.is_some() {
            return self.next(cx, out);
        }
        if let Some((record, _)) = self.batch.front() {
            let (topic, partition, offset) = (record.id.topic, record.id.partition, record.id.offset + 1);
            self.input(cx, ConsumerInput::Commit { topic, partition, offset }, out);
        }
    }

    pub fn input(&mut self, cx: &Cx, input: ConsumerInput, out: &mut Out) {
        let events = self.consumer.handle(cx, input, out);
        self.take(cx, events, out);
    }

    pub fn take(&mut self, cx: &Cx, events: Vec<ConsumerEvent>, out: &mut Out) {
        for event in events {
            self.events.push(event.clone());
            match event {
                ConsumerEvent::Records(records) => {
                    assert!(self.batch.is_empty(), "records came without a poll");
                    self.begin = records.first().map(|(_, fetched)| *fetched);
                    self.batch = records.into();
                }
                ConsumerEvent::Drain(_) => {
                    self.draining = true;
                    self.drained(cx, out);
                }
                ConsumerEvent::Lost => self.draining = false,
                ConsumerEvent::CommitDone { topic, partition, offset, error: ErrorCode::CoordinatorNotAvailable, .. } => {
                    self.input(cx, ConsumerInput::Commit { topic, partition, offset }, out);
                }
                ConsumerEvent::CommitDone { .. } => self.next(cx, out),
                // Its place is somebody else's.
                ConsumerEvent::Failed(ErrorCode::FencedInstanceId) | ConsumerEvent::Left => {}
                ConsumerEvent::Failed(error) => panic!("the consumer failed: {error:?}"),
            }
        }
    }

    /// Goes on to the next record, or polls.
    fn next(&mut self, cx: &Cx, out: &mut Out) {
        self.batch.pop_front();
        self.begin = self.batch.front().map(|(_, fetched)| *fetched);
        if self.batch.is_empty() {
            self.drained(cx, out);
            self.input(cx, ConsumerInput::Poll, out);
        }
    }

    fn drained(&mut self, cx: &Cx, out: &mut Out) {
        if self.draining && self.batch.is_empty() {
            self.draining = false;
            self.input(cx, ConsumerInput::Drained, out);
        }
    }
}
