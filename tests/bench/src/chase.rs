//! What the machine's caches can do at the moment: a neighbour on the same processor takes of those that it shares.

use crate::rounds::timed;

/// What a large board has in use, and some room: more than the caches of one core hold, less than those that cores share.
const LINES: usize = 8 * 1024 * 1024 / size_of::<Line>();
const STEPS: u32 = 200_000;

/// One line of a cache: the number of the next one.
#[repr(align(64))]
#[derive(Clone, Copy)]
struct Line(u32);

/// A way through all lines in an order that no processor guesses.
pub struct Chase(Vec<Line>);

impl Chase {
    /// Lays out the way.
    pub fn new() -> Chase {
        // Full period by Hull and Dobell: the modulus is a power of two, the increment odd, the factor one above a multiple of 4.
        let next = |line: usize| (line.wrapping_mul(1_664_525).wrapping_add(1_013_904_223)) % LINES;
        Chase((0..LINES).map(|line| Line(next(line) as u32)).collect())
    }

    /// Nanoseconds from one line to the next.
    pub fn a_line(&self) -> f64 {
        let walk = |from: u32| (0..STEPS).fold(from, |line, _| self.0[line as usize].0);
        let start = walk(0);
        let (took, end) = timed(|| walk(start));
        std::hint::black_box(end);
        took / f64::from(STEPS)
    }
}
