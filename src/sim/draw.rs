//! Randomness by name: a draw is a function of the seed and of what is drawn, never of what was drawn before.
//!
//! So changing one setting disturbs no other draw, and snapshots hold no generator state. Integers are sampled here,
//! since a library's sampling changes between its releases; logarithms are a fixed series, since the standard
//! library's differ between native code and WebAssembly.

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// What a draw decides. Part of its name: adding one here shifts nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum What {
    /// How long a packet travels.
    Latency = 1,
    /// The gap before the nth arrival of a client.
    Arrival = 2,
    /// A field of a message's body.
    Field = 3,
    /// How long a `work` line takes.
    Work = 4,
    /// The hex in a member id.
    Member = 5,
    /// A sticky partitioner's choice.
    Partition = 6,
    /// A pause before trying again.
    Backoff = 7,
    /// Whether a packet is lost on a lossy wire, and how often.
    Loss = 8,
    /// What a storm does, and when.
    Storm = 9,
}

/// The generator behind one draw.
pub type Sample = Pcg64Mcg;

/// Draws of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    seed: u64,
}

impl Draw {
    /// The draws of a seed.
    pub const fn new(seed: u64) -> Draw {
        Draw { seed }
    }

    /// The generator for the draw of that name.
    pub fn at(self, what: What, name: &[u64]) -> Sample {
        let mut state = mix(self.seed ^ 0x6a09_e667_f3bc_c909);
        state = mix(state ^ what as u64);
        for word in name {
            state = mix(state ^ *word);
        }
        let low = mix(state);
        Pcg64Mcg::from_seed((u128::from(state) << 64 | u128::from(low)).to_le_bytes())
    }
}

/// The finaliser of SplitMix64 after one step of its counter.
fn mix(word: u64) -> u64 {
    let mut z = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A number from 0 up to but without `n`, evenly, by multiplication and rejection (Lemire). `n` must not be 0.
pub fn below(rng: &mut Sample, n: u64) -> u64 {
    assert!(n > 0, "a draw below 0 has no outcome");
    let threshold = n.wrapping_neg() % n;
    loop {
        let wide = u128::from(rng.next_u64()) * u128::from(n);
        if wide as u64 >= threshold {
            return (wide >> 64) as u64;
        }
    }
}

/// A number from `low` to `high`, both included, evenly.
pub fn between(rng: &mut Sample, low: u64, high: u64) -> u64 {
    if high <= low {
        return low;
    }
    match (high - low).checked_add(1) {
        Some(n) => low + below(rng, n),
        None => rng.next_u64(),
    }
}

/// An exponentially distributed whole number with that mean: the gap of a Poisson process. At most 64 means.
pub fn exponential(rng: &mut Sample, mean: u64) -> u64 {
    // Of 53 random bits, offset by a half so that the logarithm of 0 is never asked for.
    let unit = ((rng.next_u64() >> 11) as f64 + 0.5) / (1u64 << 53) as f64;
    let gap = -natural_log(unit) * mean as f64;
    gap.min(mean as f64 * 64.0) as u64
}

/// The natural logarithm of a number in (0, 1], to about 15 digits, by operations that are exact everywhere.
fn natural_log(x: f64) -> f64 {
    // x = m · 2^e with m in [0.75, 1.5), then ln m = 2 atanh((m − 1) / (m + 1)) as a series.
    let bits = x.to_bits();
    let mut exponent = ((bits >> 52) & 0x7ff) as i64 - 1023;
    let mut mantissa = f64::from_bits(bits & 0x000f_ffff_ffff_ffff | 0x3ff0_0000_0000_0000);
    if mantissa >= 1.5 {
        mantissa /= 2.0;
        exponent += 1;
    }
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let square = s * s;
    let mut sum = 0.0;
    let mut power = s;
    for odd in (1..40).step_by(2) {
        sum += power / f64::from(odd);
        power *= square;
    }
    2.0 * sum + exponent as f64 * std::f64::consts::LN_2
}

/// Zipf's law over `n` ranks with exponent 1: rank r is drawn with a weight of 1/r.
#[derive(Clone, Debug, PartialEq)]
pub struct Zipf {
    cumulative: Vec<u64>,
}

impl Zipf {
    /// Weights for ranks 0 to n − 1, in integers so that they are the same everywhere. `n` from 1 to 100,000.
    pub fn new(n: u32) -> Zipf {
        let mut total = 0;
        let cumulative = (1..=u64::from(n.clamp(1, 100_000)))
            .map(|rank| {
                total += (1 << 32) / rank;
                total
            })
            .collect();
        Zipf { cumulative }
    }

    /// A rank, 0 being the most frequent.
    pub fn sample(&self, rng: &mut Sample) -> u32 {
        let total = self.cumulative.last().copied().unwrap_or(1);
        let at = below(rng, total);
        self.cumulative.partition_point(|upto| *upto <= at) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_depends_on_its_name_and_on_nothing_drawn_before() {
        let draw = Draw::new(7);
        let alone = draw.at(What::Work, &[1, 2]).next_u64();
        let _other = draw.at(What::Latency, &[9]).next_u64();
        assert_eq!(draw.at(What::Work, &[1, 2]).next_u64(), alone);
        assert_ne!(draw.at(What::Work, &[2, 1]).next_u64(), alone);
        assert_ne!(draw.at(What::Latency, &[1, 2]).next_u64(), alone);
        assert_ne!(Draw::new(8).at(What::Work, &[1, 2]).next_u64(), alone);
    }

    #[test]
    fn the_generator_gives_the_numbers_it_gave_when_this_was_written() {
        let mut rng = Draw::new(1).at(What::Arrival, &[1, 1]);
        let drawn: Vec<u64> = (0..3).map(|_| below(&mut rng, 1_000_000)).collect();
        assert_eq!(drawn, GOLDEN);
    }
    const GOLDEN: [u64; 3] = [958_857, 163_270, 38_695];

    #[test]
    fn numbers_below_n_are_spread_evenly() {
        let mut rng = Draw::new(3).at(What::Field, &[]);
        let mut counts = [0u32; 7];
        for _ in 0..70_000 {
            counts[below(&mut rng, 7) as usize] += 1;
        }
        assert!(counts.iter().all(|count| (9_500..10_500).contains(count)), "{counts:?}");
    }

    #[test]
    fn both_ends_of_a_range_are_drawn() {
        let mut rng = Draw::new(3).at(What::Field, &[1]);
        let drawn: Vec<u64> = (0..200).map(|_| between(&mut rng, 4, 6)).collect();
        assert!(drawn.iter().all(|n| (4..=6).contains(n)));
        assert!(drawn.contains(&4) && drawn.contains(&6));
        assert_eq!(between(&mut rng, 9, 9), 9);
    }

    #[test]
    fn exponential_gaps_have_the_mean_that_was_asked_for() {
        let mut rng = Draw::new(5).at(What::Arrival, &[]);
        let sum: u64 = (0..100_000).map(|_| exponential(&mut rng, 1_000_000)).sum();
        let mean = sum / 100_000;
        assert!((990_000..1_010_000).contains(&mean), "{mean}");
    }

    #[test]
    fn our_logarithm_agrees_with_known_values() {
        for (x, ln) in
            [(1.0, 0.0), (0.5, -std::f64::consts::LN_2), (0.2, -1.609_437_912_434_100_3), (1e-9, -20.723_265_836_946_41)]
        {
            assert!((natural_log(x) - ln).abs() < 1e-13, "ln {x}");
        }
    }

    #[test]
    fn under_zipf_the_first_rank_comes_twice_as_often_as_the_second() {
        let zipf = Zipf::new(10);
        let mut rng = Draw::new(5).at(What::Field, &[2]);
        let mut counts = [0u32; 10];
        for _ in 0..100_000 {
            counts[zipf.sample(&mut rng) as usize] += 1;
        }
        let ratio = f64::from(counts[0]) / f64::from(counts[1]);
        assert!((1.9..2.1).contains(&ratio), "{counts:?}");
        assert!(counts[9] > 0);
    }
}
