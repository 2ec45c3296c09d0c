//! What the machine's caches can do at the moment: a neighbour on the same processor takes of those that it shares.

use crate::rounds::timed;

/// More than the caches of one core hold, less than those that cores share: what a large board has in use, and some room.
const SHARED: usize = 8 * 1024 * 1024 / size_of::<Line>();
/// What one core's caches hold.
const OWN: usize = 256 * 1024 / size_of::<Line>();
/// On common processors a line of the shared caches takes 4 to 7 times as long as one of the core's own, one in memory more than
/// 20 times.
const QUIET: f64 = 8.0;
const STEPS: u32 = 200_000;

/// One line of a cache: the number of the next one.
#[repr(align(64))]
#[derive(Clone, Copy)]
struct Line(u32);

/// A way through all lines in an order that no processor guesses, and what it takes where nobody can disturb.
pub struct Chase {
    shared: Vec<Line>,
    own: f64,
}

impl Chase {
    /// Lays out the way.
    pub fn new() -> Chase {
        let own = way(OWN);
        Chase { shared: way(SHARED), own: (0..10).map(|_| a_line(&own)).fold(f64::INFINITY, f64::min) }
    }

    /// Nanoseconds from one line among 8 MiB to the next, and whether that is what it takes when no neighbour disturbs.
    pub fn a_line(&self) -> (f64, bool) {
        let took = a_line(&self.shared);
        (took, took <= self.own * QUIET)
    }
}

fn way(lines: usize) -> Vec<Line> {
    // Full period by Hull and Dobell: the modulus is a power of two, the increment odd, the factor one above a multiple of 4.
    let next = |line: usize| (line.wrapping_mul(1_664_525).wrapping_add(1_013_904_223)) % lines;
    (0..lines).map(|line| Line(next(line) as u32)).collect()
}

fn a_line(way: &[Line]) -> f64 {
    let walk = |from: u32| (0..STEPS).fold(from, |line, _| way[line as usize].0);
    let start = walk(0);
    let (took, end) = timed(|| walk(start));
    std::hint::black_box(end);
    took / f64::from(STEPS)
}
