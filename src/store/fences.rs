//! `fences`: the newest generation that has worked on each partition. A transaction of an older one is turned away: its process
//! has lost the partition since, whether it knows or not. The generation is its fencing token.

use crate::sim::{Cx, FactId, Few, GroupId, TopicId};

use super::Store;
use super::facts::{StoreFact, StoreOut};
use super::locks::LockKey;
use super::statements::{Outcome, because};
use super::tx::TxId;

/// A partition as a group reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fence {
    /// The group.
    pub group: GroupId,
    /// The topic.
    pub topic: TopicId,
    /// The partition.
    pub partition: u16,
}

/// The committed rows: each with its generation and the commit that wrote it.
pub(super) type Fences = Few<Fence, (u32, FactId)>;

impl Store {
    /// Notes the generation in which a partition was assigned, unless a newer one is there. The row is locked until the
    /// transaction ends, so that nobody gets in between. What to do when it is older is the caller's affair.
    pub fn fence(&mut self, cx: &Cx, tx: TxId, fence: Fence, generation: u32, out: &mut impl StoreOut) -> Outcome {
        let key = LockKey::Fence(fence);
        if let Err(blocked) = self.lock(cx, tx, key, out) {
            return blocked;
        }
        let Fence { group, topic, partition } = fence;
        let own = self.open.get(&tx).and_then(|open| open.fences.iter().rfind(|(known, ..)| *known == fence));
        let known = own.map(|(_, newest, fact)| (*newest, *fact)).or(self.fences.get(&fence).copied());
        if let Some((newest, by)) = known.filter(|(newest, _)| *newest > generation) {
            let found = StoreFact::FencedOff { tx: tx.n, group, topic, partition, generation, newest };
            return Outcome::FencedOff(out.fact(found, because(cx, Some(by))));
        }
        let fact = out.fact(StoreFact::Fenced { tx: tx.n, group, topic, partition, generation }, cx.cause);
        self.locks.note(key, fact);
        self.buffer(tx, fact, |open| open.fences.push((fence, generation, fact)))
    }

    /// The committed rows, each with its generation.
    pub fn fences(&self) -> impl Iterator<Item = (Fence, u32)> + '_ {
        self.fences.iter().map(|(fence, (generation, _))| (*fence, *generation))
    }
}
