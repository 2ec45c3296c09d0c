//! Committing offsets: under which identity, and what became of it.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::sim::{Cause, Cx, FactId, Few, Span};

use super::super::BrokerOut;
use super::super::protocol::{COMMIT_ANSWER, ErrorCode, Identity, Request, RequestId};
use super::contract::ConsumerEvent;
use super::fetcher::Place;
use super::link::Link;

/// The commits of one consumer.
#[derive(Clone, Debug, Default)]
pub(super) struct Commits {
    /// Sent and not answered yet.
    sent: Few<RequestId, Commit>,
    /// Waiting for the end of the connection's rest.
    waiting: VecDeque<Commit>,
    /// Refused while partitions that are kept were dealt out anew; sent again when that is over, as Kafka's
    /// `RebalanceInProgressException` asks for.
    held: Vec<Commit>,
    /// As whom, and up to which offset, partitions were read that were then lost. Work on them goes on, and commits
    /// as who the consumer was; so the coordinator refuses it, and no later generation takes the blame.
    lost: Few<Place, (Identity, u32)>,
    /// Of each partition, the offset that was committed last and how often it was sent before.
    tries: Few<Place, (u32, u32)>,
    /// The answer to the next one will be lost: the pin that says so.
    pub(super) loses: Option<FactId>,
}

/// One commit.
#[derive(Clone, Debug)]
pub(super) struct Commit {
    pub(super) place: Place,
    offset: u32,
    pub(super) who: Identity,
}

impl Commit {
    /// A commit of the next offset to read.
    pub(super) fn new(place: Place, offset: u32, who: Identity) -> Commit {
        Commit { place, offset, who }
    }

    /// What became of it.
    pub(super) fn done(&self, error: ErrorCode, fact: FactId) -> ConsumerEvent {
        let ((topic, partition), offset) = (self.place, self.offset);
        ConsumerEvent::CommitDone { topic, partition, offset, error, fact }
    }
}

impl Commits {
    /// Remembers as whom a partition was read up to an offset, before it was lost.
    pub(super) fn lose(&mut self, place: Place, who: Identity, position: u32) {
        self.lost.insert(place, (who, position));
    }

    /// As whom an offset of a partition that is lost is committed.
    pub(super) fn identity_of_lost(&self, place: Place, offset: u32) -> Option<Identity> {
        let (who, position) = self.lost.get(&place)?;
        (offset <= *position).then(|| who.clone())
    }

    /// Whether a commit is one of a partition that was lost, as whom it was read.
    pub(super) fn is_of_lost(&self, commit: &Commit) -> bool {
        self.identity_of_lost(commit.place, commit.offset).is_some_and(|who| who == commit.who)
    }

    /// Sends a commit, or lets it wait while the connection rests.
    pub(super) fn commit(&mut self, cx: &Cx, link: &mut Link, commit: Commit, timeout: Span, out: &mut impl BrokerOut) {
        if link.resting() {
            self.waiting.push_back(commit);
            return;
        }
        let ((topic, partition), offset) = (commit.place, commit.offset);
        let tries = self.tries.or_insert_with(commit.place, || (offset, 0));
        *tries = if tries.0 == offset { *tries } else { (offset, 0) };
        let attempt = tries.1;
        tries.1 = attempt.wrapping_add(1);
        let request = Request::OffsetCommit { who: commit.who.clone(), offsets: Arc::new([(topic, partition, offset)]) };
        let id = link.send(cx, request, attempt, Some(timeout), Cause::by(cx.cause.trigger), out);
        self.sent.insert(id, commit);
        if let Some(pin) = self.loses.take() {
            link.lose_answer(COMMIT_ANSWER, Cause::by(pin), out);
        }
    }

    /// Keeps a commit until the rebalance is over.
    pub(super) fn hold(&mut self, commit: Commit) {
        self.held.push(commit);
    }

    /// The rebalance is over: what was held is sent as whom the consumer is now.
    pub(super) fn release(&mut self, cx: &Cx, link: &mut Link, who: &Identity, timeout: Span, out: &mut impl BrokerOut) {
        for commit in std::mem::take(&mut self.held) {
            self.commit(cx, link, Commit { who: who.clone(), ..commit }, timeout, out);
        }
    }

    /// Partitions are out of its hands: what was held of them is refused for good.
    pub(super) fn drop_held(&mut self, cx: &Cx, places: &[Place], events: &mut Vec<ConsumerEvent>) {
        for commit in std::mem::take(&mut self.held) {
            if places.contains(&commit.place) {
                events.push(commit.done(ErrorCode::RebalanceInProgress, cx.cause.trigger));
            } else {
                self.held.push(commit);
            }
        }
    }

    /// Sends what waited for the connection.
    pub(super) fn flush(&mut self, cx: &Cx, link: &mut Link, timeout: Span, out: &mut impl BrokerOut) {
        for commit in std::mem::take(&mut self.waiting) {
            self.commit(cx, link, commit, timeout, out);
        }
    }

    /// The commit that a response answers, if it is one.
    pub(super) fn answered(&mut self, link: &Link, id: RequestId, out: &mut impl BrokerOut) -> Option<Commit> {
        let commit = self.sent.remove(&id)?;
        link.settle(id, out);
        Some(commit)
    }

    /// Whether that request is a commit that is not answered yet.
    pub(super) fn waits_for(&self, id: RequestId) -> bool {
        self.sent.contains_key(&id)
    }

    /// Gives up what was sent: nobody knows whether it was written.
    pub(super) fn fail(&mut self, cx: &Cx, link: &Link, events: &mut Vec<ConsumerEvent>, out: &mut impl BrokerOut) {
        for (id, commit) in std::mem::take(&mut self.sent) {
            link.settle(id, out);
            events.push(commit.done(ErrorCode::CoordinatorNotAvailable, cx.cause.trigger));
        }
    }

    /// Gives up what waits as well: the consumer ends.
    pub(super) fn end(&mut self, cx: &Cx, link: &Link, events: &mut Vec<ConsumerEvent>, out: &mut impl BrokerOut) {
        self.fail(cx, link, events, out);
        for commit in std::mem::take(&mut self.waiting).into_iter().chain(std::mem::take(&mut self.held)) {
            events.push(commit.done(ErrorCode::CoordinatorNotAvailable, cx.cause.trigger));
        }
    }
}
