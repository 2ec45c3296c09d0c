//! A board put to work: actions in, facts out.

mod apply;
mod compile;
mod due;
mod fact;
mod facts;
mod lifecycle;
mod naming;
mod planned;
mod process;
mod running;
mod take_up;
mod timers;

pub use compile::request_config;
pub use due::{Payload, Timer};
pub use fact::{Acted, Edited, Entry, Fact, Limit, Observer, ProcessFact};
pub use facts::{Chunks, Facts};
pub use planned::Happened;
pub use process::{Condition, ProcessRecord};
pub use running::{Progress, World};
