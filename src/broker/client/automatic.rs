//! `enable.auto.commit`: the consumer commits where its owner had read to when it polled last. Whatever was handed out before that
//! counts as read, be it done or not (semantics 6.2).

use crate::sim::Cx;

use super::super::BrokerOut;
use super::commits::Commit;
use super::consumer::Consumer;
use super::fetcher::Place;
use super::membership::Phase;

impl Consumer {
    /// The first interval begins, or a new one: the member has a new assignment.
    pub(super) fn commits_later(&mut self, cx: &Cx) {
        if let Some(interval) = self.config.auto_commit {
            self.commits.due = cx.now + interval;
        }
    }

    /// The owner polls: what it was handed counts as read, and is committed if `auto.commit.interval.ms` is over. Kafka:
    /// `ConsumerCoordinator.maybeAutoCommitOffsetsAsync`.
    pub(super) fn polled(&mut self, cx: &Cx, out: &mut impl BrokerOut) {
        if self.config.auto_commit.is_none() {
            return;
        }
        self.fetcher.polled(|_| true);
        if self.commits.due <= cx.now {
            self.commits_later(cx);
            self.commit_polled(cx, out);
        }
    }

    /// The owner has finished what it was handed of some partitions, or closes the consumer and will not read on: commits
    /// that, before they are somebody else's.
    pub(super) fn commit_last(&mut self, cx: &Cx, places: &[Place], out: &mut impl BrokerOut) {
        if self.config.auto_commit.is_some() {
            self.fetcher.polled(|place| places.contains(place));
            self.commit_polled(cx, out);
        }
    }

    /// Commits all positions as of the last poll, as a member: outside of a generation it has none to commit.
    pub(super) fn commit_polled(&mut self, cx: &Cx, out: &mut impl BrokerOut) {
        if self.config.auto_commit.is_none() || !self.in_generation() || self.phase == Phase::Syncing {
            return;
        }
        let offsets = self.fetcher.polled_positions();
        if !offsets.is_empty() {
            let commit = Commit::automatic(offsets, self.identity());
            self.commits.commit(cx, &mut self.link, commit, self.config.request_timeout, out);
        }
    }
}
