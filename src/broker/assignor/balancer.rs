//! The readers of a topic by load: from whom to take, and to whom to give.

use crate::sim::InOrder;

/// Two ranges of members that grow towards each other: the least loaded from below, the most loaded from above. All
/// of a range count as equally loaded. Kafka: `MemberAssignmentBalancer`.
pub(super) struct Balancer {
    /// By load, then by id.
    members: Vec<usize>,
    least_end: usize,
    least: i64,
    next_least: usize,
    most_start: usize,
    /// Behind it stand those that have nothing to give.
    most_end: usize,
    most: i64,
    /// One behind the next to be taken from.
    next_most: usize,
    /// The difference of the loads at first.
    at_first: i64,
}

impl Balancer {
    /// Of members with these loads. There must be at least one member.
    pub fn new(members: &[usize], sizes: &[usize]) -> Balancer {
        let mut members = members.to_vec();
        members.in_order_by_key(|member| (sizes[*member], *member));
        let load = |member: Option<&usize>| member.map_or(0, |member| sizes[*member] as i64);
        let (lightest, heaviest) = (load(members.first()), load(members.last()));
        let count = members.len();
        Balancer {
            members,
            least_end: 0,
            least: lightest - 1,
            next_least: 0,
            most_start: count,
            most_end: count,
            most: heaviest + 1,
            next_most: count,
            at_first: heaviest - lightest,
        }
    }

    /// Whether the loads differed by at most one before anything was asked for.
    pub fn is_balanced_at_first(&self) -> bool {
        self.at_first <= 1
    }

    /// Whether the ranges' loads differ by at most one.
    pub fn is_balanced(&self) -> bool {
        self.most - self.least <= 1
    }

    /// Whom to give the next partition to. Each of the range gets one before its level rises and it grows.
    pub fn next_least_loaded(&mut self, sizes: &[usize]) -> usize {
        if self.next_least >= self.least_end {
            self.least += 1;
            while self.least_end < self.members.len() && sizes[self.members[self.least_end]] as i64 == self.least {
                self.least_end += 1;
            }
            self.next_least = 0;
        }
        let member = self.members[self.next_least];
        self.next_least += 1;
        member
    }

    /// Whom to take the next partition from; `None` if nobody is left.
    pub fn next_most_loaded(&mut self, sizes: &[usize]) -> Option<usize> {
        if self.next_most <= self.most_start {
            if self.most_end <= self.most_start && self.most_start > 0 {
                // All of the range had nothing to give: it begins anew below.
                self.most = sizes[self.members[self.most_start - 1]] as i64;
            } else {
                self.most -= 1;
            }
            while self.most_start > 0 && sizes[self.members[self.most_start - 1]] as i64 == self.most {
                self.most_start -= 1;
            }
            self.next_most = self.most_end;
        }
        self.next_most = self.next_most.checked_sub(1)?;
        Some(self.members[self.next_most])
    }

    /// The last member that was named as most loaded has nothing to give: it is passed over from now on.
    pub fn exclude_most_loaded(&mut self) {
        self.most_end -= 1;
        self.members.swap(self.next_most, self.most_end);
    }
}
