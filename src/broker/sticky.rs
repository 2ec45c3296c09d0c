//! Where records without a key go: to one partition until a batch is full, then to another drawn at random.
//!
//! Kafka's built-in partitioner (KIP-794), one per producer and topic. Such records are *not* spread one by one: a
//! few of them all land on the same partition.

/// The partitions among which a draw chooses.
#[derive(Clone, Copy, Debug)]
pub struct Candidates<'a> {
    /// All partitions of the topic, counted; at least 1.
    pub all: u16,
    /// Those that have a leader, ascending.
    pub available: &'a [u16],
}

/// The sticky choice of one producer for one topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sticky {
    batch_size: u64,
    current: Option<u16>,
    appended: u64,
    load: Option<Load>,
}

/// Partitions with the running totals of their weights: a short queue weighs more.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Load {
    cumulative: Vec<(u64, u16)>,
    total: u64,
}

impl Sticky {
    /// A partitioner that switches after that many bytes (`batch.size`).
    pub fn new(batch_size: u32) -> Sticky {
        Sticky { batch_size: u64::from(batch_size), current: None, appended: 0, load: None }
    }

    /// The partition for the next record, from 0. Draws only when there is no choice yet; `random` gives any 32 bits.
    pub fn partition(&mut self, among: Candidates<'_>, random: &mut impl FnMut() -> i32) -> u16 {
        match self.current {
            Some(partition) => partition,
            None => self.switch(among, random),
        }
    }

    /// Counts an appended record's bytes, and draws the next partition at once when the batch is full: at
    /// `batch.size` if `may_switch` (the batch can be sent), at twice that in any case.
    pub fn appended(&mut self, bytes: u32, may_switch: bool, among: Candidates<'_>, random: &mut impl FnMut() -> i32) {
        self.appended += u64::from(bytes);
        if self.appended >= self.batch_size && may_switch || self.appended >= 2 * self.batch_size {
            self.switch(among, random);
        }
    }

    /// Takes note of how many batches wait for each partition, so that the next draws favour short queues.
    ///
    /// Each entry is (partition, waiting batches); `excluded` says that further partitions were left out because
    /// their broker is slow (`partitioner.availability.timeout.ms`). Equal queues with none left out, one partition
    /// in all, or no entries turn weighing off.
    pub fn queues(&mut self, queues: &[(u16, u32)], excluded: usize) {
        let longest = queues.iter().map(|(_, size)| *size).max();
        let shortest = queues.iter().map(|(_, size)| *size).min();
        self.load = match longest {
            Some(longest) if queues.len() + excluded >= 2 && (longest != shortest.unwrap_or(longest) || excluded > 0) => {
                let mut total = 0;
                let weigh = |&(partition, size): &(u16, u32)| {
                    total += u64::from(longest) + 1 - u64::from(size);
                    (total, partition)
                };
                let cumulative = queues.iter().map(weigh).collect();
                Some(Load { cumulative, total })
            }
            _ => None,
        };
    }

    /// Forgets the queues: all available partitions are as likely again.
    pub fn forget_queues(&mut self) {
        self.load = None;
    }

    fn switch(&mut self, among: Candidates<'_>, random: &mut impl FnMut() -> i32) -> u16 {
        let random = u64::from(random().cast_unsigned() & 0x7fff_ffff);
        let pick = |partitions: usize| (random % partitions.max(1) as u64) as usize;
        let chosen = match &self.load {
            // The first running total that is greater than the draw.
            Some(load) => {
                let at = load.cumulative.partition_point(|(upto, _)| *upto <= random % load.total.max(1));
                load.cumulative.get(at).map(|(_, partition)| *partition)
            }
            None => among.available.get(pick(among.available.len())).copied(),
        };
        // Nobody leads any partition: any of them will do, the record waits in the producer.
        let partition = chosen.unwrap_or_else(|| pick(usize::from(among.all)) as u16);
        self.current = Some(partition);
        self.appended = 0;
        partition
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREE: Candidates<'static> = Candidates { all: 3, available: &[0, 1, 2] };

    #[test]
    fn a_few_small_records_all_land_on_one_partition() {
        let mut drawn = 0;
        let mut random = || {
            drawn += 1;
            drawn
        };
        let mut sticky = Sticky::new(16_384);
        for _ in 0..20 {
            assert_eq!(sticky.partition(THREE, &mut random), 1);
            sticky.appended(100, true, THREE, &mut random);
        }
        assert_eq!(drawn, 1);
    }

    #[test]
    fn a_batch_that_cannot_be_sent_yet_sticks_up_to_twice_its_size() {
        let mut next = 0;
        let mut random = || {
            next += 1;
            next
        };
        let mut sticky = Sticky::new(100);
        assert_eq!(sticky.partition(THREE, &mut random), 1);
        sticky.appended(150, false, THREE, &mut random);
        assert_eq!(sticky.partition(THREE, &mut random), 1);
        sticky.appended(50, false, THREE, &mut random);
        assert_eq!(sticky.partition(THREE, &mut random), 2);
    }

    #[test]
    fn a_short_queue_is_drawn_more_often_than_a_long_one() {
        let mut sticky = Sticky::new(1);
        sticky.queues(&[(0, 0), (1, 3), (2, 1)], 0);
        let mut counts = [0; 3];
        for n in 0..8 {
            sticky.current = None;
            counts[usize::from(sticky.partition(THREE, &mut || n))] += 1;
        }
        assert_eq!(counts, [4, 1, 3]);
    }

    #[test]
    fn excluded_partitions_are_never_drawn_even_when_the_others_are_equal() {
        let mut sticky = Sticky::new(1);
        sticky.queues(&[(0, 2), (2, 2)], 1);
        for n in 0..8 {
            sticky.current = None;
            assert_ne!(sticky.partition(THREE, &mut || n), 1);
        }
    }
}
