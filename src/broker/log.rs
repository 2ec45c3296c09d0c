//! A partition's log: records by offset, cheap to clone, so that snapshots share what no longer changes.

use std::sync::Arc;

use crate::net::Message;
use crate::sim::{FactId, RecordId, TopicId};

use super::protocol::{ErrorCode, Record};

/// How many records a segment holds before it is sealed.
const SEGMENT: usize = 64;

/// One appended record.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What it holds.
    pub message: Message,
    /// The fact that it was appended.
    pub appended: FactId,
}

/// The records of one partition. Nothing is removed but what a power loss takes from the end, so offsets are places.
///
/// With one broker the high watermark is the log's end: every in-sync replica has every record (semantics 6.6).
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// Full segments, shared between clones.
    sealed: Vec<Arc<[Entry]>>,
    /// The open segment.
    tail: Vec<Entry>,
    end: u32,
    /// What lies before this offset is on disk.
    flushed: u32,
    /// When the latest record was appended, counted in flushes.
    tick: u64,
    /// Where a power loss has cut the log last.
    cut: Option<u32>,
}

impl Log {
    /// The offset that the next record will get; with one broker, also the high watermark.
    pub fn end(&self) -> u32 {
        self.end
    }

    /// What lies before this offset is known to be on disk; more may be by now.
    pub fn flushed(&self) -> u32 {
        self.flushed
    }

    /// Where a power loss has cut the log last.
    pub fn cut(&self) -> Option<u32> {
        self.cut
    }

    /// It is the turn of that flush: whatever came before an earlier one is on disk.
    pub fn flushes(&mut self, tick: u64) {
        if self.tick != tick {
            (self.tick, self.flushed) = (tick, self.end);
        }
    }

    /// All of it is on disk.
    pub fn flush(&mut self) {
        self.flushed = self.end;
    }

    /// The machine lost power: what is not on disk is gone. Says from which offset on, and how many records; nothing if
    /// nothing is.
    pub fn lose_power(&mut self) -> Option<(u32, u32)> {
        let (from, lost) = (self.flushed, self.end.saturating_sub(self.flushed));
        if lost == 0 {
            return None;
        }
        let (segments, within) = (from as usize / SEGMENT, from as usize % SEGMENT);
        let half = self.sealed.get(segments).map(|sealed| sealed[..within].to_vec());
        match half {
            Some(half) => self.tail = half,
            None => self.tail.truncate(within),
        }
        self.sealed.truncate(segments);
        (self.end, self.cut) = (from, Some(from));
        Some((from, lost))
    }

    /// Appends a record and says at which offset. `appended` is the fact of it.
    pub fn append(&mut self, message: Message, appended: FactId) -> u32 {
        let offset = self.end;
        self.tail.push(Entry { message, appended });
        if self.tail.len() >= SEGMENT {
            let full = std::mem::replace(&mut self.tail, Vec::with_capacity(SEGMENT));
            self.sealed.push(full.into());
        }
        self.end = self.end.saturating_add(1);
        offset
    }

    /// The record at an offset.
    pub fn get(&self, offset: u32) -> Option<&Entry> {
        let place = offset as usize;
        let (segment, within) = (place / SEGMENT, place % SEGMENT);
        match self.sealed.get(segment) {
            Some(sealed) => sealed.get(within),
            None if segment == self.sealed.len() => self.tail.get(within),
            None => None,
        }
    }

    /// The records from an offset on, in order.
    pub fn iter_from(&self, offset: u32) -> impl Iterator<Item = (u32, &Entry)> + '_ {
        (offset..self.end).map_while(|offset| self.get(offset).map(|entry| (offset, entry)))
    }

    /// At most `most` records from a position on, as they go into a response. Reading at the end gives none; reading
    /// past it is OFFSET_OUT_OF_RANGE.
    pub fn read(&self, topic: TopicId, partition: u16, from: u32, most: u16) -> Result<Arc<[Record]>, ErrorCode> {
        if from > self.end {
            return Err(ErrorCode::OffsetOutOfRange);
        }
        let record =
            |(offset, entry): (u32, &Entry)| Record { id: RecordId { topic, partition, offset }, message: entry.message.clone() };
        Ok(self.iter_from(from).take(usize::from(most)).map(record).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{IntentId, LineId, MessageId, NodeId, TypeId};

    fn message(n: u32) -> Message {
        let intent = IntentId { client: NodeId(1), n, manual: false };
        let id = MessageId { intent, by: NodeId(1), line: LineId(0), nth: 0 };
        Message { id, kind: TypeId(0), key: None, body: Arc::new([]) }
    }

    fn filled(records: u32) -> Log {
        let mut log = Log::default();
        for n in 0..records {
            assert_eq!(log.append(message(n), FactId::at(n as usize)), n);
        }
        log
    }

    fn read(log: &Log, from: u32, most: u16) -> Vec<u32> {
        let records = log.read(TopicId(0), 2, from, most).expect("the position is in range");
        records.iter().map(|record| record.message.id.intent.n).collect()
    }

    #[test]
    fn records_are_read_in_order_from_a_position_across_sealed_segments() {
        let log = filled(600);
        assert_eq!(log.end(), 600);
        assert_eq!(read(&log, 254, 4), [254, 255, 256, 257]);
        assert_eq!(read(&log, 511, 3), [511, 512, 513]);
        assert_eq!(read(&log, 598, 500), [598, 599]);
        assert_eq!(log.get(599).map(|entry| entry.appended), Some(FactId::at(599)));
        assert!(log.get(600).is_none());
    }

    #[test]
    fn a_power_loss_takes_what_came_since_the_last_flush_from_the_end_also_across_sealed_segments() {
        let mut log = filled(100);
        log.flushes(1);
        for n in 100..300 {
            log.append(message(n), FactId::at(n as usize));
        }
        assert_eq!(log.lose_power(), Some((100, 200)));
        assert_eq!((log.end(), log.cut(), log.lose_power()), (100, Some(100), None));
        assert_eq!(log.append(message(7), FactId::at(7)), 100);
        assert_eq!(read(&log, 98, 9), [98, 99, 7]);
        log.flushes(2);
        assert_eq!(log.lose_power(), None);
    }

    #[test]
    fn reading_at_the_end_gives_nothing_and_past_it_is_out_of_range() {
        let log = filled(3);
        assert_eq!(read(&log, 3, 9), [0; 0]);
        assert_eq!(log.read(TopicId(0), 0, 4, 9), Err(ErrorCode::OffsetOutOfRange));
    }

    #[test]
    fn a_clone_shares_sealed_segments_and_goes_its_own_way_afterwards() {
        let mut log = filled(300);
        let before = log.clone();
        log.append(message(300), FactId::at(300));
        assert_eq!((before.end(), log.end()), (300, 301));
        assert!(Arc::ptr_eq(&before.sealed[0], &log.sealed[0]));
    }
}
