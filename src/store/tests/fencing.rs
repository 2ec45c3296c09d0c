//! Older generations of a partition are turned away.

use crate::sim::GroupId;

use super::*;

const PARTITION: Fence = Fence { group: GroupId(0), topic: TopicId(1), partition: 2 };

impl Desk {
    fn fence(&mut self, tx: TxId, fence: Fence, generation: u32) -> Outcome {
        self.store.fence(&cx(tx), tx, fence, generation, &mut self.out)
    }

    fn fences(&self) -> Vec<(Fence, u32)> {
        self.store.fences().collect()
    }
}

#[test]
fn an_older_generation_is_turned_away_and_the_same_or_a_newer_one_goes_on() {
    let mut desk = Desk::new();
    for (ordinal, generation) in [(0, 3), (1, 3), (2, 5)] {
        let tx = desk.begin(ordinal);
        done(desk.fence(tx, PARTITION, generation));
        desk.commit(tx);
        assert_eq!(desk.fences(), [(PARTITION, generation)]);
    }
    let old = desk.begin(3);
    let Outcome::FencedOff(found) = desk.fence(old, PARTITION, 4) else { panic!("it is older") };
    let (fact, cause) = desk.last();
    assert!(matches!(fact, StoreFact::FencedOff { generation: 4, newest: 5, partition: 2, .. }), "{fact:?}");
    assert!(cause.because[0].is_some_and(|commit| commit < found), "the commit of the newer one is a reason");
    desk.rollback(old);
    assert_eq!(desk.fences(), [(PARTITION, 5)]);
    let other = desk.begin(4);
    done(desk.fence(other, Fence { partition: 1, ..PARTITION }, 1));
    done(desk.fence(other, Fence { group: GroupId(1), ..PARTITION }, 1));
}

#[test]
fn what_is_rolled_back_fences_nobody_off() {
    let mut desk = Desk::new();
    let newer = desk.begin(0);
    done(desk.fence(newer, PARTITION, 7));
    desk.rollback(newer);
    let older = desk.begin(1);
    done(desk.fence(older, PARTITION, 6));
    desk.commit(older);
    assert_eq!(desk.fences(), [(PARTITION, 6)]);
}

#[test]
fn a_transaction_waits_for_another_ones_fence_and_then_sees_it() {
    let mut desk = Desk::new();
    let (newer, older) = (desk.begin(0), desk.begin(1));
    done(desk.fence(newer, PARTITION, 2));
    assert_eq!(desk.fence(older, PARTITION, 1), Outcome::Waits(newer));
    assert_eq!(desk.commit(newer).woken, [older]);
    assert!(matches!(desk.fence(older, PARTITION, 1), Outcome::FencedOff(_)));
}
