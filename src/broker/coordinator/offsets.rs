//! Committed offsets: records in a log, of which the newest for each partition counts.

use crate::broker::protocol::{ErrorCode, Identity};
use crate::broker::{BrokerOut, GroupState};
use crate::sim::{Dense, FactId, GroupId, TopicId};

use super::group::Group;
use super::turn::Turn;

/// Whose committed offset.
type Place = (GroupId, TopicId, u16);

/// Records of commits that are kept before old ones are dropped.
const COMPACT_ABOVE: usize = 1_024;

/// One commit of one partition.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Commit {
    place: Place,
    /// The next offset to read.
    offset: u32,
    /// The fact that recorded it.
    fact: FactId,
}

/// The coordinator's part of `__consumer_offsets`, compacted as Kafka's is: by key, the newest stays.
#[derive(Clone, Debug, Default)]
pub(super) struct OffsetsLog {
    log: Vec<Commit>,
    /// What the log says: offset and fact. Derived from it, never written alone.
    newest: Dense<Place, (u32, FactId)>,
    /// The length at which it is compacted next.
    compact_at: usize,
    /// How many records are on disk.
    flushed: usize,
}

impl OffsetsLog {
    pub fn append(&mut self, place: Place, offset: u32, fact: FactId) {
        self.log.push(Commit { place, offset, fact });
        self.newest.insert(place, (offset, fact));
        if self.log.len() >= self.compact_at.max(COMPACT_ABOVE) {
            let newest = &self.newest;
            self.log.retain(|commit| newest.get(&commit.place).is_some_and(|(_, fact)| *fact == commit.fact));
            self.compact_at = 2 * self.log.len();
            // What is compacted is written anew.
            self.flush();
        }
    }

    /// All of it is on disk.
    pub fn flush(&mut self) {
        self.flushed = self.log.len();
    }

    /// The machine lost power: what is not on disk is gone. Says what is committed now where it is something else.
    pub fn lose_power(&mut self) -> Vec<(Place, Option<u32>)> {
        self.log.truncate(self.flushed);
        let before = std::mem::take(&mut self.newest);
        self.reload();
        let now = |place: Place| self.get(place).map(|(offset, _)| offset);
        before
            .iter()
            .filter(|(place, (offset, _))| now(**place) != Some(*offset))
            .map(|(place, _)| (*place, now(*place)))
            .collect()
    }

    pub fn get(&self, place: Place) -> Option<(u32, FactId)> {
        self.newest.get(&place).copied()
    }

    /// Forgets a topic that was deleted, as Kafka does.
    pub fn forget(&mut self, topic: TopicId) {
        self.log.retain(|commit| commit.place.1 != topic);
        self.newest.retain(|place, _| place.1 != topic);
        self.flush();
    }

    /// Reads the log again, as after a crash.
    pub fn reload(&mut self) {
        self.newest = Dense::new();
        for commit in &self.log {
            self.newest.insert(commit.place, (commit.offset, commit.fact));
        }
    }
}

impl Group {
    /// Whether a commit is accepted; a member's commit is a sign of life. Nobody checks that the member was given
    /// the partition, nor that the offset moves forward. Kafka: `ClassicGroup.validateOffsetCommit`.
    ///
    /// Errors: UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID, ILLEGAL_GENERATION; REBALANCE_IN_PROGRESS once the join phase
    /// has ended, since partitions may have moved. During the join phase it is the last chance to commit.
    pub fn accept_commit<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>, who: &Identity) -> Result<(), ErrorCode> {
        // A consumer that takes no part in the group protocol, or an administrator.
        if who.generation < 0 && self.state == GroupState::Empty {
            return Ok(());
        }
        self.validate(&who.member, who.instance.as_ref())?;
        self.validate_generation(who.generation)?;
        match self.state {
            GroupState::CompletingRebalance => Err(ErrorCode::RebalanceInProgress),
            GroupState::Stable | GroupState::PreparingRebalance => {
                self.keep_alive(turn, &who.member);
                Ok(())
            }
            // No members, so none was found: not reached.
            GroupState::Empty | GroupState::Dead | GroupState::Assigning | GroupState::Reconciling => {
                Err(ErrorCode::UnknownMemberId)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_loss_takes_commits_back_to_what_was_on_disk() {
        let (mut offsets, place) = (OffsetsLog::default(), |n| (GroupId(0), TopicId(0), n));
        offsets.append(place(0), 3, FactId::at(1));
        offsets.append(place(2), 8, FactId::at(2));
        offsets.flush();
        offsets.append(place(0), 4, FactId::at(3));
        offsets.append(place(1), 1, FactId::at(4));
        assert_eq!(offsets.lose_power(), [(place(0), Some(3)), (place(1), None)]);
        assert_eq!((offsets.get(place(0)), offsets.get(place(1))), (Some((3, FactId::at(1))), None));
    }

    #[test]
    fn a_long_log_is_compacted_to_the_newest_commit_of_each_partition_and_reads_the_same() {
        let mut offsets = OffsetsLog::default();
        for n in 0..10_000u32 {
            let place = (GroupId(0), TopicId(0), (n % 3) as u16);
            offsets.append(place, n, FactId::at(n as usize));
        }
        assert!(offsets.log.len() < 2 * COMPACT_ABOVE, "{}", offsets.log.len());
        let before = offsets.newest.clone();
        offsets.reload();
        assert_eq!(offsets.newest, before);
        assert_eq!(offsets.get((GroupId(0), TopicId(0), 0)), Some((9_999, FactId::at(9_999))));
    }
}
