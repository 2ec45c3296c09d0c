//! A board put to work: actions in, facts out.

mod fact;

pub use fact::{Acted, Entry, Fact, Limit, Observer, ProcessFact};
