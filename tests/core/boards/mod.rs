//! Every claim that the boards' texts make, by the question that a board answers.

mod catalogue;
mod rig;
mod start;

mod groups;
mod missing;
mod order;
mod phantom;
mod real;
mod still;
mod twice;

pub use catalogue::names;
