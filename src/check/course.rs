//! How far the messages of one intent have come.

use crate::sim::{FactId, MessageId};

use super::expect::{Route, Source, source};

/// What has become of the messages of one intent, in the order in which it did.
#[derive(Clone, Debug, Default)]
pub(super) struct Course(Vec<Mark>);

/// A message has come a step further.
#[derive(Clone, Copy, Debug)]
struct Mark {
    message: MessageId,
    fact: FactId,
    step: Step,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// It was produced: by the commit of its row, or else by its way into a log.
    Produced,
    /// It was sent to a broker, and has arrived or not.
    Sent,
    /// It has reached a log, or, for a request, a worker.
    Landed,
}

impl Course {
    /// A message is produced; only the first of its kind counts.
    pub(super) fn produces(&mut self, message: MessageId, fact: FactId) {
        if self.produced(source(message)).is_none() {
            self.0.push(Mark { message, fact, step: Step::Produced });
        }
    }

    /// By what messages of a kind were produced.
    pub(super) fn produced(&self, made: Source) -> Option<FactId> {
        self.first(Step::Produced, made).map(|mark| mark.fact)
    }

    /// By what the first of all that were produced was.
    pub(super) fn first_produced(&self) -> Option<FactId> {
        self.all(Step::Produced).map(|mark| mark.fact).min()
    }

    /// A message is sent.
    pub(super) fn sends(&mut self, message: MessageId, fact: FactId) {
        if !self.all(Step::Sent).any(|mark| mark.message == message) {
            self.0.push(Mark { message, fact, step: Step::Sent });
        }
    }

    /// Whether a message of a kind was sent.
    pub(super) fn has_sent(&self, made: Source) -> bool {
        self.first(Step::Sent, made).is_some()
    }

    /// A message has reached a log or a worker.
    pub(super) fn lands(&mut self, message: MessageId, fact: FactId) {
        self.0.push(Mark { message, fact, step: Step::Landed });
    }

    /// Whether a message of a kind has landed.
    pub(super) fn has_landed(&self, made: Source) -> bool {
        self.first(Step::Landed, made).is_some()
    }

    /// When a message has landed first.
    pub(super) fn first_landed(&self, message: MessageId) -> Option<FactId> {
        self.all(Step::Landed).find(|mark| mark.message == message).map(|mark| mark.fact)
    }

    /// The latest message that has landed and is handled at the end of a route.
    pub(super) fn landed_at(&self, route: &Route) -> Option<(MessageId, FactId)> {
        let found = self.all(Step::Landed).rfind(|mark| route.ends(source(mark.message)));
        found.map(|mark| (mark.message, mark.fact))
    }

    /// The first message of a kind that has come so far.
    fn first(&self, step: Step, made: Source) -> Option<&Mark> {
        self.all(step).find(|mark| source(mark.message) == made)
    }

    fn all(&self, step: Step) -> impl DoubleEndedIterator<Item = &Mark> {
        self.0.iter().filter(move |mark| mark.step == step)
    }
}
