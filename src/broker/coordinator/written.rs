//! What a group leaves in the log, and how it comes back from there after the broker's process has crashed.

use std::sync::Arc;

use crate::broker::protocol::MemberId;
use crate::broker::{BrokerFact, BrokerOut, GroupState, GroupTimer, RebalanceWhy};
use crate::sim::{Few, Gather};

use super::group::Group;
use super::member::Member;
use super::turn::Turn;

/// A group as its last record in the log has it. Kafka: `GroupMetadataValue`.
///
/// Written when the leader has assigned, when the group is empty, and when a static member was replaced: a rebalance
/// under way leaves no trace.
#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    generation: u32,
    protocol: Option<Arc<str>>,
    leader: Option<MemberId>,
    members: Few<MemberId, Member>,
}

impl Group {
    /// Writes the group to the log. Of the assignors that a member lists only the chosen one is kept, as in Kafka.
    pub fn write(&mut self) {
        let protocol = self.protocol.clone();
        let keep = |member: &Member| {
            let kept = protocol.iter().map(|name| (name.clone(), member.subscription(name))).collect();
            Member { protocols: kept, join: None, sync: None, is_new: false, timer: None, ..member.clone() }
        };
        let mut members = Few::new();
        members.extend(self.members.values().map(|member| (member.id.clone(), keep(member))));
        self.written = Arc::new(Written { generation: self.generation, protocol, leader: self.leader.clone(), members });
    }

    /// What is written is on disk.
    pub fn flush(&mut self) {
        self.on_disk.clone_from(&self.written);
    }

    /// The machine lost power: what was written and is not on disk is gone.
    pub fn lose_power(&mut self) {
        self.written.clone_from(&self.on_disk);
    }

    /// Comes back as last written. Parked requests and pending ids are lost, without an answer; sessions start anew.
    /// Kafka: `GroupMetadataManager.onLoaded`.
    pub fn restart<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>) {
        self.clear_timers(turn);
        let written = Written::clone(&self.written);
        let lost = std::mem::replace(&mut self.members, written.members);
        for member in lost.values() {
            if !self.members.contains_key(&member.id) {
                self.say_removed(turn, member.actor, RebalanceWhy::BrokerRestarted, None);
            }
        }
        for member in self.members.values() {
            if !lost.contains_key(&member.id) {
                turn.fact(BrokerFact::MemberAdded { group: self.id, member: member.actor }, None);
            }
        }

        let statics = self.members.values().filter_map(|member| Some((member.instance.clone()?, member.id.clone())));
        self.statics = statics.into_map();
        self.pending.clear();
        self.unsynced.clear();
        self.member_added = false;
        self.initial = None;
        self.protocol = written.protocol;
        self.leader = written.leader;
        let state = if self.members.is_empty() { GroupState::Empty } else { GroupState::Stable };
        if (self.state, self.generation) != (state, written.generation) {
            self.generation = written.generation;
            self.why = RebalanceWhy::BrokerRestarted;
            self.enter(turn, state, None);
        }
        self.before = GroupState::Dead;

        let ids: Vec<MemberId> = self.members.keys().cloned().collect();
        for id in &ids {
            self.keep_alive(turn, id);
        }
        // The maximum may have been lowered meanwhile: whoever rejoins first stays.
        if ids.len() > turn.config.max_size as usize {
            self.prepare(turn, RebalanceWhy::GroupFull, None);
        }
    }

    fn clear_timers<O: BrokerOut>(&mut self, turn: &mut Turn<'_, O>) {
        turn.cancel(GroupTimer::Join(self.id));
        turn.cancel(GroupTimer::Sync(self.id));
        for number in self.pending.values() {
            turn.cancel(GroupTimer::Pending(self.id, *number));
        }
        for timer in self.members.values().filter_map(|member| member.timer) {
            turn.cancel(timer);
        }
    }
}
