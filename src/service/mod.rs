//! Services: instances that run handler programs, the outbox's relay, and the clients that send them requests.

mod facts;

pub use facts::{ServiceFact, ServiceOut, ServiceTimer};
