//! What the latest facts say of the records: which came again, and how many a second.

use std::collections::BTreeMap;

use crate::broker::BrokerFact;
use crate::sim::{FactId, MessageId, RecordId, Span, Time, TopicId};
use crate::world::{Fact, Facts};

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
    pub(super) fn of(facts: Facts<'_>, now: Time) -> Recent {
        let from = facts.len().saturating_sub(FACTS);
        let looked_at = facts.since(from);
        let begin = if from == 0 { Time::ZERO } else { looked_at.get(0).map_or(now, |entry| entry.at) };
        let window = Span(now.since(begin).0.min(WINDOW.0));
        let mut recent = Recent { from, window, ..Recent::default() };
        let mut fetched = Vec::new();
        let mut said = Vec::new();
        for entry in looked_at {
            match entry.fact {
                Fact::Broker(BrokerFact::Fetched { group, record, .. }) => fetched.push((group, record)),
                Fact::Broker(BrokerFact::Appended { record, message }) => {
                    said.push((record.topic, saying(message), record));
                    if now.since(entry.at).0 < window.0 {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{Actor, Cause, GroupId, IntentId, LineId, NodeId, Role};
    use crate::world::Entry;

    fn message(n: u32, nth: u16) -> MessageId {
        let intent = IntentId { client: NodeId(1), n, manual: false };
        MessageId { intent, by: NodeId(2), line: LineId(4), nth }
    }

    fn record(offset: u32) -> RecordId {
        RecordId { topic: TopicId(0), partition: 0, offset }
    }

    fn entry(seconds: u64, fact: BrokerFact) -> Entry {
        let who = Actor::new(NodeId(3), Role::Broker, 0);
        Entry { at: Time::ZERO + Span::secs(seconds), who, cause: Cause::by(FactId::FIRST), fact: Fact::Broker(fact) }
    }

    fn appended(seconds: u64, offset: u32, message: MessageId) -> Entry {
        entry(seconds, BrokerFact::Appended { record: record(offset), message })
    }

    fn fetched(group: u16, offset: u32) -> Entry {
        entry(9, BrokerFact::Fetched { group: GroupId(group), record: record(offset), message: message(0, 0) })
    }

    #[test]
    fn a_record_came_again_if_one_group_got_it_twice_or_it_says_what_another_said() {
        let facts = [
            appended(1, 0, message(1, 0)),
            appended(2, 1, message(2, 0)),
            appended(3, 2, message(3, 0)),
            appended(4, 3, message(1, 1)),
            fetched(0, 1),
            fetched(0, 2),
            fetched(1, 1),
            fetched(0, 2),
        ];
        let recent = Recent::of(Facts::from(&facts[..]), Time::ZERO + Span::secs(9));
        let again: Vec<Option<bool>> = (0..4).map(|offset| recent.came_again(record(offset), FactId::FIRST)).collect();
        assert_eq!(again, [true, false, true, true].map(Some));
    }

    #[test]
    fn the_rate_counts_the_last_ten_seconds() {
        let facts: Vec<Entry> = (0..30).map(|n| appended(u64::from(n), n, message(n, 0))).collect();
        let rate = |seconds: u64| {
            Recent::of(Facts::from(&facts[..seconds as usize + 1]), Time::ZERO + Span::secs(seconds)).rate(TopicId(0))
        };
        assert_eq!(rate(0), None);
        assert_eq!(rate(29).as_deref(), Some("1.0 / s"));
        assert_eq!(Recent::of(Facts::from(&facts[..]), Time::ZERO + Span::secs(99)).rate(TopicId(0)).as_deref(), Some("0 / s"));
    }
}
