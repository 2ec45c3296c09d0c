//! Sticky, where all members read the same topics: everybody gets P/M, and P mod M of them one more.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::sim::InOrder;

use super::super::numbered::Numbered;
use super::super::racks::Racks;
use super::Dealt;
use super::claims::Claims;

/// Kafka: `ConstrainedAssignmentBuilder`.
pub(super) fn deal(group: &Numbered<'_>, claims: &Claims, racks: Option<&Racks<'_>>) -> Dealt {
    let members = group.members.len();
    let mut filling = Filling {
        racks,
        doubly: &claims.doubly,
        to: vec![Vec::new(); members],
        moving: Vec::new(),
        given_up: BTreeMap::new(),
        under: Vec::new(),
        exact: VecDeque::new(),
        least: group.partitions() / members,
        with_extra: group.partitions() % members,
        have_extra: 0,
    };
    for (member, owned) in claims.owned.iter().enumerate() {
        filling.keep(group, member, owned);
    }
    let mut left = vec![true; group.partitions()];
    for kept in filling.to.iter().flatten() {
        left[*kept] = false;
    }
    let mut left: Vec<usize> = (0..group.partitions()).filter(|partition| left[*partition]).collect();
    if let Some(racks) = racks {
        left.in_order_by_key(|partition| racks.near(*partition));
        left = filling.near(racks, left);
    }
    filling.in_turn(left);
    Dealt { to: filling.to, moving: filling.moving }
}

struct Filling<'a> {
    racks: Option<&'a Racks<'a>>,
    doubly: &'a BTreeSet<usize>,
    to: Vec<Vec<usize>>,
    moving: Vec<(usize, usize)>,
    /// What an owner could not keep, by partition.
    given_up: BTreeMap<usize, usize>,
    /// Members with less than the least, by id.
    under: Vec<usize>,
    /// Members with exactly the least who may still get one more.
    exact: VecDeque<usize>,
    least: usize,
    /// How many members get one more than the least.
    with_extra: usize,
    /// How many of these are known.
    have_extra: usize,
}

impl Filling<'_> {
    /// Lets a member keep what it owns, up to its share.
    fn keep(&mut self, group: &Numbered<'_>, member: usize, owned: &[usize]) {
        let (mut near, far): (Vec<usize>, Vec<usize>) = match self.racks {
            Some(racks) => owned.iter().partition(|partition| racks.match_or_none(member, **partition)),
            None => (owned.to_vec(), Vec::new()),
        };
        near.retain(|partition| !self.doubly.contains(partition));
        near.in_order_by_key(|partition| (group.number(*partition), group.topic_of(*partition)));
        let most = self.least + usize::from(self.with_extra > 0);
        let share = if near.len() < self.least {
            self.under.push(member);
            near.len()
        } else if near.len() >= most && self.have_extra < self.with_extra {
            self.one_more_has_extra();
            most
        } else {
            if self.have_extra < self.with_extra {
                self.exact.push_back(member);
            }
            self.least
        };
        let rest = near.split_off(share);
        self.given_up.extend(rest.into_iter().chain(far).map(|partition| (partition, member)));
        self.to[member] = near;
    }

    fn one_more_has_extra(&mut self) {
        self.have_extra += 1;
        if self.have_extra == self.with_extra {
            self.exact.clear();
        }
    }

    /// Deals partitions to near members; gives those for which there is none with room.
    fn near(&mut self, racks: &Racks<'_>, left: Vec<usize>) -> Vec<usize> {
        let mut next = 0;
        let mut far = Vec::new();
        for partition in left {
            let places = (next..self.under.len()).chain(0..next);
            let found = places.into_iter().find(|place| racks.are_same(self.under[*place], partition));
            if let Some(place) = found {
                let member = self.under[place];
                let count = self.to[member].len() + 1;
                next = place + 1;
                if count >= self.least {
                    self.under.remove(place);
                    next = place;
                    let most = self.least + usize::from(self.with_extra > 0);
                    if count < most && self.have_extra < self.with_extra {
                        self.exact.push_back(member);
                    }
                }
                next = if self.under.is_empty() { 0 } else { next % self.under.len() };
                self.give(partition, member);
            } else if let Some(place) = self.exact.iter().position(|member| racks.are_same(*member, partition)) {
                // It has exactly the least, so this is its extra one.
                let member = self.exact.remove(place).unwrap_or_default();
                self.one_more_has_extra();
                self.give(partition, member);
            } else {
                far.push(partition);
            }
        }
        far
    }

    /// Deals in turn to those that are under their share; when there are none, one each to those that have exactly it.
    fn in_turn(&mut self, left: Vec<usize>) {
        let mut next = 0;
        for partition in left {
            if self.under.is_empty() {
                // Their number was counted out: there is one for every partition that is left.
                let Some(member) = self.exact.pop_front() else { return };
                self.give(partition, member);
                continue;
            }
            next %= self.under.len();
            let member = self.under[next];
            self.give(partition, member);
            if self.to[member].len() == self.least {
                self.under.remove(next);
                self.exact.push_back(member);
            } else {
                next += 1;
            }
        }
    }

    fn give(&mut self, partition: usize, member: usize) {
        self.to[member].push(partition);
        if self.given_up.get(&partition).is_some_and(|owner| *owner != member) || self.doubly.contains(&partition) {
            self.moving.push((partition, member));
        }
    }
}
