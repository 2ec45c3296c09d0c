//! Sticky, where members read different topics: keep, fill up, then even out.

use std::collections::BTreeMap;

use crate::sim::InOrder;

use super::super::numbered::Numbered;
use super::super::racks::Racks;
use super::claims::Claims;
use super::movements::Movements;

/// What each member gets. Kafka: `GeneralAssignmentBuilder`.
pub(super) fn deal(group: &Numbered<'_>, claims: Claims, racks: Option<&Racks<'_>>) -> Vec<Vec<usize>> {
    let mut table = Table::new(group, claims.before);
    let must_revoke = table.keep(&claims.owned, racks);
    let initializing = table.to.iter().all(Vec::is_empty);

    let topics = topics_in_order(group);
    let all: Vec<usize> = topics.iter().flat_map(|topic| group.of_topic(*topic)).collect();
    let unassigned: Vec<usize> = all.iter().copied().filter(|partition| table.owner[*partition].is_none()).collect();
    let mut left = unassigned.clone();
    if let Some(racks) = racks {
        left.retain(|partition| !table.fill(*partition, |member| racks.match_or_none(member, *partition)));
    }
    for partition in left {
        table.fill(partition, |_| true);
    }

    table.set_fixed_aside();
    let movable = |partition: &usize| group.readers[group.topic_of(*partition)].len() >= 2;
    let (all, unassigned): (Vec<usize>, Vec<usize>) =
        (all.into_iter().filter(movable).collect(), unassigned.into_iter().filter(movable).collect());
    let to = table.to.clone();
    let before = table.imbalance();
    if !must_revoke {
        table.even_out(&unassigned);
    }
    let has_moved = table.even_out(&all);
    let is_no_better = !initializing && has_moved && table.imbalance() >= before;
    if is_no_better { to } else { table.to }
}

/// Topics with few readers first, then by name.
fn topics_in_order(group: &Numbered<'_>) -> Vec<usize> {
    let mut topics: Vec<usize> = (0..group.topics()).collect();
    topics.in_order_by_key(|topic| group.readers[*topic].len());
    topics
}

struct Table<'a> {
    group: &'a Numbered<'a>,
    to: Vec<Vec<usize>>,
    owner: Vec<Option<usize>>,
    /// How many partitions of each topic each member has.
    held: Vec<Vec<usize>>,
    /// How many partitions each member could have.
    most: Vec<usize>,
    /// Members that could neither give nor take.
    is_fixed: Vec<bool>,
    /// Who had a partition in an older generation.
    before: BTreeMap<usize, usize>,
    movements: Movements,
    /// Whether the loads are even, as long as nothing moves.
    is_even: Option<bool>,
}

impl<'a> Table<'a> {
    fn new(group: &'a Numbered<'a>, before: BTreeMap<usize, usize>) -> Table<'a> {
        let members = group.members.len();
        let most = |reads: &Vec<usize>| reads.iter().map(|topic| group.of_topic(*topic).len()).sum();
        Table {
            group,
            to: vec![Vec::new(); members],
            owner: vec![None; group.partitions()],
            held: vec![vec![0; members]; group.topics()],
            most: group.reads.iter().map(most).collect(),
            is_fixed: vec![false; members],
            before,
            movements: Movements::default(),
            is_even: None,
        }
    }

    fn size(&self, member: usize) -> usize {
        self.to[member].len()
    }

    fn readers(&self, partition: usize) -> &'a [usize] {
        &self.group.readers[self.group.topic_of(partition)]
    }

    /// Lets everybody keep what they own, still read and are near to. Gives whether somebody must let go.
    fn keep(&mut self, owned: &[Vec<usize>], racks: Option<&Racks<'_>>) -> bool {
        let mut must_revoke = false;
        for (member, partitions) in owned.iter().enumerate() {
            for partition in partitions {
                let is_near = racks.is_none_or(|racks| racks.match_or_none(member, *partition));
                if is_near && self.group.does_read(member, self.group.topic_of(*partition)) {
                    self.take(*partition, member);
                } else {
                    must_revoke = true;
                }
            }
        }
        must_revoke
    }

    /// The least loaded of the readers that may have a partition; of equals the first by id.
    fn least_loaded(&self, partition: usize, may: impl Fn(usize) -> bool) -> Option<usize> {
        let readers = self.readers(partition).iter().copied();
        readers.filter(|member| !self.is_fixed[*member] && may(*member)).min_by_key(|member| (self.size(*member), *member))
    }

    fn take(&mut self, partition: usize, member: usize) {
        self.to[member].push(partition);
        self.owner[partition] = Some(member);
        self.held[self.group.topic_of(partition)][member] += 1;
    }

    /// Gives a partition that nobody has to the least loaded; whether there is one.
    fn fill(&mut self, partition: usize, may: impl Fn(usize) -> bool) -> bool {
        let member = self.least_loaded(partition, may);
        if let Some(member) = member {
            self.take(partition, member);
        }
        member.is_some()
    }

    /// Takes those out of the game who have all that they can have, and none of it could be somebody else's.
    fn set_fixed_aside(&mut self) {
        for member in 0..self.to.len() {
            let has_all = self.size(member) >= self.most[member];
            self.is_fixed[member] = has_all && self.to[member].iter().all(|partition| self.readers(*partition).len() < 2);
        }
    }

    /// Moves partitions until a whole round moves none or the loads are even. Gives whether any has moved.
    fn even_out(&mut self, partitions: &[usize]) -> bool {
        let mut has_moved = false;
        loop {
            let mut moves_on = false;
            for partition in partitions {
                if self.is_even() {
                    break;
                }
                let Some(owner) = self.owner[*partition] else { continue };
                let lighter = |other: usize| self.size(owner) > self.size(other) + 1;
                let former = self.before.get(partition).copied().filter(|former| !self.is_fixed[*former] && lighter(*former));
                let wanted = former.or_else(|| {
                    let any = self.readers(*partition).iter().any(|other| lighter(*other));
                    any.then(|| self.least_loaded(*partition, |_| true)).flatten()
                });
                if let Some(wanted) = wanted {
                    let partition = self.movements.instead(self.group, *partition, owner, wanted);
                    self.give(partition, wanted);
                    (has_moved, moves_on) = (true, true);
                }
            }
            if !moves_on {
                return has_moved;
            }
        }
    }

    fn give(&mut self, partition: usize, member: usize) {
        let Some(owner) = self.owner[partition] else { return };
        self.movements.moved(self.group, partition, owner, member);
        self.to[owner].retain(|given| *given != partition);
        self.held[self.group.topic_of(partition)][owner] -= 1;
        self.take(partition, member);
        self.is_even = None;
    }

    /// Whether no reader could take a partition from somebody who has at least two more. What is known is kept until
    /// something moves.
    fn is_even(&mut self) -> bool {
        let is_even = self.is_even.unwrap_or_else(|| self.loads_are_even());
        self.is_even = Some(is_even);
        is_even
    }

    fn loads_are_even(&self) -> bool {
        let sizes = (0..self.to.len()).filter(|member| !self.is_fixed[*member]).map(|member| self.size(member));
        let (least, most) = sizes.fold((usize::MAX, 0), |(least, most), size| (least.min(size), most.max(size)));
        if least.saturating_add(1) >= most {
            return true;
        }
        (0..self.group.topics()).all(|topic| {
            let readers = self.group.readers[topic].iter().filter(|reader| !self.is_fixed[**reader]);
            let least = readers.map(|reader| self.size(*reader)).min().unwrap_or(usize::MAX);
            let owners = self.held[topic].iter().enumerate().filter(|(owner, held)| **held > 0 && !self.is_fixed[*owner]);
            owners.into_iter().all(|(owner, _)| self.size(owner) <= least.saturating_add(1))
        })
    }

    /// The sum of the differences of all pairs' loads. Kafka: `getBalanceScore`.
    fn imbalance(&self) -> usize {
        let mut sizes: Vec<usize> = (0..self.to.len()).filter(|member| !self.is_fixed[*member]).map(|m| self.size(m)).collect();
        sizes.in_order();
        let pairs = sizes.iter().enumerate().flat_map(|(at, small)| sizes[at..].iter().map(move |large| large - small));
        pairs.sum()
    }
}
