//! Acknowledging: which offset is committed, and what became of it.

use crate::broker::client::ConsumerInput;
use crate::broker::protocol::ErrorCode;
use crate::sim::{Cause, Cx, RecordId, TopicId, WireId};

use super::activation::{Source, Wait};
use super::config::AckOf;
use super::facts::{ServiceFact, ServiceOut};
use super::runtime::Service;

impl Service {
    /// Commits the offset of an activation's record, or leaves that to what is unfinished before it; does nothing where the
    /// consumer commits by itself.
    pub(super) fn acknowledge(&mut self, cx: &Cx, number: u32, why: Cause, out: &mut impl ServiceOut) {
        let Some(activation) = self.activation(cx, number) else { return };
        let Source::Record(wire, record) = activation.source else { return self.line_done(cx, number, why, out) };
        activation.ended = true;
        if self.instances.get(&cx.me.ordinal).is_some_and(|instance| instance.commits_itself(wire)) {
            return self.line_done(cx, number, why, out);
        }
        let Some(activation) = self.activation(cx, number) else { return };
        if activation.orphan {
            let (handler, message) = (activation.program.id, activation.message.id);
            activation.last = out.fact(ServiceFact::AckFailed { handler, message }, why);
            return self.skip_line(cx, number, out);
        }
        let Some(offset) = self.offset_to_commit(cx, wire, record) else { return self.line_done(cx, number, why, out) };
        let loses = self.activation(cx, number).and_then(|activation| activation.loses.take());
        if let Some(pin) = loses {
            self.consumer_input(cx, wire, ConsumerInput::LoseCommit(pin), out);
        }
        if let Some(activation) = self.activation(cx, number) {
            activation.wait = Wait::Offset(RecordId { offset: offset.saturating_sub(1), ..record });
        }
        let (topic, partition) = (record.topic, record.partition);
        self.consumer_input(cx, wire, ConsumerInput::Commit { topic, partition, offset }, out);
    }

    /// The offset that acknowledging a record commits: the next one to read. None while a record before it is unfinished:
    /// the last of those commits for all.
    fn offset_to_commit(&mut self, cx: &Cx, wire: WireId, record: RecordId) -> Option<u32> {
        let next = record.offset.saturating_add(1);
        let own_only = self.config.ack_of == AckOf::OwnOffset;
        let instance = self.instances.get_mut(&cx.me.ordinal)?;
        let highest = instance.acknowledged.or_default((wire, record.partition));
        *highest = next.max(*highest);
        if own_only {
            return Some(next);
        }
        let running = instance.activations.values().filter(|activation| !activation.ended);
        let unfinished = running.filter_map(|activation| match activation.source {
            Source::Record(of, other) if (of, other.partition) == (wire, record.partition) => Some(other.offset),
            _ => None,
        });
        match unfinished.min() {
            Some(lowest) if lowest <= record.offset => None,
            Some(lowest) => Some(lowest.min(*highest)),
            None => Some(*highest),
        }
    }

    /// What became of a commit.
    pub(super) fn commit_done(
        &mut self,
        cx: &Cx,
        (topic, partition, offset): (TopicId, u16, u32),
        error: ErrorCode,
        why: Cause,
        out: &mut impl ServiceOut,
    ) {
        let record = RecordId { topic, partition, offset: offset.saturating_sub(1) };
        let Some(number) = self.waiting(cx, |wait| wait == Wait::Offset(record)) else { return };
        if error == ErrorCode::None {
            return self.line_done(cx, number, why, out);
        }
        let Some(activation) = self.activation(cx, number) else { return };
        let (handler, message) = (activation.program.id, activation.message.id);
        activation.last = out.fact(ServiceFact::AckFailed { handler, message }, why);
        if error == ErrorCode::CoordinatorNotAvailable && !activation.orphan {
            // Nobody knows whether it was written: ask again, as `commitSync` does.
            self.execute(cx, number, out);
        } else {
            // The partition is somebody else's by now. The work is not undone; the record comes again there.
            self.skip_line(cx, number, out);
        }
    }
}
