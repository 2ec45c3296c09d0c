//! Whether a log holds a message's like already: asked for all dots of a frame together, so that each record is looked
//! at once.

use crate::session::Session;
use crate::sim::{MessageId, NodeId, TopicId};

use super::cards::Dot;
use super::recent::saying;

/// How many records before its own place a message is compared with, at most; and how many are looked at in a frame.
const COMPARED: u32 = 256;
const LOOKED_AT: u32 = 50_000;
/// How many bits tell at a glance that a record is none of those that are looked for.
const BITS: usize = 1024;

/// A partition's log: the broker, the topic, the partition.
type LogOf = (NodeId, TopicId, u16);

/// Whether one of the last records before an offset says what a dot's message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Question {
    log: LogOf,
    saying: MessageId,
    before: u32,
    /// The dot's place in the list.
    dot: usize,
}

impl Question {
    /// About a message that is, or will be, at an offset of a log.
    pub(super) fn new(log: LogOf, before: u32, message: MessageId, dot: usize) -> Question {
        Question { log, saying: saying(message), before, dot }
    }
}

/// Marks the dots whose questions are answered by yes.
pub(super) fn answer(session: &Session, mut questions: Vec<Question>, dots: &mut [Dot]) {
    questions.sort_unstable();
    let mut budget = LOOKED_AT;
    for asked in questions.chunk_by(|one, other| one.log == other.log) {
        let Some((node, topic, partition)) = asked.first().map(|question| question.log) else { continue };
        let Some(log) = session.world().broker(node).and_then(|broker| broker.log(topic, partition)) else { continue };
        let mut wanted = [0_u64; BITS / 64];
        asked.iter().for_each(|question| {
            let (word, bit) = bit(question.saying);
            wanted[word] |= bit;
        });
        let end = asked.iter().map(|question| question.before).max().unwrap_or(0);
        let first = asked.iter().map(|question| question.before).min().unwrap_or(0).saturating_sub(COMPARED);
        let first = first.max(end.saturating_sub(budget));
        budget -= end - first;
        for offset in (first..end).rev() {
            let Some(id) = log.get(offset).map(|entry| saying(entry.message.id)) else { continue };
            let (word, bit) = bit(id);
            if wanted[word] & bit == 0 {
                continue;
            }
            let from = asked.partition_point(|question| question.saying < id);
            let same = asked.iter().skip(from).take_while(|question| question.saying == id);
            for question in same.filter(|question| offset < question.before && question.before - offset <= COMPARED) {
                if let Some(dot) = dots.get_mut(question.dot) {
                    dot.again = true;
                }
            }
        }
    }
}

/// The bit that stands for a message.
fn bit(id: MessageId) -> (usize, u64) {
    let at = id.intent.n as usize % BITS;
    (at / 64, 1 << (at % 64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::from_json;
    use crate::sim::{Span, Time, WireId};
    use crate::view::{Point, Shape};

    #[test]
    fn a_message_was_said_before_where_its_like_lies_in_the_same_log_further_to_the_front() {
        let board = from_json(include_str!("../../public/boards/orders.json")).expect("the board can be read");
        let mut session = Session::new(board).expect("the board fits together");
        session.seek(Time::ZERO + Span::secs(40));
        let topic = session.world().names().topic_id("order-events").expect("the topic is there");
        let (mut questions, mut wanted, mut dots) = (Vec::new(), Vec::new(), Vec::new());
        for partition in 0..3 {
            let of = (NodeId(3), topic, partition);
            let log = session.world().broker(NodeId(3)).and_then(|broker| broker.log(topic, partition)).expect("it is there");
            for (offset, entry) in log.iter_from(0) {
                let message = MessageId { nth: entry.message.id.nth + 1, ..entry.message.id };
                let elsewhere = (NodeId(3), topic, (partition + 1) % 3);
                for (log, before, again) in [(of, log.end(), true), (of, offset, false), (elsewhere, 1_000, false)] {
                    let at = Point::default();
                    let (shape, wire) = (Shape::Circle, WireId(2));
                    questions.push(Question::new(log, before, message, dots.len()));
                    wanted.push(again);
                    dots.push(Dot { at, shape, key: None, again: false, held: false, message, wire });
                }
            }
        }
        assert!(dots.len() > 30);
        answer(&session, questions, &mut dots);
        assert_eq!(dots.iter().map(|dot| dot.again).collect::<Vec<_>>(), wanted);
    }
}
