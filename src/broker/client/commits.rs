//! Committing offsets: under which identity, and what became of it.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::sim::{Cause, Cx, FactId, Few, Span, Time, TopicId};

use super::super::BrokerOut;
use super::super::protocol::{COMMIT_ANSWER, ErrorCode, Identity, Request, RequestId};
use super::contract::ConsumerEvent;
use super::fetcher::Place;
use super::link::Link;

/// The commits of one consumer.
///
/// In this order in memory: what every commit reads lies together at the beginning.
#[derive(Clone, Debug, Default)]
#[repr(C)]
pub(super) struct Commits {
    /// Sent and not answered yet.
    sent: Few<RequestId, Commit>,
    /// Of each partition, the offset that was committed last and how often it was sent before.
    tries: Few<Place, (u32, u32)>,
    /// As whom, and up to which offset, partitions were read that were then lost. Work on them goes on, and commits
    /// as who the consumer was; so the coordinator refuses it, and no later generation takes the blame.
    lost: Few<Place, (Identity, u32)>,
    /// The answer to the next one will be lost: the pin that says so.
    pub(super) loses: Option<FactId>,
    /// When the consumer commits next by itself, if it does.
    pub(super) due: Time,
    /// Waiting for the end of the connection's rest.
    waiting: VecDeque<Commit>,
    /// Refused while partitions that are kept were dealt out anew; sent again when that is over, as Kafka's
    /// `RebalanceInProgressException` asks for.
    held: Vec<Commit>,
}

/// One commit: the next offset to read of each of some partitions.
#[derive(Clone, Debug)]
pub(super) struct Commit {
    offsets: Arc<[(TopicId, u16, u32)]>,
    pub(super) who: Identity,
    /// Whether the owner asked for it, and is told what becomes of it. The others the consumer makes by itself.
    is_asked: bool,
}

impl Commit {
    /// A commit that the owner asks for: of one partition.
    pub(super) fn new((topic, partition): Place, offset: u32, who: Identity) -> Commit {
        Commit { offsets: Arc::new([(topic, partition, offset)]), who, is_asked: true }
    }

    /// A commit that nobody waits for.
    pub(super) fn automatic(offsets: Arc<[(TopicId, u16, u32)]>, who: Identity) -> Commit {
        Commit { offsets, who, is_asked: false }
    }

    /// The partition and offset that the owner asked to commit.
    pub(super) fn asked(&self) -> Option<(Place, u32)> {
        let (topic, partition, offset) = *self.offsets.first().filter(|_| self.is_asked)?;
        Some(((topic, partition), offset))
    }

    /// What became of it, for the owner that asked for it.
    pub(super) fn done(&self, error: ErrorCode, fact: FactId) -> Option<ConsumerEvent> {
        let ((topic, partition), offset) = self.asked()?;
        Some(ConsumerEvent::CommitDone { topic, partition, offset, error, fact })
    }

    /// Whether a later commit by the consumer itself says all that this one does.
    fn is_covered_by(&self, later: &Commit) -> bool {
        let says =
            |&(topic, partition, _): &(TopicId, u16, u32)| later.offsets.iter().any(|(t, p, _)| (*t, *p) == (topic, partition));
        !self.is_asked && !later.is_asked && self.who == later.who && self.offsets.iter().all(says)
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
        let lost = commit.asked().and_then(|(place, offset)| self.identity_of_lost(place, offset));
        lost.is_some_and(|who| who == commit.who)
    }

    /// Sends a commit, or lets it wait while the connection rests.
    pub(super) fn commit(&mut self, cx: &Cx, link: &mut Link, commit: Commit, timeout: Span, out: &mut impl BrokerOut) {
        if link.resting() {
            return self.wait(commit);
        }
        let Some(&(topic, partition, offset)) = commit.offsets.first() else { return };
        let tries = self.tries.or_insert_with((topic, partition), || (offset, 0));
        *tries = if tries.0 == offset { *tries } else { (offset, 0) };
        let attempt = tries.1;
        tries.1 = attempt.wrapping_add(1);
        let request = Request::OffsetCommit { who: commit.who.clone(), offsets: commit.offsets.clone() };
        let id = link.send(cx, request, attempt, Some(timeout), Cause::by(cx.cause.trigger), out);
        self.sent.insert(id, commit);
        if let Some(pin) = self.loses.take() {
            link.lose_answer(cx, COMMIT_ANSWER, Cause::by(pin), out);
        }
    }

    /// Lets a commit wait for the connection, in the place of earlier ones that it makes needless.
    fn wait(&mut self, commit: Commit) {
        self.waiting.retain(|earlier| !earlier.is_covered_by(&commit));
        self.waiting.push_back(commit);
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
            if commit.asked().is_some_and(|(place, _)| places.contains(&place)) {
                events.extend(commit.done(ErrorCode::RebalanceInProgress, cx.cause.trigger));
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

    /// Gives up what was sent: nobody knows whether it was written. What the consumer commits by itself it sends again.
    pub(super) fn fail(&mut self, cx: &Cx, link: &Link, events: &mut Vec<ConsumerEvent>, out: &mut impl BrokerOut) {
        for (id, commit) in std::mem::take(&mut self.sent) {
            link.settle(id, out);
            match commit.done(ErrorCode::CoordinatorNotAvailable, cx.cause.trigger) {
                Some(event) => events.push(event),
                None => self.wait(commit),
            }
        }
    }

    /// Gives up what waits as well: the consumer ends.
    pub(super) fn end(&mut self, cx: &Cx, link: &Link, events: &mut Vec<ConsumerEvent>, out: &mut impl BrokerOut) {
        self.fail(cx, link, events, out);
        for commit in std::mem::take(&mut self.waiting).into_iter().chain(std::mem::take(&mut self.held)) {
            events.extend(commit.done(ErrorCode::CoordinatorNotAvailable, cx.cause.trigger));
        }
    }
}
