//! The members of groups, and how long each group waits for one: what comes and goes, and rebalances that do not end.

use std::collections::{BTreeMap, VecDeque};

use crate::broker::GroupState;
use crate::sim::{Actor, Dense, GroupId, Span, Time};

/// How many times members have to come back within the window before a group is in a storm. Once is an accident, twice a
/// deploy of two; each is two rebalances, one for going and one for coming.
const RETURNS: usize = 4;

/// The limits of a group.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct GroupLimits {
    /// The window in which returns are counted.
    pub(super) storm: Span,
    /// How long nobody may be handed anything while the group rebalances.
    pub(super) halt: Span,
}

/// All groups.
#[derive(Clone, Debug, Default)]
pub(super) struct Groups(Dense<GroupId, Group>);

#[derive(Clone, Debug, Default)]
struct Group {
    /// Processes that were removed, and have not come back since.
    gone: Vec<Actor>,
    /// When members came back.
    returns: VecDeque<Time>,
    /// When it began to rebalance.
    rebalances: VecDeque<Time>,
    /// The storm was reported, and has not calmed down since.
    in_storm: bool,
    is_rebalancing: bool,
    /// Since when records wait in this rebalance and nobody is handed any.
    halted: Option<Time>,
    /// That was reported.
    told: bool,
}

/// A group in a storm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Storm {
    /// How often a member came back.
    pub(super) returns: u32,
    /// How often the group began to rebalance.
    pub(super) rebalances: u32,
    /// In what time.
    pub(super) over: Span,
}

impl Groups {
    /// A process becomes a member. Says whether that is one time too many.
    pub(super) fn added(&mut self, id: GroupId, member: Actor, window: Span, now: Time) -> Option<Storm> {
        let group = self.0.or_default(id);
        let before = group.gone.len();
        group.gone.retain(|known| !known.same_process(member));
        if group.gone.len() == before {
            return None;
        }
        let is_over = |time: &mut Time| *time + window < now;
        while group.returns.pop_front_if(is_over).is_some() {}
        while group.rebalances.pop_front_if(is_over).is_some() {}
        group.in_storm &= !group.returns.is_empty();
        group.returns.push_back(now);
        if group.returns.len() < RETURNS || std::mem::replace(&mut group.in_storm, true) {
            return None;
        }
        let count = |times: &VecDeque<Time>| u32::try_from(times.len()).unwrap_or(u32::MAX);
        let over = group.rebalances.front().map_or(window, |first| now.since(*first));
        Some(Storm { returns: count(&group.returns), rebalances: count(&group.rebalances), over })
    }

    /// A process is a member no more.
    pub(super) fn removed(&mut self, id: GroupId, member: Actor) {
        let gone = &mut self.0.or_default(id).gone;
        if !gone.iter().any(|known| known.same_process(member)) {
            gone.push(member);
        }
    }

    /// A group changes its state. Says whether it begins to rebalance.
    pub(super) fn becomes(&mut self, id: GroupId, state: GroupState, now: Time) -> bool {
        let group = self.0.or_default(id);
        let was = std::mem::replace(&mut group.is_rebalancing, state.is_rebalancing());
        if !group.is_rebalancing {
            (group.halted, group.told) = (None, false);
        }
        let begins = group.is_rebalancing && !was;
        if begins {
            if group.rebalances.len() >= REMEMBERED {
                group.rebalances.pop_front();
            }
            group.rebalances.push_back(now);
        }
        begins
    }

    /// Whether a group rebalances.
    pub(super) fn is_rebalancing(&self, id: GroupId) -> bool {
        self.0.get(&id).is_some_and(|group| group.is_rebalancing)
    }

    /// Whether members come and go so that more can be said of a group than that it gets nowhere: it is in a storm, or about
    /// to be, or was reported not to come to the end of a rebalance.
    pub(super) fn is_restless(&self, id: GroupId, window: Span, now: Time) -> bool {
        let Some(group) = self.0.get(&id) else { return false };
        let recent = group.returns.iter().filter(|time| **time + window >= now).count();
        group.told || recent * 2 >= RETURNS
    }

    /// Records wait for a group that rebalances; somebody may just have been handed one.
    pub(super) fn waits(&mut self, id: GroupId, since: Option<Time>) {
        self.0.or_default(id).halted = since;
    }

    /// A record comes for a group.
    pub(super) fn arrives(&mut self, id: GroupId, now: Time) {
        if let Some(group) = self.0.get_mut(&id).filter(|group| group.is_rebalancing) {
            group.halted.get_or_insert(now);
        }
    }

    /// Reports the groups in which nobody has been handed anything for too long by now, each with when that was certain, and
    /// says when the next one may be.
    pub(super) fn look(&mut self, now: Time, limits: &BTreeMap<GroupId, GroupLimits>, found: &mut Vec<(GroupId, Time)>) -> Time {
        let mut next = Time::MAX;
        for (id, group) in self.0.iter_mut().filter(|(_, group)| !group.told) {
            let (Some(limit), Some(since)) = (limits.get(id), group.halted) else { continue };
            let at = since + limit.halt;
            if at <= now {
                group.told = true;
                found.push((*id, at));
            } else {
                next = next.min(at);
            }
        }
        next
    }
}

/// How many rebalances of a group are remembered.
const REMEMBERED: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{NodeId, Role};

    const GROUP: GroupId = GroupId(1);
    const WINDOW: Span = Span::secs(60);

    fn at(s: u64) -> Time {
        Time::ZERO + Span::secs(s)
    }

    fn member(life: u16) -> Actor {
        Actor { life, ..Actor::new(NodeId(4), Role::Instance, 0) }
    }

    /// When a group is found to be in a storm, one of whose members goes and comes back every so many seconds.
    fn storms(every: u64, times: u64) -> Vec<Time> {
        let mut groups = Groups::default();
        let mut found = Vec::new();
        for turn in 1..=times {
            let now = at(turn * every);
            groups.removed(GROUP, member(0));
            groups.becomes(GROUP, GroupState::PreparingRebalance, now);
            groups.becomes(GROUP, GroupState::Stable, now);
            found.extend(groups.added(GROUP, member(1), WINDOW, now).map(|_| now));
        }
        found
    }

    #[test]
    fn members_that_come_back_four_times_within_the_window_are_a_storm_which_is_told_once() {
        assert_eq!(storms(10, 20), [at(40)]);
        assert_eq!(storms(30, 20), [], "three in a window");
    }

    #[test]
    fn members_that_only_come_or_only_go_are_none() {
        let mut groups = Groups::default();
        for ordinal in 0..20 {
            let who = Actor::new(NodeId(4), Role::Instance, ordinal);
            assert_eq!(groups.added(GROUP, who, WINDOW, at(1)), None);
        }
        for ordinal in 0..20 {
            groups.removed(GROUP, Actor::new(NodeId(4), Role::Instance, ordinal));
        }
    }

    #[test]
    fn a_group_is_stuck_only_while_it_rebalances_and_records_wait() {
        let limits = BTreeMap::from([(GROUP, GroupLimits { storm: WINDOW, halt: Span::secs(6) })]);
        let mut groups = Groups::default();
        let mut found = Vec::new();
        groups.arrives(GROUP, at(0));
        groups.look(at(50), &limits, &mut found);
        assert!(groups.becomes(GROUP, GroupState::PreparingRebalance, at(50)));
        assert_eq!((groups.look(at(70), &limits, &mut found), found.len()), (Time::MAX, 0), "nothing waits");
        groups.arrives(GROUP, at(70));
        assert_eq!(groups.look(at(75), &limits, &mut found), at(76));
        groups.waits(GROUP, Some(at(75)));
        groups.look(at(90), &limits, &mut found);
        groups.look(at(99), &limits, &mut found);
        assert_eq!(found, [(GROUP, at(81))], "once, counted from when somebody was last handed one");
    }
}
