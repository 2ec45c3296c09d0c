//! How far groups have read: which records can still be handed out.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::sim::{Actor, Dense, Few, GroupId, IntentId, MessageId, RecordId, Span, Time, TopicId, rewind_if_empty};

/// A partition as one group reads it.
pub(super) type Place = (GroupId, TopicId, u16);

/// How far each group has read each partition.
#[derive(Clone, Debug, Default)]
pub(super) struct Readers(Dense<Place, Reader>);

#[derive(Clone, Debug, Default)]
struct Reader {
    /// None before the group has committed anything.
    committed: Option<u32>,
    /// Where it began to read when it had not: `auto.offset.reset` has it pass over what lay before.
    began: u32,
    /// How often it has begun behind records.
    jumps: u32,
    /// The latest time of which somebody was told.
    told: u32,
    /// How often the partition has gone to another process, and to whom last.
    turn: u32,
    owner: Option<Actor>,
    /// The position of every process that reads the partition, or believes that it may.
    positions: Few<Actor, Position>,
    /// Records that are not behind everybody yet, by offset, each with its message.
    open: VecDeque<(u32, MessageId)>,
    /// The latest of those that are: a power loss may take the commits back that put them there.
    behind: VecDeque<(u32, MessageId)>,
    /// When somebody last read a record or committed an offset, or the first record came.
    moved: Time,
    /// It was reported as stuck since.
    reported: bool,
}

/// How far a process reads a partition.
#[derive(Clone, Copy, Debug)]
struct Position {
    offset: u32,
    /// In which turn it was given the partition.
    turn: u32,
}

/// A process's time with a partition: over as soon as another one has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) place: Place,
    number: u32,
}

/// A partition with which a group has got nowhere for too long.
pub(super) struct Still {
    pub(super) group: GroupId,
    /// Its oldest record that is not behind everybody.
    pub(super) record: RecordId,
    pub(super) intent: IntentId,
    /// When it was too long.
    pub(super) at: Time,
}

/// How soon to look again at a partition that was left out, since its group may have calmed down.
const AGAIN: Span = Span::secs(1);
/// How many records behind everybody are remembered of each partition.
const REMEMBERED: usize = 1_000;

/// A record that a group can be handed again.
pub(super) struct Again {
    pub(super) record: RecordId,
    pub(super) message: MessageId,
}

/// A record that a group can no longer be handed.
pub(super) struct Behind {
    pub(super) group: GroupId,
    pub(super) record: RecordId,
    pub(super) intent: IntentId,
    /// The group began to read behind it, as `auto.offset.reset=latest` has it: for the how manieth time.
    pub(super) jump: Option<u32>,
}

impl Behind {
    /// Where it lies, and for which group.
    pub(super) fn place(&self) -> Place {
        (self.group, self.record.topic, self.record.partition)
    }
}

impl Readers {
    /// A record lies in a partition.
    pub(super) fn append(&mut self, group: GroupId, record: RecordId, message: MessageId, now: Time) {
        let reader = self.reader((group, record.topic, record.partition));
        if reader.open.is_empty() {
            (reader.moved, reader.reported) = (now, false);
        }
        let place = reader.open.partition_point(|(offset, _)| *offset < record.offset);
        reader.open.insert(place, (record.offset, message));
    }

    /// Records from an offset on are gone from a partition. Whoever had read them goes back to there.
    pub(super) fn cut(&mut self, topic: TopicId, partition: u16, from: u32) {
        for (_, reader) in self.0.iter_mut().filter(|((_, t, p), _)| (*t, *p) == (topic, partition)) {
            reader.open.retain(|(offset, _)| *offset < from);
            reader.behind.retain(|(offset, _)| *offset < from);
            reader.positions.values_mut().for_each(|position| position.offset = from.min(position.offset));
            reader.committed = reader.committed.map(|committed| committed.min(from));
            reader.began = reader.began.min(from);
        }
    }

    /// The committed offset of a group is an older one again. Says which records can be handed out again for that.
    pub(super) fn takes_back(&mut self, place: Place, offset: Option<u32>) -> Vec<Again> {
        let (_, topic, partition) = place;
        let reader = self.reader(place);
        reader.committed = offset;
        let from = offset.unwrap_or(0).max(reader.began);
        let mut again = Vec::new();
        while let Some((offset, message)) = reader.behind.pop_back_if(|(known, _)| *known >= from) {
            let place = reader.open.partition_point(|(known, _)| *known < offset);
            reader.open.insert(place, (offset, message));
            again.push(Again { record: RecordId { topic, partition, offset }, message });
        }
        again.reverse();
        again
    }

    /// A group gets on with a partition.
    pub(super) fn moves(&mut self, place: Place, now: Time) {
        let reader = self.reader(place);
        (reader.moved, reader.reported) = (now, false);
    }

    /// The next offset that a group will read of a partition, by what it has committed.
    pub(super) fn committed(&self, place: Place) -> u32 {
        self.0.get(&place).and_then(|reader| reader.committed).unwrap_or(0)
    }

    /// Reports the partitions with which a group has got nowhere for too long by now, and says when the next one may be.
    /// Groups of which more is known are left out.
    pub(super) fn look(
        &mut self,
        now: Time,
        limits: &BTreeMap<(GroupId, TopicId), Span>,
        more_is_known: impl Fn(GroupId) -> bool,
        found: &mut Vec<Still>,
    ) -> Time {
        let mut next = Time::MAX;
        for ((group, topic, partition), reader) in self.0.iter_mut().filter(|(_, reader)| !reader.reported) {
            let (Some(limit), Some((offset, message))) = (limits.get(&(*group, *topic)), reader.open.front()) else {
                continue;
            };
            let at = reader.moved + *limit;
            if at <= now {
                if more_is_known(*group) {
                    next = next.min(now + AGAIN);
                    continue;
                }
                reader.reported = true;
                let record = RecordId { topic: *topic, partition: *partition, offset: *offset };
                found.push(Still { group: *group, record, intent: message.intent, at });
            } else {
                next = next.min(at);
            }
        }
        next
    }

    /// How many records of a partition are not behind everybody of a group.
    pub(super) fn lag(&self, place: Place) -> u32 {
        self.0.get(&place).map_or(0, |reader| u32::try_from(reader.open.len()).unwrap_or(u32::MAX))
    }

    /// The oldest of them, with its message.
    pub(super) fn oldest(&self, place: Place) -> Option<(RecordId, MessageId)> {
        let (_, topic, partition) = place;
        let (offset, message) = *self.0.get(&place)?.open.front()?;
        Some((RecordId { topic, partition, offset }, message))
    }

    /// A record of a group's partitions that nobody has been handed, with its message: the oldest of the first of them.
    pub(super) fn unread(&self, group: GroupId) -> Option<(RecordId, MessageId)> {
        self.0.iter().filter(|((known, ..), _)| *known == group).find_map(|((_, topic, partition), reader)| {
            let handed = reader.positions.values().map(|position| position.offset).max().unwrap_or(0);
            let from = handed.max(reader.committed.unwrap_or(0)).max(reader.began);
            let (offset, message) = *reader.open.iter().find(|(offset, _)| *offset >= from)?;
            Some((RecordId { topic: *topic, partition: *partition, offset }, message))
        })
    }

    /// The group's committed offset is written.
    pub(super) fn commit(&mut self, place: Place, offset: u32) -> Vec<Behind> {
        self.reader(place).committed = Some(offset);
        self.release(place)
    }

    /// A process was given the partition, and reads it from an offset. Where the group has committed none, nobody will read
    /// what lies before: only a reset to the latest begins anywhere but at 0.
    pub(super) fn begins(&mut self, place: Place, who: Actor, offset: u32) -> Vec<Behind> {
        let reader = self.reader(place);
        if reader.committed.is_none() && offset > reader.began {
            reader.began = offset;
            reader.jumps += 1;
        }
        if reader.owner.replace(who) != Some(who) {
            reader.turn += 1;
        }
        let turn = reader.turn;
        reader.positions.insert(who, Position { offset, turn });
        self.release(place)
    }

    /// A process reads on from an offset.
    pub(super) fn at(&mut self, place: Place, who: Actor, offset: u32) -> Vec<Behind> {
        let reader = self.reader(place);
        let turn = reader.positions.get(&who).map_or(reader.turn, |position| position.turn);
        reader.positions.insert(who, Position { offset, turn });
        self.release(place)
    }

    /// Whether somebody is to be told that a group began behind records: once for each time that it did.
    pub(super) fn tells_of(&mut self, place: Place, jump: u32) -> bool {
        let reader = self.reader(place);
        let is_new = reader.told < jump;
        reader.told = reader.told.max(jump);
        is_new
    }

    /// The time that a process has with a partition.
    pub(super) fn turn(&self, place: Place, who: Actor) -> Turn {
        let reader = self.0.get(&place);
        let number = reader.map_or(0, |reader| reader.positions.get(&who).map_or(reader.turn, |position| position.turn));
        Turn { place, number }
    }

    /// Whether another process has had the partition since.
    pub(super) fn is_over(&self, turn: Turn) -> bool {
        self.0.get(&turn.place).is_some_and(|reader| reader.turn != turn.number)
    }

    /// Whether a group has committed an offset behind a record that holds a message, among the latest that were read.
    pub(super) fn has_committed(&self, message: MessageId, reads: impl Fn(GroupId, TopicId) -> bool) -> bool {
        let passed = |reader: &Reader| {
            let mut latest = reader.behind.iter().rev();
            latest.any(|(offset, known)| *known == message && *offset >= reader.began)
        };
        self.0.iter().any(|((group, topic, _), reader)| reads(*group, *topic) && passed(reader))
    }

    /// A process reads a partition no more.
    pub(super) fn gives_up(&mut self, place: Place, who: Actor) -> Vec<Behind> {
        self.reader(place).positions.remove(&who);
        self.release(place)
    }

    /// A process reads nothing any more.
    pub(super) fn ends(&mut self, who: Actor) -> Vec<Behind> {
        let places: Vec<Place> =
            self.0.iter().filter(|(_, reader)| reader.positions.contains_key(&who)).map(|(place, _)| *place).collect();
        places.into_iter().flat_map(|place| self.gives_up(place, who)).collect()
    }

    /// Topics were deleted, and what groups had committed of them.
    pub(super) fn forget(&mut self, topics: &BTreeSet<TopicId>) {
        self.0.retain(|(_, topic, _), _| !topics.contains(topic));
    }

    fn reader(&mut self, place: Place) -> &mut Reader {
        self.0.or_default(place)
    }

    /// Takes out what the committed offset and all positions have passed.
    fn release(&mut self, place: Place) -> Vec<Behind> {
        let (group, topic, partition) = place;
        let reader = self.reader(place);
        let from = reader.committed.unwrap_or(0).max(reader.began);
        let floor = reader.positions.values().fold(from, |floor, position| floor.min(position.offset));
        let mut behind = Vec::new();
        while let Some((offset, message)) = reader.open.pop_front_if(|(offset, _)| *offset < floor) {
            reader.behind.push_back((offset, message));
            if reader.behind.len() > REMEMBERED {
                reader.behind.pop_front();
            }
            let (record, jump) = (RecordId { topic, partition, offset }, (offset < reader.began).then_some(reader.jumps));
            behind.push(Behind { group, record, intent: message.intent, jump });
        }
        rewind_if_empty(&mut reader.open);
        behind
    }
}
