//! What the latest facts say of the records: which came again, and how many a second.

use std::collections::BTreeMap;

use crate::broker::BrokerFact;
use crate::sim::{FactId, MessageId, RecordId, Span, Time, TopicId};
use crate::world::{Entry, Fact};

/// How many facts are looked through, from the newest back.
const FACTS: usize = 40_000;
/// How long a rate is measured over.
const WINDOW: Span = Span::secs(10);

/// A message apart from how often its line had run: the same thing said again.
pub(super) fn saying(message: MessageId) -> MessageId {
    MessageId { nth: 0, ..message }
}

/// What the latest facts say.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Recent {
    /// The facts before this place were not looked at.
    from: usize,
    /// Records that a group got twice, or whose message was appended twice; sorted.
    again: Vec<RecordId>,
    /// Records appended within the window, by topic.
    appended: BTreeMap<TopicId, u32>,
    /// The window: shorter at the beginning, or where it has too many facts.
    window: Span,
}

impl Recent {
    /// Looks through a record of facts.
    pub(super) fn of(facts: &[Entry], now: Time) -> Recent {
        let from = facts.len().saturating_sub(FACTS);
        let looked_at = facts.get(from..).unwrap_or_default();
        let begin = if from == 0 { Time::ZERO } else { looked_at.first().map_or(now, |entry| entry.at) };
        let window = Span(now.since(begin).0.min(WINDOW.0));
        let mut recent = Recent { from, window, ..Recent::default() };
        let mut fetched = Vec::new();
        let mut said = Vec::new();
        for entry in looked_at {
            match entry.fact {
                Fact::Broker(BrokerFact::Fetched { group, record, .. }) => fetched.push((group, record)),
                Fact::Broker(BrokerFact::Appended { record, message }) => {
                    said.push((record.topic, saying(message), record));
                    if now.since(entry.at).0 <= window.0 {
                        *recent.appended.entry(record.topic).or_insert(0) += 1;
                    }
                }
                _ => {}
            }
        }
        fetched.sort_unstable();
        said.sort_unstable();
        let twice = fetched.windows(2).filter(|two| two[0] == two[1]).map(|two| two[0].1);
        let same = said.chunk_by(|one, other| (one.0, one.1) == (other.0, other.1)).filter(|same| same.len() > 1);
        recent.again = twice.chain(same.flatten().map(|(_, _, record)| *record)).collect();
        recent.again.sort_unstable();
        recent
    }

    /// Whether a record came again. None if it is too old to tell.
    pub(super) fn came_again(&self, record: RecordId, appended: FactId) -> Option<bool> {
        let known = self.again.binary_search(&record).is_ok();
        (known || appended.index() >= self.from).then_some(known)
    }

    /// How many records a second were appended to a topic, as it is shown; nothing before any time has passed.
    pub(super) fn rate(&self, topic: TopicId) -> Option<String> {
        let seconds = self.window.seconds();
        let count = self.appended.get(&topic).copied().unwrap_or(0);
        (seconds > 0.0).then(|| {
            let rate = f64::from(count) / seconds;
            if rate >= 9.95 || count == 0 { format!("{rate:.0} / s") } else { format!("{rate:.1} / s") }
        })
    }
}
